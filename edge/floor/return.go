package floor

import (
	"slices"
	"time"
)

// Return is goods a customer brings back: what was expected, what came, and where it goes. The refund is the
// centre's; the site says what came and in what condition.
type Return struct {
	ID       ReturnID         `json:"id"`
	State    ReturnState      `json:"state"`
	Number   string           `json:"number,omitempty"` // what is printed on the receipt
	RMA      string           `json:"rma,omitempty"`    // the centre's number, when it was announced
	Order    OrderID          `json:"order,omitempty"`  // of any site and channel
	Receipt  string           `json:"receipt,omitempty"`
	Bought   string           `json:"bought,omitempty"` // the day on the receipt, 2006-01-02
	Blind    bool             `json:"blind,omitempty"`  // without a receipt
	Until    time.Time        `json:"until,omitzero"`   // announced: taken back until then
	Expected []ReturnExpected `json:"expected,omitempty"`
	Lines    []ReturnLine     `json:"lines,omitempty"`
	Since    time.Time        `json:"since"`
	By       UserID           `json:"by,omitempty"`
	Wants    string           `json:"wants,omitempty"` // closed: refund, exchange, credit, none
	Refunded bool             `json:"refunded,omitempty"`
	Gift     bool             `json:"gift,omitempty"`    // opened by a gift receipt: no price is shown
	Jobs     []Job            `json:"jobs,omitempty"`    // its papers and tags
	Unheard  int              `json:"unheard,omitempty"` // papers asked for at a box that may have had the command, and refused here
	Settled  time.Time        `json:"settled,omitzero"`  // nobody waits for it any more; it stays for its paper
}

// ReturnState is how far a return is.
type ReturnState string

// A return is announced by the centre, open while goods are taken in, and closed when the customer went. It
// is settled when its goods have their place and the centre has said what became of the money, and then stays
// for its papers alone (returnpaper.go).
const (
	ReturnAnnouncedState ReturnState = "announced"
	ReturnOpen           ReturnState = "open"
	ReturnDone           ReturnState = "closed"
)

// ReturnExpected is what the centre says was bought.
type ReturnExpected struct {
	Line  LineID `json:"line,omitempty"`
	SKU   SKU    `json:"sku"`
	Qty   int    `json:"qty"`
	Price *Money `json:"price,omitempty"` // of one unit
}

// ReturnLine is what came.
type ReturnLine struct {
	No        int    `json:"no"` // from 1
	Line      LineID `json:"line,omitempty"`
	SKU       SKU    `json:"sku"`
	Qty       int    `json:"qty"`
	Counted   int    `json:"counted,omitempty"`  // of it, in the tally of the order's line
	Disposed  int    `json:"disposed,omitempty"` // of it, has its place
	To        string `json:"to,omitempty"`       // the place the last of it got
	Serial    string `json:"serial,omitempty"`
	Lot       string `json:"lot,omitempty"`
	Reason    Reason `json:"reason"`
	Condition string `json:"condition"`
	Value     *Money `json:"value,omitempty"` // of all of it
}

func (r Return) clone() Return {
	r.Expected, r.Lines = slices.Clone(r.Expected), slices.Clone(r.Lines)
	r.Jobs = slices.Clone(r.Jobs)
	return r
}

// Why a customer brings goods back.
const (
	TooSmall       Reason = "too_small"
	TooLarge       Reason = "too_large"
	NotAsDescribed Reason = "not_as_described"
	ChangedMind    Reason = "changed_mind"
	Defective      Reason = "defective"
	CameLate       Reason = "came_late"
	OtherReason    Reason = "other"
)

// ReturnReasons and Conditions list what a person may choose, in the order shown.
var (
	ReturnReasons = []Reason{ChangedMind, TooSmall, TooLarge, NotAsDescribed, WrongGoods, Damaged, Defective, CameLate, OtherReason}
	Conditions    = []string{"as_new", "opened", "used", "damaged", "defective"}
)

// sellable says whether goods in a condition may stand in a bin again.
func sellable(condition string) bool { return condition == "as_new" || condition == "opened" }

// InReturn is where goods wait that were brought back and have no place yet.
func InReturn(id ReturnID) PlaceID { return PlaceID(string(ReturnHold) + "/" + string(id)) }

// MaxReturnLines is how many lines one return takes.
const MaxReturnLines = 50

// findReturn looks a return up.
func (s *State) findReturn(id ReturnID) (*Return, *Refusal) {
	if r := s.Returns.Get(id); r != nil {
		return r, nil
	}
	return nil, Refuse(UnknownReturn, "return", clip(string(id)))
}

// openReturn looks up a return that takes goods in.
func (s *State) openReturn(id ReturnID) (*Return, *Refusal) {
	r, no := s.findReturn(id)
	if no == nil && r.State != ReturnOpen {
		no = Refuse(ReturnNotOpen, "return", string(id), "state", string(r.State))
	}
	return r, no
}

func (r *Return) line(no int) *ReturnLine {
	if no < 1 || no > len(r.Lines) {
		return nil
	}
	return &r.Lines[no-1]
}

// worth sums what came, in one currency; false when the price of some of it is not known.
func (r *Return) worth() (sum Money, known bool) {
	for _, l := range r.Lines {
		if l.Value == nil || sum.Currency != "" && l.Value.Currency != sum.Currency {
			return sum, false
		}
		sum.Currency = l.Value.Currency
		sum.Minor += l.Value.Minor
	}
	return sum, true
}

// settleReturn settles a return nobody waits for any more. One without papers is forgotten at once, all but what came back on its receipt.
func (s *State) settleReturn(r *Return) {
	if r.Over() || r.State != ReturnDone || !r.Refunded && r.Wants != "none" {
		return
	}
	for _, l := range r.Lines {
		if l.Disposed < l.Qty {
			return
		}
	}
	if len(r.Jobs) == 0 {
		s.forgetReturn(r)
		return
	}
	if r.Settled = s.now(); r.Settled.IsZero() {
		r.Settled = time.Unix(0, 0).UTC() // a box without a clock settles it all the same
	}
	s.forgetReturns()
}

// Left is how many of a line went to the customer and did not come back with the carrier.
func (o *Order) Left(l *Line) int {
	n := l.Handed
	for i := range o.Units {
		if u := &o.Units[i]; u.State == UnitDeparted && o.Flow != FlowTransfer {
			n += u.Holds(l.ID)
		}
	}
	return n
}

// ofReturn is the subject of an event of a return: the order whose tallies it changes, when it is here.
func ofReturn(o OrderID, r ReturnID) string {
	if o != "" {
		return "order/" + string(o)
	}
	return "return/" + string(r)
}
