package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"picket/edge/floor"
	"picket/edge/station"
	"picket/edge/view"
)

// Waiter says when there is something behind a seq.
type Waiter interface {
	// Wait returns when the journal holds an entry behind seq, with its head; or ctx's error, or that the
	// journal has stopped.
	Wait(ctx context.Context, seq floor.Seq) (floor.Seq, error)
}

// Entries is the journal as a reader sees it.
type Entries interface {
	// Read gives fn the durable entries from seq on, at most max, and returns the seq to go on from.
	Read(from uint64, max int, fn func(seq uint64, raw []byte) error) (next uint64, err error)
}

// Feed holds the board for everybody who looks: it follows the journal and wakes the screens. Its methods
// may be called by any goroutine.
type Feed struct {
	log   *slog.Logger
	house atomic.Pointer[station.House]

	mu    sync.Mutex
	board *view.Board
	news  chan struct{} // closed at the next change
	made  [4]made       // deltas made last: screens stand side by side, and most ask for the same
	turn  int
}

// made is a delta in bytes, without its closing brace.
type made struct {
	log      floor.LogID
	from, to view.Mark
	bytes    []byte
	empty    bool
}

// NewFeed takes the board over.
func NewFeed(board *view.Board, log *slog.Logger) *Feed {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	f := &Feed{log: log, board: board, news: make(chan struct{})}
	f.SetHouse(station.DefaultHouse)
	return f
}

// slice is how many entries are taken in before the screens may look.
const slice = 256

// Follow takes in the journal from where the board stands, until ctx ends (nil) or the journal fails.
func (f *Feed) Follow(ctx context.Context, wait Waiter, entries Entries) error {
	for {
		head, err := wait.Wait(ctx, f.Seq())
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return fmt.Errorf("screens: %w", err)
		}
		for f.Seq() < head {
			var records []floor.Record
			if _, err := entries.Read(uint64(f.Seq())+1, slice, func(seq uint64, raw []byte) error {
				r, err := floor.Decode(raw)
				if errors.Is(err, floor.ErrUnknownType) {
					f.log.Warn("a record of a later version is not shown", "seq", seq, "error", err)
					r.Event, err = nil, nil
				}
				records = append(records, r)
				return err
			}); err != nil {
				return fmt.Errorf("screens: %w", err)
			}
			if len(records) == 0 {
				return fmt.Errorf("screens: the journal ends at %d, but said %d", f.Seq(), head)
			}
			if err := f.take(records); err != nil {
				return err
			}
		}
	}
}

func (f *Feed) take(records []floor.Record) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	defer f.wake()
	for i := range records {
		if records[i].Event == nil {
			if err := f.board.Skip(records[i].Seq); err != nil {
				return err
			}
			continue
		}
		if err := f.board.Apply(&records[i]); err != nil {
			return err
		}
	}
	return nil
}

// wake is called with the lock held.
func (f *Feed) wake() {
	close(f.news)
	f.news = make(chan struct{})
}

// Look does something with the board and gives a channel that is closed at the next change. What the board
// gives out belongs to it and must not leave.
func (f *Feed) Look(do func(*view.Board)) <-chan struct{} { return f.look(do) }

// look does something with the board and says how to learn of the next change.
func (f *Feed) look(do func(*view.Board)) <-chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	do(f.board)
	return f.news
}

// change does something to the board that is not in the journal.
func (f *Feed) change(do func(*view.Board)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	before := f.board.Mark()
	if do(f.board); f.board.Mark() != before {
		f.wake()
	}
}

// SetPrinter shows a printer's state on every screen.
func (f *Feed) SetPrinter(p view.Printer) { f.change(func(b *view.Board) { b.SetPrinter(p) }) }

// SetPeripheral shows a scanner's or a scale's state on every screen.
func (f *Feed) SetPeripheral(p view.Peripheral) { f.change(func(b *view.Board) { b.SetPeripheral(p) }) }

// SetLink shows the state of the line on every screen.
func (f *Feed) SetLink(s view.LinkState) { f.change(func(b *view.Board) { b.SetLink(s) }) }

// Tick lets closed orders leave the screens as time passes. Once a minute is plenty.
func (f *Feed) Tick(now time.Time) { f.change(func(b *view.Board) { b.Tick(now) }) }

// Seq is the last record that was taken in.
func (f *Feed) Seq() (seq floor.Seq) {
	f.look(func(b *view.Board) { seq = b.Seq() })
	return seq
}

// Reach waits until the record at seq is on the screens.
func (f *Feed) Reach(ctx context.Context, seq floor.Seq) error {
	for {
		var at floor.Seq
		news := f.look(func(b *view.Board) { at = b.Seq() })
		if at >= seq {
			return nil
		}
		select {
		case <-news:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Docs lists the documents of a kind in force.
func (f *Feed) Docs(kind string) (docs []floor.Doc) {
	f.look(func(b *view.Board) { docs = b.Docs(kind) })
	return docs
}

// Doc is a document in force.
func (f *Feed) Doc(kind, key string) (d floor.Doc, ok bool) {
	f.look(func(b *view.Board) { d, ok = b.Doc(kind, key) })
	return d, ok
}

// Code and Known make the feed the station's catalogue.
func (f *Feed) Code(gtin string) (item floor.Coded, ok bool) {
	f.look(func(b *view.Board) { item, ok = b.Code(gtin) })
	return item, ok
}

// House, HasBin and OrderNamed let the station read the site's own labels.
func (f *Feed) House() station.House { return *f.house.Load() }

// SetHouse says what the site's own barcodes look like, from the next scan on.
func (f *Feed) SetHouse(h station.House) { f.house.Store(&h) }

// HasBin says whether the site has a bin.
func (f *Feed) HasBin(id floor.BinID) (ok bool) {
	f.look(func(b *view.Board) { ok = b.HasBin(id) })
	return ok
}

// OrderNamed is the order of that id or number.
func (f *Feed) OrderNamed(name string) (id floor.OrderID, ok bool) {
	f.look(func(b *view.Board) { id, ok = b.OrderNamed(name) })
	return id, ok
}

// RunNamed is the run of that id or number.
func (f *Feed) RunNamed(name string) (id floor.RunID, ok bool) {
	f.look(func(b *view.Board) { id, ok = b.RunNamed(name) })
	return id, ok
}

// Known says whether the catalogue has an item.
func (f *Feed) Known(sku floor.SKU) (ok bool) {
	f.look(func(b *view.Board) { ok = b.Known(sku) })
	return ok
}

// standing is what a screen was told last.
type standing struct {
	log   floor.LogID
	mark  view.Mark
	marks view.Marks
}

// since makes the message with everything behind a standing, and moves it on. No message means that nothing
// changed that this screen shows; ok is false when it must load the board anew.
func (f *Feed) since(at *standing, install floor.DeviceID) (message []byte, news <-chan struct{}, ok bool) {
	m, marks, news, ok := f.delta(at, install)
	if !ok || m.empty && marks == at.marks {
		return nil, news, ok
	}
	at.marks = marks
	message = make([]byte, 0, len(m.bytes)+96)
	message = append(append(message, `{"delta":`...), m.bytes...)
	message = strconv.AppendUint(append(message, `,"saved":`...), marks.Saved, 10)
	message = strconv.AppendUint(append(message, `,"applied":`...), marks.Applied, 10)
	message = strconv.AppendUint(append(message, `,"stable":`...), marks.Stable, 10)
	return append(message, "}}"...), news, true
}

// delta moves a standing on. Scans wait for the lock, so nothing is encoded while it is held.
func (f *Feed) delta(at *standing, install floor.DeviceID) (m made, marks view.Marks, news <-chan struct{}, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	news, marks = f.news, f.board.Marks(install)
	from, now := at.mark, f.board.Mark()
	for i := range f.made {
		if m = f.made[i]; m.bytes != nil && m.log == at.log && m.from == from && m.to == now {
			at.mark = m.to
			return m, marks, news, true
		}
	}
	d, to, ok := f.board.Since(at.log, from)
	if !ok {
		at.log, at.mark = f.board.Log(), now
		return made{}, marks, news, false
	}
	at.mark = to
	m = made{log: at.log, from: from, to: to, empty: from.Rev > 0 && d.Empty()}
	f.mu.Unlock()
	b, err := json.Marshal(d)
	f.mu.Lock()
	if err != nil { // the view's types can all be encoded; should one not, the screen loads the board
		f.log.Error("a delta cannot be encoded", "error", err)
		return made{}, marks, news, false
	}
	m.bytes = b[:len(b)-1]
	f.made[f.turn%len(f.made)] = m
	f.turn++
	return m, marks, news, true
}
