// Package ordinary reads small files that somebody else may have put there: an ordinary file, and not more of it than
// its kind holds. A pipe, a device or a directory is refused without waiting for it.
//
// It must NEVER follow a link for a service: what a link leads to was not put there to be read, and its words would stand
// in the log.
package ordinary

import (
	"errors"
	"io"
	"os"
	"syscall"
)

// ErrLink is for a name that is a symbolic link, ErrKind for what is no file at all.
var (
	ErrLink = errors.New("is a link: put the file itself there")
	ErrKind = errors.New("is no ordinary file")
)

// Read reads a file for a service, and one byte more than most where there is more. A link is refused.
func Read(path string, most int64) ([]byte, error) {
	text, err := read(path, most, syscall.O_NOFOLLOW)
	if errors.Is(err, syscall.ELOOP) {
		return nil, &os.PathError{Op: "open", Path: path, Err: ErrLink}
	}
	return text, err
}

// ReadNamed is the same for a file that whoever runs the command named: a link is followed.
func ReadNamed(path string, most int64) ([]byte, error) { return read(path, most, 0) }

func read(path string, most int64, also int) ([]byte, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK|also, 0) // a pipe is opened without waiting for its other end
	if err != nil {
		return nil, err
	}
	defer f.Close()
	st, err := f.Stat() // of what was opened: the name may be another file's by now
	if err != nil {
		return nil, err
	}
	if !st.Mode().IsRegular() {
		return nil, &os.PathError{Op: "read", Path: path, Err: ErrKind}
	}
	return io.ReadAll(io.LimitReader(f, most+1))
}
