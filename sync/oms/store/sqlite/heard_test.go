package sqlite

import (
	"os"
	"strings"
	"sync"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"

	"picket/edge/journal/crashdisk"
)

// ear lies between SQLite and its files: each write, sync, truncate and removal is done as always and then noted, but for
// the sync a mutant takes away.
type ear struct {
	mu     sync.Mutex
	rec    *crashdisk.Recorder
	mutant string
	path   string               // of the database
	names  map[uintptr]string   // of open files
	fresh  map[string]bool      // made, and not synced yet
	plain  *lib.Tsqlite3_vfs    // SQLite's own way to files
	own    map[uintptr]*methods // by SQLite's own methods
}

// methods are those of an open file, SQLite's own and heard.
type methods struct {
	plain *lib.Tsqlite3_io_methods
	heard uintptr
}

// listening is the ear of the one database that is heard; SQLite's tables hold plain functions.
var listening *ear

// The syncs that can be taken away. The directory's is made behind the first one of a new log.
var mutants = []string{"log sync", "database sync", "directory sync"}

// listen has SQLite open files by way of the ear until the test ends.
func listen(t *testing.T, path string, rec *crashdisk.Recorder, mutant string) {
	tls := libc.NewTLS()
	plain := lib.Xsqlite3_vfs_find(tls, 0)
	require.NotZero(t, plain)
	listening = &ear{rec: rec, mutant: mutant, path: path, names: map[uintptr]string{}, fresh: map[string]bool{}, own: map[uintptr]*methods{},
		plain: at[lib.Tsqlite3_vfs](plain)}
	heard := libc.Xcalloc(tls, 1, libc.Tsize_t(unsafe.Sizeof(lib.Tsqlite3_vfs{})))
	v := at[lib.Tsqlite3_vfs](heard)
	*v = *listening.plain
	v.FxOpen, v.FxDelete = address(xOpen), address(xDelete)
	require.Zero(t, lib.Xsqlite3_vfs_register(tls, heard, 1))
	t.Cleanup(func() {
		require.Zero(t, lib.Xsqlite3_vfs_unregister(tls, heard))
		require.Zero(t, lib.Xsqlite3_vfs_register(tls, plain, 1))
		libc.Xfree(tls, heard)
		for _, m := range listening.own {
			libc.Xfree(tls, m.heard)
		}
		tls.Close()
		listening = nil
	})
}

// address is a function as SQLite's tables hold it; function is what such an entry calls.
func address[F any](f F) uintptr  { return *(*uintptr)(unsafe.Pointer(&f)) }
func function[F any](p uintptr) F { return *(*F)(unsafe.Pointer(&struct{ uintptr }{p})) }

// at is what lies at an address outside of Go's own memory.
func at[T any](p uintptr) *T { return *(**T)(unsafe.Pointer(&p)) }

func (e *ear) concerns(n string) bool {
	return strings.HasPrefix(n, e.path) && !strings.HasSuffix(n, "-shm")
}

// of is a file's name, "" when nobody listens to it, and its own methods.
func (e *ear) of(file uintptr) (string, *lib.Tsqlite3_io_methods) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := at[lib.Tsqlite3_file](file).FpMethods
	for _, m := range e.own {
		if m.heard == now {
			return e.names[file], m.plain
		}
	}
	panic("a file of nobody")
}

func xOpen(tls *libc.TLS, vfs, zName, file uintptr, flags int32, out uintptr) int32 {
	e := listening
	name := ""
	if zName != 0 {
		name = libc.GoString(zName)
	}
	_, err := os.Stat(name)
	rc := function[func(*libc.TLS, uintptr, uintptr, uintptr, int32, uintptr) int32](e.plain.FxOpen)(tls, vfs, zName, file, flags, out)
	f := at[lib.Tsqlite3_file](file)
	if rc != 0 || f.FpMethods == 0 || !e.concerns(name) {
		return rc
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if err != nil {
		e.rec.Made(name)
		e.fresh[name] = true
	}
	m := e.own[f.FpMethods]
	if m == nil {
		m = &methods{plain: at[lib.Tsqlite3_io_methods](f.FpMethods), heard: libc.Xcalloc(tls, 1, libc.Tsize_t(unsafe.Sizeof(lib.Tsqlite3_io_methods{})))}
		h := at[lib.Tsqlite3_io_methods](m.heard)
		*h = *m.plain
		h.FxWrite, h.FxTruncate, h.FxSync = address(xWrite), address(xTruncate), address(xSync)
		e.own[f.FpMethods] = m
	}
	f.FpMethods = m.heard
	e.names[file] = name
	return rc
}

func xDelete(tls *libc.TLS, vfs, zName uintptr, syncDir int32) int32 {
	e := listening
	rc := function[func(*libc.TLS, uintptr, uintptr, int32) int32](e.plain.FxDelete)(tls, vfs, zName, syncDir)
	if name := libc.GoString(zName); rc == 0 && e.concerns(name) {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.rec.Removed(name)
		if syncDir != 0 {
			e.rec.SyncDir()
		}
	}
	return rc
}

func xWrite(tls *libc.TLS, file, b uintptr, n int32, off int64) int32 {
	name, m := listening.of(file)
	rc := function[func(*libc.TLS, uintptr, uintptr, int32, int64) int32](m.FxWrite)(tls, file, b, n, off)
	listening.note(rc, func(r *crashdisk.Recorder) { r.Wrote(name, unsafe.Slice(at[byte](b), n), off) })
	return rc
}

func xTruncate(tls *libc.TLS, file uintptr, size int64) int32 {
	name, m := listening.of(file)
	rc := function[func(*libc.TLS, uintptr, int64) int32](m.FxTruncate)(tls, file, size)
	listening.note(rc, func(r *crashdisk.Recorder) { r.Cut(name, size) })
	return rc
}

// xSync is done as always. Behind the first one of a file it made, SQLite syncs the directory.
func xSync(tls *libc.TLS, file uintptr, flags int32) int32 {
	name, m := listening.of(file)
	rc := function[func(*libc.TLS, uintptr, int32) int32](m.FxSync)(tls, file, flags)
	listening.note(rc, func(r *crashdisk.Recorder) {
		made := listening.fresh[name]
		delete(listening.fresh, name)
		switch log := name != listening.path; {
		case log && listening.mutant == "log sync", !log && listening.mutant == "database sync":
			return
		}
		r.Synced(name)
		if made && listening.mutant != "directory sync" {
			r.SyncDir()
		}
	})
	return rc
}

func (e *ear) note(rc int32, what func(*crashdisk.Recorder)) {
	if rc == 0 {
		e.mu.Lock()
		defer e.mu.Unlock()
		what(e.rec)
	}
}
