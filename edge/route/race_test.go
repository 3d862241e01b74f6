//go:build race

package route

// The race detector makes everything several times slower; the promise is for the real thing.
const slower = 20
