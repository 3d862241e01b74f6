package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync/atomic"
	"time"

	"picket/edge/floor"
	"picket/edge/journal"
	"picket/edge/journal/reference"
	"picket/edge/node"
)

// The world the product is measured in: as many open lines as the references have state values.
const (
	orders   = 10_000
	lines    = reference.Lines / orders
	items    = 1_000
	perStep  = 200
	logID    = "01JBENCH0000000000000000000"
	employee = "anna"
)

// counted is the journal with what the product wrote to it.
type counted struct {
	*journal.File
	commits, payload, entries int64
}

func (c *counted) Append(b journal.Batch) (journal.Position, error) {
	c.commits++
	c.entries += int64(len(b.Entries))
	for _, e := range b.Entries {
		c.payload += int64(len(e))
	}
	return c.File.Append(b)
}

// answer is an answer as the API sends it.
type answer struct {
	N  uint64          `json:"n"`
	ID floor.CommandID `json:"id"`
	floor.Answer
}

// product is the whole path of a scan: bytes in, decode, dedupe, decide, journal, apply, bytes out.
func product(dir string, clients int, d time.Duration) (reference.Result, time.Duration, error) {
	return measured(dir, clients, d, 0, func(*counted) {})
}

func measured(dir string, clients int, d time.Duration, snapshotEvery int, look func(*counted)) (reference.Result, time.Duration, error) {
	path := filepath.Join(dir, "site.db")
	defer func() { _ = os.Remove(path) }()
	f, err := journal.Open(path, journal.Options{Log: logID})
	if err != nil {
		return reference.Result{}, 0, err
	}
	defer func() { _ = f.Close() }()
	j := &counted{File: f}
	if err := seed(j); err != nil {
		return reference.Result{}, 0, err
	}
	n, err := node.Boot(j, node.Options{Source: floor.Source("bench", "s1", "n1"), SnapshotEvery: snapshotEvery})
	if err != nil {
		return reference.Result{}, 0, err
	}
	runtime.GC() // the seeding is not what is measured
	door := node.NewDoor(n, node.DoorOptions{Clock: time.Now})
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- door.Serve(ctx) }()
	before := j.commits
	counters := make([]struct {
		n uint64
		_ [56]byte // its own cache line
	}, clients)
	var refused atomic.Int64
	ctxs := make([]context.Context, clients) // a request has its own
	for i := range ctxs {
		var done context.CancelFunc
		ctxs[i], done = context.WithCancel(ctx)
		defer done()
	}
	used := cpuTime()
	res, err := reference.Drive(clients, d, func(c int, line uint32) error {
		counters[c].n++
		a, err := scan(ctxs[c], door, c, counters[c].n, line)
		if a.Outcome == floor.OutcomeRefused {
			refused.Add(1)
		}
		return err
	})
	spent := cpuTime() - used
	stop()
	if serr := <-served; err == nil {
		err = serr
	}
	if err == nil && refused.Load() > 0 {
		err = fmt.Errorf("%d scans were refused: the measurement is void", refused.Load())
	}
	res.Commits, res.Payload = j.commits-before, j.payload
	look(j)
	info, serr := os.Stat(path)
	if serr != nil {
		return res, spent, errors.Join(err, serr)
	}
	res.File = info.Size()
	return res, spent, err
}

// scan is one handheld's scan, as bytes, to its answer, as bytes.
func scan(ctx context.Context, door *node.Door, client int, n uint64, line uint32) (answer, error) {
	device := floor.DeviceID("hh-" + strconv.Itoa(client))
	order, no := line/lines, line%lines
	body := make([]byte, 0, 256)
	num := func(text string, v uint64) { body = strconv.AppendUint(append(body, text...), v, 10) }
	num(`{"n":`, n)
	num(`,"id":"hh-`, uint64(client))
	num(`:`, n)
	num(`","type":"pick.scan","work":"order/O-`, uint64(order))
	num(`","seen":`, n)
	num(`,"at":"2026-11-21T10:11:12.345Z","data":{"order":"O-`, uint64(order))
	num(`","line":"L-`, uint64(no))
	num(`","sku":"SKU-`, uint64(line%items))
	num(`","qty":1,"bin":"A-01-`, uint64(line%items))
	num(`","code":"0952123400`, uint64(1000+line%items))
	body = append(body, `"}}`...)
	op, err := node.DecodeOp(body)
	if err != nil {
		return answer{}, err
	}
	s := op.Submission(device)
	s.Meta.Actor, s.Meta.Station = employee, "aisle"
	a, err := door.Submit(ctx, s)
	if err != nil {
		return answer{}, err
	}
	out := answer{N: n, ID: op.ID, Answer: a}
	if text, err := json.Marshal(out); err != nil || len(text) == 0 {
		return out, fmt.Errorf("answer: %w", err)
	}
	return out, nil
}

// seed opens the lines that are scanned, and leaves a snapshot: a site in the middle of its day.
func seed(j *counted) error {
	n, err := node.Boot(j, node.Options{Source: floor.Source("bench", "s1", "n1"), SnapshotEvery: 1 << 40})
	if err != nil {
		return err
	}
	if err := open(n); err != nil {
		return err
	}
	if n, err = node.Boot(j, node.Options{Source: floor.Source("bench", "s1", "n1"), SnapshotEvery: 1, ChunksPer: 1 << 20}); err != nil {
		return err
	}
	for range 2 { // the first begins it, the second writes it
		if _, err := n.Step(time.Now(), nil); err != nil {
			return err
		}
	}
	if s, ok := j.Snapshot(); !ok || s.Seq != n.Head().Seq {
		return errors.New("seed: there is no snapshot")
	}
	return nil
}

func open(n *node.Node) error {
	var subs []node.Submission
	flush := func() error {
		replies, err := n.Step(time.Now(), subs)
		if err != nil {
			return err
		}
		for i := range replies {
			if r := &replies[i]; r.Err != nil || r.Answer.Outcome != floor.OutcomeAccepted {
				return fmt.Errorf("seed %s: %v %+v", subs[i].Command.Kind(), r.Err, r.Answer.Refusal)
			}
		}
		subs = subs[:0]
		return nil
	}
	put := func(id string, c floor.Command) error {
		subs = append(subs, node.Submission{Meta: floor.Meta{ID: floor.CommandID(id), Actor: employee}, Command: c})
		if len(subs) < perStep {
			return nil
		}
		return flush()
	}
	for i := range items {
		sku := floor.SKU("SKU-" + strconv.Itoa(i))
		if err := put("item-"+strconv.Itoa(i), &floor.SetItem{Item: floor.Item{SKU: sku, Name: "Item " + strconv.Itoa(i)}}); err != nil {
			return err
		}
		bin := floor.BinID("A-01-" + strconv.Itoa(i))
		if err := put("bin-"+strconv.Itoa(i), &floor.SetBin{Bin: floor.Bin{ID: bin, Aisle: "A", Bay: i}}); err != nil {
			return err
		}
		if err := put("stock-"+strconv.Itoa(i), &floor.AdjustStock{SKU: sku, Bin: bin, Delta: floor.MaxQty, Reason: "opening"}); err != nil {
			return err
		}
	}
	for o := range orders {
		id := floor.OrderID("O-" + strconv.Itoa(o))
		a := &floor.Assign{Order: id, Assignment: "A-1", Number: string(id), Flow: floor.FlowShip, Mode: floor.ModeHold, Due: time.Now().Add(time.Hour)}
		for l := range lines {
			sku := floor.SKU("SKU-" + strconv.Itoa((o*lines+l)%items))
			a.Lines = append(a.Lines, floor.AskedLine{Line: floor.LineID("L-" + strconv.Itoa(l)), SKU: sku, Qty: floor.MaxQty})
		}
		if err := put("assign-"+strconv.Itoa(o), a); err != nil {
			return err
		}
		if err := put("start-"+strconv.Itoa(o), &floor.Start{Order: id}); err != nil {
			return err
		}
	}
	return flush()
}

// filled runs the product without writing another snapshot, and says how large the one it began with is.
func filled(dir string, clients int, d time.Duration) (reference.Result, int64, error) {
	var snapshot int64
	res, _, err := measured(dir, clients, d, 1<<40, func(j *counted) {
		if s, ok := j.Snapshot(); ok {
			snapshot = int64(s.Bytes)
		}
	})
	return res, snapshot, err
}
