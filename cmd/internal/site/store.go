package site

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"picket/edge/journal"
)

// CheckCommand is the hidden command of every binary that can open a journal: it looks at the file in a
// process of its own, because a damaged one ends the process that opens it.
const CheckCommand = "check-journal"

// lockedCode is how the check says that another process holds the file; it is not damage.
const lockedCode = 75

func newID() string { return ulid.MustNew(ulid.Now(), rand.Reader).String() }

// openStore opens the site's one file, or makes it on the first day, and says which box this is.
func openStore(dir string) (*journal.File, string, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, "", fmt.Errorf("data: %w", err)
	}
	box, err := boxID(dir)
	if err != nil {
		return nil, "", err
	}
	f, err := journal.Open(filepath.Join(dir, "site.db"), journal.Options{Log: newID(), Check: checkApart})
	if err != nil {
		return nil, "", err
	}
	return f, box, nil
}

// boxID names this installation. It is made on the first day.
func boxID(dir string) (string, error) {
	box, err := os.ReadFile(filepath.Join(dir, "node"))
	if errors.Is(err, fs.ErrNotExist) {
		box = []byte(newID())
		err = writeOnce(filepath.Join(dir, "node"), box)
	}
	if err != nil {
		return "", fmt.Errorf("data: %w", err)
	}
	return strings.TrimSpace(string(box)), nil
}

func checkApart(path string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, self, CheckCommand, path).CombinedOutput()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && exit.ExitCode() == lockedCode {
		return fmt.Errorf("%w: another picketd holds it", journal.ErrLocked)
	}
	if err != nil {
		return fmt.Errorf("%w: %w: %s", journal.ErrCorrupt, err, last(string(out), 400))
	}
	return nil
}

func last(s string, n int) string {
	s = strings.TrimSpace(s)
	if len(s) > n {
		s = s[len(s)-n:]
	}
	return s
}

// bootCursor counts the starts of this file, so that the will of an earlier one is not taken for news.
const bootCursor = "boot"

func countBoot(f *journal.File) (uint64, error) {
	c, _ := f.Cursor(bootCursor)
	c.Name = bootCursor
	c.Seq++
	if err := f.SetCursor(c); err != nil {
		return 0, err
	}
	return c.Seq, f.Flush()
}
