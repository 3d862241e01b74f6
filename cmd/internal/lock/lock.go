// Package lock keeps two processes out of one data directory. It must NEVER wait: whoever comes second is told
// so at once.
package lock

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// Dir takes the directory, which must exist, for who: what people call the process. The lock goes with the process,
// however it ends.
func Dir(dir, who string) (release func(), err error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		holder, _ := io.ReadAll(io.LimitReader(f, 200)) // nobody knows: the words do without
		_ = f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			by := strings.TrimSpace(string(holder))
			if by == "" {
				by = "another process"
			}
			return nil, fmt.Errorf("%s is in use by %s; stop that one, or give this one a directory of its own. Nothing was touched", dir, by)
		}
		return nil, fmt.Errorf("lock %s: %w", dir, err)
	}
	if err = f.Truncate(0); err == nil { // for whoever comes second
		_, err = fmt.Fprintf(f, "%s (process %d)\n", who, os.Getpid())
	}
	if err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("lock %s: %w", dir, err)
	}
	return func() { _ = f.Close() }, nil
}
