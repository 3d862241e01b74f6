package wire

import (
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"time"
)

// Kind names a JSON message.
type Kind string

const (
	KindHello1    Kind = "hello1"
	KindChallenge Kind = "challenge"
	KindHello2    Kind = "hello2"
	KindProbe     Kind = "probe"
	KindImport    Kind = "import"
	KindSnapshot  Kind = "snapshot"
	KindReject    Kind = "reject"
	KindOffer     Kind = "offer"
	KindSalvage   Kind = "salvage"
	KindWelcome   Kind = "welcome"
	KindAck       Kind = "ack"
	KindNoSession Kind = "nosession"
	KindMalformed Kind = "malformed"
	KindState     Kind = "state"
)

// Message is one of the JSON messages of this file.
type Message interface {
	kind() Kind
	check() (field, reason string) // "" and "" when sound
}

// Schema is the range of protocol versions a site speaks.
type Schema struct {
	Min int `json:"min"`
	Max int `json:"max"`
}

// Mode a site is in.
type Mode string

const (
	ModeNormal     Mode = "normal"
	ModeRecovering Mode = "recovering" // it lost data: it decides nothing irrevocable
	ModeSalvage    Mode = "salvage"    // it was replaced: it only hands over what it holds
)

// Hello1 opens the handshake (site to centre).
type Hello1 struct {
	Node   NodeID    `json:"node"`
	Epoch  Epoch     `json:"epoch"`
	Nonce  Nonce     `json:"nonce"`
	Schema Schema    `json:"schema"`
	SW     string    `json:"sw"`
	T      time.Time `json:"t"`
	// Key is the box's own, by which all it says is signed, this message too; absent: it signs nothing.
	Key ed25519.PublicKey `json:"key,omitempty"`
}

// ChallengeMsg answers hello1. Ask lists the seqs whose hashes the centre wants to see in hello2, its own
// applied one among them, so that the common point is found without a second round.
type ChallengeMsg struct {
	Nonce Nonce      `json:"nonce"`
	Chal  Challenge  `json:"chal"`
	Gen   Generation `json:"gen"`
	Ask   []Seq      `json:"ask"`
	T     time.Time  `json:"t"`
}

// Hello2 tells where the site stands.
type Hello2 struct {
	Nonce    Nonce      `json:"nonce"`
	Chal     Challenge  `json:"chal"`
	Log      LogID      `json:"log"`
	Parents  []LogID    `json:"parents"`
	Head     Seq        `json:"head"`
	HeadHash Hash       `json:"head_hash"`
	First    Seq        `json:"first"` // oldest record kept; head+1 when none is
	Chain    []Point    `json:"chain"`
	Gen      Generation `json:"gen"` // "" before the first welcome
	Pos      Pos        `json:"pos"`
	D        FeedMark   `json:"d"`
	// DGen is the centre's life line in whose session the site's place in the feed was last agreed upon; "": it does not say.
	DGen Generation `json:"d_gen,omitempty"`
	Mode Mode       `json:"mode"`
	Snap *Held      `json:"snap,omitempty"` // absent: this site takes no snapshots
	// Restated is the first record of the newest complete restatement: what the site's past comes to, told as records
	// of its own log. 0: there is none.
	Restated Seq `json:"restated,omitempty"`
	// Upon is the snapshot of the centre the site's log stands upon; absent: it stands for itself.
	Upon *Upon `json:"upon,omitempty"`
	// Forks says where the site's log left each of Parents, oldest first; absent: it does not say.
	Forks []ForkAt `json:"forks,omitempty"`
}

// ForkAt is the last record of a log that the log forked from it has.
type ForkAt struct {
	Log  LogID `json:"log"`
	Seq  Seq   `json:"seq"`
	Hash Hash  `json:"hash"`
}

// MaxParents is how many logs a hello2 names, the newest ones.
const MaxParents = maxAsk

// Upon is a snapshot in the place of what a site's log came to: the log does not say what it held.
type Upon struct {
	Gen Generation `json:"gen"` // the life line in which it was made
	Pos Pos        `json:"pos"` // the facts in it
	Seq Seq        `json:"seq"` // the record with which it was taken
}

// Probe asks for more points of the site's chain; the site answers with hello2 again.
type Probe struct {
	Nonce Nonce     `json:"nonce"`
	Chal  Challenge `json:"chal"`
	Seqs  []Seq     `json:"seqs"`
}

// Import tells the site that the centre holds facts about it which it does not know. No session is
// open and nothing is adopted until the site has taken them and said hello again.
type Import struct {
	Nonce  Nonce  `json:"nonce"`
	Fork   bool   `json:"fork"`   // the site's log was rolled back: mint a new log id after Common
	Common Seq    `json:"common"` // highest seq both chains agree on
	ToPos  Pos    `json:"to_pos"` // the site's pos once this message's facts are stored
	More   bool   `json:"more"`   // another import follows the next hello
	Facts  []Fact `json:"facts"`
}

// Fact is one record the centre holds, in its exact bytes (base64 in JSON).
type Fact struct {
	Pos Pos    `json:"pos"`
	Raw []byte `json:"raw"`
}

// RejectCode says why no session is to be had.
type RejectCode string

const (
	RejectFenced       RejectCode = "fenced"             // another box took this one's place
	RejectUnknownSite  RejectCode = "unknown_site"       // the centre does not know the site
	RejectSchema       RejectCode = "schema"             // no common protocol version
	RejectSignature    RejectCode = "signature"          // hello2's signature is missing or wrong
	RejectNeedSnapshot RejectCode = "need_site_snapshot" // the site no longer keeps what the centre lacks
	RejectQuarantine   RejectCode = "quarantine"         // an operator keeps the site out
)

// Reject ends a handshake.
type Reject struct {
	Nonce  Nonce      `json:"nonce"`
	Code   RejectCode `json:"code"`
	Reason string     `json:"reason"` // for the operator
}

// Offer is a fenced box's: it hands over what it holds of its own log, and says where it would begin. Nonce is
// that of the hello that was refused.
type Offer struct {
	Nonce Nonce  `json:"nonce"`
	Node  NodeID `json:"node"`
	Log   LogID  `json:"log"`
	From  Seq    `json:"from"` // the first record it would send
	Prev  Hash   `json:"prev"` // of the chain before it
	Head  Seq    `json:"head"`
}

// Salvage takes an offer up: batches of that log may come under Session, and are acknowledged like others. What
// they bring is added to what is known about the site; nothing is adopted, and nothing comes down.
type Salvage struct {
	Nonce   Nonce     `json:"nonce"`
	Session SessionID `json:"session"`
	Log     LogID     `json:"log"`
	Resume  Seq       `json:"resume"` // records up to here are not asked for
	Window  int       `json:"window"`
}

// Welcome opens a session.
type Welcome struct {
	Nonce   Nonce      `json:"nonce"`
	Session SessionID  `json:"session"`
	Epoch   Epoch      `json:"epoch"`
	Log     LogID      `json:"log"`    // the log that was adopted
	Resume  Seq        `json:"resume"` // the centre holds the log up to here
	Pos     Pos        `json:"pos"`
	Gen     Generation `json:"gen"`
	Stable  Seq        `json:"stable"`
	D       FeedMark   `json:"d"`              // the down feed goes on behind this mark
	Feed    Seq        `json:"feed,omitempty"` // where the down feed ends now
	Window  int        `json:"window"`         // batches that may be under way
	Schema  int        `json:"schema"`         // the protocol version to use
}

// Ack is cumulative and sent only behind the receiver's own commit.
type Ack struct {
	Session SessionID `json:"session"`
	Applied Seq       `json:"applied"`
	Hash    Hash      `json:"hash"` // of the chain at Applied
	Pos     Pos       `json:"pos"`  // 0 on the way up
	Stable  Seq       `json:"stable"`
	Window  int       `json:"window"`
	Gap     bool      `json:"gap,omitempty"` // something between Applied and a later batch is missing: go back
	Blocked *Blocked  `json:"blocked,omitempty"`
	Nth     uint64    `json:"nth,omitempty"` // ack of this session by this end; 0: it does not count
}

// Blocked names the record the receiver cannot take.
type Blocked struct {
	Seq  Seq    `json:"seq"`
	Type string `json:"type"`
}

// NoSession says that Session is not known here.
type NoSession struct {
	Session SessionID `json:"session"`
}

// MalformedMsg tells the sender of a message that could not be read which field was wrong. It goes out at most
// once a second, and has no effect but a log line and a count.
type MalformedMsg struct {
	Channel Channel `json:"channel"`
	What    string  `json:"what"`
	Field   string  `json:"field"`
	Reason  string  `json:"reason"`
}

// State is presence, the only retained message. A will carries Online false and the boot it belongs
// to; a death whose boot is not the current one is ignored.
type State struct {
	Online bool       `json:"online"`
	Boot   uint64     `json:"boot"`
	Node   NodeID     `json:"node,omitempty"`
	Log    LogID      `json:"log,omitempty"`
	Head   Seq        `json:"head,omitempty"`
	Gen    Generation `json:"gen,omitempty"` // the centre's state only
	SW     string     `json:"sw,omitempty"`
}

func (*Hello1) kind() Kind       { return KindHello1 }
func (*ChallengeMsg) kind() Kind { return KindChallenge }
func (*Hello2) kind() Kind       { return KindHello2 }
func (*Probe) kind() Kind        { return KindProbe }
func (*Import) kind() Kind       { return KindImport }
func (*Reject) kind() Kind       { return KindReject }
func (*Offer) kind() Kind        { return KindOffer }
func (*Salvage) kind() Kind      { return KindSalvage }
func (*Welcome) kind() Kind      { return KindWelcome }
func (*Ack) kind() Kind          { return KindAck }
func (*NoSession) kind() Kind    { return KindNoSession }
func (*MalformedMsg) kind() Kind { return KindMalformed }
func (*State) kind() Kind        { return KindState }

// blank returns an empty message of a kind, or nil.
func blank(k Kind) Message {
	switch k {
	case KindHello1:
		return &Hello1{}
	case KindChallenge:
		return &ChallengeMsg{}
	case KindHello2:
		return &Hello2{}
	case KindProbe:
		return &Probe{}
	case KindImport:
		return &Import{}
	case KindSnapshot:
		return &Snapshot{}
	case KindReject:
		return &Reject{}
	case KindOffer:
		return &Offer{}
	case KindSalvage:
		return &Salvage{}
	case KindWelcome:
		return &Welcome{}
	case KindAck:
		return &Ack{}
	case KindNoSession:
		return &NoSession{}
	case KindMalformed:
		return &MalformedMsg{}
	case KindState:
		return &State{}
	}
	return nil
}

// Encode renders a message as {"kind":…,"v":1,…}. It fails only on a message that Decode would refuse.
func Encode(m Message) ([]byte, error) {
	if f, why := m.check(); why != "" {
		return nil, &Malformed{What: string(m.kind()), Field: f, Reason: why}
	}
	body, err := json.Marshal(m)
	if err != nil {
		return nil, &Malformed{What: string(m.kind()), Reason: "cannot be written: " + err.Error()}
	}
	out := make([]byte, 0, len(body)+32)
	out = append(out, `{"kind":"`...)
	out = append(out, m.kind()...)
	out = append(out, `","v":1,`...)
	out = append(out, body[1:]...)
	if len(out) > MaxWire {
		return nil, tooBig(m, len(out))
	}
	return out, nil
}

func tooBig(m Message, n int) error {
	return &Malformed{What: string(m.kind()), Reason: fmt.Sprintf("has %d bytes, at most %d are allowed", n, MaxWire)}
}

// Decode reads and checks a JSON message. Errors are *Malformed, or wrap ErrUnknownKind.
func Decode(payload []byte) (Message, error) {
	if len(payload) > MaxWire {
		return nil, &Malformed{What: "message", Reason: fmt.Sprintf("has %d bytes, at most %d are allowed", len(payload), MaxWire)}
	}
	var head struct {
		Kind *Kind `json:"kind"`
		V    int   `json:"v"`
	}
	if err := json.Unmarshal(payload, &head); err != nil {
		return nil, malformedJSON("message", err)
	}
	if head.Kind == nil {
		return nil, &Malformed{What: "message", Field: "kind", Reason: "is missing"}
	}
	m := blank(*head.Kind)
	if m == nil {
		return nil, fmt.Errorf("%w: %.40q", ErrUnknownKind, string(*head.Kind))
	}
	if head.V != 1 {
		return nil, &Malformed{What: string(*head.Kind), Field: "v", Reason: fmt.Sprintf("is %d, only 1 is spoken", head.V)}
	}
	if err := json.Unmarshal(payload, m); err != nil {
		return nil, malformedJSON(string(*head.Kind), err)
	}
	if f, why := m.check(); why != "" {
		return nil, &Malformed{What: string(*head.Kind), Field: f, Reason: why}
	}
	return m, nil
}
