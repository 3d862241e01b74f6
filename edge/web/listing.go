package web

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"picket/edge/floor"
	"picket/edge/report"
	"picket/edge/view"
)

// Limits of one page, and of what is asked for.
const (
	pageUsual = 50
	pageMax   = 1000
	paramMax  = 200
)

// listReply is a page of a list.
type listReply struct {
	Log  floor.LogID       `json:"log"`
	Seq  floor.Seq         `json:"seq"` // of the board the rows are of
	Rows []json.RawMessage `json:"rows"`
	Next string            `json:"next,omitempty"` // hand it in as after for the page behind; absent on the last
}

func (s *Server) list(w http.ResponseWriter, r *http.Request, l *view.List, who *signedIn) {
	ask, asCSV, p := s.ask(r)
	if p != nil {
		p.write(w)
		return
	}
	if !s.filtersOrder(w, r, l, ask.Where) {
		return
	}
	var page view.Page
	var err error
	out := listReply{}
	var here map[floor.OrderID]bool
	lay := l.Lays() && s.past != nil
	s.feed.look(func(b *view.Board) {
		ask.Book = seesBook(who)
		page, err = b.List(l.Name).Page(b, ask)
		out.Log, out.Seq = b.Log(), b.Seq()
		if lay {
			here = b.Here()
		}
	})
	if lay && err == nil {
		page, err = l.Lay(page, ask, here, s.past, func(do func(*view.Board)) { s.feed.look(do) })
	}
	var no *view.AskError
	switch {
	case errors.As(err, &no):
		bad(http.StatusUnprocessableEntity, "query."+short(no.Param), no.Why, short(ask.Where[no.Param])).write(w)
		return
	case err != nil:
		s.fault(w, r, "list", err)
		return
	}
	out.Rows = page.Rows
	if page.Next != "" {
		out.Next = nextOf(page.Next)
	}
	if asCSV {
		s.csv(w, r, l, out)
		return
	}
	reply(w, out)
}

// ask reads the parameters of a list. Filters are judged by the list itself.
func (s *Server) ask(r *http.Request) (a view.Ask, asCSV bool, p *Problem) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return a, false, bad(http.StatusBadRequest, "query", "is not a query of name=value parts", nil)
	}
	no := func(name, why, value string) (view.Ask, bool, *Problem) {
		return view.Ask{}, false, bad(http.StatusUnprocessableEntity, "query."+short(name), why, short(value))
	}
	a = view.Ask{Where: map[string]string{}, Limit: pageUsual, Now: s.clock()}
	asCSV = strings.HasPrefix(r.Header.Get("Accept"), "text/csv")
	for _, name := range slices.Sorted(keys(values)) {
		v := values[name]
		switch {
		case len(v) > 1:
			return no(name, "stands there twice", v[1])
		case len(v[0]) > paramMax || !utf8.ValidString(v[0]):
			return no(name, fmt.Sprintf("is longer than %d bytes, or no text", paramMax), "")
		}
		switch name {
		case "q":
			a.Q = v[0]
		case "limit":
			n, err := strconv.Atoi(v[0])
			if err != nil || n < 1 || n > pageMax {
				return no(name, fmt.Sprintf("must be a number from 1 to %d", pageMax), v[0])
			}
			a.Limit = n
		case "after":
			key, ok := afterKey(v[0])
			if !ok {
				return no(name, "is not the next of a page", v[0])
			}
			a.After = key
		case "format":
			if v[0] != "csv" && v[0] != "json" {
				return no(name, "is json or csv", v[0])
			}
			asCSV = v[0] == "csv"
		default:
			a.Where[name] = v[0]
		}
	}
	return a, asCSV, nil
}

// nextOf is what a page hands out for the page behind a key: the key behind its sum, so that what is no next is told
// from one, and is not answered by an empty page.
func nextOf(key string) string {
	sum := binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(key)))
	return base64.RawURLEncoding.EncodeToString(append(sum, key...))
}

// afterKey is the key that a next was made of.
func afterKey(next string) (key string, ok bool) {
	raw, err := base64.RawURLEncoding.DecodeString(next)
	if err != nil || len(raw) <= 4 || binary.BigEndian.Uint32(raw) != crc32.ChecksumIEEE(raw[4:]) {
		return "", false
	}
	return string(raw[4:]), true
}

func keys[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// one answers a row by its id.
func (s *Server) one(w http.ResponseWriter, r *http.Request, l *view.List, who *signedIn) {
	id := r.PathValue("id")
	if order := floor.OrderID(id); l.Name == "pickups" {
		if !s.namesOrder(w, r, "path.id", &order) {
			return
		}
		id = string(order)
	}
	var row json.RawMessage
	s.feed.look(func(b *view.Board) { row = b.List(l.Name).One(b, id, s.clock(), seesBook(who)) })
	if key := l.KeyOfOne(id); row == nil && key != "" {
		found, err := s.closedUnder(key)
		if err != nil {
			s.fault(w, r, "one", err)
			return
		}
		for _, o := range found {
			s.feed.look(func(b *view.Board) { row = l.OneLeft(b, id, o, s.clock()) })
		}
	}
	if row == nil {
		missing("There is nothing called " + short(id) + " among the " + l.Name + ".").write(w)
		return
	}
	reply(w, row)
}

// csv writes a page as a table. Where there is another page, the header Link names it.
func (s *Server) csv(w http.ResponseWriter, r *http.Request, l *view.List, page listReply) {
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8; header=present")
	h.Set("Content-Disposition", `attachment; filename="`+l.Name+`.csv"`)
	h.Set("Cache-Control", "no-store")
	if page.Next != "" {
		q := r.URL.Query()
		q.Set("after", page.Next)
		h.Set("Link", "<"+r.URL.Path+"?"+q.Encode()+`>; rel="next"`)
	}
	columns := l.Columns()
	out := csv.NewWriter(w)
	_ = out.Write(columns) // the caller has gone; there is nobody to tell
	for _, raw := range page.Rows {
		var row map[string]json.RawMessage
		if err := json.Unmarshal(raw, &row); err != nil {
			s.log.Error("a row is no object", "list", l.Name, "error", err)
			return
		}
		cells := make([]string, len(columns))
		for i, c := range columns {
			cells[i] = cell(row[c])
		}
		_ = out.Write(cells)
	}
	out.Flush()
}

// cell is a value as a table shows it.
func cell(raw json.RawMessage) string {
	if len(raw) == 0 || string(raw) == "null" {
		return ""
	}
	var text string
	if raw[0] != '"' || json.Unmarshal(raw, &text) != nil {
		return string(raw)
	}
	return report.Plain(text)
}
