package floor

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestTheQuickWayIsTheSlowWay: what is encoded by hand has the bytes of encoding/json, and what is read by
// hand is what the slow way reads.
func TestTheQuickWayIsTheSlowWay(t *testing.T) {
	text := rapid.OneOf(rapid.StringMatching(`[A-Za-z0-9._:/-]{0,20}`), rapid.String())
	rapid.Check(t, func(rt *rapid.T) {
		s := func(n string) string { return text.Draw(rt, n) }
		var e Event = &PickConfirmed{Order: OrderID(s("order")), Line: LineID(s("line")), SKU: SKU(s("sku")), Qty: rapid.IntRange(-3, 1e12).Draw(rt, "qty"), Bin: BinID(s("bin")), Code: s("code")}
		if rapid.Bool().Draw(rt, "filled") {
			e = &UnitFilled{Order: OrderID(s("order")), Unit: UnitID(s("unit")), Line: LineID(s("line")), SKU: SKU(s("sku")), Qty: rapid.IntRange(-3, 1e12).Draw(rt, "qty")}
		}
		want, err := json.Marshal(e)
		require.NoError(rt, err)
		require.Equal(rt, string(want), string(e.(quickEncoder).appendData(nil)))

		m := Meta{ID: CommandID("c" + s("id")), Actor: UserID(s("actor")), Station: StationID(s("station")), Digest: s("digest"), Now: noon.Add(time.Duration(rapid.Int64Range(0, 1<<60).Draw(rt, "now")))}
		if rapid.Bool().Draw(rt, "device") {
			m.Device, m.N = DeviceID("d"+s("device")), rapid.Uint64().Draw(rt, "n")
		}
		if rapid.Bool().Draw(rt, "at") {
			m.At = noon
		}
		rec := Records("/t/"+s("source"), LogID(s("log")), Seq(rapid.Uint64Range(1, 1<<62).Draw(rt, "seq")), m, []Event{e})[0]
		raw, err := rec.AppendTo(nil)
		require.NoError(rt, err)
		slow, err := decodeSlow(raw)
		require.NoError(rt, err)
		if fast, ok := quick(raw); ok {
			require.Equal(rt, slow, fast)
		}
	})
}

func TestTheQuickWayIsTaken(t *testing.T) {
	for _, e := range []Event{
		&PickConfirmed{Order: "O-1", Line: "1", SKU: "OAT", Qty: 1, Bin: "A-01-1", Code: "]E09520000000011"},
		&UnitFilled{Order: "O-1", Unit: "095200010000000010", Line: "1", SKU: "OAT", Qty: 2},
	} {
		raw := sampleRecord(t, e)
		_, ok := quick(raw)
		require.True(t, ok, string(raw))
	}
}

func sampleRecord(t testing.TB, e Event) []byte {
	m := Meta{ID: "hh-1:9", Device: "hh-1", N: 9, Actor: "anna", Station: "bench-1", Now: noon, At: noon.Add(-time.Second), Digest: "0011223344556677"}
	raw, err := Records(Source("demo", "north", "box"), "01LOG", 812, m, []Event{e})[0].AppendTo(nil)
	require.NoError(t, err)
	return raw
}

func FuzzQuick(f *testing.F) {
	f.Add(sampleRecord(f, &PickConfirmed{Order: "O-1", Line: "1", SKU: "OAT", Qty: 1, Bin: "A-01-1"}))
	f.Add(sampleRecord(f, &UnitFilled{Order: "O-1", Unit: "1", Line: "1", SKU: "OAT", Qty: 2}))
	f.Fuzz(func(t *testing.T, raw []byte) {
		fast, ok := quick(raw)
		if !ok {
			return
		}
		slow, err := decodeSlow(raw)
		require.NoError(t, err, "the quick way took what the slow way refuses: %q", raw)
		require.Equal(t, slow, fast)
	})
}

func BenchmarkRecord(b *testing.B) {
	e := &PickConfirmed{Order: "O-1", Line: "1", SKU: "OAT", Qty: 1, Bin: "A-01-1", Code: "]E09520000000011"}
	raw := sampleRecord(b, e)
	rec, err := Decode(raw)
	require.NoError(b, err)
	b.Run("encode", func(b *testing.B) {
		b.ReportAllocs()
		var buf []byte
		for b.Loop() {
			buf, _ = rec.AppendTo(buf[:0])
		}
	})
	b.Run("decode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = Decode(raw)
		}
	})
	b.Run("decode slow", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = decodeSlow(raw)
		}
	})
}
