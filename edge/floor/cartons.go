package floor

import (
	"regexp"
	"strconv"
)

// Cartons and carriers: what parcels are made of, and who takes them. Both tables are small.
const (
	MaxCartons  = 200
	MaxCarriers = 40
)

var carryEntries = []Entry{
	{fresh[SetCarton], "Brings a carton of this site, whole; the last one wins.", Managers,
		`{"id":"M","inner":{"l":300,"w":200,"h":150},"outer":{"l":310,"w":210,"h":165},"weight_g":180,"max_g":15000,"cost":{"minor":42,"currency":"EUR"}}`, []Code{TableFull}},
	{fresh[SetCarrier], "Brings a carrier and its services, whole; the last one wins.", Managers,
		`{"code":"DEMO","labels":"block","services":[{"code":"express","days":1,"cut_off":"16:30","max_g":31500,"divisor":5000,"currency":"EUR","steps":[{"to_g":2000,"price":590},{"to_g":31500,"price":1290}]}]}`, []Code{TableFull}},
	{fresh[AskNumbers], "Asks the centre for the next block of a kind of numbers, when few are left.", TheBox,
		`{"number":"return"}`, []Code{NothingLeft}},
	{fresh[BurnNumbers], "Says that the log has a new name: no number that was leased before is drawn again.", TheBox,
		`{"log":"01J9LOG2"}`, nil},
}

var carryEvents = []func() Event{blank[CartonSet], blank[CarrierSet], blank[NumbersBurnt], blank[NumbersAsked]}

// TableFull refuses one row too many of a small table.
const TableFull Code = "table_full"

var carryWords = map[Code][2]string{
	TableFull: {"This site keeps at most {most} {what}.", "Take one out first: send it with gone set."},
}

// Dims are a length, a width and a height in millimetres.
type Dims struct {
	L int `json:"l"`
	W int `json:"w"`
	H int `json:"h"`
}

// Holds says whether something of these dimensions goes in, turned whichever way; none at all goes anywhere.
func (d Dims) Holds(x Dims) bool {
	a, b := d.sorted(), x.sorted()
	return d == (Dims{}) || b[0] <= a[0] && b[1] <= a[1] && b[2] <= a[2]
}

func (d Dims) sorted() [3]int {
	a := [3]int{d.L, d.W, d.H}
	if a[0] > a[1] {
		a[0], a[1] = a[1], a[0]
	}
	if a[1] > a[2] {
		a[1], a[2] = a[2], a[1]
	}
	if a[0] > a[1] {
		a[0], a[1] = a[1], a[0]
	}
	return a
}

// Carton is a kind of box.
type Carton struct {
	ID      string `json:"id"`
	Inner   Dims   `json:"inner"`
	Outer   Dims   `json:"outer"`
	WeightG int    `json:"weight_g,omitempty"` // empty
	MaxG    int    `json:"max_g,omitempty"`    // the heaviest parcel it carries, itself included; 0: any
	Cost    *Money `json:"cost,omitempty"`
	Gone    bool   `json:"gone,omitempty"` // no longer used here: the row leaves the table
}

func (c Carton) clone() Carton { return c }

// Carrier is somebody who takes parcels, and how.
type Carrier struct {
	Code     string    `json:"code"`
	Name     string    `json:"name,omitempty"`
	Labels   string    `json:"labels,omitempty"`   // fetched: ahead by the centre; block: numbers leased as carrier:<code>; house (default): the SSCC
	Refuses  []string  `json:"refuses,omitempty"`  // handling classes it does not take
	Services []Service `json:"services,omitempty"` // none: it has no prices and is never chosen by rule
	Gone     bool      `json:"gone,omitempty"`
}

func (c Carrier) clone() Carrier { return c } // its lists are never written to

// Service is one speed of a carrier.
type Service struct {
	Code     string      `json:"code"`
	Days     int         `json:"days"`               // from the day it leaves to the day it is there
	CutOff   string      `json:"cut_off,omitempty"`  // 15:04 of the site: later than that it leaves the next day
	MaxG     int         `json:"max_g,omitempty"`    // 0: any
	Max      Dims        `json:"max,omitzero"`       // longest, middle and shortest side; none: any
	Divisor  int         `json:"divisor,omitempty"`  // cubic centimetres that count as a kilogram; 0: only the weight counts
	Currency string      `json:"currency,omitempty"` // of its prices
	Steps    []PriceStep `json:"steps,omitempty"`    // rising
}

// PriceStep is a price up to a weight.
type PriceStep struct {
	ToG   int   `json:"to_g"`
	Price int64 `json:"price"`
}

// SetCarton brings a carton.
type SetCarton struct{ Carton }

// CartonSet: the site uses the carton, or no longer does.
type CartonSet struct{ Carton }

// SetCarrier brings a carrier.
type SetCarrier struct{ Carrier }

// CarrierSet: the site uses the carrier, or no longer does.
type CarrierSet struct{ Carrier }

// Kind names the command.
func (*SetCarton) Kind() string { return "carton.set" }

// Kind names the command.
func (*SetCarrier) Kind() string { return "carrier.set" }

// Type and Subject name the event.
func (*CartonSet) Type() string      { return "picket.local.carton.set.v1" }
func (e *CartonSet) Subject() string { return "carton/" + e.ID }

// Type and Subject name the event.
func (*CarrierSet) Type() string      { return "picket.local.carrier.set.v1" }
func (e *CarrierSet) Subject() string { return "carrier/" + e.Code }

func (e *CartonSet) tell(Names) string {
	if e.Gone {
		return "Carton " + e.ID + " is no longer used here."
	}
	return "Carton " + e.ID + " is known."
}

func (e *CarrierSet) tell(Names) string {
	if e.Gone {
		return "Carrier " + e.Code + " is no longer used here."
	}
	return "Carrier " + e.Code + " is known, with " + plural(len(e.Services), "service") + "."
}

// MaxMM is the longest side of anything, in millimetres.
const MaxMM = 20_000

func checkDims(field string, d Dims, least int) *Refusal {
	for _, x := range []struct {
		name string
		mm   int
	}{{"l", d.L}, {"w", d.W}, {"h", d.H}} {
		if r := checkRange(field+"."+x.name, x.mm, least, MaxMM); r != nil {
			return r
		}
	}
	return nil
}

var currency = regexp.MustCompile(`^[A-Z]{3}$`)

func (c *SetCarton) decide(s *State, _ Meta) ([]Event, *Refusal) {
	if r := check([2]string{"id", c.ID}); r != nil {
		return nil, r
	}
	if c.Gone {
		return []Event{&CartonSet{Carton{ID: c.ID, Gone: true}}}, nil
	}
	if r := checkDims("inner", c.Inner, 1); r != nil {
		return nil, r
	}
	if r := checkDims("outer", c.Outer, 1); r != nil {
		return nil, r
	}
	if !c.Outer.Holds(c.Inner) {
		return nil, badField("outer", "is smaller than inner")
	}
	if r := checkRange("weight_g", c.WeightG, 0, MaxWeightG); r != nil {
		return nil, r
	}
	if r := checkRange("max_g", c.MaxG, 0, MaxWeightG); r != nil {
		return nil, r
	}
	if r := checkAmount("cost", c.Cost, 0); r != nil {
		return nil, r
	}
	if s.Cartons.Get(CartonID(c.ID)) == nil && s.Cartons.Len() >= MaxCartons {
		return nil, Refuse(TableFull, "most", strconv.Itoa(MaxCartons), "what", "cartons")
	}
	return []Event{&CartonSet{c.Carton}}, nil
}

func (e *CartonSet) apply(s *State) {
	if e.Gone {
		s.Cartons.drop(CartonID(e.ID))
		return
	}
	s.Cartons.put(s, CartonID(e.ID), e.Carton)
}

func (c *SetCarrier) decide(s *State, _ Meta) ([]Event, *Refusal) {
	if r := check([2]string{"code", c.Code}); r != nil {
		return nil, r
	}
	if r := checkRange("code", len(c.Code), 1, 20); r != nil {
		return nil, r
	}
	if c.Gone {
		return []Event{&CarrierSet{Carrier{Code: c.Code, Gone: true}}}, nil
	}
	if r := checkText("name", c.Name, MaxID); r != nil {
		return nil, r
	}
	switch c.Labels {
	case "", "fetched", "block", "house":
	default:
		return nil, badField("labels", "is "+strconv.Quote(clip(c.Labels))+", but must be fetched, block or house")
	}
	if r := checkRange("refuses", len(c.Refuses), 0, len(HandlingClasses)); r != nil {
		return nil, r
	}
	for i, h := range c.Refuses {
		if !isHandling(h) {
			return nil, badField("refuses["+strconv.Itoa(i)+"]", "is "+strconv.Quote(clip(h))+", which is no handling class")
		}
	}
	if r := checkRange("services", len(c.Services), 0, 20); r != nil {
		return nil, r
	}
	seen := map[string]bool{}
	for i := range c.Services {
		at := "services[" + strconv.Itoa(i) + "]."
		if r := c.Services[i].check(at); r != nil {
			return nil, r
		}
		if seen[c.Services[i].Code] {
			return nil, badField(at+"code", "is there for the second time")
		}
		seen[c.Services[i].Code] = true
	}
	if s.Carriers.Get(CarrierID(c.Code)) == nil && s.Carriers.Len() >= MaxCarriers {
		return nil, Refuse(TableFull, "most", strconv.Itoa(MaxCarriers), "what", "carriers")
	}
	return []Event{&CarrierSet{c.Carrier}}, nil
}

// clock is a time of day of the site.
var clock = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d$`)

func (v *Service) check(at string) *Refusal {
	if r := check([2]string{at + "code", v.Code}); r != nil {
		return r
	}
	if v.CutOff != "" && !clock.MatchString(v.CutOff) {
		return badField(at+"cut_off", "is "+strconv.Quote(clip(v.CutOff))+", but must be a time such as 16:30")
	}
	for _, x := range []struct {
		name    string
		n, high int
	}{{"days", v.Days, 60}, {"max_g", v.MaxG, MaxWeightG}, {"divisor", v.Divisor, 100_000}} {
		if r := checkRange(at+x.name, x.n, 0, x.high); r != nil {
			return r
		}
	}
	if r := checkDims(at+"max", v.Max, 0); r != nil {
		return r
	}
	if r := checkRange(at+"steps", len(v.Steps), 0, 40); r != nil {
		return r
	}
	if len(v.Steps) > 0 && !currency.MatchString(v.Currency) {
		return badField(at+"currency", "is "+strconv.Quote(clip(v.Currency))+", but must be three capital letters")
	}
	before := 0
	for i, st := range v.Steps {
		if st.ToG <= before || st.ToG > MaxWeightG || st.Price < 0 || st.Price > 1_000_000_000 {
			return badField(at+"steps["+strconv.Itoa(i)+"]", "must be heavier than the step before, and its price 0 to 1000000000")
		}
		before = st.ToG
	}
	return nil
}

func (e *CarrierSet) apply(s *State) {
	if e.Gone {
		s.Carriers.drop(CarrierID(e.Code))
		return
	}
	s.Carriers.put(s, CarrierID(e.Code), e.Carrier)
}
