package view

import (
	"encoding/json"
	"slices"
	"time"

	"picket/edge/floor"
)

// Site is who this box works for, and in which time zone its people live (IANA name).
type Site struct {
	ID   floor.SiteID `json:"id"`
	Name string       `json:"name"`
	Zone string       `json:"zone"`

	Centre string `json:"centre,omitempty"` // none: there is none, and nothing to be cut off from
}

// NoCentre is the Centre of a site that has none.
const NoCentre = "none"

// Reasons are what a person may choose, in the order shown.
type Reasons struct {
	Short   []floor.Reason `json:"short"`
	Decline []floor.Reason `json:"decline"`
}

// Full is the whole board at Seq. Lists are never null. Orders are sorted by due, priority, number; items
// by SKU; printers by id.
type Full struct {
	Log      floor.LogID `json:"log"`
	Seq      floor.Seq   `json:"seq"`
	Start    string      `json:"start,omitempty"` // which start of the box this board is of; say it where you say the seq
	Now      time.Time   `json:"now"`
	Site     Site        `json:"site"`
	Orders   []*Order    `json:"orders"`
	Items    []Item      `json:"items"`
	Printers []Printer   `json:"printers"`

	Devices []Peripheral `json:"devices"` // scanners and scales at the box
	Link    Link         `json:"link"`
	Reasons Reasons      `json:"reasons"`

	Rows   map[string][]json.RawMessage `json:"rows"`   // by section (runs, tasks, cases …), each by id
	Hours  json.RawMessage              `json:"hours"`  // floor.Site: opening hours, shifts, paused or not
	Policy json.RawMessage              `json:"policy"` // floor.Policy in force

	Mine *Marks `json:"mine,omitempty"` // how far the installation that asks has come in this board
}

// Delta is what changed behind a mark: orders, items and printers whole and by id, orders that left the
// board, and the line.
type Delta struct {
	Log      floor.LogID     `json:"log"`
	Seq      floor.Seq       `json:"seq"`
	Start    string          `json:"start,omitempty"` // of the box; when it is not that of your board, load the board
	Orders   []*Order        `json:"orders,omitempty"`
	Gone     []floor.OrderID `json:"gone,omitempty"`
	Items    []Item          `json:"items,omitempty"`
	Printers []Printer       `json:"printers,omitempty"`
	Devices  []Peripheral    `json:"devices,omitempty"`
	Link     *Link           `json:"link,omitempty"`

	Rows   map[string][]json.RawMessage `json:"rows,omitempty"` // rows that changed, whole, by section
	Left   map[string][]string          `json:"left,omitempty"` // ids of rows that are no more, by section
	Hours  json.RawMessage              `json:"hours,omitempty"`
	Policy json.RawMessage              `json:"policy,omitempty"`
}

// Empty says whether nothing at all changed behind the mark.
func (d *Delta) Empty() bool {
	return len(d.Orders)+len(d.Gone)+len(d.Items)+len(d.Printers)+len(d.Devices)+len(d.Rows)+len(d.Left)+len(d.Hours) == 0 && d.Link == nil
}

// Order is what people see of a fulfilment order. It is immutable once it was given out.
type Order struct {
	ID       floor.OrderID    `json:"id"`
	Number   string           `json:"number"`
	Flow     floor.Flow       `json:"flow"`
	Mode     floor.Mode       `json:"mode"`
	Due      time.Time        `json:"due"`
	Priority int              `json:"priority"`
	Carrier  string           `json:"carrier"`
	Service  string           `json:"service"`
	Note     string           `json:"note"`
	State    floor.OrderState `json:"state"`
	Picker   floor.UserID     `json:"picker"`
	Started  bool             `json:"started"`
	Finished bool             `json:"finished"`
	Qty      int              `json:"qty"`     // units asked for
	ToPick   int              `json:"to_pick"` // units still to be picked
	Seq      floor.Seq        `json:"seq"`     // of the order's own last record
	Lines    []Line           `json:"lines"`   // in walking order
	Units    []Unit           `json:"units"`
	Jobs     []floor.Job      `json:"jobs"`
	Flags
	Pickup *Pickup `json:"pickup,omitempty"` // what the counter knows, of an order that is collected
}

// Flags are what keeps an order from going its usual way.
type Flags struct {
	Hold      string    `json:"hold,omitempty"`       // why nothing is to be done for it now
	NotBefore time.Time `json:"not_before,omitzero"`  // nothing leaves before
	TakenBack bool      `json:"taken_back,omitempty"` // the centre took it back, and what was picked is to be put back
	Twice     bool      `json:"twice,omitempty"`      // another site may have it as well
	Coming    int       `json:"coming,omitempty"`     // lines that are still to come
	Paper     string    `json:"paper,omitempty"`      // number of the paper it is picked from
	Source    string    `json:"source,omitempty"`     // incoming: its goods come from elsewhere and are not picked here

	NeedsPermit bool `json:"needs_permit,omitempty"` // nothing of it leaves before the centre says yes
}

func flags(o *floor.Order) Flags {
	return Flags{Hold: o.Hold, NotBefore: o.NotBefore, TakenBack: o.TakenBack, Twice: o.Twice, Coming: o.Coming, Paper: o.Paper, Source: o.Source,
		NeedsPermit: !o.MayLeave()}
}

// Tallies are those of a line's sums that few lines have. With them a screen reckons the parts and the order's state
// itself while a command of its own is not answered yet (floor.Order.Parts, State).
type Tallies struct {
	Accepted    bool              `json:"accepted,omitempty"`
	Cancelled   []floor.Cancelled `json:"cancelled,omitempty"`   // no longer wanted, by cause
	Substituted int               `json:"substituted,omitempty"` // served by another item, which has a line of its own
	For         floor.LineID      `json:"for,omitempty"`         // the line it stands in for
	Staged      int               `json:"staged,omitempty"`      // of the picked, on the staging shelf
	Told        int               `json:"told,omitempty"`        // of those, how many the customer was told of
	Handed      int               `json:"handed,omitempty"`      // of the picked, with the customer
	Returned    int               `json:"returned,omitempty"`    // of those that left, brought back
}

func tallies(l *floor.Line) Tallies {
	return Tallies{Accepted: l.Accepted, Cancelled: slices.Clone(l.Cancelled), Substituted: l.Substituted, For: l.For, Staged: l.Staged,
		Told: l.Told, Handed: l.Handed, Returned: l.Returned}
}

// Line of an order, with what the hand needs to find the item and to tell it from its neighbour. Bins lists
// where else the book has it, and only while units are still to be picked.
type Line struct {
	Line     floor.LineID  `json:"line"`
	SKU      floor.SKU     `json:"sku"`
	Name     string        `json:"name"`
	Tell     string        `json:"tell"`
	Picture  string        `json:"picture"`
	GTINs    []string      `json:"gtins"` // 14 digits each
	Qty      int           `json:"qty"`
	Picked   int           `json:"picked"`
	ToPick   int           `json:"to_pick"`
	Loose    int           `json:"loose"` // picked and in no parcel
	Short    int           `json:"short"`
	Shorts   []floor.Short `json:"shorts"`
	Declined int           `json:"declined"`
	Bin      floor.BinID   `json:"bin"` // where the walk leads
	Aisle    string        `json:"aisle"`
	Level    int           `json:"level"`
	Side     string        `json:"side"`
	Bins     []BinStock    `json:"bins"`
	Parts    []floor.Part  `json:"parts"`
	Tallies
}

// BinStock is what the book says a bin has of a line's item.
type BinStock struct {
	Bin    floor.BinID `json:"bin"`
	OnHand int64       `json:"on_hand"`
}

// Unit is a parcel, or a pallet with the parcels that stand on it.
type Unit struct {
	Unit     floor.UnitID    `json:"unit"`
	No       int             `json:"no"`
	Carton   string          `json:"carton"`
	State    floor.UnitState `json:"state"`
	WeightG  int             `json:"weight_g"`
	Contents []floor.Content `json:"contents"`
	Labelled bool            `json:"labelled"`
	UnitFlags
	Holds []floor.UnitID `json:"holds,omitempty"` // what stands on it
}

// UnitFlags are what is to be known of a parcel before it is moved.
type UnitFlags struct {
	Kind     floor.UnitKind `json:"kind"`               // parcel, pallet or tote
	In       floor.UnitID   `json:"in,omitempty"`       // the pallet it stands on
	Tracking string         `json:"tracking,omitempty"` // the carrier's number on its label
	Verified bool           `json:"verified"`           // its label was scanned on the parcel itself
	Blocked  string         `json:"blocked,omitempty"`  // why it may not leave: label_of_other, held
	Missed   bool           `json:"missed,omitempty"`   // the carrier it waited for did not come
	Why      string         `json:"why,omitempty"`      // why it came back, or was undone
	Voided   time.Time      `json:"voided,omitzero"`    // when it was undone
	Delivery string         `json:"delivery,omitempty"` // number of the delivery it left with
	Received bool           `json:"received,omitempty"` // the other site has it
}

func unitFlags(u *floor.Unit) UnitFlags {
	f := UnitFlags{Kind: u.As, In: u.In, Tracking: u.Tracking, Verified: u.Verified, Blocked: u.Blocked, Missed: u.Missed, Why: u.Why,
		Voided: u.Voided, Delivery: u.Delivery, Received: u.Received}
	if f.Kind == "" {
		f.Kind = floor.UnitParcel
	}
	return f
}

// onUnit lists what stands on a pallet.
func onUnit(o *floor.Order, id floor.UnitID) []floor.UnitID {
	var out []floor.UnitID
	for i := range o.Units {
		if o.Units[i].In == id {
			out = append(out, o.Units[i].ID)
		}
	}
	return out
}

// Item of the catalogue.
type Item struct {
	SKU     floor.SKU `json:"sku"`
	Name    string    `json:"name"`
	Tell    string    `json:"tell"`
	Picture string    `json:"picture"`
	GTINs   []string  `json:"gtins"`
	WeightG int       `json:"weight_g"`
}

// Printer is a printer's state: ready, printing, blocked, silent, offline, or stopped by people. Reasons are the words of
// IPP (RFC 8011); Words say it to a person, with what to do.
type Printer struct {
	ID      floor.PrinterID `json:"id"`
	Name    string          `json:"name"`
	State   string          `json:"state"`
	Reasons []string        `json:"reasons"`
	Words   string          `json:"words"`
	Waiting int             `json:"waiting"` // jobs that wait for it

	Stations []floor.StationID `json:"stations,omitempty"` // the benches whose jobs come out here
	Hint     string            `json:"hint,omitempty"`     // what to do
	Stopped  string            `json:"stopped,omitempty"`  // why people stopped it

	Elsewhere floor.PrinterID `json:"elsewhere,omitempty"` // the printer that could print what waits
	At        time.Time       `json:"at"`                  // when it was last heard
}

// Link is the line to the centre. Head is the last record here, Acked the last the centre has durably.
type Link struct {
	Up      bool       `json:"up"`
	Since   time.Time  `json:"since"` // since when it is up, or down
	Unsent  uint64     `json:"unsent"`
	Oldest  *time.Time `json:"oldest,omitempty"` // time of the oldest record not acknowledged
	Head    floor.Seq  `json:"head"`
	Acked   floor.Seq  `json:"acked"`
	Blocked string     `json:"blocked"` // why nothing moves, in words; empty when all is well

	Replaced   bool        `json:"replaced,omitempty"`   // another box holds the site: nothing is taken here any more
	Recovering *Recovering `json:"recovering,omitempty"` // the box takes back what it lost
	Skew       int         `json:"skew,omitempty"`       // seconds the box's clock is ahead of the centre's, when it is minutes
}

// Recovering is how far a box is that takes back what it lost: nothing leaves for good without a lead before it is whole.
type Recovering struct {
	Left int `json:"left"` // handhelds that have still to report
	Of   int `json:"of"`   // of so many
}
