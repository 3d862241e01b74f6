package view

import (
	"container/list"
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"picket/edge/floor"
)

// section shows the rows of one kind: runs, tasks, cases on the desk and so on. Which there are is read off
// floor.State, so that what the floor begins to keep is on the board without another word.
type section struct {
	name string
	rows floor.Section
	at   map[string]*list.Element // of *shownRow
}

// shownRow is a row and the record at which it last changed.
type shownRow struct {
	in  *section
	id  string
	seq floor.Seq
	rev uint64
	raw json.RawMessage // nil: to be drawn again
}

// hidden are sections no screen sees: an approval is for the one it was given to, and the totals of a day change
// with every scan (they are read as reports). Numbers of receipts and
// what came back on them are looked up when one is used.
var hidden = map[string]bool{"approvals": true, "days": true, "receipts": true, "back": true}

// sectionsOf finds the sections of a state, by the name of their field.
func sectionsOf(s *floor.State) []*section {
	var out []*section
	v := reflect.ValueOf(s).Elem()
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if !f.IsExported() || hidden[snake(f.Name)] {
			continue
		}
		if rows, ok := v.Field(i).Addr().Interface().(floor.Section); ok {
			out = append(out, &section{name: snake(f.Name), rows: rows, at: map[string]*list.Element{}})
		}
	}
	slices.SortFunc(out, func(a, b *section) int { return strings.Compare(a.name, b.name) })
	return out
}

// snake is a field's name as JSON has it.
func snake(name string) string {
	var b strings.Builder
	for i, r := range name {
		if r >= 'A' && r <= 'Z' {
			if i > 0 {
				b.WriteByte('_')
			}
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// startSections shows what the state holds already.
func (b *Board) startSections() {
	b.sections, b.rows = sectionsOf(b.state), list.New()
	for _, s := range b.sections {
		s.rows.Watch()
		for _, id := range s.rows.Keys() {
			s.at[id] = b.rows.PushBack(&shownRow{in: s, id: id, seq: b.seq, rev: b.rev})
		}
	}
	b.setting = setting{site: encodeRow(&b.state.Site), policy: encodeRow(&b.state.Policy), seq: b.seq, rev: b.rev}
}

// followSections marks the rows the last record wrote.
func (b *Board) followSections(r *floor.Record) {
	for _, s := range b.sections {
		for _, id := range s.rows.Changed() {
			at := s.at[id]
			switch {
			case s.rows.Find(id) != nil && at == nil:
				s.at[id] = b.rows.PushBack(&shownRow{in: s, id: id, seq: b.seq, rev: b.rev})
			case s.rows.Find(id) != nil:
				sh := at.Value.(*shownRow)
				sh.raw, sh.seq, sh.rev = nil, b.seq, b.rev
				b.rows.MoveToBack(at)
			case at != nil:
				b.rows.Remove(at)
				delete(s.at, id)
				b.trail.add(change{seq: b.seq, rev: b.rev, section: s.name, row: id})
			}
		}
	}
	// Only the site's own records move its hours and its policy.
	if r.Subject == "site" {
		site, policy := encodeRow(&b.state.Site), encodeRow(&b.state.Policy)
		if string(site) != string(b.setting.site) || string(policy) != string(b.setting.policy) {
			b.setting = setting{site: site, policy: policy, seq: b.seq, rev: b.rev}
		}
	}
}

// setting is what the site is and how it wants things done.
type setting struct {
	site, policy json.RawMessage
	seq          floor.Seq
	rev          uint64
}

// drawRow encodes the row, once for everybody who looks.
func (b *Board) drawRow(sh *shownRow) json.RawMessage {
	if sh.raw == nil {
		row := sh.in.rows.Find(sh.id)
		if mask := masks[sh.in.name]; mask != nil {
			row = mask(b.state, row)
		}
		sh.raw = encodeKeyed(row, sh.id)
	}
	return sh.raw
}

// masks keep from the screens what people at work are not to see. They change a copy.
var masks = map[string]func(*floor.State, any) any{
	// Whoever counts blind does not see the book.
	"bin_counts": func(s *floor.State, row any) any {
		b, ok := row.(*floor.BinCount)
		if !ok {
			return row
		}
		if in := s.Counts.Get(b.Count); b.Done || in == nil || !in.Blind {
			return row
		}
		c := *b
		c.Tries, c.Trail = slices.Clone(b.Tries), nil
		for i := range c.Tries {
			c.Tries[i].Lines = nil
		}
		return &c
	},
	// What the book was off by, and in money, is for those who audit.
	"inventories": func(_ *floor.State, row any) any {
		in, ok := row.(*floor.Inventory)
		if !ok {
			return row
		}
		c := *in
		c.Zones = nil
		return &c
	},
	// Whoever counts a drawer does not see what was booked.
	"drawers": func(_ *floor.State, row any) any {
		d, ok := row.(*floor.Drawer)
		if !ok || d.Over() {
			return row
		}
		c := *d
		c.Sums, c.Counts = nil, nil
		return &c
	},
}

// encodeKeyed is a row as JSON that has an id: its key, where the row itself goes by another name.
func encodeKeyed(v any, id string) json.RawMessage {
	raw := encodeRow(v)
	if hasID(reflect.TypeOf(v)) || len(raw) < 2 || raw[0] != '{' {
		return raw
	}
	key, err := json.Marshal(id)
	if err != nil {
		return raw
	}
	out := append(append([]byte(`{"id":`), key...), ',')
	if len(raw) == 2 {
		out = out[:len(out)-1]
	}
	return append(out, raw[1:]...)
}

// hasID says whether a row's own JSON has an id.
func hasID(t reflect.Type) bool {
	return slices.Contains(columns(t.Elem()), "id")
}

// worded is a row that says in words what it is about, and what to do.
type worded interface {
	Words() string
	Hint() string
}

// encodeRow is a row as JSON, with its words where it has them.
func encodeRow(v any) json.RawMessage {
	raw, err := json.Marshal(v)
	if err != nil { // the floor's aggregates are all written to snapshots as JSON
		return json.RawMessage(`null`)
	}
	w, ok := v.(worded)
	if !ok {
		return raw
	}
	said, err := json.Marshal(struct {
		Words string `json:"words"`
		Hint  string `json:"hint"`
	}{w.Words(), w.Hint()})
	if err != nil || len(raw) < 2 {
		return raw
	}
	if len(raw) > 2 {
		raw = append(raw[:len(raw)-1], ',')
	} else {
		raw = raw[:1]
	}
	return append(raw, said[1:]...)
}

// fullRows are all rows by section, each by id.
func (b *Board) fullRows() map[string][]json.RawMessage {
	out := make(map[string][]json.RawMessage, len(b.sections))
	for _, s := range b.sections {
		rows := make([]json.RawMessage, 0, len(s.at))
		for _, id := range s.rows.Keys() {
			if at := s.at[id]; at != nil {
				rows = append(rows, b.drawRow(at.Value.(*shownRow)))
			}
		}
		out[s.name] = rows
	}
	return out
}

// rowsSince are the rows that changed behind a mark, by section and id.
func (b *Board) rowsSince(later func(floor.Seq, uint64) bool) map[string][]json.RawMessage {
	var changed []*shownRow
	for at := b.rows.Back(); at != nil; at = at.Prev() {
		sh := at.Value.(*shownRow)
		if !later(sh.seq, sh.rev) {
			break
		}
		changed = append(changed, sh)
	}
	if len(changed) == 0 {
		return nil
	}
	slices.SortFunc(changed, func(x, y *shownRow) int { return strings.Compare(x.id, y.id) })
	out := map[string][]json.RawMessage{}
	for _, sh := range changed {
		out[sh.in.name] = append(out[sh.in.name], b.drawRow(sh))
	}
	return out
}

// Sections names what Rows of a full board may hold.
func (b *Board) Sections() []string {
	out := make([]string, len(b.sections))
	for i, s := range b.sections {
		out[i] = s.name
	}
	return out
}
