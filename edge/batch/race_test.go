//go:build race

package batch

// The race detector makes everything several times slower; one day in the store will do.
const (
	rounds = 1
	sorts  = 2
)
