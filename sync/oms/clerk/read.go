package clerk

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"time"

	"picket/edge/floor"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
)

// Summary is an order in a list: nothing personal.
type Summary struct {
	ID       floor.OrderID  `json:"id"`
	Channel  string         `json:"channel"`
	Number   string         `json:"number"`
	Flow     floor.Flow     `json:"flow"`
	Service  order.Service  `json:"service"`
	State    order.State    `json:"state"`
	Site     floor.SiteID   `json:"site,omitempty"`
	Due      time.Time      `json:"due"`
	Captured time.Time      `json:"captured"`
	Qty      int            `json:"qty" doc:"Units asked for."`
	Done     map[string]int `json:"done" doc:"Units by the state of their part."`
	Why      string         `json:"why" doc:"Why it is where it is, in one sentence."`
}

// Detail is everything about one order.
type Detail struct {
	ID       floor.OrderID        `json:"id"`
	Channel  string               `json:"channel"`
	Number   string               `json:"number"`
	Flow     floor.Flow           `json:"flow"`
	Service  order.Service        `json:"service"`
	State    order.State          `json:"state"`
	Site     floor.SiteID         `json:"site,omitempty" doc:"The site that has it."`
	Due      time.Time            `json:"due"`
	Captured time.Time            `json:"captured"`
	Note     string               `json:"note,omitempty"`
	Forced   floor.SiteID         `json:"forced,omitempty" doc:"The site the order asked for."`
	Customer *order.Customer      `json:"customer,omitempty" doc:"Absent once erased."`
	ShipTo   *order.Address       `json:"ship_to,omitempty" doc:"Absent once erased."`
	Contact  *order.Contact       `json:"contact,omitempty" doc:"Who collects it. Absent once erased."`
	Code     string               `json:"pickup_code,omitempty" doc:"For the customer's notice. It stands nowhere but here; the site has its digest."`
	Gift     string               `json:"gift_note,omitempty" doc:"The giver's words. Absent once erased."`
	Terms    *floor.Terms         `json:"terms,omitempty" doc:"What was agreed beside the lines."`
	Words    string               `json:"words" doc:"Where it stands, in one sentence."`
	Twice    int                  `json:"delivered_twice,omitempty" doc:"Units that left two sites."`
	Hold     string               `json:"hold,omitempty" doc:"Why it is stopped."`
	Choice   bool                 `json:"choice,omitempty" doc:"Units of it wait for the customer's choice: POST …/choose."`
	Asks     []order.Ask          `json:"asks,omitempty" doc:"What sites were asked about it, and what they answered."`
	Lines    []LineDetail         `json:"lines"`
	Units    []order.UnitProgress `json:"units"`
	Open     []order.Line         `json:"open" doc:"What no site will serve as it stands: declined or short."`
	Routing  order.Routing        `json:"routing"`
	Sent     []AssignmentDetail   `json:"assignments"`
	Timeline []order.Happened     `json:"timeline"`
}

// LineDetail is one line with the item's name.
type LineDetail struct {
	order.LineProgress
	Name  string           `json:"name"`
	Terms *floor.LineTerms `json:"terms,omitempty"`
}

func termsOf(o *order.Order, id floor.LineID) *floor.LineTerms {
	if l := o.Line(id); l != nil && !reflect.ValueOf(l.LineTerms).IsZero() {
		return &l.LineTerms
	}
	return nil
}

// AssignmentDetail is one hand-over of work to a site.
type AssignmentDetail struct {
	ID      floor.AssignmentID    `json:"id"`
	Group   int                   `json:"group" doc:"Which line group of the order."`
	At      floor.OrderID         `json:"at" doc:"What the site calls the order."`
	Site    floor.SiteID          `json:"site"`
	State   order.AssignmentState `json:"state"`
	Refusal string                `json:"refusal,omitempty"`
	Mode    floor.Mode            `json:"mode,omitempty"`
	Permit  bool                  `json:"permit,omitempty" doc:"confirm: the site took the centre's permit, and with it the authority."`
	Away    *order.Away           `json:"away,omitempty" doc:"What it has not let leave is another site's."`
}

// Find lists orders, the newest first.
func (c *Clerk) Find(ctx context.Context, f store.Filter) (out []Summary, err error) {
	out = []Summary{}
	return out, c.st.View(ctx, func(tx store.Tx) error {
		orders, err := tx.FindOrders(f)
		if err != nil {
			return err
		}
		for i := range orders {
			o := &orders[i]
			as, err := tx.Assignments(o.ID)
			if err != nil {
				return err
			}
			s := Summary{ID: o.ID, Channel: o.Channel, Number: o.Number, Service: o.Service, State: o.State, Site: o.Routing.Site, Due: o.Due,
				Captured: o.Captured, Done: map[string]int{}, Flow: o.Way()}
			p := order.Of(o, as)
			s.Why = o.Say(p)
			for _, l := range p.Lines {
				s.Qty += l.Qty
				for _, p := range l.Parts {
					s.Done[string(p.State)] += p.Qty
				}
			}
			out = append(out, s)
		}
		return nil
	})
}

// Count is how many orders are in each state.
func (c *Clerk) Count(ctx context.Context) (out map[order.State]int, err error) {
	err = c.st.View(ctx, func(tx store.Tx) error { out, err = tx.CountOrders(); return err })
	return out, err
}

// ErrNoOrder says that there is no such order.
var ErrNoOrder = errors.New("there is no such order")

// Order is one order with its progress and its time line.
func (c *Clerk) Order(ctx context.Context, id floor.OrderID) (d Detail, err error) {
	err = c.st.View(ctx, func(tx store.Tx) error {
		o, err := tx.Order(id)
		if errors.Is(err, store.ErrNone) {
			return ErrNoOrder
		}
		if err != nil {
			return err
		}
		as, err := tx.Assignments(id)
		if err != nil {
			return err
		}
		p := order.Of(&o, as)
		d = Detail{ID: o.ID, Channel: o.Channel, Number: o.Number, Service: o.Service, State: o.State, Site: o.Routing.Site, Due: o.Due, Captured: o.Captured,
			Note: o.Note, Forced: o.Site, Units: p.Units, Open: []order.Line{}, Routing: o.Routing, Lines: []LineDetail{}, Sent: []AssignmentDetail{},
			Flow: o.Way(), Words: o.Say(p), Hold: o.Hold, Choice: p.Choice, Twice: o.Twice}
		for i := range as {
			if as[i].State != order.AssignmentRejected {
				d.Open = append(d.Open, order.Reroute(p)...) // what was never given to a site only waits
				break
			}
		}
		for _, k := range o.Asks {
			k.Data = nil
			d.Asks = append(d.Asks, k)
		}
		terms := o.Terms
		terms.CodeSalt, terms.CodeHash, terms.Contact = "", "", ""
		if !reflect.ValueOf(terms).IsZero() {
			d.Terms = &terms
		}
		for _, l := range p.Lines {
			it, err := tx.Item(l.SKU)
			if err != nil && !errors.Is(err, store.ErrNone) {
				return err
			}
			d.Lines = append(d.Lines, LineDetail{LineProgress: l, Name: it.Name, Terms: termsOf(&o, l.Line)})
		}
		for _, a := range as {
			d.Sent = append(d.Sent, AssignmentDetail{ID: a.ID, Group: a.Group, At: a.At, Site: a.Site, State: a.State, Refusal: a.Refusal, Mode: a.Mode, Permit: a.Folded != nil && a.Folded.Permit, Away: a.Away})
		}
		if who, err := tx.Personal(id); err != nil {
			return err
		} else if who != nil {
			if d.Customer = &who.Customer; who.ShipTo.Name != "" {
				d.ShipTo = &who.ShipTo
			}
			d.Contact, d.Code, d.Gift = who.Contact, who.Code, who.Gift
		}
		if d.Timeline, err = tx.Timeline(id); d.Timeline == nil {
			d.Timeline = []order.Happened{}
		}
		return err
	})
	return d, err
}

// Items lists articles by SKU, behind after.
func (c *Clerk) Items(ctx context.Context, after floor.SKU, most int) (out []floor.Item, err error) {
	out = []floor.Item{}
	err = c.st.View(ctx, func(tx store.Tx) error {
		items, err := tx.Items(after, most)
		out = append(out, items...)
		return err
	})
	return out, err
}

// SiteView is a site as it is set up, with what was leased to it.
type SiteView struct {
	SiteSetup
	Blocks []BlockView `json:"blocks" doc:"SSCC serials leased to it, for ever."`
	Users  []UserView  `json:"users"`
}

// BlockView is one lease of numbers.
type BlockView struct {
	Prefix string `json:"prefix"`
	From   uint64 `json:"from"`
	To     uint64 `json:"to"`
	Used   uint64 `json:"used" doc:"The highest serial seen on a parcel; 0 before the first."`
}

// UserView is a person, without the PIN.
type UserView struct {
	User     floor.UserID `json:"user"`
	Name     string       `json:"name"`
	Badge    string       `json:"badge,omitempty"`
	Roles    []string     `json:"roles"`
	Disabled bool         `json:"disabled,omitempty"`
	Version  uint64       `json:"version"`
}

// Sites lists sites by id, with their bins when asked.
func (c *Clerk) Sites(ctx context.Context, bins bool) (out []SiteView, err error) {
	out = []SiteView{}
	err = c.st.View(ctx, func(tx store.Tx) error {
		sites, err := tx.Sites()
		if err != nil {
			return err
		}
		for _, s := range sites {
			v := SiteView{SiteSetup: SiteSetup{ID: s.ID, Name: s.Name, Zone: s.Zone, Capacity: s.Capacity, Numbers: &Numbers{Prefix: s.Prefix, Size: s.Block}},
				Blocks: []BlockView{}, Users: []UserView{}}
			if set, err := settingOf[floor.SetSite](tx, s.ID, "site"); err != nil {
				return err
			} else if set != nil {
				v.Calendar = Calendar{Hours: set.Hours, Closed: set.Closed, DayStart: set.DayStart, Shifts: set.Shifts}
			}
			if v.Promise, err = settingOf[order.Caution](tx, s.ID, promiseKey); err != nil {
				return err
			}
			if bins {
				if v.Bins, err = tx.Bins(s.ID); err != nil {
					return err
				}
			}
			blocks, err := tx.Blocks(s.ID)
			if err != nil {
				return err
			}
			for _, b := range blocks {
				v.Blocks = append(v.Blocks, BlockView{Prefix: b.Prefix, From: b.From, To: b.To, Used: b.Used})
			}
			users, err := tx.Users(s.ID)
			if err != nil {
				return err
			}
			for _, u := range users {
				d, err := decodeUser(u)
				if err != nil {
					return err
				}
				v.Users = append(v.Users, d)
			}
			out = append(out, v)
		}
		return nil
	})
	return out, err
}

// StockView is an item's stock at one site, with its age.
type StockView struct {
	Site     floor.SiteID     `json:"site"`
	SKU      floor.SKU        `json:"sku"`
	Name     string           `json:"name"`
	OnHand   int64            `json:"on_hand" doc:"In bins, by the site's book."`
	Reserved int64            `json:"reserved" doc:"Still to be taken from bins for orders sent here."`
	Free     int64            `json:"free" doc:"What routing may still promise; never below 0: the same as promise.atp."`
	Promise  order.Promise    `json:"promise"`
	Other    map[string]int64 `json:"other" doc:"Elsewhere, by kind of place: tote, bench, missing, quarantine."`
	AsOf     AsOf             `json:"as_of"`
}

// AsOf says how old a mirror of a site is.
type AsOf struct {
	Seq uint64     `json:"seq" doc:"The site's newest record in it."`
	At  *time.Time `json:"at,omitempty" doc:"That record's time, by the site's clock."`
	// AgeS counts from when the centre last heard the site, whose newest record may be old because nothing happened.
	AgeS *int64 `json:"age_s,omitempty" doc:"Seconds since the site was last heard."`
}

// Stock lists the mirror of every site, or of one; no skus are all. heard tells when a site was last heard.
func (c *Clerk) Stock(ctx context.Context, site floor.SiteID, skus []floor.SKU, heard func(floor.SiteID) time.Time) (out []StockView, err error) {
	out = []StockView{}
	now := c.cfg.Now()
	err = c.st.View(ctx, func(tx store.Tx) error {
		sites, err := tx.Sites()
		if err != nil {
			return err
		}
		if site != "" && !slices.ContainsFunc(sites, func(s store.Site) bool { return s.ID == site }) {
			return ErrNoSite
		}
		names := map[floor.SKU]string{}
		for _, s := range sites {
			if site != "" && s.ID != site {
				continue
			}
			levels, err := tx.Levels(s.ID, skus)
			if err != nil {
				return err
			}
			m, err := tx.Mark(s.ID)
			if err != nil {
				return err
			}
			at := asOf(m, now, heard(s.ID))
			promised, err := c.promises(tx, s.ID, skus, now)
			if err != nil {
				return err
			}
			for _, l := range levels {
				if _, ok := names[l.SKU]; !ok {
					it, err := tx.Item(l.SKU)
					if err != nil && !errors.Is(err, store.ErrNone) {
						return err
					}
					names[l.SKU] = it.Name
				}
				for k := range l.Other {
					if strings.HasPrefix(k, "outside") {
						delete(l.Other, k) // where stock came from or went to: not stock
					}
				}
				less := promised.of(&l)
				out = append(out, StockView{Site: s.ID, SKU: l.SKU, Name: names[l.SKU], OnHand: l.OnHand, Reserved: l.Reserved,
					Free: less.ATP, Promise: less, Other: l.Other, AsOf: at})
			}
		}
		return nil
	})
	return out, err
}

func asOf(m store.Mark, now, heard time.Time) AsOf {
	a := AsOf{Seq: uint64(m.AsOf)}
	if !m.AsOfAt.IsZero() {
		a.At = &m.AsOfAt
	}
	if heard.Before(m.Heard) {
		heard = m.Heard
	}
	if !heard.IsZero() {
		age := max(0, int64(now.Sub(heard)/time.Second))
		a.AgeS = &age
	}
	return a
}
