package scale

import (
	"errors"

	"picket/devices"
)

// Toledo is the continuous output of Mettler Toledo's terminals, which many other makers' have as well: STX, three status
// words, six digits of weight, six of tare, CR, and a checksum where it is switched on (METTLER TOLEDO WILDCAT Technical
// Manual, 12/00, appendix 2).
type Toledo struct{ Checksum bool }

// Ask is nothing: it speaks by itself.
func (Toledo) Ask() []byte { return nil }

// Reader gives a reader.
func (t Toledo) Reader() Reader { return &toledoReader{sum: t.Checksum} }

type toledoReader struct {
	sum  bool
	held []byte
}

const (
	stx, etx, cr, lf = 0x02, 0x03, '\r', '\n'
	toledoLong       = 17 // to the CR
)

var errToledo = errors.New("no message of continuous output")

func (r *toledoReader) Take(b byte) (w devices.Weight, ok bool, err error) {
	plain := b & 0x7f // the eighth bit may be parity
	n := len(r.held)
	switch {
	case n == 0 && plain != stx:
		return w, false, nil // between messages
	case n == toledoLong: // the checksum
		held := r.held
		r.held = r.held[:0]
		total := byte(0)
		for _, c := range held {
			total += c
		}
		if (total+plain)&0x7f != 0 {
			return w, false, errors.New("the checksum of a weight is wrong")
		}
		return weight(held)
	case n > 0 && plain == stx:
		r.held = append(r.held[:0], plain) // the message before was cut off
		return w, false, errToledo
	}
	r.held = append(r.held, plain)
	if n+1 < toledoLong {
		if plain == cr {
			r.held = r.held[:0]
			return w, false, errToledo
		}
		return w, false, nil
	}
	if plain != cr {
		r.held = r.held[:0]
		return w, false, errToledo
	}
	if r.sum {
		return w, false, nil
	}
	held := r.held
	r.held = r.held[:0]
	return weight(held)
}

// weight reads a whole message.
func weight(m []byte) (w devices.Weight, ok bool, err error) {
	a, b, c := m[1], m[2], m[3]
	if a&0x20 == 0 || b&0x20 == 0 || c&0x20 == 0 {
		return w, false, errToledo
	}
	unit := "lb"
	switch kg := b&0x10 != 0; {
	case c&7 == 0 && kg:
		unit = "kg"
	case c&7 == 0:
	case c&7 == 1:
		unit = "g"
	case c&7 == 2:
		unit = "t"
	case c&7 == 3:
		unit = "oz"
	default:
		return devices.Weight{Bad: "the scale weighs in a unit that is not known here: set it to kg, g, lb or oz"}, true, nil
	}
	decimals := int(a&7) - 2
	if c&0x10 != 0 {
		decimals++ // expanded by ten
	}
	mg, err := milligrams(m[4:10], decimals, unit)
	if err != nil {
		return w, false, err
	}
	if b&2 != 0 {
		mg = -mg
	}
	w = devices.Weight{Milligrams: mg, Settled: b&8 == 0}
	switch {
	case b&0x40 != 0:
		w.Bad = "the scale has not found its zero yet: empty it and press zero"
	case b&4 != 0:
		w.Bad = "more, or less, lies on the scale than it can weigh"
	}
	if w.Bad != "" {
		w.Milligrams, w.Settled = 0, false
	}
	return w, true, nil
}
