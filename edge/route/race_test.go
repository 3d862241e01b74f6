//go:build race

package route

// The race detector makes everything several times slower; the promise of time is for the real thing, and
// fewer sets of stops will do.
const (
	slower = 20
	sets   = 2
)
