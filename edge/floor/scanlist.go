package floor

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
)

// ScanList is a code of the signed list on a parcel from another site, as it was read. Its signature is looked
// at here, so that nobody between the scanner and the journal has to be believed.
type ScanList struct {
	Code string `json:"code"`
}

// ListRead: a code of a parcel's list was read, and the delivery expects what it says.
type ListRead struct {
	Inbound InboundID   `json:"inbound"`
	From    SiteID      `json:"from"`
	Order   OrderID     `json:"order"` // as its sender calls it
	Unit    UnitID      `json:"unit"`
	Key     KeyID       `json:"key"`
	No      int         `json:"no"`
	Of      int         `json:"of"`
	Sum     string      `json:"sum"`
	Lines   []Announced `json:"lines,omitempty"`
	Again   bool        `json:"again,omitempty"` // it was read before: nothing is expected twice
}

// Kind names the command.
func (*ScanList) Kind() string { return "receive.list" }

// Type and Subject name the event.
func (*ListRead) Type() string              { return "picket.inbound.list_read.v1" }
func (e *ListRead) Subject() string         { return "inbound/" + string(e.Inbound) }
func (e *ListRead) made() (kind, id string) { return "inbound", string(e.Inbound) }
func (e *ListRead) tell(Names) string {
	words := "List of parcel " + tail(e.Unit) + " from " + string(e.From)
	if e.Of > 1 {
		words += ", code " + strconv.Itoa(e.No) + " of " + strconv.Itoa(e.Of)
	}
	if e.Again {
		return words + ", was read before: it is delivery " + ref("inbound", string(e.Inbound)) + "."
	}
	return words + ": " + plural(len(e.Lines), "line") + "." // no quantities: whoever counts blind reads this
}

func (c *ScanList) decide(s *State, m Meta) ([]Event, *Refusal) {
	if r := checkRange("code", len(c.Code), 1, MaxContentList); r != nil {
		return nil, r
	}
	l, err := ParseContentList([]byte(c.Code))
	if err != nil {
		return nil, Refuse(ListUnreadable, "why", clip(strings.TrimPrefix(err.Error(), errContentList.Error()+": ")))
	}
	if r := s.Believes(&l); r != nil {
		return nil, r
	}
	sum := sha256.Sum256(l.signed)
	e := &ListRead{From: l.From, Order: l.Order, Unit: l.Unit, Key: KeyID(l.Key), No: l.No, Of: l.Of, Sum: hex.EncodeToString(sum[:8])}
	for _, x := range l.Lines {
		if s.Items[x.SKU] == nil {
			return nil, Refuse(UnknownItem, "sku", string(x.SKU))
		}
		if r := checkLot("lot", x.Lot); r != nil {
			return nil, Refuse(ListUnreadable, "why", clip("lot "+r.Args["why"]))
		}
		e.Lines = append(e.Lines, Announced{SKU: x.SKU, Qty: x.Qty, Lot: x.Lot, Unit: l.Unit})
	}
	if p := s.Transfers.Get(l.Unit); p != nil {
		return e.join(s, p)
	}
	for _, in := range s.Inbounds.All() {
		if !in.Closed && in.What == "transfer" && in.From == string(l.From) && in.Ref == string(l.Order) && len(in.Lines)+len(e.Lines) <= MaxInbound {
			e.Inbound = in.ID
			return []Event{e}, nil
		}
	}
	if len(e.Lines) > MaxLines {
		return nil, Refuse(ListTooLong, "unit", string(l.Unit), "most", strconv.Itoa(MaxLines))
	}
	if r := nameTaken(m, s.Inbounds.Get(InboundID(m.ID)) != nil); r != nil {
		return nil, r
	}
	e.Inbound = InboundID(m.ID)
	return []Event{&InboundOpened{Inbound: e.Inbound, What: "transfer", Ref: string(l.Order), From: string(l.From), Number: s.nextPaper(deliveryNumber, m.Now)}, e}, nil
}

// join adds a code to the delivery its parcel belongs to already.
func (e *ListRead) join(s *State, p *Parcel) ([]Event, *Refusal) {
	e.Inbound = p.Inbound
	had := p.code(e.No)
	in := s.Inbounds.Get(p.Inbound)
	switch {
	case had != nil && had.Sum != e.Sum, p.Of != 0 && p.Of != e.Of:
		return nil, Refuse(ListDiffers, "unit", string(e.Unit), "inbound", string(p.Inbound))
	case p.Closed || in == nil || in.Closed:
		return nil, Refuse(InboundOver, "inbound", string(p.Inbound))
	case had != nil:
		e.Again, e.Lines = true, nil
	case !p.Said && len(in.Lines)+len(e.Lines) > MaxLines:
		return nil, Refuse(ListTooLong, "unit", string(e.Unit), "most", strconv.Itoa(MaxLines))
	}
	return []Event{e}, nil
}

func (e *ListRead) apply(s *State) {
	if e.Again {
		return
	}
	p := s.parcel(e.Unit, e.Inbound, string(e.From))
	if p.code(e.No) != nil {
		return
	}
	p.Order, p.Of = e.Order, e.Of
	p.Codes = append(p.Codes, ReadCode{No: e.No, Sum: e.Sum})
	in := s.Inbounds.change(s, e.Inbound)
	if in == nil {
		return
	}
	for _, l := range e.Lines {
		if p.Said {
			in.refine(l)
			continue
		}
		in.Lines = append(in.Lines, InboundLine{Announced: l})
	}
}
