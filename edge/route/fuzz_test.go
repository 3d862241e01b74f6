package route

import (
	"encoding/binary"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzPlan: any layout is refused or planned, and a plan holds every stop once at its true length.
func FuzzPlan(f *testing.F) {
	f.Add([]byte("\x03\x02\x01\x00picket"), false)
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 200, 201, 202, 90, 91, 92}, true)
	f.Fuzz(func(t *testing.T, data []byte, raw bool) {
		next := func() int {
			if len(data) == 0 {
				return 0
			}
			b := data[0]
			data = data[1:]
			return int(b)
		}
		number := func() float64 {
			if raw && len(data) >= 8 {
				v := math.Float64frombits(binary.LittleEndian.Uint64(data))
				data = data[8:]
				return v
			}
			return float64(next()-100) / 3
		}
		var l Layout
		if next()%2 == 1 {
			l.Start = &Point{X: number(), Y: number()}
		}
		if next()%2 == 1 {
			l.End = &Point{X: number(), Y: number()}
		}
		for range next() % 4 {
			l.CrossAisles = append(l.CrossAisles, number())
		}
		var stops []LocationID
		for len(data) > 0 && len(l.Locations) < 60 {
			k := next()
			at := Location{ID: LocationID(fmt.Sprint(len(l.Locations))), Block: k % 3, Bay: next() * next(), Level: k % 5, Walk: next() - 2}
			if k%7 > 0 {
				at.Aisle = fmt.Sprint(k % 6)
			}
			if k%11 > 2 {
				at.X, at.Y = number(), number()
			}
			at.Side = []string{"", "left", "right"}[k%3]
			l.Locations = append(l.Locations, at)
			if k%5 > 0 {
				stops = append(stops, at.ID)
			}
		}
		m, err := New(l)
		if err != nil {
			return
		}
		path, err := m.Plan(stops)
		require.NoError(t, err)
		require.ElementsMatch(t, stops, path.Stops)
		if len(stops) > 0 {
			require.InDelta(t, float64(measureWalk(m, path.Stops))/1000, path.Metres, 1e-6)
		}
	})
}
