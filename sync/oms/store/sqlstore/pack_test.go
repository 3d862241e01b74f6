package sqlstore

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/sync/oms/store"
	"picket/sync/wire"
)

func some(n int) (fs []store.Fact) {
	for i := range n {
		fs = append(fs, store.Fact{Pos: wire.Pos(i + 7), Record: fmt.Sprintf("dev:%d/0", i), Log: "log", Seq: wire.Seq(i + 3), Hash: wire.Hash{byte(i), 1}, Raw: fmt.Appendf(nil, `{"n":%d}`, i)})
	}
	return fs
}

func TestADamagedPackIsAnErrorAndNoMore(t *testing.T) {
	fs := some(50)
	var pk packer
	_ = pk.pack(some(200)) // what a larger one left does not show
	whole := pk.pack(fs)
	p, err := readPack(7, whole)
	require.NoError(t, err)
	got, err := p.facts()
	require.NoError(t, err)
	require.Equal(t, fs, got)
	read := func(b []byte) error {
		p, err := readPack(7, b)
		if err == nil {
			_, err = p.facts()
		}
		return err
	}
	for n := range whole {
		require.ErrorIs(t, read(whole[:n]), errPack, "cut at %d", n)
		for bit := range 8 {
			b := []byte(string(whole))
			b[n] ^= 1 << bit
			_ = read(b) // what it says is judged by the chain; it must not panic
		}
	}
	require.ErrorIs(t, read(append([]byte(string(whole)), 0)), errPack)
}

func TestWhatGoesIntoOnePack(t *testing.T) {
	require.Equal(t, 50, room(some(50)))
	require.Equal(t, packFacts, room(some(packFacts+1)))
	hole := some(9)
	hole[4].Seq += 5
	require.Equal(t, 4, room(hole))
	other := some(9)
	other[6].Log = "another"
	require.Equal(t, 6, room(other))
	loose := some(9)
	for i := range loose[:3] {
		loose[i].Seq = 0
	}
	require.Equal(t, 3, room(loose))
	big := some(3)
	big[0].Raw = []byte(strings.Repeat("x", packBytes+1))
	require.Equal(t, 1, room(big))
}

func TestAnIDIsItsStemAndItsNumber(t *testing.T) {
	seen := map[string]string{}
	for _, id := range []string{"a:1/0", "a:1/1", "a:2/0", "a:01/0", "a:1/00", "a/1", "a/0", "a:/0", "na:/0", "ia/", "a", "/0", "a:1", "x/a:1/0", "a:1/b", "a:1/b/0", "a:9999999999999999999/0", ""} {
		stem, n := numbered(id)
		key := fmt.Sprint(stem, "\x00", n)
		require.Empty(t, seen[key], "%s and another", id)
		seen[key] = id + "."
	}
	stem, n := numbered("dev:417/0")
	require.Equal(t, "ndev:/0", stem)
	require.EqualValues(t, 417, n)
}
