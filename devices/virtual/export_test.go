package virtual

import "fmt"

// Formats gives the formats in a stream.
func Formats(b []byte) ([]string, error) {
	var s stream
	var out []string
	for _, c := range b {
		if s.take(c) == formatEnd {
			if s.done.quantity < 1 {
				return nil, fmt.Errorf("%d labels asked for", s.done.quantity)
			}
			out = append(out, string(s.done.zpl))
		}
		if len(s.buf) > maxFormat {
			return nil, fmt.Errorf("%d bytes kept", len(s.buf))
		}
	}
	return out, nil
}
