package wire

import (
	"crypto/ed25519"
	"testing"

	"github.com/stretchr/testify/require"
)

// What a box signed for a person to carry is that, of that box, at that place, with what is personal beside it; and nothing else is.
func TestWhatIsCarriedIsSignedWhole(t *testing.T) {
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	make := func(change func(*Carried)) *Carried {
		c := &Carried{Site: "s1", Node: "N1", Log: "LOG1", From: 3, Prev: Chain(Hash{}, record1)}
		if change != nil {
			change(c)
		}
		c.Add(record1)
		c.Row("pii/1", []byte("ab"))
		c.Add(record2)
		return c
	}
	c := make(nil)
	sig := c.Sign(key)
	require.True(t, make(nil).Proven(key.Public().(ed25519.PublicKey), sig))
	require.False(t, make(nil).Proven(nil, sig))
	require.False(t, make(nil).Proven(key.Public().(ed25519.PublicKey), nil))
	require.False(t, new(Carried).Proven(key.Public().(ed25519.PublicKey), sig))
	for what, change := range map[string]func(*Carried){
		"site": func(c *Carried) { c.Site = "s2" }, "node": func(c *Carried) { c.Node = "N2" }, "log": func(c *Carried) { c.Log = "LOG2" },
		"from": func(c *Carried) { c.From++ }, "prev": func(c *Carried) { c.Prev[0]++ },
	} {
		require.False(t, make(change).Proven(key.Public().(ed25519.PublicKey), sig), what)
	}
	for what, add := range map[string]func(*Carried){
		"another record": func(c *Carried) { c.Add(record1); c.Row("pii/1", []byte("ab")); c.Add(record1) },
		"fewer records":  func(c *Carried) { c.Add(record1); c.Row("pii/1", []byte("ab")) },
		"no row":         func(c *Carried) { c.Add(record1); c.Add(record2) },
		"another row":    func(c *Carried) { c.Add(record1); c.Row("pii/1", []byte("ac")); c.Add(record2) },
		"its row moved":  func(c *Carried) { c.Add(record1); c.Add(record2); c.Row("pii/1", []byte("ab")) },
		"its row cut":    func(c *Carried) { c.Add(record1); c.Row("pii/1a", []byte("b")); c.Add(record2) },
	} {
		other := &Carried{Site: "s1", Node: "N1", Log: "LOG1", From: 3, Prev: Chain(Hash{}, record1)}
		add(other)
		require.False(t, other.Proven(key.Public().(ed25519.PublicKey), sig), what)
	}
	c.Next()
	c.Add(record1)
	require.EqualValues(t, 5, c.From)
	require.Equal(t, Chain(Chain(Chain(Hash{}, record1), record1), record2), c.Prev)
}
