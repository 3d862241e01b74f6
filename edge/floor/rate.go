package floor

import (
	"cmp"
	"slices"
	"time"
)

// Offer is what a carrier's service would do for a parcel.
type Offer struct {
	Carrier string    `json:"carrier"`
	Service string    `json:"service"`
	Price   Money     `json:"price"`
	BillG   int       `json:"bill_g"`  // the weight it is paid by: the real one, or that of its size
	Leaves  time.Time `json:"leaves"`  // the day it leaves, at midnight of the site
	Arrives time.Time `json:"arrives"` // the day it is there
	InTime  bool      `json:"in_time"` // on or before the day the order is due
}

// Rate lists the services that take a parcel of this weight and size, the best first: the cheapest of those
// that are there on the day the order is due, then the others, the earliest first. What is handed in after a
// service's cut-off, by the site's clock, leaves the next day the site is open; where that clock is off nobody knows whether it is
// before the cut-off, and it counts as behind it.
func (s *State) Rate(o *Order, marks []string, weightG int, size Dims, now time.Time, off bool) []Offer {
	var out []Offer
	local := now.In(s.Calendar().Zone())
	due := midnight(o.Due.In(s.Calendar().Zone()))
	for _, c := range s.Carriers.All() {
		if slices.ContainsFunc(c.Refuses, func(class string) bool { return slices.Contains(marks, class) }) {
			continue
		}
		for i := range c.Services {
			v := &c.Services[i]
			price, bill, ok := v.price(weightG, size)
			if !ok {
				continue
			}
			leaves := s.leaves(v, local, off)
			arrives := leaves.AddDate(0, 0, v.Days)
			out = append(out, Offer{
				Carrier: c.Code, Service: v.Code, Price: Money{Minor: price, Currency: v.Currency}, BillG: bill,
				Leaves: leaves, Arrives: arrives, InTime: !arrives.After(due),
			})
		}
	}
	slices.SortStableFunc(out, func(a, b Offer) int {
		switch {
		case a.InTime != b.InTime && a.InTime:
			return -1
		case a.InTime != b.InTime:
			return 1
		case !a.InTime && !a.Arrives.Equal(b.Arrives):
			return a.Arrives.Compare(b.Arrives)
		}
		return cmp.Or(cmp.Compare(a.Price.Minor, b.Price.Minor), a.Arrives.Compare(b.Arrives), cmp.Compare(a.Carrier, b.Carrier), cmp.Compare(a.Service, b.Service))
	})
	return out
}

// ClockOff is by how much a site's clock may differ from the centre's before nothing is promised by a cut-off any more.
const ClockOff = 10 * time.Minute

// price is what a service costs, and by which weight; false when it does not take the parcel.
func (v *Service) price(weightG int, size Dims) (price int64, billG int, ok bool) {
	if v.MaxG > 0 && weightG > v.MaxG || !v.Max.Holds(size) {
		return 0, 0, false
	}
	billG = weightG
	if v.Divisor > 0 {
		billG = max(billG, (size.L*size.W*size.H+v.Divisor-1)/v.Divisor)
	}
	for _, st := range v.Steps {
		if billG <= st.ToG {
			return st.Price, billG, true
		}
	}
	return 0, billG, false
}

// leaves is the day a parcel that is ready now leaves with a service.
func (s *State) leaves(v *Service, local time.Time, off bool) time.Time {
	day := midnight(local)
	if v.CutOff != "" && (off || local.Format("15:04") > v.CutOff) {
		day = day.AddDate(0, 0, 1)
	}
	for range 14 { // a site that never opens sends it all the same
		if s.collects(day) {
			return day
		}
		day = day.AddDate(0, 0, 1)
	}
	return midnight(local)
}

// collects says whether anybody is here to give parcels away on a day.
func (s *State) collects(day time.Time) bool {
	if slices.Contains(s.Site.Closed, day.Format("2006-01-02")) {
		return false
	}
	return len(s.Site.Hours) == 0 || slices.ContainsFunc(s.Site.Hours, func(o Open) bool { return o.Day == int(day.Weekday()) })
}

func midnight(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, t.Location())
}

// ChooseShip says who takes the order's parcels, and how fast.
type ChooseShip struct {
	Order   OrderID `json:"order"`
	Carrier string  `json:"carrier"`
	Service string  `json:"service,omitempty"`
}

// ShipChosen: the order's parcels go this way.
type ShipChosen struct {
	Order   OrderID `json:"order"`
	Carrier string  `json:"carrier"`
	Service string  `json:"service,omitempty"`
	Price   *Money  `json:"price,omitempty"` // of the parcel it was chosen for, when a rule chose
}

// Kind names the command.
func (*ChooseShip) Kind() string { return "ship.choose" }

// Type and Subject name the event.
func (*ShipChosen) Type() string      { return "picket.ship.chosen.v1" }
func (e *ShipChosen) Subject() string { return "order/" + string(e.Order) }

func (e *ShipChosen) tell(Names) string {
	words := "It goes with " + e.Carrier
	if e.Service != "" {
		words += ", " + e.Service
	}
	return words + "."
}

func (c *ChooseShip) decide(s *State, _ Meta) ([]Event, *Refusal) {
	o, r := s.find(c.Order)
	if r != nil {
		return nil, r
	}
	if r := check([2]string{"carrier", c.Carrier}); r != nil {
		return nil, r
	}
	if r := checkText("service", c.Service, MaxID); r != nil {
		return nil, r
	}
	at := s.Carriers.Get(CarrierID(c.Carrier))
	known := at != nil && (c.Service == "" || slices.ContainsFunc(at.Services, func(v Service) bool { return v.Code == c.Service }))
	if s.Carriers.Len() > 0 && !known {
		return nil, Refuse(UnknownCarrier, "carrier", c.Carrier, "service", c.Service)
	}
	for i := range o.Units {
		switch u := &o.Units[i]; {
		case u.State != UnitClosed:
		case u.Tracking != "" || o.Labelled(u.ID) || o.printing(u.ID):
			return nil, Refuse(HasLabel, "unit", string(u.ID))
		}
	}
	return []Event{&ShipChosen{Order: o.ID, Carrier: c.Carrier, Service: c.Service}}, nil
}

func (e *ShipChosen) apply(s *State) {
	if o := s.order(e.Order); o != nil {
		o.Carrier, o.Service = e.Carrier, e.Service
	}
}

// carrierFor chooses by rule who takes an order that names nobody, once the site has carriers with prices.
func (s *State) carrierFor(o *Order, u *Unit, weightG int, m Meta) (*ShipChosen, *Refusal) {
	if o.Carrier != "" || o.Flow != FlowShip || u.As == UnitPallet {
		return nil, nil
	}
	priced := false
	for _, c := range s.Carriers.All() {
		priced = priced || len(c.Services) > 0
	}
	if !priced {
		return nil, nil
	}
	if weightG == 0 {
		weightG, _ = s.Expected(o, u)
	}
	var size Dims
	if c := s.Cartons.Get(CartonID(u.Carton)); c != nil {
		size = c.Outer
	}
	offers := s.Rate(o, s.Marks(u), weightG, size, m.Now, m.Off)
	if len(offers) == 0 {
		return nil, Refuse(NoCarrierTakes, "unit", string(u.ID))
	}
	price := offers[0].Price
	return &ShipChosen{Order: o.ID, Carrier: offers[0].Carrier, Service: offers[0].Service, Price: &price}, nil
}
