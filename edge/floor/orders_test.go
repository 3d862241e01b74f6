package floor

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// orderGoldens are the events of orders, policies, the site and people.
var orderGoldens = []Event{
	&PolicySet{Name: "book_touched", Value: json.RawMessage(`false`)},
	&ApprovalGiven{ID: "hh-2:4", By: "mia", Roles: []string{"lead"}, About: "order/O-1", What: "handover", Expires: noon.Add(10 * time.Minute)},
	&LinesTaken{MoreLines{Order: "O-1", From: 200, Lines: []AskedLine{{Line: "201", SKU: "OAT", Qty: 2, LineTerms: fullLine()}}}},
	&OrderHeld{Order: "O-1", Reason: "the customer asked to wait"},
	&OrderReleased{Order: "O-1"},
	&OrderPrioritised{Order: "O-1", Priority: 5, Due: noon},
	&RecallGranted{Order: "O-1", Cause: ByCustomer, Progress: Packed, Lines: []LineState{{Line: "1", Qty: 2, State: Packed}}, Rest: 3},
	&RecallRefused{Order: "O-1", Cause: ByCustomer, Why: "left", Lines: []LineState{{Line: "1", Qty: 2, State: ShippedPart}}},
	&ChangeTaken{Order: "O-1", Lines: []LineQty{{Line: "1", Qty: -1}}, ShipTo: "pii/O-1-2", Carrier: "DEMO", Service: "express", Due: ptr(noon), Note: "ring twice"},
	&ChangeRefused{Order: "O-1", Fields: []NotTaken{{Field: "ship_to", State: ShippedPart}}},
	&ForcedElsewhere{ForceElsewhere{Order: "O-1", Who: "olga", To: "south"}},
	&OthersThere{Order: "O-1"},
	&PermitTaken{Order: "O-1"},
	&PermitForced{Order: "O-1", Note: "the carrier leaves", Overridden: Overridden{By: []UserID{"bert", "carl"}}},
	&SiteSet{SetSite{Zone: "Europe/Berlin", Hours: []Open{{Day: 1, From: "09:00", To: "18:00"}}, Closed: []string{"2026-12-25"}, DayStart: "06:00", Shifts: []Shift{{Name: "early", From: "06:00", To: "14:00"}}, Capacity: 200}},
	&SitePausedNow{Reason: "the power is out"},
	&SiteResumed{},
	&DayClosed{Date: "2026-11-21", Shift: "late", Note: "the van is late", Left: []LeftOpen{{What: "parcels_waiting", Open: 2}}, Overridden: Overridden{By: []UserID{"mia"}}},
	&DayOpened{Date: "2026-11-22", Shift: "early"},
}

func fullLine() LineTerms {
	return LineTerms{Substitutes: []SKU{"RICE"}, Price: &Money{Minor: 199, Currency: "EUR"}, Lot: "L7", MinLife: 14, MeasureG: 500, Tolerance: 10, HSCode: "220299", Origin: "DE"}
}

// orderCommand gives orders of every flow, and everything the centre and the leads say about them.
func orderCommand(rt *rapid.T, w *world) Command {
	ids := append(orderIDs(w.s), "O-8", "O-9")
	o := rapid.SampledFrom(ids).Draw(rt, "order")
	line := rapid.SampledFrom([]LineID{"1", "2", "7"}).Draw(rt, "line")
	qty := rapid.IntRange(0, 4).Draw(rt, "qty")
	some := rapid.IntRange(0, 2).Draw(rt, "some") == 0
	switch rapid.IntRange(0, 20).Draw(rt, "order command") {
	case 0:
		return &Permit{Order: o}
	case 1:
		return &OverridePermit{Order: o, Note: "test", Approvals: someApprovals(rt, w)}
	case 2, 3:
		return randomOrder(rt, o, qty)
	case 4:
		return &MoreLines{Order: o, From: 2, Lines: []AskedLine{{Line: LineID(fmt.Sprint(3 + qty)), SKU: "OAT", Qty: 1 + qty}}}
	case 5:
		return &Hold{Order: o, Reason: "test"}
	case 6, 7:
		return &Release{Order: o}
	case 8:
		return &Prioritise{Order: o, Priority: &qty}
	case 9, 10, 11:
		c := &Recall{Order: o, Cause: rapid.SampledFrom([]Cause{ByCustomer, ByCentre, NoShow}).Draw(rt, "cause")}
		if !some {
			c.Lines = []LineQty{{Line: line, Qty: qty}}
		}
		return c
	case 12, 13:
		c := &Change{Order: o, Lines: []LineQty{{Line: line, Qty: qty}}}
		if some {
			c.ShipTo, c.Note = "pii/other", "changed"
		}
		return c
	case 14:
		if some {
			return &ForceElsewhere{Order: o, Who: "olga", With: "O-2"}
		}
		return &ForceElsewhere{Order: o, Who: "olga", To: "south"}
	case 15:
		return &Go{Order: o}
	case 16:
		return &DeclineItem{SKU: rapid.SampledFrom([]SKU{"OAT", "RICE", "SOAP"}).Draw(rt, "sku"), Reason: OutOfStock}
	case 17:
		return &ReportShort{Order: o, Line: line, Qty: qty, Reason: NotInStock}
	case 18:
		if some {
			return &PauseSite{Reason: "test"}
		}
		return &ResumeSite{}
	case 19:
		if some {
			return &OpenDay{}
		}
		return &CloseDay{Note: "test", Anyway: true, Approvals: someApprovals(rt, w)}
	}
	return &HandOver{Unit: someUnit(rt, w.s), Anyway: some, Approvals: someApprovals(rt, w)}
}

func randomOrder(rt *rapid.T, id OrderID, more int) *Assign {
	c := order(id)
	c.Flow = rapid.SampledFrom([]Flow{FlowShip, FlowShip, FlowPickup, FlowTransfer}).Draw(rt, "flow")
	c.Mode = rapid.SampledFrom([]Mode{ModeHold, ModeHold, ModeConfirm}).Draw(rt, "mode")
	switch rapid.IntRange(0, 3).Draw(rt, "terms") {
	case 0:
		c.Part, c.Of, c.WaitAll = 1, 2, true
	case 1:
		c.Partial = "together"
	case 2:
		c.NotBefore = c.Due.Add(-time.Hour)
	}
	switch c.Flow {
	case FlowTransfer:
		c.To = "south"
	case FlowPickup:
		c.Source = rapid.SampledFrom([]string{"", "stock", "incoming"}).Draw(rt, "source")
	}
	if more > 2 {
		c.More = more - 2
	}
	return c
}

// TestTermsAreChecked: each field of what was agreed is refused by name when it makes no sense.
func TestTermsAreChecked(t *testing.T) {
	hash := strings.Repeat("ab", 32)
	for _, x := range []struct {
		field string
		flow  Flow
		spoil func(c *Assign)
	}{
		{"mode", FlowShip, func(c *Assign) { c.Mode = "maybe" }},
		{"due", FlowShip, func(c *Assign) { c.Due = time.Time{} }},
		{"priority", FlowShip, func(c *Assign) { c.Priority = 10 }},
		{"more", FlowShip, func(c *Assign) { c.More = MaxOrderLines }},
		{"not_before", FlowShip, func(c *Assign) { c.NotBefore = c.Due.Add(time.Second) }},
		{"partial", FlowShip, func(c *Assign) { c.Partial = "sometimes" }},
		{"part", FlowShip, func(c *Assign) { c.Part, c.Of = 3, 2 }},
		{"part", FlowShip, func(c *Assign) { c.Of = 2 }},
		{"of", FlowShip, func(c *Assign) { c.Part, c.Of = 1, 100 }},
		{"wait_all", FlowShip, func(c *Assign) { c.WaitAll = true }},
		{"purchase", FlowShip, func(c *Assign) { c.Purchase = strings.Repeat("x", MaxID+1) }},
		{"to", FlowTransfer, func(c *Assign) { c.To = "" }},
		{"to", FlowTransfer, func(c *Assign) { c.To = "a b" }},
		{"to", FlowShip, func(c *Assign) { c.To = "south" }},
		{"carrier", FlowShip, func(c *Assign) { c.Carrier = "Demo Post" }},
		{"source", FlowPickup, func(c *Assign) { c.Source = "the moon" }},
		{"source", FlowShip, func(c *Assign) { c.Source = "stock" }},
		{"proof", FlowShip, func(c *Assign) { c.HoldDays = 3 }},
		{"proof[0]", FlowPickup, func(c *Assign) { c.Proof = []ProofMethod{ProofOverride} }},
		{"code_hash", FlowPickup, func(c *Assign) { c.CodeSalt = hash }},
		{"code_hash", FlowPickup, func(c *Assign) { c.CodeSalt, c.CodeHash = hash, "xyz" }},
		{"code_salt", FlowPickup, func(c *Assign) { c.CodeSalt, c.CodeHash = "a b", hash }},
		{"expect", FlowPickup, func(c *Assign) { c.Expect = []string{"1"} }},
		{"expect[0]", FlowPickup, func(c *Assign) { c.Source, c.Expect = "incoming", []string{"a b"} }},
		{"hold_days", FlowPickup, func(c *Assign) { c.HoldDays = 400 }},
		{"min_age", FlowShip, func(c *Assign) { c.MinAge = -1 }},
		{"value.currency", FlowShip, func(c *Assign) { c.Value = &Money{Minor: 1, Currency: "euro"} }},
		{"value.minor", FlowShip, func(c *Assign) { c.Value = &Money{Minor: -1, Currency: "EUR"} }},
		{"pay.when", FlowShip, func(c *Assign) { c.Pay = &Pay{When: "pickup", Due: Money{1, "EUR"}} }},
		{"pay.due.minor", FlowShip, func(c *Assign) { c.Pay = &Pay{When: "cod", Due: Money{0, "EUR"}} }},
		{"gift.note", FlowShip, func(c *Assign) { c.Gift = &Gift{Note: strings.Repeat("x", MaxID+1)} }},
		{"customs.form", FlowShip, func(c *Assign) { c.Customs = &Customs{Form: "CN24", Content: "sale"} }},
		{"customs.content", FlowShip, func(c *Assign) { c.Customs = &Customs{Form: "CN22", Content: "love"} }},
		{"labels", FlowPickup, func(c *Assign) { c.Labels = []CarrierLabel{{Tracking: "1", Carrier: "D", Ref: "r"}} }},
		{"labels[0].ref", FlowShip, func(c *Assign) { c.Labels = []CarrierLabel{{Tracking: "1", Carrier: "D"}} }},
		{"lines[0].qty", FlowShip, func(c *Assign) { c.Lines[0].Qty = 0 }},
		{"lines[1].line", FlowShip, func(c *Assign) { c.Lines[1].Line = "1" }},
		{"lines[0].substitutes[0]", FlowShip, func(c *Assign) { c.Lines[0].Substitutes = []SKU{"OAT"} }},
		{"lines[0].price.currency", FlowShip, func(c *Assign) { c.Lines[0].Price = &Money{Minor: 1} }},
		{"lines[0].lot", FlowShip, func(c *Assign) { c.Lines[0].Lot = strings.Repeat("L", 21) }},
		{"lines[0].min_life", FlowShip, func(c *Assign) { c.Lines[0].MinLife = -1 }},
		{"lines[0].measure_g", FlowShip, func(c *Assign) { c.Lines[0].MeasureG = -1 }},
		{"lines[0].tolerance", FlowShip, func(c *Assign) { c.Lines[0].Tolerance = 5 }},
		{"lines[0].hs_code", FlowShip, func(c *Assign) { c.Lines[0].HSCode = "22.02" }},
		{"lines[0].origin", FlowShip, func(c *Assign) { c.Lines[0].Origin = "Germany" }},
	} {
		c := order("O-1")
		if c.Flow = x.flow; x.flow == FlowTransfer {
			c.To = "south"
		}
		x.spoil(c)
		no := newWorld(t).refused("", c, BadField)
		require.Equal(t, x.field, no.Args["field"], no.Words())
	}
}

// TestEveryTermArrives: an order with everything on it is the order the site keeps.
func TestEveryTermArrives(t *testing.T) {
	hash := strings.Repeat("ab", 32)
	ship, pickup := order("O-1"), order("O-2")
	ship.Terms = Terms{NotBefore: noon.Add(-time.Hour), Partial: "together", Part: 1, Of: 2, WaitAll: true, Purchase: "PO 7", Contact: "pii/c",
		Value: &Money{Minor: 1999, Currency: "EUR"}, Pay: &Pay{When: "cod", Due: Money{1999, "EUR"}}, Gift: &Gift{Wrap: true, Note: "pii/g", Receipt: "R-1"},
		MinAge: 18, Returns: true, Customs: &Customs{Form: "CN23", Content: "sale"}, Labels: []CarrierLabel{{Tracking: "T-1", Carrier: "DEMO", Service: "express", Ref: "pii/l"}}}
	ship.Lines[0].LineTerms = fullLine()
	pickup.Flow = FlowPickup
	pickup.Terms = Terms{Source: "incoming", Expect: []string{"T-9"}, Contact: "pii/c", CodeSalt: hash[:32], CodeHash: hash, Proof: []ProofMethod{ProofCode, ProofID}, HoldDays: 7, ProxyOnly: "pii/p", Pay: &Pay{When: "pickup", Due: Money{1, "EUR"}}}
	w := newWorld(t)
	for _, c := range []*Assign{ship, pickup} {
		w.must("", c)
		o := w.s.Orders[c.Order]
		require.Equal(t, c.Terms, o.Terms)
		require.Equal(t, c.Lines[0].LineTerms, o.Lines[0].LineTerms)
	}
	require.Equal(t, OrderIncoming, w.s.Orders["O-2"].State())
}

// TestAThousandLines: a large order comes in pieces, is picked, packed into as many parcels as its papers can
// name, taken back in part, and goes out; no record is larger than the line carries.
func TestAThousandLines(t *testing.T) {
	w := newWorld(t)
	w.must("", &SetBin{Bin{ID: "A-01-1", Aisle: "A", Bay: 1, Level: 1, Walk: 1}})
	w.must("", &SetItem{Item{SKU: "OAT", Name: "Oat drink"}})
	w.must("", &LeaseNumbers{Number: "sscc", Prefix: "09520001", From: 1, To: 100})
	w.must("", &AdjustStock{SKU: "OAT", Bin: "A-01-1", Delta: 5000, Reason: "opening"})
	var all []AskedLine
	for i := range 1000 {
		all = append(all, AskedLine{Line: LineID(fmt.Sprintf("%s%04d", strings.Repeat("l", 70), i)), SKU: "OAT", Qty: 2})
	}
	big := order("B-1")
	big.Lines, big.More, big.Partial, big.Purchase = all[:200], 800, "together", "PO 1000"
	w.must("", big)
	w.refused("anna", &Start{Order: "B-1"}, LinesComing)
	for from := 200; from < 1000; from += 200 {
		w.must("", &MoreLines{Order: "B-1", From: from, Lines: all[from : from+200]})
	}
	w.refused("", &MoreLines{Order: "B-1", From: 800, Lines: all[800:]}, NothingLeft)
	w.must("anna", &Start{Order: "B-1"})
	o := func() *Order { return w.s.Orders["B-1"] }
	require.Len(t, o().Lines, 1000)
	require.Equal(t, OrderPicking, o().State())

	// The checks of the world after every event cost much on an order like this: the picks go by themselves.
	for _, l := range all[:990] {
		e := &PickConfirmed{Order: "B-1", Line: l.Line, SKU: l.SKU, Qty: l.Qty, Bin: "A-01-1"}
		ApplyRecord(w.s, &Records("/t/demo/s/north/n/box", "log-1", w.seq+1, w.meta("anna"), []Event{e})[0])
	}
	ev := w.must("anna", &OpenUnit{Order: "B-1"})
	u := ev[0].(*UnitOpened).Unit
	for i := range MaxLines {
		ApplyRecord(w.s, &Records("/t/demo/s/north/n/box", "log-1", w.seq+1, w.meta("anna"), []Event{&UnitFilled{Order: "B-1", Unit: u, Line: all[i].Line, SKU: "OAT", Qty: 2}})[0])
	}
	w.refused("anna", &AddToUnit{Unit: u, Line: all[201].Line, Qty: 1}, UnitFull)
	w.must("anna", &CloseUnit{Unit: u})
	events := w.must("anna", &Decline{Order: "B-1", Reason: OutOfStock})
	require.Len(t, events, 1)
	events = w.must("", &Recall{Order: "B-1", Cause: ByCustomer})
	granted := 0
	for _, e := range events {
		if g, ok := e.(*RecallGranted); ok {
			granted += unitsOf(g.Lines)
		}
	}
	require.Equal(t, 2*990, granted)
	require.Equal(t, OrderPutBack, o().State())
	for i := range w.log {
		raw, err := w.log[i].AppendTo(nil)
		require.NoError(t, err)
		require.LessOrEqual(t, len(raw), MaxRecord)
	}
}

// TestOfferedIsSorted: what is offered never hangs on the order of a map.
func TestOfferedIsSorted(t *testing.T) {
	w := stocked(t)
	for i := range 20 {
		w.must("", order(OrderID(fmt.Sprintf("O-%02d", i))))
	}
	lines := w.s.Offered("OAT")
	require.Len(t, lines, 21)
	require.True(t, slices.IsSortedFunc(lines, func(a, b OrderLine) int { return strings.Compare(string(a.Order), string(b.Order)) }))
}

// TestExpiredSessionsAreDropped, so that they do not pile up.
func TestExpiredSessionsAreDropped(t *testing.T) {
	w := newWorld(t)
	w.must("", &SignIn{Session{ID: "aa", User: "anna", Name: "Anna", Expires: noon.Add(time.Minute)}})
	w.must("", &SignIn{Session{ID: "bb", User: "bert", Name: "Bert", Expires: noon.Add(time.Hour)}})
	require.Len(t, w.s.Sessions, 2)
	w.late += 10 * time.Minute
	w.must("", &SignIn{Session{ID: "cc", User: "carl", Name: "Carl", Expires: noon.Add(time.Hour)}})
	require.Len(t, w.s.Sessions, 2)
	require.Nil(t, w.s.Sessions["aa"])
}

// crowded is a full order of 201 lines whose parcel holds 200 of them.
func crowded(t require.TestingT) *world {
	w := stocked(t)
	big := order("B-1")
	big.Lines, big.More = nil, 1
	for i := range MaxLines {
		big.Lines = append(big.Lines, AskedLine{Line: LineID(fmt.Sprint(i + 1)), SKU: "OAT", Qty: 1})
	}
	events := []Event{&OrderTaken{Assign: *big}, &LinesTaken{MoreLines{Order: "B-1", From: MaxLines, Lines: []AskedLine{{Line: "201", SKU: "OAT", Qty: 1}}}}}
	unit := UnitID("095200010000000010")
	events = append(events, &UnitOpened{Order: "B-1", Unit: unit})
	for i := range MaxLines + 1 {
		events = append(events, &PickConfirmed{Order: "B-1", Line: LineID(fmt.Sprint(i + 1)), SKU: "OAT", Qty: 1, Bin: "A-02-1"})
	}
	for i := range MaxLines {
		events = append(events, &UnitFilled{Order: "B-1", Unit: unit, Line: LineID(fmt.Sprint(i + 1)), SKU: "OAT", Qty: 1})
	}
	for _, r := range Records("/t/demo/s/north/n/box", "log-1", w.seq+1, w.meta("anna"), events) {
		w.seq = r.Seq
		ApplyRecord(w.s, &r)
	}
	return w
}

func showChecklist(s *State, _ string) string {
	var out strings.Builder
	for _, c := range s.Checklist(noon) {
		if c.Open > 0 {
			fmt.Fprintf(&out, "%s Open: %d (%s)\n", c.Words, c.Open, strings.Join(c.Subjects, ", "))
		}
	}
	if out.Len() == 0 {
		return "everything is done"
	}
	return out.String()
}
