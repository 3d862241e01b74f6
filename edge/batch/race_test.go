//go:build race

package batch

// The race detector makes everything several times slower; one day of each sort will do.
const rounds = 1
