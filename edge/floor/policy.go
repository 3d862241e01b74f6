package floor

// Policy is how this site wants things done. Every field has a default that is safe; a manager or the centre
// changes one at a time, and it is in force from that record on.
type Policy struct {
	BookTouched    bool   `json:"book_touched"`     // a short pick may change the book; off: the gap only opens a count
	RefuseWhenFull bool   `json:"refuse_when_full"` // new orders are refused at capacity
	GrantRecall    string `json:"grant_recall"`     // how far an order may be and still be let go of
	ShipEarly      bool   `json:"ship_early"`       // goods may leave before the date that was asked for
	MoveBeyondBook bool   `json:"move_beyond_book"` // more may be moved than the book has

	PrintHoldLabel bool        `json:"print_hold_label"`
	ReadyInParts   bool        `json:"ready_in_parts"`
	HoldDays       int         `json:"hold_days"`
	RemindDays     int         `json:"remind_days"`
	ProofAbove     []ProofRule `json:"proof_above,omitempty"`
}

// DefaultPolicy is in force until somebody changes it.
func DefaultPolicy() Policy {
	return Policy{BookTouched: true, RefuseWhenFull: true, GrantRecall: grantAll, PrintHoldLabel: true, HoldDays: 7, RemindDays: 1}
}

// ProofRule says what is to be shown for an order that is worth so much, or more. Of several rules the last
// that fits is in force.
type ProofRule struct {
	Money
	Methods []ProofMethod `json:"methods"`
}

// PolicyDoc says what a policy does.
type PolicyDoc struct {
	Name string
	Says string
}

// policyDocs describes every field of Policy, by its JSON name.
var policyDocs = []PolicyDoc{
	{"refuse_when_full", "At capacity the site refuses new orders, and the centre routes them elsewhere. Off: they pile up here."},
	{"grant_recall", "What the centre may take back: until_picked (nothing that is picked), until_packed (nothing packed or on the shelf), until_left (whatever is in the building)."},
	{"ship_early", "Goods may leave before the date the customer asked for. Off: they wait, unless a lead says otherwise."},
	{"book_touched", "A short pick moves the book at once. Off: the book stays, and the gap opens a count."},
	{"move_beyond_book", "More may be moved out of a bin than its book has; the bin is then counted. Off: it is refused."},
	{"print_hold_label", "Putting goods on the staging shelf prints a label for the bag. Off: it is printed when somebody asks."},
	{"ready_in_parts", "An order may be ready to collect while some of it is still to come. Off: only the whole of it."},
	{"hold_days", "So many days the site is open an order is kept for its customer, unless the order says otherwise; at least 1."},
	{"remind_days", "The customer is reminded when so many open days are left; 0: never."},
	{"proof_above", "What is to be shown at the counter for an order worth so much or more: a list of {minor, currency, methods}, rising. The order's own wish goes first."},
}

// Policies describes every policy.
func Policies() []PolicyDoc { return policyDocs }
