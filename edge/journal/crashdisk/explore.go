package crashdisk

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// State is one disk a power cut can leave.
type State struct {
	Acked int    // the last acknowledgement that had gone out, -1: none
	Where string // for people: where the power was cut, and what became of the unsynced bytes
	files map[string]image
}

// The ways unsynced bytes can end.
const (
	keepNone = iota
	keepAll
	keepSome // any of the writes
	tearSome // any sectors of any of the writes
)

var ends = [...]string{"nothing unsynced kept", "everything kept", "some writes kept", "some writes torn"}

// Explore gives fn every disk a power cut can leave between any two operations: with what was not synced gone, there,
// there in part (drawn draws times) or torn at a sector (drawn draws times), and with new names on the platters or
// not. No two states it gives are the same. It returns how many there were, and fn's first error.
func Explore(r *Recorder, draws int, rnd *rand.Rand, fn func(State) error) (states int, err error) {
	disk, seen := newPlatters(), map[string]bool{}
	for i, o := range r.ops {
		disk.do(o)
		for _, names := range []map[string]*inode{disk.durable, disk.names} {
			for v := range 2 + 2*draws {
				end := min(v, keepAll)
				if v > keepAll {
					end = keepSome + v%2
				}
				files, mark := disk.after(names, end, rnd)
				if mark = fmt.Sprintf("%d %s", disk.acked, mark); seen[mark] {
					continue
				}
				seen[mark] = true
				states++
				where := fmt.Sprintf("after op %d (%s %s), %s, %d acknowledged", i, o.kind, filepath.Base(o.name), ends[end], disk.acked+1)
				if err := fn(State{Acked: disk.acked, Where: where, files: files}); err != nil {
					return states, fmt.Errorf("crash state %d: %s: %w", states, where, err)
				}
			}
		}
	}
	return states, nil
}

// after is what the files hold when the power is back, and a mark: equal marks are equal disks.
func (p *platters) after(names map[string]*inode, end int, rnd *rand.Rand) (map[string]image, string) {
	out, mark := map[string]image{}, strings.Builder{}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		n := names[name]
		im, kept := n.after(end, rnd)
		out[filepath.Base(name)] = im
		fmt.Fprintf(&mark, "%s=%d.%d%s ", name, slices.Index(p.files, n), n.synced, strings.TrimRight(kept, "-."))
	}
	return out, mark.String()
}

// after is what one file holds, and which sectors of the pending writes made it: + kept, - lost, a dot behind each write.
func (n *inode) after(end int, rnd *rand.Rand) (image, string) {
	if end == keepNone || len(n.pending) == 0 {
		return n.durable, ""
	}
	im, mark := n.durable.clone(), strings.Builder{}
	for _, w := range n.pending {
		keep := end == keepAll || rnd.IntN(2) == 0
		if end != tearSome || w.kind == truncate || !keep {
			sectors := max(1, (len(w.data)+sectorBytes-1)/sectorBytes)
			if keep {
				im.apply(w)
				mark.WriteString(strings.Repeat("+", sectors))
			} else {
				mark.WriteString(strings.Repeat("-", sectors))
			}
			mark.WriteByte('.')
			continue
		}
		for at := 0; at < len(w.data); at += sectorBytes {
			if rnd.IntN(2) == 0 {
				im.write(w.off+int64(at), w.data[at:min(at+sectorBytes, len(w.data))])
				mark.WriteByte('+')
			} else {
				mark.WriteByte('-')
			}
		}
		mark.WriteByte('.')
	}
	return im, mark.String()
}

// Restore writes the disk into dir, under the names' last elements.
func (s State) Restore(dir string) error {
	for name, im := range s.files {
		f, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		for page, b := range im.pages {
			if _, err := f.WriteAt(b, page*pageBytes); err != nil {
				return err
			}
		}
		if err := f.Truncate(im.size); err != nil {
			return err
		}
		if err := f.Close(); err != nil {
			return err
		}
	}
	return nil
}
