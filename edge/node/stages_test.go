package node

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/journal"
)

// The stages of a scan, one by one: where the time of the whole path goes.

func scanBody(n int) []byte {
	return fmt.Appendf(nil, `{"n":%d,"id":"hh-3:%d","type":"pick.scan","work":"order/O-1","seen":812,"at":"2026-11-21T10:11:12.345Z","data":{"order":"O-1","line":"1","sku":"OAT","qty":1,"bin":"A-1","code":"09521234543213"}}`, n, n)
}

func BenchmarkDecodeOp(b *testing.B) {
	body := scanBody(57)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := DecodeOp(body); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSubmission(b *testing.B) {
	op, err := DecodeOp(scanBody(57))
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		op.Submission("hh-3")
	}
}

// nowhere is a journal that keeps nothing but its head.
type nowhere struct {
	*journal.Mem
	head journal.Position
}

func (j *nowhere) Append(b journal.Batch) (journal.Position, error) {
	j.head.Seq += uint64(len(b.Entries))
	return j.head, nil
}

func BenchmarkDecideEncodeApply(b *testing.B) {
	mem := journal.NewMem("log-1")
	site(b, mem, options())
	n := boot(b, &nowhere{Mem: mem, head: mem.Head()}, Options{Source: source, SnapshotEvery: 1 << 40})
	op, err := DecodeOp(scanBody(1))
	require.NoError(b, err)
	op.Data = json.RawMessage(`{"order":"O-1","line":"1","sku":"OAT","qty":1,"bin":"A-1","code":"09521234543213","done":true}`)
	s := op.Submission("hh-3")
	subs := make([]Submission, 64)
	replies := make([]Reply, 0, 64)
	next := uint64(0)
	b.ReportAllocs()
	for b.Loop() {
		for i := range subs {
			next++
			subs[i] = s
			subs[i].Meta.N, subs[i].Meta.ID = next, "hh-3:57"
		}
		if replies, err = n.turn(day, subs, replies[:0]); err != nil || replies[0].Err != nil || replies[0].Answer.Refusal != nil {
			b.Fatal(err, replies[0])
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*64), "ns/command")
}

func BenchmarkReplay(b *testing.B) {
	mem := journal.NewMem("log-1")
	n := site(b, mem, options())
	var subs []Submission
	for i := range uint64(5000) {
		s := scanOf("O-1", "1")
		s.Done = true
		subs = append(subs, counted("hh-3", i+1, s))
	}
	_, err := n.Step(day, subs)
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if _, _, _, err := Load(mem); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(mem.Head().Seq)*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
}

func BenchmarkAnswer(b *testing.B) {
	a := floor.Answer{Outcome: floor.OutcomeAccepted, Seq: 812}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := json.Marshal(a); err != nil {
			b.Fatal(err)
		}
	}
}
