package order

import (
	"fmt"
	"math"
	"time"
)

// Caution is how a site's stock is promised while it is not heard: the longer, the less.
type Caution struct {
	Kind   string   `json:"kind,omitempty" enum:"shop,warehouse" doc:"A shop (the default) sells over the counter, so that what is known of it is worth something for 12 hours; of a warehouse for 48."`
	Floor  int64    `json:"floor,omitempty" minimum:"0" doc:"Units of every item that are never promised."`
	Z      float64  `json:"z,omitempty" minimum:"0" maximum:"6" doc:"How sure to be that the units are still there: 1.64, the default, is 95 times in 100."`
	Sigma  *float64 `json:"sigma,omitempty" minimum:"0" doc:"By how many units the stock of an item drifts in an hour. Missing: as it was seen to, from till sales, counts and corrections."`
	MaxAge int      `json:"max_age_h,omitempty" minimum:"1" maximum:"8760" doc:"Hours behind which nothing is promised. Missing: by kind."`
}

// The defaults. A site heard within Fresh is as good as here: three heartbeats and some.
const (
	Fresh        = time.Minute
	ShopAge      = 12 * time.Hour
	WarehouseAge = 48 * time.Hour
	sureness     = 1.64
	MaxSureness  = 6
	MaxAgeHours  = 8760
)

// Longest is how old a site's stock may be before nothing is promised from it.
func (c Caution) Longest() time.Duration {
	switch {
	case c.MaxAge > 0:
		return time.Duration(c.MaxAge) * time.Hour
	case c.Kind == "warehouse":
		return WarehouseAge
	}
	return ShopAge
}

// Promise is what may still be promised of an item at a site, with its arithmetic.
type Promise struct {
	ATP      int64  `json:"atp" doc:"max(0, on hand − open − kept − floor − drift), 0 when the stock is older than it may be; and what the site keeps for the centre."`
	Floor    int64  `json:"floor,omitempty" doc:"Units that are never promised."`
	Drift    int64  `json:"drift,omitempty" doc:"Units that may have gone since the site was heard."`
	Allotted int64  `json:"allotted,omitempty" doc:"Of it, units the site keeps for the centre: promised however long it is not heard."`
	Why      string `json:"why,omitempty" doc:"Why it is less than is free by the book, in one sentence."`
}

// Of is the promise: on hand in bins, less what open orders take, less the floor, less what may have gone meanwhile.
// seen is by how much the item's stock was seen to drift in an hour. A negative age is that of a site never heard.
func (c Caution) Of(onHand, open int64, seen float64, age time.Duration) Promise {
	free := max(0, onHand-open)
	p := Promise{Floor: c.Floor}
	old := age < 0 || age > c.Longest()
	if !old && age >= Fresh {
		z, sigma := c.Z, seen
		if z == 0 {
			z = sureness
		}
		if c.Sigma != nil {
			sigma = *c.Sigma
		}
		if drift := math.Ceil(z * sigma * math.Sqrt(age.Hours())); drift < math.MaxInt32 {
			p.Drift = int64(drift)
		} else {
			p.Drift = math.MaxInt32
		}
	}
	if p.ATP = max(0, free-p.Floor-p.Drift); old {
		p.ATP = 0
	}
	switch {
	case p.ATP == free:
	case age < 0:
		p.Why = "The site was never heard: nothing is promised from it."
	case old:
		p.Why = "The site was last heard " + Span(age) + " ago, and its stock is promised for " + Span(c.Longest()) + " only."
	case p.Drift > 0 && p.Floor > 0:
		p.Why = fmt.Sprintf("%d kept back always, and %d more because the site was last heard %s ago.", p.Floor, p.Drift, Span(age))
	case p.Drift > 0:
		p.Why = fmt.Sprintf("%d kept back because the site was last heard %s ago.", p.Drift, Span(age))
	default:
		p.Why = fmt.Sprintf("%d kept back always.", p.Floor)
	}
	return p
}

// Span is a length of time as people say it.
func Span(d time.Duration) string {
	switch h := int(d.Round(time.Hour) / time.Hour); {
	case d < time.Minute:
		return "less than a minute"
	case d < 90*time.Minute:
		return Plural(int(d/time.Minute), "minute")
	case h < 72:
		return Plural(h, "hour")
	default:
		return Plural((h+12)/24, "day")
	}
}

// Drift is how restless an item's stock at a site is: the squares of the units that came or went without an order of
// the centre, each fading with time, so that last week counts and last year does not.
type Drift struct {
	Sum   float64   `json:"sum"` // as of At
	Since time.Time `json:"since"`
	At    time.Time `json:"at"`
}

// fades is how long a movement is remembered: after so long it counts a third of what it did.
const fades = 7 * 24 * time.Hour

// Saw adds a movement.
func (d Drift) Saw(units int64, now time.Time) Drift {
	if d.At.IsZero() {
		d.Since, d.At = now, now
	}
	if by := now.Sub(d.At); by > 0 {
		d.Sum, d.At = d.Sum*math.Exp(-by.Hours()/fades.Hours()), now
	}
	d.Sum += float64(units) * float64(units)
	return d
}

// Sigma is by how many units the stock drifts in an hour, more and less taken together: the root of the squares an
// hour brings. An item seen for less than a day counts as seen for one.
func (d Drift) Sigma(now time.Time) float64 {
	if d.Sum <= 0 {
		return 0
	}
	day := 24 * time.Hour
	seen, ago := max(now.Sub(d.Since), day).Hours(), max(0, now.Sub(d.At)).Hours()
	window := fades.Hours() * (1 - math.Exp(-seen/fades.Hours()))
	return math.Sqrt(d.Sum * math.Exp(-ago/fades.Hours()) / window)
}
