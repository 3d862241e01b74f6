package node

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"picket/edge/floor"
	"picket/edge/journal"
)

// DoorOptions of a door. Clock is needed, the rest has defaults.
type DoorOptions struct {
	Clock func() time.Time // the site's clock, read once per group
	Queue int              // callers that may wait; more are sent away with ErrBusy. Default 1,024
	Group int              // submissions after which a group is full. Default 1,024
	Beat  time.Duration    // how often an idle loop shows that it lives. Default 1 s
}

// batchMost is how many submissions of one caller are put into the queue as one piece.
const batchMost = 256

// The loop gathers by letting others run, so that those just answered can come back and join: until so many turns
// in a row brought nobody, more of them the more were answered. No timer: a lonely scan waits for about a
// microsecond, and a full house fills one commit instead of two.
const (
	quietTurns = 4 // for each one answered by the last commit
	mostQuiet  = 256
)

// Door is a node with one goroutine round it: everybody's commands go in here, and one commit answers all that
// waited. Its methods may be called by any goroutine; Serve must run for anything to be answered.
type Door struct {
	node  *Node
	opt   DoorOptions
	queue chan *ticket

	gate  sync.RWMutex // read-held while a ticket is put into the queue, so that none is put in behind the end
	ended bool         // Serve has returned; guarded by gate
	cause error        // why; guarded by gate

	stable   atomic.Uint64
	replaced atomic.Bool
	tight    atomic.Bool
	turn     atomic.Int64 // when the loop last turned, Unix ns of the site's clock
	trouble  atomic.Pointer[error]
	wake     wake
	saved    saved
	ahead    ahead
	tickets  sync.Pool
}

// ticket is a caller in the queue.
type ticket struct {
	subs    []Submission
	one     [1]Submission
	replies []Reply
	done    chan error // of capacity one; nil means replies are there
}

// NewDoor puts a door before the node. From here on the node belongs to it.
func NewDoor(n *Node, o DoorOptions) *Door {
	if o.Queue <= 0 {
		o.Queue = 1024
	}
	if o.Group <= 0 {
		o.Group = 1024
	}
	if o.Beat <= 0 {
		o.Beat = time.Second
	}
	d := &Door{node: n, opt: o, queue: make(chan *ticket, o.Queue)}
	d.tickets.New = func() any { return &ticket{done: make(chan error, 1)} }
	d.wake.head = n.head
	d.ahead.from.Store(uint64(n.state.Unlike.From))
	d.saved.last = make(map[floor.DeviceID]uint64, len(n.marks.devices))
	for id, dev := range n.marks.devices {
		d.saved.last[id] = dev.last
	}
	return d
}

// Submit puts one command through the door and waits for its answer.
//
// Errors: those of Reply; ErrBusy and ErrStopped; ctx's. After ctx's error and after ErrStopped it is not known
// whether the command had its effect: the caller sends it again, under the same number, and learns it then.
func (d *Door) Submit(ctx context.Context, s Submission) (floor.Answer, error) {
	s.prepare()
	d.lookAhead(&s)
	t := d.tickets.Get().(*ticket)
	t.one[0] = s
	t.subs = t.one[:]
	if err := d.pass(ctx, t); err != nil {
		return floor.Answer{}, err // the loop may still hold the ticket: it is not used again
	}
	r := t.replies[0]
	t.one[0], t.subs, t.replies[0] = Submission{}, nil, Reply{}
	d.tickets.Put(t)
	r.finish(d.node.j)
	return r.Answer, r.Err
}

// SubmitAll puts commands through the door in their order, such as a device's queue or a batch of the centre's
// feed, and gives a reply for each. An error is Submit's; the replies before it are those known.
func (d *Door) SubmitAll(ctx context.Context, subs []Submission) ([]Reply, error) {
	replies := make([]Reply, 0, len(subs))
	for len(subs) > 0 {
		k := min(len(subs), batchMost)
		t := &ticket{subs: append([]Submission(nil), subs[:k]...), done: make(chan error, 1)}
		for i := range t.subs {
			t.subs[i].prepare()
			d.lookAhead(&t.subs[i])
		}
		if err := d.pass(ctx, t); err != nil {
			return replies, err
		}
		for i := range t.replies {
			t.replies[i].finish(d.node.j)
		}
		replies, subs = append(replies, t.replies...), subs[k:]
	}
	return replies, nil
}

// pass queues the ticket and waits until the loop is done with it.
func (d *Door) pass(ctx context.Context, t *ticket) error {
	if err := d.enqueue(t); err != nil {
		return err
	}
	select {
	case err := <-t.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (d *Door) enqueue(t *ticket) error {
	d.gate.RLock()
	defer d.gate.RUnlock()
	if d.ended {
		return d.cause
	}
	if d.replaced.Load() {
		return ErrReplaced
	}
	select {
	case d.queue <- t:
		return nil
	default:
		return ErrBusy
	}
}

// close ends the door: who waits is told, and who comes later is sent away.
func (d *Door) close(err error) {
	if err == nil {
		err = ErrStopped
	}
	d.gate.Lock()
	d.ended, d.cause = true, err
	d.gate.Unlock()
	d.wake.end(err)
	for {
		select {
		case t := <-d.queue:
			t.done <- err
		default:
			return
		}
	}
}

// Serve is the loop. It ends when ctx does, after everything that waits is answered, and then returns nil; or
// with the fault of a commit, which is ErrStopped and for the operator: the process must start anew.
func (d *Door) Serve(ctx context.Context) error {
	err := d.serve(ctx)
	d.close(err)
	return err
}

func (d *Door) serve(ctx context.Context) error {
	beat := time.NewTicker(d.opt.Beat)
	defer beat.Stop()
	encoded := make(chan func(), 1)
	var writer sync.WaitGroup
	defer writer.Wait()
	var g gathered
	for {
		var first *ticket
		if d.node.busy() { // something rides on the next commit: if nobody comes, it goes alone
			select {
			case first = <-d.queue:
			case <-ctx.Done():
				return d.drain(&g)
			default:
			}
		} else {
			select {
			case first = <-d.queue:
			case <-ctx.Done():
				return d.drain(&g)
			case take := <-encoded:
				take()
				continue
			case <-beat.C:
				d.turned()
				continue
			}
		}
		g.begin(d.turned())
		if first != nil {
			d.add(&g, first)
			d.gather(&g)
		}
		if err := d.commit(&g); err != nil {
			return err
		}
		if f := d.node.due(); f != nil {
			writer.Go(func() { // Freeze was the loop's, encoding is not
				data, err := f.encode()
				encoded <- func() {
					d.node.write(f.at, func() ([]byte, error) { return data, err })
					if err != nil {
						d.trouble.Store(&err)
					} else {
						d.trouble.Store(nil)
					}
				}
			})
		}
		select {
		case take := <-encoded:
			take()
		default:
		}
	}
}

// gathered is one group: tickets, their submissions as one list, and what becomes of them.
type gathered struct {
	now     time.Time
	tickets []*ticket
	subs    []Submission
	replies []Reply
	last    int   // tickets of the group before
	fault   error // the node's, when a part of the group had to be committed already
}

func (g *gathered) begin(now time.Time) {
	g.last, g.now = len(g.tickets), now
	clear(g.tickets)
	clear(g.subs)
	clear(g.replies)
	g.tickets, g.subs, g.replies = g.tickets[:0], g.subs[:0], g.replies[:0]
}

// add decides a ticket at once: others decode their commands meanwhile.
func (d *Door) add(g *gathered, t *ticket) {
	g.tickets = append(g.tickets, t)
	from := len(g.subs)
	g.subs = append(g.subs, t.subs...)
	if g.fault == nil {
		g.replies, g.fault = d.node.admit(g.now, g.subs[from:], g.replies)
	}
}

// gather takes what waits, without waiting for more than a moment.
func (d *Door) gather(g *gathered) {
	patience := min(quietTurns*max(1, g.last), mostQuiet)
	for quiet, turns := 0, 0; quiet < patience && turns < 4*mostQuiet && len(g.subs) < d.opt.Group; turns++ {
		runtime.Gosched()
		had := len(g.tickets)
		d.sweep(g)
		if quiet++; len(g.tickets) > had {
			quiet = 0
		}
	}
}

// sweep takes what is in the queue.
func (d *Door) sweep(g *gathered) {
	for len(g.subs) < d.opt.Group {
		select {
		case t := <-d.queue:
			d.add(g, t)
		default:
			return
		}
	}
}

// commit writes a group, and then tells: first the readers of the journal, then the callers.
func (d *Door) commit(g *gathered) error {
	err := g.fault
	if err == nil {
		err = d.node.commit(g.now)
	}
	if err != nil {
		for _, t := range g.tickets {
			t.done <- err
		}
		return err
	}
	replies := g.replies
	d.saved.note(g.subs, replies)
	d.ahead.from.Store(uint64(d.node.state.Unlike.From))
	d.wake.rise(d.node.head)
	for _, t := range g.tickets {
		k := len(t.subs)
		t.replies = append(t.replies[:0], replies[:k]...)
		replies = replies[k:]
		t.done <- nil
	}
	return nil
}

// turned begins a turn of the loop.
func (d *Door) turned() time.Time {
	now := d.opt.Clock()
	d.turn.Store(now.UnixNano())
	d.node.Stable(floor.Seq(d.stable.Load()))
	d.node.Tight(d.tight.Load())
	return now
}

// drain answers what waits when the end was asked for.
func (d *Door) drain(g *gathered) error {
	for {
		g.begin(d.turned())
		d.sweep(g)
		if len(g.tickets) == 0 {
			return nil
		}
		if err := d.commit(g); err != nil {
			return err
		}
	}
}

// Stable tells the door what Node.Stable tells a node. It takes effect with the next turn of the loop.
func (d *Door) Stable(seq floor.Seq) {
	for {
		was := d.stable.Load()
		if uint64(seq) <= was || d.stable.CompareAndSwap(was, uint64(seq)) {
			return
		}
	}
}

// Replace closes the door for good: another box holds the site, and whatever is decided here would be decided twice.
// What is in the queue is still answered. Nothing is taken, so that a handheld shows it to the other box.
func (d *Door) Replace() { d.replaced.Store(true) }

// Tight tells the door what Node.Tight tells a node. It takes effect with the next turn of the loop.
func (d *Door) Tight(now bool) { d.tight.Store(now) }

// Health is what a watchdog and an operator look at.
type Health struct {
	Turn    time.Time // when the loop last turned, by the site's clock; zero before it began
	Waiting int       // callers in the queue
	Head    journal.Position
	Fault   error // why Serve ended, ErrStopped when it was asked to; nil while it runs
	Trouble error // why the last snapshot was left out: a longer start, nothing lost
}

// Health may be called at any time.
func (d *Door) Health() Health {
	h := Health{Waiting: len(d.queue), Head: d.Head()}
	if at := d.turn.Load(); at != 0 {
		h.Turn = time.Unix(0, at)
	}
	if err := d.trouble.Load(); err != nil {
		h.Trouble = *err
	}
	d.gate.RLock()
	defer d.gate.RUnlock()
	h.Fault = d.cause
	return h
}

// Faulted says whether an error means that the node is gone, and with it the process.
func Faulted(err error) bool { return errors.Is(err, ErrStopped) }
