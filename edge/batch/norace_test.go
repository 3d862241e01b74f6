//go:build !race

package batch

const (
	rounds = 3
	sorts  = 4
)
