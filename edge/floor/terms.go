package floor

import "time"

// Money is an amount in the smallest unit of a currency (ISO 4217), such as 1999 EUR for 19.99 euros.
type Money struct {
	Minor    int64  `json:"minor"`
	Currency string `json:"currency"`
}

// Terms are what the customer and the centre agreed about an order, beside its lines. All of it is optional.
type Terms struct {
	// When and how much at a time.
	NotBefore time.Time `json:"not_before,omitzero"` // requested date: nothing leaves before
	Partial   string    `json:"partial,omitempty"`   // together: one delivery; parts: as it is ready. Default parts
	Part      int       `json:"part,omitempty"`      // this site's part of an order with several sources, from 1
	Of        int       `json:"of,omitempty"`        // of how many parts
	WaitAll   bool      `json:"wait_all,omitempty"`  // it leaves when the centre says that every part is there
	Purchase  string    `json:"purchase,omitempty"`  // the customer's purchase order number; it makes the order a business order, whose every delivery has a number and a note
	To        SiteID    `json:"to,omitempty"`        // transfer: where the goods go

	// Click-and-collect.
	Source    string        `json:"source,omitempty"`     // stock (default), or incoming: ship-to-store
	Contact   string        `json:"contact,omitempty"`    // reference to who collects it, which is personal data
	CodeSalt  string        `json:"code_salt,omitempty"`  // of the pickup code's digest
	CodeHash  string        `json:"code_hash,omitempty"`  // hex SHA-256 of salt and code
	Proof     []ProofMethod `json:"proof,omitempty"`      // methods the order asks for; empty: the site's policy
	Expect    []string      `json:"expect,omitempty"`     // ship-to-store: SSCC or tracking numbers of the parcels that bring it
	HoldDays  int           `json:"hold_days,omitempty"`  // open days on the shelf; 0: the site's policy
	ProxyOnly string        `json:"proxy_only,omitempty"` // who alone may collect it, as a reference

	// What it is worth, and what is still to be paid.
	Value *Money `json:"value,omitempty"`
	Pay   *Pay   `json:"pay,omitempty"`

	// How it is packed and sent.
	Gift    *Gift          `json:"gift,omitempty"`
	MinAge  int            `json:"min_age,omitempty"` // who takes it must be this old
	Returns bool           `json:"returns,omitempty"` // a return label goes into the parcel
	Customs *Customs       `json:"customs,omitempty"`
	Labels  []CarrierLabel `json:"labels,omitempty"` // fetched ahead, in the order of the parcels
}

// ProofMethod is how a person shows that the goods are theirs.
type ProofMethod string

// A pickup code or its QR, a one-time password, an identity document, a signature, and somebody else's
// authority to collect. Override is a lead's word, and it is always logged.
const (
	ProofCode      ProofMethod = "code"
	ProofOTP       ProofMethod = "otp"
	ProofID        ProofMethod = "id"
	ProofSignature ProofMethod = "signature"
	ProofProxy     ProofMethod = "proxy"
	ProofOverride  ProofMethod = "override"
)

// Pay is what is still to be paid, and when.
type Pay struct {
	When string `json:"when"` // cod: to the carrier; pickup: at the counter
	Due  Money  `json:"due"`
}

// Gift is an order for somebody else: no prices in the parcel.
type Gift struct {
	Wrap    bool   `json:"wrap,omitempty"`
	Note    string `json:"note,omitempty"`    // reference to the words, which are personal data
	Receipt string `json:"receipt,omitempty"` // return code on the gift receipt
}

// Customs is what a declaration needs beside the lines' own data.
type Customs struct {
	Form    string `json:"form"`    // CN22, which a parcel over its limits replaces by CN23; or CN23 for all
	Content string `json:"content"` // gift, documents, sample, sale, return

	Invoice     string `json:"invoice,omitempty"`     // number of the commercial invoice
	Licence     string `json:"licence,omitempty"`     // number of an export or import licence
	Certificate string `json:"certificate,omitempty"` // number of a certificate, such as of origin or of plant health
	Comments    string `json:"comments,omitempty"`    // what customs should know: quarantine, inspections
	Sender      string `json:"sender,omitempty"`      // the sender's customs reference: EORI, VAT or IOSS number
	Postage     *Money `json:"postage,omitempty"`     // postal charges
}

// CarrierLabel is a label the centre fetched ahead; its ZPL is personal data and stands behind Ref.
type CarrierLabel struct {
	Tracking string `json:"tracking"`
	Carrier  string `json:"carrier"`
	Service  string `json:"service,omitempty"`
	Ref      string `json:"ref"`
}

// LineTerms are what was agreed about a line, beside its item and quantity. All of it is optional.
type LineTerms struct {
	Substitutes []SKU  `json:"substitutes,omitempty"` // the customer takes one of these instead
	Price       *Money `json:"price,omitempty"`       // of one unit
	Lot         string `json:"lot,omitempty"`         // only this lot will do
	MinLife     int    `json:"min_life,omitempty"`    // days it must still keep
	MeasureG    int    `json:"measure_g,omitempty"`   // variable measure: grams asked for in all
	Tolerance   int    `json:"tolerance,omitempty"`   // per cent a variable measure may differ
	HSCode      string `json:"hs_code,omitempty"`     // customs tariff number
	Origin      string `json:"origin,omitempty"`      // country of origin, two letters
}
