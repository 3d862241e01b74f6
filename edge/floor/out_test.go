package floor

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestALabelThatMayBeOutIsFollowedByACopy: a parcel's closing was told to be saved, and its label printed; behind the
// putting back of the box it is refused. Whatever is printed for that parcel from then on says that it is a copy.
func TestALabelThatMayBeOutIsFollowedByACopy(t *testing.T) {
	for said, copy := range map[bool]int{true: 2, false: 1} {
		s := NewState()
		s.Orders["O-1"] = &Order{ID: "O-1", Units: []Unit{{ID: "095200010000000010", State: UnitOpen}}}
		s.Units["095200010000000010"] = "O-1"
		ApplyRecord(s, &Record{Event: &CommandRefused{Kind: "unit.close", Code: UnitEmpty, Args: map[string]string{"unit": "095200010000000010"}, Said: said}})
		require.Equal(t, copy, s.Orders["O-1"].nextCopy("095200010000000010", DocShippingLabel), "said %v", said)
		ApplyRecord(s, &Record{Event: &CommandRefused{Kind: "unit.close", Code: UnknownUnit, Args: map[string]string{"unit": "095200010000000027"}, Said: said}})
	}
}

// TestALabelWhoseWishNobodyHeardIsFollowedByACopy: the line was cut, and the box lost, between a parcel's closing and the
// label that the same command asked for. The label is on paper, and what is taken back is the closing alone.
func TestALabelWhoseWishNobodyHeardIsFollowedByACopy(t *testing.T) {
	w := stocked(t)
	w.must("anna", &Start{Order: "O-1"})
	w.must("anna", &Scan{Order: "O-1", SKU: w.s.Orders["O-1"].Line("1").SKU, Line: "1", Qty: 1})
	unit := w.must("anna", &OpenUnit{Order: "O-1", Carton: "M"})[0].(*UnitOpened).Unit
	w.must("anna", &AddToUnit{Unit: unit, Line: "1", Qty: 1})
	events, no := Decide(w.s, Meta{ID: "hh:9", Now: noon}, &CloseUnit{Unit: unit, WeightG: 500})
	require.Nil(t, no)
	require.IsType(t, &LabelRequested{}, events[1])
	rec := Records("/t/x/s/y/n/z", "L", 50, Meta{ID: "hh:9", Now: noon}, events[:1])[0]
	raw, err := rec.AppendTo(nil)
	require.NoError(t, err)
	taken, no := Decide(w.s, Meta{ID: "take", Now: noon}, &TakeBack{Gen: "G1", To: 90, Fork: true, Log: "L2", Facts: []LostFact{{Pos: 50, Raw: raw}}})
	require.Nil(t, no)
	for _, r := range Records("/t/x/s/y/n/z", "L2", 60, Meta{ID: "take", Now: noon}, taken) {
		ApplyRecord(w.s, &r)
	}
	require.Equal(t, UnitClosed, w.s.Orders["O-1"].Unit(unit).State)
	require.Equal(t, 2, w.s.Orders["O-1"].nextCopy(unit, DocShippingLabel))
}

// TestCopiesOfALostBoxAreCounted: a copy was asked for at a box that burnt, told as saved, and refused here, before its parcel was
// said again or behind it. It may be on paper, and none that is asked for here has its number.
func TestCopiesOfALostBoxAreCounted(t *testing.T) {
	const unit = UnitID("095200010000000010")
	for name, known := range map[string]bool{"before its parcel is said again": false, "behind it": true} {
		s := NewState()
		s.Orders["O-1"] = &Order{ID: "O-1"}
		opened := &Record{ID: "hh-1:4/0", Event: &UnitOpened{Order: "O-1", Unit: unit}}
		if known {
			ApplyRecord(s, opened)
		}
		for i, kind := range []string{"label.request", "label.void"} {
			ApplyRecord(s, &Record{ID: RecordID("hh-2:" + string(rune('4'+i)) + "/0"), Event: &CommandRefused{Kind: kind, Code: UnknownUnit, Args: map[string]string{"unit": string(unit)}, Said: true}})
		}
		require.Equal(t, 2, s.Cases.Len())
		if !known {
			ApplyRecord(s, opened)
		}
		o := s.Orders["O-1"]
		o.Jobs = []Job{{ID: "hh-1:6/1", Unit: unit, Doc: DocPackingSlip, Copy: 1, Tries: 1, State: JobUnknown}}
		require.Equal(t, 3, o.nextCopy(unit, DocPackingSlip), name)
		o.Jobs = append(o.Jobs, Job{ID: "hh-1:10/0", Unit: unit, Doc: DocPackingSlip, Copy: 3, Tries: 1})
		require.Equal(t, 4, o.nextCopy(unit, DocPackingSlip), name)
	}
}

// TestAHoldLabelOfALostBoxIsFollowedByACopy: goods were put on a shelf at a box that is lost, told as saved, and the label of
// the shelf came out. It is refused here, before its order came again or behind it, and the next label says that it is a copy.
func TestAHoldLabelOfALostBoxIsFollowedByACopy(t *testing.T) {
	for name, known := range map[string]bool{"before its order comes again": false, "behind it": true} {
		for _, said := range []bool{true, false} {
			s := NewState()
			taken := &Record{ID: "A-1/0", Event: &OrderTaken{Assign: Assign{Order: "O-1", Flow: FlowPickup}}}
			if known {
				ApplyRecord(s, taken)
			}
			no := Refuse(NotPicked, "got", "Oat drink", "qty", "1", "left", "0")
			ApplyRecord(s, &Record{ID: "hh-1:4/0", Event: LeaveRefused(&StageGoods{Order: "O-1", Shelf: "S-1"}, no, said, false)})
			ApplyRecord(s, &Record{ID: "hh-1:5/0", Event: LeaveRefused(&RequestLabel{Unit: "095200010000000010", Doc: DocShippingLabel}, no, said, false)})
			if !known {
				ApplyRecord(s, taken)
			}
			want := 1
			if said {
				want = 2
			}
			require.Equal(t, want, s.Orders["O-1"].nextCopy("", DocHoldLabel), "%s, said %v", name, said)
			ApplyRecord(s, &Record{ID: "hh-1:6/0", Event: LeaveRefused(&RequestLabel{Order: "O-1", Doc: DocHoldLabel, Reason: "torn"}, no, said, false)})
			if said {
				want = 3
			}
			require.Equal(t, want, s.Orders["O-1"].nextCopy("", DocHoldLabel), "%s, said %v", name, said)
		}
	}
}

// TestWhatAnotherBoxMayHavePrintedIsFollowedByACopy: a command that prints was given to a box that is lost, its device was told
// nothing or that it is saved, and here it is refused, for whatever reason. The next print of the same says that it is a copy, of
// whatever it is; and nobody's desk has a case for what nobody was told.
func TestWhatAnotherBoxMayHavePrintedIsFollowedByACopy(t *testing.T) {
	const unit = UnitID("095200010000000010")
	no := Refuse(OnHold, "order", "W-1", "why", "fraud check") // it names no parcel
	for name, x := range map[string]struct {
		c    Command
		next func(*State) int
	}{
		"a parcel's closing":   {&CloseUnit{Unit: unit}, func(s *State) int { return s.Orders["O-1"].nextCopy(unit, DocShippingLabel) }},
		"a parcel's document":  {&RequestLabel{Unit: unit, Doc: DocPackingSlip}, func(s *State) int { return s.Orders["O-1"].nextCopy(unit, DocPackingSlip) }},
		"goods on the shelf":   {&StageGoods{Order: "O-1"}, func(s *State) int { return s.Orders["O-1"].nextCopy("", DocHoldLabel) }},
		"a label of the shelf": {&RequestLabel{Order: "O-1", Doc: DocHoldLabel}, func(s *State) int { return s.Orders["O-1"].nextCopy("", DocHoldLabel) }},
		"a manifest":           {&CloseManifest{Manifest: "M-1"}, func(s *State) int { return s.Manifests.Get("M-1").nextCopy() }},
		"a manifest's copy":    {&PrintManifest{Manifest: "M-1"}, func(s *State) int { return s.Manifests.Get("M-1").nextCopy() }},
		"a return": {&CloseReturn{Return: "R-1"}, func(s *State) int {
			return s.Returns.Get("R-1").asks(DocReturnReceipt, "j", "", 0, 0, "").Copy
		}},
		"a return's copy": {&PrintReturn{Return: "R-1", Doc: DocClaimSlip}, func(s *State) int {
			return s.Returns.Get("R-1").asks(DocClaimSlip, "j", "", 0, 0, "").Copy
		}},
	} {
		for _, w := range []struct{ said, given bool }{{}, {given: true}, {said: true, given: true}} {
			s := NewState()
			s.Orders["O-1"] = &Order{ID: "O-1", Units: []Unit{{ID: unit, State: UnitOpen}}}
			s.Units[unit] = "O-1"
			s.Manifests.put(s, "M-1", Manifest{ID: "M-1"})
			s.Returns.put(s, "R-1", Return{ID: "R-1"})
			ApplyRecord(s, &Record{Event: LeaveRefused(x.c, no, w.said, w.given)})
			want := 1
			if w.given {
				want = 2
			}
			require.Equal(t, want, x.next(s), "%s, %+v", name, w)
			require.Equal(t, w.said, s.Cases.Len() == 1, "%s, %+v", name, w)
		}
	}
	require.Empty(t, LeaveRefused(&PrintReturn{Return: "R-1", Doc: DocHangTag}, no, true, true).Paper, "each unit has a tag of its own")
	require.Empty(t, LeaveRefused(&Accept{Order: "O-1"}, no, true, true).Paper, "it prints nothing")
}

// TestTheFirstLabelOfTheShelfBehindARecoveryIsACopy: an order to be collected was here before the box lost records, or comes with
// the part of the feed that the lost one had. Its bag may stand on the shelf with a label, put there by a device nobody has heard of.
func TestTheFirstLabelOfTheShelfBehindARecoveryIsACopy(t *testing.T) {
	taken := func(s *State, id OrderID, flow Flow, seq uint64) {
		ApplyRecord(s, &Record{ID: RecordID("A-" + id + "/0"), Feed: &Down{Lineage: 1, Seq: seq}, Event: &OrderTaken{Assign: Assign{Order: id, Flow: flow}}})
	}
	s := NewState()
	taken(s, "here", FlowPickup, 1)
	require.Equal(t, 1, s.Orders["here"].nextCopy("", DocHoldLabel), "nothing was lost")
	ApplyRecord(s, &Record{Event: &FactsTakenBack{Known: Known{Gen: "G1"}, Fork: true, More: true}})
	taken(s, "before it is known how far the feed went", FlowPickup, 2)
	ApplyRecord(s, &Record{Event: &FactsTakenBack{Known: Known{Gen: "G1"}, Feed: 4}})
	taken(s, "sent", FlowShip, 3)
	taken(s, "the last", FlowPickup, 4)
	taken(s, "new", FlowPickup, 5)
	for id, want := range map[OrderID]int{"here": 2, "before it is known how far the feed went": 2, "the last": 2, "new": 1} {
		require.Equal(t, want, s.Orders[id].nextCopy("", DocHoldLabel), id)
	}
	require.Zero(t, s.Orders["sent"].Unheard)
}

// TestACopyOfWhatALostBoxTookWaitsForTheCentre: what a box refuses only because it recovers, a box that is lost may have taken. Until
// the centre has told all, it is neither.
func TestACopyOfWhatALostBoxTookWaitsForTheCentre(t *testing.T) {
	s := NewState()
	s.Recovery = &Recovery{Waits: []DeviceID{"hh-1"}, Feed: 3}
	no := Refuse(IsRecovering, "devices", "1")
	require.True(t, s.TooSoon(Meta{Device: "hh-1", N: 2, Late: true}, no))
	require.False(t, s.TooSoon(Meta{Device: "hh-1", N: 2}, no), "new, it is refused at once")
	require.False(t, s.TooSoon(Meta{Device: "hh-1", N: 2, Late: true}, Refuse(NotPicked)))
	s.Feed.Seq = 3
	require.False(t, s.TooSoon(Meta{Device: "hh-1", N: 2, Late: true}, no), "the centre has told all: nobody may wait for itself")
}
