package floor

// recountOf is the one task that asks for a count of a bin.
func recountOf(b BinID) TaskID { return TaskID("recount/" + string(b)) }

// recount asks for a count of a bin, once: short, zero check, negative book, a fact that came late. A count of
// the bin clears it. why is a code: short, zero, negative, beyond_book, late_fact, sale.
func (s *State) recount(b BinID, sku SKU, why string) {
	id := recountOf(b)
	if s.Bins[b] == nil || s.Tasks.Get(id) != nil {
		return // nobody can count a bin that is none
	}
	s.Tasks.put(s, id, Task{ID: id, What: "recount", Subject: "bin/" + string(b), SKU: sku, From: InBin(b), Why: why, Since: s.now()})
}
