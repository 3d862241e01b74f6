package web

import (
	"net/http"
	"strings"

	"picket/edge/floor"
	"picket/edge/station"
	"picket/edge/view"
)

// meaning is what a code stands for here; several of its parts may be set, or none.
type meaning struct {
	Code  string         `json:"code"`
	Item  *view.Item     `json:"item,omitempty"`
	GTIN  string         `json:"gtin,omitempty"`
	Units int            `json:"units,omitempty"` // units of the item one scan of it is
	Unit  floor.UnitID   `json:"unit,omitempty"`  // a parcel's number, known here or not
	Bin   *view.BinRow   `json:"bin,omitempty"`
	Order *view.OrderRow `json:"order,omitempty"` // the order of that id or number, of the gift receipt, or that the parcel or the return belongs to
	Tote  floor.ToteID   `json:"tote,omitempty"`  // the site's own labels
	Slot  string         `json:"slot,omitempty"`
	Run   floor.RunID    `json:"run,omitempty"` // the run of that id or number
	Count floor.CountID  `json:"count,omitempty"`

	Return   floor.ReturnID   `json:"return,omitempty"` // the return of that number
	Manifest floor.ManifestID `json:"manifest,omitempty"`
	Gift     string           `json:"gift,omitempty"`    // the code of a gift receipt, which begins a return of its order
	Inbound  floor.InboundID  `json:"inbound,omitempty"` // the delivery a parcel was announced with
	Job      floor.JobID      `json:"job,omitempty"`
	List     *contents        `json:"list,omitempty"` // a code of the signed list on a parcel from another site
	Known    bool             `json:"known"`          // something here goes by it; false for a parcel's number nobody here knows, too
	Words    string           `json:"words"`
}

// contents is what a code of a list of contents says, and whether it is believed here. Quantities are left out:
// whoever counts blind reads this.
type contents struct {
	From    floor.SiteID    `json:"from"`
	To      floor.SiteID    `json:"to"`
	Order   floor.OrderID   `json:"order"` // as its sender calls it
	No      int             `json:"no"`
	Of      int             `json:"of"`
	Lines   int             `json:"lines"`
	Inbound floor.InboundID `json:"inbound,omitempty"` // the delivery its parcel belongs to already
	Refused floor.Code      `json:"refused,omitempty"` // why it is not to be gone by
	Hint    string          `json:"hint"`
}

func (s *Server) scan(w http.ResponseWriter, r *http.Request, who *signedIn) {
	code := r.URL.Query().Get("code")
	if l, ok := station.List(code); ok {
		s.scanList(w, code, &l)
		return
	}
	if code == "" || len(code) > station.MaxCode {
		bad(http.StatusUnprocessableEntity, "query.code", "is missing, or longer than any barcode", nil).write(w)
		return
	}
	m := station.Read(s.feed, code)
	out := meaning{Code: code, GTIN: m.GTIN, Unit: m.Unit, Known: true}
	var lapsed *floor.Refusal
	s.feed.look(func(b *view.Board) {
		if it, ok := b.Item(m.SKU); ok {
			out.Item, out.Units = &it, max(1, b.UnitsOf(m.GTIN))
		}
		out.Bin, out.Order = b.Bin(m.Bin), b.OrderCalled(string(m.Order))
		out.Tote, out.Slot = m.Tote, m.Slot
		p := b.PaperCalled(code)
		out.Run, out.Count, out.Return, out.Manifest, out.Gift = p.Run, p.Count, p.Return, p.Manifest, p.Gift
		lapsed = p.Lapsed
		if out.Run == "" {
			out.Run, _ = b.RunNamed(string(m.Run))
		}
		if out.Order == nil {
			out.Order = b.OrderCalled(string(p.Order))
		}
		if out.Order == nil {
			out.Order = b.OrderCalled(code)
		}
		if out.Bin == nil {
			out.Bin = b.Bin(floor.BinID(code))
		}
		if out.Bin != nil && !seesBook(who) {
			out.Bin = b.Unbooked(out.Bin)
		}
		if _, order, ok := b.Job(floor.JobID(code)); ok {
			out.Job = floor.JobID(code)
			out.Order = b.OrderCalled(string(order))
		}
		if m.Unit != "" && out.Order == nil {
			out.Order = b.OrderOf(m.Unit)
		}
		if m.Unit != "" && out.Order == nil {
			if in, due := b.Coming(m.Unit); in != nil {
				out.Inbound, out.Words = in.ID, "A parcel from "+in.From+". It is booked in."
				if due {
					out.Words = "A parcel from " + in.From + ". It was announced, and is to be received."
				}
			}
		}
		if u := b.UnitTracked(code); u != "" && out.Order == nil && out.Item == nil && out.Bin == nil {
			out.Unit, out.Order = u, b.OrderOf(u)
		}
	})
	if err := s.scanClosed(&out, m); err != nil {
		s.fault(w, r, "scan", err)
		return
	}
	switch {
	case out.Inbound != "":
	case out.Item != nil && out.Units > 1:
		out.Words = "A case of " + out.Item.Name + "."
	case out.Item != nil:
		out.Words = out.Item.Name + "."
	case out.Unit != "" && out.Order != nil:
		out.Words = "A parcel of order " + out.Order.Number + "."
	case out.Unit != "":
		out.Known = false
		out.Words = "The number of a parcel that is not known here."
	case out.Bin != nil:
		out.Words = "A bin."
	case out.Return != "":
		out.Words = "Return " + code + "."
	case out.Gift != "":
		out.Words = "The gift receipt of order " + out.Order.Number + "."
	case lapsed != nil:
		out.Words = lapsed.Words() + " " + lapsed.Hint()
	case out.Manifest != "":
		out.Words = "Manifest " + code + "."
	case out.Run != "":
		out.Words = "A pick run."
	case out.Count != "":
		out.Words = "A count."
	case out.Tote != "":
		out.Words = "Tote " + string(out.Tote) + "."
	case out.Slot != "":
		out.Words = "Slot " + out.Slot + " of the put wall."
	case out.Order != nil:
		out.Words = "Order " + out.Order.Number + "."
	default:
		out.Known = false
		out.Words = floor.Refuse(floor.UnknownCode, "code", short(code)).Words()
	}
	if why := station.Spoilt(s.feed, code); why != "" {
		out.Words += " " + strings.ToUpper(why[:1]) + why[1:] + "."
	}
	reply(w, out)
}

// scanList says what a list of contents is, and what to do with it.
func (s *Server) scanList(w http.ResponseWriter, code string, l *floor.SignedList) {
	c := &contents{From: l.From, To: l.To, Order: l.Order, No: l.No, Of: l.Of, Lines: len(l.Lines), Hint: "Receive it: give receive.list with this code."}
	out := meaning{Code: code, Unit: l.Unit, List: c, Known: true}
	var no *floor.Refusal
	s.feed.look(func(b *view.Board) { no, c.Inbound = b.Believes(l) })
	out.Words = "The list of a parcel from " + string(l.From) + "."
	switch {
	case no != nil:
		c.Refused, c.Hint, out.Words = no.Code, no.Hint(), no.Words()
	case c.Inbound != "":
		out.Words = "The list of a parcel from " + string(l.From) + ", of delivery " + string(c.Inbound) + "."
	}
	reply(w, out)
}
