//go:build crashstates

package journal

import (
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
)

// What the journal did to the disk, in order.
type opKind int

const (
	opWrite opKind = iota
	opTruncate
	opSync
	opLink    // a name appears
	opRename  // a name becomes another
	opSyncDir // names are on the platters
	opAck     // the journal answered: from here on the summary must be found
)

type op struct {
	kind     opKind
	name, to string
	off      int64 // of a write; the size of a truncate
	data     []byte
	ack      int
}

// recorder is the disk's ear: bbolt's Hook, and the journal's own open, rename and directory sync.
type recorder struct {
	ops    []op
	mutant string // which sync is not heard of
	meta   bool   // the last write was a meta page
}

func (r *recorder) Write(f *os.File, b []byte, off int64) {
	r.meta = off < 2*pageBytes && len(b) == pageBytes
	r.ops = append(r.ops, op{kind: opWrite, name: f.Name(), off: off, data: slices.Clone(b)})
}

func (r *recorder) Truncate(f *os.File, size int64) {
	r.ops = append(r.ops, op{kind: opTruncate, name: f.Name(), off: size})
}

func (r *recorder) Sync(f *os.File) {
	fresh := filepath.Ext(f.Name()) == ".new"
	switch {
	case r.mutant == "data sync" && !r.meta && !fresh, r.mutant == "meta sync" && r.meta && !fresh,
		r.mutant == "file sync at creation" && fresh:
		return
	}
	r.ops = append(r.ops, op{kind: opSync, name: f.Name()})
}

func (r *recorder) disk() disk {
	return disk{
		open: func(name string, flag int, mode os.FileMode) (*os.File, error) {
			_, err := os.Stat(name)
			f, oerr := os.OpenFile(name, flag, mode)
			if err != nil && oerr == nil {
				r.ops = append(r.ops, op{kind: opLink, name: name})
			}
			return f, oerr
		},
		rename: func(from, to string) error {
			r.ops = append(r.ops, op{kind: opRename, name: from, to: to})
			return os.Rename(from, to)
		},
		syncDir: func(dir string) error {
			if r.mutant != "directory sync" {
				r.ops = append(r.ops, op{kind: opSyncDir})
			}
			return syncDir(dir)
		},
	}
}

// image is the content of one file, by page; the pages are shared between images and never changed in place.
type image struct {
	pages map[int64][]byte
	size  int64
}

func (im image) clone() image { return image{pages: maps.Clone(im.pages), size: im.size} }

func (im *image) write(off int64, b []byte) {
	im.size = max(im.size, off+int64(len(b)))
	for len(b) > 0 {
		page, at := off/pageBytes, int(off%pageBytes)
		n := min(len(b), pageBytes-at)
		fresh := make([]byte, pageBytes)
		copy(fresh, im.pages[page])
		copy(fresh[at:], b[:n])
		im.pages[page] = fresh
		off, b = off+int64(n), b[n:]
	}
}

// inode is a file on the platters and what has been asked of it since its last sync.
type inode struct {
	durable image
	pending []op
}

// platters is the disk at one moment: what is certain, and what is not yet.
type platters struct {
	names, durableNames map[string]*inode
	ack                 int // the last acknowledgement so far, -1 before the first
}

func newPlatters() *platters {
	return &platters{names: map[string]*inode{}, durableNames: map[string]*inode{}, ack: -1}
}

func (p *platters) do(o op) {
	switch o.kind {
	case opLink:
		p.names[o.name] = &inode{durable: image{pages: map[int64][]byte{}}}
	case opRename:
		p.names[o.to] = p.names[o.name]
		delete(p.names, o.name)
	case opSyncDir:
		p.durableNames = maps.Clone(p.names)
	case opWrite, opTruncate:
		n := p.names[o.name]
		n.pending = append(n.pending, o)
	case opSync:
		n := p.names[o.name]
		n.durable = n.durable.clone()
		for _, w := range n.pending {
			n.durable.apply(w)
		}
		n.pending = nil
	case opAck:
		p.ack = o.ack
	}
}

func (im *image) apply(o op) {
	if o.kind == opWrite {
		im.write(o.off, o.data)
	} else {
		im.size = o.off
	}
}

// The ways unsynced bytes can end.
const (
	keepNone = iota
	keepAll
	keepSome // any of the writes
	tearSome // any 512-byte sectors of any of the writes
	variants
)

// after is what one file holds when the power is back.
func (n *inode) after(variant int, rnd *rand.Rand) image {
	if variant == keepNone || len(n.pending) == 0 {
		return n.durable
	}
	im := n.durable.clone()
	for _, w := range n.pending {
		switch {
		case variant == keepAll:
			im.apply(w)
		case rnd.IntN(2) == 0:
			continue
		case variant == keepSome || w.kind == opTruncate:
			im.apply(w)
		default:
			for at := 0; at < len(w.data); at += 512 {
				if rnd.IntN(2) == 0 {
					im.write(w.off+int64(at), w.data[at:min(at+512, len(w.data))])
				}
			}
		}
	}
	return im
}

// restore writes one possible disk into dir, under the names' last elements.
func (p *platters) restore(dir string, variant int, newNames bool, rnd *rand.Rand) error {
	names := p.durableNames
	if newNames {
		names = p.names
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		im := names[name].after(variant, rnd)
		f, err := os.Create(filepath.Join(dir, filepath.Base(name)))
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
