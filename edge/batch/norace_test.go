//go:build !race

package batch

const rounds = 3
