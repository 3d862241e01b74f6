package site

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/journal"
	"picket/edge/node"
	"picket/sync/wire"
)

// signed is a picture of what the customer signed.
var signed = append([]byte("\x89PNG\r\n\x1a\n"), "signed by Ada King"...)

const signedRef = "pii/O-1/proof/1"

// handedOut is a house where O-1 was given away against a signature, and is over.
func handedOut(t *testing.T, dir string) *house {
	h := stockedIn(houseIn(t, dir, 0))
	h.v.Before = standing(h.file)
	h.give(&floor.SetBin{Bin: floor.Bin{ID: "S-1", Use: "staging", Walk: 99}})
	h.row(&floor.Assign{Order: "O-1", Assignment: "a-1", Number: "web-1", Flow: floor.FlowPickup, Mode: floor.ModeHold, Due: noon,
		Terms: floor.Terms{Contact: "pii/O-1", Proof: []floor.ProofMethod{floor.ProofSignature}}, Lines: []floor.AskedLine{asked("1", "I-1", 1)}},
		journal.Row{Kind: "pii", Key: []byte("O-1"), Value: h.v.Seal("pii/O-1", []byte(`{"name":"Ada King"}`))})
	h.give(&floor.Start{Order: "O-1"}, &floor.Scan{Order: "O-1", SKU: "I-1", Qty: 1}, &floor.Finish{Order: "O-1"}, &floor.StageGoods{Order: "O-1", Shelf: "S-1"})
	h.prove(signedRef, signedRef, signed, 200, "accepted")
	h.give(&floor.HandOut{Order: "O-1"})
	h.settle()
	h.print("O-1")
	return h
}

// prove shows a signature, as the device at the counter does.
func (h *house) prove(ref, row string, image []byte, status int, says string) {
	h.t.Helper()
	h.n++
	body, err := json.Marshal(map[string]any{"commands": []any{map[string]any{"id": fmt.Sprint("prove-", h.n), "type": "collect.authorise",
		"data": map[string]any{"order": "O-1", "method": "signature", "ref": ref},
		"rows": []any{map[string]any{"ref": row, "body": map[string]any{"media": "image/png", "image": base64.StdEncoding.EncodeToString(image)}}}}}})
	require.NoError(h.t, err)
	code, reply := h.call("lead", "POST", "/api/commands", body)
	require.Equal(h.t, status, code, "%s", reply)
	require.Contains(h.t, string(reply), says)
	require.NoError(h.t, h.feed.Reach(h.t.Context(), floor.Seq(h.file.Head().Seq)))
}

// erase looks so many days from now.
func (h *house) erase(central bool, days int) {
	h.t.Helper()
	e := &eraser{file: h.file, vault: h.v, door: h.door, feed: h.feed, archive: node.NewArchive(h.file, h.v),
		proofs: proofs{h.file, h.v, newArchive(h.file), central}}
	require.NoError(h.t, e.look(h.t.Context(), time.Now().Add(time.Duration(days)*24*time.Hour)))
}

func (h *house) has(key string) bool {
	h.t.Helper()
	_, found, err := h.file.Row("pii", []byte(key))
	require.NoError(h.t, err)
	return found
}

// goesUp is what goes up beside the journal's records, and the record it goes with.
func (h *house) goesUp() (seq uint64, rows []wire.Sealed) {
	h.t.Helper()
	list, err := outbox{h.file, proofs{file: h.file, vault: h.v}}.Read(wire.Seq(h.file.First()), 1000, 1<<20)
	require.NoError(h.t, err)
	for i, e := range list {
		if len(e.PII) > 0 {
			seq = h.file.First() + uint64(i)
			rows = append(rows, e.PII...)
			require.NoError(h.t, e.Fits())
		}
	}
	return seq, rows
}

// What a customer signed goes up with its record, and is not erased here before the centre has it in every copy of its own.
func TestAProofWaitsForTheCentre(t *testing.T) {
	dir := t.TempDir()
	h := handedOut(t, dir)
	seq, rows := h.goesUp()
	require.Len(t, rows, 1, "a contact stays here: it came from the centre")
	require.Equal(t, signedRef, rows[0].Ref)
	var body struct{ Image []byte }
	require.NoError(t, json.Unmarshal(rows[0].Sealed, &body))
	require.Equal(t, signed, body.Image)
	sealed, _, err := h.file.Row("pii", []byte("O-1/proof/1"))
	require.NoError(t, err)

	h.erase(true, 29)
	require.True(t, h.has("O-1"), "not yet")
	h.erase(true, 400)
	require.False(t, h.has("O-1"))
	require.True(t, h.has("O-1/proof/1"), "the centre has not said that it has it")
	require.NoError(t, h.file.SetCursor(journal.Cursor{Name: stableCursor, Seq: seq - 1, Hold: true}))
	h.erase(true, 401)
	require.True(t, h.has("O-1/proof/1"), "it has what came before")
	require.NoError(t, h.file.SetCursor(journal.Cursor{Name: stableCursor, Seq: seq, Hold: true}))
	h.erase(true, 402)
	require.False(t, h.has("O-1/proof/1"))
	_, err = h.v.Open(signedRef, sealed)
	require.ErrorIs(t, err, errWiped, "nor can a copy of the journal be opened")
	again, rows := h.goesUp()
	require.Zero(t, again)
	require.Empty(t, rows)
	h.stop()
	nowhereIn(t, dir, "signed by Ada")
	_, err = os.Stat(filepath.Join(dir, "keys", "rows.ring"))
	require.NoError(t, err)
}

// Where there is no centre, nobody else keeps it: it stays for a time of its own.
func TestAProofStaysForItsOwnTimeWithoutACentre(t *testing.T) {
	h := handedOut(t, t.TempDir())
	h.erase(false, 179)
	require.False(t, h.has("O-1"))
	require.True(t, h.has("O-1/proof/1"))
	h.erase(false, 181)
	require.False(t, h.has("O-1/proof/1"))
}

func TestAProofIsOfItsOrderAndAPicture(t *testing.T) {
	h := stockedIn(newHouse(t))
	h.prove("pii/O-2/proof/1", "pii/O-2/proof/1", signed, 422, "is not of this order")
	h.prove("pii/O-1", "pii/O-1", signed, 422, "is not of this order")
	h.prove(signedRef, "pii/O-1/proof/2", signed, 422, "is named by no field")
	h.prove("drawer-7", signedRef, signed, 422, "is named by no field")
	h.prove(signedRef, signedRef, []byte("<svg/>"), 422, "is not of the media named")
	h.prove(signedRef, signedRef, bytes.Repeat(signed, 1000), 422, "from 1 to 16384 are allowed")
	_, rows := h.goesUp()
	require.Empty(t, rows)
	require.False(t, h.has("O-1/proof/1"))
}
