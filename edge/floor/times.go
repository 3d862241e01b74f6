package floor

import (
	"reflect"
	"strconv"
	"strings"
	"time"
)

// What a time within a command can be at all. Before the first and after the last nothing is planned: such a time is a mistake
// in a program, and is refused in a fact as well, where it would stand for ever. Days, such as an expiry date, lie
// within this century. When the command itself was given is another matter (when.go).
var (
	leastTime = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)
	leastDay  = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	mostTime  = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC) // not reached
)

// checkTime refuses what is no time anybody could mean. No time at all is for the command to judge.
func checkTime(field string, at time.Time) *Refusal {
	if at.IsZero() || !at.Before(leastTime) && at.Before(mostTime) {
		return nil
	}
	return badField(field, "is "+at.UTC().Format(time.RFC3339)+", but must be 1970-01-01 to 2099-12-31")
}

// timeAt is where a command has a time: the fields to it, and what it is called.
type timeAt struct {
	index []int
	path  string
}

var (
	aTime   = reflect.TypeFor[time.Time]()
	timeAts = timesOfAll()
)

// timesOfAll finds the times of every command, so that none is forgotten when a command learns another.
func timesOfAll() map[reflect.Type][]timeAt {
	out := map[reflect.Type][]timeAt{}
	for _, e := range entries {
		t := reflect.TypeOf(e.New()).Elem()
		if at := timesOf(t, nil, ""); len(at) > 0 {
			out[t] = at
		}
	}
	return out
}

// timesOf finds the times of a struct and of those in it. No list of a command has any, which a test holds.
func timesOf(t reflect.Type, index []int, path string) []timeAt {
	var out []timeAt
	for i := range t.NumField() {
		f := t.Field(i)
		typ := f.Type
		if typ.Kind() == reflect.Pointer {
			typ = typ.Elem()
		}
		if !f.IsExported() || typ.Kind() != reflect.Struct {
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		at := append(append([]int(nil), index...), i)
		inner := strings.TrimPrefix(path+"."+name, ".")
		if name == "" {
			inner = path // what is embedded stands among the fields
		}
		if typ == aTime {
			out = append(out, timeAt{at, inner})
			continue
		}
		out = append(out, timesOf(typ, at, inner)...)
	}
	return out
}

// checkTimes refuses a command with a time in it that cannot be, whatever it is about: the one place that does.
func checkTimes(m *Meta, c Command) *Refusal {
	if r := m.checkAt(); r != nil {
		return r
	}
	v := reflect.ValueOf(c)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return nil
	}
	for _, at := range timeAts[v.Type().Elem()] {
		f, err := v.Elem().FieldByIndexErr(at.index)
		if err != nil {
			continue // within something that was left out
		}
		if f.Kind() == reflect.Pointer {
			if f.IsNil() {
				continue
			}
			f = f.Elem()
		}
		if t, ok := f.Interface().(time.Time); ok {
			if r := checkTime(at.path, t); r != nil {
				return r
			}
		}
	}
	return nil
}

// checkDay looks at a date as 2006-01-02; empty is none.
func checkDay(field, day string) *Refusal {
	if day == "" {
		return nil
	}
	d, err := time.Parse(time.DateOnly, day)
	switch {
	case err != nil:
		return badField(field, "is "+strconv.Quote(clip(day))+", but must be a date such as 2026-11-30")
	case d.Before(leastDay) || !d.Before(mostTime):
		return badField(field, "is "+day+", but must be 2000-01-01 to 2099-12-31")
	}
	return nil
}
