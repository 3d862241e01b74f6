package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"time"
	"unicode/utf8"
)

// wide is how wide a table on a terminal may be: one over ssh has 80 columns.
const wide = 80

// widest is how wide a table may be at an output. What is no terminal is read by a program, or kept: nothing is cut there.
func widest(w io.Writer) int {
	switch out := w.(type) {
	case interface{ Columns() int }:
		return out.Columns()
	case *os.File:
		if info, err := out.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			return wide
		}
	}
	return math.MaxInt
}

// gap is what stands between two columns.
const gap = 2

// table prints rows under their heads, aligned. Columns that make it too wide for a terminal are cut, the widest first.
func table(w io.Writer, heads []string, rows [][]string) {
	widths := make([]int, len(heads))
	numeric := make([]bool, len(heads))
	for i, h := range heads {
		widths[i], numeric[i] = utf8.RuneCountInString(h), len(rows) > 0
		for _, r := range rows {
			widths[i] = max(widths[i], utf8.RuneCountInString(r[i]))
			numeric[i] = numeric[i] && number(r[i])
		}
	}
	for most := widest(w); total(widths) > most; {
		widest := 0
		for i := range widths {
			if widths[i] >= widths[widest] {
				widest = i
			}
		}
		if widths[widest] <= 4 {
			break
		}
		widths[widest]--
	}
	line := func(cells []string, upper bool) {
		var b strings.Builder
		for i, c := range cells {
			if upper {
				c = strings.ToUpper(strings.ReplaceAll(c, "_", " "))
			}
			c = cut(c, widths[i])
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(c))
			if i > 0 {
				b.WriteString(strings.Repeat(" ", gap))
			}
			if numeric[i] {
				b.WriteString(pad + c)
			} else {
				b.WriteString(c + pad)
			}
		}
		fmt.Fprintln(w, strings.TrimRight(b.String(), " "))
	}
	line(heads, true)
	for _, r := range rows {
		line(r, false)
	}
}

func total(widths []int) int {
	n := gap * (len(widths) - 1)
	for _, w := range widths {
		n += w
	}
	return n
}

func number(s string) bool {
	return s == "" || strings.Trim(s, "-0123456789") == ""
}

// cut makes a text fit, and keeps what came from outside from moving the cursor.
func cut(s string, n int) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return '�'
		}
		return r
	}, s)
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:max(0, n-1)]) + "…"
}

// plain keeps control characters out of a line that is no table.
func plain(s string) string { return cut(s, 1<<20) }

// row is a row of a list with its fields in their order.
type row struct {
	names  []string
	values map[string]json.RawMessage
}

// UnmarshalJSON keeps the order of the fields.
func (r *row) UnmarshalJSON(raw []byte) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return fmt.Errorf("a row is no object")
	}
	r.values = map[string]json.RawMessage{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return err
		}
		name := t.(string) // a key of an object is a string
		var v json.RawMessage
		if err := d.Decode(&v); err != nil {
			return err
		}
		r.names = append(r.names, name)
		r.values[name] = v
	}
	return nil
}

// text is a field as a table shows it.
func (a *app) text(v json.RawMessage) string {
	if len(v) == 0 || string(v) == "null" {
		return ""
	}
	switch v[0] {
	case '"':
		var s string
		if json.Unmarshal(v, &s) != nil {
			return string(v)
		}
		if t, err := time.Parse(time.RFC3339, s); err == nil && len(s) >= 20 {
			return a.when(t)
		}
		return s
	case 't':
		return "yes"
	case 'f':
		return "no"
	case '[':
		return list(v)
	case '{':
		return a.inner(v)
	}
	return string(v)
}

// list shows texts with commas between, and how many there are of anything else.
func list(v json.RawMessage) string {
	var texts []string
	if json.Unmarshal(v, &texts) == nil {
		return strings.Join(texts, ", ")
	}
	var any []json.RawMessage
	if json.Unmarshal(v, &any) != nil {
		return string(v)
	}
	return fmt.Sprint(len(any))
}

// inner shows the parts of an object: bin 6, tote 2.
func (a *app) inner(v json.RawMessage) string {
	var r row
	if json.Unmarshal(v, &r) != nil {
		return string(v)
	}
	var parts []string
	for _, n := range r.names {
		parts = append(parts, n+" "+a.text(r.values[n]))
	}
	return strings.Join(parts, ", ")
}

// when is a time in the site's own zone, as people there say it.
func (a *app) when(t time.Time) string {
	zone := a.zone
	if zone == nil {
		zone = time.UTC
	}
	return t.In(zone).Format("02 Jan 15:04")
}
