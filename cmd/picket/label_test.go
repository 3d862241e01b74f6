package main

import (
	"bytes"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// label runs `picket label …` and gives back what it said.
func label(args ...string) (out, errs string, err error) {
	var o, e bytes.Buffer
	c := labelCommand(&o, &e)
	c.SilenceErrors, c.SilenceUsage = true, true
	c.SetArgs(args)
	err = c.Execute()
	return o.String(), e.String(), err
}

// TestTemplatesAtADesk: an operator exports what is built in, changes it, is told what is wrong with it by line and column, and
// looks at it, all without a box.
func TestTemplatesAtADesk(t *testing.T) {
	dir := t.TempDir()
	text, _, err := label("export", "shipping")
	require.NoError(t, err)
	good := filepath.Join(dir, "shipping.lbl")
	require.NoError(t, os.WriteFile(good, []byte(text), 0o600))
	said, _, err := label("check", good)
	require.NoError(t, err)
	require.Contains(t, said, "shipping.lbl: good: shipping_label on 101.6x152.4, 100x150 mm (")

	bad := filepath.Join(dir, "bad.lbl")
	require.NoError(t, os.WriteFile(bad, []byte(strings.Replace(text, "<to.name>", "<to.nam>", 1)), 0o600))
	said, errs, err := label("check", bad, good)
	require.ErrorContains(t, err, "1 of 2 templates cannot be used")
	require.Contains(t, said, "shipping.lbl: good")
	require.Contains(t, errs, bad+`:16:31: shipping_label has no field "to.nam"; there is to.name`)

	picture := filepath.Join(dir, "x.png")
	data := filepath.Join(dir, "data.json")
	require.NoError(t, os.WriteFile(data, []byte(`{"to.name": "山田太郎", "tracking": "77000000019"}`), 0o600))
	for _, args := range [][]string{
		{"--template", good}, {"--template", good, "--data", "worst", "--dpmm", "12", "--media", "100x150"}, {"--template", good, "--data", data}, {"--document", "shipping"},
	} {
		_, _, err = label(append([]string{"preview", "--out", picture}, args...)...)
		require.NoError(t, err, "%v", args)
		raw, err := os.ReadFile(picture)
		require.NoError(t, err)
		_, err = png.Decode(bytes.NewReader(raw))
		require.NoError(t, err)
	}
	require.NoError(t, os.WriteFile(data, []byte(`{"to.nam": "x"}`), 0o600))
	_, _, err = label("preview", "--out", picture, "--template", good, "--data", data)
	require.ErrorContains(t, err, `data.json: shipping_label has no field "to.nam"`)
	_, _, err = label("preview", "--out", picture, "--template", bad)
	require.ErrorContains(t, err, ":16:31:")

	// A picture that is brought along stands in the template as it is written.
	logo, _, err := label("picture", picture)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(bad, []byte(strings.Replace(text, "room: [(W - 8)*0.45, 7]", "room: [(W - 8)*0.25, 7]", 1)+strings.Replace(strings.Replace(logo, "wide: 20", "wide: 5", 1), "[4, 4]", "[W - 13, 2]", 1)), 0o600))
	_, errs, err = label("check", bad)
	require.NoError(t, err, errs)

	// A carrier's layout is a template like others.
	text, _, err = label("export", "shipping", "--layout", "postal", "--language", "de")
	require.NoError(t, err)
	require.Contains(t, text, "ENTGELT BEZAHLT")
	require.NoError(t, os.WriteFile(bad, []byte("carrier: [PST]\n"+text), 0o600))
	said, errs, err = label("check", bad)
	require.NoError(t, err, errs)
	require.Contains(t, said, "good: shipping_label of PST on 101.6x152.4, 100x150 mm")
	_, _, err = label("preview", "--out", picture, "--document", "shipping", "--layout", "network", "--data", "worst")
	require.NoError(t, err)

	said, _, err = label("list", "shipping")
	require.NoError(t, err)
	require.Contains(t, said, "<to.name>")
	_, _, err = label("export", "poem")
	require.ErrorContains(t, err, `there is no document "poem"`)
	_, _, err = label("export", "shipping", "--media", "33x44")
	require.ErrorContains(t, err, "no template of shipping_label for 33x44")
}

// TestWhatAPreviewIsAskedFor: what it cannot be asked for is told by the flag, and nothing is written.
func TestWhatAPreviewIsAskedFor(t *testing.T) {
	dir := t.TempDir()
	big := filepath.Join(dir, "big.png")
	require.NoError(t, os.WriteFile(big, make([]byte, 144<<10+1), 0o600))
	for want, args := range map[string][]string{
		"--template FILE.lbl, or --document NAME": {"preview", "--out", filepath.Join(dir, "a.png")},
		"--dpmm: is 9, but must be 8, 12 or 24":   {"preview", "--out", filepath.Join(dir, "a.png"), "--document", "shipping", "--dpmm", "9"},
		"a.jpg: the picture is a PNG":             {"preview", "--out", filepath.Join(dir, "a.jpg"), "--document", "shipping"},
		"may be (144 KiB)":                        {"picture", big},
		`unknown command "exprot"`:                {"exprot", "shipping"},
		"accepts 1 arg":                           {"export"},
		"unknown flag: --medai":                   {"export", "shipping", "--medai", "3"},
		`there is no layout "poem"`:               {"export", "shipping", "--layout", "poem"},
		"express is not for hold_label":           {"export", "hold", "--layout", "express"},
		"is not for shipping_label on 58x150 mm":  {"preview", "--out", filepath.Join(dir, "a.png"), "--document", "shipping", "--layout", "network", "--media", "58x150"},
		`--language: is "fr"`:                     {"export", "shipping", "--layout", "express", "--language", "fr"},
		"--language: is of a layout's words":      {"preview", "--out", filepath.Join(dir, "a.png"), "--document", "shipping", "--language", "de"},
		"say which, with --layout express":        {"export", "shipping", "--language", "de"},
		`no document "poem"`:                      {"export", "poem"},
	} {
		out, _, err := label(args...)
		require.ErrorContains(t, err, want)
		require.Empty(t, out, "what is sent to a file holds no words of the command's")
	}
	all, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, all, 1)
}

// TestAFileThatIsNone: a pipe that nobody writes to is told at once; the operator's own link is followed.
func TestAFileThatIsNone(t *testing.T) {
	dir := t.TempDir()
	pipe, link, good := filepath.Join(dir, "pipe.lbl"), filepath.Join(dir, "link.lbl"), filepath.Join(dir, "good.lbl")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	text, _, err := label("export", "shipping")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(good, []byte(text), 0o600))
	require.NoError(t, os.Symlink(good, link))
	said, errs, err := label("check", pipe, link)
	require.ErrorContains(t, err, "1 of 2")
	require.Contains(t, said, "link.lbl: good")
	require.Contains(t, errs, "pipe.lbl: is no ordinary file")
	_, _, err = label("picture", pipe)
	require.ErrorContains(t, err, "no ordinary file")
	_, _, err = label("preview", "--template", good, "--out", filepath.Join(dir, "x.png"), "--data", pipe)
	require.ErrorContains(t, err, "no ordinary file")
}
