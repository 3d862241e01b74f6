package node

import (
	"bytes"
	"encoding/json"
	"io"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/journal"
)

// slowOp is the general decoder the quick one is held against.
func slowOp(raw []byte) (Op, error) {
	var o Op
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&o); err != nil {
		return o, err
	}
	if _, err := d.Token(); err != io.EOF {
		return o, io.ErrUnexpectedEOF
	}
	return o, o.Check()
}

func FuzzDecodeOp(f *testing.F) {
	for _, s := range []string{
		`{"n":57,"id":"hh-3:57","type":"pick.scan","work":"order/O-1","seen":812,"at":"2026-11-21T10:11:12.345Z","data":{"order":"O-1","sku":"OAT","qty":1}}`,
		` { "n" : 1 , "type" : "pick.start" , "data" : { "order" : "O-1" } } `, `{"id":"x","type":"order.assign","data":{"lines":[{"qty":1}]}}`,
		`{"n":1,"type":"pick.scan","data":{"order":"O-1" "sku"}}`, `{"n":1,"n":2,"type":"a","data":{}}`, `{"N":1,"type":"a","data":{}}`,
		`{"n":01,"type":"a"}`, `{"n":-1}`, `{"n":1,"type":"a","data":{}}x`, `{"n":1,"type":"\u0061","data":null}`, `{"n":1,"type":"a","at":"yesterday"}`,
		`{"n":1,"type":"a","data":{"a":"}"}}`, "{\"n\":1,\"type\":\"a\",\"data\":{\x01}}", `[]`, `{}`, `null`, ``, `{"n":99999999999999999999,"type":"a"}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, err := DecodeOp(raw)
		want, wantErr := slowOp(raw)
		if wantErr != nil {
			require.Error(t, err)
			return
		}
		if opShape.Check(raw) != nil {
			require.Error(t, err, "a name twice, or in another case")
			return
		}
		require.NoError(t, err)
		require.Equal(t, want.N, got.N)
		require.True(t, want.At.Equal(got.At))
		require.Equal(t, []any{want.ID, want.Type, want.Work, want.Seen, string(want.Data)}, []any{got.ID, got.Type, got.Work, got.Seen, string(got.Data)})
		s := got.Submission("hh-1")
		require.NotNil(t, s.Command, "whatever it is, its number is used up")
		n, err := Boot(journal.NewMem("log-1"), Options{Source: source})
		require.NoError(t, err)
		if s.Meta.N > 1 {
			s.Meta.N = 1
		}
		replies, err := n.Step(day, []Submission{s, s})
		require.NoError(t, err)
		require.NoError(t, replies[0].Err)
		require.NoError(t, replies[1].Err)
		if replies[0].Answer.Refusal != nil {
			require.Equal(t, replies[0].Answer, replies[1].Answer)
		}
	})
}

func FuzzScanPick(f *testing.F) {
	for _, s := range []string{
		`{"order":"O-1","line":"1","sku":"OAT","qty":1,"bin":"A-1","code":"09521234543213","done":true}`, ` { "qty" : 2 , "done" : false , "order":"O" } `,
		`{"order":"O-1","order":"O-2"}`, `{"qty":-1}`, `{"qty":1.0}`, `{"qty":1e3}`, `{"qty":999999999999999999}`, `{"sku":null}`, `{"SKU":"x"}`, `{"done":truex}`,
		`{"code":"a\"b"}`, `{"colour":"blue"}`, `{}`, `{"qty":1}{}`, `null`, `{"order":"O-1",}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, ok := scanPick(data)
		if !ok {
			return // left to the floor
		}
		want, err := floor.DecodeCommand("pick.scan", data)
		require.NoError(t, err)
		require.Equal(t, want, floor.Command(got))
	})
}

func TestTheQuickWayKnowsEveryFieldOfAScan(t *testing.T) {
	full := floor.Scan{Order: "O-1", Line: "1", SKU: "OAT", Qty: 2, Bin: "A-1", Code: "x", Done: true, Run: "R-1", Tote: "T-1", Pack: 6,
		Goods: floor.Goods{Lot: "L1", Expiry: "2026-12-24", Grams: 510}}
	for i, v := 0, reflect.ValueOf(full); i < v.NumField(); i++ {
		require.False(t, v.Field(i).IsZero(), "floor.Scan has a field this test does not set: %s", v.Type().Field(i).Name)
	}
	data, err := json.Marshal(full)
	require.NoError(t, err)
	got, ok := scanPick(data)
	require.True(t, ok, "what every handheld sends goes the quick way")
	require.Equal(t, &full, got)

	_, ok = scanPick([]byte(`{"order":"O-1","sku":"CAM","qty":1,"serials":["S1"]}`))
	require.False(t, ok, "serial numbers are left to the floor")
}

func FuzzThaw(f *testing.F) {
	mem := journal.NewMem("log-1")
	n := site(f, mem, options())
	_, err := n.Step(day, []Submission{counted("hh-1", 1, &floor.Start{Order: "O-1"})})
	require.NoError(f, err)
	f.Add([]byte(memory(f, n.state, n.marks)))
	f.Add([]byte("{\"node\":1,\"lines\":2}\n{\"device\":\"x\",\"last\":1,\"ops\":[[1,1,1],[1,1,1]]}\n"))
	f.Add([]byte("{\"node\":1,\"lines\":1}\n{\"call\":\"x\"}\n"))
	f.Add([]byte("{}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, m := floor.NewState(), newMarks(Keep{})
		if thaw(data, s, m) != nil {
			return
		}
		s2, m2 := floor.NewState(), newMarks(Keep{})
		text := memory(t, s, m)
		require.NoError(t, thaw([]byte(text), s2, m2), "what was read can be written and read again")
		require.Equal(t, text, memory(t, s2, m2))
	})
}

func TestDigestTellsCommandsApart(t *testing.T) {
	a := Digest("pick.scan", []byte(`{"order":"O-1","code":"a b"}`))
	require.Len(t, a, 16)
	require.Equal(t, a, Digest("pick.scan", []byte("{ \"order\":\t\"O-1\",\n\"code\" : \"a b\" }\r\n")))
	require.Equal(t, a, Digest("pick.scan", []byte(`{"code":"a b","order":"O-1"}`)), "names in another order")
	lines := Digest("order.assign", []byte(`{"order":"O-1","lines":[{"line":"1","sku":"OAT","qty":2},{"line":"2","sku":"SOY"}]}`))
	require.Equal(t, lines, Digest("order.assign", []byte(`{"lines":[{"qty":2,"line":"1", "sku":"OAT"},{"sku":"SOY","line":"2"}],"order":"O-1"}`)))
	require.NotEqual(t, lines, Digest("order.assign", []byte(`{"lines":[{"sku":"SOY","line":"2"},{"qty":2,"line":"1","sku":"OAT"}],"order":"O-1"}`)), "lines in another order are other lines")
	for _, other := range []string{`{"order":"O-1","code":"ab"}`, `{"order":"O-2","code":"a b"}`, `{"order":"O-1","code":"a\" b"}`} {
		require.NotEqual(t, a, Digest("pick.scan", []byte(other)), other)
	}
	require.NotEqual(t, a, Digest("pick.undo", []byte(`{"order":"O-1","code":"a b"}`)))
	require.Equal(t, DigestOf(&floor.Start{Order: "O-1"}), Digest("pick.start", []byte(`{"order":"O-1"}`)))
}

// What was taken by a version whose digest knew one order of names only is still the same command.
func TestACommandTakenByAnEarlierVersionIsKnown(t *testing.T) {
	n := site(t, journal.NewMem("log-1"), options())
	o := Op{N: 1, Type: "stock.move", Data: []byte(`{"sku":"OAT","qty":1,"from":"A-1","to":"A-2"}`)}
	old := o.Submission("hh-1")
	old.Meta.Digest = digestAsSent(o.Type, o.Data)
	require.NotEqual(t, old.Meta.Digest, o.Submission("hh-1").Meta.Digest)
	require.Equal(t, floor.OutcomeAccepted, do(t, n, old).Outcome)
	require.Equal(t, floor.OutcomeDuplicate, do(t, n, o.Submission("hh-1")).Outcome)
	o.Data = []byte(`{"to":"A-2","from":"A-1","qty":1,"sku":"OAT"}`)
	other := o.Submission("hh-1")
	require.Equal(t, old.Meta.ID, other.Meta.ID)
	require.NotEqual(t, old.Meta.Digest, other.asSent(), "it knew one order of names")
	o.Data = []byte(`{"sku":"OAT","qty":2,"from":"A-1","to":"A-2"}`)
	replies, err := n.Step(day, []Submission{o.Submission("hh-1")})
	require.NoError(t, err)
	require.ErrorIs(t, replies[0].Err, ErrConflict)
}

func FuzzCanonical(f *testing.F) {
	for _, s := range []string{`{"b":1,"a":[{"d":"x\"","c":null}]}`, ` [1, 2.50 ,"a b"] `, `{"a":1,"a":2}`, `{"a":1,}`, `{`, `1 2`, ``, `{"a":{"c":{},"b":[]}}`, `{"a" :"b" "c"}`, `{"":{"c":{},"b":[1 2]}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got := AppendCanonical(nil, data)
		require.Equal(t, string(got), string(AppendCanonical(nil, got)), "once is enough: %q", data)
		var was any
		d := json.NewDecoder(bytes.NewReader(data))
		d.UseNumber()
		if json.Valid(data) && d.Decode(&was) == nil {
			var is any
			d := json.NewDecoder(bytes.NewReader(got))
			d.UseNumber()
			require.NoError(t, d.Decode(&is), string(got))
			require.Equal(t, was, is, "it says the same")
		}
	})
}
