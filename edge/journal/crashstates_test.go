//go:build crashstates

package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	bolt "go.etcd.io/bbolt"

	"picket/edge/journal/crashdisk"
)

// both is what the file and its twin have in common here.
type both interface {
	Append(Batch) (Position, error)
	NewLog(string) (Position, error)
	Head() Position
	First() uint64
	Forks() []Fork
	Cursors() []Cursor
	Read(uint64, int, func(uint64, []byte) error) (uint64, error)
	ReadSnapshot() (Snapshot, []byte, error)
	Rows(string, []byte, int, func(k, v []byte) error) error
}

// summary is everything that can be seen of a journal: two with the same one are the same.
func summary(j both) (string, error) {
	snap, data, err := j.ReadSnapshot()
	if err != nil && !errors.Is(err, ErrSnapshot) {
		return "", err
	}
	var h Hash
	s := fmt.Sprintf("head %v first %d forks %v snapshot %v", j.Head(), j.First(), j.Forks(), snap)
	for _, c := range j.Cursors() {
		s += fmt.Sprintf(" cursor %s %d %v %x", c.Name, c.Seq, c.Hold, c.Data)
	}
	err = j.Rows("pii", nil, 0, func(k, v []byte) error { h = h.Next(k).Next(v); return nil })
	if err != nil {
		return "", err
	}
	_, err = j.Read(j.First(), 0, func(_ uint64, raw []byte) error { h = h.Next(raw); return nil })
	return fmt.Sprintf("%s all %s data %d", s, h.Next(data), len(data)), err
}

// history makes one life of a journal, on the file and on the twin, and returns what the disk heard and what must
// be found after each acknowledgement.
func history(t *testing.T, seed uint64, rec *crashdisk.Recorder) (acks []string, last Position) {
	rnd := rand.New(rand.NewPCG(seed, 1))
	path := filepath.Join(t.TempDir(), "site.db")
	bolt.Hook = rec
	defer func() { bolt.Hook = nil }()
	f, err := openOn(heard(rec), path, Options{Log: "LOG0"})
	require.NoError(t, err)
	m := NewMem("LOG0")
	ack := func() {
		a, err := summary(f)
		require.NoError(t, err)
		b, err := summary(m)
		require.NoError(t, err)
		require.Equal(t, b, a)
		rec.Ack(len(acks))
		acks = append(acks, a)
	}
	ack()
	var chunks []Chunk
	var mark Snapshot
	for step := range 70 {
		if step%23 == 22 {
			log := fmt.Sprintf("LOG%d", step)
			_, err = f.NewLog(log)
			require.NoError(t, err)
			_, err = m.NewLog(log)
			require.NoError(t, err)
			ack()
			continue
		}
		var b Batch
		for range 1 + rnd.IntN(1+rnd.IntN(40)) {
			raw := make([]byte, 1+rnd.IntN(1+rnd.IntN(900)))
			for i := range raw {
				raw[i] = byte(rnd.Uint32())
			}
			b.Entries = append(b.Entries, raw)
		}
		if rnd.IntN(2) == 0 {
			b.Cursors = []Cursor{{Name: "spool", Seq: f.Head().Seq, Hold: true, Data: []byte{byte(step)}}}
		}
		if rnd.IntN(3) == 0 {
			b.Rows = []Row{{Kind: "pii", Key: []byte{byte(rnd.IntN(9))}, Value: make([]byte, rnd.IntN(3000)), Delete: rnd.IntN(4) == 0}}
		}
		if len(chunks) == 0 && rnd.IntN(4) == 0 {
			state := make([]byte, 2+rnd.IntN(30_000))
			state[0] = byte(step)
			chunks, mark = NewSnapshot(f.Head(), state)
			chunks, mark.Chunks = halve(chunks), mark.Chunks*2
		} else if len(chunks) > 0 {
			b.Chunks, chunks = chunks[:1], chunks[1:]
			if len(chunks) == 0 {
				b.Complete = &mark
			}
		}
		if rnd.IntN(3) == 0 {
			b.Trim = f.Head().Seq
		}
		want, err := m.Append(b)
		require.NoError(t, err)
		last, err = f.Append(b)
		require.NoError(t, err)
		require.Equal(t, want, last)
		ack()
		if step%31 == 30 { // a restart in good order
			require.NoError(t, f.Close())
			f, err = openOn(heard(rec), path, Options{})
			require.NoError(t, err)
			m.Crash()
			chunks = nil
		}
	}
	require.NoError(t, f.Close())
	return acks, last
}

// halve cuts every chunk in two, so that a small state, too, is some commits under way.
func halve(chunks []Chunk) (out []Chunk) {
	for _, c := range chunks {
		half := len(c.Data) / 2
		for _, d := range [][]byte{c.Data[:half], c.Data[half:]} {
			out = append(out, Chunk{Seq: c.Seq, Index: uint32(len(out)), Data: d})
		}
	}
	return out
}

func TestCrashStates(t *testing.T) {
	seeds, err := strconv.Atoi(os.Getenv("PICKET_CRASH_SEEDS"))
	require.NoError(t, err)
	base, err := os.MkdirTemp(os.Getenv("PICKET_CRASH_DIR"), "run-")
	require.NoError(t, err)
	states, started := 0, time.Now()
	for seed := range uint64(seeds) {
		rec := &crashdisk.Recorder{Mutant: os.Getenv("PICKET_CRASH_MUTANT")}
		acks, _ := history(t, seed, rec)
		n, err := crashdisk.Explore(rec, 3, rand.New(rand.NewPCG(seed, 2)), func(s crashdisk.State) error {
			states++
			dir := filepath.Join(base, "s")
			if err := os.Mkdir(dir, 0o700); err != nil {
				return err
			}
			if err := s.Restore(dir); err != nil {
				return err
			}
			if err := judge(dir, acks, s.Acked, states%16 == 0); err != nil {
				return err
			}
			return os.RemoveAll(dir)
		})
		require.NoError(t, err, "seed %d, %d states", seed, n)
	}
	t.Logf("%d states explored in %s", states, time.Since(started))
}

// heard is the disk a journal comes into being on, with the rig listening.
func heard(r *crashdisk.Recorder) disk {
	return disk{open: r.Open, rename: r.Rename, syncDir: func(dir string) error { r.SyncDir(); return syncDir(dir) }}
}

// judge opens what the power cut left: everything acknowledged is there, and beyond it at most the one commit
// that was under way, whole. Before the creation was acknowledged there may be no file; then making it anew works.
func judge(dir string, acks []string, acked int, goOn bool) error {
	path := filepath.Join(dir, "site.db")
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if acked >= 0 {
			return errors.New("the file is gone")
		}
		f, err := Open(path, Options{Log: "AGAIN"})
		if err != nil {
			return fmt.Errorf("cannot be made again: %w", err)
		}
		return f.Close()
	}
	if err := CheckAll(path); err != nil {
		return err
	}
	f, err := Open(path, Options{})
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	got, err := summary(f)
	if err != nil {
		return err
	}
	if (acked < 0 || got != acks[acked]) && (acked+1 == len(acks) || got != acks[acked+1]) {
		return fmt.Errorf("found %s, want what was acknowledged", got)
	}
	if !goOn {
		return nil
	}
	head := f.Head()
	if _, err := f.Append(Batch{Entries: [][]byte{[]byte("goes on")}}); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := CheckAll(path); err != nil {
		return err
	}
	if f, err = Open(path, Options{}); err != nil {
		return err
	}
	if f.Head().Seq != head.Seq+1 {
		return fmt.Errorf("the entry after the crash is lost")
	}
	return nil
}
