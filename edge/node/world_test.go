package node

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/journal"
)

const source = "/t/demo/s/store-1/n/n1"

var day = time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)

func options() Options { return Options{Source: source} }

// boot starts a node over a journal, which may hold something already.
func boot(t require.TestingT, j Journal, o Options) *Node {
	n, err := Boot(j, o)
	require.NoError(t, err)
	return n
}

// setup are the commands that make a small site: two items in three bins, numbers, and orders of two lines.
func setup(orders int) []Submission {
	var subs []Submission
	put := func(c floor.Command) {
		subs = append(subs, Submission{Meta: floor.Meta{ID: floor.CommandID(fmt.Sprintf("setup-%d", len(subs)))}, Command: c})
	}
	put(&floor.SetItem{Item: floor.Item{SKU: "OAT", Name: "oat drink", GTINs: []string{"09521234543213"}}})
	put(&floor.SetItem{Item: floor.Item{SKU: "SOY", Name: "soy drink"}})
	put(&floor.SetBin{Bin: floor.Bin{ID: "A-1", Aisle: "A", Walk: 1}})
	put(&floor.SetBin{Bin: floor.Bin{ID: "A-2", Aisle: "A", Walk: 2}})
	put(&floor.AdjustStock{SKU: "OAT", Bin: "A-1", Delta: 50, Reason: "opening"})
	put(&floor.AdjustStock{SKU: "SOY", Bin: "A-2", Delta: 50, Reason: "opening"})
	put(&floor.LeaseNumbers{Number: "sscc", Prefix: "39521234", From: 1, To: 500})
	for i := range orders {
		put(assign(i + 1))
	}
	return subs
}

func assign(i int) *floor.Assign {
	id := floor.OrderID(fmt.Sprintf("O-%d", i))
	return &floor.Assign{
		Order: id, Assignment: "A-1", Number: string(id), Flow: floor.FlowShip, Mode: floor.ModeHold, Due: day.Add(time.Hour),
		Lines: []floor.AskedLine{{Line: "1", SKU: "OAT", Qty: 5}, {Line: "2", SKU: "SOY", Qty: 3}},
	}
}

// site is a node over a journal with that setup done.
func site(t require.TestingT, j Journal, o Options) *Node {
	n := boot(t, j, o)
	replies, err := n.Step(day, setup(3))
	require.NoError(t, err)
	for i, r := range replies {
		require.NoError(t, r.Err, i)
		require.Equal(t, floor.OutcomeAccepted, r.Answer.Outcome, i)
	}
	return n
}

// memory is everything a node remembers, as bytes.
func memory(t require.TestingT, s *floor.State, m *Marks) string {
	data, err := freeze(journal.Position{}, s, m).encode()
	require.NoError(t, err)
	return string(data)
}

// records are the journal's entries as text, one a line.
func records(t require.TestingT, j Reader, from uint64) string {
	var b bytes.Buffer
	_, err := j.Read(from, 0, func(_ uint64, raw []byte) error {
		b.Write(raw)
		return b.WriteByte('\n')
	})
	require.NoError(t, err)
	return b.String()
}

func scanOf(order, line string) *floor.Scan {
	sku := floor.SKU("OAT")
	if line == "2" {
		sku = "SOY"
	}
	return &floor.Scan{Order: floor.OrderID(order), Line: floor.LineID(line), SKU: sku, Qty: 1}
}

// counted is a submission of a counting device.
func counted(device string, n uint64, c floor.Command) Submission {
	return Submission{Meta: floor.Meta{Device: floor.DeviceID(device), N: n, Actor: "anna"}, Command: c}
}

// do steps one submission and wants an answer.
func do(t *testing.T, n *Node, s Submission) floor.Answer {
	t.Helper()
	replies, err := n.Step(day, []Submission{s})
	require.NoError(t, err)
	require.Len(t, replies, 1)
	require.NoError(t, replies[0].Err)
	return replies[0].Answer
}
