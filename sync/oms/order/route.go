package order

import (
	"fmt"
	"slices"
	"strings"

	"picket/edge/floor"
)

// Site is what routing knows of a site.
type Site struct {
	ID       floor.SiteID
	Name     string
	Free     map[floor.SKU]int64 // on hand in bins less what live assignments still take
	Open     int                 // live assignments
	Capacity int                 // live assignments it can have; 0 is no limit
	Paused   string              // why it takes no orders now; empty: it does
	Kept     string              // why less of its stock is promised than its book has; empty: all that is free
	Firm     map[floor.SKU]bool  // items it keeps for the centre while it is not heard: more than is free is not even tried
}

// Wish is what is to be routed.
type Wish struct {
	Lines   []Line
	Force   floor.SiteID
	Default floor.SiteID   // decides among equals; may be empty
	Refused []floor.SiteID // sites that said no to this order
	Later   []Later        // those of them that said it for now only
}

// Later is a site that is full or paused, in its words.
type Later struct {
	Site  floor.SiteID
	Words string
}

// later is what a site said that refused for now, the last it said.
func (w *Wish) later(s floor.SiteID) string {
	for _, l := range slices.Backward(w.Later) {
		if l.Site == s {
			return l.Words
		}
	}
	return ""
}

// Routing is the result, and why. It is stored with the order and shown as it stands.
type Routing struct {
	Site    floor.SiteID `json:"site,omitempty"` // empty: it waits
	Words   string       `json:"words"`          // one sentence for people
	Reasons []Reason     `json:"reasons"`        // one for every site looked at, by site

	Rest string `json:"rest,omitempty"` // what became of the units a site gave back
	Left int    `json:"left,omitempty"` // how many of them found no site when they were last tried
}

// Reason says what routing thought of one site.
type Reason struct {
	Site    floor.SiteID `json:"site"`
	Verdict string       `json:"verdict"` // chosen, passed_over, cannot
	Words   string       `json:"words"`
}

// saidNoWords stand for a refusal for good.
const saidNoWords = "said no"

// Route picks the site that serves all lines. The rules, in order:
//
//  1. A forced site is taken, whatever its stock, and no other.
//  2. A site that said no to this order is left out, and so is one that is paused.
//  3. Sites that can serve every line whole and have room: the least busy for its capacity, then the
//     default, then the first by name of its id.
//  4. If none can: the one that can serve most units, room before no room, then as in 3. It will report
//     the rest short.
//     A site that is not heard gets no more of an item it keeps for the centre than it keeps.
//  5. If nobody has anything: the order waits, and is routed again when stock appears.
//
// Equal wishes and sites give equal results, whatever the order of the sites.
func Route(w Wish, sites []Site) Routing {
	sites = slices.Clone(sites)
	slices.SortFunc(sites, func(a, b Site) int { return strings.Compare(string(a.ID), string(b.ID)) })
	want := map[floor.SKU]int64{}
	var order []floor.SKU
	units := int64(0)
	for _, l := range w.Lines {
		if want[l.SKU] == 0 {
			order = append(order, l.SKU)
		}
		want[l.SKU] += int64(l.Qty)
		units += int64(l.Qty)
	}
	r := Routing{}
	best, saidNo, whole := -1, false, 0
	old := false        // a site promises less because it is not heard
	refusal := ""       // of the site it is forced to
	var closed []string // sites that have some of it, but take no orders now
	covers := make([]int64, len(sites))
	for i := range sites {
		s := &sites[i]
		var lacks []string
		firm := false
		for _, sku := range order {
			have := max(0, s.Free[sku])
			covers[i] += min(have, want[sku])
			if have < want[sku] {
				lacks = append(lacks, fmt.Sprintf("%s (%d of %d)", sku, have, want[sku]))
				firm = firm || s.Firm[sku]
			}
		}
		words := "has everything"
		if len(lacks) > 0 {
			words = "lacks " + list(lacks)
		}
		if s.full() {
			words += "; is full with " + openOrders(s.Open)
		} else {
			words += "; " + openOrders(s.Open)
		}
		if s.Kept != "" {
			words += "; " + s.Kept
			old = old || covers[i] < units
		}
		verdict := "passed_over"
		switch {
		case w.Force != "" && s.ID != w.Force:
		case s.Paused != "":
			verdict, words = "cannot", "takes no orders now: "+s.Paused
			refusal = "The site takes no new orders: " + s.Paused + "."
			if covers[i] > 0 {
				closed = append(closed, string(s.ID))
			}
		case w.later(s.ID) != "":
			verdict, words, refusal = "cannot", "said no for now: "+strings.TrimSuffix(w.later(s.ID), "."), w.later(s.ID)
			if covers[i] > 0 {
				closed = append(closed, string(s.ID))
			}
		case slices.Contains(w.Refused, s.ID):
			verdict, words, refusal = "cannot", "said no to this order", saidNoWords
			saidNo = saidNo || covers[i] > 0
		case w.Force != "":
			best = i
		case covers[i] == 0, firm:
			verdict = "cannot"
		default:
			if covers[i] == units {
				whole++
			}
			if best < 0 || better(w, s, covers[i], &sites[best], covers[best], units) {
				best = i
			}
		}
		r.Reasons = append(r.Reasons, Reason{Site: s.ID, Verdict: verdict, Words: words})
	}
	switch {
	case best < 0 && len(sites) == 0:
		r.Words = "Waits: no site is set up yet."
	case best < 0 && refusal == saidNoWords && w.Force != "":
		r.Words = fmt.Sprintf("Waits: site %s, which it is forced to, said no.", w.Force)
	case best < 0 && refusal != "" && w.Force != "":
		r.Words = fmt.Sprintf("Waits for site %s, which it is forced to: %s It is sent there when that has changed.", w.Force, refusal)
	case best < 0 && w.Force != "":
		r.Words = fmt.Sprintf("Waits: site %s, which it is forced to, is not set up.", w.Force)
	case best < 0 && len(closed) > 0:
		r.Words = fmt.Sprintf("Waits: whoever has any of it takes no orders now (%s). It is routed again when one does, or when stock appears elsewhere.", list(closed))
	case best < 0 && saidNo:
		r.Words = "Waits: whoever has any of it said no. It is routed again when stock appears elsewhere."
	case best < 0 && old:
		r.Words = "Waits: what is there is not promised while a site is not heard. It is routed again when the site is, or when stock appears."
	case best < 0:
		r.Words = "Waits: nothing of it is available anywhere. It is routed again when stock appears."
	default:
		s := &sites[best]
		r.Site = s.ID
		r.Reasons[best].Verdict = "chosen"
		name := s.Name
		if name == "" {
			name = string(s.ID)
		}
		switch {
		case w.Force != "":
			r.Words = name + ": asked for by the order."
		case covers[best] == units && whole == 1:
			r.Words = name + ": the only one that has everything."
		case covers[best] == units && s.full():
			r.Words = name + ": has everything; no site with room does."
		case covers[best] == units:
			r.Words = name + ": has everything, and the most room."
		default:
			r.Words = fmt.Sprintf("%s: has %d of %d units; no site has more.", name, covers[best], units)
		}
	}
	return r
}

// Covered is what a site can serve of some lines, each as far as its stock goes.
func Covered(lines []Line, s *Site) (take, rest []Line) {
	free := map[floor.SKU]int{}
	for _, l := range lines {
		if _, known := free[l.SKU]; !known {
			free[l.SKU] = int(max(0, s.Free[l.SKU]))
		}
		n := min(l.Qty, free[l.SKU])
		free[l.SKU] -= n
		if n > 0 {
			mine := l
			mine.Qty = n
			take = append(take, mine)
		}
		if l.Qty -= n; l.Qty > 0 {
			rest = append(rest, l)
		}
	}
	return take, rest
}

func openOrders(n int) string {
	if n == 1 {
		return "1 open order"
	}
	return fmt.Sprintf("%d open orders", n)
}

func (s *Site) full() bool { return s.Capacity > 0 && s.Open >= s.Capacity }

// better says whether a beats b, which comes before it by id.
func better(w Wish, a *Site, coverA int64, b *Site, coverB, units int64) bool {
	if wholeA, wholeB := coverA == units, coverB == units; wholeA != wholeB {
		return wholeA
	}
	if a.full() != b.full() && (coverA == units || coverA == coverB) {
		return b.full()
	}
	if coverA != coverB {
		return coverA > coverB
	}
	// Load is open/capacity; without a limit a site counts as one of capacity 100.
	if la, lb := a.Open*b.room(), b.Open*a.room(); la != lb {
		return la < lb
	}
	return a.ID == w.Default
}

func (s *Site) room() int {
	if s.Capacity > 0 {
		return s.Capacity
	}
	return 100
}

// list joins what is lacking, and says so when it is more than a person wants to read.
func list(parts []string) string {
	if len(parts) > 5 {
		return strings.Join(parts[:5], ", ") + fmt.Sprintf(" and %d more", len(parts)-5)
	}
	return strings.Join(parts, ", ")
}
