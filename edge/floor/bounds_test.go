package floor

import (
	"encoding/json"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

var aNumber = regexp.MustCompile(`:-?[0-9]+([,}\]])`)

// foreignWords are those of a JSON library, which no person at a bench should read.
var foreignWords = []string{"json", "unmarshal", "Go value", "Go struct", "int64", "of type int", "strconv", "overflow"}

// TestNumbersBeyondAll: every number of every command, as large and as small as a number can be said: each is refused in
// words, with the field and how far it may go, or decided; and nothing is half done.
func TestNumbersBeyondAll(t *testing.T) {
	w := shelf(t)
	before := dump(t, w.s)
	for _, e := range Entries() {
		kind := e.New().Kind()
		for _, at := range aNumber.FindAllStringSubmatchIndex(e.Example, -1) {
			for _, n := range []string{"9223372036854775807", "-9223372036854775808", "9223372036854775808", "-9223372036854775809", "18446744073709551616", "1e30", "2147483648"} {
				data := []byte(e.Example[:at[0]+1] + n + e.Example[at[2]:])
				require.True(t, json.Valid(data), "%s", data)
				c, err := DecodeCommand(kind, data)
				text := ""
				if err != nil {
					text = err.Error()
					require.Regexp(t, `must be|beyond`, text, "%s %s", kind, data)
				} else if _, no := Decide(w.s, w.meta("mia"), c); no != nil {
					text = no.Words() + " " + no.Hint()
				}
				for _, x := range foreignWords {
					require.NotContains(t, text, x, "%s %s", kind, data)
				}
			}
		}
	}
	require.Equal(t, before, dump(t, w.s))
}
