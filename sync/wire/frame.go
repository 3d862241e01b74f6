package wire

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip" // a third of the time of the standard library's for the same bytes
)

// Limits of a frame. Every reader enforces them before it allocates.
const (
	MaxRecords  = 256      // records in a frame
	MaxWire     = 96 << 10 // bytes of a published payload
	MaxInflated = 1 << 20  // bytes of the records once inflated
	MaxHeader   = 64 << 10 // bytes of the header JSON, sealed rows included
	MaxRecord   = 60 << 10 // bytes of one record: it fits a frame even when it cannot be compressed
	MaxRows     = 32       // sealed rows that belong to one record
	MaxSealed   = 24 << 10 // bytes of the sealed rows that belong to one record
)

const magic = "PKT1"

// level of compression: a long day of 64 handhelds has 54.3 bytes a scan for 1.8 µs; the level above 55.4 for 2.3, the one below 56.8
// for 1.4, the highest one byte less for ten times as long (cmd/internal/syncbench).
const level = 6

// Sealed is one row of personal data that records name by ref. The bytes are sealed for their subject
// elsewhere; the signature covers them, the chain does not, so that they can be erased.
type Sealed struct {
	Ref    string `json:"ref"`
	Sealed []byte `json:"sealed"`
}

// Entry is one record of a log and the sealed rows it names.
type Entry struct {
	Raw []byte
	PII []Sealed
}

// Fits refuses an entry that no frame could ever carry. A log must ask before it commits one: an
// entry that does not fit would block the line for good.
func (e Entry) Fits() error {
	if why := recordFault(e.Raw); why != "" {
		return &Malformed{What: "record", Reason: why}
	}
	if len(e.PII) > MaxRows {
		return &Malformed{What: "record", Field: "pii", Reason: fmt.Sprintf("has %d rows, at most %d are allowed", len(e.PII), MaxRows)}
	}
	n := 0
	for _, p := range e.PII {
		if why := checkRef(p.Ref); why != "" {
			return &Malformed{What: "record", Field: "pii.ref", Reason: why}
		}
		n += len(p.Ref) + len(p.Sealed)
	}
	if n > MaxSealed {
		return &Malformed{What: "record", Field: "pii", Reason: fmt.Sprintf("has %d bytes, at most %d are allowed", n, MaxSealed)}
	}
	return nil
}

// checkRef keeps refs to characters that JSON writes as they are, so that sizes can be foretold.
func checkRef(ref string) string {
	if ref == "" || len(ref) > 200 {
		return fmt.Sprintf("has %d bytes, it must have 1 to 200", len(ref))
	}
	for i := 0; i < len(ref); i++ {
		if c := ref[i]; c <= ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			return "has a character other than printable ASCII without blank, quotes, backslash, '<', '>' and '&'"
		}
	}
	return ""
}

// Batch is a run of records of one log: From, From+1, … An empty batch is a heartbeat that says where
// the head is (From is head+1, Prev its hash).
type Batch struct {
	Session SessionID
	Log     LogID
	From    Seq
	Prev    Hash   // of the chain at From-1
	Nth     uint64 // batch of this session by this end, one that is sent again included; 0: it does not count
	Records [][]byte
	PII     []Sealed
}

// Last is the seq of the newest record, From-1 in a heartbeat.
func (b *Batch) Last() Seq { return b.From + Seq(len(b.Records)) - 1 }

type header struct {
	Session SessionID `json:"session"`
	Log     LogID     `json:"log"`
	From    Seq       `json:"from"`
	N       int       `json:"n"`
	Prev    Hash      `json:"prev"`
	Nth     uint64    `json:"nth,omitempty"`
	Raw     int       `json:"raw"` // bytes once inflated
	PII     []Sealed  `json:"pii,omitempty"`
}

// ErrTooBig is returned by Frame when the batch must be cut: send fewer records.
var ErrTooBig = errors.New("the batch does not fit a frame")

// Codec writes and reads frames. It owns the compressors, which are a megabyte each: share one among all
// sites of a worker. Not for use by two goroutines at once. The zero value is ready.
type Codec struct {
	zw  *gzip.Writer
	zr  *gzip.Reader
	buf bytes.Buffer
}

// Frame renders a batch, signed when s is not nil. It answers ErrTooBig when fewer records would fit,
// and *Malformed when one of the records could never be sent.
func (c *Codec) Frame(b *Batch, s *Signer) ([]byte, error) {
	if len(b.Records) > MaxRecords {
		return nil, ErrTooBig
	}
	raw := 0
	for i, r := range b.Records {
		if why := recordFault(r); why != "" {
			return nil, &Malformed{What: "frame", Field: fmt.Sprintf("records[%d]", i), Reason: why}
		}
		raw += len(r) + 1
	}
	if raw > MaxInflated {
		return nil, ErrTooBig
	}
	head, err := json.Marshal(header{Session: b.Session, Log: b.Log, From: b.From, N: len(b.Records), Prev: b.Prev, Nth: b.Nth, Raw: raw, PII: b.PII})
	if err != nil {
		return nil, &Malformed{What: "frame", Field: "header", Reason: err.Error()}
	}
	c.buf.Reset()
	if len(b.Records) > 0 {
		if c.zw == nil {
			c.zw, _ = gzip.NewWriterLevel(&c.buf, level)
		} else {
			c.zw.Reset(&c.buf)
		}
		for _, r := range b.Records {
			_, _ = c.zw.Write(r) // a bytes.Buffer takes every write
			_, _ = c.zw.Write([]byte{'\n'})
		}
		_ = c.zw.Close()
	}
	body := c.buf.Bytes()
	if s != nil {
		head = s.sign(ChannelLog, head, body)
	}
	if len(head) > MaxHeader || len(magic)+4+len(head)+len(body) > MaxWire {
		return nil, ErrTooBig
	}
	out := make([]byte, 0, len(magic)+4+len(head)+len(body))
	out = append(out, magic...)
	out = binary.BigEndian.AppendUint32(out, uint32(len(head)))
	out = append(out, head...)
	return append(out, body...), nil
}

// Open reads a frame, and checks its signature when by is not nil, before anything is inflated. The batch's records share
// memory that belongs to the caller. Errors are *Malformed, or *Unsigned.
func (c *Codec) Open(payload []byte, by *Checker) (*Batch, error) {
	bad := func(field, format string, args ...any) (*Batch, error) {
		return nil, &Malformed{What: "frame", Field: field, Reason: fmt.Sprintf(format, args...)}
	}
	if len(payload) > MaxWire {
		return bad("", "has %d bytes, at most %d are allowed", len(payload), MaxWire)
	}
	if len(payload) < len(magic)+4 || string(payload[:len(magic)]) != magic {
		return bad("magic", "is not %s", magic)
	}
	n := binary.BigEndian.Uint32(payload[len(magic):])
	rest := payload[len(magic)+4:]
	if n > MaxHeader || int(n) > len(rest) {
		return bad("headerLen", "is %d, more than allowed or present", n)
	}
	head, body := rest[:n], rest[n:]
	if by != nil {
		if err := by.verify("frame", ChannelLog, head, body); err != nil {
			return nil, err
		}
	}
	var h header
	if err := json.Unmarshal(head, &h); err != nil {
		return nil, malformedJSON("frame", err)
	}
	if f, why := tokens("session", string(h.Session), "log", string(h.Log)); why != "" {
		return bad(f, "%s", why)
	}
	if h.From < 1 {
		return bad("from", "is 0, records count from 1")
	}
	if h.N < 0 || h.N > MaxRecords {
		return bad("n", "is %d, at most %d are allowed", h.N, MaxRecords)
	}
	if h.From+Seq(h.N) < h.From {
		return bad("from", "is beyond what can be counted")
	}
	if h.Raw < 0 || h.Raw > MaxInflated {
		return bad("raw", "is %d, at most %d are allowed", h.Raw, MaxInflated)
	}
	for i, p := range h.PII {
		if why := checkRef(p.Ref); why != "" {
			return bad(fmt.Sprintf("pii[%d].ref", i), "%s", why)
		}
	}
	b := &Batch{Session: h.Session, Log: h.Log, From: h.From, Prev: h.Prev, Nth: h.Nth, PII: h.PII}
	if h.N == 0 {
		if len(body) != 0 || h.Raw != 0 {
			return bad("n", "is 0 but there is a body")
		}
		return b, nil
	}
	text, err := c.inflate(body, h.Raw)
	if err != nil {
		return bad("body", "%s", err)
	}
	b.Records = make([][]byte, 0, h.N)
	for len(text) > 0 {
		end := bytes.IndexByte(text, '\n')
		if end < 0 {
			return bad("body", "ends in the middle of a record")
		}
		if len(b.Records) == h.N {
			return bad("n", "is %d but there are more records", h.N)
		}
		raw := text[:end:end]
		if why := recordFault(raw); why != "" {
			return bad(fmt.Sprintf("records[%d]", len(b.Records)), "%s", why)
		}
		b.Records = append(b.Records, raw)
		text = text[end+1:]
	}
	if len(b.Records) != h.N {
		return bad("n", "is %d but there are %d records", h.N, len(b.Records))
	}
	return b, nil
}

// inflate reads exactly want bytes: the announced size is a cap, never a promise that is trusted.
func (c *Codec) inflate(body []byte, want int) ([]byte, error) {
	src := bytes.NewReader(body)
	var err error
	if c.zr == nil {
		var zr *gzip.Reader
		if zr, err = gzip.NewReader(src); err == nil {
			c.zr = zr
		}
	} else {
		err = c.zr.Reset(src)
	}
	if err != nil {
		return nil, errors.New("is no gzip")
	}
	c.zr.Multistream(false)
	c.buf.Reset()
	if _, err := io.Copy(&c.buf, io.LimitReader(c.zr, int64(want)+1)); err != nil {
		return nil, errors.New("is damaged gzip")
	}
	if c.buf.Len() != want {
		return nil, fmt.Errorf("inflates to more or less than raw says (%d)", want)
	}
	if src.Len() != 0 {
		return nil, errors.New("has bytes behind the gzip stream")
	}
	return bytes.Clone(c.buf.Bytes()), nil
}
