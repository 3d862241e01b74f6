//go:build crashstates

package node

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	bolt "go.etcd.io/bbolt"
	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"

	"picket/edge/floor"
	"picket/edge/journal"
	"picket/edge/journal/crashdisk"
)

// told is what the world knew after one step: the head, everything in memory and beside the journal, and the answers.
type told struct {
	head   journal.Position
	seen   string
	stable floor.Seq
	now    time.Time
	subs   []Submission // of this step, to be sent again by whoever heard nothing
	says   []floor.Answer
}

var crashOptions = Options{Source: source, SnapshotEvery: 12, ChunksPer: 1, Retain: time.Minute, Keep: Keep{Last: 32}}

// everything is what can be seen of a site: its memory, and the rows beside its journal.
func everything(n *Node, f *journal.File) (string, error) {
	data, err := freeze(journal.Position{}, n.state, n.marks).encode()
	if err != nil {
		return "", err
	}
	h := sha256.New()
	h.Write(data)
	for _, kind := range []string{rowClosed, rowDue, rowBy, "pii"} {
		err := f.Rows(kind, nil, 0, func(k, v []byte) error {
			fmt.Fprintf(h, "%s %d %x %x\n", kind, len(k), k, v)
			return nil
		})
		if err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("%x", h.Sum(nil)), nil
}

// shift is a day of a site: sensible work on one order after the other by two handhelds, wild commands of everybody,
// the centre's feed.
type shift struct {
	rnd        *rand.Rand
	n          *Node
	next       map[string]uint64
	feed, call uint64
	order      int
	unit       floor.UnitID
	todo       []func() floor.Command
}

var wild = rapid.Custom(command)

func (s *shift) by(who string, c floor.Command) Submission {
	s.next[who]++
	return counted(who, s.next[who], c)
}

// work is what a picker does next.
func (s *shift) work() floor.Command {
	if len(s.todo) == 0 {
		s.order++
		id := floor.OrderID(fmt.Sprintf("O-%d", s.order))
		say := func(c floor.Command) { s.todo = append(s.todo, func() floor.Command { return c }) }
		say(assign(s.order)) // the OMS's own call; feed and calls assign others
		say(&floor.Start{Order: id})
		for range 5 {
			say(&floor.Scan{Order: id, Line: "1", SKU: "OAT", Qty: 1})
		}
		say(&floor.Scan{Order: id, Line: "2", SKU: "SOY", Qty: 3, Done: true})
		say(&floor.OpenUnit{Order: id})
		for _, c := range []func() floor.Command{
			func() floor.Command { return &floor.AddToUnit{Unit: s.unit, SKU: "OAT", Qty: 5} },
			func() floor.Command { return &floor.AddToUnit{Unit: s.unit, SKU: "SOY", Qty: 3} },
			func() floor.Command { return &floor.CloseUnit{Unit: s.unit} },
			func() floor.Command { return &floor.HandOver{Unit: s.unit} },
			func() floor.Command { return &floor.ArchiveOrders{Orders: []floor.OrderID{id}} },
		} {
			s.todo = append(s.todo, c)
		}
	}
	c := s.todo[0]()
	s.todo = s.todo[1:]
	return c
}

func (s *shift) group() (subs []Submission) {
	for i := range 1 + s.rnd.IntN(1+s.rnd.IntN(6)) {
		switch s.rnd.IntN(8) {
		case 0:
			s.call++
			sub := Submission{Meta: floor.Meta{ID: floor.CommandID(fmt.Sprintf("call-%d", s.call)), Actor: "bo"}, Command: wild.Example(int(s.rnd.Uint32()))}
			sub.Rows = []Row{{Kind: "pii", Key: []byte{byte('a' + s.rnd.IntN(9))}, Value: make([]byte, 1+s.rnd.IntN(1500))}}
			subs = append(subs, sub)
		case 1:
			s.feed++
			subs = append(subs, Submission{Meta: floor.Meta{ID: floor.CommandID(fmt.Sprintf("rec-%d", s.feed)), Down: &floor.Down{Lineage: 1, Seq: s.feed, Hash: "c0ffee"}},
				Command: assign(1000 + s.rnd.IntN(8))})
		case 2, 3:
			subs = append(subs, s.by("hh-2", wild.Example(int(s.rnd.Uint32()))))
		default:
			if i == 0 { // what the next work is depends on the answers
				subs = append(subs, s.by("hh-1", s.work()))
			} else {
				subs = append(subs, s.by("hh-1", &floor.AdjustStock{SKU: "OAT", Bin: "A-1", Delta: 1 + s.rnd.IntN(9), Reason: "found"}))
			}
		}
	}
	return subs
}

// life is one history: what the disk heard, and what was told when.
func life(t *testing.T, seed uint64, rec *crashdisk.Recorder) []told {
	rnd := rand.New(rand.NewPCG(seed, 3))
	path := filepath.Join(t.TempDir(), "site.db")
	f, err := journal.Open(path, journal.Options{Log: "LOG0"})
	require.NoError(t, err)
	require.NoError(t, rec.Holds(path))
	bolt.Hook = rec
	defer func() { bolt.Hook = nil }()
	s := &shift{rnd: rnd, n: boot(t, f, crashOptions), next: map[string]uint64{}}
	var all []told
	tell := func(now time.Time, stable floor.Seq, subs []Submission, replies []Reply) {
		seen, err := everything(s.n, f)
		require.NoError(t, err)
		one := told{head: s.n.Head(), seen: seen, stable: stable, now: now, subs: subs}
		for _, r := range replies {
			require.NoError(t, r.Err)
			one.says = append(one.says, r.Answer)
			if r.Answer.Unit != "" {
				s.unit = r.Answer.Unit
			}
		}
		rec.Ack(len(all))
		all = append(all, one)
	}
	stable := floor.Seq(0)
	tell(day, 0, nil, nil)
	for i := range 40 {
		now := day.Add(time.Duration(i) * time.Minute)
		subs := setup(0)
		if i > 0 {
			subs = s.group()
		}
		if rnd.IntN(4) == 0 && s.n.Head().Seq > 60 { // the centre's word is no command, and is lost with the power
			stable = floor.Seq(s.n.Head().Seq) - 60
			s.n.Stable(stable)
		}
		if rec.Mutant == "wait for the commit before the answer" {
			rec.Ack(len(all))
		}
		replies, err := s.n.Step(now, copied(subs))
		require.NoError(t, err)
		tell(now, stable, subs, replies)
		if i%15 == 14 { // a restart in good order
			require.NoError(t, f.Close())
			f, err = journal.Open(path, journal.Options{})
			require.NoError(t, err)
			s.n = boot(t, f, crashOptions)
			s.n.Stable(stable)
		}
	}
	require.NoError(t, f.Close())
	return all
}

func TestCrashStates(t *testing.T) {
	seeds, err := strconv.Atoi(os.Getenv("PICKET_CRASH_SEEDS"))
	require.NoError(t, err)
	base, err := os.MkdirTemp(os.Getenv("PICKET_CRASH_DIR"), "run-")
	require.NoError(t, err)
	started := time.Now()
	lives, heard := make([][]told, seeds), make([]*crashdisk.Recorder, seeds)
	for seed := range seeds { // one after the other: bbolt has one ear
		heard[seed] = &crashdisk.Recorder{Mutant: os.Getenv("PICKET_CRASH_MUTANT")}
		lives[seed] = life(t, uint64(seed), heard[seed])
	}
	var states, commands, shipped atomic.Int64
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for seed := range seeds {
		g.Go(func() error {
			dir, n := filepath.Join(base, fmt.Sprint(seed)), 0
			_, err := crashdisk.Explore(heard[seed], 3, rand.New(rand.NewPCG(uint64(seed), 4)), func(s crashdisk.State) error {
				n++
				states.Add(1)
				if s.Acked < 0 {
					return nil // nobody was told anything
				}
				if err := os.Mkdir(dir, 0o700); err != nil {
					return err
				}
				if err := s.Restore(dir); err != nil {
					return err
				}
				if err := goesOn(filepath.Join(dir, "site.db"), lives[seed], s.Acked, n%8 == 0); err != nil {
					return err
				}
				return os.RemoveAll(dir)
			})
			if err != nil {
				return fmt.Errorf("seed %d: %w", seed, err)
			}
			for _, l := range lives[seed] {
				for _, a := range l.says {
					if commands.Add(1); a.Outcome != floor.OutcomeRefused {
						shipped.Add(1)
					}
				}
			}
			return nil
		})
	}
	require.NoError(t, g.Wait())
	require.Greater(t, shipped.Load()*2, commands.Load(), "most commands do something")
	t.Logf("%d commands answered, %d of them with an effect", commands.Load(), shipped.Load())
	var used syscall.Rusage
	require.NoError(t, syscall.Getrusage(syscall.RUSAGE_SELF, &used))
	t.Logf("%d states explored in %s, %d s of CPU", states.Load(), time.Since(started), used.Utime.Sec+used.Stime.Sec)
}

// goesOn starts the site on what the power cut left, and has everybody ask again.
func goesOn(path string, all []told, acked int, whole bool) error {
	if err := journal.CheckAll(path); err != nil {
		return err
	}
	f, err := journal.Open(path, journal.Options{})
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	n, err := Boot(f, crashOptions)
	if err != nil {
		return err
	}
	was := all[acked]
	n.Stable(was.stable)
	// What was told is there, and of the step under way nothing or all of it.
	seen, err := everything(n, f)
	if err != nil {
		return err
	}
	if n.Head() != was.head || seen != was.seen {
		if acked+1 == len(all) || n.Head() != all[acked+1].head {
			return fmt.Errorf("the head is %v, want %v as it was acknowledged", n.Head(), was.head)
		}
		n.Stable(all[acked+1].stable)
		if seen, err = everything(n, f); err != nil {
			return err
		}
		if seen != all[acked+1].seen {
			return fmt.Errorf("at %d the site remembers something else", n.Head().Seq)
		}
	}
	// Those who were answered ask again and hear the same; nothing is done twice.
	for _, old := range all[max(0, acked-1) : acked+1] {
		if err := again(n, old, false); err != nil {
			return err
		}
	}
	// Those who were not send it again.
	if acked+1 == len(all) {
		return nil
	}
	next := all[acked+1]
	n.Stable(next.stable)
	if err := again(n, next, true); err != nil {
		return err
	}
	if n.Head() != next.head {
		return fmt.Errorf("sent again, the head is %v, want %v", n.Head(), next.head)
	}
	if seen, err = everything(n, f); err != nil {
		return err
	}
	if seen != next.seen {
		return fmt.Errorf("sent again, the site remembers something else at %d", n.Head().Seq)
	}
	if !whole {
		return nil
	}
	if err := f.Close(); err != nil {
		return err
	}
	return journal.CheckAll(path)
}

// again sends a step's commands once more and wants the answers of the first time.
func again(n *Node, one told, may bool) error {
	head := n.Head()
	replies, err := n.Step(one.now, copied(one.subs))
	if err != nil {
		return err
	}
	for i, r := range replies {
		id := one.subs[i].Meta.ID
		if r.Err != nil {
			return fmt.Errorf("%s %s: %w", id, one.subs[i].Command.Kind(), r.Err)
		}
		if one.subs[i].Meta.Down != nil && r.Answer.Outcome == floor.OutcomeDuplicate {
			continue
		}
		if got, want := fmt.Sprintf("%+v", once(r.Answer)), fmt.Sprintf("%+v", once(one.says[i])); got != want {
			return fmt.Errorf("%s %s: answered %s, first %s", id, one.subs[i].Command.Kind(), got, want)
		}
	}
	if !may && n.Head().Seq != head.Seq {
		return errors.New("a command that was answered was done again")
	}
	return nil
}
