package wire

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
)

// Identities. Everything that travels in a topic or names a person's work is a distinct type, so that
// a node can never be passed where a site is meant.
type (
	// Tenant is the company: [A-Za-z0-9_-]{1,32}.
	Tenant string
	// SiteID is a store or warehouse: [A-Za-z0-9_-]{1,32}. It stands in topics and certificates.
	SiteID string
	// NodeID is one installation of a box (a ULID), bound to its certificate.
	NodeID string
	// LogID names one life of a log: minted when a database is created, restored or forked. On the
	// way down it is the feed's lineage in decimal (see Lineage.LogID).
	LogID string
	// SessionID is drawn at random by the centre for each welcome.
	SessionID string
	// Nonce is drawn at random by the site at each process start and hello.
	Nonce string
	// Challenge is drawn by the centre and good for one hello2.
	Challenge string
	// Generation is the centre's life line (a ULID), new after every restore of the centre.
	Generation string
)

// Seq counts the records of one chain from 1; 0 stands before the first.
type Seq uint64

// Pos counts the facts the centre holds about one site, whatever log they came by.
type Pos uint64

// Epoch is granted by the centre per enrolled box; a lower one is fenced.
type Epoch uint32

// Lineage counts the lives of one site's down feed; 0 means the site has seen none.
type Lineage uint64

// LogID renders a lineage as the log id its frames carry.
func (l Lineage) LogID() LogID { return LogID(strconv.FormatUint(uint64(l), 10)) }

// ParseLineage reads a log id of the down direction.
func ParseLineage(id LogID) (Lineage, error) {
	n, err := strconv.ParseUint(string(id), 10, 64)
	if err != nil {
		return 0, &Malformed{What: "feed", Field: "log", Reason: fmt.Sprintf("%.32q is no lineage number", string(id))}
	}
	return Lineage(n), nil
}

// Hash is a link of the chain: hash_n = SHA-256(hash_{n-1} || SHA-256(raw_n)), hash_0 = 32 zero bytes.
// The inner digest lets retention delete raw_n and keep a chain that still verifies.
type Hash [sha256.Size]byte

// Chain returns the hash after raw, given the hash before it.
func Chain(prev Hash, raw []byte) Hash {
	inner := sha256.Sum256(raw)
	var both [2 * sha256.Size]byte
	copy(both[:], prev[:])
	copy(both[sha256.Size:], inner[:])
	return sha256.Sum256(both[:])
}

// String is lower-case hex, 64 digits.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// MarshalText makes Hash hex in JSON.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads 64 hex digits.
func (h *Hash) UnmarshalText(text []byte) error {
	if len(text) != hex.EncodedLen(len(h)) {
		return fmt.Errorf("a hash has %d hex digits, this has %d", hex.EncodedLen(len(h)), len(text))
	}
	if _, err := hex.Decode(h[:], text); err != nil {
		return errors.New("a hash is made of hex digits")
	}
	return nil
}

// Position is a place in a log. A bare number is never one: the hash tells a fork from the same log,
// the log id tells a restored box from itself.
type Position struct {
	Log  LogID
	Seq  Seq
	Hash Hash
}

// Point is one (seq, hash) pair of a chain, as told in the handshake.
type Point struct {
	Seq  Seq  `json:"seq"`
	Hash Hash `json:"hash"`
}

// FeedMark is the site's durable place in its down feed.
type FeedMark struct {
	Lineage Lineage `json:"lineage"`
	Seq     Seq     `json:"seq"`
	Hash    Hash    `json:"hash"`
}

// Position is the mark seen as a place in a log.
func (m FeedMark) Position() Position {
	return Position{Log: m.Lineage.LogID(), Seq: m.Seq, Hash: m.Hash}
}

const (
	maxName  = 32 // site and tenant: they stand in topics and certificates
	maxToken = 64 // every other id
)

// checkToken says what is wrong with an id, or "".
func checkToken(s string, most int) string {
	if s == "" {
		return "is missing"
	}
	if len(s) > most {
		return fmt.Sprintf("has %d characters, at most %d are allowed", len(s), most)
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-' {
			continue
		}
		return fmt.Sprintf("has %q, only letters, digits, '_' and '-' are allowed", s[i:i+1])
	}
	return ""
}

// Check refuses a site id that could not stand in a topic.
func (s SiteID) Check() error {
	if why := checkToken(string(s), maxName); why != "" {
		return &Malformed{What: "id", Field: "site", Reason: why}
	}
	return nil
}

// Check refuses a tenant that could not stand in a topic.
func (t Tenant) Check() error {
	if why := checkToken(string(t), maxName); why != "" {
		return &Malformed{What: "id", Field: "tenant", Reason: why}
	}
	return nil
}
