package template

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Fault is one thing that is wrong with a template, and what to do about it.
type Fault struct {
	Line, Column int
	Words        string
}

// Faults are all that is wrong with a template, in the order of its lines.
type Faults struct {
	File string
	List []Fault
}

// mostFaults are as many as anybody mends at a time.
const mostFaults = 20

func (f *Faults) Error() string {
	lines := make([]string, len(f.List))
	for i, x := range f.List {
		lines[i] = fmt.Sprintf("%s:%d:%d: %s", f.File, x.Line, x.Column, x.Words)
	}
	return strings.Join(lines, "\n")
}

// place is where something stands in a template.
type place struct{ line, column int }

func at(n *yaml.Node) place { return place{n.Line, n.Column} }

// within is a place some characters into a value, as far as the value stands on one line.
func within(n *yaml.Node, offset int) place {
	if n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 || strings.Contains(n.Value, "\n") {
		return at(n)
	}
	if n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 {
		offset++
	}
	return place{n.Line, n.Column + offset}
}

func (f *Faults) add(p place, format string, args ...any) {
	if len(f.List) < mostFaults {
		f.List = append(f.List, Fault{p.line, p.column, fmt.Sprintf(format, args...)})
	}
}

// err is nil when nothing is wrong.
func (f *Faults) err() error {
	if len(f.List) == 0 {
		return nil
	}
	slices.SortStableFunc(f.List, func(a, b Fault) int { return cmp.Or(a.Line-b.Line, a.Column-b.Column) })
	f.List = slices.Compact(f.List)
	return f
}

// mostQuoted is how much of what stands in a file is said again: a file may be there by mistake, and faults go to the log.
const mostQuoted = 20 // characters

// short is as much of a key or a value as is said again.
func short(s string) string {
	if r := []rune(s); len(r) > mostQuoted {
		return string(r[:mostQuoted-3]) + "..."
	}
	return s
}

// near are the names that somebody may have meant.
func near(name string, all []string) string {
	var out []string
	for _, x := range all {
		_, end, _ := strings.Cut(x, ".")
		if d := distance(name, x); d <= max(1, (len(name)+1)/3) || len(name) > 2 && (strings.Contains(x, name) || end != "" && strings.Contains(name, end)) {
			out = append(out, x)
		}
	}
	slices.SortStableFunc(out, func(a, b string) int { return distance(name, a) - distance(name, b) })
	if len(out) > 3 {
		out = out[:3]
	}
	return strings.Join(out, ", ")
}

// distance is how many letters have to be changed, added, left out or swapped with the next to make one word of the other.
func distance(a, b string) int {
	before, row := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		next := make([]int, len(b)+1)
		next[0] = i + 1
		for j := range len(b) {
			change := row[j]
			if a[i] != b[j] {
				change++
			}
			next[j+1] = min(change, row[j+1]+1, next[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row = row, next
	}
	return row[len(b)]
}
