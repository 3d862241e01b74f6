package floor

import (
	"slices"
	"strconv"
	"time"
)

// Goods tells units from others of the same item: their lot, their expiry, their serial numbers, what they
// weigh. Commands bring what was read; events keep what was decided.
type Goods struct {
	Lot     string   `json:"lot,omitempty"`
	Expiry  string   `json:"expiry,omitempty"` // 2006-01-02
	Serials []string `json:"serials,omitempty"`
	Grams   int      `json:"grams,omitempty"` // of all of them together
}

// MaxSerials is how many serial numbers one command brings. It keeps an event within a record.
const MaxSerials = 100

func (g *Goods) empty() bool {
	return g.Lot == "" && g.Expiry == "" && len(g.Serials) == 0 && g.Grams == 0
}

// check refuses what is no lot, no day, no serial number and no weight.
func (g *Goods) check(units int) *Refusal {
	if r := checkLot("lot", g.Lot); r != nil {
		return r
	}
	if r := checkDay("expiry", g.Expiry); r != nil {
		return r
	}
	if r := checkRange("grams", g.Grams, 0, 100*MaxWeightG); r != nil {
		return r
	}
	if len(g.Serials) == 0 {
		return nil
	}
	if most := min(units, MaxSerials); len(g.Serials) > most {
		return badField("serials", "are "+strconv.Itoa(len(g.Serials))+", at most "+strconv.Itoa(most)+" fit")
	}
	for i, n := range g.Serials {
		at := "serials[" + strconv.Itoa(i) + "]"
		if n == "" {
			return badField(at, "is missing")
		}
		if r := checkLot(at, n); r != nil {
			return r
		}
		if slices.Contains(g.Serials[:i], n) {
			return badField(at, "is "+n+" for the second time")
		}
	}
	return nil
}

// addLot adds units of a lot to a list sorted by lot; the list given stays as it is.
func addLot(list []LotQty, lot, expiry string, qty int) []LotQty {
	if qty == 0 || lot == "" {
		return list
	}
	p := Place{Lots: map[SKU][]LotQty{"": slices.Clone(list)}}
	p.lot("", lot, expiry, int64(qty))
	return p.Lots[""]
}

// keepsUntil is the last day a unit of a line must still keep: today, and the life the customer asked for.
func keepsUntil(l *Line, today time.Time) string {
	days := 0
	if l != nil {
		days = l.MinLife
	}
	return today.AddDate(0, 0, days).Format(time.DateOnly)
}
