//go:build !race

package sqlite

const every = 1
