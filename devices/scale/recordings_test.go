package scale

import (
	"fmt"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/devices/devicetest"
)

// What scales said is read as the same weights however it came.
func TestRecordings(t *testing.T) {
	devicetest.Recordings(t, 3, func(t *testing.T, heard *devicetest.Heard) {
		q, err := url.ParseQuery("protocol=" + heard.All("protocol")[0])
		require.NoError(t, err)
		p, err := Named(q)
		require.NoError(t, err)
		r := p.Reader()
		var got []string
		for _, s := range heard.Stretches {
			for _, b := range s {
				if w, ok, err := r.Take(b); ok {
					require.NoError(t, err)
					words := w.Bad
					if words == "" {
						words = fmt.Sprintf("%d g %s", w.Grams(), map[bool]string{true: "settled", false: "moving"}[w.Settled])
					}
					got = append(got, words)
				}
			}
		}
		require.Equal(t, heard.All("weight"), got)
	})
}
