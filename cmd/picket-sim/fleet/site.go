package fleet

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"picket/edge/floor"
	"picket/edge/journal"
	"picket/edge/node"
	"picket/edge/spool"
	"picket/edge/view"
	"picket/sync/oms/order"
	"picket/sync/reconcile"
	"picket/sync/uplink"
	"picket/sync/wire"
)

// site is the box in the back room: its file outlives its process.
type site struct {
	w       *world
	id      floor.SiteID
	nodeID  wire.NodeID
	truth   *truth
	press   *press
	till    *till
	ledger  *ledger
	hands   []*handheld
	held    map[floor.UnitID]*handheld // who has a closed parcel in his hands
	file    *journal.Mem
	skew    time.Duration // of the box's clock
	jumped  bool          // the clock was set, or stood still
	stopped time.Time     // where the clock stands still
	life    int           // counts processes
	up      bool          // one runs

	// What a process holds.
	node   *node.Node
	board  *view.Board
	lane   *spool.Lane
	laneAt time.Time // its next turn
	deaf   bool      // the printer needs a person: wake-ups change nothing
	door   []ticket
	engine *reconcile.Site
	linked bool
	marks  uplink.Marks

	epoch   wire.Epoch // that the centre granted with a code
	boxes   int        // that held the site before this one
	joining bool       // somebody is giving the site to this box
	album   album
	relics  []*relic                // lost boxes that turn up again
	gone    map[floor.DeviceID]bool // handhelds that lost their stores, by the names they had

	spare    *spare
	restored bool // the file was put back, and the box knows it
	restores int

	desk    map[floor.OrderID]bool // orders of which something told as saved could not be taken again
	doubted map[floor.SKU]bool     // and the goods of them
	unaware bool                   // the file was put back, and nothing has told the box yet
	blurred bool                   // it printed while it was unaware
	away    map[floor.UnitID]bool  // parcels that left, whatever a file remembers
	packed  map[lineKey]bool       // the desk is told that more is packed than was picked

	opened map[floor.CommandID]bool // opening stock that was answered for

	caution   *order.Caution // how the centre is to promise what stands here
	lorries   []*lorry
	counts    map[floor.CommandID]counted // bins that people counted, by their commands
	disturbed map[floor.BinID]time.Time   // when goods were last carried without a word that stands
	reckoned  *reckoning                  // what the world holds against what the centre promises
}

// ticket is a submission that waits for the next commit.
type ticket struct {
	sub  node.Submission
	done func(node.Reply)
}

func newSite(w *world, n int) *site {
	s := &site{w: w, id: floor.SiteID(fmt.Sprintf("s%d", n)), nodeID: wire.NodeID(fmt.Sprintf("NODE%d", n)), skew: w.mix.Skew,
		opened: map[floor.CommandID]bool{}, held: map[floor.UnitID]*handheld{}, away: map[floor.UnitID]bool{}, packed: map[lineKey]bool{}}
	s.file = journal.NewMem(fmt.Sprintf("LOG%d", n))
	s.truth, s.ledger, s.press, s.till = newTruth(w), newLedger(s), newPress(s), &till{s: s}
	s.cautious()
	if w.mix.Stockwork > 0 {
		s.counts, s.disturbed = map[floor.CommandID]counted{}, map[floor.BinID]time.Time{}
	}
	s.start()
	return s
}

// staff comes in, with their handhelds.
func (s *site) staff() {
	for i := range 1 + s.w.rng.IntN(s.w.mix.Hands) {
		who := floor.UserID(people[i])
		s.hands = append(s.hands, newHandheld(s, floor.DeviceID(fmt.Sprintf("%s-%d", s.id, i+1)), who))
	}
}

// client is the site's name at the broker.
func (s *site) client() string { return string(s.id) }

// tag names a part of the site in the transcript.
func (s *site) tag(part string) string {
	if len(s.w.sites) < 2 && s.w.mix.Sites < 2 {
		return part
	}
	return string(s.id) + " " + part
}

// view is how the site's screens call it.
func (s *site) view() view.Site { return view.Site{ID: s.id, Name: "Store", Zone: "Europe/Zurich"} }

// clock is the site's own, which may be wrong.
func (s *site) clock() time.Time {
	if !s.stopped.IsZero() {
		return s.stopped
	}
	return s.w.now.Add(s.skew)
}

// start is the box booting.
func (s *site) start() {
	w := s.w
	s.life++
	s.file.Crash()
	if s.restored && s.file.Head().Seq > 0 && !w.without(SameLog) {
		if _, err := s.file.NewLog(w.id("LOG")); err != nil {
			w.fail("I9", "no new log: %v", err)
			return
		}
	}
	options := node.Options{
		Source: floor.Source(tenant, string(s.id), string(s.nodeID)), SnapshotEvery: w.mix.Snapshot, ChunksPer: w.mix.Chunks, Retain: w.mix.Retain,
		Centre: true,
	}
	if err := s.swap(options); err != nil {
		w.fail("I9", "the site cannot take the centre's snapshot: %v", err)
		return
	}
	n, err := node.Boot(s.file, options)
	if err != nil {
		w.fail("I9", "the site does not start: %v", err)
		return
	}
	state, marks, seq, err := node.Load(s.file)
	if err != nil {
		w.fail("I9", "the site's screens do not start: %v", err)
		return
	}
	s.up, s.node, s.door, s.deaf = true, n, nil, false
	s.board = view.NewBoard(s.view(), floor.LogID(s.file.Head().Log), state, seq, s.clock())
	s.board.SetStart(strconv.Itoa(s.life))
	marks.Devices(s.board.SetDevice)
	s.lane = &spool.Lane{ID: lane1, Printer: port{s.press, s}, Desk: desk{s}, Log: slog.New(slog.DiscardHandler)}
	if err := s.startLine(); err != nil {
		w.fail("I9", "the site's line does not start: %v", err)
		return
	}
	w.say(s.tag("site"), "is up, log at %d", s.file.Head().Seq)
	s.ledger.follow(s.file)
	s.press.plug()
	s.wakeLane()
	s.later(w.between(time.Second, 5*time.Second), s.minute)
	s.do(s.open)
	if s.up {
		s.stock()
		s.till.tell()
		s.signIn()
	}
}

// minute is what the box does by the clock: it asks for numbers before the last one is used up.
func (s *site) minute() {
	for _, kind := range s.board.LowNumbers() {
		s.submit(ticket{node.Submission{Meta: floor.Meta{ID: floor.CommandID(s.w.id("clock:"))}, Command: &floor.AskNumbers{Number: kind}}, func(node.Reply) {}})
	}
	s.lookAfter()
	if s.board.Whole() {
		s.submit(ticket{node.Submission{Meta: floor.Meta{ID: floor.CommandID(s.w.id("clock:"))}, Command: &floor.EndRecovery{}}, func(node.Reply) {}})
	}
	s.later(5*time.Second, s.minute)
}

// do runs a piece of the process; nothing when there is none.
func (s *site) do(piece func()) {
	if s.up {
		s.w.live(piece, s.die)
	}
}

// later is do after a while, in the same process or not at all.
func (s *site) later(d time.Duration, piece func()) {
	life := s.life
	s.w.after(d, func() {
		if s.life == life {
			s.do(piece)
		}
	})
}

// mortal is a point at which the process may end.
func (s *site) mortal(where string) {
	if s.w.roll(s.w.mix.Deaths) {
		panic(death{where})
	}
}

// die is the end of the process; power or the operator brings it back.
func (s *site) die(why string) {
	s.end(why)
	s.w.after(s.down(), s.start)
}

func (s *site) end(why string) {
	s.w.say(s.tag("site"), "dies: %s", why)
	s.up, s.node, s.board, s.lane, s.engine, s.door = false, nil, nil, nil, nil, nil
	s.hangUp()
	s.press.unplug()
}

// down is how long a box is dark.
func (s *site) down() time.Duration {
	down := s.w.between(100*time.Millisecond, 15*time.Second)
	if s.w.calm {
		down = time.Second
	}
	return down
}

// submit queues a command for the next commit, which comes in a breath.
func (s *site) submit(t ticket) {
	s.door = append(s.door, t)
	if len(s.door) == 1 {
		s.later(s.w.between(0, 3*time.Millisecond), func() { s.commit(nil) })
	}
}

var errDisk = errors.New("input/output error")

// commit takes everything that waits and the caller's own through the node, tells the readers, then the callers.
func (s *site) commit(own []node.Submission) []node.Reply {
	w := s.w
	waiting := s.door
	s.door = nil
	subs := make([]node.Submission, 0, len(waiting)+len(own))
	for _, t := range waiting {
		subs = append(subs, t.sub)
	}
	subs = append(subs, own...)
	if len(subs) == 0 {
		return nil
	}
	if w.roll(w.mix.Disk) {
		s.file.FailNext(journal.Fault{Err: errDisk, Kept: w.roll(.5)})
	}
	replies, err := s.node.Step(s.clock(), subs)
	if err != nil {
		if !errors.Is(err, node.ErrStopped) {
			w.fail("P1", "the node failed with %v", err)
		}
		if w.without(AnswerFirst) {
			for _, t := range waiting {
				t.done(node.Reply{Answer: floor.Answer{Outcome: floor.OutcomeAccepted, Seq: floor.Seq(s.file.Head().Seq) + 1}})
			}
		}
		panic(death{err.Error()})
	}
	s.ledger.follow(s.file)
	s.mortal("after the commit, before anybody is told")
	s.follow()
	for i, t := range waiting {
		t.done(replies[i])
		s.mortal("between two answers")
	}
	return replies[len(waiting):]
}

// follow is the readers of the journal catching up.
func (s *site) follow() {
	w := s.w
	for _, r := range s.ledger.records[s.board.Seq():] {
		if err := s.board.Apply(r); err != nil {
			w.fail("P5", "the board stops: %v", err)
			return
		}
	}
	s.board.Tick(s.clock())
	if _, open := s.board.Recovery(); !open {
		s.step(reconcile.Whole{})
	}
	s.step(reconcile.Woke{})
	s.wakeLane()
}

// stock puts the opening stock in, of items and into bins the site knows from an earlier day, whether the feed
// has come or not. Whoever does it asks again until it is done, under the same names.
func (s *site) stock() {
	for _, o := range s.truth.opening {
		name := fmt.Sprintf("opening:%s:%s", o.SKU, o.Bin)
		for i, c := range []floor.Command{
			&floor.SetItem{Item: floor.Item{SKU: o.SKU, Name: string(o.SKU)}}, &floor.SetBin{Bin: floor.Bin{ID: o.Bin, Aisle: "A"}}, &o,
		} {
			id := floor.CommandID(fmt.Sprintf("%s:%d", name, i))
			if s.opened[id] {
				continue
			}
			s.submit(ticket{node.Submission{Meta: floor.Meta{ID: id, Actor: "carl"}, Command: c}, func(r node.Reply) {
				if r.Err != nil || r.Answer.Outcome == floor.OutcomeRefused {
					s.w.fail("P2", "opening stock %s: %v %v", id, r.Err, r.Answer.Refusal)
				}
				s.opened[id] = true
			}})
		}
	}
}

// wakeLane brings the printer's next turn forward.
func (s *site) wakeLane() {
	if !s.deaf {
		s.turnAt(2 * time.Millisecond)
	}
}

func (s *site) turnAt(d time.Duration) {
	at := s.w.now.Add(d)
	if !s.laneAt.Before(s.w.now) && !at.Before(s.laneAt) {
		return // it comes sooner already
	}
	s.laneAt = at
	s.later(d, func() {
		if s.laneAt.Equal(at) {
			s.laneAt = time.Time{}
			s.turn()
		}
	})
}

func (s *site) turn() {
	wait, err := s.lane.Turn(context.Background())
	if err != nil {
		s.w.say(s.tag("spool"), "%v", err)
		wait = max(wait, spool.Later)
	}
	s.deaf = wait == spool.Later
	s.laneAt = time.Time{}
	s.turnAt(max(wait, time.Millisecond))
}
