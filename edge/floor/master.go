package floor

import (
	"slices"
	"strconv"
)

// SetItem brings an article of the catalogue, whole. It comes from the centre; the last one wins.
type SetItem struct{ Item }

// ItemSet: the site knows the article.
type ItemSet struct{ Item }

// SetBin brings a storage location, whole.
type SetBin struct{ Bin }

// BinSet: the site knows the location.
type BinSet struct{ Bin }

// SetDoc brings a document (user, template, policy) whose body is kept as a row beside the journal.
type SetDoc struct{ Doc }

// DocSet: this version of the document is in force.
type DocSet struct{ Doc }

// LeaseNumbers gives the site numbers to draw from while the line is down.
type LeaseNumbers struct {
	Number string `json:"number"` // kind: sscc, return or carrier:<code>
	Prefix string `json:"prefix"`
	From   uint64 `json:"from"`
	To     uint64 `json:"to"`
	Digits int    `json:"digits,omitempty"` // of the serial, but for sscc
	Check  string `json:"check,omitempty"`  // none (default), mod10, or s10:<country> for postal item numbers; but for sscc
}

// NumbersLeased: the site may draw these numbers, and nobody else may.
type NumbersLeased struct {
	Number string `json:"number"`
	Prefix string `json:"prefix"`
	From   uint64 `json:"from"`
	To     uint64 `json:"to"`
	Digits int    `json:"digits,omitempty"`
	Check  string `json:"check,omitempty"`
}

// Kind names the command.
func (*SetItem) Kind() string { return "item.set" }

// Kind names the command.
func (*SetBin) Kind() string { return "bin.set" }

// Kind names the command.
func (*SetDoc) Kind() string { return "doc.set" }

// Kind names the command.
func (*LeaseNumbers) Kind() string { return "numbers.lease" }

// Type and Subject name the event.
func (*ItemSet) Type() string      { return "picket.local.item.set.v1" }
func (e *ItemSet) Subject() string { return "item/" + string(e.SKU) }

// Type and Subject name the event.
func (*BinSet) Type() string      { return "picket.local.bin.set.v1" }
func (e *BinSet) Subject() string { return "bin/" + string(e.ID) }

// Type and Subject name the event.
func (*DocSet) Type() string      { return "picket.local.doc.set.v1" }
func (e *DocSet) Subject() string { return "doc/" + e.Kind + "/" + e.Key }

// Type and Subject name the event.
func (*NumbersLeased) Type() string    { return "picket.numbers.leased.v1" }
func (*NumbersLeased) Subject() string { return "site" }

func (c *SetItem) decide(s *State, m Meta) ([]Event, *Refusal) {
	if r := c.check(); r != nil {
		return nil, r
	}
	it := c.Item.Canonical()
	if m.Down == nil && m.Actor != "" { // a person's wish; what the centre says is recorded, and stands on the desk
		if r := s.taken(&it); r != nil {
			return nil, r
		}
	}
	return []Event{&ItemSet{it}}, nil
}

func checkDigits(field, text string, n int) *Refusal {
	ok := len(text) == n
	for i := 0; ok && i < len(text); i++ {
		ok = text[i] >= '0' && text[i] <= '9'
	}
	if !ok {
		return badField(field, "is "+strconv.Quote(text)+", but must be "+strconv.Itoa(n)+" digits")
	}
	return nil
}

func (e *ItemSet) apply(s *State) {
	if old := s.Items[e.SKU]; old != nil {
		old.itemCodes(func(g string, _ int) { s.uncode(g, e.SKU) })
	}
	it := e.Item
	s.Items[it.SKU] = &it
	s.settle("item_missing", "item/"+string(it.SKU))
	it.itemCodes(func(g string, qty int) {
		s.code(g, it.SKU, qty)
		if at := s.Codes[g]; len(at.Also) > 0 && s.rec != noRecord {
			s.raiseOnce("barcode_twice", "barcode/"+g, "code", g, "sku", string(at.SKU), "other", string(at.Also[0]))
		}
	})
}

func (c *SetBin) decide(_ *State, _ Meta) ([]Event, *Refusal) {
	if r := c.check(); r != nil {
		return nil, r
	}
	return []Event{&BinSet{c.Bin}}, nil
}

func (e *BinSet) apply(s *State) {
	b := e.Bin
	s.Bins[b.ID] = &b
}

func (c *SetDoc) decide(s *State, _ Meta) ([]Event, *Refusal) {
	if r := check([2]string{"kind", c.Doc.Kind}, [2]string{"key", c.Key}, [2]string{"digest", c.Digest}); r != nil {
		return nil, r
	}
	if old := s.Docs[c.Doc.Kind+"/"+c.Key]; old != nil && old.Version >= c.Version {
		return nil, Refuse(NothingLeft, "what", c.Doc.Kind+" "+c.Key)
	}
	return []Event{&DocSet{c.Doc}}, nil
}

// HasDoc says whether a command sets a document as it is here already. A box that took a site over knows that there is
// one, from what the box before it told, and does not have what it says: that comes beside the command.
func (s *State) HasDoc(c Command) bool {
	d, ok := c.(*SetDoc)
	if !ok {
		return false
	}
	old := s.Docs[d.Doc.Kind+"/"+d.Key]
	return old != nil && *old == d.Doc
}

func (e *DocSet) apply(s *State) {
	d := e.Doc
	s.Docs[d.Kind+"/"+d.Key] = &d
	if d.Kind == "user" { // whoever has a new PIN may try it
		s.settle(lockedCase, "user/"+d.Key)
	}
}

func (c *LeaseNumbers) decide(s *State, _ Meta) ([]Event, *Refusal) {
	if r := c.checkBlock(); r != nil {
		return nil, r
	}
	for i := range s.Blocks {
		if b := &s.Blocks[i]; b.Kind == c.Number && b.Prefix == c.Prefix && c.From <= b.To && b.From <= c.To {
			return nil, Refuse(BlockOverlaps, "from", strconv.FormatUint(c.From, 10), "to", strconv.FormatUint(c.To, 10))
		}
	}
	return []Event{&NumbersLeased{Number: c.Number, Prefix: c.Prefix, From: c.From, To: c.To, Digits: c.Digits, Check: c.Check}}, nil
}

func (e *NumbersLeased) apply(s *State) {
	b := NumberBlock{Kind: e.Number, Prefix: e.Prefix, From: e.From, To: e.To, Next: e.From, Digits: e.Digits, Check: e.Check, Log: s.rec.Log}
	if r := s.Recovery; r != nil && (r.More || s.rec.Feed != nil && s.rec.Feed.Seq <= r.Feed) {
		b.Next = b.To + 1 // it comes again to a box that lost records: nobody knows which of them are on paper
	}
	s.Blocks = append(slices.Clip(s.Blocks), b)
	if s.NumbersLeft(e.Number) > uint64(max(0, s.Policy.NumbersLow)) {
		s.settle("numbers_low", "numbers/"+e.Number)
	}
}
