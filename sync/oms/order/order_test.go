package order

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"picket/edge/floor"
)

var (
	update = flag.Bool("update", false, "write the golden files anew")
	now    = time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)
)

// TestRouteTranscripts replays testdata/route.txt: a wish, sites, and what came of it.
//
//	want A=2 B=1 [force=s] [default=s] [refused=s,t]
//	site s [open=n] [capacity=n] A=5
//	-> result
func TestRouteTranscripts(t *testing.T) {
	text, err := os.ReadFile("testdata/route.txt")
	require.NoError(t, err)
	var out strings.Builder
	for _, block := range strings.Split(strings.TrimSpace(string(text)), "\n\n") {
		var w Wish
		var sites []Site
		for _, line := range strings.Split(block, "\n") {
			if strings.HasPrefix(line, "->") || strings.HasPrefix(line, "   ") {
				continue
			}
			fmt.Fprintln(&out, line)
			words := strings.Fields(line)
			switch words[0] {
			case "want":
				for _, x := range words[1:] {
					k, v, _ := strings.Cut(x, "=")
					switch k {
					case "force":
						w.Force = floor.SiteID(v)
					case "default":
						w.Default = floor.SiteID(v)
					case "refused":
						for _, s := range strings.Split(v, ",") {
							w.Refused = append(w.Refused, floor.SiteID(s))
						}
					default:
						w.Lines = append(w.Lines, Line{ID: lineID(len(w.Lines)), SKU: floor.SKU(k), Qty: num(t, v)})
					}
				}
			case "site":
				s := Site{ID: floor.SiteID(words[1]), Free: map[floor.SKU]int64{}}
				for _, x := range words[2:] {
					k, v, _ := strings.Cut(x, "=")
					switch k {
					case "open":
						s.Open = num(t, v)
					case "capacity":
						s.Capacity = num(t, v)
					default:
						s.Free[floor.SKU(k)] = int64(num(t, v))
					}
				}
				sites = append(sites, s)
			}
		}
		r := Route(w, sites)
		fmt.Fprintf(&out, "-> %s\n", r.Words)
		for _, x := range r.Reasons {
			fmt.Fprintf(&out, "   %s %s: %s\n", x.Site, x.Verdict, x.Words)
		}
		out.WriteString("\n")
	}
	golden(t, "testdata/route.txt", out.String())
}

func num(t *testing.T, s string) (n int) {
	_, err := fmt.Sscan(s, &n)
	require.NoError(t, err)
	return n
}

func golden(t *testing.T, file, got string) {
	got = strings.TrimSpace(got) + "\n"
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(filepath.Clean(file))
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

func TestRoutingDoesNotHangOnTheOrderOfTheSitesAndPrefersWhoHasAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var w Wish
		for i := range rapid.IntRange(1, 3).Draw(t, "lines") {
			w.Lines = append(w.Lines, Line{ID: lineID(i), SKU: floor.SKU(fmt.Sprint("K", rapid.IntRange(0, 2).Draw(t, "sku"))), Qty: rapid.IntRange(1, 3).Draw(t, "qty")})
		}
		if rapid.Bool().Draw(t, "has default") {
			w.Default = "s1"
		}
		want := map[floor.SKU]int64{}
		for _, l := range w.Lines {
			want[l.SKU] += int64(l.Qty)
		}
		var sites []Site
		someWhole, someAny := false, false
		whole := map[floor.SiteID]bool{}
		for i := range rapid.IntRange(0, 4).Draw(t, "sites") {
			s := Site{ID: floor.SiteID(fmt.Sprint("s", i)), Free: map[floor.SKU]int64{}, Open: rapid.IntRange(0, 3).Draw(t, "open"), Capacity: rapid.IntRange(0, 3).Draw(t, "capacity")}
			all := true
			for k := range 3 {
				sku := floor.SKU(fmt.Sprint("K", k))
				s.Free[sku] = int64(rapid.IntRange(-1, 4).Draw(t, "free"))
				someAny = someAny || want[sku] > 0 && s.Free[sku] > 0
			}
			for sku, n := range want {
				all = all && s.Free[sku] >= n
			}
			whole[s.ID], someWhole = all, someWhole || all
			sites = append(sites, s)
		}
		r := Route(w, sites)
		again := append([]Site{}, sites...)
		rand.New(rand.NewSource(int64(rapid.IntRange(0, 99).Draw(t, "shuffle")))).Shuffle(len(again), func(i, j int) { again[i], again[j] = again[j], again[i] })
		require.Equal(t, r, Route(w, again))
		require.Equal(t, someAny, r.Site != "", "it waits only when nobody has anything")
		if wholeNow := 0; someWhole && r.Site != "" {
			for _, ok := range whole {
				if ok {
					wholeNow++
				}
			}
			require.True(t, whole[r.Site], "%d sites have all of it, but %s was chosen", wholeNow, r.Site)
		}
		require.Len(t, r.Reasons, len(sites), "every site has its reason")
	})
}

// TestProgressTranscript follows one order through the floor's own events and writes what the centre shows
// behind each.
func TestProgressTranscript(t *testing.T) {
	o := Order{ID: "O", Lines: []Line{{ID: "1", SKU: "A", Qty: 3}, {ID: "2", SKU: "B", Qty: 2}}}
	a := Assignment{ID: "asg", Order: "O", Group: 1, Site: "s", At: "O", State: AssignmentSent, Lines: o.Lines}
	f := floor.NewState()
	var out strings.Builder
	show := func(what string) {
		a.Settle()
		p := Of(&o, []Assignment{a})
		fmt.Fprintf(&out, "%s\n  order %s, assignment %s, reserves %v\n", what, p.State, a.State, brief(a.Reserves()))
		for _, l := range p.Lines {
			parts, err := json.Marshal(l.Parts)
			require.NoError(t, err)
			fmt.Fprintf(&out, "  line %s %s\n", l.Line, parts)
			n := 0
			for _, part := range l.Parts {
				if part.State != floor.PutBackDuePart {
					n += part.Qty
				}
			}
			require.Equal(t, l.Qty, n, "the parts of line %s sum to what was asked for", l.Line)
		}
	}
	require.Equal(t, Waiting, Of(&o, nil).State)
	show("sent")
	const u = "395212340000000017"
	for _, e := range []floor.Event{
		&floor.OrderTaken{Assign: *taken(&o)},
		&floor.OrderAccepted{Order: "O", Lines: []floor.LineID{"1", "2"}},
		&floor.PickStarted{Order: "O", Picker: "anna"},
		&floor.PickConfirmed{Order: "O", Line: "1", SKU: "A", Qty: 2, Bin: "X"},
		&floor.PickShort{Order: "O", Line: "1", SKU: "A", Qty: 1, Reason: floor.Damaged, Bin: "X", Moved: 1},
		&floor.OrderDeclined{Order: "O", Lines: []floor.LineQty{{Line: "2", Qty: 1}}, Reason: floor.OutOfStock},
		&floor.PickConfirmed{Order: "O", Line: "2", SKU: "B", Qty: 1, Bin: "Y"},
		&floor.PickFinished{Order: "O"},
		&floor.UnitOpened{Order: "O", Unit: u},
		&floor.UnitFilled{Order: "O", Unit: u, Line: "1", SKU: "A", Qty: 2},
		&floor.UnitFilled{Order: "O", Unit: u, Line: "2", SKU: "B", Qty: 1},
		&floor.UnitSealed{Order: "O", Unit: u, WeightG: 800},
		&floor.LabelRequested{Order: "O", Job: "J", Doc: floor.DocShippingLabel, Unit: u, Copy: 1},
		&floor.LabelPrinted{Order: "O", Job: "J", Unit: u, Doc: floor.DocShippingLabel, Copy: 1},
		&floor.UnitLeft{Order: "O", Unit: u, Carrier: "post", Contents: []floor.Content{{Line: "1", SKU: "A", Qty: 2}, {Line: "2", SKU: "B", Qty: 1}}},
	} {
		floor.Apply(f, e)
		a.Folded = f.Orders["O"]
		words, ok := Tell(e, func(k floor.SKU) string { return "item " + string(k) })
		require.True(t, ok)
		show(words)
	}
	p := Of(&o, []Assignment{a})
	fmt.Fprintf(&out, "left over %v\n", brief(Reroute(p)))
	golden(t, "testdata/progress.txt", out.String())
}

func brief(lines []Line) string {
	parts := make([]string, len(lines))
	for i, l := range lines {
		parts[i] = fmt.Sprintf("{%s %s %d}", l.ID, l.SKU, l.Qty)
	}
	return "[" + strings.Join(parts, " ") + "]"
}

// taken is what a site is told of an order, in one piece.
func taken(o *Order) *floor.Assign {
	return o.Assign(&Assignment{ID: "asg", At: "O", Lines: o.Lines}, "post")[0].(*floor.Assign)
}

// TestWhatTheSiteLetsGoOf: an order the centre takes back, or the customer cancels, is released although goods
// have still to be put back; only what the centre took back is offered to another site.
func TestWhatTheSiteLetsGoOf(t *testing.T) {
	o := Order{ID: "O", Lines: []Line{{ID: "1", SKU: "A", Qty: 3}, {ID: "2", SKU: "B", Qty: 2}}}
	fold := func(events ...floor.Event) *Assignment {
		f := floor.NewState()
		for _, e := range append([]floor.Event{&floor.OrderTaken{Assign: *taken(&o)}}, events...) {
			floor.Apply(f, e)
		}
		a := &Assignment{ID: "asg", Order: "O", Group: 1, Site: "s", At: "O", State: AssignmentTaken, Lines: o.Lines, Folded: f.Orders["O"]}
		a.Settle()
		return a
	}
	picked := &floor.PickConfirmed{Order: "O", Line: "1", SKU: "A", Qty: 2, Bin: "X"}
	back := func(cause floor.Cause, qty1, qty2 int) floor.Event {
		return &floor.RecallGranted{Order: "O", Cause: cause, Progress: floor.Picked, Lines: []floor.LineState{{Line: "1", Qty: qty1}, {Line: "2", Qty: qty2}}}
	}

	a := fold(picked, back(floor.ByCentre, 3, 2))
	require.Equal(t, AssignmentReleased, a.State)
	p := Of(&o, []Assignment{*a})
	require.Equal(t, PutBack, p.State)
	require.Equal(t, []Line{{ID: "1", SKU: "A", Qty: 3}, {ID: "2", SKU: "B", Qty: 2}}, Reroute(p))
	require.Empty(t, a.Reserves())

	// Another site has line 1 meanwhile: only line 2 is left over.
	other := Assignment{ID: "b", Order: "O", Group: 1, Site: "t", At: "O-2", State: AssignmentSent, Lines: o.Lines[:1]}
	require.Equal(t, []Line{{ID: "2", SKU: "B", Qty: 2}}, Reroute(Of(&o, []Assignment{*a, other})))

	a = fold(picked, back(floor.ByCustomer, 3, 2))
	require.Equal(t, AssignmentReleased, a.State)
	require.Empty(t, Reroute(Of(&o, []Assignment{*a})), "what the customer cancelled goes nowhere")

	a = fold(picked, back(floor.ByCentre, 1, 0), &floor.OrderDeclined{Order: "O", Lines: []floor.LineQty{{Line: "2", Qty: 1}}, Reason: floor.OutOfStock})
	require.Equal(t, AssignmentTaken, a.State)
	require.Equal(t, []Line{{ID: "1", SKU: "A", Qty: 1}, {ID: "2", SKU: "B", Qty: 1}}, Reroute(Of(&o, []Assignment{*a})))

	// A customer who has collected a part of it, and cancelled the rest.
	o2 := *fold(picked, back(floor.ByCustomer, 1, 2)).Folded
	o2.Flow = floor.FlowPickup
	o2.Lines[0].Handed = 2
	a = &Assignment{ID: "asg", Order: "O", Site: "s", At: "O", State: AssignmentTaken, Lines: o.Lines, Folded: &o2}
	a.Settle()
	require.Equal(t, AssignmentHanded, a.State)
	p = Of(&o, []Assignment{*a})
	require.Equal(t, HandedPart, p.State)
	require.Empty(t, Reroute(p))
	require.False(t, a.Live())

	// A large order is not over before it is here.
	big := fold()
	big.Folded.Coming = 5
	big.Folded.Lines = nil
	big.Settle()
	require.Equal(t, AssignmentTaken, big.State)
}

func TestEveryEventOfAnOrderHasWords(t *testing.T) {
	for _, e := range floor.Types() {
		words, ok := Tell(e, func(k floor.SKU) string { return string(k) })
		if OrderOf(e) != "" || strings.HasPrefix(e.Subject(), "order/") {
			if floor.IsLocal(e.Type()) {
				continue
			}
			require.True(t, ok, e.Type())
			require.True(t, strings.HasSuffix(words, "."), words)
		} else {
			require.False(t, ok, e.Type())
		}
	}
}

func TestGTINs(t *testing.T) {
	for in, want := range map[string]string{
		"9521234000013": "09521234000013", "96385074": "00000096385074", "036000291452": "00036000291452", "19521234000010": "19521234000010",
		"9521234000014": "", "952123400001": "", "952123400001x": "", "": "", "９５２１２３４": "",
	} {
		got, ok := GTIN14(in)
		require.Equal(t, want != "", ok, in)
		require.Equal(t, want, got)
	}
	rapid.Check(t, func(t *rapid.T) {
		d := []byte(rapid.StringMatching(`[0-9]{13}`).Draw(t, "digits"))
		right := 0
		for c := byte('0'); c <= '9'; c++ {
			if _, ok := GTIN14(string(append(d[:13:13], c))); ok {
				right++
			}
		}
		require.Equal(t, 1, right, "one check digit is right")
	})
}

func good() Capture {
	return Capture{Channel: "web", Number: "1", Customer: Customer{Name: "Ada", Email: "a@b.ch"},
		ShipTo: Address{Name: "Ada", Street: []string{"x"}, Postcode: "1", City: "Bern", Country: "CH", Phone: "1"}, Lines: []Asked{{SKU: "A", Qty: 1}, {GTIN: "9521234000013", Qty: 2}}}
}

func cat() Catalogue {
	return Catalogue{SKUs: map[floor.SKU]bool{"A": true}, Codes: map[string]floor.SKU{"09521234000013": "B"}}
}

func TestEachFaultIsNamedAndNothingElse(t *testing.T) {
	require.Empty(t, Check(good(), cat(), nil, now))
	for field, spoil := range map[string]func(*Capture){
		"channel":           func(c *Capture) { c.Channel = strings.Repeat("x", 33) },
		"number":            func(c *Capture) { c.Number = "a b" },
		"customer.name":     func(c *Capture) { c.Customer.Name = "\u2028" },
		"customer.email":    func(c *Capture) { c.Customer.Email = "x" },
		"ship_to.name":      func(c *Capture) { c.ShipTo.Name = "\xff" },
		"ship_to.street":    func(c *Capture) { c.ShipTo.Street = make([]string, 5) },
		"ship_to.street[0]": func(c *Capture) { c.ShipTo.Street[0] = "a\nb" },
		"ship_to.postcode":  func(c *Capture) { c.ShipTo.Postcode = "" },
		"ship_to.city":      func(c *Capture) { c.ShipTo.City = strings.Repeat("x", 121) },
		"ship_to.country":   func(c *Capture) { c.ShipTo.Country = "XX" },
		"ship_to.phone":     func(c *Capture) { c.ShipTo.Phone = "\x1b[2J" },
		"service":           func(c *Capture) { c.Service = "rocket" },
		"due":               func(c *Capture) { d := now.AddDate(2, 0, 0); c.Due = &d },
		"note":              func(c *Capture) { c.Note = strings.Repeat("x", 501) },
		"lines":             func(c *Capture) { c.Lines = make([]Asked, 2001) },
		"lines[1].gtin":     func(c *Capture) { c.Lines[1].GTIN = "9521234000020" },
		"lines[0].sku":      func(c *Capture) { c.Lines[0].SKU = "Z" },
		"lines[0].qty":      func(c *Capture) { c.Lines[0].Qty = 10_001 },
		"site":              func(c *Capture) { c.Site = "nowhere" },
	} {
		c := good()
		spoil(&c)
		p := Check(c, cat(), nil, now)
		require.Len(t, p, 1, field)
		require.Equal(t, field, p[0].Field)
	}
}

// Whoever gives something writes to somebody, in lines; the rest of what nobody sees is refused there, too.
func TestAGiftNoteHasLines(t *testing.T) {
	c := good()
	c.Gift = &GiftWish{Note: "Dear Ada,\r\nhappy birthday!\n\tBen"}
	require.Empty(t, Check(c, cat(), nil, now))
	c.Gift.Note = "Dear\x1b[2J Ada"
	p := Check(c, cat(), nil, now)
	require.Len(t, p, 1)
	require.Equal(t, "gift.note", p[0].Field)
}

func TestDiffNamesWhatDiffersAndNothingWhenItIsTheSame(t *testing.T) {
	due := now.Add(3 * time.Hour)
	c := good()
	c.Due = &due
	o, p := FromCapture("O", c, cat(), now, nil)
	require.Empty(t, Diff(o, &p, c, cat()))
	later := due.Add(time.Minute)
	for field, change := range map[string]func(*Capture){
		"customer.name": func(c *Capture) { c.Customer.Name = "B" }, "customer.email": func(c *Capture) { c.Customer.Email = "" },
		"ship_to.street": func(c *Capture) { c.ShipTo.Street = []string{"y"} }, "ship_to.phone": func(c *Capture) { c.ShipTo.Phone = "2" },
		"service": func(c *Capture) { c.Service = Express }, "due": func(c *Capture) { c.Due = &later }, "note": func(c *Capture) { c.Note = "n" },
		"site": func(c *Capture) { c.Site = "s" }, "lines": func(c *Capture) { c.Lines = c.Lines[:1] },
		"lines[0].qty": func(c *Capture) { c.Lines[0].Qty = 9 }, "lines[1].sku": func(c *Capture) { c.Lines[1] = Asked{SKU: "A", Qty: 2} },
	} {
		d := good()
		d.Due = &due
		change(&d)
		require.Equal(t, []string{field}, Diff(o, &p, d, cat()))
		if strings.HasPrefix(field, "customer") || strings.HasPrefix(field, "ship_to") {
			require.Empty(t, Diff(o, nil, d, cat()), "what was erased is not compared")
		}
	}
	d := good()
	require.Equal(t, []string{"due"}, Diff(o, &p, d, cat()), "a due time that was named is not one that follows from the service")
}

func TestCountries(t *testing.T) {
	require.Len(t, strings.Fields(countries), 249)
	for _, c := range []string{"CH", "GB", "ZW", "AD"} {
		require.True(t, IsCountry(c))
	}
	for _, c := range []string{"", "C", "ch", "XX", "CHE", " C", "A ", "D A"} {
		require.False(t, IsCountry(c), c)
	}
}
