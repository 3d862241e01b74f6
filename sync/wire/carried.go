package wire

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"strconv"
)

// Carried is a run of a replaced box's records, with the rows beside them, that a person carries to the centre. The box signs it as it signs
// what it says on the line: there is no line that would show who brought it.
type Carried struct {
	Site SiteID
	Node NodeID
	Log  LogID
	From Seq  // the first record
	Prev Hash // of the chain before it

	head Hash // behind the last one
	n    int
	rows hash.Hash
}

// Add takes the next record, and Row what is personal beside the last one.
func (c *Carried) Add(raw []byte) {
	if c.n++; c.n == 1 {
		c.head, c.rows = c.Prev, sha256.New()
	}
	c.head = Chain(c.head, raw)
}

// Row takes a row beside the record that was added last.
func (c *Carried) Row(ref string, body []byte) {
	var at [24]byte
	binary.BigEndian.PutUint64(at[:], uint64(c.n))
	binary.BigEndian.PutUint64(at[8:], uint64(len(ref)))
	binary.BigEndian.PutUint64(at[16:], uint64(len(body)))
	c.rows.Write(at[:])
	c.rows.Write([]byte(ref))
	c.rows.Write(body)
}

// Len is how many records it has.
func (c *Carried) Len() int { return c.n }

// claim is what is signed: who says it, the place of the records, the chain over all of them, and the rows.
func (c *Carried) claim() []byte {
	text := "picket box records\n" + string(c.Site) + "\n" + string(c.Node) + "\n" + string(c.Log) + "\n" + strconv.FormatUint(uint64(c.From), 10) + "\n" +
		strconv.Itoa(c.n) + "\n" + hex.EncodeToString(c.Prev[:]) + "\n" + hex.EncodeToString(c.head[:]) + "\n"
	return c.rows.Sum([]byte(text))
}

// Sign is the box's signature of what was added, and Next goes on behind it.
func (c *Carried) Sign(key ed25519.PrivateKey) []byte { return ed25519.Sign(key, c.claim()) }

// Next begins the run behind this one.
func (c *Carried) Next() {
	*c = Carried{Site: c.Site, Node: c.Node, Log: c.Log, From: c.From + Seq(c.n), Prev: c.head}
}

// Proven says whether a signature is by a key.
func (c *Carried) Proven(key ed25519.PublicKey, sig []byte) bool {
	return c.n > 0 && len(key) == ed25519.PublicKeySize && ed25519.Verify(key, c.claim(), sig)
}
