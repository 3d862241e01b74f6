package reconcile

import (
	"crypto/ed25519"
	"time"

	"picket/sync/wire"
)

// Event is what a shell tells an engine.
type Event interface{ event() }

// LinkUp: the broker took the connection and the subscriptions.
type LinkUp struct{}

// LinkDown: the connection is gone; what was published may or may not have arrived.
type LinkDown struct{}

// Received is a message from the other side, in the bytes that came.
type Received struct {
	Channel wire.Channel
	Payload []byte
	// More: the shell has the next message of this channel at hand, and will tell it at once. Records wait for it, so that
	// they are committed together.
	More bool
}

// CentreSeen is the centre's retained presence (site's end only).
type CentreSeen struct{ State wire.State }

// Woke: the log to be sent has grown.
type Woke struct{}

// Tick: the time of Next has come. Ticks that come early or twice do no harm.
type Tick struct{}

// Applied answers Apply, and only behind the commit that made the records durable together with their
// cursor. UpTo is the newest record committed, which may be less than was asked. Err is a passing
// fault: the rest is asked for again. Blocked names a record of unknown type at UpTo+1: the cursor
// stands before it until the peer's next attempt.
type Applied struct {
	UpTo    wire.Seq
	Pos     wire.Pos // centre's end: the number of facts it now holds about the site
	Blocked *wire.Blocked
	Err     error
}

// Adopted answers Adopt behind its commit (centre's end only).
type Adopted struct{ Err error }

// Restated answers Restate behind its commit: From is the first record of it (site's end only).
type Restated struct {
	From wire.Seq
	Err  error
}

// Whole says that the site has heard everybody who may know more: it recovers no more (site's end only).
type Whole struct{}

// Taken answers Take behind its commit (site's end only).
type Taken struct{ Err error }

// Staged answers Stage behind its commit (site's end only). Have is how many pieces of that snapshot, from the first
// on, are durable now: more than were handed over when the shell has fetched more itself, none when they turned out
// not to be what their digest says. Swapped says that the snapshot stands in the place of the site's state.
type Staged struct {
	Have    int
	Swapped bool
	Err     error
}

// Stabled tells the centre's end up to where every backup that may be restored reaches: the site's position as it is in the
// oldest of them. A number alone says nothing: a log may have been cut since, and another box's may begin at the same numbers.
type Stabled struct{ At wire.Position }

func (LinkUp) event()     {}
func (LinkDown) event()   {}
func (Received) event()   {}
func (CentreSeen) event() {}
func (Woke) event()       {}
func (Tick) event()       {}
func (Applied) event()    {}
func (Adopted) event()    {}
func (Taken) event()      {}
func (Whole) event()      {}
func (Staged) event()     {}
func (Restated) event()   {}
func (Stabled) event()    {}

// Effect is what an engine asks of its shell. Effects are carried out in the order given.
type Effect interface{ effect() }

// Publish sends a message to the other side on a channel of the site's topic. It may be lost.
type Publish struct {
	Channel wire.Channel
	Payload []byte
}

// Record is one received record with its place in the sender's chain: what the cursor becomes when
// this record is the last one committed.
type Record struct {
	Seq  wire.Seq
	Hash wire.Hash
	Raw  []byte
}

// Apply hands over records, contiguous from behind the receiver's cursor. They MUST be committed in
// one transaction with the cursor (Log, Seq and Hash of the last one taken), must be deduplicated by
// record id (a known id moves the cursor and has no effect), and must be answered by Applied exactly
// once. No second Apply is given before that answer.
type Apply struct {
	Log     wire.LogID // the sender's log; on the way down the feed's lineage in decimal
	Records []Record
	PII     []wire.Sealed
}

// Cursor is the place after the last record.
func (a Apply) Cursor() wire.Position {
	last := a.Records[len(a.Records)-1]
	return wire.Position{Log: a.Log, Seq: last.Seq, Hash: last.Hash}
}

// Acked says how far the peer has the own log. It may be persisted lazily: a lost one is found again
// in the next handshake.
type Acked struct {
	Acked  wire.Seq
	Stable wire.Seq
	Pos    wire.Pos
	Gen    wire.Generation // site's end: the centre's life line Pos belongs to
}

// Opened: a session stands.
type Opened struct {
	Session wire.SessionID
	Epoch   wire.Epoch // site's end: what the centre granted; keep it
	Schema  int
}

// Closed: the session is gone. A new handshake follows by itself at the site's end.
type Closed struct{ Cause Cause }

// Cause of a closed session.
type Cause string

const (
	CauseLinkDown Cause = "link down"
	CauseLost     Cause = "no acknowledgement in time"
	CauseNoSess   Cause = "the other side does not know the session"
	CauseFork     Cause = "the chains do not fit"
	CauseLostData Cause = "the other side knows more of this log than its owner"
	CauseCentre   Cause = "the centre was replaced or restored"
	CauseReplaced Cause = "a new session took its place"
	CauseSalvage  Cause = "a box that was replaced handed over facts"
	CauseEnrolled Cause = "another box was enrolled"
)

// Trouble is something an operator has to know. It does not stop the engine; Code "" takes back what
// stood before.
type Trouble struct {
	Code   TroubleCode
	Reason string
}

// TroubleCode is stable: alarms are written against it.
type TroubleCode string

const (
	TroubleFenced     TroubleCode = "fenced"     // this box was replaced; it hands nothing over any more
	TroubleRejected   TroubleCode = "rejected"   // the centre gave another reason
	TroubleImport     TroubleCode = "import"     // the centre knows facts this site does not: they are being taken in
	TroubleLostData   TroubleCode = "lost_data"  // this side lost records it had told of
	TroubleFork       TroubleCode = "fork"       // the peer's chain does not fit
	TroubleRestate    TroubleCode = "restate"    // the centre lacks records this site has dropped: it tells what they came to
	TroubleBlocked    TroubleCode = "blocked"    // the peer cannot take a record
	TroubleUnsendable TroubleCode = "unsendable" // a record of the own log fits no frame
	TroubleApply      TroubleCode = "apply"      // the own commit failed
	TroubleLog        TroubleCode = "log"        // the own log cannot be read
)

// Dropped counts a message that was not used.
type Dropped struct {
	Channel wire.Channel
	Why     string
	Err     error // *wire.Malformed when the message could not be read
	// Unproven: a key is known by which it had to be signed, and it is not, or was dropped before that was looked at; or it is of long ago. It is no
	// word of the other end's.
	Unproven bool
}

// Adopt asks the centre's shell to commit, in one transaction: Node, Epoch and Log as the site's
// active ones; the chain index cut back to CutTo (facts beyond stay, as facts no chain holds); and,
// when Reissue is not 0, a fresh down feed of that lineage, made from what should be open at the site.
// It MUST be answered by Adopted exactly once.
type Adopt struct {
	Node    wire.NodeID
	Epoch   wire.Epoch
	Log     wire.LogID
	CutTo   wire.Seq
	Reissue wire.Lineage
	Afresh  bool            // with Reissue: the feed before stands, and what of it happens once and was not answered goes over
	Head    wire.Seq        // what the site announced: replayed up to here, it has told all
	Feed    wire.FeedMark   // where the site says its feed stands
	FeedGen wire.Generation // and in which life line of the centre it came there; "": it does not say
	// Past is not zero where the site keeps nothing between CutTo and this place any more: the cursor goes there, the
	// records between are a declared gap, and what they came to follows as the site's restatement.
	Past wire.Position
	// Upon is not nil where the site stands upon a snapshot the centre lacks: what it came to follows as the site's restatement,
	// and before that nobody can say what the site's facts are about.
	Upon *wire.Upon
	// Forks are where Log left the logs before it, as far as the site says.
	Forks []wire.ForkAt
	// Key of Node, to be kept for ever in the same commit: none was known. nil: there is none to keep.
	Key ed25519.PublicKey
}

// Take without facts, in a session that opens, tells a site that recovers that the centre has told all.
//
// Take asks the site's shell to commit, in one transaction: every fact whose record id it does not hold, as
// something that happened (deduplicated, not put into the own log again); Pos and Gen as its marks; and, when
// the last piece of a Fork is taken, a new log id for what follows, with the present one as its parent. It MUST
// be answered by Taken exactly once. From a Fork on the site decides nothing irrevocable until its people say so.
type Take struct {
	Gen    wire.Generation // of the centre that told them
	To     wire.Pos        // the site knows all facts up to here once these are stored
	Facts  []wire.Fact
	Fork   bool     // the own log was rolled back
	Common wire.Seq // highest seq both chains agree on
	More   bool     // another piece follows
	Told   bool     // without facts, in a session that opens: the centre has told all,
	Feed   wire.Seq // and its feed ends here
}

// Stage asks the site's shell to keep one piece of a snapshot, durably, under the snapshot's id; pieces of another id
// are of no use any more. With the last piece, and the whole being what Digest says, the shell swaps: in one
// transaction the snapshot takes the place of the site's state, and what the own log holds behind Common is put on
// top. It MUST be answered by Staged exactly once.
type Stage struct {
	ID     wire.SnapshotID
	Gen    wire.Generation
	Pos    wire.Pos // all facts up to here are in it
	Fork   bool
	Common wire.Seq // highest seq both chains agree on
	Bytes  int64    // of all pieces
	Pieces int
	Digest wire.Hash
	Index  int
	Data   []byte
}

// Last says whether no piece follows.
func (s Stage) Last() bool { return s.Index == s.Pieces-1 }

// Restate asks the site's shell to write into its log what everything the site ever told comes to, as records like any
// other: the centre lacks records that are kept nowhere. It MUST be answered by Restated exactly once.
type Restate struct{}

func (Restate) effect() {}
func (Stage) effect()   {}
func (Publish) effect() {}
func (Apply) effect()   {}
func (Acked) effect()   {}
func (Opened) effect()  {}
func (Closed) effect()  {}
func (Trouble) effect() {}
func (Dropped) effect() {}
func (Adopt) effect()   {}
func (Take) effect()    {}

// Log is the log an engine sends from. It is read inside Step, so it must be quick and must show
// durable records only.
type Log interface {
	// Head is the newest durable record (Seq 0 and the zero hash when there is none) and the log's id.
	Head() wire.Position
	// First is the oldest record kept, head+1 when none is.
	First() wire.Seq
	// HashAt is the chain's hash after seq; false when seq is beyond what is known. HashAt(0) is zero.
	HashAt(seq wire.Seq) (wire.Hash, bool)
	// Read returns records from seq on: at most most, at most about bytes of them, at least one if
	// there is one.
	Read(from wire.Seq, most, bytes int) ([]wire.Entry, error)
}

// Chain is what a receiver remembers of the sender's hashes.
type Chain interface {
	// HashAt is the hash after seq of the records held; false when it is not known.
	HashAt(seq wire.Seq) (wire.Hash, bool)
}

// Facts is what the centre holds of a site's records, by pos.
type Facts interface {
	// Known reads facts behind a pos, rising, at most most and at least one of them if there is one, about
	// bytes in all; those that the chain holds at or before common are left out. UpTo is how far it looked.
	Known(after wire.Pos, common wire.Seq, most, bytes int) (facts []wire.Fact, upTo wire.Pos, err error)
}

// Snapshots is the centre's folded state of the site, for one that would have to take a long past.
type Snapshots interface {
	// Ready is the newest snapshot; not yet while it is being made (the site asks again), none when there is no
	// use in one for a site that knows all facts up to knows.
	Ready(knows wire.Pos) (s SnapshotInfo, yet, none bool)
	// Piece reads one piece of it.
	Piece(id wire.SnapshotID, index int) ([]byte, error)
}

// SnapshotInfo describes a snapshot.
type SnapshotInfo struct {
	ID     wire.SnapshotID
	Pos    wire.Pos
	Bytes  int64
	Digest wire.Hash
	// Must says that the facts alone do not come to what the site was: there is a gap in them. It counts whatever else
	// is ready.
	Must bool
	// Lacks is the last record of a gap of which not all was restated; 0: all was. Who has that record has what is in the gap, and keeps it.
	Lacks wire.Seq
}

// Pieces is how many pieces of wire.MaxPiece bytes it has.
func (i SnapshotInfo) Pieces() int { return int((i.Bytes + wire.MaxPiece - 1) / wire.MaxPiece) }

// Timing of an engine. Zero fields take the defaults of SYNC's rules.
type Timing struct {
	RetransmitMin time.Duration // 2 s
	RetransmitMax time.Duration // 60 s
	Heartbeat     time.Duration // 15 s without anything sent
	Lost          time.Duration // 45 s without an ack
	AckDelay      time.Duration // 200 ms
	AckRecords    int           // 64
	AckEvery      time.Duration // 30 s
	RefuseEvery   time.Duration // 1 s between nosession or malformed answers
	HelloMin      time.Duration // 2 s
	HelloMax      time.Duration // 60 s
	HelloSpread   time.Duration // 60 s: sites spread their hellos when the centre was restarted; < 0 is none
	ApplyRetry    time.Duration // 1 s after a failed commit
	WindowStart   int           // 4 batches
	WindowMax     int           // 16 batches
	Ready         int           // 16 batches received and waiting for the commit of the one before
	BatchRecords  int           // 256
	BatchBytes    int           // 384 KiB before compression
	Gather        time.Duration // 20 ms from one batch to the next while there is less than a whole one; < 0 is none
	Pace          time.Duration // 8 ms from one whole batch to the next while the log grows, for people work there; < 0 is none
}

func (t Timing) withDefaults() Timing {
	dur := func(d *time.Duration, v time.Duration) {
		if *d == 0 {
			*d = v
		}
	}
	num := func(n *int, v int) {
		if *n == 0 {
			*n = v
		}
	}
	dur(&t.RetransmitMin, 2*time.Second)
	dur(&t.RetransmitMax, time.Minute)
	dur(&t.Heartbeat, 15*time.Second)
	dur(&t.Lost, 45*time.Second)
	dur(&t.AckDelay, 200*time.Millisecond)
	dur(&t.AckEvery, 30*time.Second)
	dur(&t.RefuseEvery, time.Second)
	dur(&t.HelloMin, 2*time.Second)
	dur(&t.HelloMax, time.Minute)
	dur(&t.HelloSpread, time.Minute)
	dur(&t.ApplyRetry, time.Second)
	dur(&t.Gather, 20*time.Millisecond)
	dur(&t.Pace, 8*time.Millisecond)
	num(&t.AckRecords, 64)
	num(&t.WindowStart, 4)
	num(&t.WindowMax, 16)
	num(&t.Ready, 16)
	num(&t.BatchRecords, wire.MaxRecords)
	num(&t.BatchBytes, 384<<10)
	return t
}
