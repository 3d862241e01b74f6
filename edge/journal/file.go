package journal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// Options of Open. The zero value opens an existing journal with the defaults and refuses to create one.
type Options struct {
	Log         string                  // log id of a journal that is created; not read when it exists. Empty: do not create
	LockTimeout time.Duration           // how long to wait for another process to let go; default 2 s
	Check       func(path string) error // called on an existing file before it is opened. Give one that runs Check in a child process: bbolt kills the process that opens a damaged file, and no recover can catch it
}

// mapBytes is the address space taken at once, so that the map is never moved: moving it would make every
// commit wait for the slowest reader. It costs address space, not memory, and needs a 64-bit machine.
const mapBytes = 8 << 30

// pageBytes is fixed, so that a file moves between machines whose kernels use pages of different size.
const pageBytes = 4096

// formatVersion of the file as a whole. A file of another version is refused, never guessed at.
const formatVersion = 1

var (
	bucketJournal  = []byte("journal")  // BE64 first seq -> group
	bucketSnapshot = []byte("snapshot") // BE64 number of the attempt | BE64 offset -> piece
	bucketRows     = []byte("rows")     // kind | NUL | key -> value
	bucketState    = []byte("state")    // the names below; small enough to lie inside the root page

	keyVersion  = []byte("version")
	keyLog      = []byte("log")
	keyForks    = []byte("forks")
	keySnapshot = []byte("snapshot")
	prefixCur   = []byte("cursor/")
)

// File is a journal in one bbolt file. Any number of goroutines may read; Append and the other writers queue
// for one transaction at a time, so call them from one goroutine if you want groups.
type File struct {
	path string
	db   *bolt.DB

	write  sync.Mutex // held by one writer from its decision to its commit
	tail   tail       // the newest group; guarded by write
	enc    []byte     // its packed bytes, reused; guarded by write
	asm    assembly   // guarded by write
	stray  bool       // pieces of dead snapshots may stand in the file; guarded by write
	snapID uint64     // number of the newest complete snapshot's attempt; guarded by write

	mu      sync.RWMutex // guards what follows, never held over I/O
	head    Position
	first   uint64
	forks   []Fork
	snap    *Snapshot
	cursors map[string]Cursor // as committed
	lazy    map[string]Cursor // set since, not yet committed; shadows cursors
	broken  error             // the fault that stopped the writers
}

// disk is how the file comes into being; the power-cut rig listens here to what bbolt does not do.
type disk struct {
	open    func(string, int, os.FileMode) (*os.File, error)
	rename  func(from, to string) error
	syncDir func(dir string) error
}

var osDisk = disk{open: os.OpenFile, rename: os.Rename, syncDir: syncDir}

// Open opens the journal at path, or creates it when Options.Log names a log id. The directory must exist.
//
// Creating is safe at every instant: the file is made as path + ".new", synced, renamed, and the directory
// synced; what an earlier attempt left behind is made anew. Errors: ErrLocked when another process has it,
// ErrForeign when the file is not a journal of this version, ErrCorrupt or the Check's error when it is damaged,
// fs.ErrNotExist when there is none and Log is empty.
func Open(path string, o Options) (*File, error) { return openOn(osDisk, path, o) }

func openOn(d disk, path string, o Options) (*File, error) {
	fault := func(err error, hint string) (*File, error) {
		return nil, &Error{Op: "open", Path: path, Err: err, Hint: hint}
	}
	if o.LockTimeout <= 0 {
		o.LockTimeout = 2 * time.Second
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if o.Log == "" {
			return fault(err, "check the data directory; a new site is given a log id")
		}
		if err := create(d, path, o); err != nil {
			return nil, err
		}
	case err != nil:
		return fault(err, "")
	case info.Size() == 0:
		return fault(fmt.Errorf("%w: the file is empty", ErrForeign), "move it away; Picket never leaves an empty journal")
	case o.Check != nil:
		if err := o.Check(path); errors.Is(err, ErrLocked) {
			return fault(err, "stop the other one, or give this one a data directory of its own")
		} else if err != nil {
			return fault(err, "restore the last backup; keep this file for the people who will ask what happened")
		}
	}
	db, err := openBolt(d, path, o.LockTimeout)
	if err != nil {
		return nil, err
	}
	f := &File{path: path, db: db}
	if err := f.load(); err != nil {
		_ = db.Close()
		return fault(err, "")
	}
	return f, nil
}

func openBolt(d disk, path string, lock time.Duration) (*bolt.DB, error) {
	db, err := bolt.Open(path, 0o600, &bolt.Options{
		Timeout: lock, NoFreelistSync: true, FreelistType: bolt.FreelistMapType,
		InitialMmapSize: mapBytes, PageSize: pageBytes, NoStatistics: true, OpenFile: d.open,
	})
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		return nil, &Error{Op: "open", Path: path, Err: fmt.Errorf("%w: another picketd holds it (waited %s)", ErrLocked, lock),
			Hint: "stop the other one, or give this one a data directory of its own"}
	case errors.Is(err, berrors.ErrInvalid), errors.Is(err, berrors.ErrVersionMismatch), errors.Is(err, berrors.ErrChecksum):
		return nil, &Error{Op: "open", Path: path, Err: fmt.Errorf("%w: %v", ErrForeign, err)}
	case err != nil:
		return nil, &Error{Op: "open", Path: path, Err: err}
	}
	return db, nil
}

// create makes an empty journal. bbolt's own initialisation is not crash-safe, so it happens under another name.
func create(d disk, path string, o Options) error {
	if err := validName(o.Log); err != nil {
		return &Error{Op: "create", Path: path, Err: fmt.Errorf("log id %w", err)}
	}
	tmp := path + ".new"
	fault := func(err error) error { return &Error{Op: "create", Path: path, Err: err} }
	if err := os.Remove(tmp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fault(err)
	}
	db, err := openBolt(d, tmp, o.LockTimeout)
	if err != nil {
		return err
	}
	err = db.Update(func(tx *bolt.Tx) error {
		for _, name := range [][]byte{bucketJournal, bucketSnapshot, bucketRows, bucketState} {
			if _, err := tx.CreateBucket(name); err != nil {
				return err
			}
		}
		st := tx.Bucket(bucketState)
		if err := st.Put(keyVersion, []byte{formatVersion}); err != nil {
			return err
		}
		return st.Put(keyLog, []byte(o.Log))
	})
	if err == nil {
		err = db.Sync()
	}
	if cerr := db.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = d.rename(tmp, path)
	}
	if err == nil {
		err = d.syncDir(filepath.Dir(path))
	}
	if err != nil {
		return fault(err)
	}
	return nil
}

func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = f.Sync()
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}

// load reads what Open must know: the small state, and of the entries only the first key and the last group.
func (f *File) load() error {
	f.cursors, f.lazy = map[string]Cursor{}, map[string]Cursor{}
	return f.db.View(func(tx *bolt.Tx) error {
		for _, name := range [][]byte{bucketJournal, bucketSnapshot, bucketRows, bucketState} {
			if tx.Bucket(name) == nil {
				return fmt.Errorf("%w: no bucket %q", ErrForeign, name)
			}
		}
		st := tx.Bucket(bucketState)
		if v := st.Get(keyVersion); len(v) != 1 || v[0] != formatVersion {
			return fmt.Errorf("%w: format %x, want %d", ErrForeign, v, formatVersion)
		}
		f.head.Log = string(st.Get(keyLog))
		if err := validName(f.head.Log); err != nil {
			return fmt.Errorf("%w: log id %v", ErrCorrupt, err)
		}
		var err error
		if f.forks, err = decodeForks(st.Get(keyForks)); err != nil {
			return err
		}
		if v := st.Get(keySnapshot); v != nil {
			id, s, err := decodeSnapshot(v)
			if err != nil {
				return err
			}
			f.snapID, f.snap = id, &s
		}
		c := st.Cursor()
		for k, v := c.Seek(prefixCur); k != nil && hasPrefix(k, prefixCur); k, v = c.Next() {
			cur, err := decodeCursor(string(k[len(prefixCur):]), v)
			if err != nil {
				return err
			}
			f.cursors[cur.Name] = cur
		}
		f.stray = true // the first commit looks, and finds none in the usual case
		jc := tx.Bucket(bucketJournal).Cursor()
		k, v := jc.Last()
		if k == nil {
			f.first = 1
			return nil
		}
		g, err := decodeAt(k, v)
		if err != nil {
			return err
		}
		f.head.Seq, f.head.Hash = g.last(), g.hashAt(g.last())
		f.tail = tailOf(g)
		k, _ = jc.First()
		f.first = binary.BigEndian.Uint64(k)
		return nil
	})
}

// Close lets go of the file after the writer under way and every reader; lazily set cursors are committed first
// if that is still possible. A second Close does nothing.
func (f *File) Close() error {
	f.write.Lock()
	defer f.write.Unlock()
	if errors.Is(f.fault(), ErrClosed) {
		return nil
	}
	var err error
	if f.fault() == nil {
		err = f.flush()
	}
	f.mu.Lock()
	f.broken = ErrClosed
	f.mu.Unlock()
	if cerr := f.db.Close(); err == nil {
		err = cerr
	}
	return err
}

// Path is where the file is, for messages to the operator.
func (f *File) Path() string { return f.path }

func (f *File) fault() error {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.broken
}

func seqKey(seq uint64) []byte { return binary.BigEndian.AppendUint64(make([]byte, 0, 8), seq) }

func hasPrefix(b, p []byte) bool { return len(b) >= len(p) && string(b[:len(p)]) == string(p) }

func decodeAt(k, v []byte) (group, error) {
	if len(k) != 8 {
		return group{}, fmt.Errorf("%w: entry key of %d bytes", ErrCorrupt, len(k))
	}
	return decodeGroup(binary.BigEndian.Uint64(k), v)
}
