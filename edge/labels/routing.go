package labels

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"picket/edge/floor"
)

// Routing is how a carrier sorts a parcel on its way to an address. What its table does not know is empty.
type Routing struct {
	Sort, Depot, Route string
}

// Routes is a carrier's table for the parcels of one site.
type Routes struct {
	to map[string]Routing // by country, a blank, and how the postcode begins
}

// mostRoutes is how many lines a table may have, and mostRouteWords how long a word of it may be.
const (
	mostRoutes     = 200_000
	mostRouteWords = 24
)

// ReadRoutes reads a table as CSV with a line of headings: country,postcode,sort,depot,route. A postcode stands for all that
// begin like it, an empty one for the whole country; the longest that fits wins. The error names the line.
func ReadRoutes(text []byte) (Routes, error) {
	t := Routes{to: map[string]Routing{}}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(text), "\ufeff")))
	r.FieldsPerRecord, r.TrimLeadingSpace, r.ReuseRecord = 5, true, true
	for n := 0; ; n++ {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			if n == 0 {
				return Routes{}, errors.New("line 1: want the headings country,postcode,sort,depot,route")
			}
			return t, nil
		}
		if err != nil {
			var bad *csv.ParseError
			if errors.As(err, &bad) {
				return Routes{}, fmt.Errorf("line %d: %w", bad.Line, bad.Err)
			}
			return Routes{}, err
		}
		line, _ := r.FieldPos(0)
		if n == 0 {
			if got := strings.Join(row, ","); got != "country,postcode,sort,depot,route" {
				return Routes{}, fmt.Errorf("line %d: want the headings country,postcode,sort,depot,route", line)
			}
			continue
		}
		for _, w := range row {
			if utf8.RuneCountInString(w) > mostRouteWords || !utf8.ValidString(w) || strings.ContainsFunc(w, func(r rune) bool { return r < ' ' }) {
				return Routes{}, fmt.Errorf("line %d: a word is longer than %d characters, or is none", line, mostRouteWords)
			}
		}
		country, key := alnum(row[0]), alnum(row[0])+" "+alnum(row[1])
		if len(country) != 2 || row[2] == "" {
			return Routes{}, fmt.Errorf("line %d: country has two letters, and sort must not be empty", line)
		}
		if _, twice := t.to[key]; twice {
			return Routes{}, fmt.Errorf("line %d: %s stands there twice", line, key)
		}
		if n > mostRoutes {
			return Routes{}, fmt.Errorf("line %d: more than %d lines", line, mostRoutes)
		}
		t.to[key] = Routing{Sort: strings.Clone(row[2]), Depot: strings.Clone(row[3]), Route: strings.Clone(row[4])}
	}
}

// For is the way to an address.
func (t Routes) For(country, postcode string) Routing {
	code := alnum(postcode)
	code = code[:min(len(code), 4*mostRouteWords)]
	for n := len(code); n >= 0; n-- {
		if r, ok := t.to[alnum(country)+" "+code[:n]]; ok {
			return r
		}
	}
	return Routing{}
}

// mostRouting is how long country and postcode are at the most, in letters and digits: what is longer is no postcode.
const mostRouting = 2 + 12

// routing is what a carrier's belts read of an address; empty where it has nothing they could.
func routing(country, postcode string) string {
	if code := alnum(country) + alnum(postcode); len(code) <= mostRouting {
		return code
	}
	return ""
}

// alnum are the letters and digits of a postcode or of a country, as carriers' codes write them.
func alnum(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		}
		return -1
	}, s)
}

// spokenNumber is a carrier's number as people read it out: a postal one as its union writes it, others in fours.
func spokenNumber(number string) string {
	if floor.IsS10(number) {
		return spacedS10(number)
	}
	return grouped(number)
}

func grouped(number string) string {
	var out []string
	for ; len(number) > 4; number = number[4:] {
		out = append(out, number[:4])
	}
	return strings.Join(append(out, number), " ")
}
