package broker

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Kinds of packets of MQTT 3.1.1: the upper half of the first byte.
const (
	kConnect     = 1
	kConnack     = 2
	kPublish     = 3
	kPuback      = 4
	kSubscribe   = 8
	kSuback      = 9
	kUnsubscribe = 10
	kUnsuback    = 11
	kPingreq     = 12
	kPingresp    = 13
	kDisconnect  = 14
)

// maxPacket is the longest packet taken; the protocol's own messages are 96 KiB at most.
const maxPacket = 256 << 10

type packet struct {
	kind, flags byte
	body        []byte
}

// readPacket allocates after it has looked at the length, and no more than that.
func readPacket(r *bufio.Reader) (packet, error) {
	first, err := r.ReadByte()
	if err != nil {
		return packet{}, err
	}
	n, shift := 0, 0
	for {
		b, err := r.ReadByte()
		if err != nil {
			return packet{}, err
		}
		n |= int(b&0x7f) << shift
		if n > maxPacket {
			return packet{}, fmt.Errorf("a packet of at least %d bytes", n)
		}
		if b&0x80 == 0 {
			break
		}
		if shift += 7; shift > 21 {
			return packet{}, errors.New("a length of more than four bytes")
		}
	}
	p := packet{kind: first >> 4, flags: first & 0x0f, body: make([]byte, n)}
	_, err = io.ReadFull(r, p.body)
	return p, err
}

// appendPacket writes a packet behind what is there.
func appendPacket(to []byte, kind, flags byte, parts ...[]byte) []byte {
	n := 0
	for _, p := range parts {
		n += len(p)
	}
	to = binary.AppendUvarint(append(to, kind<<4|flags), uint64(n)) // the same coding as a remaining length
	for _, p := range parts {
		to = append(to, p...)
	}
	return to
}

func text(s string) []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(s))), s...)
}

// body is read from the front; the first thing that is not there makes it bad.
type body struct {
	rest []byte
	bad  bool
}

func (b *body) take(n int) []byte {
	if len(b.rest) < n {
		b.bad, b.rest = true, nil
		return nil
	}
	out := b.rest[:n]
	b.rest = b.rest[n:]
	return out
}

func (b *body) byte() byte {
	if v := b.take(1); v != nil {
		return v[0]
	}
	return 0
}

func (b *body) number() uint16 {
	if v := b.take(2); v != nil {
		return binary.BigEndian.Uint16(v)
	}
	return 0
}

func (b *body) blob() []byte { return b.take(int(b.number())) }

func (b *body) text() string {
	s := string(b.blob())
	b.bad = b.bad || !utf8.ValidString(s) || strings.ContainsRune(s, 0)
	return s
}

// connect is what a client says first.
type connect struct {
	client    string
	clean     bool
	keepAlive uint16
	will      *message
}

// message is a publication.
type message struct {
	topic   string
	payload []byte
	qos     byte
	retain  bool
	from    string // who said it
}

var errMalformed = errors.New("a malformed packet")

func readConnect(p packet) (connect, byte, error) {
	b := &body{rest: p.body}
	if name, level := b.text(), b.byte(); !b.bad && (name != "MQTT" || level != 4) {
		return connect{}, 1, fmt.Errorf("protocol %q level %d; 3.1.1 is spoken here", name, level)
	}
	flags := b.byte()
	c := connect{clean: flags&0x02 != 0, keepAlive: b.number()}
	c.client = b.text()
	if flags&0x04 != 0 {
		c.will = &message{topic: b.text(), qos: min(flags>>3&3, 1), retain: flags&0x20 != 0}
		c.will.payload = b.blob()
		b.bad = b.bad || !isTopic(c.will.topic)
	}
	if flags&0x80 != 0 { // whoever it says it is: the certificate says it
		b.text()
	}
	if flags&0x40 != 0 {
		b.blob()
	}
	switch {
	case p.kind != kConnect || p.flags != 0 || flags&1 != 0 || b.bad || len(b.rest) > 0:
		return connect{}, 0, errMalformed
	case c.client == "" || len(c.client) > 128:
		return connect{}, 2, errors.New("a client id of 1 to 128 bytes is needed")
	}
	return c, 0, nil
}

func readPublish(p packet) (m message, id uint16, err error) {
	b := &body{rest: p.body}
	m = message{topic: b.text(), qos: p.flags >> 1 & 3, retain: p.flags&1 != 0}
	if m.qos > 0 {
		id = b.number()
		b.bad = b.bad || id == 0
	}
	m.payload = b.rest
	switch {
	case b.bad || !isTopic(m.topic):
		return m, id, errMalformed
	case m.qos > 1:
		return m, id, errors.New("QoS 2 is not served: the ends acknowledge to each other")
	}
	return m, id, nil
}

// filter is one wish of a SUBSCRIBE.
type filter struct {
	text string
	qos  byte
}

// readFilters reads a SUBSCRIBE or, without qualities, an UNSUBSCRIBE.
func readFilters(p packet, qualities bool) (id uint16, out []filter, err error) {
	b := &body{rest: p.body}
	id = b.number()
	for !b.bad && len(b.rest) > 0 && len(out) < 64 {
		f := filter{text: b.text()}
		if qualities {
			f.qos = b.byte()
		}
		if b.bad || f.qos > 2 || !isFilter(f.text) {
			return id, nil, errMalformed
		}
		f.qos = min(f.qos, 1)
		out = append(out, f)
	}
	if b.bad || p.flags != 2 || id == 0 || len(out) == 0 || len(b.rest) > 0 {
		return id, nil, errMalformed
	}
	return id, out, nil
}

func isTopic(s string) bool { return s != "" && len(s) <= 512 && !strings.ContainsAny(s, "+#") }

func isFilter(s string) bool {
	if s == "" || len(s) > 512 {
		return false
	}
	levels := strings.Split(s, "/")
	for i, l := range levels {
		if l == "#" && i < len(levels)-1 || len(l) > 1 && strings.ContainsAny(l, "+#") {
			return false
		}
	}
	return true
}

// covers says whether all that one filter takes another takes too; a topic is a filter that takes itself alone.
func covers(wide, narrow string) bool {
	if strings.HasPrefix(narrow, "$") && !strings.HasPrefix(wide, "$") {
		return false // what begins with $ is no application's, and no wildcard reaches it
	}
	for {
		w, wRest, wMore := strings.Cut(wide, "/")
		if w == "#" {
			return true
		}
		n, nRest, nMore := strings.Cut(narrow, "/")
		if n == "#" || w != n && w != "+" {
			return false
		}
		if !wMore || !nMore {
			return wMore == nMore || wMore && wRest == "#"
		}
		wide, narrow = wRest, nRest
	}
}
