package order

import (
	"strings"
	"time"

	"picket/edge/floor"
)

// Wishes are what customer and channel want beside the lines. All of it is optional; most of it goes to the
// site as it stands, which is where it is understood.
type Wishes struct {
	To        floor.SiteID        `json:"to,omitempty" doc:"transfer: the site the goods go to."`
	Source    string              `json:"source,omitempty" enum:"stock,incoming" doc:"pickup: from the site's stock (the default), or incoming: the goods come with their own delivery."`
	HoldDays  int                 `json:"hold_days,omitempty" doc:"pickup: open days on the shelf, 1 to 365. Default: the site's policy."`
	Contact   *Contact            `json:"contact,omitempty" doc:"pickup: who collects it. Default: the customer."`
	CodeForm  string              `json:"code_form,omitempty" enum:"digits,letters,none" doc:"pickup: the code minted for the customer's notice: 8 digits (the default), 6 letters, or none."`
	Proof     []floor.ProofMethod `json:"proof,omitempty" doc:"pickup: what is to be shown, such as code, id, signature. Default: the site's policy."`
	Value     *floor.Money        `json:"value,omitempty" doc:"What it is worth."`
	Pay       *floor.Pay          `json:"pay,omitempty" doc:"What is still to be paid: cod (to the carrier) or pickup (at the counter)."`
	Gift      *GiftWish           `json:"gift,omitempty" doc:"For somebody else: no prices in the parcel."`
	MinAge    int                 `json:"min_age,omitempty" doc:"Who takes it must be this old."`
	Partial   string              `json:"partial,omitempty" enum:"together,parts" doc:"together: one delivery. parts (the default): as it is ready."`
	WaitAll   bool                `json:"wait_all,omitempty" doc:"If no site has everything, several serve a part each, and nothing leaves before every part is there."`
	Mode      floor.Mode          `json:"mode,omitempty" enum:"hold,confirm" doc:"hold: the site may let it leave with the line down. confirm: only with the centre's permit, and until then it may be given to another site at once. Default: as the site is set up, or hold."`
	NotBefore time.Time           `json:"not_before,omitzero" required:"false" doc:"Nothing leaves before."`
	Purchase  string              `json:"purchase,omitempty" doc:"The customer's purchase order number. It makes the order a business order: what leaves a site of it on one day is a delivery with a number and a note of its own."`
	Customs   *floor.Customs      `json:"customs,omitempty" doc:"What a declaration needs beside the lines' own data."`
	Returns   bool                `json:"returns,omitempty" doc:"A return label goes into the parcel."`
}

// Contact is who collects an order. Personal data. It travels to the site as a row, in these fields, with ordered_by
// where somebody else ordered it.
type Contact struct {
	Name  string `json:"name" example:"Ada Lovelace"`
	Phone string `json:"phone,omitempty" example:"+44 20 7946 0000"`
}

// GiftWish is how an order for somebody else is packed.
type GiftWish struct {
	Wrap    bool   `json:"wrap,omitempty"`
	Note    string `json:"note,omitempty" doc:"The giver's words; they may have lines. Personal: they travel beside the records."`
	Receipt string `json:"receipt,omitempty" doc:"Return code on the gift receipt."`
}

// CollectsRow is the row of who collects it. It says who ordered it, where that is somebody else: people ask for an
// order by either name.
func (p *Personal) CollectsRow() any {
	return struct {
		*Contact
		OrderedBy string `json:"ordered_by,omitempty"`
	}{p.Contact, p.orderedBy(p.Contact.Name)}
}

// AddressedRow is the row of an address, likewise.
func (p *Personal) AddressedRow(to Address) any {
	return struct {
		Address
		OrderedBy string `json:"ordered_by,omitempty"`
	}{to, p.orderedBy(to.Name)}
}

func (p *Personal) orderedBy(name string) string {
	if p.Customer.Name == name {
		return ""
	}
	return p.Customer.Name
}

// contact is who collects it: the customer, unless somebody else was named.
func (c *Capture) contact() *Contact {
	if c.Contact != nil {
		who := *c.Contact
		return &who
	}
	return &Contact{Name: c.Customer.Name, Phone: c.ShipTo.Phone}
}

// terms are the wishes as the site gets them, without a pickup code.
func (c *Capture) terms(id floor.OrderID, way floor.Flow) floor.Terms {
	t := floor.Terms{NotBefore: c.NotBefore, Partial: c.Partial, Purchase: c.Purchase, To: c.To, Source: c.Source, HoldDays: c.HoldDays, Proof: c.Proof,
		Value: c.Value, Pay: c.Pay, MinAge: c.MinAge, Returns: c.Returns, Customs: c.Customs}
	if way == floor.FlowPickup {
		t.Contact = Ref(id)
	}
	if g := c.Gift; g != nil {
		t.Gift = &floor.Gift{Wrap: g.Wrap, Receipt: g.Receipt}
		if g.Note != "" {
			t.Gift.Note = GiftRow(id)
		}
	}
	return t
}

// wishes checks what belongs to some flows only, and what the site never sees; the rest is held against the
// site's own rules when the order is put together.
func (p *Problems) wishes(c *Capture, sites map[floor.SiteID]bool) {
	switch c.Flow {
	case "", floor.FlowShip, floor.FlowPickup, floor.FlowTransfer:
	default:
		p.add("flow", "must be ship, pickup or transfer", clip(string(c.Flow)))
		return
	}
	if c.Flow == floor.FlowPickup {
		if c.Site == "" {
			p.add("site", "is missing: an order that is collected names the site the customer comes to", nil)
		}
		if c.Contact != nil {
			p.text("contact.name", c.Contact.Name, 1, MaxName)
			p.text("contact.phone", c.Contact.Phone, 0, 32)
		}
		if c.WaitAll {
			p.add("wait_all", "makes no sense for an order that is collected from one site", nil)
		}
	} else {
		if c.Contact != nil {
			p.add("contact", "is only for an order that is collected", nil)
		}
		if c.CodeForm != "" {
			p.add("code_form", "is only for an order that is collected", clip(c.CodeForm))
		}
		if c.HoldDays != 0 {
			p.add("hold_days", "is only for an order that is collected", c.HoldDays)
		}
		if len(c.Proof) > 0 {
			p.add("proof", "is only for an order that is collected", nil)
		}
		if c.Source != "" {
			p.add("source", "is only for an order that is collected", clip(c.Source))
		}
	}
	switch c.Mode {
	case "", floor.ModeHold, floor.ModeConfirm:
	default:
		p.add("mode", "must be hold or confirm", clip(string(c.Mode)))
	}
	switch c.CodeForm {
	case "", "digits", "letters", "none":
	default:
		p.add("code_form", "must be digits, letters or none", clip(c.CodeForm))
	}
	if c.Flow == floor.FlowTransfer {
		switch {
		case c.To == "":
			p.add("to", "is missing: a transfer names the site it goes to", nil)
		case !sites[c.To]:
			p.add("to", "is not a site of this centre", clip(string(c.To)))
		case c.To == c.Site:
			p.add("to", "is the site it comes from", c.To)
		}
	}
	if c.Gift != nil {
		p.words("gift.note", c.Gift.Note, 0, MaxNote, true)
	}
	p.text("purchase", c.Purchase, 0, floor.MaxID)
}

// The letters of a pickup code: none that is read as another, and no vowels that make words.
const codeLetters = "BCDFGHJKLMNPQRSTVWXZ"

// MintCode makes a pickup code of a form, and the salt of its digest, from at least 24 random bytes.
func MintCode(form string, random []byte) (code, salt string) {
	const hexDigits = "0123456789abcdef"
	var b strings.Builder
	for _, x := range random[:16] {
		b.WriteByte(hexDigits[x>>4])
		b.WriteByte(hexDigits[x&15])
	}
	n := uint64(0)
	for _, x := range random[16:24] {
		n = n<<8 | uint64(x)
	}
	alphabet, length := "0123456789", 8
	if form == "letters" {
		alphabet, length = codeLetters, 6
	}
	out := make([]byte, length)
	for i := range out {
		out[i] = alphabet[n%uint64(len(alphabet))]
		n /= uint64(len(alphabet))
	}
	return string(out), b.String()
}
