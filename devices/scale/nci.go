package scale

import (
	"bytes"
	"errors"
	"strings"

	"picket/devices"
)

// NCI is the protocol of NCI's and Weigh-Tronix's bench scales, which many others have as well: asked with W, the scale
// answers the weight with its unit, and status bytes; or the status alone when there is no weight to be had
// (Avery Weigh-Tronix 7821 User Instructions, 6.3).
type NCI struct{}

// Ask is W.
func (NCI) Ask() []byte { return []byte{'W', cr} }

// Reader gives a reader.
func (NCI) Reader() Reader { return &nciReader{} }

type nciReader struct{ held []byte }

// longest answer: two lines.
const nciLong = 40

func (r *nciReader) Take(b byte) (w devices.Weight, ok bool, err error) {
	plain := b & 0x7f // the eighth bit may be parity
	if plain != etx {
		if r.held = append(r.held, plain); len(r.held) > nciLong {
			r.held = r.held[:0]
			return w, false, errors.New("no answer of an NCI scale")
		}
		return w, false, nil
	}
	m := r.held
	r.held = r.held[:0]
	// What stands before the last two lines is the rest of something else.
	var lines [][]byte
	for _, l := range bytes.Split(bytes.TrimSuffix(m, []byte{cr}), []byte{cr}) {
		if at := bytes.LastIndexByte(l, lf); at >= 0 {
			lines = append(lines, l[at+1:])
		}
	}
	switch len(lines) {
	case 1:
		return status(devices.Weight{}, lines[0], false)
	case 2:
		w, err := said(lines[0])
		if err != nil {
			return w, false, err
		}
		return status(w, lines[1], true)
	}
	return w, false, errors.New("no answer of an NCI scale")
}

// said reads the weight and its unit; a scale may say pounds and ounces in one.
func said(line []byte) (w devices.Weight, err error) {
	text := strings.ToLower(strings.TrimSpace(string(line)))
	text, minus := strings.CutPrefix(text, "-")
	pounds, ounces, both := strings.Cut(text, "lb")
	if both && strings.TrimSpace(ounces) != "" {
		if w, err = amount(pounds + "lb"); err != nil {
			return w, err
		}
		text = ounces
	}
	more, err := amount(text)
	w.Milligrams += more.Milligrams
	if minus {
		w.Milligrams = -w.Milligrams
	}
	return w, err
}

// amount is a number and a unit.
func amount(text string) (w devices.Weight, err error) {
	text = strings.TrimSpace(text)
	at := strings.IndexFunc(text, func(c rune) bool { return c >= 'a' && c <= 'z' })
	if at < 0 {
		return w, errors.New("the scale says no unit")
	}
	whole, part, _ := strings.Cut(strings.TrimSpace(text[:at]), ".")
	w.Milligrams, err = milligrams([]byte(whole+part), len(part), text[at:])
	return w, err
}

// status reads the status bytes, and whether they leave a weight.
func status(w devices.Weight, s []byte, weighed bool) (devices.Weight, bool, error) {
	if len(s) == 1 && s[0] == '?' {
		return w, false, errors.New("the scale does not know what it was asked")
	}
	if len(s) < 2 || len(s) > 4 || s[0]&0x30 != 0x30 || s[1]&0x30 != 0x30 {
		return w, false, errors.New("no status of an NCI scale")
	}
	w.Settled = weighed && s[0]&1 == 0
	switch {
	case s[0]&0x0c != 0, s[1]&0x0c != 0:
		w.Bad = "the scale reports a fault of its own: have it looked at"
	case s[1]&2 != 0:
		w.Bad = "more lies on the scale than it can weigh"
	case s[1]&1 != 0:
		w.Bad = "less lies on the scale than nothing: empty it and press zero"
	case !weighed && s[0]&1 == 0:
		w.Bad = "the scale gives no weight"
	}
	if w.Bad != "" {
		w.Milligrams, w.Settled = 0, false
	}
	return w, true, nil
}
