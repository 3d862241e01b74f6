package floor

// Policy is how this site wants things done. Every field has a default that is safe; a manager or the centre
// changes one at a time, and it is in force from that record on.
type Policy struct {
	BookTouched    bool `json:"book_touched"`     // a short pick may change the book; off: the gap only opens a count
	MoveBeyondBook bool `json:"move_beyond_book"` // more may be moved than the book has
}

// DefaultPolicy is in force until somebody changes it.
func DefaultPolicy() Policy { return Policy{BookTouched: true} }

// PolicyDoc says what a policy does.
type PolicyDoc struct {
	Name string
	Says string
}

// policyDocs describes every field of Policy, by its JSON name.
var policyDocs = []PolicyDoc{
	{"book_touched", "A short pick moves the book at once. Off: the book stays, and the gap opens a count."},
	{"move_beyond_book", "More may be moved out of a bin than its book has; the bin is then counted. Off: it is refused."},
}

// Policies describes every policy.
func Policies() []PolicyDoc { return policyDocs }
