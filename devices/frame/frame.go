// Package frame cuts a scanner's byte stream into scans, wherever the stream is broken.
//
// It must NEVER change a byte of a scan, never give half of one, and never hold more than its limit: what is too long is
// dropped whole and counted.
package frame

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"
)

// Bytes a scan may be framed by.
const (
	STX = 0x02
	ETX = 0x03
)

// Most bytes of a scan. A QR code holds at most 2,953 bytes and a PDF417 1,108 (ISO/IEC 18004, 15438); a scanner may put
// codes it reads together into one message.
const Most = 8192

// Format is how a scanner marks where a scan begins and ends.
type Format struct {
	// Prefix begins a scan; what stands before it is no part of any. Empty: a scan begins where the last ended.
	Prefix []byte
	// Suffix ends a scan. Empty: a carriage return or a line feed does, and empty scans are none.
	Suffix []byte
	// Quiet ends a scan when nothing came for so long, for scanners that mark no end. Zero: silence ends nothing.
	Quiet time.Duration
}

// Lines is the format of most scanners as they are delivered: a carriage return, a line feed, or both, behind each scan.
var Lines = Format{}

// Enclosed is STX before and ETX behind, in which a scan may have line feeds.
var Enclosed = Format{Prefix: []byte{STX}, Suffix: []byte{ETX}}

// Parse reads a format from the query of a device's address: frame=lines, frame=stx or frame=quiet, or prefix= and suffix=
// in hexadecimal, and quiet= in milliseconds. It takes what it knows out of the query.
func Parse(q url.Values) (Format, error) {
	var f Format
	switch how := q.Get("frame"); how {
	case "", "lines":
	case "stx":
		f = Enclosed
	case "quiet":
		f.Quiet = 50 * time.Millisecond
	default:
		return f, fmt.Errorf("frame=%s: it is lines, stx or quiet", how)
	}
	for name, to := range map[string]*[]byte{"prefix": &f.Prefix, "suffix": &f.Suffix} {
		if !q.Has(name) {
			continue
		}
		b, err := unhex(q.Get(name))
		if err != nil {
			return f, fmt.Errorf("%s=%s: %w", name, q.Get(name), err)
		}
		*to = b
	}
	if q.Has("quiet") {
		ms, err := strconv.Atoi(q.Get("quiet"))
		if err != nil || ms < 5 || ms > 5000 {
			return f, fmt.Errorf("quiet=%s: it is 5 to 5000 milliseconds", q.Get("quiet"))
		}
		f.Quiet = time.Duration(ms) * time.Millisecond
	}
	if len(f.Suffix) > 0 && bytes.Equal(f.Prefix, f.Suffix) {
		return f, errors.New("prefix and suffix must differ")
	}
	for _, name := range [...]string{"frame", "prefix", "suffix", "quiet"} {
		q.Del(name)
	}
	return f, nil
}

func unhex(s string) ([]byte, error) {
	if len(s) == 0 || len(s) > 16 || len(s)%2 != 0 {
		return nil, errors.New("it is one to eight bytes, each two hexadecimal digits, such as 0d0a")
	}
	out := make([]byte, 0, len(s)/2)
	for i := 0; i < len(s); i += 2 {
		n, err := strconv.ParseUint(s[i:i+2], 16, 8)
		if err != nil {
			return nil, errors.New("it is one to eight bytes, each two hexadecimal digits, such as 0d0a")
		}
		out = append(out, byte(n))
	}
	return out, nil
}

// Cutter cuts one stream. The zero Cutter with a Format is ready; it is used by one goroutine.
type Cutter struct {
	Format
	// TooLong counts scans that were dropped because they were longer than Most.
	TooLong int

	held []byte
	open bool // the prefix has been seen
	skip bool // the scan is too long: everything up to its end is dropped
}

// Push takes bytes as they came and gives every scan that is whole. What emit is given is only valid until it returns.
func (c *Cutter) Push(chunk []byte, emit func(scan []byte)) {
	for _, b := range chunk {
		c.push(b, emit)
	}
}

func (c *Cutter) push(b byte, emit func([]byte)) {
	c.held = append(c.held, b)
	if len(c.Prefix) > 0 {
		if !c.open {
			c.seek()
			return
		}
		// Another beginning before the end: the scan before it was cut off, and is none. Only a control character can
		// say that, because a barcode may hold any other.
		if len(c.Suffix) > 0 && c.Prefix[0] < ' ' && bytes.HasSuffix(c.held, c.Prefix) {
			c.begin()
			return
		}
	}
	if n := c.ended(); n > 0 {
		if scan := c.held[:len(c.held)-n]; !c.skip && len(scan) > 0 {
			emit(scan)
		} else if c.skip {
			c.TooLong++
		}
		c.clear()
		return
	}
	if c.skip {
		c.held = append(c.held[:0], c.tail()...)
	} else if len(c.held) > Most+len(c.Suffix) {
		c.skip = true
	}
}

// seek keeps no more of what stands before a scan than could be the beginning of one.
func (c *Cutter) seek() {
	if bytes.HasSuffix(c.held, c.Prefix) {
		c.begin()
		return
	}
	if n := len(c.held) - len(c.Prefix) + 1; n > 0 {
		c.held = append(c.held[:0], c.held[n:]...)
	}
}

func (c *Cutter) begin() { c.held, c.open, c.skip = c.held[:0], true, false }

// tail is as much of the end as can be a part of a prefix or a suffix.
func (c *Cutter) tail() []byte {
	n := max(len(c.Suffix), len(c.Prefix)) - 1
	return c.held[len(c.held)-min(len(c.held), max(n, 0)):]
}

// ended is how many bytes at the end are the mark of an end.
func (c *Cutter) ended() int {
	if len(c.Suffix) > 0 {
		if bytes.HasSuffix(c.held, c.Suffix) {
			return len(c.Suffix)
		}
		return 0
	}
	if last := c.held[len(c.held)-1]; last == '\r' || last == '\n' {
		return 1
	}
	return 0
}

// Idle says that nothing came for the time of Quiet: what is held is a scan, if silence ends one.
func (c *Cutter) Idle(emit func(scan []byte)) {
	if c.Quiet <= 0 || len(c.held) == 0 || len(c.Prefix) > 0 && !c.open {
		return
	}
	if c.skip {
		c.TooLong++
	} else {
		emit(c.held)
	}
	c.clear()
}

// Holds says whether a scan has begun.
func (c *Cutter) Holds() bool { return len(c.held) > 0 || c.open || c.skip }

func (c *Cutter) clear() { c.held, c.open, c.skip = c.held[:0], false, false }
