package template

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"picket/edge/labels"
)

// Layouts in the manner of big carriers. Their words stand in ((double brackets)), to be said in the site's language.
//
//go:embed layout/*.lbl
var layouts embed.FS

var inBrackets = regexp.MustCompile(`\(\(([^()]+)\)\)`)

// Layouts are the names there are of layouts for shipping labels.
func Layouts() (out []string) {
	all, err := fs.ReadDir(layouts, "layout")
	if err != nil {
		return nil
	}
	for _, f := range all {
		name, _, _ := strings.Cut(strings.TrimSuffix(f.Name(), ".lbl"), "-")
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// Layout are the templates of a layout in a language: one for each kind of media it fits. On others its parcels have the
// label that is built in.
func Layout(name, lang string) (all []*Template, texts [][]byte, err error) {
	files, err := fs.ReadDir(layouts, "layout")
	if err != nil {
		return nil, nil, err
	}
	for _, f := range files {
		file := f.Name()
		if name == "" || file != name+".lbl" && !strings.HasPrefix(file, name+"-") {
			continue
		}
		text, err := layouts.ReadFile(path.Join("layout", file))
		if err != nil {
			return nil, nil, err
		}
		text = inBrackets.ReplaceAllFunc(text, func(in []byte) []byte {
			return []byte(strings.ReplaceAll(labels.Say(lang, string(in[2:len(in)-2])), "%d", "<copy>"))
		})
		t, err := Parse(file, text)
		if err != nil {
			return nil, nil, err
		}
		all, texts = append(all, t), append(texts, text)
	}
	if len(all) == 0 {
		return nil, nil, fmt.Errorf("there is no layout %q; there is %s", short(name), strings.Join(Layouts(), ", "))
	}
	return all, texts, nil
}
