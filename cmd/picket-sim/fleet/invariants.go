package fleet

// Invariant is a promise that every seed is held to.
type Invariant struct {
	ID, Says string
	Every    int // it is looked at in one seed of so many; 0 in each
}

// Invariants lists them (TESTING, section 4). I12 is held elsewhere (DESIGN.md).
func Invariants() []Invariant {
	return []Invariant{
		{"I1", "what was shown saved is at the centre exactly once, and stands", 0},
		{"I2", "no command has its effect twice; who asks again is told the same", 0},
		{"I3", "physical truth = the site's book = the centre's mirror; double entry sums to zero", 0},
		{"I4", "nothing leaves twice, nor after it was given back", 0},
		{"I5", "a start, a screen and an archive are what the records fold to; cursors equal heads", 0},
		{"I6", "all has converged 240 virtual seconds after the last fault", 0},
		{"I7", "orders and assignments are the same at both ends", 0},
		{"I8", "nobody sends from where it has trimmed", 0},
		{"I9", "the chain verifies, and nothing in it goes back", 0},
		{"I10", "a departed parcel has a printed label; no two papers say the same copy", 0},
		{"I11", "what a site said stands under no other site's name", 0},
		{"I13", "queues, what is under way and what the broker keeps are within their bounds, and what is over leaves nothing behind", 0},
		{"I14", "the same seed gives the same trace", 100},
		{"L9", "claims, hand-overs and what is given back: a history one clerk could have made", 0},
		{"P1", "the journal never goes back, and the node fails only with its disk", 0},
		{"P2", "what is well said is never refused: orders, stock, what is over", 0},
		{"P5", "no trouble (but a line that waits for an older centre), no odd fact and nothing unreadable between honest parties", 0},
		{"P6", "no more is promised of a site than its stock's age allows, nothing behind the longest; who goes without is told", 0},
		{"world", "the world itself works", 0},
	}
}
