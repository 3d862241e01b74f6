package floor

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sort"
)

// order gives an order to be changed: a copy, if a snapshot still looks at the one in place.
func (s *State) order(id OrderID) *Order {
	o := s.Orders[id]
	s.noteOrder(id)
	if o == nil || o.gen == s.gen {
		return o
	}
	c := o.clone()
	c.gen = s.gen
	s.Orders[id] = c
	return c
}

// clone is a copy that shares nothing that is ever written to.
func (o *Order) clone() *Order {
	c := *o
	c.Lines = slices.Clone(o.Lines)
	for i := range c.Lines {
		c.Lines[i].Shorts = slices.Clone(o.Lines[i].Shorts)
		c.Lines[i].Cancelled = slices.Clone(o.Lines[i].Cancelled)
		c.Lines[i].Serials = slices.Clone(o.Lines[i].Serials)
		c.Lines[i].Lots = slices.Clone(o.Lines[i].Lots)
	}
	c.Units = slices.Clone(o.Units)
	for i := range c.Units {
		c.Units[i].Contents = slices.Clone(o.Units[i].Contents)
	}
	c.Jobs = slices.Clone(o.Jobs)
	c.Pickup = o.Pickup.clone()
	c.Spent, c.Deliveries = slices.Clone(o.Spent), slices.Clone(o.Deliveries)
	c.Door, c.Arrived = slices.Clone(o.Door), slices.Clone(o.Arrived)
	c.Papers = slices.Clone(o.Papers)
	for i := range c.Papers {
		c.Papers[i].Lines = slices.Clone(o.Papers[i].Lines)
	}
	return &c
}

// place gives a place to be changed, as order does.
func (s *State) place(id PlaceID) *Place {
	p := s.Places[id]
	switch {
	case p == nil:
		p = &Place{ID: id, Qty: map[SKU]int64{}, gen: s.gen}
		s.Places[id] = p
	case p.gen != s.gen:
		p = &Place{ID: id, Qty: maps.Clone(p.Qty), Lots: cloneLots(p.Lots), Serials: maps.Clone(p.Serials), Counted: p.Counted, Moved: p.Moved, gen: s.gen}
		s.Places[id] = p
	}
	return p
}

// Frozen is the state at one moment. It may be encoded by another goroutine while the state goes on.
type Frozen struct {
	orders   []*Order
	places   []*Place
	items    []*Item
	bins     []*Bin
	sessions []*Session
	bound    []*Bound
	docs     []*Doc
	blocks   []NumberBlock
	feed     Down
	known    Known
	recovery *Recovery
	more     []line // aggregates by kind and id, the site and its policy
}

// Freeze takes a snapshot. It costs a pointer per aggregate; an aggregate is copied only when it is changed
// while the snapshot is still in use.
func (s *State) Freeze() *Frozen {
	s.gen++
	return &Frozen{
		orders: slices.Collect(maps.Values(s.Orders)), places: slices.Collect(maps.Values(s.Places)),
		items: slices.Collect(maps.Values(s.Items)), bins: slices.Collect(maps.Values(s.Bins)),
		sessions: slices.Collect(maps.Values(s.Sessions)), docs: slices.Collect(maps.Values(s.Docs)),
		bound: s.bound(), blocks: slices.Clone(s.Blocks), feed: s.Feed, known: s.Known, recovery: s.Recovery, more: s.more(),
	}
}

// line is one line of an encoded snapshot: exactly one field is set.
type line struct {
	Order    *Order       `json:"order,omitempty"`
	Place    *Place       `json:"place,omitempty"`
	Item     *Item        `json:"item,omitempty"`
	Bin      *Bin         `json:"bin,omitempty"`
	Session  *Session     `json:"session,omitempty"`
	Bound    *Bound       `json:"bound,omitempty"`
	Doc      *Doc         `json:"doc,omitempty"`
	Block    *NumberBlock `json:"block,omitempty"`
	Feed     *Down        `json:"feed,omitempty"`
	Known    *Known       `json:"known,omitempty"`
	Recovery *Recovery    `json:"recovery,omitempty"`

	Site     *Site     `json:"site,omitempty"`
	Policy   *Policy   `json:"policy,omitempty"`
	Run      *Run      `json:"run,omitempty"`
	Inbound  *Inbound  `json:"inbound,omitempty"`
	Return   *Return   `json:"return,omitempty"`
	Count    *Count    `json:"count,omitempty"`
	BinCount *BinCount `json:"bin_count,omitempty"`
	Manifest *Manifest `json:"manifest,omitempty"`
	Carton   *Carton   `json:"carton,omitempty"`
	Carrier  *Carrier  `json:"carrier,omitempty"`
	Task     *Task     `json:"task,omitempty"`
	Case     *Case     `json:"case,omitempty"`
	Day      *Day      `json:"day,omitempty"`
	Approval *Approval `json:"approval,omitempty"`
	Receipts *Receipts `json:"receipts,omitempty"`
	Drawer   *Drawer   `json:"drawer,omitempty"`
	Owed     *Owed     `json:"owed,omitempty"`
	Uplink   *Uplink   `json:"uplink,omitempty"`
	Disk     *Disk     `json:"disk,omitempty"`
	Tote     *Tote     `json:"tote,omitempty"`
	Transfer *Parcel   `json:"transfer,omitempty"`
	ListKey  *ListKey  `json:"list_key,omitempty"`

	Lapsed    *LapsedReturn `json:"lapsed,omitempty"`
	Back      *ReceiptBack  `json:"back,omitempty"`
	Inventory *Inventory    `json:"inventory,omitempty"`

	Numbered *PaperNumbers `json:"numbered,omitempty"`

	Restatement *Restatement `json:"restatement,omitempty"`
	Unlike      *Unlike      `json:"unlike,omitempty"`
	Pieces      *Joining     `json:"pieces,omitempty"`

	Upon *Upon `json:"upon,omitempty"`

	Allotment *Allotment `json:"allotment,omitempty"`
}

// more lists what a snapshot holds beside the rest. The pointers stay as they are while the state goes on.
func (s *State) more() []line {
	site, policy, uplink, numbered, disk := s.Site, s.Policy, s.Uplink, s.Numbered, s.Disk
	out := []line{{Site: &site}, {Policy: &policy}, {Uplink: &uplink}, {Numbered: &numbered}}
	if disk != (Disk{}) {
		out = append(out, line{Disk: &disk})
	}
	if told := s.Restatement; told != (Restatement{}) {
		out = append(out, line{Restatement: &told})
	}
	if a := s.Unlike; a.Any() || a.From > 0 {
		out = append(out, line{Unlike: &a})
	}
	if j := s.Pieces; j.At > 0 {
		out = append(out, line{Pieces: &j})
	}
	if upon := s.Upon; upon != (Upon{}) {
		out = append(out, line{Upon: &upon})
	}
	for _, v := range s.Runs.All() {
		out = append(out, line{Run: v})
	}
	for _, v := range s.Inbounds.All() {
		out = append(out, line{Inbound: v})
	}
	for _, v := range s.Returns.All() {
		out = append(out, line{Return: v})
	}
	for _, v := range s.Counts.All() {
		out = append(out, line{Count: v})
	}
	for _, v := range s.BinCounts.All() {
		out = append(out, line{BinCount: v})
	}
	for _, v := range s.Manifests.All() {
		out = append(out, line{Manifest: v})
	}
	for _, v := range s.Cartons.All() {
		out = append(out, line{Carton: v})
	}
	for _, v := range s.Carriers.All() {
		out = append(out, line{Carrier: v})
	}
	for _, v := range s.Tasks.All() {
		out = append(out, line{Task: v})
	}
	for _, v := range s.Cases.All() {
		out = append(out, line{Case: v})
	}
	for _, v := range s.Approvals.All() {
		out = append(out, line{Approval: v})
	}
	for _, v := range s.Receipts.All() {
		out = append(out, line{Receipts: v})
	}
	for _, v := range s.Drawers.All() {
		out = append(out, line{Drawer: v})
	}
	for _, v := range s.Owes.All() {
		out = append(out, line{Owed: v})
	}
	for _, v := range s.Days.All() {
		out = append(out, line{Day: v})
	}
	for _, v := range s.Totes.All() {
		out = append(out, line{Tote: v})
	}
	for _, v := range s.Transfers.All() {
		out = append(out, line{Transfer: v})
	}
	for _, v := range s.ListKeys.All() {
		out = append(out, line{ListKey: v})
	}
	for _, v := range s.Inventories.All() {
		out = append(out, line{Inventory: v})
	}
	for _, v := range s.Lapsed.All() {
		out = append(out, line{Lapsed: v})
	}
	for _, v := range s.Back.All() {
		out = append(out, line{Back: v})
	}
	for _, v := range s.Allotments.All() {
		out = append(out, line{Allotment: v})
	}
	return out
}

// loadMore takes in what more gave; false for a line of another kind.
func (s *State) loadMore(l *line) bool {
	switch {
	case l.Site != nil:
		s.Site = *l.Site
		s.zone = zoneOf(s.Site.Zone)
	case l.Policy != nil:
		s.Policy = *l.Policy
	case l.Uplink != nil:
		s.Uplink = *l.Uplink
	case l.Disk != nil:
		s.Disk = *l.Disk
	case l.Upon != nil:
		s.Upon = *l.Upon
	case l.Restatement != nil:
		s.Restatement = *l.Restatement
	case l.Unlike != nil:
		s.Unlike = *l.Unlike
	case l.Pieces != nil:
		s.Pieces = *l.Pieces
	case l.Numbered != nil:
		s.Numbered = *l.Numbered
	case l.Run != nil:
		s.Runs.put(s, l.Run.ID, *l.Run)
	case l.Inbound != nil:
		s.Inbounds.put(s, l.Inbound.ID, *l.Inbound)
	case l.Return != nil:
		s.Returns.put(s, l.Return.ID, *l.Return)
	case l.Count != nil:
		s.Counts.put(s, l.Count.ID, *l.Count)
	case l.BinCount != nil:
		s.BinCounts.put(s, l.BinCount.Bin, *l.BinCount)
	case l.Manifest != nil:
		s.Manifests.put(s, l.Manifest.ID, *l.Manifest)
	case l.Carton != nil:
		s.Cartons.put(s, CartonID(l.Carton.ID), *l.Carton)
	case l.Carrier != nil:
		s.Carriers.put(s, CarrierID(l.Carrier.Code), *l.Carrier)
	case l.Task != nil:
		s.Tasks.put(s, l.Task.ID, *l.Task)
	case l.Case != nil:
		s.putCase(*l.Case)
		s.noteGone(l.Case)
	case l.Day != nil:
		s.Days.put(s, l.Day.Date, *l.Day)
	case l.Approval != nil:
		s.Approvals.put(s, l.Approval.ID, *l.Approval)
	case l.Receipts != nil:
		s.Receipts.put(s, l.Receipts.ID, *l.Receipts)
	case l.Drawer != nil:
		s.Drawers.put(s, l.Drawer.ID, *l.Drawer)
	case l.Owed != nil:
		s.Owes.put(s, l.Owed.Unit, *l.Owed)
	case l.Tote != nil:
		s.Totes.put(s, l.Tote.ID, *l.Tote)
	case l.Transfer != nil:
		s.Transfers.put(s, l.Transfer.Unit, *l.Transfer)
	case l.ListKey != nil:
		s.ListKeys.put(s, l.ListKey.ID, *l.ListKey)
	case l.Inventory != nil:
		s.Inventories.put(s, l.Inventory.ID, *l.Inventory)
	case l.Lapsed != nil:
		s.Lapsed.put(s, l.Lapsed.ID, *l.Lapsed)
	case l.Back != nil:
		s.Back.put(s, backID(l.Back.Receipt), *l.Back)
	case l.Allotment != nil:
		s.Allotments.put(s, l.Allotment.SKU, *l.Allotment)
	default:
		return false
	}
	return true
}

// Encode writes the snapshot as JSON lines, in a fixed order: equal states give equal bytes.
func (f *Frozen) Encode(emit func(line []byte) error) error {
	put := func(l line) error {
		b, err := json.Marshal(l)
		if err != nil {
			return fmt.Errorf("encode snapshot: %w", err)
		}
		return emit(b)
	}
	sort.Slice(f.orders, func(i, j int) bool { return f.orders[i].ID < f.orders[j].ID })
	sort.Slice(f.places, func(i, j int) bool { return f.places[i].ID < f.places[j].ID })
	sort.Slice(f.items, func(i, j int) bool { return f.items[i].SKU < f.items[j].SKU })
	sort.Slice(f.bins, func(i, j int) bool { return f.bins[i].ID < f.bins[j].ID })
	sort.Slice(f.sessions, func(i, j int) bool { return f.sessions[i].ID < f.sessions[j].ID })
	sort.Slice(f.docs, func(i, j int) bool {
		a, b := f.docs[i], f.docs[j]
		return a.Kind < b.Kind || a.Kind == b.Kind && a.Key < b.Key
	})
	if f.known != (Known{}) || f.recovery != nil {
		if err := put(line{Known: &f.known, Recovery: f.recovery}); err != nil {
			return err
		}
	}
	if err := put(line{Feed: &f.feed}); err != nil {
		return err
	}
	for i := range f.blocks {
		if err := put(line{Block: &f.blocks[i]}); err != nil {
			return err
		}
	}
	for _, v := range f.items {
		if err := put(line{Item: v}); err != nil {
			return err
		}
	}
	for _, v := range f.bins {
		if err := put(line{Bin: v}); err != nil {
			return err
		}
	}
	for _, v := range f.docs {
		if err := put(line{Doc: v}); err != nil {
			return err
		}
	}
	for _, v := range f.sessions {
		if err := put(line{Session: v}); err != nil {
			return err
		}
	}
	for _, v := range f.bound {
		if err := put(line{Bound: v}); err != nil {
			return err
		}
	}
	for _, v := range f.places {
		if v.bare() {
			continue // an emptied place is as if it had never been
		}
		if err := put(line{Place: v}); err != nil {
			return err
		}
	}
	for _, v := range f.orders {
		if err := put(line{Order: v}); err != nil {
			return err
		}
	}
	for _, v := range f.more {
		if err := put(v); err != nil {
			return err
		}
	}
	return nil
}

// Load takes in one line of an encoded snapshot.
func (s *State) Load(text []byte) error {
	var l line
	if err := json.Unmarshal(text, &l); err != nil {
		return fmt.Errorf("load snapshot: %w", err)
	}
	switch {
	case l.Order != nil:
		l.Order.gen = s.gen
		s.Orders[l.Order.ID] = l.Order
		for i := range l.Order.Units {
			s.Units[l.Order.Units[i].ID] = l.Order.ID
			s.track(l.Order.Units[i].Tracking, l.Order.Units[i].ID)
		}
		for i := range l.Order.Jobs {
			s.Jobs[l.Order.Jobs[i].ID] = l.Order.ID
		}
		if l.Order.surplus = l.Order.hasSurplus(); l.Order.surplus {
			for i := range l.Order.Lines {
				l.Order.Lines[i].asked = -1
			}
		}
		s.findSerials(l.Order)
	case l.Place != nil:
		l.Place.gen = s.gen
		if l.Place.Qty == nil {
			l.Place.Qty = map[SKU]int64{}
		}
		s.Places[l.Place.ID] = l.Place
		s.findGoods(l.Place)
		if b := l.Place.ID.Bin(); b != "" {
			for sku := range l.Place.Qty {
				s.homes[sku] = append(s.homes[sku], b)
			}
		}
	case l.Item != nil:
		(&ItemSet{*l.Item}).apply(s)
	case l.Bin != nil:
		s.Bins[l.Bin.ID] = l.Bin
	case l.Session != nil:
		s.Sessions[l.Session.ID] = l.Session
	case l.Bound != nil:
		s.Bound[l.Bound.Device] = l.Bound.Key
	case l.Doc != nil:
		s.Docs[l.Doc.Kind+"/"+l.Doc.Key] = l.Doc
	case l.Block != nil:
		s.Blocks = append(s.Blocks, *l.Block)
	case l.Known != nil:
		s.Known, s.Recovery = *l.Known, l.Recovery
	case l.Feed != nil:
		s.Feed = *l.Feed
	case s.loadMore(&l):
	default:
		return fmt.Errorf("load snapshot: a line of an unknown kind: %.80q", text)
	}
	return nil
}
