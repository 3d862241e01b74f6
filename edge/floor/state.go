package floor

import "time"

// State is everything a site knows of its open work and its stock. Only Apply changes it. Readers may hold
// what they got until the next Apply, and no longer; Snapshot gives a view that stays.
type State struct {
	Orders   map[OrderID]*Order
	Places   map[PlaceID]*Place
	Items    map[SKU]*Item
	Bins     map[BinID]*Bin
	Blocks   []NumberBlock // leased number blocks, in the order they came
	Sessions map[string]*Session
	Bound    map[DeviceID]string // digests of the devices' secrets
	Docs     map[string]*Doc     // kind/key -> newest version of a document kept as a row

	Units map[UnitID]OrderID // which order a handling unit belongs to
	Track map[string]UnitID  // which handling unit a carrier's number stands on
	Jobs  map[JobID]OrderID  // which order a print job belongs to
	Codes map[string]Coded   // every barcode of every item, GTINs as 14 digits

	Runs        Rows[RunID, Run]
	Inbounds    Rows[InboundID, Inbound]
	Returns     Rows[ReturnID, Return]
	Counts      Rows[CountID, Count]
	BinCounts   Rows[BinID, BinCount]
	Inventories Rows[CountID, Inventory] // signed off
	Manifests   Rows[ManifestID, Manifest]
	Cartons     Rows[CartonID, Carton]
	Carriers    Rows[CarrierID, Carrier]
	Tasks       Rows[TaskID, Task]
	Cases       Rows[CaseID, Case]
	Approvals   Rows[ApprovalID, Approval]
	Receipts    Rows[ReceiptsID, Receipts] // numbers of till receipts, by day and till
	Drawers     Rows[DrawerID, Drawer]     // money taken, by till and shift
	Owes        Rows[UnitID, Owed]         // what drivers have still to pay in
	Totes       Rows[ToteID, Tote]
	Transfers   Rows[UnitID, Parcel]         // of transfers to this site
	ListKeys    Rows[KeyID, ListKey]         // whom lists of contents are believed
	Lapsed      Rows[ReturnID, LapsedReturn] // announced returns nobody brought
	Back        Rows[backID, ReceiptBack]    // what came back on receipts whose returns are forgotten
	Allotments  Rows[SKU, Allotment]         // what is kept for the centre
	Site        Site
	Policy      Policy
	Uplink      Uplink // whether the line to the centre is up
	Disk        Disk   // how full the box's disk is
	Numbered    PaperNumbers

	Restatement Restatement
	Unlike      Unlike  // what the centre may have otherwise, until it is told
	Pieces      Joining // what came so far of what is told in pieces

	Feed     Down      // how far the centre's feed has been taken in
	Upon     Upon      // the snapshot of the centre the records stand upon; zero: none
	Known    Known     // how far the site knows what the centre holds about it
	Recovery *Recovery // nil: the site has lost nothing

	Days Rows[Date, Day] // totals of the business days, for the reports

	rec     *Record // the record that is being applied
	day     today   // the business day the last record fell into
	wasOver bool    // whether the order of the record being applied had come to its end before it; derived

	cased map[caseKey][]CaseID // the desk by what a case says of what; derived, rebuilt with a snapshot

	gone map[SKU]CaseID // items of which no bin has any, while orders want them; derived from the desk

	zone *time.Location // the site's time zone; derived from its setting

	homes map[SKU][]BinID // every bin an item ever stood in; derived, rebuilt with a snapshot

	serials map[serial]PlaceID // where each serial number is; derived, rebuilt with a snapshot
	lotted  bool               // some place has a lot; a site without lots pays nothing for them

	gen uint64 // raised by Snapshot: an aggregate older than this is copied before it is changed

	seen seen // what was written, for whoever watches
}

// NewState is a site on its first day.
func NewState() *State {
	return &State{
		Orders: map[OrderID]*Order{}, Places: map[PlaceID]*Place{}, Items: map[SKU]*Item{}, Bins: map[BinID]*Bin{},
		Sessions: map[string]*Session{}, Bound: map[DeviceID]string{}, Docs: map[string]*Doc{},
		Units: map[UnitID]OrderID{}, Track: map[string]UnitID{}, Jobs: map[JobID]OrderID{}, Codes: map[string]Coded{}, homes: map[SKU][]BinID{},
		serials: map[serial]PlaceID{}, cased: map[caseKey][]CaseID{},
		Policy: DefaultPolicy(), rec: noRecord,
	}
}

// Flow is the way an order leaves the site.
type Flow string

// The flows a site takes today.
const (
	FlowShip     Flow = "ship"     // parcel by carrier: from a warehouse or from a store
	FlowPickup   Flow = "pickup"   // click-and-collect: the customer comes
	FlowTransfer Flow = "transfer" // to another site
)

// Mode says who may decide about an assignment that was sent (SYNC 1.1).
type Mode string

// HOLD: the site has authority once it took the assignment. CONFIRM: the centre keeps it until a permit.
const (
	ModeHold    Mode = "hold"
	ModeConfirm Mode = "confirm"
)

// Order is a fulfilment order: what this site is to do for one customer's order.
type Order struct {
	ID         OrderID      `json:"id"`
	Assignment AssignmentID `json:"assignment"`
	Number     string       `json:"number"` // what people call it
	Flow       Flow         `json:"flow"`
	Mode       Mode         `json:"mode"`
	Due        time.Time    `json:"due"`
	Priority   int          `json:"priority,omitempty"` // higher goes first among equal due times
	Carrier    string       `json:"carrier,omitempty"`
	Service    string       `json:"service,omitempty"`
	ShipTo     string       `json:"ship_to,omitempty"` // reference to the address, which is personal data
	Note       string       `json:"note,omitempty"`    // for the picker; never personal
	Terms

	Lines    []Line    `json:"lines"`
	Taken    time.Time `json:"taken,omitzero"` // when the site took it
	Started  bool      `json:"started,omitempty"`
	Picker   UserID    `json:"picker,omitempty"`
	Finished bool      `json:"finished,omitempty"` // a person said the pick is finished
	Ready    time.Time `json:"ready,omitzero"`     // since when the customer may collect it, and was told
	Pickup   *Pickup   `json:"pickup,omitempty"`   // what the counter knows of it
	Units    []Unit    `json:"units,omitempty"`
	Jobs     []Job     `json:"jobs,omitempty"`

	Gone time.Time `json:"gone,omitzero"` // when goods of it last left or were handed over: the return window runs from then

	Spent      []string   `json:"spent,omitempty"`      // carriers' numbers its parcels used up
	Deliveries []Delivery `json:"deliveries,omitempty"` // of a business order
	Arrived    []string   `json:"arrived,omitempty"`    // ship-to-store: numbers of the parcels that came
	Door       []Payment  `json:"door,omitempty"`       // paid in of what was collected on delivery
	Lowered    int64      `json:"lowered,omitempty"`    // of what was to be paid for it, nobody owes so much any more; in the smallest coin

	Asked     string       `json:"asked,omitempty"`      // digest of the assignment as it came
	RowsMark  string       `json:"rows_mark,omitempty"`  // keyed mark of the sealed rows that came with it
	Coming    int          `json:"coming,omitempty"`     // lines that are still to come by order.lines
	Hold      string       `json:"hold,omitempty"`       // why nothing is to be done for it now
	Go        bool         `json:"go,omitempty"`         // the centre said that all other parts are there
	TakenBack bool         `json:"taken_back,omitempty"` // a recall left goods to be put back: it stands on the desk
	Twice     bool         `json:"twice,omitempty"`      // the centre gave it to another site as well
	Run       RunID        `json:"run,omitempty"`        // the run it was put into last, which may be over
	Paper     string       `json:"paper,omitempty"`      // number of the paper it is picked from
	Papers    []OrderPaper `json:"papers,omitempty"`     // every paper it was picked from, and what of it was entered
	Permit    bool         `json:"permit,omitempty"`     // mode confirm: the centre said it may leave
	Forced    bool         `json:"forced,omitempty"`     // somebody here said so instead
	Heard     time.Time    `json:"heard,omitzero"`       // time of its last record; no rule reads it
	Unheard   int          `json:"unheard,omitempty"`    // hold labels asked for at a box that is lost, told as saved, and refused here

	surplus bool // more is picked of some line than is wanted; derived
	gen     uint64
}

// Line of an order. Its numbers are tallies: sums of what happened, never states.
type Line struct {
	ID       LineID  `json:"id"`
	SKU      SKU     `json:"sku"`
	Qty      int     `json:"qty"` // units asked for
	Accepted bool    `json:"accepted,omitempty"`
	Declined int     `json:"declined,omitempty"`
	Decline  Reason  `json:"decline,omitempty"` // why the last decline
	Picked   int     `json:"picked,omitempty"`  // picked less undone; for incoming goods: arrived
	Shorts   []Short `json:"shorts,omitempty"`
	LineTerms

	Cancelled []Cancelled `json:"cancelled,omitempty"` // no longer wanted, by cause
	PutBack   int         `json:"put_back,omitempty"`  // of the picked, back in a bin for good
	Staged    int         `json:"staged,omitempty"`    // of the picked, on the staging shelf
	Told      int         `json:"told,omitempty"`      // of those that ever were ready, how many the customer was told of
	Handed    int         `json:"handed,omitempty"`    // of the picked, with the customer
	Returned  int         `json:"returned,omitempty"`  // of those that left, brought back

	For         LineID   `json:"for,omitempty"`         // the line it stands in for, as a substitute
	Substituted int      `json:"substituted,omitempty"` // of this line, served by substitutes
	Lots        []LotQty `json:"lots,omitempty"`        // of the picked, by lot
	Serials     []string `json:"serials,omitempty"`     // of the picked, sorted
	Grams       int      `json:"grams,omitempty"`       // what the picked weigh, for a variable measure

	Allotted int `json:"allotted,omitempty"` // of the units asked for, came from what was kept for the centre

	asked int // how many a task asks to put back; -1: nobody knows; derived
}

// Cancelled is how many units of a line nobody wants any more, by cause.
type Cancelled struct {
	Cause Cause `json:"cause"`
	Qty   int   `json:"qty"`
}

// Cause is why a part is no longer wanted.
type Cause string

// The customer said so, never came, refused it at the counter or the door; the stock was not there; the
// centre took it back.
const (
	ByCustomer Cause = "customer"
	NoShow     Cause = "no_show"
	Refused    Cause = "refused"
	NoStock    Cause = "stock"
	ByCentre   Cause = "centre"
)

// Short is what could not be found, by reason.
type Short struct {
	Reason Reason `json:"reason"`
	Qty    int    `json:"qty"`
}

// Short sums what was reported short.
func (l *Line) Short() int {
	n := 0
	for _, s := range l.Shorts {
		n += s.Qty
	}
	return n
}

// Wanted is what is still to be served: asked for, less declined, short, cancelled and substituted.
func (l *Line) Wanted() int { return max(0, l.Qty-l.Declined-l.Short()-l.Cancels()-l.Substituted) }

// Cancels sums what nobody wants any more.
func (l *Line) Cancels() int {
	n := 0
	for _, c := range l.Cancelled {
		n += c.Qty
	}
	return n
}

// cancel keeps the causes sorted, so that the order of the facts leaves no trace.
func (l *Line) cancel(cause Cause, qty int) {
	at := 0
	for at < len(l.Cancelled) && l.Cancelled[at].Cause < cause {
		at++
	}
	if at == len(l.Cancelled) || l.Cancelled[at].Cause != cause {
		l.Cancelled = append(l.Cancelled, Cancelled{})
		copy(l.Cancelled[at+1:], l.Cancelled[at:])
		l.Cancelled[at] = Cancelled{Cause: cause}
	}
	if l.Cancelled[at].Qty += qty; l.Cancelled[at].Qty == 0 {
		l.Cancelled = append(l.Cancelled[:at], l.Cancelled[at+1:]...)
	}
}

// Taken is what is known to have left the bins. A hand-over may be heard of before its pick.
func (l *Line) Taken() int { return max(l.Picked, l.Staged+l.Handed) }

// ToPick is what is still to be picked.
func (l *Line) ToPick() int { return max(0, l.Wanted()-l.Taken()) }

// UnitState is how far a handling unit is.
type UnitState string

// A unit is open while goods go in, closed when it is taped, departed when it left the building, and void
// when it was undone: its number is burnt.
const (
	UnitOpen     UnitState = "open"
	UnitClosed   UnitState = "closed"
	UnitDeparted UnitState = "departed"
	UnitVoid     UnitState = "void"
	UnitBack     UnitState = "back" // it left, and came back: undelivered, refused or intercepted
)

// Unit is a handling unit: a parcel, known by its SSCC.
type Unit struct {
	ID       UnitID    `json:"id"`
	No       int       `json:"no"` // 1 for the order's first parcel
	Carton   string    `json:"carton,omitempty"`
	State    UnitState `json:"state"`
	Contents []Content `json:"contents,omitempty"`
	WeightG  int       `json:"weight_g,omitempty"`
	Carrier  string    `json:"carrier,omitempty"`  // who took it
	Received bool      `json:"received,omitempty"` // transfer: the other site has it

	As       UnitKind `json:"kind,omitempty"`      // parcel (default), pallet or tote
	In       UnitID   `json:"in,omitempty"`        // the pallet it stands on
	Tracking string   `json:"tracking,omitempty"`  // the carrier's number on its label; empty: the SSCC
	Label    string   `json:"label,omitempty"`     // where the carrier's number came from: fetched or block
	LabelRef string   `json:"label_ref,omitempty"` // reference to a label fetched ahead, which is personal data
	ReturnNo string   `json:"return_no,omitempty"` // number of the return label in it
	COD      *Money   `json:"cod,omitempty"`       // what the carrier collects for it
	Asked    int64    `json:"asked,omitempty"`     // what the order cost in all when that was put on its label; in the smallest coin
	Verified bool     `json:"verified,omitempty"`  // its label was scanned on the parcel itself
	Blocked  string   `json:"blocked,omitempty"`   // why it may not leave: label_of_other, held
	Missed   bool     `json:"missed,omitempty"`    // the carrier it waited for did not come
	Why      string   `json:"why,omitempty"`       // why it came back, or was undone
	Delivery string   `json:"delivery,omitempty"`  // number of the delivery it left with

	// Out says that it was closed before the box was put back, and a label of it may be on paper, which nobody here knows
	// of: a person was told so and now it cannot be, or the centre told of the closing and may not have heard what followed.
	Out bool `json:"out,omitempty"`
	// Unheard counts the documents asked for at a box that is lost, told as saved, and refused here.
	Unheard int `json:"unheard,omitempty"`

	Voided time.Time `json:"voided,omitzero"`  // when it was undone
	Pulled *Pulled   `json:"pulled,omitempty"` // what was taken out of it in the books while it was open
}

// Delivery is what left of a business order under one number: on one list of a carrier, or on none within a day until
// its note came out.
type Delivery struct {
	No       string     `json:"no"`
	Day      string     `json:"day"`
	Manifest ManifestID `json:"manifest,omitempty"`
}

// UnitKind is what a handling unit is.
type UnitKind string

// A parcel, a pallet that parcels stand on, and a tote.
const (
	UnitParcel UnitKind = "parcel"
	UnitPallet UnitKind = "pallet"
	UnitTote   UnitKind = "tote"
)

// Content is how many units of a line are in a handling unit.
type Content struct {
	Line LineID `json:"line"`
	SKU  SKU    `json:"sku"`
	Qty  int    `json:"qty"`

	Got int `json:"got,omitempty"` // transfer: what the other site says it has of it
}

// JobState is the state of a print job, in the words of IPP (RFC 8011).
type JobState string

// A job is pending until the spool takes it, processing while bytes may be on their way, completed when the
// printer's own counters said so, held with the printer's reasons when it is known not to be printed,
// unknown when nobody can tell, canceled when it is no longer wanted, aborted when the site gave it up because it
// waited too long.
const (
	JobPending    JobState = "pending"
	JobHeld       JobState = "held"
	JobProcessing JobState = "processing"
	JobCompleted  JobState = "completed"
	JobUnknown    JobState = "unknown"
	JobCanceled   JobState = "canceled"
	JobAborted    JobState = "aborted"
)

// Document is what a job prints.
type Document string

// The documents a site prints.
const (
	DocShippingLabel Document = "shipping_label"
	DocPackingSlip   Document = "packing_slip"
	DocReturnReceipt Document = "return_receipt" // what the customer takes home: what was brought back, and its number
	DocClaimSlip     Document = "claim_slip"     // the same while the centre is cut off: what happens with the money is told later
	DocHangTag       Document = "hang_tag"       // on goods that were brought back: what they are, and where they go
	DocHoldLabel     Document = "hold_label"     // on a bag on the staging shelf: order, shelf, name and short code
)

// Job is one print of one document. Copy 1 is the original; every other copy says so on its face.
type Job struct {
	ID      JobID     `json:"id"`
	Doc     Document  `json:"doc"`
	Unit    UnitID    `json:"unit,omitempty"`
	Copy    int       `json:"copy"`
	Reason  string    `json:"reason,omitempty"` // why a copy was asked for
	Station StationID `json:"station,omitempty"`
	State   JobState  `json:"state"`
	Reasons []string  `json:"reasons,omitempty"` // the printer's, while held or unknown
	Printer PrinterID `json:"printer,omitempty"`
	Moved   PrinterID `json:"moved,omitempty"` // somebody sent it to this printer
	Asked   time.Time `json:"asked,omitzero"`  // since when it waits
	Tries   int       `json:"tries,omitempty"` // prints started
	N       int       `json:"n,omitempty"`     // its parcel is the Nth of the order
	Of      int       `json:"of,omitempty"`    // of so many; 0: nobody knows yet

	Manifest ManifestID `json:"manifest,omitempty"` // the manifest it belongs to, for a job of no order
	Return   ReturnID   `json:"return,omitempty"`   // or the return
	No       int        `json:"no,omitempty"`       // and its line, for a tag
	Tags     int        `json:"tags,omitempty"`     // units that get a tag
	To       string     `json:"to,omitempty"`       // where they go
	Template string     `json:"template,omitempty"` // the site's own by which it was drawn, as name@hash; empty: what is built in
	Note     *Note      `json:"note,omitempty"`     // what a delivery note says; never changed in place
}

// Item is an article of the catalogue, as the centre sent it.
type Item struct {
	SKU      SKU      `json:"sku"`
	Name     string   `json:"name"`
	Tell     string   `json:"tell,omitempty"` // what tells it from its neighbour: "blue cap"
	GTINs    []string `json:"gtins"`          // 14 digits each
	WeightG  int      `json:"weight_g,omitempty"`
	LengthMM int      `json:"length_mm,omitempty"`
	WidthMM  int      `json:"width_mm,omitempty"`
	HeightMM int      `json:"height_mm,omitempty"`
	Picture  string   `json:"picture,omitempty"` // short text or emoji the demo shows; a URL path later

	Packs    []Pack   `json:"packs,omitempty"`    // barcodes of cases
	Lots     bool     `json:"lots,omitempty"`     // its lot is captured
	Expires  bool     `json:"expires,omitempty"`  // it has an expiry date: what expires first goes first
	Serials  bool     `json:"serials,omitempty"`  // every unit has a serial number
	Measured bool     `json:"measured,omitempty"` // sold by weight; a unit is one piece
	MinAge   int      `json:"min_age,omitempty"`
	Handling []string `json:"handling,omitempty"` // of HandlingClasses
	OwnBox   bool     `json:"own_box,omitempty"`  // ships in its own carton
	Price    *Money   `json:"price,omitempty"`    // of one unit
	Cost     *Money   `json:"cost,omitempty"`     // of one unit: what a variance is worth
	HSCode   string   `json:"hs_code,omitempty"`
	Origin   string   `json:"origin,omitempty"`
	Low      int      `json:"low,omitempty"` // at or below this on hand it is low
}

// Pack is a case of an item: one scan of its GTIN is Qty units.
type Pack struct {
	GTIN string `json:"gtin"` // 14 digits
	Qty  int    `json:"qty"`
}

// Coded is what a barcode stands for.
type Coded struct {
	SKU SKU
	Qty int // units one scan of it is: 1, or a case's

	Also []SKU // other items that have it too: nobody can tell which is meant
}

// Bin is a storage location.
type Bin struct {
	ID    BinID  `json:"id"`
	Aisle string `json:"aisle"`
	Bay   int    `json:"bay"`
	Level int    `json:"level"`
	Side  string `json:"side,omitempty"` // left or right
	Walk  int    `json:"walk"`           // its place in the walk through the site, rising

	Use   string  `json:"use,omitempty"`   // pick (default), reserve, staging, receiving, returns, wall
	Zone  string  `json:"zone,omitempty"`  // pick zone
	Block int     `json:"block,omitempty"` // between two cross aisles, from 1
	X     float64 `json:"x,omitempty"`     // metres
	Y     float64 `json:"y,omitempty"`
	Z     float64 `json:"z,omitempty"`
	Max   int     `json:"max,omitempty"` // units it is filled up to
	Min   int     `json:"min,omitempty"` // at or below this it is filled up again

	Keeps []string `json:"keeps,omitempty"` // handling classes it is made for: chilled, frozen, dangerous …
}

// NumberBlock is a run of serial numbers leased to the site, from From to To inclusive.
type NumberBlock struct {
	Kind   string `json:"kind"`   // sscc, return or carrier:<code>
	Prefix string `json:"prefix"` // of an SSCC: extension digit and GS1 company prefix
	From   uint64 `json:"from"`
	To     uint64 `json:"to"`
	Next   uint64 `json:"next"`
	Digits int    `json:"digits,omitempty"` // of the serial, but for sscc
	Check  string `json:"check,omitempty"`  // mod10, s10:<country>, or none
	Log    LogID  `json:"log,omitempty"`    // the log it was leased under: in another one it is burnt
	Asked  bool   `json:"asked,omitempty"`  // the centre was asked for the next block of its kind
}

// Session is a person signed in at a device.
type Session struct {
	ID      string    `json:"id"` // digest of the token, never the token
	User    UserID    `json:"user"`
	Name    string    `json:"name"`
	Roles   []string  `json:"roles,omitempty"`
	Device  DeviceID  `json:"device,omitempty"`
	Expires time.Time `json:"expires"`
	Vouched UserID    `json:"vouched,omitempty"` // who vouched for the person, while the centre was not heard for too long
	Key     string    `json:"key,omitempty"`     // digest of the device's own secret, by which its name is its own; never the secret
	Mark    string    `json:"mark,omitempty"`    // of the badge and the PIN the person came in by: with others in force the session is over
}

// Bound is a name a device has taken: nobody signs in under it without the device's secret.
type Bound struct {
	Device DeviceID `json:"device"`
	Key    string   `json:"key"` // digest of the secret
}

// Doc is the newest version of a document whose body is a row of the journal's file.
type Doc struct {
	Kind    string `json:"kind"`
	Key     string `json:"key"`
	Version uint64 `json:"version"`
	Digest  string `json:"digest"`
}

// Place is what stands at one place. Quantities may go below zero: a book is never clamped.
type Place struct {
	ID      PlaceID          `json:"id"`
	Qty     map[SKU]int64    `json:"qty"`
	Lots    map[SKU][]LotQty `json:"lots,omitempty"`    // of the quantity, what is known to be of a lot
	Moved   time.Time        `json:"moved,omitzero"`    // of a bin: when the book last heard that something moved in it
	Counted time.Time        `json:"counted,omitzero"`  // of a bin: the end of the last count that was confirmed
	Serials map[SKU][]string `json:"serials,omitempty"` // in a bin, those whose serial number is known; sorted

	gen uint64
}

// Line finds a line of the order.
func (o *Order) Line(id LineID) *Line {
	for i := range o.Lines {
		if o.Lines[i].ID == id {
			return &o.Lines[i]
		}
	}
	return nil
}

// Unit finds a handling unit of the order.
func (o *Order) Unit(id UnitID) *Unit {
	for i := range o.Units {
		if o.Units[i].ID == id {
			return &o.Units[i]
		}
	}
	return nil
}

// Job finds a print job of the order.
func (o *Order) Job(id JobID) *Job {
	for i := range o.Jobs {
		if o.Jobs[i].ID == id {
			return &o.Jobs[i]
		}
	}
	return nil
}

// InUnits is how many of a line stand in handling units that were not undone.
func (o *Order) InUnits(id LineID) int {
	n := 0
	for i := range o.Units {
		if o.Units[i].State == UnitVoid {
			continue
		}
		n += o.Units[i].Holds(id)
	}
	return n
}

// Loose is how many of a line are picked and neither in a handling unit, nor on the shelf, nor gone.
func (o *Order) Loose(l *Line) int { return l.Picked - o.InUnits(l.ID) - l.Staged - l.Handed }

// ToPack is how many of a line are picked, wanted and not yet in a handling unit.
func (o *Order) ToPack(l *Line) int { return max(0, o.Loose(l)-l.Surplus()) }

// PutBackDue is what was picked in vain and can be put back: loose goods first, then those on the shelf.
func (o *Order) PutBackDue(l *Line) int { return min(l.Surplus(), max(0, o.Loose(l))+l.Staged) }

// OnShelf is how many of a line stand on the staging shelf for the customer.
func (o *Order) OnShelf(l *Line) int {
	return max(0, l.Staged-max(0, l.Surplus()-max(0, o.Loose(l))))
}

// Surplus is what was picked beyond what is wanted. It has to go back.
func (l *Line) Surplus() int { return max(0, l.Taken()-l.Wanted()) }

// Holds is how many of a line are in the unit.
func (u *Unit) Holds(id LineID) int {
	for i := range u.Contents {
		if u.Contents[i].Line == id {
			return u.Contents[i].Qty
		}
	}
	return 0
}

// Labelled says whether the unit's shipping label is known to be printed.
func (o *Order) Labelled(u UnitID) bool {
	for i := range o.Jobs {
		if j := &o.Jobs[i]; j.Unit == u && j.Doc == DocShippingLabel && j.State == JobCompleted {
			return true
		}
	}
	return false
}
