package virtual

import "bytes"

// maxFormat bounds one ^XA…^XZ; a longer one is swallowed to its end, as a printer out of memory does.
const maxFormat = 2 << 20

// format is one ^XA…^XZ as it was sent, and how many labels it asks for.
type format struct {
	zpl      []byte
	quantity int
	left     int // labels not out yet
}

// heard is what the stream asked for.
type heard uint8

const (
	nothing heard = iota
	formatEnd
	hostStatus  // ~HS
	hostQueryES // ~HQES
	cancelAll   // ~JA
	cancelHalf  // ~JX
	printStart  // ~PS
	pausePrint  // ~PP
)

// stream reads a printer's input byte by byte. Commands that start with ~ are obeyed wherever
// they stand, also inside a format, and are not part of it.
type stream struct {
	inside  bool // between ^XA and ^XZ
	swallow bool // the format grew too long
	buf     []byte
	cmd     [6]byte // the command being read, its prefix first
	n       int
	done    *format
}

func (s *stream) take(b byte) heard {
	if b == '^' || b == '~' {
		s.flush()
		s.cmd[0], s.n = b, 1
		return nothing
	}
	if s.n == 0 {
		s.keep(b)
		return nothing
	}
	s.cmd[s.n] = b
	s.n++
	if s.cmd[0] == '^' {
		return s.caret()
	}
	return s.tilde()
}

func (s *stream) caret() heard {
	if s.n < 3 {
		return nothing
	}
	switch string(s.cmd[1:3]) {
	case "XA":
		// A format that never ended is given up when the next begins.
		s.inside, s.swallow, s.buf = true, false, nil
		s.flush()
	case "XZ":
		was := s.inside && !s.swallow
		s.flush()
		s.inside, s.swallow = false, false
		zpl := s.buf
		s.buf = nil
		if was {
			s.done = &format{zpl: zpl, quantity: quantity(zpl)}
			return formatEnd
		}
	default:
		s.flush()
	}
	return nothing
}

func (s *stream) tilde() heard {
	switch c := string(s.cmd[1:s.n]); c {
	case "HS", "HQES", "JA", "JX", "PS", "PP":
		s.n = 0
		return map[string]heard{"HS": hostStatus, "HQES": hostQueryES, "JA": cancelAll, "JX": cancelHalf, "PS": printStart, "PP": pausePrint}[c]
	case "H", "HQ", "HQE", "J", "P":
		return nothing
	}
	if s.n >= 3 { // not one of ours: it belongs to the bytes it stands in
		s.flush()
	}
	return nothing
}

// flush puts the bytes of a command that is not obeyed at once back where they stood.
func (s *stream) flush() {
	for _, b := range s.cmd[:s.n] {
		s.keep(b)
	}
	s.n = 0
}

func (s *stream) keep(b byte) {
	if !s.inside || s.swallow {
		return
	}
	if len(s.buf) >= maxFormat {
		s.swallow, s.buf = true, nil
		return
	}
	s.buf = append(s.buf, b)
}

// quantity reads ^PQ; a printer takes the last one in a format. Without one it is 1.
func quantity(zpl []byte) int {
	i := bytes.LastIndex(zpl, []byte("^PQ"))
	if i < 0 {
		return 1
	}
	q := 0
	for _, c := range zpl[i+3:] {
		if c < '0' || c > '9' || q > 9_999_999 {
			break
		}
		q = 10*q + int(c-'0')
	}
	return max(q, 1)
}

// prints says whether a format puts anything on paper: one that only sets the printer up
// moves no label.
func (f *format) prints() bool { return bytes.Contains(f.zpl, []byte("^FS")) }
