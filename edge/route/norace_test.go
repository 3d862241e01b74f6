//go:build !race

package route

const (
	slower = 1
	sets   = 20
)
