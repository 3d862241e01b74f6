package demo

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v3"
)

// madeLine begins the head of a file of settings that the demo wrote; the digest behind it tells whether somebody changed
// what follows since.
const madeLine = "# Written by picket demo. What you change here is kept; make run RESET=1 begins anew.\n# as written: "

// keepYAML writes a part's settings, unless somebody changed what was written before: that stays as it is. needs are the
// addresses by which the parts of the demo know each other: settings without them would start a company whose parts
// do not meet, which is an error that says what to do.
func keepYAML(file string, v any, needs ...string) error {
	body, err := yaml.Marshal(v)
	if err != nil {
		return err
	}
	old, err := os.ReadFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case edited(old, body):
		for _, need := range needs {
			if !bytes.Contains(old, []byte(need)) {
				return fmt.Errorf("%s was changed by hand and does not have %s: give the demo the --port it had then, put the address in, or begin anew (make run RESET=1)", filepath.Base(file), need)
			}
		}
		return nil
	}
	return os.WriteFile(file, append([]byte(head(body)), body...), 0o600)
}

func head(body []byte) string { return fmt.Sprintf("%s%x\n", madeLine, sha256.Sum256(body)) }

// edited says whether a file is not as the demo wrote it. One without a head, of an earlier version, is held against what
// the demo would write now.
func edited(old, body []byte) bool {
	rest, ours := bytes.CutPrefix(old, []byte(madeLine))
	if !ours {
		return !bytes.Equal(old, body)
	}
	_, was, _ := bytes.Cut(rest, []byte("\n"))
	return !bytes.HasPrefix(old, []byte(head(was)))
}
