package site

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"picket/edge/floor"
	"picket/edge/journal"
	"picket/edge/node"
	"picket/sync/reconcile"
	"picket/sync/uplink"
	"picket/sync/wire"
)

// outbox shows the journal to the uplink: the journal is the outbox.
type outbox struct {
	f      *journal.File
	proofs proofs
}

func (o outbox) Head() wire.Position {
	p := o.f.Head()
	return wire.Position{Log: wire.LogID(p.Log), Seq: wire.Seq(p.Seq), Hash: wire.Hash(p.Hash)}
}

func (o outbox) First() wire.Seq { return wire.Seq(o.f.First()) }

func (o outbox) HashAt(seq wire.Seq) (wire.Hash, bool) {
	h, err := o.f.HashAt(uint64(seq))
	return wire.Hash(h), err == nil
}

var errEnough = errors.New("enough")

func (o outbox) Read(from wire.Seq, most, bytes int) ([]wire.Entry, error) {
	var out []wire.Entry
	size := 0
	_, err := o.f.Read(uint64(from), most, func(_ uint64, raw []byte) error {
		if len(out) > 0 && size+len(raw) > bytes {
			return errEnough
		}
		size += len(raw)
		side, err := o.proofs.of(raw)
		if err != nil {
			return err
		}
		out = append(out, wire.Entry{Raw: raw, PII: side})
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return out, err
}

// inbox puts the centre's records through the door.
type inbox struct {
	door  *node.Door
	vault *vault
	lacks []string
	album *album

	file   *journal.File
	closed *node.Archive
}

// Submit obeys uplink.Node.
func (in inbox) Submit(ctx context.Context, d uplink.Delivery) (wire.Seq, error) {
	lineage, err := wire.ParseLineage(d.Log)
	if err != nil {
		return 0, err
	}
	var blocked *uplink.Blocked
	subs := make([]node.Submission, 0, len(d.Records))
	for _, r := range d.Records {
		c, m, err := floor.DecodeFeed(r.Raw)
		switch {
		case errors.Is(err, floor.ErrUnknownType), in.lack(r.Raw):
			peek, _ := wire.Peek(r.Raw)
			blocked = &uplink.Blocked{Seq: r.Seq, Type: peek.Type}
		case err != nil:
			// Whatever it is, it is no reason to stop: it is refused, and the refusal goes back to the centre.
			m = floor.Meta{ID: floor.CommandID(fmt.Sprintf("feed:%d:%d", lineage, r.Seq))}
			c = &floor.Malformed{Was: "feed", Why: err.Error()}
		}
		if blocked != nil {
			break
		}
		m.Down = &floor.Down{Lineage: uint64(lineage), Seq: uint64(r.Seq), Hash: hex.EncodeToString(r.Hash[:])}
		subs = append(subs, node.Submission{Meta: m, Command: c, Rows: in.rows(c, d.PII)})
	}
	done := wire.Seq(0)
	if len(d.Records) > 0 {
		done = d.Records[0].Seq - 1
	}
	replies, err := in.door.SubmitAll(ctx, subs)
	for i, r := range replies {
		if r.Err != nil {
			return done, r.Err
		}
		done = d.Records[i].Seq
	}
	if err != nil {
		return done, err
	}
	if blocked != nil {
		return done, blocked
	}
	return done, nil
}

func (in inbox) lack(raw []byte) bool {
	if len(in.lacks) == 0 {
		return false
	}
	peek, _ := wire.Peek(raw)
	return slices.Contains(in.lacks, peek.Type)
}

// TakeBack puts what the centre knows of this site's past through the door.
func (in inbox) TakeBack(ctx context.Context, t reconcile.Take) error {
	c := &floor.TakeBack{Gen: string(t.Gen), To: uint64(t.To), Fork: t.Fork, More: t.More, Feed: uint64(t.Feed), Facts: make([]floor.LostFact, len(t.Facts))}
	if t.Fork && !t.More {
		c.Log = floor.LogID(newID())
	}
	for i, f := range t.Facts {
		c.Facts[i] = floor.LostFact{Pos: uint64(f.Pos), Raw: f.Raw}
	}
	a, err := in.door.Submit(ctx, node.Submission{Meta: floor.Meta{ID: floor.CommandID("take:" + newID())}, Command: c})
	if err == nil && a.Refusal != nil {
		err = errors.New(a.Refusal.Words())
	}
	return err
}

// restateAtOnce is how many bytes of closed orders one command tells, about.
const restateAtOnce = 1 << 20

// Restate writes into the journal what this site's records come to: what stands on the floor in one commit, then the
// archive a piece at a time, which does not change behind it, and that it was all.
func (in inbox) Restate(ctx context.Context) (wire.Seq, error) {
	say := func(c *floor.Restate) (floor.Answer, error) {
		a, err := in.door.Submit(ctx, node.Submission{Meta: floor.Meta{ID: floor.CommandID("restate:" + newID())}, Command: c})
		if err == nil && a.Refusal != nil {
			err = errors.New(a.Refusal.Words())
		}
		return a, err
	}
	if _, err := say(&floor.Restate{}); err != nil {
		return 0, err
	}
	after := ""
	for more := true; more; {
		c, size := &floor.Restate{Closed: true}, 0
		more = false
		var bad error
		err := in.closed.ByDue(after, func(key string, o *floor.Order) bool {
			line, err := json.Marshal(map[string]*floor.Order{"order": o})
			if err != nil {
				bad = err
				return false
			}
			after, size = key, size+len(line)
			c.Lines = append(c.Lines, line)
			more = size > restateAtOnce
			return !more
		})
		if err = errors.Join(err, bad); err != nil {
			return 0, err
		}
		if len(c.Lines) > 0 {
			if _, err := say(c); err != nil {
				return 0, err
			}
		}
	}
	a, err := say(&floor.Restate{Whole: true})
	if err != nil {
		return 0, err
	}
	return in.whole(a)
}

// whole is with which record the restatement began that an answer ended.
func (in inbox) whole(a floor.Answer) (from wire.Seq, err error) {
	_, err = in.file.Read(uint64(a.Seq), 1, func(_ uint64, raw []byte) error {
		rec, err := floor.Decode(raw)
		if e, ok := rec.Event.(*floor.Restated); ok && err == nil {
			from = wire.Seq(e.Whole)
		}
		return err
	})
	if err == nil && from == 0 {
		err = errors.New("the restatement does not end where it should")
	}
	return from, err
}

// Stage keeps a piece of a snapshot beside the journal. Behind the last one the site starts anew, from it.
func (in inbox) Stage(ctx context.Context, s reconcile.Stage) reconcile.Staged {
	have, err := in.album.keep(ctx, s)
	return reconcile.Staged{Have: have, Err: err}
}

// parents are the logs the journal went through before this one.
func parents(f *journal.File) []wire.LogID {
	var out []wire.LogID
	for _, k := range f.Forks() {
		out = append(out, wire.LogID(k.Parent.Log))
	}
	return out
}

// forks are where it left them.
func forks(f *journal.File) []wire.ForkAt {
	var out []wire.ForkAt
	for _, k := range f.Forks() {
		out = append(out, wire.ForkAt{Log: wire.LogID(k.Parent.Log), Seq: wire.Seq(k.Parent.Seq), Hash: wire.Hash(k.Parent.Hash)})
	}
	return out
}

// rows are the sealed rows a command names: they are written in the transaction of its records.
func (in inbox) rows(c floor.Command, side []wire.Sealed) []journal.Row {
	if in.vault == nil { // see Inbox
		return nil
	}
	var want []string
	for _, r := range floor.RowsOf(c) {
		want = append(want, r.Ref)
	}
	var out []journal.Row
	for _, s := range side {
		if s.Ref == "" || !slices.Contains(want, s.Ref) {
			continue
		}
		if kind, key, ok := cutRef(s.Ref); ok {
			out = append(out, journal.Row{Kind: kind, Key: []byte(key), Value: in.vault.Seal(s.Ref, s.Sealed)})
		}
	}
	return out
}

func cutRef(ref string) (kind, key string, ok bool) {
	for i := range ref {
		if ref[i] == '/' {
			return ref[:i], ref[i+1:], i > 0 && i+1 < len(ref)
		}
	}
	return "", "", false
}

// The cursors of the line. What the centre has not applied must not be trimmed; nor what it has in no backup.
const (
	appliedCursor = "uplink.applied"
	stableCursor  = "uplink.stable"
)

// keeper remembers what the site knows of the centre.
type keeper struct {
	f    *journal.File
	door *node.Door
}

// Keep obeys uplink.Keeper.
func (k keeper) Keep(m uplink.Marks) error {
	if err := keepMarks(k.f, m); err != nil {
		return err
	}
	k.door.Stable(floor.Seq(m.Stable))
	k.door.Heard() // there are marks to keep only in a session
	return k.f.SetCursor(journal.Cursor{Name: stableCursor, Seq: uint64(m.Stable), Hold: true})
}

func keepMarks(f *journal.File, m uplink.Marks) error {
	data, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return f.SetCursor(journal.Cursor{Name: appliedCursor, Seq: uint64(m.Acked), Hold: true, Data: data})
}

// marks are what was kept last.
func marks(f *journal.File) (m uplink.Marks, err error) {
	if c, ok := f.Cursor(appliedCursor); ok {
		if err := json.Unmarshal(c.Data, &m); err != nil {
			return m, fmt.Errorf("line: %w", err)
		}
	}
	return m, nil
}

// learnt notes what the journal came to know of a life line of the centre before there is a session in it.
func learnt(f *journal.File, gen wire.Generation, pos wire.Pos) error {
	m, err := marks(f)
	if err != nil {
		return err
	}
	m.Learn(gen, pos)
	return keepMarks(f, m)
}

// remembered is what an earlier start knew of the centre.
func remembered(f *journal.File, feed floor.Down, known floor.Known, recovering bool) (reconcile.SiteState, error) {
	m, err := marks(f)
	if err != nil {
		return reconcile.SiteState{}, err
	}
	st := reconcile.SiteState{Epoch: m.Epoch, Acked: m.Acked, Stable: m.Stable, Gen: m.Gen, Pos: m.Pos, FeedGen: m.FeedGen}
	if known.Gen == string(m.Gen) || m.Gen == "" {
		st.Gen, st.Pos = wire.Generation(known.Gen), max(m.Pos, wire.Pos(known.Pos)) // the mark may not have been stored
	}
	if recovering {
		st.Mode = wire.ModeRecovering
	}
	if feed.Seq > 0 {
		hash, err := hex.DecodeString(feed.Hash)
		if err != nil || len(hash) != len(wire.Hash{}) {
			return st, fmt.Errorf("line: the feed's hash %q in the journal is not one", feed.Hash)
		}
		st.Feed = wire.FeedMark{Lineage: wire.Lineage(feed.Lineage), Seq: wire.Seq(feed.Seq), Hash: wire.Hash(hash)}
	}
	return st, nil
}
