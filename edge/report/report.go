// Package report makes the site's reports out of the totals of its business days: lines per hour, time to
// ready, on time, shorts and declines by reason, dwell on the shelf, unclaimed orders, returns by reason,
// scan errors, printer faults, outages of the line, counts, till sales and money. Each is a table, as JSON or CSV.
//
// The package is PURE. It must never look at an order or a clock, nor at a person but for the money they took: the
// totals are folded from the journal by the floor, so a report says the same before and after a restart, and
// after the records it came from are gone.
package report

import (
	"encoding/csv"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"picket/edge/floor"
)

// Report is a table a manager asks for by name.
type Report struct {
	Name string `json:"name"`
	Says string `json:"says"`

	columns []column
	rows    func(days []*floor.Day) [][]Cell
}

// Source is what reports are made of.
type Source struct {
	Days    []*floor.Day
	Drawers []*floor.Drawer // kept as long as the site's policy says, because they name people
}

// Column says what stands in a column, and in which unit; a unit is empty for text and plain numbers.
type Column struct {
	Name string `json:"name"`
	Unit string `json:"unit,omitempty"`
}

type column = Column

// Cell is a text or a number; a number that cannot be known (a rate of nothing) is empty.
type Cell any

// Table is a report that was made.
type Table struct {
	Name    string   `json:"name"`
	Says    string   `json:"says"`
	From    string   `json:"from,omitempty"` // first business day in it
	To      string   `json:"to,omitempty"`   // last business day in it
	Columns []Column `json:"columns"`
	Rows    [][]Cell `json:"rows"` // one Cell a column: text, a number, or null where nothing is known
}

// All lists the reports, in the order shown.
func All() []Report {
	out := slices.Clone(reports)
	for i := range personal {
		out = append(out, personal[i].Report)
	}
	return out
}

// Make makes the report of that name over the days from one business day to another, both included; empty is
// no bound. False when there is no report of that name.
func Make(name string, of Source, from, to string) (Table, bool) {
	i := slices.IndexFunc(reports, func(r Report) bool { return r.Name == name })
	within := func(date floor.Date) bool {
		return (from == "" || string(date) >= from) && (to == "" || string(date) <= to)
	}
	if i < 0 {
		return personalOf(name, of.Drawers, within)
	}
	var in []*floor.Day
	for _, d := range of.Days {
		if within(d.Date) {
			in = append(in, d)
		}
	}
	slices.SortFunc(in, func(a, b *floor.Day) int { return strings.Compare(string(a.Date), string(b.Date)) })
	r := reports[i]
	t := Table{Name: r.Name, Says: r.Says, Columns: r.columns, Rows: r.rows(in)}
	if t.Rows == nil {
		t.Rows = [][]Cell{}
	}
	if len(in) > 0 {
		t.From, t.To = string(in[0].Date), string(in[len(in)-1].Date)
	}
	return t, true
}

// CSV writes the table with a head line (RFC 4180). A text that a spreadsheet would run as a formula gets an
// apostrophe before it.
func (t Table) CSV(w io.Writer) error {
	c := csv.NewWriter(w)
	c.UseCRLF = true
	head := make([]string, len(t.Columns))
	for i, col := range t.Columns {
		head[i] = col.Name
		if col.Unit != "" {
			head[i] += " (" + col.Unit + ")"
		}
	}
	if err := c.Write(head); err != nil {
		return err
	}
	for _, row := range t.Rows {
		line := make([]string, len(row))
		for i, v := range row {
			line[i] = text(v)
		}
		if err := c.Write(line); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

func text(v Cell) string {
	switch v := v.(type) {
	case nil:
		return ""
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case string:
		return Plain(v)
	}
	return ""
}

// rate is a share in per cent with one decimal, nothing when there was nothing to share.
func rate(part, whole int64) Cell {
	if whole == 0 {
		return nil
	}
	return math.Round(float64(part)*1000/float64(whole)) / 10
}

// mean is seconds per case as minutes with one decimal.
func mean(seconds, n int64) Cell {
	if n == 0 {
		return nil
	}
	return math.Round(float64(seconds)/float64(n)/6) / 10
}

// perDay makes one row a day.
func perDay(row func(n func(string) int64) []Cell) func([]*floor.Day) [][]Cell {
	return func(days []*floor.Day) [][]Cell {
		var out [][]Cell
		for _, d := range days {
			out = append(out, append([]Cell{string(d.Date)}, row(func(name string) int64 { return d.N[name] })...))
		}
		return out
	}
}

// byName makes one row for each name under a prefix, such as short/not_in_stock, the greatest sum first.
func byName(prefix string) func([]*floor.Day) [][]Cell {
	return func(days []*floor.Day) [][]Cell {
		sums, total := map[string]int64{}, int64(0)
		for _, d := range days {
			for name, n := range d.N {
				if rest, ok := strings.CutPrefix(name, prefix+"/"); ok {
					sums[rest] += n
					total += n
				}
			}
		}
		names := make([]string, 0, len(sums))
		for name, n := range sums {
			if n != 0 { // brought back, and taken home again
				names = append(names, name)
			}
		}
		slices.SortFunc(names, func(a, b string) int {
			if sums[a] != sums[b] {
				return int(max(-1, min(1, sums[b]-sums[a])))
			}
			return strings.Compare(a, b)
		})
		var out [][]Cell
		for _, name := range names {
			out = append(out, []Cell{strings.ReplaceAll(name, "_", " "), sums[name], rate(sums[name], total)})
		}
		return out
	}
}

// tried are the lines somebody was done with: picked or short, those that were both once.
func tried(n func(string) int64) int64 {
	return n("lines_picked") + n("short_lines") - n("short_lines_picked")
}

// rateByName makes one row for each name under a prefix, with its share of something else.
func rateByName(prefix string, of func(n func(string) int64) int64) func([]*floor.Day) [][]Cell {
	return func(days []*floor.Day) [][]Cell {
		rows, whole := byName(prefix)(days), int64(0)
		for _, d := range days {
			whole += of(func(name string) int64 { return d.N[name] })
		}
		for _, row := range rows {
			row[2] = rate(row[1].(int64), whole)
		}
		return rows
	}
}

// perHour makes one row for each hour of the day in which something was done, over all days.
func perHour(days []*floor.Day) [][]Cell {
	var out [][]Cell
	for h := range 24 {
		at := "hour/" + strconv.Itoa(h/10) + strconv.Itoa(h%10) + "/"
		var lines, units, on int64
		for _, d := range days {
			lines, units = lines+d.N[at+"lines"], units+d.N[at+"units"]
			if d.N[at+"units"] > 0 {
				on++
			}
		}
		if units > 0 {
			out = append(out, []Cell{at[5:7] + ":00", lines, units, math.Round(float64(lines)*10/float64(on)) / 10})
		}
	}
	return out
}

func day(columns ...column) []column { return append([]column{{Name: "day"}}, columns...) }

func named(what string) []column {
	return []column{{Name: what}, {Name: "units"}, {Name: "share", Unit: "%"}}
}
