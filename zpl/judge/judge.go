// Package judge lets Picket's tests ask programs that are not Picket's what a label looks like and what its
// barcodes say: zpl-renderer-js draws ZPL, zxing-wasm decodes pictures. It runs judge.mjs beside it with Node, once for all
// questions of a program: its start costs more than most of them.
//
// It is for tests and tools only. It must NEVER be imported by anything that ships, and never skips: where Node or
// the packages are missing it returns an error that says what to do.
package judge

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"time"
)

// Code is one barcode found on a picture.
type Code struct {
	Format  string    `json:"format"` // zxing's name: Code128, QRCode, DataMatrix
	Text    string    `json:"text"`
	Bytes   string    `json:"bytes"`   // the data in hex
	AIM     string    `json:"aim"`     // symbology identifier, "]C1"
	Version string    `json:"version"` // of a QR code; rows x columns of a DataMatrix
	ECLevel string    `json:"ecLevel"`
	Corners [4][2]int `json:"corners"` // top left, top right, bottom right, bottom left, in dots
}

// Picture is one picture with what was found on it, from top to bottom.
type Picture struct {
	PNG   []byte `json:"-"`
	File  string `json:"png"`
	Codes []Code `json:"codes"`
}

// Size is the label's size in millimetres and the printer's density, for Render.
type Size struct {
	Width, Height float64
	Dpmm          int
}

const patience = 3 * time.Minute // starting two WebAssembly programs on a busy machine

// Render draws a stream of ZPL, one picture to a label, and decodes them.
func Render(ctx context.Context, zpl []byte, size Size) ([]Picture, error) {
	dir, err := os.MkdirTemp("", "judge")
	if err != nil {
		return nil, fmt.Errorf("judge: %w", err)
	}
	defer os.RemoveAll(dir)
	number := func(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
	return run(ctx, zpl, "render", "--png", filepath.Join(dir, "label.png"),
		"--width", number(size.Width), "--height", number(size.Height), "--dpmm", strconv.Itoa(size.Dpmm))
}

// Decode finds the barcodes on a PNG.
func Decode(ctx context.Context, pngs ...[]byte) ([]Picture, error) {
	dir, err := os.MkdirTemp("", "judge")
	if err != nil {
		return nil, fmt.Errorf("judge: %w", err)
	}
	defer os.RemoveAll(dir)
	args := []string{"decode"}
	for i, p := range pngs {
		name := filepath.Join(dir, strconv.Itoa(i)+".png")
		if err := os.WriteFile(name, p, 0o600); err != nil {
			return nil, fmt.Errorf("judge: %w", err)
		}
		args = append(args, name)
	}
	return run(ctx, nil, args...)
}

// asked is a question to judge.mjs, told its answer.
type asked struct {
	Args []string `json:"args"`
	ZPL  string   `json:"zpl"`
}

type told struct {
	Pictures []Picture `json:"pictures"`
	Error    string    `json:"error"`
}

// serving is the judge.mjs that runs; it ends with the program, whose end closes its standard input.
var serving struct {
	sync.Mutex
	cmd      *exec.Cmd
	in       io.WriteCloser
	out      *bufio.Reader
	problems bytes.Buffer
}

func run(ctx context.Context, zpl []byte, args ...string) ([]Picture, error) {
	dir, err := home()
	if err != nil {
		return nil, err
	}
	s := &serving
	s.Lock()
	defer s.Unlock()
	if s.cmd == nil {
		if err := start(dir); err != nil {
			return nil, err
		}
	}
	cmd := s.cmd
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	defer context.AfterFunc(ctx, func() { _ = cmd.Process.Kill() })() // its answer ends there
	var t told
	err = json.NewEncoder(s.in).Encode(asked{args, string(zpl)})
	if err == nil {
		var line []byte
		if line, err = s.out.ReadBytes('\n'); err == nil {
			err = json.Unmarshal(line, &t)
		}
	}
	if err != nil {
		stop()
		return nil, fmt.Errorf("judge: %w: %s", cmp.Or(ctx.Err(), err), bytes.TrimSpace(s.problems.Bytes()))
	}
	if t.Error != "" {
		stop() // nobody knows what state a program is in that failed
		return nil, errors.New(t.Error)
	}
	for i := range t.Pictures {
		if t.Pictures[i].PNG, err = os.ReadFile(t.Pictures[i].File); err != nil {
			return nil, fmt.Errorf("judge: %w", err)
		}
	}
	return t.Pictures, nil
}

// start starts judge.mjs of a directory.
func start(dir string) error {
	for _, need := range []string{"zpl-renderer-js", "zxing-wasm"} {
		if _, err := os.Stat(filepath.Join(dir, "node_modules", need)); err != nil {
			return fmt.Errorf("judge: npm package %s is not installed: run `make deps`, or `npm ci` in zpl/judge", need)
		}
	}
	node, err := exec.LookPath("node")
	if err != nil {
		return fmt.Errorf("judge: Node.js 20 or later is needed: %w", err)
	}
	s := &serving
	cmd := exec.Command(node, filepath.Join(dir, "judge.mjs"), "serve")
	s.problems.Reset()
	cmd.Stderr = &s.problems
	in, err := cmd.StdinPipe()
	if err != nil {
		return fmt.Errorf("judge: %w", err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("judge: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("judge: %w", err)
	}
	s.cmd, s.in, s.out = cmd, in, bufio.NewReader(out)
	return nil
}

// stop ends judge.mjs; the next question starts it anew.
func stop() {
	s := &serving
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
	s.cmd = nil
}

// home is where judge.mjs lies. Tests run in their package's directory, so it is looked for from there upwards:
// the names of source files are not in a program built with -trimpath.
func home() (string, error) {
	at, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("judge: %w", err)
	}
	for {
		dir := filepath.Join(at, "zpl", "judge")
		if _, err := os.Stat(filepath.Join(dir, "judge.mjs")); err == nil {
			return dir, nil
		}
		up := filepath.Dir(at)
		if up == at {
			return "", errors.New("judge: zpl/judge/judge.mjs is not above the working directory: run it within the source tree")
		}
		at = up
	}
}
