// Package house holds the house rules as ordinary tests: who may import whom, what the pure packages may
// not touch, how long a file may be. It must NEVER hold anything else.
package house

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// law says which of the project's packages a package may import, by path prefix. A package that no row
// covers may import nothing of ours, so a new one needs a row, and a thought.
var law = []struct{ who, may string }{
	{"edge/floor", "devices/gs1"},
	{"edge/journal", "edge/journal"},
	{"edge/node", "edge/floor edge/journal edge/node"},
	{"edge/view", "edge/floor"},
	{"edge/station", "edge/floor devices/gs1"},
	{"edge/labels", "edge/floor zpl"},
	{"edge/labels/template", "edge/floor edge/labels zpl"},
	{"edge/route", ""},
	{"edge/batch", "edge/route"},
	{"edge/spool", "edge/floor devices"},
	{"edge/carton", ""},
	{"edge/report", "edge/floor"},
	{"edge/slips", "zpl/script"}, // names in scripts the paper's font lacks are shaped there, as on labels
	{"edge/client", "edge/floor edge/view"},
	{"edge/web", "edge/floor edge/node edge/view edge/report edge/station edge/web"},
	{"sync/wire", ""},
	{"sync/reconcile", "sync/wire"},
	{"sync/link", "sync/wire"},
	{"sync/linktest", "sync/wire sync/link sync/linktest"},
	{"sync/uplink", "sync/wire sync/reconcile sync/link"},
	{"sync/oms", "edge/floor sync/wire sync/reconcile sync/link sync/linktest sync/oms"},
	{"devices/gs1", ""},
	{"devices", "devices"},
	{"zpl", "zpl"},
	{"pwa", ""},
	{"cmd", "cmd edge sync devices zpl pwa"},
}

// pure packages take time, ids and randomness from outside and touch nothing.
var pure = []string{"edge/floor", "edge/view", "edge/labels", "edge/labels/template", "edge/station", "edge/route", "edge/batch", "edge/carton", "edge/report", "edge/slips", "sync/wire", "sync/reconcile", "devices/gs1", "zpl", "zpl/preview"}

var notPure = regexp.MustCompile(`^(os|os/.*|net|net/.*|sync|sync/.*|context|log|log/.*|math/rand.*|crypto/rand|io/ioutil|syscall|testing.*)$`)

type pkg struct {
	ImportPath string
	Dir        string
	GoFiles    []string
	Imports    []string
}

func packages(t *testing.T) []pkg {
	cmd := exec.Command("go", "list", "-json=ImportPath,Dir,GoFiles,Imports", "picket/...")
	out, err := cmd.Output()
	require.NoError(t, err)
	var all []pkg
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		p.ImportPath = strings.TrimPrefix(p.ImportPath, "picket/")
		all = append(all, p)
	}
	require.NotEmpty(t, all)
	return all
}

func under(path, prefix string) bool { return path == prefix || strings.HasPrefix(path, prefix+"/") }

func TestTheImportLaw(t *testing.T) {
	for _, p := range packages(t) {
		row := -1
		for i, l := range law {
			if under(p.ImportPath, l.who) && (row < 0 || len(l.who) > len(law[row].who)) {
				row = i
			}
		}
		require.GreaterOrEqual(t, row, 0, "%s stands nowhere in the import law", p.ImportPath)
		for _, imp := range p.Imports {
			imp, ours := strings.CutPrefix(imp, "picket/")
			if !ours {
				continue
			}
			ok := false
			for _, may := range strings.Fields(law[row].may) {
				ok = ok || under(imp, may)
			}
			require.True(t, ok, "%s imports %s; it may import: %s", p.ImportPath, imp, law[row].may)
		}
	}
}

func TestThePureStayPure(t *testing.T) {
	seen := 0
	for _, p := range packages(t) {
		is := false
		for _, w := range pure {
			is = is || p.ImportPath == w
		}
		if !is {
			continue
		}
		seen++
		for _, imp := range p.Imports {
			require.False(t, notPure.MatchString(imp), "%s is pure and imports %s", p.ImportPath, imp)
		}
		for _, f := range p.GoFiles {
			text, err := os.ReadFile(filepath.Join(p.Dir, f))
			require.NoError(t, err)
			require.NotContains(t, string(text), "time.Now(", "%s/%s is pure and reads the clock", p.ImportPath, f)
		}
	}
	require.Equal(t, len(pure), seen, "every pure package exists")
	makefile, err := os.ReadFile(filepath.Join("..", "..", "..", "Makefile"))
	require.NoError(t, err)
	require.Contains(t, string(makefile), "\nPURE = "+strings.Join(pure, " ")+"\n", "the Makefile leaves the race detector out for the pure alone")
}

// only says who alone may import a library: each is wrapped once.
var only = map[string]string{
	"github.com/eclipse/paho.mqtt.golang":      "sync/link cmd/internal/syncbench", // and the bare programs it is measured with
	"go.etcd.io/bbolt":                         "edge/journal cmd/internal/syncbench",
	"codeberg.org/go-pdf/fpdf":                 "edge/slips",
	"github.com/gorilla/websocket":             "edge/web edge/client", // its two ends
	"modernc.org/sqlite":                       "sync/oms edge/journal/reference",
	"github.com/nats-io/nats-server/v2/server": "cmd/internal/syncbench",
}

func TestLibrariesAreWrappedOnce(t *testing.T) {
	for _, p := range packages(t) {
		for _, imp := range p.Imports {
			if who, listed := only[imp]; listed {
				ok := false
				for _, w := range strings.Fields(who) {
					ok = ok || under(p.ImportPath, w)
				}
				require.True(t, ok, "%s imports %s, which only %s may", p.ImportPath, imp, who)
			}
		}
	}
}

func root(t *testing.T) string {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}").Output()
	require.NoError(t, err)
	return strings.TrimSpace(string(out))
}

var skipDirs = map[string]bool{".git": true, "node_modules": true, "dist": true, "bin": true, "data": true, ".tmp": true}

func TestFilesStaySmall(t *testing.T) {
	top := root(t)
	require.NoError(t, filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if skipDirs[d.Name()] {
				return filepath.SkipDir
			}
			return nil
		}
		switch filepath.Ext(path) {
		case ".go", ".ts", ".tsx", ".css", ".mjs":
		default:
			return nil
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		n := 0
		for s := bufio.NewScanner(f); s.Scan(); {
			n++
		}
		rel, _ := filepath.Rel(top, path)
		require.LessOrEqual(t, n, 600, "%s has %d lines", rel, n)
		return nil
	}))
}

// TestEachPackageSaysWhatItIs: the first comment says what the package is and what it must never do.
func TestEachPackageSaysWhatItIs(t *testing.T) {
	for _, p := range packages(t) {
		if len(p.GoFiles) == 0 {
			continue
		}
		text := ""
		for _, f := range p.GoFiles {
			b, err := os.ReadFile(filepath.Join(p.Dir, f))
			require.NoError(t, err)
			head, _, _ := strings.Cut(string(b), "\npackage ")
			if strings.HasPrefix(string(b), "package ") {
				head = ""
			}
			text += head
		}
		require.Regexp(t, `(?i)never`, text, "%s does not say what it must never do", p.ImportPath)
	}
}

func TestNoRegistryStandsInALockFile(t *testing.T) {
	top := root(t)
	require.NoError(t, filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && skipDirs[d.Name()] {
			if err == nil {
				err = filepath.SkipDir
			}
			return err
		}
		if d.Name() == "package-lock.json" {
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			require.NotContains(t, string(b), `"resolved"`, path)
		}
		return nil
	}))
}
