package virtual

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// store keeps the tray in a directory, one file a label, so that a demonstration that is
// started again still shows what it printed.
type store struct {
	dir  string
	keep int
	seqs []uint64 // oldest first
}

const labelSuffix = ".label.json"

// openStore reads the newest keep labels. A file that is no label is left alone and not listed.
func openStore(dir string, keep int) (*store, []Label, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, nil, err
	}
	names, err := filepath.Glob(filepath.Join(dir, "*"+labelSuffix))
	if err != nil {
		return nil, nil, err
	}
	slices.Sort(names)
	slices.Reverse(names)
	s := &store{dir: dir, keep: keep}
	var labels []Label
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			return nil, nil, err
		}
		var l Label
		if json.Unmarshal(b, &l) != nil || s.path(l.Seq) != name {
			continue
		}
		if len(labels) == keep { // an earlier run kept more
			if err := os.Remove(name); err != nil {
				return nil, nil, err
			}
			continue
		}
		labels, s.seqs = append(labels, l), append(s.seqs, l.Seq)
	}
	slices.Reverse(labels)
	slices.Reverse(s.seqs)
	return s, labels, nil
}

func (s *store) path(seq uint64) string {
	return filepath.Join(s.dir, fmt.Sprintf("%012d%s", seq, labelSuffix))
}

// put writes a label whole or not at all, and removes the oldest beyond keep.
func (s *store) put(l Label) error {
	b, err := json.Marshal(l)
	if err != nil {
		return err
	}
	path := s.path(l.Seq)
	tmp := strings.TrimSuffix(path, labelSuffix) + ".new"
	if err := os.WriteFile(tmp, b, 0o644); err != nil {
		return err
	}
	if err := os.Rename(tmp, path); err != nil {
		return err
	}
	s.seqs = append(s.seqs, l.Seq)
	for len(s.seqs) > s.keep {
		if err := os.Remove(s.path(s.seqs[0])); err != nil && !os.IsNotExist(err) {
			return err
		}
		s.seqs = s.seqs[1:]
	}
	return nil
}
