package wire

import (
	"crypto/sha256"
	"fmt"
)

// Limits of a snapshot: what a site that lost very much takes in place of a long past.
const (
	MaxPiece       = 64 << 10  // bytes of one piece
	MaxPieces      = 1024      // pieces of one snapshot: 64 MiB as it is sent
	MaxSnapshotRaw = 512 << 20 // bytes once it is inflated: a reader stops there
)

// SnapshotID names the bytes of one snapshot. Pieces of the same id fit together, whenever they came.
type SnapshotID string

// Held is in hello2 of a site that takes snapshots: which one it has pieces of, and how many from the first on.
type Held struct {
	ID   SnapshotID `json:"id,omitempty"`
	Have int        `json:"have,omitempty"`
}

// Snapshot is one piece of what the centre has folded from the site's own facts. It comes on the channel snap in the
// place of an import, whole pieces in rising order; behind the last one that was asked for the site says hello again.
type Snapshot struct {
	Nonce  Nonce      `json:"nonce"`
	ID     SnapshotID `json:"id"`
	Pos    Pos        `json:"pos"`    // all facts up to here are in it
	Fork   bool       `json:"fork"`   // as in import
	Common Seq        `json:"common"` // as in import
	Bytes  int64      `json:"bytes"`  // of all pieces
	Pieces int        `json:"pieces"`
	Digest Hash       `json:"digest"` // SHA-256 of all pieces' bytes in order
	Index  int        `json:"index"`  // from 0
	Sum    Hash       `json:"sum"`    // SHA-256 of this piece
	More   bool       `json:"more"`   // the next piece comes without being asked for
	Data   []byte     `json:"data"`
}

// Last says whether no piece follows.
func (m *Snapshot) Last() bool { return m.Index == m.Pieces-1 }

// Sound says whether the piece is what its hash says.
func (m *Snapshot) Sound() bool { return Sum(m.Data) == m.Sum }

// Sum is SHA-256 of a piece, or of a snapshot.
func Sum(data []byte) Hash { return sha256.Sum256(data) }

func (*Snapshot) kind() Kind { return KindSnapshot }

func (m *Snapshot) check() (string, string) {
	if f, why := tokens("nonce", string(m.Nonce), "id", string(m.ID)); why != "" {
		return f, why
	}
	switch {
	case m.Pieces < 1 || m.Pieces > MaxPieces:
		return "pieces", fmt.Sprintf("is %d, it must be 1 to %d", m.Pieces, MaxPieces)
	case m.Index < 0 || m.Index >= m.Pieces:
		return "index", fmt.Sprintf("is %d, it must be 0 to pieces-1 (%d)", m.Index, m.Pieces-1)
	case m.Bytes <= int64(m.Pieces-1)*MaxPiece || m.Bytes > int64(m.Pieces)*MaxPiece:
		return "bytes", fmt.Sprintf("is %d, which does not make %d pieces of %d", m.Bytes, m.Pieces, MaxPiece)
	}
	want := MaxPiece
	if m.Last() {
		want = int(m.Bytes - int64(m.Pieces-1)*MaxPiece)
	}
	if len(m.Data) != want {
		return "data", fmt.Sprintf("has %d bytes, piece %d has %d", len(m.Data), m.Index, want)
	}
	return "", ""
}

func (h *Held) check() (string, string) {
	if h.ID != "" {
		if f, why := tokens("snap.id", string(h.ID)); why != "" {
			return f, why
		}
	}
	if h.Have < 0 || h.Have > MaxPieces {
		return "snap.have", fmt.Sprintf("is %d, it must be 0 to %d", h.Have, MaxPieces)
	}
	return "", ""
}
