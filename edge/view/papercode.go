package view

import "picket/edge/floor"

// PaperCode is what the barcode of a paper stands for here.
type PaperCode struct {
	Order    floor.OrderID // of the return, or of the gift
	Run      floor.RunID
	Count    floor.CountID
	Return   floor.ReturnID
	Manifest floor.ManifestID
	Gift     string         // the code of a gift receipt
	Lapsed   *floor.Refusal // it is of a return nobody brought in time: what became of it, and what to do
}

// PaperCalled is what the number on a paper stands for: of a return, a manifest, a run or a count, or the code of a
// gift receipt. The zero PaperCode is: nothing that is known.
func (b *Board) PaperCalled(code string) (out PaperCode) {
	if code == "" {
		return out
	}
	for _, r := range b.state.Returns.All() {
		if r.Number == code || r.RMA == code {
			out.Return, out.Order = r.ID, r.Order
			return out
		}
	}
	for _, m := range b.state.Manifests.All() {
		if m.Number == code {
			out.Manifest = m.ID
			return out
		}
	}
	if id, ok := b.RunNamed(code); ok {
		out.Run = id
		return out
	}
	for _, c := range b.state.Counts.All() {
		if c.Number == code {
			out.Count = c.ID
			return out
		}
	}
	if o := b.state.GiftOf(code); o != nil {
		out.Gift, out.Order = code, o.ID
		return out
	}
	if l := b.state.LapsedCalled(code); l != nil {
		out.Lapsed, out.Order = b.state.HasLapsed(l), l.Order
	}
	return out
}

// RunNamed is the run of that id or number.
func (b *Board) RunNamed(name string) (floor.RunID, bool) {
	if r := b.state.Runs.Get(floor.RunID(name)); r != nil {
		return r.ID, true
	}
	for _, r := range b.state.Runs.All() {
		if r.Number == name && name != "" {
			return r.ID, true
		}
	}
	return "", false
}
