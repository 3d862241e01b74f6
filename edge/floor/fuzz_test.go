package floor

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"specversion":"1.0","id":"a:1/0","type":"picket.pick.finished.v1","seq":1,"cause":"a:1","data":{"order":"O-1"}}`))
	f.Add([]byte(`{"specversion":"1.0","feed":"1.2.x","data":null}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := Decode(raw)
		if err != nil {
			return
		}
		ApplyRecord(NewState(), &r)
		b, err := r.AppendTo(nil)
		require.NoError(t, err)
		again, err := Decode(b)
		require.NoError(t, err, string(b))
		require.Equal(t, r.ID, again.ID)
	})
}

func FuzzDecodeFeed(f *testing.F) {
	f.Add([]byte(`{"specversion":"1.0","id":"01J","type":"picket.order.assigned.v1","data":{"order":"O-1","lines":[{"line":"1","sku":"A","qty":1}]}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		c, m, err := DecodeFeed(raw)
		if err != nil {
			return
		}
		m.Now = noon
		s := NewState()
		events, no := Decide(s, m, c)
		require.True(t, (no == nil) == (len(events) > 0))
		for _, e := range events {
			Apply(s, e)
		}
	})
}

func FuzzDecodeCommand(f *testing.F) {
	for _, c := range Kinds() {
		f.Add(c.Kind(), []byte(`{"order":"O-1","unit":"1","qty":1}`))
	}
	f.Fuzz(func(t *testing.T, kind string, data []byte) {
		c, err := DecodeCommand(kind, data)
		if err != nil {
			require.True(t, strings.HasPrefix(err.Error(), "type: ") || strings.HasPrefix(err.Error(), "data: "), err.Error())
			return
		}
		w := stocked(t)
		w.do("anna", c)
		for i := range w.log {
			raw, err := w.log[i].AppendTo(nil)
			require.NoError(t, err)
			require.LessOrEqual(t, len(raw), MaxFact, "a record the line can carry, also within another")
		}
	})
}

func TestTheLargestOrderFitsTheLine(t *testing.T) {
	id := strings.Repeat("x", MaxID)
	c := &Assign{
		Order: OrderID(id), Assignment: AssignmentID(id), Number: id, Flow: FlowShip, Mode: ModeHold, Due: noon,
		Carrier: id, Service: strings.Repeat("<", MaxText), ShipTo: strings.Repeat("<", MaxText), Note: strings.Repeat("<", MaxText),
	}
	for i := range MaxLines {
		c.Lines = append(c.Lines, AskedLine{Line: LineID(fmt.Sprintf("%080d", i)), SKU: SKU(id), Qty: MaxQty})
	}
	w := newWorld(t)
	w.must("", c)
	raw, err := w.log[0].AppendTo(nil)
	require.NoError(t, err)
	require.LessOrEqual(t, len(raw), MaxFact)

	_, err = DecodeCommand("pick.scan", []byte(`{"`+strings.Repeat("y", 100_000)+`":1}`))
	require.Error(t, err)
	w.refused("", &Malformed{Was: "pick.scan", Why: err.Error()}, BadField)
	raw, err = w.log[1].AppendTo(nil)
	require.NoError(t, err)
	require.Less(t, len(raw), 2000, "what a caller sent does not come back at length")
}

// TestTheLargestFactFitsTheLineWithinAnother: what a box takes back stands in a record of its own, and that goes over the line as well.
func TestTheLargestFactFitsTheLineWithinAnother(t *testing.T) {
	id := strings.Repeat("x", MaxID)
	inner := Records("s", "l", 1, Meta{ID: "c", Now: noon}, []Event{&CommandRefused{Kind: "k", Args: map[string]string{"why": ""}}})[0]
	bare, err := inner.AppendTo(nil)
	require.NoError(t, err)
	inner.Event.(*CommandRefused).Args["why"] = strings.Repeat("y", MaxFact-len(bare))
	fact, err := inner.AppendTo(nil)
	require.NoError(t, err)
	require.Len(t, fact, MaxFact)
	m := Meta{ID: CommandID(id), Now: noon, At: noon.Add(-time.Millisecond), Digest: strings.Repeat("d", 16), Actor: UserID(id), Station: StationID(id)}
	outer := Records("/t/"+strings.Repeat("t", 32)+"/s/"+strings.Repeat("s", 32)+"/n/"+strings.Repeat("n", 32), LogID(id), 1<<53, m,
		[]Event{&FactTakenBack{Pos: 1 << 53, Fact: fact}})[0]
	raw, err := outer.AppendTo(nil)
	require.NoError(t, err)
	require.LessOrEqual(t, len(raw), MaxRecord)
}

func TestBadRecordsAreNamed(t *testing.T) {
	for raw, want := range map[string]string{
		`{`:                     "record:",
		`{"specversion":"2"}`:   "specversion",
		`{"specversion":"1.0"}`: "id, cause and seq",
		`{"specversion":"1.0","id":"a","cause":"a","seq":1,"type":"x"}`:                                      "unknown record type",
		`{"specversion":"1.0","id":"a","cause":"a","seq":1,"type":"picket.pick.finished.v1","data":7}`:       "data",
		`{"specversion":"1.0","id":"a","cause":"a","seq":1,"type":"picket.pick.finished.v1","feed":"x.y.z"}`: "feed",
	} {
		_, err := Decode([]byte(raw))
		require.ErrorContains(t, err, want)
	}
	_, err := DecodeCommand("pick.scan", []byte(`{"order":"O-1","colour":"red"}`))
	require.ErrorContains(t, err, "colour")
	_, _, err = DecodeFeed([]byte(`{"specversion":"1.0","id":"01J","type":"picket.new.v9","data":{}}`))
	require.ErrorIs(t, err, ErrUnknownType)
	c, _, err := DecodeFeed([]byte(`{"specversion":"1.0","id":"01J","type":"picket.order.assigned.v1","data":{"lines":"x"}}`))
	require.NoError(t, err)
	_, no := Decide(NewState(), Meta{}, c)
	require.Equal(t, BadField, no.Code)
	require.Contains(t, no.Words(), "lines")
}
