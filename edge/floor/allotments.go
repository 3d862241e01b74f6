package floor

// An allotment is units of an item the site keeps for the centre (escrow). The centre promises no more than was granted,
// and only the site grants, out of what is free; so what is promised from it is there however long neither hears the other.
// It moves no goods and names no bin: it is a claim on the shelves, behind the orders that are here and before everybody else.
// What was sold over the counter has happened, kept or not: a sale that eats into it is told as one that breaks it.

// Allotment is what is kept of an item. All are sums over everything that ever was, so that facts commute.
type Allotment struct {
	SKU     SKU   `json:"sku"`
	Granted int64 `json:"granted"`
	Back    int64 `json:"back,omitempty"`   // of it, the centre gave back
	Drawn   int64 `json:"drawn,omitempty"`  // of it, came as lines of orders
	Over    int64 `json:"over,omitempty"`   // of the drawn, was kept no more when the order came
	Broken  int64 `json:"broken,omitempty"` // of it, went otherwise
	Wanted  int64 `json:"wanted,omitempty"` // so many of them the site would have back, and the centre has not answered
}

func (a Allotment) clone() Allotment { return a }

// Left is how many units are kept now.
func (a *Allotment) Left() int64 {
	if a == nil {
		return 0
	}
	return max(0, a.Granted+a.Over-a.Back-a.Drawn-a.Broken)
}

// Kept is how many units of an item are kept for the centre.
func (s *State) Kept(sku SKU) int64 { return s.Allotments.Get(sku).Left() }

// allotment gives an item's to be written.
func (s *State) allotment(sku SKU) *Allotment {
	if s.seen.on {
		s.seen.stock = append(s.seen.stock, sku) // less of it may be promised
	}
	if a := s.Allotments.change(s, sku); a != nil {
		return a
	}
	return s.Allotments.put(s, sku, Allotment{SKU: sku})
}

var allotEntries = []Entry{
	{fresh[AskAllotment], "Asks the site to keep units of an item for the centre. It keeps as many as are free, or fewer, and says how many.", Centre,
		`{"sku":"OAT","qty":6}`, []Code{UnknownItem, IsRecovering}},
	{fresh[GiveAllotmentBack], "Gives units back that are kept for the centre: from then on the site does with them as it likes. Without qty it is the answer no to a site that wanted some back.", Centre,
		`{"sku":"OAT","qty":2}`, nil},
	{fresh[WantAllotmentBack], "Asks the centre for units back that are kept for it. They are kept until it has said so.", Managers,
		`{"sku":"OAT","qty":2,"note":"a customer wants both"}`, []Code{NothingLeft, TooMany}},
	{fresh[CheckAllotments], "Says what is kept for the centre and not there any more.", TheBox, `{}`, []Code{NothingLeft}},
}

var allotEvents = []func() Event{
	blank[AllotmentGranted], blank[AllotmentGivenBack], blank[AllotmentBroken], blank[AllotmentOverdrawn], blank[AllotmentWanted],
}

var allotCases = map[string][2]string{
	"allotment_broken": {"{qty} × {item} that {qty:was|were} kept for the centre {qty:is|are} not there any more; {left} {left:is|are} still kept.", "The centre was told. Look for more of it: what the centre has promised of it meanwhile comes here as orders."},
}
