package node

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/journal"
)

// slow is a journal whose commits wait until they are let through.
type slow struct {
	*journal.Mem
	began chan int      // told when a commit begins, with the number of its entries
	pass  chan struct{} // one for each commit
}

func newSlow() *slow {
	return &slow{Mem: journal.NewMem("log-1"), began: make(chan int), pass: make(chan struct{})}
}

func (s *slow) Append(b journal.Batch) (journal.Position, error) {
	if s.began != nil && len(b.Entries) > 0 {
		s.began <- len(b.Entries)
		<-s.pass
	}
	return s.Mem.Append(b)
}

// open serves a door until the test ends.
func open(t *testing.T, n *Node, o DoorOptions) (*Door, func() error) {
	if o.Clock == nil {
		o.Clock = func() time.Time { return day }
	}
	d := NewDoor(n, o)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- d.Serve(ctx) }()
	var once sync.Once
	var err error
	end := func() error {
		once.Do(func() {
			stop()
			err = <-ended
		})
		return err
	}
	t.Cleanup(func() { _ = end() })
	return d, end
}

func TestManySubmittersAreAnsweredEachTheirOwn(t *testing.T) {
	const devices, each = 32, 25
	mem := journal.NewMem("log-1")
	n := site(t, mem, Options{Source: source, SnapshotEvery: 100})
	before := n.Head().Seq
	d, end := open(t, n, DoorOptions{})
	var wg sync.WaitGroup
	var mu sync.Mutex
	seqs := map[floor.Seq]string{}
	for i := range devices {
		wg.Go(func() {
			device := fmt.Sprintf("hh-%d", i)
			for k := uint64(1); k <= each; k++ {
				s := counted(device, k, &floor.AdjustStock{SKU: "OAT", Bin: "A-1", Delta: 1, Reason: "found"})
				a, err := d.Submit(t.Context(), s)
				if !noError(t, err) {
					return
				}
				again, err := d.Submit(t.Context(), s) // asked at once by a link that doubled it
				if !noError(t, err) {
					return
				}
				mu.Lock()
				if a.Outcome != floor.OutcomeAccepted || again.Outcome != floor.OutcomeDuplicate || again.Seq != a.Seq || seqs[a.Seq] != "" {
					t.Errorf("%s %d: %+v, then %+v, seq taken by %q", device, k, a, again, seqs[a.Seq])
				}
				seqs[a.Seq] = device
				mu.Unlock()
			}
		})
	}
	readers, stop := context.WithCancel(t.Context())
	var reading sync.WaitGroup
	reading.Go(func() { // a reader that follows: what it is woken for can be read
		for seq := floor.Seq(before); ; {
			head, err := d.Wait(readers, seq)
			if err != nil {
				return
			}
			next, err := mem.Read(uint64(seq)+1, 0, func(uint64, []byte) error { return nil })
			if !noError(t, err) || next <= uint64(head) {
				t.Errorf("woken for %d, read up to %d", head, next-1)
				return
			}
			seq = head
		}
	})
	wg.Wait()
	stop()
	reading.Wait()
	require.NoError(t, end())
	require.Len(t, seqs, devices*each)
	require.EqualValues(t, before+devices*each, d.Head().Seq)
	require.EqualValues(t, each, d.Saved("hh-7"))
	require.Zero(t, d.Saved("nobody"))

	state, marks, _, err := Load(mem)
	require.NoError(t, err)
	require.EqualValues(t, 50+devices*each, state.OnHand("bin/A-1", "OAT"))
	require.Equal(t, memory(t, n.state, n.marks), memory(t, state, marks))
	s, ok := mem.Snapshot()
	require.True(t, ok, "a snapshot was taken on the way")
	require.Greater(t, s.Seq, before)
}

func noError(t *testing.T, err error) bool {
	if err != nil {
		t.Errorf("unexpected: %v", err)
	}
	return err == nil
}

func TestThoseWhoWaitShareACommit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := newSlow()
		began := j.began
		j.began = nil // not during the setup
		n := site(t, j, options())
		before := n.Head().Seq
		j.began = began
		d, end := open(t, n, DoorOptions{})
		answers := make(chan floor.Answer, 10)
		send := func(i int) {
			a, err := d.Submit(t.Context(), Submission{
				Meta:    floor.Meta{ID: floor.CommandID(fmt.Sprintf("c-%d", i))},
				Command: &floor.AdjustStock{SKU: "OAT", Bin: "A-1", Delta: 1, Reason: "found"},
			})
			noError(t, err)
			answers <- a
		}
		go send(0)
		require.Equal(t, 1, <-j.began)
		for i := 1; i < 10; i++ {
			go send(i)
		}
		synctest.Wait()
		require.Empty(t, answers, "told before it was saved")
		require.EqualValues(t, before, d.Head().Seq, "shown before it was saved")
		require.Equal(t, 9, d.Health().Waiting)
		j.pass <- struct{}{}
		require.Equal(t, 9, <-j.began, "all that waited go in one commit")
		synctest.Wait()
		require.Len(t, answers, 1)
		j.pass <- struct{}{}
		synctest.Wait()
		require.Len(t, answers, 10)
		require.NoError(t, end())
	})
}

func TestOverloadIsSaidAndLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := newSlow()
		began := j.began
		j.began = nil
		n := site(t, j, options())
		j.began = began
		d, end := open(t, n, DoorOptions{Queue: 2})
		s := func(n uint64) Submission {
			return counted(fmt.Sprintf("hh-%d", n), 1, &floor.AdjustStock{SKU: "OAT", Bin: "A-1", Delta: 1, Reason: "found"})
		}
		errs := make(chan error, 3)
		go func() { _, err := d.Submit(t.Context(), s(1)); errs <- err }()
		<-j.began
		for i := range uint64(2) {
			go func() { _, err := d.Submit(t.Context(), s(2+i)); errs <- err }()
		}
		synctest.Wait()
		_, err := d.Submit(t.Context(), s(4))
		require.ErrorIs(t, err, ErrBusy)
		j.pass <- struct{}{}
		<-j.began
		j.pass <- struct{}{}
		for range 3 {
			require.NoError(t, <-errs)
		}
		go func() { <-j.began; j.pass <- struct{}{} }()
		a, err := d.Submit(t.Context(), s(4))
		require.NoError(t, err)
		require.Equal(t, floor.OutcomeAccepted, a.Outcome, "it had not been taken before")
		require.NoError(t, end())
	})
}

func TestACallerWhoLeavesLearnsItLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := newSlow()
		began := j.began
		j.began = nil
		n := site(t, j, options())
		j.began = began
		d, end := open(t, n, DoorOptions{})
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		s := counted("hh-1", 1, &floor.Start{Order: "O-1"})
		left := make(chan error, 1)
		go func() { _, err := d.Submit(ctx, s); left <- err }()
		<-j.began
		require.ErrorIs(t, <-left, context.DeadlineExceeded)
		j.pass <- struct{}{}
		a, err := d.Submit(t.Context(), s)
		require.NoError(t, err)
		require.Equal(t, floor.OutcomeDuplicate, a.Outcome)
		require.NoError(t, end())
	})
}

func TestAFailedCommitEndsTheDoorForEver(t *testing.T) {
	mem := journal.NewMem("log-1")
	d, end := open(t, site(t, mem, options()), DoorOptions{})
	head := d.Head().Seq
	mem.FailNext(journal.Fault{Err: errors.New("input/output error")})
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			_, err := d.Submit(t.Context(), counted(fmt.Sprintf("hh-%d", i), 1, &floor.Start{Order: "O-1"}))
			if !Faulted(err) {
				t.Errorf("answered from a memory that is half true: %v", err)
			}
		})
	}
	wg.Wait()
	_, err := d.Wait(t.Context(), floor.Seq(head))
	require.ErrorIs(t, err, ErrStopped)
	err = end()
	require.ErrorIs(t, err, ErrStopped)
	require.ErrorContains(t, err, "input/output error")
	require.ErrorIs(t, d.Health().Fault, ErrStopped)
	_, err = d.Submit(t.Context(), counted("hh-1", 1, &floor.Start{Order: "O-1"}))
	require.ErrorIs(t, err, ErrStopped)
	require.Equal(t, head, d.Head().Seq, "nobody was shown what may not be there")
}

func TestTheEndAnswersWhoWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := newSlow()
		began := j.began
		j.began = nil
		n := site(t, j, options())
		j.began = began
		d, end := open(t, n, DoorOptions{})
		answers := make(chan floor.Answer, 4)
		for i := range 4 {
			go func() {
				a, err := d.Submit(t.Context(), counted(fmt.Sprintf("hh-%d", i), 1, &floor.AdjustStock{SKU: "OAT", Bin: "A-1", Delta: 1, Reason: "found"}))
				noError(t, err)
				answers <- a
			}()
			if i == 0 {
				<-j.began
			}
		}
		synctest.Wait()
		ended := make(chan error, 1)
		go func() { ended <- end() }()
		j.pass <- struct{}{}
		<-j.began
		j.pass <- struct{}{}
		require.NoError(t, <-ended)
		synctest.Wait()
		require.Len(t, answers, 4)
		_, err := d.Submit(t.Context(), counted("hh-9", 1, &floor.Start{Order: "O-1"}))
		require.ErrorIs(t, err, ErrStopped)
	})
}

func TestAQueueIsDrainedInOrder(t *testing.T) {
	d, end := open(t, site(t, journal.NewMem("log-1"), options()), DoorOptions{})
	var subs []Submission
	for n := uint64(1); n <= 600; n++ { // more than one piece of the queue
		subs = append(subs, counted("hh-1", n, &floor.AdjustStock{SKU: "OAT", Bin: "A-1", Delta: 1, Reason: "found"}))
	}
	replies, err := d.SubmitAll(t.Context(), subs[:400])
	require.NoError(t, err)
	require.Len(t, replies, 400)
	replies, err = d.SubmitAll(t.Context(), append(subs[300:], counted("hh-1", 700, &floor.Start{Order: "O-1"})))
	require.NoError(t, err)
	require.Len(t, replies, 301)
	for i, r := range replies[:300] {
		require.NoError(t, r.Err)
		want := floor.OutcomeAccepted
		if i < 100 {
			want = floor.OutcomeDuplicate
		}
		require.Equal(t, want, r.Answer.Outcome, i)
	}
	var gap *GapError
	require.ErrorAs(t, replies[300].Err, &gap)
	require.EqualValues(t, 601, gap.Expect)
	require.ErrorIs(t, replies[300].Err, ErrGap)
	require.EqualValues(t, 600, d.Saved("hh-1"))
	require.NoError(t, end())
}

func TestAnIdleLoopShowsThatItLives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, end := open(t, site(t, journal.NewMem("log-1"), options()), DoorOptions{Clock: time.Now, Beat: time.Second})
		time.Sleep(90 * time.Second) // fake time
		synctest.Wait()
		require.Less(t, time.Since(d.Health().Turn), 2*time.Second)
		require.NoError(t, end())
	})
}

func TestASnapshotIsWrittenWhileNobodyComes(t *testing.T) {
	mem := journal.NewMem("log-1")
	n := site(t, mem, Options{Source: source, SnapshotEvery: 10, ChunksPer: 1})
	d, end := open(t, n, DoorOptions{})
	var subs []Submission
	for i := range 300 {
		subs = append(subs, Submission{Meta: floor.Meta{ID: floor.CommandID(fmt.Sprintf("c-%d", i))}, Command: assign(100 + i)})
	}
	_, err := d.SubmitAll(t.Context(), subs)
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		s, ok := mem.Snapshot()
		return ok && s.Seq > 200 && s.Chunks > 1
	}, 60*time.Second, time.Millisecond)
	require.NoError(t, end())
	require.NoError(t, d.Health().Trouble)
}
