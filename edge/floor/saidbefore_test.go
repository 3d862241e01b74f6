package floor

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestWhatWasToldStands: a device sends again what a box that was put back has lost, with what its person was told.
func TestWhatWasToldStands(t *testing.T) {
	w := fixtures["stocked"](t)
	do := func(c Command, m Meta) ([]Event, *Refusal) {
		w.n++
		m.ID, m.Device, m.N, m.Now = CommandID("hh-1:"+itoa(w.n)), "hh-1", uint64(w.n), noon.Add(time.Duration(w.n)*time.Second)
		events, no := Decide(w.s, m, c)
		if no == nil {
			for _, r := range Records("/t/demo/s/north/n/box", "log-1", w.seq+1, m, events) {
				w.seq = r.Seq
				w.apply(r)
			}
		}
		return events, no
	}
	_, no := do(&Start{Order: "O-1"}, Meta{Actor: "anna", Told: &Told{Refused: true}})
	require.Equal(t, ToldNo, no.Code, "a refusal stays one, whatever the rules say now")

	w.s.Recovery = &Recovery{Waits: []DeviceID{"hh-1"}}
	_, no = do(&Start{Order: "O-1"}, Meta{Actor: "anna", Told: &Told{}})
	require.Nil(t, no, "it was begun before the box was put back")
	require.NotNil(t, w.s.Recovery)
	w.s.Recovery = nil
	_, no = do(&Scan{Order: "O-1", SKU: "OAT", Qty: 2, Bin: "A-02-1"}, Meta{Actor: "anna", Told: &Told{}})
	require.Nil(t, no)
	events, no := do(&OpenUnit{Order: "O-1"}, Meta{Actor: "anna"})
	require.Nil(t, no)
	drawn := events[0].(*UnitOpened).Unit

	// A number that is drawn and lost is the same parcel again; one that may yet be drawn, or is in use, is nobody's to name.
	burnt, no := (&BurnNumbers{Log: "log-2", All: true}).decide(w.s, Meta{})
	require.Nil(t, no)
	lost := w.s.Blocks[0].sscc(w.s.Blocks[0].To)
	_, free := w.s.numberBefore(Meta{Told: &Told{Unit: lost}})
	require.False(t, free, "it is still to be drawn")
	for _, e := range burnt {
		Apply(w.s, e)
	}
	_, free = w.s.numberBefore(Meta{Told: &Told{Unit: drawn}})
	require.False(t, free, "it is in use")
	events, no = do(&OpenUnit{Order: "O-1"}, Meta{Actor: "anna", Told: &Told{Unit: lost}})
	require.Nil(t, no)
	require.Equal(t, lost, events[0].(*UnitOpened).Unit, "the label on the parcel stays true")

	// So is one of a run nobody here heard of, from a box that burnt. One of another's prefix is not ours to name: somebody is told.
	unheard := w.s.Blocks[0]
	unheard.From, unheard.To = unheard.To+100, unheard.To+200
	_, free = w.s.numberBefore(Meta{Named: unheard.sscc(unheard.From)})
	require.True(t, free)
	other := unheard
	other.Prefix = "4" + other.Prefix[1:]
	require.NotEmpty(t, (&Meta{Named: other.sscc(other.From)}).named())
	require.Empty(t, (&Meta{Named: "123"}).named(), "no number")
	_, no = (&LeaseNumbers{Number: NumberSSCC, Prefix: unheard.Prefix, From: unheard.To + 1, To: unheard.To + 9}).decide(w.s, Meta{})
	require.Nil(t, no)
	fresh := w.s.Blocks
	w.s.Blocks = append(w.s.Blocks[:len(fresh):len(fresh)], NumberBlock{Kind: NumberSSCC, Prefix: unheard.Prefix, From: unheard.To + 1, To: unheard.To + 9, Next: unheard.To + 1})
	again, no := (&OpenUnit{Order: "O-1"}).decide(w.s, Meta{Named: other.sscc(other.From)})
	require.Nil(t, no)
	require.Equal(t, other.sscc(other.From), again[0].(*UnitOpened).Was)
	said := NewState()
	Apply(said, &OrderTaken{Assign: Assign{Order: "O-1"}})
	Apply(said, again[0])
	require.Equal(t, "parcel_renumbered", said.Cases.All()[0].What)
	w.s.Blocks = fresh

	// Its papers may be there already: nobody prints them a second time unasked.
	_, no = do(&AddToUnit{Unit: lost, Line: "1", Qty: 1}, Meta{Actor: "anna", Told: &Told{}})
	require.Nil(t, no)
	_, no = do(&CloseUnit{Unit: lost}, Meta{Actor: "anna", Told: &Told{}})
	require.Nil(t, no)
	for _, j := range w.s.Orders["O-1"].Jobs {
		require.Equal(t, JobUnknown, j.State)
	}
}

// TestACommandWaitsForWhatTheCentreKnows: what a box does not know again yet is no reason to refuse.
func TestACommandWaitsForWhatTheCentreKnows(t *testing.T) {
	s := NewState()
	m := Meta{ID: "hh-1:1", Device: "hh-1", N: 1, Now: noon}
	unknown := Refuse(UnknownOrder, "order", "O-1")
	require.False(t, s.TooSoon(m, unknown), "a box that lost nothing refuses")
	s.Recovery = &Recovery{More: true, At: noon, Waits: []DeviceID{"hh-2"}}
	require.True(t, s.TooSoon(m, unknown))
	require.False(t, s.TooSoon(m, Refuse(BadField)), "nonsense is nonsense")
	require.False(t, s.TooSoon(m, nil), "new work goes on")
	told := m
	told.Told = &Told{}
	require.True(t, s.TooSoon(told, nil), "the centre may hold what became of it")
	s.Recovery.More, s.Recovery.Feed = false, 7
	require.True(t, s.TooSoon(m, unknown), "the feed has still to come")
	require.False(t, s.TooSoon(told, nil))
	s.Feed.Seq = 7
	require.False(t, s.TooSoon(m, unknown))
	require.True(t, s.TooSoon(told, unknown), "another device may hold what it builds on")
	told.Now = noon.Add(patience)
	require.False(t, s.TooSoon(told, unknown), "not for ever")
}
