package view

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"picket/edge/floor"
)

// ownLists are the lists that are no section of the floor's.
func ownLists() []*List {
	return []*List{
		{Name: "orders", Says: "Orders at this site, what is due first in front, those that are over and left the floor among them (open=true: without); without customers' data.", Row: &OrderRow{},
			keys: func(b *Board, _ time.Time) []string {
				return keysOf(b.state.Orders, func(o *floor.Order) string { return rank(o.Due, string(o.ID)) })
			},
			row: func(b *Board, key string, _ time.Time) any {
				return orderRow(b.state.Orders[floor.OrderID(unrank(key))])
			}},
		{Name: "lines", Says: "Lines of orders, with how far each is, also of orders that left the floor (open=true: without).", Row: &LineRow{}, keys: (*Board).lineKeys, row: (*Board).lineRow},
		{Name: "parcels", ByID: true, Says: "Parcels by their number (SSCC), of orders on the floor; a parcel of an order that left it is found by its number.", Row: &ParcelRow{},
			keys: func(b *Board, _ time.Time) []string { return sortedKeys(b.state.Units) }, row: (*Board).parcelRow},
		{Name: "jobs", Says: "Print jobs of orders on the floor, and of papers.", Row: &JobRow{},
			keys: (*Board).jobKeys,
			row: func(b *Board, key string, _ time.Time) any {
				j, order, ok := b.Job(floor.JobID(key))
				if !ok {
					return nil
				}
				return &JobRow{Order: order, Job: j}
			}},
		{Name: "stock", ByID: true, Says: "Stock by item: by bucket, and the bins it stands in.", Row: &StockRow{}, keys: (*Board).stockKeys, rows: (*Board).stockRows},
		{Name: "bins", ByID: true, Says: "Bins and what the book says stands in them.", Row: &BinRow{}, keys: (*Board).binKeys, row: (*Board).binRow},
		{Name: "items", ByID: true, Says: "The catalogue.", Row: &floor.Item{},
			keys: func(b *Board, _ time.Time) []string { return sortedKeys(b.state.Items) },
			row: func(b *Board, key string, _ time.Time) any {
				if it := b.state.Items[floor.SKU(key)]; it != nil {
					return it
				}
				return nil
			}},
		{Name: "pickups", ByID: true, Says: "Orders that customers collect: on the shelf, told, waiting at the counter, overdue. Those on the floor; one that left it is found among the orders.", Row: &PickupRow{}, keys: (*Board).pickupKeys, row: (*Board).pickupRow},
		{Name: "checklist", Says: "What is to be done before the day can be closed.", Row: &floor.Check{}, keys: (*Board).checkKeys, rows: (*Board).checkRows},
		{Name: "offers", Says: "Lines of open orders that wait for an item no bin has: they are offered for rejection (item.decline).", Row: &OfferRow{}, keys: (*Board).offerKeys, rows: (*Board).offerRows},
		{Name: "replenish", ByID: true, Says: "Pick bins that run low, and where to fill them from.", Row: &NeedRow{}, keys: (*Board).needKeys, rows: (*Board).needRows},
		{Name: "numbers", ByID: true, Says: "Blocks of numbers leased to this site, and how many of each are left.", Row: &NumberRow{},
			keys: func(b *Board, _ time.Time) []string {
				out := make([]string, len(b.state.Blocks))
				for i := range b.state.Blocks {
					out[i] = numberKey(&b.state.Blocks[i])
				}
				slices.Sort(out)
				return out
			},
			row: func(b *Board, key string, _ time.Time) any {
				for i := range b.state.Blocks {
					if n := &b.state.Blocks[i]; numberKey(n) == key {
						return numberRow(n)
					}
				}
				return nil
			}},
		{Name: "people", Says: "Who is signed in, and where.", For: "lead", Row: &PersonRow{}, keys: (*Board).peopleKeys, row: (*Board).personRow},
		{Name: "printers", ByID: true, Says: "Printers and how they do.", Row: &Printer{},
			keys: func(b *Board, _ time.Time) []string {
				out := make([]string, len(b.printers))
				for i := range b.printers {
					out[i] = string(b.printers[i].ID)
				}
				return out
			},
			row: func(b *Board, key string, _ time.Time) any {
				for i := range b.printers {
					if string(b.printers[i].ID) == key {
						return &b.printers[i].Printer
					}
				}
				return nil
			}},
		{Name: "devices", ByID: true, Says: "Scanners, scales and printers of the site, and how they do.", Row: &Peripheral{}, keys: (*Board).peripheralKeys, row: (*Board).peripheralRow},
		{Name: "policies", ByID: true, Says: "How this site wants things done, rule by rule.", Row: &PolicyRow{}, keys: policyKeys, row: (*Board).policyRow},
	}
}

// jobKeys are the print jobs of orders, and those of manifests and returns.
func (b *Board) jobKeys(time.Time) []string {
	out := sortedKeys(b.state.Jobs)
	for _, j := range b.state.PaperJobs() {
		out = append(out, string(j.ID))
	}
	slices.Sort(out)
	return out
}

func sortedKeys[K ~string, V any](m map[K]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, string(k))
	}
	slices.Sort(out)
	return out
}

func keysOf[K comparable, V any](m map[K]V, key func(V) string) []string {
	out := make([]string, 0, len(m))
	for _, v := range m {
		out = append(out, key(v))
	}
	slices.Sort(out)
	return out
}

// OrderRow is an order in a list.
type OrderRow struct {
	ID       floor.OrderID    `json:"id"`
	Number   string           `json:"number"`
	Flow     floor.Flow       `json:"flow"`
	Mode     floor.Mode       `json:"mode"`
	State    floor.OrderState `json:"state"` // not_served: nothing of it was served, and nothing will be
	Open     bool             `json:"open"`
	Due      time.Time        `json:"due"`
	Priority int              `json:"priority"`
	Carrier  string           `json:"carrier,omitempty"`
	Service  string           `json:"service,omitempty"`
	Flags
	Picker   floor.UserID `json:"picker,omitempty"`
	Started  bool         `json:"started"`
	Finished bool         `json:"finished"`
	Ready    time.Time    `json:"ready,omitzero"`
	Lines    int          `json:"lines"`
	Qty      int          `json:"qty"`
	ToPick   int          `json:"to_pick"`
	Parcels  int          `json:"parcels"`
	Heard    time.Time    `json:"heard,omitzero"`
}

func orderRow(o *floor.Order) any {
	if o == nil {
		return nil
	}
	r := &OrderRow{
		ID: o.ID, Number: o.Number, Flow: o.Flow, Mode: o.Mode, State: o.State(), Open: o.Open(), Due: o.Due,
		Priority: o.Priority, Carrier: o.Carrier, Service: o.Service, Flags: flags(o), Picker: o.Picker, Started: o.Started, Finished: o.Finished,
		Ready: o.Ready, Lines: len(o.Lines), Heard: o.Heard,
	}
	for i := range o.Lines {
		r.Qty += o.Lines[i].Qty
		r.ToPick += o.Lines[i].ToPick()
	}
	for i := range o.Units {
		if o.Units[i].State != floor.UnitVoid {
			r.Parcels++
		}
	}
	return r
}

// LineRow is a line of an order in a list.
type LineRow struct {
	Order     floor.OrderID `json:"order"`
	Number    string        `json:"number"`
	Line      floor.LineID  `json:"line"`
	SKU       floor.SKU     `json:"sku"`
	Name      string        `json:"name"`
	Due       time.Time     `json:"due"`
	Open      bool          `json:"open"` // of the order
	Qty       int           `json:"qty"`
	Picked    int           `json:"picked"`
	ToPick    int           `json:"to_pick"`
	Short     int           `json:"short"`
	Declined  int           `json:"declined"`
	Cancelled int           `json:"cancelled"`
	Bin       floor.BinID   `json:"bin,omitempty"` // where the walk leads
	Parts     []floor.Part  `json:"parts"`
}

func (b *Board) lineKeys(time.Time) []string {
	var out []string
	for _, o := range b.state.Orders {
		for i := range o.Lines {
			out = append(out, rank(o.Due, string(o.ID)+"\x00"+string(o.Lines[i].ID)))
		}
	}
	slices.Sort(out)
	return out
}

func (b *Board) lineRow(key string, _ time.Time) any {
	order, line, _ := strings.Cut(unrank(key), "\x00")
	o := b.state.Orders[floor.OrderID(order)]
	if o == nil || o.Line(floor.LineID(line)) == nil {
		return nil
	}
	return b.lineOf(o, o.Line(floor.LineID(line)))
}

func (b *Board) lineOf(o *floor.Order, l *floor.Line) *LineRow {
	return &LineRow{
		Order: o.ID, Number: o.Number, Line: l.ID, SKU: l.SKU, Name: b.Name(l.SKU), Due: o.Due, Open: o.Open(), Qty: l.Qty, Picked: l.Picked,
		ToPick: l.ToPick(), Short: l.Short(), Declined: l.Declined, Cancelled: l.Cancels(), Bin: b.state.Suggest(l.SKU), Parts: list0(o.Parts(l)),
	}
}

// ParcelRow is a parcel in a list.
type ParcelRow struct {
	Unit     floor.UnitID    `json:"unit"`
	Order    floor.OrderID   `json:"order"`
	Number   string          `json:"number"`
	No       int             `json:"no"`
	State    floor.UnitState `json:"state"`
	Carrier  string          `json:"carrier,omitempty"`
	Carton   string          `json:"carton,omitempty"`
	WeightG  int             `json:"weight_g,omitempty"`
	Labelled bool            `json:"labelled"`
	UnitFlags
	Contents []floor.Content `json:"contents"`
	Holds    []floor.UnitID  `json:"holds,omitempty"` // what stands on it
}

func (b *Board) parcelRow(key string, _ time.Time) any {
	id := floor.UnitID(key)
	o := b.state.Orders[b.state.Units[id]]
	if o == nil || o.Unit(id) == nil {
		return nil
	}
	return parcelRow(o, id)
}

func parcelRow(o *floor.Order, id floor.UnitID) *ParcelRow {
	u := o.Unit(id)
	r := &ParcelRow{Unit: id, Order: o.ID, Number: o.Number, No: u.No, State: u.State, Carrier: u.Carrier, Carton: u.Carton,
		WeightG: u.WeightG, Labelled: o.Labelled(id), UnitFlags: unitFlags(u), Contents: list0(u.Contents), Holds: onUnit(o, id)}
	if r.Carrier == "" {
		r.Carrier = o.Carrier
	}
	return r
}

// JobRow is a print job in a list.
type JobRow struct {
	floor.Job
	Order floor.OrderID `json:"order"`
}

// StockRow is an item's stock.
type StockRow struct {
	SKU     floor.SKU        `json:"sku"`
	Name    string           `json:"name"`
	OnHand  *int64           `json:"on_hand,omitempty"` // in bins; not there while hidden
	Asked   int              `json:"asked"`             // still to be picked for orders here
	Kept    int64            `json:"kept"`              // of what is there, kept for the centre: not to be sold over the counter
	Low     bool             `json:"low"`               // at or below the item's mark
	Buckets map[string]int64 `json:"buckets"`           // where stock stands that is not in a bin, too
	Bins    []BinStock       `json:"bins"`
	Lots    []BinLot         `json:"lots,omitempty"`    // of what stands in bins, what is known to be of a lot; what expires first in front
	Promise *floor.ATP       `json:"promise,omitempty"` // what may still be promised, with its arithmetic; not there while hidden
	Hidden  bool             `json:"hidden,omitempty"`  // a bin of it is being counted by people who are not to see the book: what is not shown is not zero
}

// BinLot is how much of a lot the book has in a bin.
type BinLot struct {
	Bin floor.BinID `json:"bin"`
	floor.LotQty
}

func (b *Board) stockKeys(time.Time) []string {
	seen := map[floor.SKU]bool{}
	for sku := range b.state.Items {
		seen[sku] = true
	}
	for _, p := range b.state.Places {
		for sku := range p.Qty {
			seen[sku] = true
		}
	}
	return sortedKeys(seen)
}

// stockRows looks at every place once.
func (b *Board) stockRows(time.Time) func(string) any {
	all := map[floor.SKU]*StockRow{}
	at := func(sku floor.SKU) *StockRow {
		r := all[sku]
		if r == nil {
			r = &StockRow{SKU: sku, Name: b.Name(sku), OnHand: new(int64), Buckets: map[string]int64{}, Bins: []BinStock{}}
			all[sku] = r
		}
		return r
	}
	for id, p := range b.state.Places {
		bucket, bin := id.Bucket(), id.Bin()
		if bucket == "outside" {
			continue
		}
		for sku, n := range p.Qty {
			r := at(sku)
			r.Buckets[bucket] += n
			if bin != "" {
				*r.OnHand += n
				r.Bins = append(r.Bins, BinStock{Bin: bin, OnHand: n})
			}
		}
	}
	promise := b.state.Promises()
	return func(key string) any {
		r := at(floor.SKU(key))
		slices.SortFunc(r.Bins, func(x, y BinStock) int { return strings.Compare(string(x.Bin), string(y.Bin)) })
		atp := promise(r.SKU)
		r.Promise, r.Lots, r.Kept = &atp, b.lots(r), atp.Kept
		r.Asked = 0
		for _, id := range b.bySKU[r.SKU] {
			for i, o := 0, b.state.Orders[id]; o != nil && i < len(o.Lines); i++ {
				if o.Lines[i].SKU == r.SKU {
					r.Asked += o.Lines[i].ToPick()
				}
			}
		}
		if it := b.state.Items[r.SKU]; it != nil {
			r.Low = it.Low > 0 && r.Promise.OnHand <= int64(it.Low) // as the desk has it
		}
		return r
	}
}

// lots are the lots of an item in its bins.
func (b *Board) lots(r *StockRow) []BinLot {
	var out []BinLot
	for _, at := range r.Bins {
		for _, l := range b.state.Lots(floor.InBin(at.Bin), r.SKU) {
			out = append(out, BinLot{Bin: at.Bin, LotQty: l})
		}
	}
	slices.SortStableFunc(out, func(x, y BinLot) int {
		if (x.Expiry == "") != (y.Expiry == "") { // without a date: last
			return strings.Compare(y.Expiry, x.Expiry)
		}
		return strings.Compare(x.Expiry, y.Expiry)
	})
	return out
}

// BinRow is a bin and what stands in it.
type BinRow struct {
	floor.Bin
	Known  bool      `json:"known"` // the centre described it
	Holds  []SKUHeld `json:"holds"`
	Hidden bool      `json:"hidden,omitempty"` // it is being counted by people who are not to see its book: that holds is empty says nothing
}

// SKUHeld is how much of an item stands somewhere.
type SKUHeld struct {
	SKU    floor.SKU `json:"sku"`
	Name   string    `json:"name"`
	OnHand int64     `json:"on_hand"`
}

func (b *Board) binKeys(time.Time) []string {
	seen := map[floor.BinID]bool{}
	for id := range b.state.Bins {
		seen[id] = true
	}
	for id := range b.state.Places {
		if bin := id.Bin(); bin != "" {
			seen[bin] = true
		}
	}
	return sortedKeys(seen)
}

func (b *Board) binRow(key string, _ time.Time) any {
	id := floor.BinID(key)
	r := &BinRow{Bin: floor.Bin{ID: id}, Holds: []SKUHeld{}}
	if at := b.state.Bins[id]; at != nil {
		r.Bin, r.Known = *at, true
	}
	if p := b.state.Places[floor.InBin(id)]; p != nil {
		for _, sku := range sortedKeys(p.Qty) {
			r.Holds = append(r.Holds, SKUHeld{SKU: floor.SKU(sku), Name: b.Name(floor.SKU(sku)), OnHand: p.Qty[floor.SKU(sku)]})
		}
	}
	return r
}

// PersonRow is somebody signed in at a device. The session's own id stays here.
type PersonRow struct {
	User    floor.UserID   `json:"user"`
	Name    string         `json:"name"`
	Roles   []string       `json:"roles"`
	Device  floor.DeviceID `json:"device,omitempty"`
	Expires time.Time      `json:"expires"`
}

func (b *Board) peopleKeys(now time.Time) []string {
	var out []string
	for id, s := range b.state.Sessions {
		if now.Before(s.Expires) {
			out = append(out, string(s.User)+"/"+string(s.Device)+"/"+b.pseudonym(id))
		}
	}
	slices.Sort(out)
	return out
}

// pseudonym keeps two sessions of one person apart in a page's key, without giving the session's id away.
func (b *Board) pseudonym(id string) string { return id[:min(8, len(id))] }

func (b *Board) personRow(key string, now time.Time) any {
	for id, s := range b.state.Sessions {
		if now.Before(s.Expires) && string(s.User)+"/"+string(s.Device)+"/"+b.pseudonym(id) == key {
			return &PersonRow{User: s.User, Name: s.Name, Roles: list0(s.Roles), Device: s.Device, Expires: s.Expires}
		}
	}
	return nil
}

// PolicyRow is one rule of the site's policy.
type PolicyRow struct {
	Name    string          `json:"name"`
	Says    string          `json:"says"`
	Value   json.RawMessage `json:"value"`
	Default json.RawMessage `json:"default"`
}

func policyKeys(*Board, time.Time) []string {
	docs := floor.Policies()
	out := make([]string, len(docs))
	for i := range docs {
		out[i] = docs[i].Name
	}
	slices.Sort(out)
	return out
}

func (b *Board) policyRow(key string, _ time.Time) any {
	def := floor.DefaultPolicy()
	for _, d := range floor.Policies() {
		if d.Name == key {
			return &PolicyRow{Name: d.Name, Says: d.Says, Value: member(&b.state.Policy, key), Default: member(&def, key)}
		}
	}
	return nil
}

// member is one field of a value, by its JSON name.
func member(v any, name string) json.RawMessage {
	var all map[string]json.RawMessage
	if json.Unmarshal(encodeRow(v), &all) != nil || all[name] == nil {
		return json.RawMessage("null")
	}
	return all[name]
}
