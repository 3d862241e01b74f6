package floor

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var nonsense = []time.Time{
	time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(1, 2, 1, 0, 0, 0, 0, time.UTC), time.Date(1969, 12, 31, 23, 59, 59, 0, time.UTC),
	time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC),
}

// A time that cannot be is refused by its field and with what is allowed, whichever command brings it and whether or
// not it is a fact.
func TestATimeThatCannotBe(t *testing.T) {
	w := stocked(t)
	found := 0
	for _, e := range Entries() {
		typ := reflect.TypeOf(e.New()).Elem()
		for _, at := range timeAts[typ] {
			found++
			for _, bad := range nonsense {
				c := e.New()
				f := reflect.ValueOf(c).Elem()
				for _, i := range at.index {
					if f.Kind() == reflect.Pointer {
						f.Set(reflect.New(f.Type().Elem()))
						f = f.Elem()
					}
					f = f.Field(i)
				}
				if f.Kind() == reflect.Pointer {
					f.Set(reflect.ValueOf(&bad))
				} else {
					f.Set(reflect.ValueOf(bad))
				}
				_, no := Decide(w.s, w.meta("anna"), c)
				require.NotNil(t, no, c.Kind())
				require.Equal(t, BadField, no.Code, c.Kind())
				require.Equal(t, at.path, no.Args["field"], c.Kind())
				require.Contains(t, no.Args["why"], "must be 1970-01-01 to 2099-12-31")
			}
		}
	}
	require.Greater(t, found, 12)
}

// Every time and every day of a command is found: none stands in a list, where nobody looks.
func TestNoTimeStandsInAList(t *testing.T) {
	var look func(typ reflect.Type, path string, listed bool)
	look = func(typ reflect.Type, path string, listed bool) {
		switch typ.Kind() {
		case reflect.Pointer:
			look(typ.Elem(), path, listed)
		case reflect.Slice, reflect.Map, reflect.Array:
			look(typ.Elem(), path+"[]", true)
		case reflect.Struct:
			require.False(t, typ == aTime && listed, path)
			if typ == aTime {
				return
			}
			for i := range typ.NumField() {
				look(typ.Field(i).Type, path+"."+typ.Field(i).Name, listed)
			}
		}
	}
	for _, e := range Entries() {
		look(reflect.TypeOf(e.New()), e.New().Kind(), false)
	}
}

// wrongClocks say when a command was given, against a site at noon: what cannot be, and what is just late.
var wrongClocks = []struct {
	at   time.Time
	good bool
}{
	{noon.Add(-time.Minute), true}, {noon.Add(9 * time.Minute), true}, {noon.AddDate(0, 0, -29), true},
	{noon.Add(11 * time.Minute), false}, {noon.AddDate(0, 0, -31), false}, {noon.AddDate(-40, 0, 0), false}, {noon.AddDate(10, 0, 0), false},
	{nonsense[0], false}, {nonsense[1], false}, {nonsense[2], false}, {nonsense[3], false}, {nonsense[4], false},
}

// A handheld whose clock goes wrong loses nothing: every command is decided as if it came now, its record keeps what the
// clock said, and whoever asks is told. A caller without a counter is refused by the field, and told what to do.
func TestAClockThatGoesWrong(t *testing.T) {
	for _, c := range wrongClocks {
		w := stocked(t)
		m := w.meta("anna")
		m.Now, m.At = noon, c.at
		events, no := Decide(w.s, m, &Scan{Order: "O-1", SKU: "OAT", Qty: 1, Done: true})
		require.Nil(t, no, c.at.String())
		r := Records("/t/a/s/b/n/c", "log-1", 7, m, events)[0]
		told := AnswerOf([]Record{r}).Told["clock"]
		require.Equal(t, c.at, r.At)
		if c.good {
			require.Empty(t, told)
		} else {
			require.Equal(t, c.at.Format(time.RFC3339), told)
			require.Equal(t, noon, r.Happened())
		}
		raw, err := r.AppendTo(nil)
		require.NoError(t, err)
		back, err := Decode(raw)
		require.NoError(t, err)
		require.True(t, back.At.Equal(c.at), string(raw))

		m.Device, m.N = "", 0
		_, no = Decide(w.s, m, &Start{Order: "O-1"})
		if c.good {
			require.Nil(t, no)
			continue
		}
		require.NotNil(t, no, c.at.String())
		require.Equal(t, "at", no.Args["field"])
		require.Contains(t, no.Args["why"], "leave it out")
		_, no = Decide(w.s, m, &Scan{Order: "O-1", SKU: "OAT", Qty: 1, Done: true})
		require.Equal(t, "at", no.Args["field"])
	}
}

// A date lies in this century.
func TestADayThatCannotBe(t *testing.T) {
	for _, day := range []string{"0000-01-01", "1999-12-31", "2100-01-01", "9999-12-31"} {
		r := checkDay("expiry", day)
		require.NotNil(t, r, day)
		require.Contains(t, r.Args["why"], "2000-01-01 to 2099-12-31")
	}
	for _, day := range []string{"", "2000-01-01", "2099-12-31"} {
		require.Nil(t, checkDay("expiry", day), day)
	}
	require.True(t, strings.Contains(checkDay("expiry", "soon").Args["why"], "must be a date"))
}
