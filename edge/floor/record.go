package floor

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Record is an event with its envelope: one CloudEvents 1.0 event in structured JSON. Its bytes are made
// once, by Encode at the site, and are then stored, chained, sent and kept as they are.
//
//	{"specversion":"1.0","id":"<command id>/<index>","source":"/t/<tenant>/s/<site>/n/<node>",
//	 "type":"picket.pick.confirmed.v1","subject":"order/O-1","time":"2026-11-21T10:11:12.345Z",
//	 "seq":812,"log":"<log id>","dev":"<install>","devseq":57,"actor":"<user>","station":"<station>",
//	 "at":"<time by the caller's clock>","cause":"<command id>","digest":"<of the command's body>",
//	 "feed":"<lineage>.<seq>.<hash>","data":{…}}
//
// Absent: dev and devseq for callers without a counter, station and actor when unknown, at when it equals
// time, digest and feed on every record of a command but its first.
type Record struct {
	ID      RecordID
	Source  string
	Type    string
	Subject string
	Time    time.Time
	Seq     Seq
	Log     LogID
	Device  DeviceID
	N       uint64
	Actor   UserID
	Station StationID
	At      time.Time
	Cause   CommandID
	Digest  string
	Feed    *Down
	Event   Event
}

// Source names where records come from.
func Source(tenant, site, node string) string { return "/t/" + tenant + "/s/" + site + "/n/" + node }

const stamp = "2006-01-02T15:04:05.000Z"

// Records puts the envelope round the events of one command, the first of which takes seq from.
func Records(source string, log LogID, from Seq, m Meta, events []Event) []Record {
	return AppendRecords(make([]Record, 0, len(events)), source, log, from, &m, events)
}

// AppendRecords is Records into a slice that may be used again; none of it is kept by Apply or AnswerOf.
func AppendRecords(out []Record, source string, log LogID, from Seq, m *Meta, events []Event) []Record {
	now, at := m.Now.UTC().Truncate(time.Millisecond), time.Time{}
	if !m.At.IsZero() {
		if at = m.At.UTC().Truncate(time.Millisecond); at.Equal(now) {
			at = time.Time{}
		}
	}
	first := len(out)
	for i, e := range events {
		out = append(out, Record{
			ID: RecordID(string(m.ID) + "/" + strconv.Itoa(i)), Source: source, Type: e.Type(), Subject: e.Subject(),
			Time: now, Seq: from + Seq(i), Log: log, Device: m.Device, N: m.N,
			Actor: m.Actor, Station: m.Station, At: at, Cause: m.ID, Event: e,
		})
	}
	if len(out) > first {
		out[first].Digest, out[first].Feed = m.Digest, m.Down
	}
	return out
}

// AppendTo appends the record's bytes to b.
func (r *Record) AppendTo(b []byte) ([]byte, error) {
	b = append(b, `{"specversion":"1.0","id":`...)
	b = quote(b, string(r.ID))
	b = field(b, "source", r.Source)
	b = field(b, "type", r.Type)
	b = field(b, "subject", r.Subject)
	b = append(b, `,"time":"`...)
	b = append(r.Time.UTC().AppendFormat(b, stamp), `","seq":`...)
	b = strconv.AppendUint(b, uint64(r.Seq), 10)
	b = field(b, "log", string(r.Log))
	if r.Device != "" {
		b = field(b, "dev", string(r.Device))
		b = append(b, `,"devseq":`...)
		b = strconv.AppendUint(b, r.N, 10)
	}
	b = some(b, "actor", string(r.Actor))
	b = some(b, "station", string(r.Station))
	if !r.At.IsZero() {
		b = append(b, `,"at":"`...)
		b = append(r.At.UTC().AppendFormat(b, stamp), '"')
	}
	b = field(b, "cause", string(r.Cause))
	b = some(b, "digest", r.Digest)
	if r.Feed != nil {
		b = append(b, `,"feed":"`...)
		b = strconv.AppendUint(b, r.Feed.Lineage, 10)
		b = append(b, '.')
		b = strconv.AppendUint(b, r.Feed.Seq, 10)
		b = append(b, '.')
		b = append(b, r.Feed.Hash...)
		b = append(b, '"')
	}
	b = append(b, `,"data":`...)
	if q, ok := r.Event.(quickEncoder); ok {
		return append(q.appendData(b), '}'), nil
	}
	data, err := json.Marshal(r.Event)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", r.Type, err)
	}
	b = append(b, data...)
	return append(b, '}'), nil
}

func field(b []byte, name, value string) []byte {
	b = append(b, ',', '"')
	b = append(b, name...)
	b = append(b, '"', ':')
	return quote(b, value)
}

func some(b []byte, name, value string) []byte {
	if value == "" {
		return b
	}
	return field(b, name, value)
}

// quote appends a JSON string. Ids need no escapes; whatever does goes the slow way.
func quote(b []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < 0x20 || c >= 0x7f || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			q, _ := json.Marshal(s)
			return append(b, q...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

// envelope is a record as JSON names its parts.
type envelope struct {
	SpecVersion string          `json:"specversion"`
	ID          RecordID        `json:"id"`
	Source      string          `json:"source"`
	Type        string          `json:"type"`
	Subject     string          `json:"subject"`
	Time        time.Time       `json:"time"`
	Seq         Seq             `json:"seq"`
	Log         LogID           `json:"log"`
	Device      DeviceID        `json:"dev"`
	N           uint64          `json:"devseq"`
	Actor       UserID          `json:"actor"`
	Station     StationID       `json:"station"`
	At          time.Time       `json:"at"`
	Cause       CommandID       `json:"cause"`
	Digest      string          `json:"digest"`
	Feed        string          `json:"feed"`
	Data        json.RawMessage `json:"data"`
}

// ErrUnknownType says that a record's type is not known to this version. Such a record is parked, never skipped.
var ErrUnknownType = errors.New("unknown record type")

// Decode reads a record. The error names the field that is wrong.
func Decode(raw []byte) (Record, error) {
	if r, ok := quick(raw); ok {
		return r, nil
	}
	return decodeSlow(raw)
}

func decodeSlow(raw []byte) (Record, error) { return decodeCast(raw, casts) }

func decodeCast(raw []byte, casts map[string]Cast) (Record, error) {
	var e envelope
	if err := json.Unmarshal(raw, &e); err != nil {
		return Record{}, fmt.Errorf("record: %w", err)
	}
	r := Record{
		ID: e.ID, Source: e.Source, Type: e.Type, Subject: e.Subject, Time: e.Time, Seq: e.Seq, Log: e.Log, Device: e.Device,
		N: e.N, Actor: e.Actor, Station: e.Station, At: e.At, Cause: e.Cause, Digest: e.Digest,
	}
	if e.SpecVersion != "1.0" {
		return r, fmt.Errorf("record: specversion: is %q, but must be 1.0", e.SpecVersion)
	}
	if e.ID == "" || e.Cause == "" || e.Seq == 0 {
		return r, errors.New("record: id, cause and seq must not be empty")
	}
	if e.Feed != "" {
		d, err := parseFeed(e.Feed)
		if err != nil {
			return r, err
		}
		r.Feed = &d
	}
	typ, data, err := upcast(casts, e.Type, e.Data)
	if err != nil {
		return r, fmt.Errorf("record %s: data: %w", e.ID, err)
	}
	r.Type = typ
	ev := newEvent(typ)
	if ev == nil {
		return r, fmt.Errorf("record %s: %w: %q", e.ID, ErrUnknownType, typ)
	}
	if err := json.Unmarshal(data, ev); err != nil {
		return r, fmt.Errorf("record %s: data: %w", e.ID, err)
	}
	r.Event = ev
	return r, nil
}

func parseFeed(text string) (Down, error) {
	var d Down
	lineage, rest, ok := strings.Cut(text, ".")
	seq, hash, ok2 := strings.Cut(rest, ".")
	var err, err2 error
	d.Lineage, err = strconv.ParseUint(lineage, 10, 64)
	d.Seq, err2 = strconv.ParseUint(seq, 10, 64)
	d.Hash = hash
	if !ok || !ok2 || err != nil || err2 != nil {
		return d, fmt.Errorf("record: feed: is %q, but must be lineage.seq.hash", text)
	}
	return d, nil
}

// noRecord stands for the record of an event that is applied without one. Nobody writes to it.
var noRecord = &Record{}

// ApplyRecord applies a record's event and moves the cursor of the centre's feed with it.
func ApplyRecord(s *State, r *Record) {
	if r.Feed != nil {
		s.Feed = *r.Feed
	}
	s.rec = r
	s.foretell(r)
	Apply(s, r.Event)
	if o, ok := r.Event.(interface{ overrode() []UserID }); ok {
		s.spend(r.Subject, o.overrode())
	}
	s.after(r)
	s.tally(r)
	if id, ok := strings.CutPrefix(r.Subject, "order/"); ok {
		if o := s.order(OrderID(id)); o != nil {
			o.Heard = r.Time
			s.afterwards(o, r.Event)
		}
	}
	s.rec = noRecord
}
