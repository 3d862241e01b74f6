package oms_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/sync/oms/clerk"
	"picket/sync/oms/omstest"
	"picket/sync/oms/order"
)

var update = flag.Bool("update", false, "write the transcripts of the conflicts anew, after a look at the difference")

// tale writes down what people and programs see while a conflict runs its course: the centre and the sites are the
// real ones, the line between them is not.
type tale struct {
	t *testing.T
	*omstest.World
	out   strings.Builder
	told  map[floor.OrderID]int
	seen  map[floor.SiteID]int
	notes int
}

func newTale(t *testing.T, w *omstest.World) *tale {
	k := &tale{t: t, World: w, told: map[floor.OrderID]int{}, seen: map[floor.SiteID]int{}}
	for _, s := range w.Sites {
		k.seen[s.ID] = int(s.Head().Seq)
	}
	return k
}

// say is what somebody does, or what happens to the line.
func (k *tale) say(text string, args ...any) { fmt.Fprintf(&k.out, "\n# "+text+"\n", args...) }

// show lets time pass and writes what the handhelds, the site's log and the centre say since it was last asked.
func (k *tale) show(id floor.OrderID) {
	k.t.Helper()
	run(k.t, k.World, 20*time.Second)
	for _, s := range k.Sites {
		entries, err := s.Read(1, 1<<20, 1<<30)
		require.NoError(k.t, err)
		for _, e := range entries[k.seen[s.ID]:] {
			r, err := floor.Decode(e.Raw)
			require.NoError(k.t, err)
			if words := floor.Tell(r.Event, func(sku floor.SKU) string { return string(sku) }); !floor.IsLocal(r.Type) {
				fmt.Fprintf(&k.out, "event     %s  %s: %s\n", s.ID, strings.TrimSuffix(strings.TrimPrefix(r.Type, "picket."), ".v1"), words)
			}
		}
		k.seen[s.ID] = len(entries)
		for _, id := range s.State.Tasks.IDs() {
			if x := s.State.Tasks.Get(id); x.What == "recount" {
				fmt.Fprintf(&k.out, "handheld  %s  task: count %s (%s)\n", s.ID, x.From.Bin(), x.Why)
			}
		}
		for _, c := range s.State.Cases.All() {
			fmt.Fprintf(&k.out, "handheld  %s  ! %s %s\n", s.ID, c.Words(), c.Hint())
		}
		for _, at := range slices.Sorted(maps.Keys(s.State.Orders)) {
			o := s.State.Orders[at]
			if strings.HasPrefix(string(at), string(id)) {
				fmt.Fprintf(&k.out, "handheld  %s  order %s: %s%s\n", s.ID, o.Number, o.State(), putBacks(o))
			}
		}
	}
	told, err := k.Centre.Clerk.Notices(ctx)
	require.NoError(k.t, err)
	for _, n := range told[k.notes:] {
		about := n.About
		if about == "" && n.Count != 0 {
			about = fmt.Sprint(n.Count)
		}
		fmt.Fprintf(&k.out, "centre    %s{%s}: %s\n", n.What, about, n.Words)
	}
	k.notes = len(told)
	if id == "" { // it is about the stock
		for _, s := range k.Sites {
			levels, err := k.Centre.Clerk.Stock(ctx, s.ID, nil, func(floor.SiteID) time.Time { return k.Now })
			require.NoError(k.t, err)
			for _, l := range levels {
				fmt.Fprintf(&k.out, "oms       %s: %d × %s on hand\n", s.ID, l.OnHand, l.SKU)
			}
		}
		return
	}
	d := detail(k.t, k.World, id)
	for _, h := range d.Timeline[k.told[id]:] {
		if !strings.HasPrefix(h.What, "picket.") {
			fmt.Fprintf(&k.out, "centre    %s: %s\n", h.What, h.Words)
		}
	}
	k.told[id] = len(d.Timeline)
	fmt.Fprintf(&k.out, "oms       %s: %s\n", d.State, d.Words)
}

func putBacks(o *floor.Order) string {
	n := 0
	for i := range o.Lines {
		n += o.PutBackDue(&o.Lines[i])
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(", put back %d", n)
}

// does is a person's command; a refusal is what the handheld shows.
func (k *tale) does(s *omstest.Site, cmds ...floor.Command) {
	k.t.Helper()
	for _, c := range cmds {
		if r := s.Do(k.Now, "anna", c); r != nil {
			fmt.Fprintf(&k.out, "handheld  %s  no: %s %s\n", s.ID, r.Words(), r.Hint())
		}
	}
	k.Wake(s)
}

func (k *tale) picks(s *omstest.Site, id floor.OrderID) {
	k.does(s, &floor.Accept{Order: id}, &floor.Start{Order: id})
	for _, l := range s.State.Orders[id].Lines {
		k.does(s, &floor.Scan{Order: id, Line: l.ID, SKU: l.SKU, Qty: l.ToPick()})
	}
	k.does(s, &floor.Finish{Order: id})
}

// packs closes a parcel with everything in it, printed, without handing it over.
func (k *tale) packs(s *omstest.Site, id floor.OrderID) floor.UnitID {
	k.does(s, &floor.OpenUnit{Order: id})
	o := s.State.Orders[id]
	u := o.Units[len(o.Units)-1].ID
	for i := range o.Lines {
		k.does(s, &floor.AddToUnit{Unit: u, Line: o.Lines[i].ID, Qty: o.ToPack(&o.Lines[i])})
	}
	k.does(s, &floor.CloseUnit{Unit: u, WeightG: 900})
	for _, j := range s.State.Orders[id].Jobs {
		k.does(s, &floor.StartPrint{Job: j.ID, Printer: "bench-1"}, &floor.ConfirmPrint{Job: j.ID})
	}
	return u
}

func (k *tale) offline(site floor.SiteID) (time.Time, bool) {
	st, _ := k.Centre.Hub.Status(site)
	return st.LastHeard, !st.Connected(k.Now)
}

func (k *tale) cancel(id floor.OrderID) {
	if err := k.Centre.Clerk.Cancel(ctx, id, clerk.Cancel{}, k.offline); err != nil {
		fmt.Fprintf(&k.out, "oms       no: %s\n", err)
	}
}

func (k *tale) reassign(id floor.OrderID, in clerk.Reassign) {
	if err := k.Centre.Clerk.Reassign(ctx, id, in, k.offline); err != nil {
		fmt.Fprintf(&k.out, "oms       no: %s\n", err)
	}
}

var ids = regexp.MustCompile(`((?:ID|GEN)-[0-9]{1,8}|[0-9]{18}|…[0-9]{6})`)

// end holds the tale against the one on file. Ids are numbered as they come up, so that other ids do not change it.
func (k *tale) end(name, title string) {
	k.t.Helper()
	names := map[string]string{}
	text := ids.ReplaceAllStringFunc(k.out.String(), func(id string) string {
		kind := "parcel"
		if !strings.HasPrefix(id, "…") && strings.Contains(id, "-") {
			kind = "id"
		}
		key := id
		if kind == "parcel" {
			key = strings.TrimPrefix(id, "…")
			key = key[len(key)-6:]
		}
		if names[key] == "" {
			names[key] = fmt.Sprintf("<%s %d>", kind, len(names)+1)
		}
		return names[key]
	})
	text = title + "\n" + text
	path := filepath.Join("testdata", "conflicts", name+".txt")
	if *update {
		require.NoError(k.t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(k.t, os.WriteFile(path, []byte(text), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(k.t, err)
	require.Equal(k.t, string(want), text)
}

func tea(number string, site floor.SiteID, mode floor.Mode) order.Capture {
	c := omstest.Capture(number, order.Asked{SKU: "TEA-50", Qty: 2})
	c.Site, c.Mode = site, mode
	return c
}

// away is a world of two sites in which the first has an order as far as steps say, and then its line goes down.
func away(t *testing.T, seed uint64, mode floor.Mode, steps func(k *tale, s *omstest.Site, id floor.OrderID)) (*tale, floor.OrderID) {
	w := stocked(t, seed, 10, "s1", "s2")
	d := capture(t, w, tea("1001", "s1", mode))
	run(t, w, time.Second)
	k := newTale(t, w)
	k.told[d.ID] = len(detail(t, w, d.ID).Timeline)
	if steps != nil {
		steps(k, w.Sites[0], d.ID)
		k.show(d.ID)
	}
	k.say("the line of s1 goes down")
	w.Unplug(w.Sites[0])
	run(t, w, time.Minute)
	return k, d.ID
}

func TestConflict01CancelledOfflineNotBegun(t *testing.T) {
	k, id := away(t, 101, "", nil)
	k.say("the customer cancels")
	k.cancel(id)
	k.show(id)
	k.say("the line of s1 comes back")
	k.Plug(k.Sites[0])
	k.show(id)
	require.Equal(t, order.Cancelled, detail(t, k.World, id).State)
	k.end("01-cancelled-offline-not-begun", "1. Customer cancels; site offline; not started: the site grants at once when it hears of it.")
}

func TestConflict02CancelledOfflinePicked(t *testing.T) {
	k, id := away(t, 102, "", func(k *tale, s *omstest.Site, id floor.OrderID) { k.say("s1 picks"); k.picks(s, id) })
	k.say("the customer cancels")
	k.cancel(id)
	k.show(id)
	k.say("the line of s1 comes back")
	k.Plug(k.Sites[0])
	k.show(id)
	k.say("anna puts it back")
	k.does(k.Sites[0], &floor.ConfirmPutBack{Order: id, Line: "1", Qty: 2})
	k.show(id)
	require.Equal(t, order.Cancelled, detail(t, k.World, id).State)
	k.end("02-cancelled-offline-picked", "2. The same, already picked: the site decides by policy, and puts it back.")
}

func TestConflict03CancelledAfterItLeft(t *testing.T) {
	k, id := away(t, 103, "", nil)
	k.say("s1 picks, packs and hands it to the carrier")
	k.picks(k.Sites[0], id)
	k.does(k.Sites[0], &floor.HandOver{Unit: k.packs(k.Sites[0], id), Carrier: "post"})
	k.say("the customer cancels")
	k.cancel(id)
	k.show(id)
	k.say("the line of s1 comes back")
	k.Plug(k.Sites[0])
	k.show(id)
	require.Equal(t, order.Shipped, detail(t, k.World, id).State)
	k.end("03-cancelled-after-it-left", "3. The same, shipped before the recall arrived: what happened stands.")
}

func TestConflict04ForcedElsewhere(t *testing.T) {
	k, id := away(t, 104, floor.ModeHold, nil)
	k.say("the centre wants another site to serve it")
	k.reassign(id, clerk.Reassign{Site: "s2"})
	k.show(id)
	require.Len(t, detail(t, k.World, id).Sent, 1, "the order waits")
	k.say("without a name nobody forces it")
	k.reassign(id, clerk.Reassign{Site: "s2", Force: true})
	k.say("Olga forces it")
	k.reassign(id, clerk.Reassign{Site: "s2", Force: true, By: "Olga Meier", Note: "the customer is waiting"})
	k.show(id)
	k.say("both sites let it leave")
	ship(t, k.World, k.Sites[0], id)
	ship(t, k.World, k.Sites[1], at(t, k.World, id))
	k.show(id)
	k.say("the line of s1 comes back")
	k.Plug(k.Sites[0])
	k.show(id)
	d := detail(t, k.World, id)
	require.Equal(t, 2, d.Twice)
	require.Contains(t, words(d), "Olga Meier")
	k.end("04-forced-elsewhere", "4. Reassign wanted, hold, site unreachable: nobody, the order waits, or a person forces it.")
}

func TestConflict05ConfirmTakenBack(t *testing.T) {
	k, id := away(t, 105, floor.ModeConfirm, func(k *tale, s *omstest.Site, id floor.OrderID) { k.say("s1 picks"); k.picks(s, id) })
	k.say("the centre gives it to another site")
	k.reassign(id, clerk.Reassign{Site: "s2"})
	k.show(id)
	d := detail(t, k.World, id)
	require.Equal(t, order.AssignmentRevoked, d.Sent[0].State)
	require.Equal(t, floor.SiteID("s2"), d.Site)
	k.say("s1 packs, and wants to hand it over")
	k.does(k.Sites[0], &floor.HandOver{Unit: k.packs(k.Sites[0], id), Carrier: "post"})
	k.say("the line of s1 comes back")
	k.Plug(k.Sites[0])
	k.show(id)
	k.say("s2 packs it: the centre permits it")
	at := at(t, k.World, id)
	k.picks(k.Sites[1], at)
	u := k.packs(k.Sites[1], at)
	k.show(id)
	k.does(k.Sites[1], &floor.HandOver{Unit: u, Carrier: "post"})
	k.show(id)
	require.Equal(t, order.Shipped, detail(t, k.World, id).State)
	require.Zero(t, detail(t, k.World, id).Twice)
	k.end("05-confirm-taken-back", "5. Reassign wanted, confirm, no permit given: the centre.")
}

func TestConflict06PermitInFlight(t *testing.T) {
	k, id := away(t, 106, floor.ModeConfirm, func(k *tale, s *omstest.Site, id floor.OrderID) { k.say("s1 picks"); k.picks(s, id) })
	k.Plug(k.Sites[0])
	run(t, k.World, time.Second)
	k.say("s1 packs; the permit is on its way when the line goes down")
	k.packs(k.Sites[0], id)
	for i := 0; i < 1000 && !strings.Contains(words(detail(t, k.World, id)), "permits"); i++ {
		run(t, k.World, time.Millisecond)
	}
	k.Unplug(k.Sites[0])
	require.False(t, k.Sites[0].State.Orders[id].Permit)
	k.show(id)
	k.say("the centre wants it back")
	k.reassign(id, clerk.Reassign{Site: "s2"})
	k.show(id)
	require.Len(t, detail(t, k.World, id).Sent, 1, "it may have the permit")
	k.say("the line of s1 comes back")
	k.Plug(k.Sites[0])
	k.show(id)
	k.does(k.Sites[0], &floor.HandOver{Unit: k.Sites[0].State.Orders[id].Units[0].ID, Carrier: "post"})
	k.show(id)
	require.Equal(t, order.Shipped, detail(t, k.World, id).State)
	require.Len(t, detail(t, k.World, id).Sent, 1)
	k.end("06-permit-in-flight", "6. Permit in flight while the centre wants it back: the site, once the permit is in its log.")
}
