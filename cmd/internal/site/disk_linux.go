package site

import (
	"os"
	"syscall"
)

// roomOf measures the disk a directory lies on, as far as this process may fill it.
func roomOf(dir string) (Room, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return Room{}, &os.PathError{Op: "statfs", Path: dir, Err: err}
	}
	unit := uint64(s.Bsize)
	return Room{Free: s.Bavail * unit, Used: (s.Blocks - s.Bfree) * unit}, nil
}

// allocate makes a file of a size whose room is really taken.
func allocate(path string, size int64) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	err = syscall.Fallocate(int(f.Fd()), 0, 0, size)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return &os.PathError{Op: "allocate", Path: path, Err: err}
	}
	return nil
}
