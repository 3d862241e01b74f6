// Package durable writes small files that outlive a power cut: keys, marks, what a process must find again.
// It never leaves half a file under the name asked for, and never says "written" before the disk has the name as well.
package durable

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Write replaces a file at once and for good: a power cut leaves the old one or the new one. The directory must exist.
func Write(path string, text []byte, mode os.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer func() { _ = os.Remove(f.Name()) }() // gone already when all went well
	_, err = f.Write(text)
	err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err == nil {
		err = Dir(filepath.Dir(path))
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// Dir makes the names in a directory durable: a file's own sync says nothing of its name.
func Dir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer func() { _ = d.Close() }()
	return d.Sync()
}
