// Package judge lets Picket's tests ask programs that are not Picket's what a label looks like and what its
// barcodes say: zpl-renderer-js draws ZPL, zxing-wasm decodes pictures. It runs judge.mjs beside it with Node.
//
// It is for tests and tools only. It must NEVER be imported by anything that ships, and never skips: where Node or
// the packages are missing it returns an error that says what to do.
package judge

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
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

func run(ctx context.Context, stdin []byte, args ...string) ([]Picture, error) {
	here, err := home()
	if err != nil {
		return nil, err
	}
	return runIn(ctx, here, stdin, args...)
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

func runIn(ctx context.Context, dir string, stdin []byte, args ...string) ([]Picture, error) {
	for _, need := range []string{"zpl-renderer-js", "zxing-wasm"} {
		if _, err := os.Stat(filepath.Join(dir, "node_modules", need)); err != nil {
			return nil, fmt.Errorf("judge: npm package %s is not installed: run `make deps`, or `npm ci` in zpl/judge", need)
		}
	}
	node, err := exec.LookPath("node")
	if err != nil {
		return nil, fmt.Errorf("judge: Node.js 20 or later is needed: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, node, append([]string{filepath.Join(dir, "judge.mjs")}, args...)...)
	var out, problems bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(stdin), &out, &problems
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("judge: %w: %s", err, bytes.TrimSpace(problems.Bytes()))
	}
	var pictures []Picture
	if err := json.Unmarshal(out.Bytes(), &pictures); err != nil {
		return nil, fmt.Errorf("judge: answer: %w", err)
	}
	for i := range pictures {
		if pictures[i].PNG, err = os.ReadFile(pictures[i].File); err != nil {
			return nil, fmt.Errorf("judge: %w", err)
		}
	}
	return pictures, nil
}
