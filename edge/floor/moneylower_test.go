package floor

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// booked is what the drawers hold, less what was given back.
func booked(s *State) (sum int64) {
	for _, d := range s.Drawers.All() {
		for _, x := range d.Sums {
			sum += x.In - x.Out
		}
	}
	return sum
}

// TestWhatARefundMeans: lowering takes off the due and moves no money; giving back for good takes out of the drawer and
// makes nobody owe anything; undoing a payment does both, to the same amount. Nothing else gives money back.
func TestWhatARefundMeans(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := stocked(rt)
		withMoney(w)
		w.must("", &SignIn{Session{ID: "mia1", User: "mia", Name: "Mia", Roles: []string{"lead"}, Expires: noon.AddDate(1, 0, 0)}})
		if rapid.Bool().Draw(rt, "on its way") {
			w.do("anna", &HandOver{Unit: w.s.Orders["DOOR"].Units[0].ID, Done: true})
		}
		for range rapid.IntRange(1, 25).Draw(rt, "steps") {
			c := moneyCommand(rt, w)
			r, refund := c.(*RefundMoney)
			if !refund {
				w.do("mia", c)
				continue
			}
			was, owed, had := map[OrderID]int64{}, map[OrderID]int64{}, booked(w.s)
			for id, o := range w.s.Orders {
				was[id], owed[id] = o.unpaid().Minor, owedNow(o)
			}
			_, no := w.do("mia", c)
			for id, o := range w.s.Orders {
				now := o.unpaid().Minor
				switch {
				case no != nil || id != r.Order || o.Pay == nil || r.Amount.Currency != "EUR":
					require.Equal(rt, was[id], now, id)
				case r.Intent == LowerDue:
					require.Equal(rt, was[id]-r.Amount.Minor, now)
				case r.Intent == GiveBack:
					require.LessOrEqual(rt, max(0, owedNow(o)), max(0, owed[id]), "nobody owes again what was given back")
				default:
					require.Equal(rt, was[id]+r.Amount.Minor, now)
				}
			}
			if no != nil || r.Intent == LowerDue {
				require.Equal(rt, had, booked(w.s))
			} else {
				require.Equal(rt, had-r.Amount.Minor, booked(w.s))
			}
			require.GreaterOrEqual(rt, booked(w.s), int64(0), "no more is given back than was taken")
		}
		if o := w.s.Orders["DOOR"]; o.DueAtDoor().Minor > 0 { // it stands in the driver's list, for one parcel
			require.Equal(rt, 1, w.s.Owes.Len())
		} else {
			require.Zero(rt, w.s.Owes.Len())
		}
		receiptsCover(rt, w.s)
		var off, told int64
		for _, o := range w.s.Orders {
			off += o.Lowered
		}
		for _, d := range w.s.Days.All() {
			told += d.N["lowered/EUR/amount"]
		}
		require.Equal(rt, off, told, "what nobody owes any more stands in the totals of the day")
	})
}

// owedNow is what somebody owes: what came back is not due from anybody, and is asked for whole when it goes out again.
func owedNow(o *Order) int64 {
	if u := o.doorUnit(); o.atDoor() && (u == nil || u.State == UnitBack) {
		return o.DueAtDoor().Minor
	}
	return o.unpaid().Minor
}

// receiptsCover: what one receipt paid for several orders is no more than it is over, or stands on the desk.
func receiptsCover(t require.TestingT, s *State) {
	for _, r := range s.Receipts.All() {
		for i := 0; i < len(r.Paid); {
			list := r.paid(r.Paid[i].No)
			i += len(list)
			sum, orders := int64(0), map[OrderID]bool{}
			for _, p := range list {
				sum += p.Amount.Minor
				orders[p.Order] = true
			}
			onDesk := false
			for _, k := range s.Cases.All() {
				onDesk = onDesk || k.What == "receipt_elsewhere" && k.Args["receipt"] == list[0].No
			}
			if len(orders) > 1 && !onDesk {
				total := list[len(list)-1].Total
				for _, p := range list {
					if p.Total != nil {
						total = p.Total
					}
				}
				require.NotNil(t, total, "receipt %s pays for several orders", list[0].No)
				require.LessOrEqual(t, sum, total.Minor, "receipt %s", list[0].No)
			}
		}
	}
}

// The label asks for what comes, not for what was ordered; the driver owes what the label says, whatever becomes of the
// order's other lines since; and what goes out again is asked for as far as nobody paid for it.
func TestTheLabelAsksForWhatIsSent(t *testing.T) {
	w := stocked(t)
	door := order("DOOR")
	door.Pay = &Pay{When: "cod", Due: Money{1800, "EUR"}} // 2 × 5.00, 3 × 2.00 and 2.00 to send it
	door.Lines[0].Price, door.Lines[1].Price = &Money{500, "EUR"}, &Money{200, "EUR"}
	w.must("", door)
	w.must("", &SetPolicy{Name: "cod_paid_in", Value: []byte("true")})
	w.must("anna", &Start{Order: "DOOR"})
	w.must("anna", &Scan{Order: "DOOR", SKU: "OAT", Qty: 2})
	w.must("anna", &Scan{Order: "DOOR", SKU: "RICE", Qty: 2})
	w.must("anna", &ReportShort{Order: "DOOR", Line: "2", Qty: 1, Reason: Damaged})
	unit := w.must("anna", &OpenUnit{Order: "DOOR"})[0].(*UnitOpened).Unit
	w.must("anna", &AddToUnit{Unit: unit, SKU: "OAT", Qty: 2})
	w.must("anna", &AddToUnit{Unit: unit, SKU: "RICE", Qty: 2})
	w.must("anna", &CloseUnit{Unit: unit})
	o := func() *Order { return w.s.Orders["DOOR"] }
	require.Equal(t, &Money{1600, "EUR"}, o().Unit(unit).COD)
	w.must("anna", &HandOver{Unit: unit, Done: true})
	require.Equal(t, Money{1600, "EUR"}, o().DueAtDoor())

	pay := func(receipt string, minor int64) *PayDoor {
		return &PayDoor{Order: "DOOR", Amount: Money{minor, "EUR"}, Method: "cash", Receipt: receipt, Driver: "Jo", Till: "T4"}
	}
	w.refused("anna", pay("R-0", 1800), AmountWrong)
	w.must("anna", pay("R-1", 1000))
	w.must("anna", &ParcelBack{Code: string(unit), Why: "undelivered"})
	again := w.must("anna", &UnpackParcel{Unit: unit, WeightG: 900, Lines: []Unpacked{{Line: "1", Qty: 2, To: "ship_again"}, {Line: "2", Qty: 2, To: "bin", Bin: "A-02-1"}}})
	var fresh UnitID
	for _, e := range again {
		if u, is := e.(*ParcelUnpacked); is {
			fresh = u.Again
		}
	}
	require.Equal(t, &Money{200, "EUR"}, o().Unit(fresh).COD, "12.00 are left to pay for, and 10.00 are paid")
	w.must("anna", &HandOver{Unit: fresh, Done: true})
	require.Equal(t, Money{200, "EUR"}, o().DueAtDoor())
	w.must("anna", pay("R-2", 200))
	require.Zero(t, o().DueAtDoor().Minor)
}
