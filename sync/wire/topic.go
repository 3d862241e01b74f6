package wire

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// Direction of a topic, seen from the site.
type Direction string

const (
	Up   Direction = "u" // site to centre
	Down Direction = "d" // centre to site
)

// Channel is the last level of a topic.
type Channel string

const (
	ChannelHello Channel = "hello" // the handshake, JSON
	ChannelLog   Channel = "log"   // batch frames
	ChannelAck   Channel = "ack"   // ack, nosession, malformed, JSON
	ChannelSnap  Channel = "snap"  // snapshots, JSON
	ChannelState Channel = "state" // presence, retained, up only
)

// QoS every message of the protocol is published with. Nothing relies on it.
const QoS = 1

// Topic is picket/1/{tenant}/{shard}/{site}/{u|d}/{channel}.
type Topic struct {
	Tenant  Tenant
	Site    SiteID
	Dir     Direction
	Channel Channel
}

// Shard is two hex digits of the site's hash: central workers divide the sites by subscribing to
// shards, without $share, which would break the order within a site.
func (s SiteID) Shard() string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:1])
}

func (t Topic) String() string {
	return "picket/1/" + string(t.Tenant) + "/" + t.Site.Shard() + "/" + string(t.Site) + "/" + string(t.Dir) + "/" + string(t.Channel)
}

// ParseTopic reads a site's topic. The shard must be the site's own.
func ParseTopic(s string) (Topic, error) {
	bad := func(field, why string) (Topic, error) {
		return Topic{}, &Malformed{What: "topic", Field: field, Reason: why}
	}
	if len(s) > 200 {
		return bad("", "is longer than 200 bytes")
	}
	p := strings.Split(s, "/")
	if len(p) != 7 {
		return bad("", "has not the seven levels picket/1/{tenant}/{shard}/{site}/{u|d}/{channel}")
	}
	if p[0] != "picket" || p[1] != "1" {
		return bad("prefix", "is not picket/1")
	}
	t := Topic{Tenant: Tenant(p[2]), Site: SiteID(p[4]), Dir: Direction(p[5]), Channel: Channel(p[6])}
	if why := checkToken(p[2], maxName); why != "" {
		return bad("tenant", why)
	}
	if why := checkToken(p[4], maxName); why != "" {
		return bad("site", why)
	}
	if p[3] != t.Site.Shard() {
		return bad("shard", "is not the site's own")
	}
	if t.Dir != Up && t.Dir != Down {
		return bad("direction", "is neither u nor d")
	}
	switch t.Channel {
	case ChannelHello, ChannelLog, ChannelAck, ChannelSnap:
	case ChannelState:
		if t.Dir != Up {
			return bad("channel", "state goes up only")
		}
	default:
		return bad("channel", "is none of hello, log, ack, snap, state")
	}
	return t, nil
}

// CentreState is the retained topic on which the centre says it is there, and its generation.
func CentreState(t Tenant) string { return "picket/1/" + string(t) + "/c/state" }

// SiteFilters is what a site subscribes to.
func SiteFilters(t Tenant, s SiteID) []string {
	return []string{"picket/1/" + string(t) + "/" + s.Shard() + "/" + string(s) + "/d/#", CentreState(t)}
}

// CentreFilters is what a centre subscribes to: every site, or those of the named shards.
func CentreFilters(t Tenant, shards ...string) []string {
	if len(shards) == 0 {
		shards = []string{"+"}
	}
	out := make([]string, 0, len(shards))
	for _, sh := range shards {
		out = append(out, "picket/1/"+string(t)+"/"+sh+"/+/u/#")
	}
	return out
}

// ClientID of a site's MQTT connection. Two boxes with one client id throw each other off the broker,
// so the node is part of it; no dot, which NATS reads as a level.
func ClientID(s SiteID, n NodeID) string { return string(s) + "_" + string(n) }

// SenderOf is the part of a topic that says whose it is, whatever stands behind it: a site may say what it likes there.
func SenderOf(topic string) string {
	at := 0
	for range 5 {
		n := strings.IndexByte(topic[at:], '/')
		if n < 0 {
			return topic
		}
		at += n + 1
	}
	return topic[:at]
}
