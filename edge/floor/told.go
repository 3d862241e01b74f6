package floor

import (
	"slices"
	"strconv"
)

// A transfer has two halves: what the sender says it sent, and what the receiver counted. Each is a record the
// other site gets to read, whichever of them comes first.

// TransferCounted: the delivery is complete, and this came of the parcel. The centre tells its sender.
type TransferCounted struct {
	Inbound InboundID    `json:"inbound"`
	Unit    UnitID       `json:"unit"`
	From    string       `json:"from,omitempty"`
	Order   OrderID      `json:"order,omitempty"` // as its sender calls it
	Lines   []CountedSKU `json:"lines"`
}

// CountedSKU is how many units of an item a parcel should have held, and how many it did, broken ones included.
type CountedSKU struct {
	SKU    SKU `json:"sku"`
	Listed int `json:"listed"`
	Got    int `json:"got"`

	Damaged int `json:"damaged,omitempty"` // of those that came
}

// TransferTold: the sender's word of a parcel that is known here already. Its goods are not expected twice.
type TransferTold struct {
	Inbound InboundID `json:"inbound"`
	As      InboundID `json:"as"` // what the centre calls the delivery
	Unit    UnitID    `json:"unit"`
	From    string    `json:"from,omitempty"`
	Lines   []ToldSKU `json:"lines"`
}

// ToldSKU is how many units of an item the sender says it sent, and how many were known of here: by the list,
// or by the count when the delivery is complete.
type ToldSKU struct {
	SKU   SKU `json:"sku"`
	Sent  int `json:"sent"`
	Known int `json:"known"`
}

// AgreeTransfer brings what the sender says became of goods that came short or over. It comes from the centre.
type AgreeTransfer struct {
	Unit UnitID `json:"unit"`
	SKU  SKU    `json:"sku,omitempty"`
	Qty  int    `json:"qty,omitempty"`
	As   string `json:"as"` // lost, arrived, or agreed: the sender's book is as the count here
	Note string `json:"note,omitempty"`
	Done bool   `json:"done,omitempty"` // nothing of the parcel is open any more
}

// TransferAgreed: the sender said what became of them.
type TransferAgreed struct {
	AgreeTransfer
	Inbound InboundID `json:"inbound"`
	From    string    `json:"from,omitempty"`
}

// Kind names the command.
func (*AgreeTransfer) Kind() string { return "transfer.agreed" }

// Type and Subject name the event.
func (*TransferCounted) Type() string      { return "picket.transfer.counted.v1" }
func (e *TransferCounted) Subject() string { return "inbound/" + string(e.Inbound) }
func (e *TransferCounted) tell(n Names) string {
	words := "Parcel " + tail(e.Unit) + " is received"
	for _, l := range e.Lines {
		if l.Got != l.Listed {
			words += ", " + strconv.Itoa(l.Got) + " of " + strconv.Itoa(l.Listed) + " × " + n(l.SKU)
		}
		if l.Damaged > 0 {
			words += ", " + strconv.Itoa(l.Damaged) + " × " + n(l.SKU) + " broken"
		}
	}
	return words + "."
}

// Type and Subject name the event.
func (*TransferTold) Type() string      { return "picket.transfer.told.v1" }
func (e *TransferTold) Subject() string { return "inbound/" + string(e.Inbound) }
func (e *TransferTold) tell(n Names) string {
	words := "Delivery " + ref("inbound", string(e.As)) + " is delivery " + ref("inbound", string(e.Inbound)) + ": parcel " + tail(e.Unit) + ", " + e.From + " says it sent "
	same := true
	for _, l := range e.Lines {
		if l.Sent != l.Known {
			if !same {
				words += ", "
			}
			same = false
			words += strconv.Itoa(l.Sent) + " × " + n(l.SKU) + " (known here: " + strconv.Itoa(l.Known) + ")"
		}
	}
	if same {
		words += "what is known here"
	}
	return words + "."
}

// Type and Subject name the event.
func (*TransferAgreed) Type() string      { return "picket.transfer.agreed.v1" }
func (e *TransferAgreed) Subject() string { return "inbound/" + string(e.Inbound) }
func (e *TransferAgreed) tell(n Names) string {
	words := "Parcel " + tail(e.Unit)
	if e.From != "" {
		words += ", " + e.From + " says"
	}
	switch e.As {
	case "agreed":
		words += ": its book is as the count here"
	case "lost":
		words += ": " + strconv.Itoa(e.Qty) + " × " + n(e.SKU) + " lost on the way"
	default:
		words += ": " + strconv.Itoa(e.Qty) + " × " + n(e.SKU) + " arrived after all"
	}
	if e.Note != "" {
		words += " (" + e.Note + ")"
	}
	return words + "."
}

func (e *TransferCounted) apply(s *State) {
	p := s.parcel(e.Unit, e.Inbound, e.From)
	p.Closed, p.Took, p.Differs, p.Broken = true, nil, nil, false
	for _, l := range e.Lines {
		p.Took = append(p.Took, SKUQty{SKU: l.SKU, Qty: l.Got})
		if l.Got != l.Listed {
			p.Differs = append(p.Differs, l.SKU)
		}
		p.Broken = p.Broken || l.Damaged > 0
	}
}

// joins takes the lines of an announcement whose parcels are known here to their deliveries, and gives back
// the rest.
func (s *State) joins(c *AnnounceInbound) (out []Event, rest []Announced) {
	at := map[UnitID]*TransferTold{}
	sku := map[UnitID]map[SKU]int{}
	for _, l := range c.Lines {
		p := s.Transfers.Get(l.Unit)
		if c.What != "transfer" || p == nil {
			rest = append(rest, l)
			continue
		}
		e := at[l.Unit]
		if e == nil {
			e = &TransferTold{Inbound: p.Inbound, As: c.Inbound, Unit: l.Unit, From: c.From}
			at[l.Unit], sku[l.Unit] = e, map[SKU]int{}
			out = append(out, e)
		}
		i, ok := sku[l.Unit][l.SKU]
		if !ok {
			i = len(e.Lines)
			sku[l.Unit][l.SKU] = i
			known := p.took(l.SKU)
			if in := s.Inbounds.Get(p.Inbound); in != nil && !p.Closed {
				known = in.inParcel(l.Unit, l.SKU)
			}
			e.Lines = append(e.Lines, ToldSKU{SKU: l.SKU, Known: known})
		}
		e.Lines[i].Sent += l.Qty
	}
	return out, rest
}

// announcedAgain says whether the centre named a delivery before, and which one that is here.
func (s *State) announcedAgain(c *AnnounceInbound) (InboundID, bool) {
	if s.Inbounds.Get(c.Inbound) != nil {
		return c.Inbound, true
	}
	for _, l := range c.Lines {
		if p := s.Transfers.Get(l.Unit); p != nil && slices.Contains(p.Told, c.Inbound) {
			return p.Inbound, true
		}
	}
	return "", false
}

func (e *TransferTold) apply(s *State) {
	p := s.Transfers.change(s, e.Unit)
	if p == nil {
		return
	}
	p.Told = append(p.Told, e.As)
	if in := s.Inbounds.change(s, e.Inbound); in != nil && !p.Closed {
		p.Said = true
		for _, l := range e.Lines {
			in.expect(e.Unit, l.SKU, l.Sent-l.Known)
		}
		return
	}
	still := p.Differs[:0:0]
	for _, sku := range p.Differs {
		if i := slices.IndexFunc(e.Lines, func(l ToldSKU) bool { return l.SKU == sku }); i < 0 || e.Lines[i].Sent != p.took(sku) {
			still = append(still, sku)
		}
	}
	p.Differs = still
	if !s.agreed(e.Inbound) && len(still) > 0 { // both halves are here, and they are not the same
		s.settle("transfer_differs", e.Subject())
		s.raiseOnce("transfer_disputed", e.Subject(), "inbound", string(e.Inbound), "from", e.From, "words", e.disputed(s, still))
	}
}

// disputed says of which items the two halves differ.
func (e *TransferTold) disputed(s *State, skus []SKU) string {
	words := "what came of "
	for i, sku := range skus {
		if i > 0 {
			words += ", "
		}
		words += s.name(sku)
	}
	return words + " in parcel " + tail(e.Unit) + " is not what " + e.From + " says it sent."
}

// agreed takes the cases of a transfer off the desk when nothing of its parcels is open any more.
func (s *State) agreed(in InboundID) bool {
	if s.Transfers.any(func(p *Parcel) bool { return p.Inbound == in && (len(p.Differs) > 0 || p.Broken) }) {
		return false
	}
	s.settle("transfer_differs", "inbound/"+string(in))
	s.settle("transfer_disputed", "inbound/"+string(in))
	return true
}

func (c *AgreeTransfer) decide(s *State, _ Meta) ([]Event, *Refusal) {
	if r := firstNo(checkSSCC("unit", string(c.Unit)), oneWord("as", c.As, "lost", "arrived", "agreed"), checkText("note", c.Note, MaxText)); r != nil {
		return nil, r
	}
	if c.As != "agreed" {
		if r := firstNo(check([2]string{"sku", string(c.SKU)}), checkRange("qty", c.Qty, 1, MaxQty)); r != nil {
			return nil, r
		}
	}
	p := s.Transfers.Get(c.Unit)
	if p == nil {
		return nil, Refuse(UnknownUnit, "unit", string(c.Unit))
	}
	return []Event{&TransferAgreed{AgreeTransfer: *c, Inbound: p.Inbound, From: p.From}}, nil
}

func (e *TransferAgreed) apply(s *State) {
	p := s.Transfers.change(s, e.Unit)
	if p == nil || !e.Done || !p.Closed {
		return
	}
	p.Differs = nil
	s.agreed(e.Inbound)
}
