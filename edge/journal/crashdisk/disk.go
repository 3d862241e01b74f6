package crashdisk

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// pageBytes is the journal's page; sectorBytes is what a disk writes whole or not at all.
const (
	pageBytes   = 4096
	sectorBytes = 512
)

type kind int

const (
	write kind = iota
	truncate
	syncFile
	link    // a name appears
	rename  // a name becomes another
	remove  // a name goes
	syncDir // names are on the platters
	ack     // somebody was told: from here on it must be found
)

var kinds = [...]string{"write", "truncate", "sync", "link", "rename", "remove", "directory sync", "acknowledgement"}

func (k kind) String() string { return kinds[k] }

// op is one thing the program did to the disk, in order.
type op struct {
	kind     kind
	name, to string
	off      int64 // of a write; the size of a truncate
	data     []byte
	ack      int
}

// Recorder is the disk's ear: bbolt's Hook, and the journal's own open, rename and directory sync; and for other programs
// what was done to the file of a name.
type Recorder struct {
	Mutant string // which sync is not heard of: one of Mutants
	ops    []op
	meta   bool // the last write was a meta page
}

// Mutants are the syncs that can be taken away. The last two stand only where a journal is made.
var Mutants = []string{"data sync", "meta sync", "directory sync", "file sync at creation"}

// Holds says that the file is on the platters as it is now, under its name: the recording goes on from there.
func (r *Recorder) Holds(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	r.ops = append(r.ops, op{kind: link, name: path}, op{kind: truncate, name: path, off: int64(len(data))})
	empty := make([]byte, pageBytes)
	for at := 0; at < len(data); at += pageBytes { // the file is grown far ahead of what is in it
		if page := data[at:min(at+pageBytes, len(data))]; !bytes.Equal(page, empty[:len(page)]) {
			r.ops = append(r.ops, op{kind: write, name: path, off: int64(at), data: page})
		}
	}
	r.ops = append(r.ops, op{kind: syncFile, name: path}, op{kind: syncDir})
	return nil
}

// Ack says that acknowledgement number n went out.
func (r *Recorder) Ack(n int) { r.ops = append(r.ops, op{kind: ack, ack: n}) }

// Write obeys bbolt's Hook.
func (r *Recorder) Write(f *os.File, b []byte, off int64) {
	r.meta = off < 2*pageBytes && len(b) == pageBytes
	r.Wrote(f.Name(), b, off)
}

// Truncate obeys bbolt's Hook.
func (r *Recorder) Truncate(f *os.File, size int64) { r.Cut(f.Name(), size) }

// Made says that a file came into being, empty; its name is not on the platters yet.
func (r *Recorder) Made(name string) { r.ops = append(r.ops, op{kind: link, name: name}) }

// Wrote says that bytes were written. They may be used again behind the return.
func (r *Recorder) Wrote(name string, b []byte, off int64) {
	r.ops = append(r.ops, op{kind: write, name: name, off: off, data: slices.Clone(b)})
}

// Cut says that a file has another size.
func (r *Recorder) Cut(name string, size int64) {
	r.ops = append(r.ops, op{kind: truncate, name: name, off: size})
}

// Synced says that a file is on the platters as it is now.
func (r *Recorder) Synced(name string) { r.ops = append(r.ops, op{kind: syncFile, name: name}) }

// Removed says that a name is gone; it may come back until its directory is synced.
func (r *Recorder) Removed(name string) { r.ops = append(r.ops, op{kind: remove, name: name}) }

// Sync obeys bbolt's Hook.
func (r *Recorder) Sync(f *os.File) {
	fresh := filepath.Ext(f.Name()) == ".new"
	switch {
	case r.Mutant == "data sync" && !r.meta && !fresh, r.Mutant == "meta sync" && r.meta && !fresh,
		r.Mutant == "file sync at creation" && fresh:
		return
	}
	r.Synced(f.Name())
}

// Open is os.OpenFile, heard.
func (r *Recorder) Open(name string, flag int, mode os.FileMode) (*os.File, error) {
	_, err := os.Stat(name)
	f, oerr := os.OpenFile(name, flag, mode)
	if err != nil && oerr == nil {
		r.Made(name)
	}
	return f, oerr
}

// Rename is os.Rename, heard.
func (r *Recorder) Rename(from, to string) error {
	r.ops = append(r.ops, op{kind: rename, name: from, to: to})
	return os.Rename(from, to)
}

// SyncDir hears of the sync of a directory.
func (r *Recorder) SyncDir() {
	if r.Mutant != "directory sync" {
		r.ops = append(r.ops, op{kind: syncDir})
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

func (im *image) apply(o op) {
	if o.kind == write {
		im.write(o.off, o.data)
	} else {
		im.size = o.off
	}
}

// inode is a file on the platters and what has been asked of it since its last sync.
type inode struct {
	durable image
	synced  int // how often
	pending []op
}

// platters is the disk at one moment: what is certain, and what is not yet.
type platters struct {
	names, durable map[string]*inode
	files          []*inode
	acked          int // the last acknowledgement so far, -1 before the first
}

func newPlatters() *platters {
	return &platters{names: map[string]*inode{}, durable: map[string]*inode{}, acked: -1}
}

func (p *platters) do(o op) {
	switch o.kind {
	case link:
		n := &inode{durable: image{pages: map[int64][]byte{}}}
		p.names[o.name], p.files = n, append(p.files, n)
	case rename:
		p.names[o.to] = p.names[o.name]
		delete(p.names, o.name)
	case remove:
		delete(p.names, o.name)
	case syncDir:
		p.durable = maps.Clone(p.names)
	case write, truncate:
		n := p.names[o.name]
		n.pending = append(n.pending, o)
	case syncFile:
		n := p.names[o.name]
		n.durable = n.durable.clone()
		for _, w := range n.pending {
			n.durable.apply(w)
		}
		n.pending = nil
		n.synced++
	case ack:
		p.acked = o.ack
	}
}
