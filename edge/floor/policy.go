package floor

import "encoding/json"

// Policy is how this site wants things done. Every field has a default that is safe; a manager or the centre
// changes one at a time, and it is in force from that record on.
type Policy struct {
	BookTouched    bool   `json:"book_touched"`     // a short pick may change the book; off: the gap only opens a count
	RefuseWhenFull bool   `json:"refuse_when_full"` // new orders are refused at capacity
	GrantRecall    string `json:"grant_recall"`     // how far an order may be and still be let go of
	ShipEarly      bool   `json:"ship_early"`       // goods may leave before the date that was asked for
	MoveBeyondBook bool   `json:"move_beyond_book"` // more may be moved than the book has
	NegativeStock  bool   `json:"negative_stock"`   // a correction may take the book of a bin below zero

	MaxScan        int    `json:"max_scan"`        // units one scan may say
	ForceScan      bool   `json:"force_scan"`      // an item is scanned, never typed
	ScanBin        bool   `json:"scan_bin"`        // the bin is scanned before the item
	FEFO           string `json:"fefo"`            // strict, warn, off: what expires first goes first
	OfferAlternate bool   `json:"offer_alternate"` // another bin is named before a line is short
	ZeroCheck      bool   `json:"zero_check"`      // the picker is asked whether a bin is empty when the book says so

	PrintHoldLabel bool        `json:"print_hold_label"`
	ReadyInParts   bool        `json:"ready_in_parts"`
	HoldDays       int         `json:"hold_days"`
	HoldHours      []HoldRule  `json:"hold_hours,omitempty"` // by handling class
	RemindDays     int         `json:"remind_days"`
	ProofAbove     []ProofRule `json:"proof_above,omitempty"`
	BlindCount     bool        `json:"blind_count"`             // whoever counts is not shown the book
	CountUnits     int         `json:"count_tolerance"`         // units a count may differ from the book
	CountPercent   int         `json:"count_tolerance_percent"` // or per cent of the book
	CountMoney     int64       `json:"count_tolerance_money"`   // and in all not more than this, in the smallest coin; 0: any
	SecondCounter  bool        `json:"second_counter"`          // beyond the tolerance another person counts too
	CountAuto      bool        `json:"count_auto"`              // a count within the tolerance is confirmed by itself
	ClockSkew      int         `json:"clock_skew"`              // seconds two clocks may differ

	BlindReceiving bool `json:"blind_receiving"` // whoever receives is not shown what is expected
	OverTolerance  int  `json:"over_tolerance"`  // per cent more than expected that may be received at once
	Unannounced    bool `json:"unannounced"`     // a delivery nobody announced may be received
	NameGoods      bool `json:"name_goods"`      // moves and corrections name lots, dates and serial numbers
	MixLots        bool `json:"mix_lots"`        // one bin may hold several lots of an item
	SafetyStock    int  `json:"safety_stock"`    // units of every item that are promised to nobody

	BlindReturns bool `json:"blind_returns"`
	BlindValue   int  `json:"blind_value"`
	ReturnDays   int  `json:"return_days"`
	ReceiptUnits int  `json:"receipt_units"` // units on one receipt nobody here can look up
	ReceiptValue int  `json:"receipt_value"` // and what they are worth, in the smallest coin

	WalkStart string `json:"walk_start,omitempty"` // the bin where a walk begins: where the carts stand
	WalkEnd   string `json:"walk_end,omitempty"`   // the bin where it ends: the bench

	PackScan          bool `json:"pack_scan"`           // every unit is scanned into its parcel
	WeightTolerance   int  `json:"weight_tolerance"`    // per cent a parcel may differ from what it should weigh
	WeightToleranceG  int  `json:"weight_tolerance_g"`  // and grams; both 0: the weight is not checked
	VerifyLabel       bool `json:"verify_label"`        // a parcel leaves only when its label was scanned on it
	NumbersLow        int  `json:"numbers_low"`         // at or below this many numbers left the desk is told
	PrintSlip         bool `json:"print_slip"`          // a packing slip in the last parcel
	PrintReturnLabel  bool `json:"print_return_label"`  // a return label where the order has one
	PrintCustoms      bool `json:"print_customs"`       // a customs form on every parcel that crosses a border
	PrintGiftReceipt  bool `json:"print_gift_receipt"`  // a receipt without prices in a gift
	PrintGiftNote     bool `json:"print_gift_note"`     // the giver's words in a gift
	PrintCOD          bool `json:"print_cod"`           // a slip with what is due on delivery
	PrintContentList  bool `json:"print_content_list"`  // a signed list of what is in it on every parcel to another site
	PrintManifest     bool `json:"print_manifest"`      // what the carrier signs for
	PrintDeliveryNote bool `json:"print_delivery_note"` // a delivery note for every delivery of a business order

	CODPaidIn       bool `json:"cod_paid_in"`      // drivers pay in here what they collect on delivery
	DrawerTolerance int  `json:"drawer_tolerance"` // a drawer may differ by this, in the smallest coin, without a word
	ReceiptDays     int  `json:"receipt_days"`     // business days the numbers of till receipts are remembered
	DrawerDays      int  `json:"drawer_days"`      // business days a counted drawer is kept, with who took what

	PrintReturnReceipt bool `json:"print_return_receipt"` // what was brought back, for the customer
	PrintClaimSlip     bool `json:"print_claim_slip"`     // the same while the centre is cut off: the money is not decided
	PrintHangTag       bool `json:"print_hang_tag"`       // a tag on goods that were brought back: condition, and where they go

	ArchiveHours     int `json:"archive_hours"`      // an order that is over stays on the floor for so long
	ReturnWaitDays   int `json:"return_wait_days"`   // an announced return nobody brings is forgotten
	PrintWaitDays    int `json:"print_wait_days"`    // after archive_hours, a print job of an order that is over is given up
	PrintExpireHours int `json:"print_expire_hours"` // a print job that waited so long is given up; 0: it waits
	PersonalDays     int `json:"personal_days"`      // what is personal of an order that is over is erased
	ProofDays        int `json:"proof_days"`         // where there is no centre, what shows who got it is kept for so long
}

// DefaultPolicy is in force until somebody changes it.
func DefaultPolicy() Policy {
	return Policy{
		MaxScan: 9999, BookTouched: true, FEFO: "warn", OfferAlternate: true, RefuseWhenFull: true, GrantRecall: grantAll, PrintHoldLabel: true, HoldDays: 7, RemindDays: 1,
		BlindCount: true, SecondCounter: true, CountAuto: true, ClockSkew: 120,
		BlindReceiving: true, Unannounced: true, NameGoods: true,
		BlindReturns: true, BlindValue: 5000, ReturnDays: 30, ReceiptUnits: 20, ReceiptValue: 50000,
		WeightTolerance: 5, WeightToleranceG: 50, NumbersLow: 50, PrintSlip: true, PrintReturnLabel: true, PrintCustoms: true, PrintGiftReceipt: true,
		PrintGiftNote: true, PrintCOD: true, PrintContentList: true, PrintManifest: true, PrintDeliveryNote: true,
		DrawerDays: 60, ReceiptDays: 7,
		PrintReturnReceipt: true, PrintClaimSlip: true, PrintHangTag: true,
		ArchiveHours: 48, ReturnWaitDays: 60, PrintWaitDays: 7, PersonalDays: 30, ProofDays: 180,
	}
}

// ProofRule says what is to be shown for an order that is worth so much, or more. Of several rules the last
// that fits is in force.
type ProofRule struct {
	Money
	Methods []ProofMethod `json:"methods"`
}

// UnmarshalJSON starts from the defaults, so that a policy nobody knew when a snapshot was written is the
// default one.
func (p *Policy) UnmarshalJSON(b []byte) error {
	type fields Policy
	f := fields(DefaultPolicy())
	if err := json.Unmarshal(b, &f); err != nil {
		return err
	}
	*p = Policy(f)
	return nil
}

// PolicyDoc says what a policy does.
type PolicyDoc struct {
	Name string
	Says string
}

// policyDocs describes every field of Policy, by its JSON name.
var policyDocs = []PolicyDoc{
	{"refuse_when_full", "At capacity the site refuses new orders, and the centre routes them elsewhere. Off: they pile up here."},
	{"grant_recall", "What the centre may take back: until_picked (nothing that is picked), until_packed (nothing packed or on the shelf), until_left (whatever is in the building)."},
	{"ship_early", "Goods may leave before the date the customer asked for. Off: they wait, unless a lead says otherwise."},
	{"book_touched", "A short pick moves the book at once. Off: the book stays, and the gap opens a count."},
	{"move_beyond_book", "More may be moved out of a bin than its book has; the bin is then counted. Off: it is refused."},
	{"negative_stock", "A correction may take the book of a bin below zero; the desk is told, and the bin is to be counted. Off: it is refused. What people pick, move or sell in fact is booked either way."},
	{"print_hold_label", "Putting goods on the staging shelf prints a label for the bag. Off: it is printed when somebody asks."},
	{"ready_in_parts", "An order may be ready to collect while some of it is still to come. Off: only the whole of it."},
	{"hold_days", "So many days the site is open an order is kept for its customer, unless the order says otherwise; at least 1."},
	{"hold_hours", "So many hours goods of a handling class wait for their customer, at most: a list of {class, hours}. Their clock does not stand still while the site is cut off."},
	{"remind_days", "The customer is reminded when so many open days are left; 0: never."},
	{"blind_returns", "Goods are taken back without a receipt. Off: only with a receipt, an order or a number of the centre."},
	{"blind_value", "Goods without a receipt worth more than this, in the currency's smallest unit, need a lead; 0: all of them do."},
	{"receipt_units", "Units brought back on one receipt of a till, in all returns known here, beyond which a lead decides: what is on it nobody here can look up. An order, a gift receipt or a number of the centre has its own limits. 0: a lead decides on every unit."},
	{"receipt_value", "And what these units are worth, in the currency's smallest unit, as far as their prices are known. 0: a lead decides on everything that has a price."},
	{"return_days", "So many days after goods left or were handed over they may be brought back (from the day on the receipt where nobody knows when that was); after that a lead decides. 0: at any time."},
	{"proof_above", "What is to be shown at the counter for an order worth so much or more: a list of {minor, currency, methods}, rising. The order's own wish goes first. off, null or []: the same for every value."},
	{"blind_count", "Whoever counts is not shown what the book has. Off: the book is shown."},
	{"count_tolerance", "Units of an item a count may differ from the book before another person has to count."},
	{"count_tolerance_percent", "Per cent of the book a count may differ instead, for bins that hold many."},
	{"count_tolerance_money", "Cost of all differences in a bin, in the smallest coin, above which another person has to count. 0: any cost."},
	{"second_counter", "Beyond the tolerance another person counts before a lead decides. Off: the lead decides at once."},
	{"count_auto", "A count within the tolerance changes the book by itself. Off: a lead confirms it."},
	{"clock_skew", "Seconds two clocks may differ. Of what happened closer to a count than that, nobody can tell whether the count saw it: the bin is counted again."},
	{"blind_receiving", "Whoever receives a delivery is not shown what is expected. Off: the quantities are shown."},
	{"over_tolerance", "Per cent more than announced that is received at once; what is beyond it waits for a lead."},
	{"unannounced", "A delivery nobody announced may be received; all of it waits for a lead. Off: it is refused at the door."},
	{"name_goods", "Moves and corrections of goods that are told apart name their lot and date, or their serial numbers. Off: they may be left out. The first stock (stock.adjust with reason opening) may leave them out either way: the books it comes from may not know the pieces apart; they are named when they are counted or picked."},
	{"mix_lots", "One bin may hold several lots of an item. Off: another lot goes to another bin."},
	{"safety_stock", "Units of every item that are promised to nobody."},
	{"walk_start", "The bin (or bench, or any other place the site knows) where a walk begins: where the carts stand. off, or empty: in front of the first aisle."},
	{"walk_end", "The bin where a walk ends: the bench, or the desk. off, or empty: back where it began."},
	{"max_scan", "The most units one scan may say, at the shelf or at the bench: more is a slip of the keys and is refused. Of a line that wants more, people scan several times."},
	{"pack_scan", "Every unit is scanned into its parcel. Off: tapping the line is enough."},
	{"weight_tolerance", "How many per cent a parcel's weight may differ from what its items and its carton weigh; the larger of the two tolerances counts. Checked where all of these weights are known. 0 with weight_tolerance_g 0: the weight is not checked."},
	{"weight_tolerance_g", "How many grams a parcel's weight may differ from what its items and its carton weigh. 0 with weight_tolerance 0: the weight is not checked."},
	{"verify_label", "A parcel leaves only when its label was scanned on the parcel itself. Off: a printed label is enough."},
	{"numbers_low", "The desk is told when this many numbers of a kind are left."},
	{"print_slip", "The last parcel of an order asks for a packing slip. Off: none is printed."},
	{"print_return_label", "An order that comes with a return label gets one in its last parcel. Off: none is printed."},
	{"print_customs", "Every parcel that crosses a border gets its customs form. Off: the forms are written elsewhere."},
	{"print_gift_receipt", "A gift gets a receipt without prices, with its return code. Off: none is printed."},
	{"print_gift_note", "A gift gets the giver's words. Off: none is printed."},
	{"print_cod", "The first parcel of an order to be paid on delivery gets a slip with the amount. Off: none is printed; the label still says it."},
	{"print_content_list", "Every parcel to another site gets a signed list of what is in it. Off: the other site books it by hand."},
	{"print_manifest", "A closed manifest is printed for the carrier to sign. Off: it is only kept."},
	{"print_delivery_note", "Every delivery of a business order gets its delivery note. Off: none is printed."},
	{"cod_paid_in", "Drivers pay in at a till of this site what they collect on delivery; until then it stands in the closing checklist. Off: the carriers settle it elsewhere."},
	{"drawer_tolerance", "A counted drawer may differ from what was booked by this, in the smallest coin, without a reason and without the desk. 0: any difference is explained."},
	{"receipt_days", "Business days the numbers of till receipts are remembered, so that none is booked twice. 1 to 60."},
	{"drawer_days", "Business days a counted drawer is kept with who took what; the totals of the day, which name nobody, stay longer. 1 to 400."},
	{"print_return_receipt", "A closed return prints a receipt for the customer. It says what was brought back, and promises no money: that is the centre's to decide. Off: it is printed when somebody asks."},
	{"print_claim_slip", "A return closed while the site is cut off prints a claim slip in place of the receipt: its number, and that the money is decided later. A site counts as cut off when its line was down for a minute; a return closed before that prints the receipt, which says as well that the money is not decided. Off: the receipt is printed."},
	{"print_hang_tag", "Goods that were brought back get a tag each when somebody says where they go, unless they are destroyed. Off: it is printed when somebody asks."},
	{"archive_hours", "So many hours after the last was heard of an order that is over it goes to the archive, which frees memory; it is still found, undone and taken back from there. At least 1."},
	{"return_wait_days", "An announced return nobody brings is forgotten so many days after it was announced, or after the last day it is taken back. 0: never."},
	{"print_wait_days", "An order that owes nothing but a print job waits for it so many days beyond archive_hours. Then the job is given up, the desk is told, and the order goes to the archive. 1 to 365."},
	{"personal_days", "So many days after the last was heard of an order that is over, its addresses, contacts, notes and fetched labels are erased, here and in the archive; the order itself stays. What shows who got it waits until the centre has it. 1 to 3650."},
	{"print_expire_hours", "A print job that waited so many hours for a printer is given up and the desk is told: nobody stands there for it any more. 0 to 720; 0: it waits until it comes out."},
	{"proof_days", "At a site without a centre, what shows who got an order (a signature, a picture) is kept so many days after the last was heard of it, though its addresses are erased; 1 to 3650. With a centre it is erased with them, once the centre has it."},
	{"force_scan", "An item is picked by scanning it. Off: a quantity may be typed or tapped."},
	{"scan_bin", "The bin is scanned before the item, and a bin whose book has none of it is refused. Off: the bin on the list is taken for granted."},
	{"fefo", "What expires first goes first: strict refuses younger goods, warn says so, off does not ask."},
	{"offer_alternate", "Another bin that has the item is named before a line may be short. Off: the line is short at once."},
	{"zero_check", "The picker is asked whether a bin is empty when the book says so after a pick. Off: nobody is asked."},
}

// Policies describes every policy.
func Policies() []PolicyDoc { return policyDocs }
