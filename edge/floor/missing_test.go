package floor

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// What is not there because nothing was said is named by its field: nobody reads "order  is not at this site".
func TestWhatIsMissingIsNamed(t *testing.T) {
	w := fixtures["stocked"](t)
	for _, c := range []struct{ kind, data, words string }{
		{"pick.start", `{}`, "order is missing."},
		{"pick.start", `{"order":null}`, "order is missing."},
		{"pick.start", `{"order":"O-9"}`, "Order O-9 is not at this site."},
		{"pick.scan", `{"order":"O-1","qty":1}`, "code is missing."},
		{"pick.short", `{"order":"O-1","qty":1,"reason":"not_found"}`, "line is missing."},
		{"stock.move", `{"sku":"OAT","qty":1,"to":"A-02-1"}`, "from is missing."},
		{"unit.close", `{}`, "unit is missing."},
		{"run.join", `{}`, "run is missing."},
		{"count.bin", `{"lines":[]}`, "bin is missing."},
		{"receive.scan", `{"code":"1"}`, "inbound is missing."},
		{"return.scan", `{"code":"1"}`, "return is missing."},
	} {
		cmd, err := DecodeCommand(c.kind, []byte(c.data))
		require.NoError(t, err)
		_, no := Decide(w.s, Meta{ID: "x", Actor: "anna", Now: noon}, cmd)
		require.NotNil(t, no, c.kind)
		require.Equal(t, c.words, no.Words(), c.kind)
	}
	for data, words := range map[string]string{
		``: "data: is missing", `null`: "data: is missing",
		`{"order":1}`:        "data: order: is a number, but must be a string",
		`{"order":"O-1"`:     "data: is not JSON: it ends in the middle",
		`{"order":"O-1",}`:   "data: is not JSON: invalid character '}' looking for beginning of object key string at byte 16",
		`{"colour":"red"}`:   "data: colour: is not a field",
		`{"order":"O-1","x"`: "data: is not JSON: it ends in the middle",
	} {
		_, err := DecodeCommand("pick.start", []byte(data))
		require.EqualError(t, err, words, data)
	}
	for qty, words := range map[string]string{
		"9223372036854775808": "data: qty: is 9223372036854775808, which is beyond every number there may be here: it must be a whole number of 18 digits at most, and mostly far less",
		"1.5":                 "data: qty: is 1.5, but must be a whole number, written in digits alone",
		"1e3":                 "data: qty: is 1e3, but must be a whole number, written in digits alone",
		`"2"`:                 "data: qty: is a string, but must be a whole number",
		"true":                "data: qty: is true or false, but must be a whole number",
	} {
		_, err := DecodeCommand("stock.move", []byte(`{"sku":"OAT","qty":`+qty+`,"from":"A","to":"B"}`))
		require.EqualError(t, err, words, qty)
	}
}
