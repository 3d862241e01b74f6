package view

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"picket/edge/floor"
)

// List is a listing of one kind of thing. Its filters are the plain fields of its rows, so that a field the
// floor adds can be asked for without another word.
type List struct {
	Name string
	Says string
	For  string // the least role that may read it: "" anybody signed in, "lead", "manager"
	Row  any    // a pointer to an empty row, for whoever describes it
	ByID bool   // its rows can be asked for one by one, by their id

	keys   func(b *Board, now time.Time) []string             // sorted: what pages go by
	row    func(b *Board, key string, now time.Time) any      // nil: it is not there any more
	rows   func(b *Board, now time.Time) func(key string) any // instead of row, where one look at everything serves all
	fields []field
	keyed  bool // its rows have no id of their own: their key is added as one
}

// field is a plain field of a row: a text, a number, a truth.
type field struct {
	name  string
	index []int
	kind  reflect.Kind
}

// Ask is what somebody wants to see of a list.
type Ask struct {
	Where map[string]string // field -> value; a text may be any of several, with commas between
	Q     string            // part of any text of the row, in any case
	After string            // the page behind this key
	Limit int
	Now   time.Time
	Book  bool // whoever asks may see the book of bins that are counted blind
}

// Page is some rows of a list. Next is what to ask for behind them, empty on the last page.
type Page struct {
	Rows []json.RawMessage `json:"rows"`
	Next string            `json:"next,omitempty"`

	keys []string // of the rows
}

// AskError is a parameter that cannot be.
type AskError struct{ Param, Why string }

func (e *AskError) Error() string { return e.Param + ": " + e.Why }

// Lists are all listings by name: those of the floor's sections, and those made here.
func (b *Board) Lists() []*List { return b.lists }

// List finds a listing; nil when there is none of that name.
func (b *Board) List(name string) *List {
	for _, l := range b.lists {
		if l.Name == name {
			return l
		}
	}
	return nil
}

// makeLists lists what can be listed.
func (b *Board) makeLists() {
	b.lists = ownLists()
	for _, s := range b.sections {
		l := &List{
			Name: s.name, Says: says[s.name], Row: s.rows.Blank(), ByID: true, keyed: !hasID(reflect.TypeOf(s.rows.Blank())),
			keys: func(*Board, time.Time) []string { return s.rows.Keys() },
			row:  func(_ *Board, key string, _ time.Time) any { return s.rows.Find(key) },
		}
		if masks[s.name] != nil { // whole, so for those who review
			l.For = "lead"
		}
		if l.Says == "" {
			l.Says = "The " + strings.ReplaceAll(s.name, "_", " ") + " of this site."
		}
		b.lists = append(b.lists, l)
		if s.name == "cases" { // people call it the desk
			desk := *l
			desk.Name = "desk"
			b.lists = append(b.lists, &desk)
		}
	}
	for _, l := range b.lists {
		l.fields = plainFields(reflect.TypeOf(l.Row).Elem(), nil)
	}
	slices.SortFunc(b.lists, func(x, y *List) int { return strings.Compare(x.Name, y.Name) })
}

// says describes the sections to whoever reads of them. One that is not here is described by its name.
var says = map[string]string{
	"runs":        "Pick runs: walks through the site that pick for one order or many.",
	"tasks":       "Tasks beside the orders: put back, put away, replenish, count again.",
	"cases":       "What no rule could settle, each with what happened and what to do.",
	"inbounds":    "Deliveries: what was announced, and what came.",
	"returns":     "Goods that customers bring back.",
	"counts":      "Counts of bins.",
	"inventories": "Inventories that were signed off: what was counted and what the book was off by, by zone and in money, and who signed.",
	"bin_counts":  "How far the count of each bin is.",
	"drawers":     "Money taken at the counter and paid in by drivers, by till and shift: who took what by which means, and how it was counted.",
	"owes":        "What drivers have still to pay in of what they collected on delivery.",
	"manifests":   "Lists of the parcels a carrier takes.",
	"cartons":     "Cartons that are at hand to pack into, with their sizes.",
	"carriers":    "Carriers and their services, cut-offs and prices.",
	"totes":       "Totes that are in use: whose goods they hold.",
	"transfers":   "Parcels on their way here from other sites, as far as their lists of contents were read.",
	"list_keys":   "Keys of other sites, by which their lists of contents are believed.",
	"lapsed":      "Announced returns that nobody brought in time.",
}

// Filters names the fields a list can be asked by.
func (l *List) Filters() []string {
	out := make([]string, len(l.fields))
	for i, f := range l.fields {
		out[i] = f.name
	}
	return out
}

// FilterKind says what a filter takes: string, integer or boolean.
func (l *List) FilterKind(name string) string {
	for _, f := range l.fields {
		if f.name == name {
			switch f.kind {
			case reflect.String:
				return "string"
			case reflect.Bool:
				return "boolean"
			}
			return "integer"
		}
	}
	return ""
}

// Page reads a list. It fails only with an AskError.
func (l *List) Page(b *Board, a Ask) (Page, error) {
	match, err := l.matcher(a)
	if err != nil {
		return Page{}, err
	}
	p := Page{Rows: []json.RawMessage{}}
	keys := l.keys(b, a.Now)
	find := func(key string) any { return l.row(b, key, a.Now) }
	if l.rows != nil {
		find = l.rows(b, a.Now)
	}
	last := ""
	for i := sort.SearchStrings(keys, a.After); i < len(keys); i++ {
		if keys[i] == a.After {
			continue
		}
		row := find(keys[i])
		if hide := unbooked[l.Name]; row != nil && hide != nil && !a.Book {
			row = hide(b, row)
		}
		if row == nil || !match(reflect.ValueOf(row).Elem()) {
			continue
		}
		if len(p.Rows) == a.Limit {
			p.Next = last
			return p, nil
		}
		p.Rows, p.keys = append(p.Rows, l.encode(row, keys[i])), append(p.keys, keys[i])
		last = keys[i]
	}
	return p, nil
}

// One is the row of an id; nil when there is none.
func (l *List) One(b *Board, id string, now time.Time, book bool) json.RawMessage {
	if _, there := slices.BinarySearch(l.keys(b, now), id); !there || !l.ByID {
		return nil
	}
	find := func(key string) any { return l.row(b, key, now) }
	if l.rows != nil {
		find = l.rows(b, now)
	}
	row := find(id)
	if hide := unbooked[l.Name]; row != nil && hide != nil && !book {
		row = hide(b, row)
	}
	if row != nil {
		return l.encode(row, id)
	}
	return nil
}

func (l *List) encode(row any, key string) json.RawMessage {
	if l.keyed {
		return encodeKeyed(row, key)
	}
	return encodeRow(row)
}

// Keyed says whether rows carry their key as an id that the row itself does not have.
func (l *List) Keyed() bool { return l.keyed }

// matcher makes a test of a row out of what was asked.
func (l *List) matcher(a Ask) (func(reflect.Value) bool, error) {
	var tests []func(reflect.Value) bool
	for _, name := range slices.Sorted(maps.Keys(a.Where)) {
		want := a.Where[name]
		i := slices.IndexFunc(l.fields, func(f field) bool { return f.name == name })
		if i < 0 {
			return nil, &AskError{name, "is not a parameter of this list; there are: q, after, limit, format, " + strings.Join(l.Filters(), ", ")}
		}
		test, err := l.fields[i].test(want)
		if err != nil {
			return nil, err
		}
		tests = append(tests, test)
	}
	q := strings.ToLower(a.Q)
	return func(row reflect.Value) bool {
		for _, t := range tests {
			if !t(row) {
				return false
			}
		}
		return q == "" || l.says(row, q)
	}, nil
}

func (l *List) says(row reflect.Value, q string) bool {
	for i := range l.fields {
		if f := &l.fields[i]; f.kind == reflect.String {
			if v, err := row.FieldByIndexErr(f.index); err == nil && strings.Contains(strings.ToLower(v.String()), q) {
				return true
			}
		}
	}
	return false
}

func (f *field) test(want string) (func(reflect.Value) bool, error) {
	switch f.kind {
	case reflect.String:
		any := append(strings.Split(want, ","), want) // a text may have a comma of its own
		return func(row reflect.Value) bool {
			v, err := row.FieldByIndexErr(f.index)
			return err == nil && slices.Contains(any, v.String())
		}, nil
	case reflect.Bool:
		if want != "true" && want != "false" {
			return nil, &AskError{f.name, "is true or false"}
		}
		return func(row reflect.Value) bool {
			v, err := row.FieldByIndexErr(f.index)
			return err == nil && v.Bool() == (want == "true")
		}, nil
	}
	n, err := strconv.ParseInt(want, 10, 64)
	if err != nil {
		return nil, &AskError{f.name, "is a whole number"}
	}
	return func(row reflect.Value) bool {
		v, err := row.FieldByIndexErr(f.index)
		if err == nil && v.Kind() == reflect.Pointer {
			v = v.Elem() // what is hidden is no number, and 0 neither
		}
		switch {
		case err != nil || !v.IsValid():
			return false
		case v.CanInt():
			return v.Int() == n
		}
		return v.CanUint() && n >= 0 && v.Uint() == uint64(n)
	}, nil
}

// plainFields finds the fields of a row one can ask by: texts, whole numbers and truths, also those of
// structs it embeds.
func plainFields(t reflect.Type, at []int) []field {
	var out []field
	for i := range t.NumField() {
		f := t.Field(i)
		index := append(slices.Clone(at), i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct:
			out = append(out, plainFields(f.Type, index)...)
		case !f.IsExported() || name == "" || name == "-" || secret[name]:
		default:
			of := f.Type
			if of.Kind() == reflect.Pointer && of.Elem().Kind() == reflect.Int64 {
				of = of.Elem() // a number that may be hidden
			}
			switch k := of.Kind(); k {
			case reflect.String, reflect.Bool, reflect.Int, reflect.Int64, reflect.Uint64:
				out = append(out, field{name: name, index: index, kind: k})
			}
		}
	}
	return out
}

// secret are fields nobody asks by: what they hold is a reference to personal data, or a digest of it.
var secret = map[string]bool{"ship_to": true, "contact": true, "code_salt": true, "code_hash": true, "proxy_only": true}

// Columns are the fields of a list's rows in their order, for a table.
func (l *List) Columns() []string {
	out := columns(reflect.TypeOf(l.Row).Elem())
	if l.keyed {
		out = append([]string{"id"}, out...)
	}
	if _, ok := l.Row.(worded); ok {
		out = append(out, "words", "hint")
	}
	return out
}

func columns(t reflect.Type) []string {
	var out []string
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct:
			out = append(out, columns(f.Type)...)
		case f.IsExported() && name != "" && name != "-":
			out = append(out, name)
		}
	}
	return out
}

// rank makes a key that sorts by a time first.
func rank(at time.Time, id string) string {
	return floor.DueKey(at, floor.OrderID(id))
}

func unrank(key string) string {
	if len(key) > 17 {
		return key[17:]
	}
	return ""
}
