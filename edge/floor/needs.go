package floor

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Keys are what people and machines may call an order by, sorted: the archive finds it under each of them.
//
//	order/O-1            the order itself
//	unit/095200…         a parcel's SSCC
//	job/hh-1:9/1         a print job
//	code/JJD000390…      a carrier's number, a label fetched ahead, the number of a return label, the code of a
//	                     gift receipt, a parcel that was to bring its goods; in capitals
//	number/WEB-1001      what people call it; in capitals
//	serial/SKU/123       a unit it had
func (o *Order) Keys() []string {
	out := []string{"order/" + string(o.ID), "number/" + strings.ToUpper(o.Number)}
	code := func(text string) {
		if text != "" {
			out = append(out, codeKey(text))
		}
	}
	for i := range o.Units {
		out = append(out, "unit/"+string(o.Units[i].ID))
		code(o.Units[i].Tracking)
		code(o.Units[i].ReturnNo)
	}
	for i := range o.Jobs {
		out = append(out, "job/"+string(o.Jobs[i].ID))
	}
	for _, text := range o.Spent {
		code(text)
	}
	for i := range o.Labels {
		code(o.Labels[i].Tracking)
	}
	for _, text := range o.Expect {
		code(text)
	}
	if o.Gift != nil {
		code(o.Gift.Receipt)
	}
	for i := range o.Lines {
		for _, no := range o.Lines[i].Serials {
			out = append(out, serialKey(o.Lines[i].SKU, no))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func codeKey(text string) string              { return "code/" + strings.ToUpper(text) }
func serialKey(sku SKU, number string) string { return "serial/" + string(sku) + "/" + number }

// CodeKeys are the keys a code that was scanned or typed may stand for.
func CodeKeys(text string) []string {
	if text == "" {
		return nil
	}
	out := []string{"order/" + text, "number/" + strings.ToUpper(text), "job/" + text, codeKey(text)}
	return append(out, unitKeys(text)...)
}

// unitKeys are the keys of what a parcel's label says.
func unitKeys(text string) []string {
	bare := text
	if len(bare) > 3 && bare[0] == ']' {
		bare = bare[3:]
	}
	out := []string{codeKey(bare)}
	bare = strings.TrimPrefix(bare, "(00)")
	if len(bare) == 20 {
		bare = strings.TrimPrefix(bare, "00")
	}
	return append(out, "unit/"+bare)
}

// DueKey is a text that sorts orders by due time, then id. Pages of lists go by it, on the floor and in the archive.
func DueKey(due time.Time, id OrderID) string {
	return fmt.Sprintf("%016x/%s", uint64(due.UnixMilli())^(1<<63), id)
}

// archiveRows is how many rows of the archive the order takes: itself, its place in the lists, and its keys.
func (o *Order) archiveRows() int { return len(o.Keys()) + 2 }

// naming is a command that names orders by texts whose meaning only its flow knows.
type naming interface{ names(s *State) []string }

// Needs states what a command looks for and the floor does not hold: the keys of orders that may have left for
// the archive. Whoever decides loads what stands there under them, and lends it (DecideWith). A command about
// open work needs nothing, and finding that out costs next to nothing.
func Needs(s *State, c Command) []string {
	if c, ok := c.(*Scan); ok && len(c.Serials) == 0 && s.Orders[c.Order] != nil {
		return nil // by far the most frequent
	}
	if _, away := c.(*ArchiveOrders); away || c == nil {
		return nil // what left need not leave again
	}
	v := reflect.ValueOf(c)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return nil
	}
	var out []string
	if plan := needsOf[v.Elem().Type()]; plan != nil {
		out = plan.add(out, s, v.Elem())
	}
	if n, ok := c.(naming); ok {
		out = append(out, n.names(s)...)
	}
	return out
}

// names: a unit with a serial number may be one that an order had.
func (c *Scan) names(s *State) []string { return serialNames(s, c.SKU, c.Serials) }

func serialNames(s *State, sku SKU, numbers []string) []string {
	var out []string
	for _, no := range numbers {
		if _, known := s.serials[serial{sku, no}]; !known {
			out = append(out, serialKey(sku, no))
		}
	}
	return out
}

// names: a label scanned on a parcel may be another parcel's.
func (c *VerifyLabel) names(s *State) []string { return scanned(s, c.Code) }
func (c *ParcelBack) names(s *State) []string  { return scanned(s, c.Code) }

// names: the code of a gift receipt.
func (c *OpenReturn) names(*State) []string {
	if c.Order != "" || c.RMA != "" || c.Receipt == "" || len(c.Receipt) > MaxID {
		return nil
	}
	return []string{codeKey(c.Receipt)}
}

// names: its parcel is named by what the label says.
func (c *PayDoor) names(s *State) []string { return scanned(s, c.Unit) }

// names: a parcel that was to bring goods for an order, by its SSCC or its carrier's number.
func (c *ScanArrival) names(s *State) []string {
	var out []string
	for _, text := range []string{string(c.Unit), c.Tracking} {
		if text != "" && c.Order == "" && len(text) <= MaxID {
			out = append(out, codeKey(text))
		}
	}
	return out
}

func scanned(s *State, code string) []string {
	if code == "" || len(code) > MaxText || s.UnitOf(code) != "" {
		return nil
	}
	return unitKeys(code)
}

// needsPlan says where the ids stand in a type of command. It is made once for every kind of command, from its
// fields, so that none is forgotten.
type needsPlan struct {
	field  int
	what   byte // 'o' an order, 'u' a handling unit, 'j' a print job; 's' a struct and 'l' a list with some inside
	inside *needs
}

type needs []needsPlan

var needsOf = func() map[reflect.Type]*needs {
	out := map[reflect.Type]*needs{}
	for i := range entries {
		if t := reflect.TypeOf(entries[i].New()).Elem(); t.Kind() == reflect.Struct {
			if p := planNeeds(t, 0); len(*p) > 0 {
				out[t] = p
			}
		}
	}
	return out
}()

var (
	orderIDType = reflect.TypeFor[OrderID]()
	unitIDType  = reflect.TypeFor[UnitID]()
	jobIDType   = reflect.TypeFor[JobID]()
)

// letterOf is how a plan names a type, 0 for one that names nothing.
func letterOf(t reflect.Type) byte {
	switch t {
	case orderIDType:
		return 'o'
	case unitIDType:
		return 'u'
	case jobIDType:
		return 'j'
	}
	return 0
}

func planNeeds(t reflect.Type, deep int) *needs {
	out := &needs{}
	for i := range t.NumField() {
		ft := t.Field(i).Type
		if deep > 4 || !t.Field(i).IsExported() {
			continue
		}
		p := needsPlan{field: i, what: letterOf(ft)}
		switch {
		case p.what != 0:
		case ft.Kind() == reflect.Struct:
			p.what, p.inside = 's', planNeeds(ft, deep+1)
		case ft.Kind() == reflect.Slice && letterOf(ft.Elem()) != 0:
			p.what, p.inside = 'l', &needs{{what: letterOf(ft.Elem())}}
		case ft.Kind() == reflect.Slice && ft.Elem().Kind() == reflect.Struct:
			p.what, p.inside = 'l', planNeeds(ft.Elem(), deep+1)
		}
		if p.what != 0 && (p.inside == nil || len(*p.inside) > 0) {
			*out = append(*out, p)
		}
	}
	return out
}

func (n *needs) add(out []string, s *State, v reflect.Value) []string {
	for i := range *n {
		p := &(*n)[i]
		switch f := v.Field(p.field); p.what {
		case 's':
			out = p.inside.add(out, s, f)
		case 'l':
			for k := range f.Len() {
				if at := f.Index(k); at.Kind() == reflect.Struct {
					out = p.inside.add(out, s, at)
				} else {
					out = lacks(out, s, (*p.inside)[0].what, at.String())
				}
			}
		default:
			out = lacks(out, s, p.what, f.String())
		}
	}
	return out
}

// lacks adds the key of what the floor does not hold.
func lacks(out []string, s *State, what byte, id string) []string {
	if id == "" || len(id) > MaxText {
		return out
	}
	key := ""
	switch what {
	case 'o':
		if s.Orders[OrderID(id)] == nil {
			key = "order/" + id
		}
	case 'u':
		if s.Units[UnitID(id)] == "" {
			key = "unit/" + id
		}
	case 'j':
		if _, _, no := s.findJob(JobID(id)); no != nil {
			key = "job/" + id
		}
	}
	if key == "" || slices.Contains(out, key) {
		return out
	}
	return append(out, key)
}
