package view_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"picket/edge/floor"
	"picket/edge/view"
)

// Whatever happens, and wherever a screen stood: its old full with the delta laid over it is the new full;
// and the fold is the same as one made afresh from the first record.
func TestDeltasAndFreshFoldsAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := busy(t)
		b := w.board(t)
		type screen struct {
			full view.Full
			mark view.Mark
		}
		var screens []screen
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			if rapid.IntRange(0, 9).Draw(t, "outside") == 0 {
				b.SetPrinter(view.Printer{ID: rapid.SampledFrom([]floor.PrinterID{"p-1", "p-2"}).Draw(t, "printer"), State: "ready", Waiting: rapid.IntRange(0, 3).Draw(t, "waiting")})
				b.SetLink(view.LinkState{Up: rapid.Bool().Draw(t, "up"), Acked: floor.Seq(rapid.IntRange(0, len(w.records)).Draw(t, "acked"))})
			} else {
				w.step(t)
				w.feed(t, b)
			}
			b.Tick(w.now)
			now := b.Full(w.now)
			want := encoded(t, now)
			for _, s := range screens {
				marks := []view.Mark{s.mark, {Seq: s.mark.Seq}}
				for _, m := range marks {
					d, next, ok := b.Since(w.log, m)
					require.True(t, ok)
					require.Equal(t, b.Mark(), next)
					got := merge(s.full, d)
					got.Now = now.Now
					require.Equal(t, want, encoded(t, got))
				}
			}
			screens = append(screens, screen{now, b.Mark()})
			if len(screens) > 6 {
				screens = screens[1:]
			}
		}
		fresh := w.board(t)
		fresh.Tick(w.now)
		require.Equal(t, encoded(t, b.Full(w.now).Orders), encoded(t, fresh.Full(w.now).Orders))
		require.Equal(t, encoded(t, b.Full(w.now).Items), encoded(t, fresh.Full(w.now).Items))
		for _, dev := range []floor.DeviceID{"hh-1", "hh-2"} {
			require.Equal(t, w.n[dev], b.Marks(dev).Saved)
		}
	})
}

// What a screen was given stays as it was, while the board goes on.
func TestPicturesGivenOutDoNotChange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := busy(t)
		b := w.board(t)
		for range 20 {
			w.step(t)
		}
		w.feed(t, b)
		full := b.Full(w.now)
		before := encoded(t, full)
		for range 20 {
			w.step(t)
		}
		w.feed(t, b)
		b.Full(w.now)
		require.Equal(t, before, encoded(t, full))
	})
}

func TestStartFromASnapshot(t *testing.T) {
	w := newWorld()
	w.bin(t, "A-1", 1)
	w.item(t, "oat", "Oat drink 1 l", "09520001000010")
	w.stock(t, "oat", "A-1", 5)
	w.assign(t, "O-1", morning.Add(time.Hour), asked("1", "oat", 2))
	w.must(t, "hh-1", &floor.Start{Order: "O-1"})
	whole := w.board(t)

	state := floor.NewState()
	require.NoError(t, w.state.Freeze().Encode(state.Load))
	b := view.NewBoard(site, w.log, state, floor.Seq(len(w.records)), w.now)
	b.SetDevice("hh-1", 1, floor.Seq(len(w.records)))
	w.must(t, "hh-1", &floor.Scan{Order: "O-1", SKU: "oat", Qty: 1})
	w.feed(t, b)
	w.feed(t, whole)
	require.Equal(t, encoded(t, whole.Full(w.now)), encoded(t, b.Full(w.now)))
	require.Equal(t, view.Marks{Saved: 2}, b.Marks("hh-1"))

	_, _, ok := b.Since(w.log, view.Mark{Seq: 3})
	require.False(t, ok, "the board does not know what came before its snapshot")
	_, _, ok = b.Since(w.log, view.Mark{Seq: 99})
	require.False(t, ok, "a screen from the future is from a life this box has lost")
	_, _, ok = b.Since("other", view.Mark{Seq: b.Seq()})
	require.False(t, ok)
	require.Error(t, b.Apply(&w.records[0]), "a record out of turn")
}

func TestOrderForTheHand(t *testing.T) {
	w := newWorld()
	w.bin(t, "C-9", 30)
	w.bin(t, "A-1", 10)
	w.bin(t, "B-1", 20)
	w.item(t, "oat", "Oat drink 1 l", "09520001000010")
	w.item(t, "rice", "Rice drink 1 l", "09520001000027")
	w.stock(t, "oat", "C-9", 7)
	w.stock(t, "oat", "B-1", 1)
	w.stock(t, "rice", "A-1", 4)
	w.assign(t, "O-1", morning.Add(2*time.Hour), asked("1", "oat", 2), asked("2", "rice", 1))
	w.assign(t, "O-2", morning.Add(time.Hour), asked("1", "nobody-knows", 1))
	b := w.board(t)

	full := b.Full(w.now)
	require.Equal(t, []floor.OrderID{"O-2", "O-1"}, []floor.OrderID{full.Orders[0].ID, full.Orders[1].ID}, "due first")
	o := full.Orders[1]
	require.Equal(t, []floor.LineID{"2", "1"}, []floor.LineID{o.Lines[0].Line, o.Lines[1].Line}, "as one walks: A-1 before B-1")
	l := o.Lines[1]
	require.Equal(t, floor.BinID("B-1"), l.Bin)
	require.Equal(t, "B", l.Aisle)
	require.Equal(t, []view.BinStock{{Bin: "B-1", OnHand: 1}, {Bin: "C-9", OnHand: 7}}, l.Bins)
	require.Equal(t, "Oat drink 1 l", l.Name)
	require.Equal(t, 3, o.ToPick)
	require.Equal(t, "nobody-knows", full.Orders[0].Lines[0].Name, "an item without a master record is called by its SKU")

	// Somebody else takes the last one at B-1: the walk leads to C-9 now, and the screen hears of it.
	mark := b.Mark()
	w.must(t, "", &floor.AdjustStock{SKU: "oat", Bin: "B-1", Delta: -1, Reason: "lost"})
	w.feed(t, b)
	d, _, ok := b.Since(w.log, mark)
	require.True(t, ok)
	require.Len(t, d.Orders, 1)
	require.Equal(t, floor.BinID("C-9"), d.Orders[0].Lines[1].Bin)
	require.Equal(t, o.Seq, d.Orders[0].Seq, "the order's own seq did not move")
}

func TestClosedOrdersStayADay(t *testing.T) {
	w := newWorld()
	for i := range view.ClosedMax + 2 {
		id := floor.OrderID(fmt.Sprintf("O-%02d", i))
		w.assign(t, id, morning, asked("1", "oat", 1))
		w.must(t, "", &floor.Decline{Order: id, Reason: floor.OutOfStock})
		w.now = w.now.Add(time.Minute)
	}
	b := w.board(t)
	full := b.Full(w.now)
	require.Len(t, full.Orders, view.ClosedMax)
	require.Equal(t, floor.OrderID("O-02"), full.Orders[0].ID, "the oldest left first")
	_, known := b.Order("O-00")
	require.True(t, known, "it can still be looked up")

	mark := b.Mark()
	b.Tick(w.now.Add(view.ClosedFor - 10*time.Minute))
	d, _, ok := b.Since(w.log, mark)
	require.True(t, ok)
	require.Empty(t, d.Orders)
	require.Len(t, d.Gone, view.ClosedMax-10)
	require.Len(t, b.Full(w.now).Orders, 10)
}

// A box that is put back writes of every order to be collected that its paper may be out. Those that closed days ago do not come
// back to the board for it, and one that closed a while ago does not stay longer.
func TestWhatABoxNotesOfAllOrdersIsNoNewsOfClosedOnes(t *testing.T) {
	w := newWorld()
	closed := func(id floor.OrderID) {
		w.must(t, "", &floor.Assign{Order: id, Assignment: floor.AssignmentID("as-" + id), Number: string(id), Flow: floor.FlowPickup, Mode: floor.ModeHold, Due: morning, Lines: []floor.AskedLine{asked("1", "oat", 1)}})
		w.must(t, "", &floor.Decline{Order: id, Reason: floor.OutOfStock})
	}
	closed("O-1")
	b := w.board(t)
	w.now = w.now.Add(48 * time.Hour)
	b.Tick(w.now)
	closed("O-2")
	w.now = w.now.Add(20 * time.Hour)
	w.feed(t, b)
	w.must(t, "", &floor.TakeBack{Gen: "none", Fork: true, More: true})
	w.feed(t, b)
	shown := func(b *view.Board) (ids []floor.OrderID) {
		for _, o := range b.Full(w.now).Orders {
			ids = append(ids, o.ID)
		}
		return ids
	}
	require.Equal(t, []floor.OrderID{"O-2"}, shown(b))
	require.Equal(t, []floor.OrderID{"O-2"}, shown(w.board(t)), "a start shows the same")
	w.now = w.now.Add(5 * time.Hour)
	require.Empty(t, shown(b))
}

// An order that leaves the floor while it still shows leaves the board, also for who knows only a seq; what its
// items do afterwards meets no order that is not there. It comes back with its goods.
func TestAnOrderThatLeavesTheFloorLeavesTheBoard(t *testing.T) {
	w := newWorld()
	w.must(t, "", &floor.SetPolicy{Name: "archive_hours", Value: json.RawMessage("1")})
	w.stock(t, "oat", "A-1", 7)
	w.assign(t, "O-1", morning, asked("1", "oat", 1))
	w.assign(t, "O-2", morning, asked("1", "oat", 2))
	w.must(t, "", &floor.Decline{Order: "O-1", Reason: floor.OutOfStock})
	b := w.board(t)
	mark := b.Mark()
	w.now = w.now.Add(2 * time.Hour)
	w.must(t, "", &floor.ArchiveOrders{Orders: []floor.OrderID{"O-1"}})
	w.stock(t, "oat", "A-1", -7)
	w.item(t, "oat", "Oat drink")
	w.bin(t, "A-1", 3)
	w.feed(t, b)
	for _, m := range []view.Mark{mark, {Seq: mark.Seq}} {
		d, _, ok := b.Since(w.log, m)
		require.True(t, ok)
		require.Equal(t, []floor.OrderID{"O-1"}, d.Gone)
		require.Len(t, d.Orders, 1, "the other one lost its bin")
	}
	require.Len(t, b.Full(w.now).Orders, 1)
	_, known := b.Order("O-1")
	require.False(t, known)
	require.Nil(t, b.OrderCalled("O-1"))
	b.Tick(w.now.Add(48 * time.Hour)) // and there is nothing left of it to be tidied away

	mark = b.Mark()
	w.do("", &floor.Assign{Order: "O-1", Assignment: "as-2", Number: "O-1", Flow: floor.FlowShip, Mode: floor.ModeHold, Due: morning, Lines: []floor.AskedLine{asked("1", "oat", 1)}})
	w.feed(t, b)
	require.Nil(t, w.state.Orders["O-1"], "known from the archive, so refused")
	w.do("", &floor.Scan{Order: "O-1", SKU: "oat", Qty: 1, Done: true}) // somebody holds one in his hand all the same
	require.NotNil(t, w.state.Orders["O-1"])
	w.feed(t, b)
	d, _, ok := b.Since(w.log, mark)
	require.True(t, ok)
	require.Empty(t, d.Gone)
	require.Equal(t, floor.OrderID("O-1"), d.Orders[0].ID)
}

// A busy day of orders coming and going: the trail is bounded, and who is behind it reloads.
func TestTheTrailIsBounded(t *testing.T) {
	w := newWorld()
	b := w.board(t)
	w.item(t, "oat", "Oat drink")
	w.feed(t, b)
	early := b.Mark()
	for range 5000 {
		w.item(t, "oat", "Oat drink")
	}
	w.feed(t, b)
	_, _, ok := b.Since(w.log, early)
	require.False(t, ok)
	d, _, ok := b.Since(w.log, view.Mark{Seq: b.Seq() - 5})
	require.True(t, ok)
	require.Len(t, d.Items, 1)
}

func TestANewLogReloads(t *testing.T) {
	w := newWorld()
	w.item(t, "oat", "Oat drink")
	b := w.board(t)
	mark := b.Mark()
	w.log = "log-2"
	w.item(t, "rice", "Rice drink")
	w.feed(t, b)
	_, _, ok := b.Since("log-1", mark)
	require.False(t, ok)
	_, _, ok = b.Since("log-2", mark)
	require.False(t, ok, "nothing before the new log can be told apart")
	_, _, ok = b.Since("log-2", view.Mark{Seq: b.Seq()})
	require.True(t, ok)
}

// A box whose file was put back to an older copy goes on under the same log for a while, and the number a screen stands on
// is another record then.
func TestABoardOfAnotherStartReloads(t *testing.T) {
	w := newWorld()
	w.item(t, "oat", "Oat drink")
	b := w.board(t)
	b.SetStart("start-1")
	mark := b.Mark()
	require.Equal(t, "start-1", mark.Start)
	require.Equal(t, "start-1", b.Full(w.now).Start)

	again := w.board(t)
	again.SetStart("start-2")
	_, _, ok := again.Since(w.log, mark)
	require.False(t, ok)
	d, next, ok := again.Since(w.log, view.Mark{Seq: mark.Seq})
	require.True(t, ok, "a reader of an earlier version does not say which start it knows")
	require.Equal(t, "start-2", d.Start)
	require.Equal(t, again.Mark(), next)
	_, _, ok = again.Since(w.log, next)
	require.True(t, ok)
}

func TestMarksFollowTheLine(t *testing.T) {
	w := newWorld()
	w.assign(t, "O-1", morning, asked("1", "oat", 1)) // seq 1
	w.must(t, "hh-1", &floor.Start{Order: "O-1"})     // n 1, seq 2 and 3
	w.do("hh-1", &floor.Start{Order: "O-9"})          // n 2, refused, seq 4
	b := w.board(t)
	require.Equal(t, view.Marks{Saved: 2}, b.Marks("hh-1"))
	require.Equal(t, view.Marks{}, b.Marks("hh-9"))

	b.SetLink(view.LinkState{Up: true, Acked: 2})
	require.Equal(t, view.Marks{Saved: 2}, b.Marks("hh-1"), "the second record of n 1 is not there yet")
	b.SetLink(view.LinkState{Up: true, Acked: 3})
	require.Equal(t, view.Marks{Saved: 2, Applied: 1}, b.Marks("hh-1"))
	b.SetLink(view.LinkState{Up: true, Acked: 99, Stable: 3})
	require.Equal(t, view.Marks{Saved: 2, Applied: 2, Stable: 1}, b.Marks("hh-1"))
	require.Equal(t, floor.Seq(4), b.Link().Acked, "nobody acknowledges what is not written")
	b.SetLink(view.LinkState{Up: true, Acked: 1, Stable: 4})
	require.Equal(t, view.Marks{Saved: 2, Applied: 2, Stable: 2}, b.Marks("hh-1"), "marks never go back")
	require.Zero(t, b.Link().Unsent)
	require.Nil(t, b.Link().Oldest)

	w.now = w.now.Add(time.Hour)
	w.do("hh-1", &floor.Start{Order: "O-9"})
	w.feed(t, b)
	require.Equal(t, uint64(1), b.Link().Unsent)
	require.Equal(t, w.now, *b.Link().Oldest)
}

// On a quick line the centre's answer is here before the screens have the record it is about. Nothing else may come for
// an hour, and until then every handheld would show it as on its way.
func TestAnAnswerThatOvertakesItsRecordCounts(t *testing.T) {
	w := newWorld()
	w.assign(t, "O-1", morning, asked("1", "oat", 1)) // seq 1
	b := w.board(t)
	b.SetLink(view.LinkState{Up: true, Acked: 2, Stable: 2})
	require.Equal(t, floor.Seq(1), b.Link().Acked)
	w.do("hh-1", &floor.Start{Order: "O-9"}) // n 1, refused, seq 2
	mark := view.Mark{Seq: b.Seq()}
	w.feed(t, b)
	require.Zero(t, b.Link().Unsent)
	require.Nil(t, b.Link().Oldest)
	require.Equal(t, view.Marks{Saved: 1, Applied: 1, Stable: 1}, b.Marks("hh-1"))
	news, _, ok := b.Since("log-1", mark)
	require.True(t, ok)
	require.NotNil(t, news.Link, "and screens are told")
}

// A line that is down for days: what is remembered of a device is bounded and errs to the safe side.
func TestMarksOfALongDay(t *testing.T) {
	w := newWorld()
	b := w.board(t)
	for range 20_000 {
		w.do("hh-1", &floor.Start{Order: "O-9"})
	}
	w.feed(t, b)
	for _, acked := range []floor.Seq{1, 777, 9_999, 20_000} {
		b.SetLink(view.LinkState{Acked: acked})
		applied := b.Marks("hh-1").Applied
		require.LessOrEqual(t, applied, uint64(acked))
		require.GreaterOrEqual(t, applied+64, uint64(acked))
	}
	require.Equal(t, uint64(20_000), b.Marks("hh-1").Saved)
}

func TestSessionsAndCodes(t *testing.T) {
	w := newWorld()
	w.item(t, "oat", "Oat drink", "09520001000010")
	w.must(t, "", &floor.SignIn{Session: floor.Session{ID: "d1", User: "anna", Roles: []string{"picker"}, Expires: morning.Add(time.Hour)}})
	w.must(t, "", &floor.SetDoc{Doc: floor.Doc{Kind: "user", Key: "ben", Version: 2, Digest: "x"}})
	w.must(t, "", &floor.SetDoc{Doc: floor.Doc{Kind: "user", Key: "anna", Version: 1, Digest: "x"}})
	b := w.board(t)
	s, ok := b.Session("d1", morning)
	require.True(t, ok)
	require.Equal(t, floor.UserID("anna"), s.User)
	_, ok = b.Session("d1", morning.Add(time.Hour))
	require.False(t, ok)
	require.Equal(t, []string{"d1"}, b.Expired(morning.Add(time.Hour), 10))
	require.Empty(t, b.Expired(morning, 10))
	item, ok := b.Code("09520001000010")
	require.True(t, ok)
	require.Equal(t, floor.Coded{SKU: "oat", Qty: 1}, item)
	require.True(t, b.Known("oat"))
	require.False(t, b.Known("rice"))
	docs := b.Docs("user")
	require.Len(t, docs, 2)
	require.Equal(t, "anna", docs[0].Key)
}
