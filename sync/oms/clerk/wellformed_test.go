package clerk

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var record = []byte(`{"specversion":"1.0","id":"01JD8XK3W00000000000182137:76/0","source":"/t/bench/s/s1/n/n1","type":"picket.pick.confirmed.v1",` +
	`"subject":"order/01M82VP263BXQNC3SM4PCFH288","time":"2026-11-23T00:07:57.257Z","seq":6769,"log":"01JBENCH0000000000000000000",` +
	`"dev":"01JD8XK3W00000000000182137","devseq":76,"actor":"anna","station":"aisle","cause":"01JD8XK3W00000000000182137:76",` +
	`"digest":"fa3675a32e739c89","data":{"order":"01M82VP263BXQNC3SM4PCFH288","line":"5","sku":"SKU-374","qty":1,"bin":"A-01-374","code":"09521230003742"}}`)

// texts have one of each thing a JSON text can have, and each of its faults.
var texts = []string{"", " ", "{}", "[]", "{ }", " [ ] ", `{"a":1}`, `{"a" : [1, 2 ,{"b":null}] , "c":true,"d":false}`, "0", "-0", "01", "-", "1.", ".1", "1.5e", "1e+", "1E-9", "1e5x", "12 3",
	`"`, `"\`, `"\x"`, `"\u12"`, `"\u12G4"`, `"\u00aF"`, "\"\n\"", "\"\x7f\xff\"", `"\\\"\/\b\f\n\r\t"`, "tru", "true", "truex", "nul", `{"a"}`, `{"a":}`, `{"a":1,}`, `{a:1}`, `[1,]`, `[,1]`, `[1 2]`, `{"a":1]`, `[1}`, "{}{}", "{} x",
	"\x00", "{}\x00", "[\x00]", "\ufeff{}", "\u00a0{}", "{\v}", "1\x00", "--1", "+1", "1e1.5", `{"a":1 "b":2}`, `{"a"::1}`,
	strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000), strings.Repeat("[", 10_001) + strings.Repeat("]", 10_001),
	strings.Repeat(`{"":`, 10_001) + "1" + strings.Repeat("}", 10_001)}

// Every text and every beginning of a record, and the record with each of its bytes replaced, are judged as encoding/json
// judges them.
func TestWhatIsWellFormedIsWhatJSONSays(t *testing.T) {
	for _, text := range texts {
		require.Equal(t, json.Valid([]byte(text)), wellFormed([]byte(text)), "%.200q", text)
	}
	for n := range record {
		require.False(t, wellFormed(record[:n]))
		for _, c := range []byte{0, ' ', '"', '\\', '{', '}', ',', '0', 'e', 0xff} {
			other := append([]byte(nil), record...)
			other[n] = c
			require.Equal(t, json.Valid(other), wellFormed(other), "%s", other)
		}
	}
	require.True(t, wellFormed(record))
}

func FuzzWellFormed(f *testing.F) {
	f.Add(record)
	for _, text := range texts {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if want := json.Valid(text); want != wellFormed(text) {
			t.Fatalf("encoding/json says %v", want)
		}
	})
}

func BenchmarkWellFormed(b *testing.B) {
	for name, valid := range map[string]func([]byte) bool{"own": wellFormed, "encoding/json": json.Valid} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				valid(record)
			}
		})
	}
}
