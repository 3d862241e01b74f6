//go:build !linux

package raw

import (
	"syscall"
	"time"
)

// userTimeout is Linux's; elsewhere the system's own, longer time applies.
func userTimeout(syscall.RawConn, time.Duration) error { return nil }
