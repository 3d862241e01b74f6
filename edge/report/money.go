package report

import (
	"slices"
	"strings"

	"picket/edge/floor"
)

// minor is a column of amounts in the smallest unit of their currency.
func minor(name string) Column { return Column{Name: name, Unit: "minor units"} }

// moneyRows makes one row for each means of each till and shift of the days.
func moneyRows(days []*floor.Day) [][]Cell {
	var out [][]Cell
	for _, d := range days {
		var keys []string
		for name := range d.N {
			if key, ok := strings.CutSuffix(name, "/n"); ok && strings.HasPrefix(key, "money/") {
				keys = append(keys, key)
			} else if key, ok := strings.CutSuffix(name, "/counts"); ok && strings.HasPrefix(key, "money/") {
				keys = append(keys, key)
			}
		}
		slices.Sort(keys)
		for _, key := range slices.Compact(keys) {
			part := strings.Split(key, "/")
			if len(part) != 5 {
				continue
			}
			n := func(what string) int64 { return d.N[key+"/"+what] }
			booked := n("in") - n("out")
			row := []Cell{string(d.Date), part[1], part[2], part[3], part[4], n("n") - n("backs"), n("backs"), n("in"), n("out"), booked, nil, nil}
			if n("counts") > 0 {
				row[10], row[11] = n("counted"), n("counted")-booked
			}
			out = append(out, row)
		}
	}
	return out
}

// loweredRows makes one row for each currency of each day.
func loweredRows(days []*floor.Day) [][]Cell {
	var out [][]Cell
	for _, d := range days {
		var currencies []string
		for name := range d.N {
			if c, ok := strings.CutPrefix(name, "lowered/"); ok {
				if c, ok = strings.CutSuffix(c, "/n"); ok {
					currencies = append(currencies, c)
				}
			}
		}
		slices.Sort(currencies)
		for _, c := range currencies {
			out = append(out, []Cell{string(d.Date), c, d.N["lowered/"+c+"/n"], d.N["lowered/"+c+"/amount"]})
		}
	}
	return out
}

// personal are the reports that name people: they are made of the drawers, and reach back as far as those are kept.
var personal = []drawerReport{
	{Report{Name: "money_by_person", Says: "Money by who took it, in which shift, at which till and by which means.",
		columns: day(Column{Name: "shift"}, Column{Name: "till"}, Column{Name: "person"}, Column{Name: "means"}, Column{Name: "currency"},
			Column{Name: "payments"}, Column{Name: "refunds"}, minor("taken"), minor("given back"), minor("booked"), Column{Name: "drawer"})}, personRows},
}

type drawerReport struct {
	Report
	rows func(drawers []*floor.Drawer) [][]Cell
}

// personalOf makes one of them of the drawers of some days, which come in the order of their days.
func personalOf(name string, drawers []*floor.Drawer, within func(floor.Date) bool) (Table, bool) {
	i := slices.IndexFunc(personal, func(r drawerReport) bool { return r.Name == name })
	if i < 0 {
		return Table{}, false
	}
	var in []*floor.Drawer
	for _, d := range drawers {
		if within(d.Date) {
			in = append(in, d)
		}
	}
	r := personal[i]
	t := Table{Name: r.Name, Says: r.Says, Columns: r.columns, Rows: r.rows(in)}
	if t.Rows == nil {
		t.Rows = [][]Cell{}
	}
	if len(in) > 0 {
		t.From, t.To = string(in[0].Date), string(in[len(in)-1].Date)
	}
	return t, true
}

// personRows makes one row for each person and means of each till and shift.
func personRows(drawers []*floor.Drawer) [][]Cell {
	var out [][]Cell
	for _, d := range drawers {
		state := "not counted"
		if d.Over() {
			state = "counted by " + string(d.Counter)
		}
		for _, t := range d.Sums {
			out = append(out, []Cell{string(d.Date), d.Shift, d.Till, string(t.Who), t.Method, t.Currency, int64(t.N - t.Backs), int64(t.Backs), t.In, t.Out, t.In - t.Out, state})
		}
	}
	return out
}
