package frame

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/devices/devicetest"
)

// What scanners said is cut into the same scans however it came: as it came, byte by byte, and all at once.
func TestRecordings(t *testing.T) {
	devicetest.Recordings(t, 6, func(t *testing.T, heard *devicetest.Heard) {
		q, err := url.ParseQuery(strings.Join(heard.All("format"), "&"))
		require.NoError(t, err)
		format, err := Parse(q)
		require.NoError(t, err)
		var want []string
		for _, s := range heard.All("scan") {
			scan, err := strconv.Unquote(s)
			require.NoError(t, err)
			want = append(want, scan)
		}
		require.NotEmpty(t, want)
		var all, bytes []string
		for _, s := range heard.Stretches {
			all = append(all, string(s))
			for _, b := range s {
				bytes = append(bytes, string([]byte{b}))
			}
		}
		require.Equal(t, want, replay(format, all), "as it came")
		if format.Quiet == 0 { // silence is between the stretches
			require.Equal(t, want, replay(format, bytes), "byte by byte")
			require.Equal(t, want, replay(format, []string{strings.Join(all, "")}), "at once")
		}
	})
}

func replay(f Format, reads []string) (out []string) {
	c := Cutter{Format: f}
	emit := func(s []byte) { out = append(out, string(s)) }
	for _, r := range reads {
		c.Push([]byte(r), emit)
		c.Idle(emit) // a read that times out between them is no end, but where silence is
	}
	return out
}
