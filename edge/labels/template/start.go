package template

import (
	"embed"
	"io/fs"
	"path"
	"strings"

	"picket/edge/floor"
	"picket/edge/labels"
)

//go:embed start/*.lbl
var starts embed.FS

// Start is a template that draws what is drawn without one, to start from: the bytes of its file. Not every document has one
// for every media.
func Start(doc floor.Document, m labels.Media) (name string, text []byte, ok bool) {
	for _, name := range startFiles() {
		if !strings.HasPrefix(name, string(doc)+".") && !strings.HasPrefix(name, string(doc)+"-") {
			continue
		}
		text, err := starts.ReadFile(path.Join("start", name))
		if err != nil {
			return "", nil, false
		}
		t, err := Parse(name, text)
		if err == nil && t.On(m) {
			return name, text, true
		}
	}
	return "", nil, false
}

// startFiles are the names of the files, in their order.
func startFiles() (out []string) {
	all, err := fs.ReadDir(starts, "start")
	if err != nil {
		return nil
	}
	for _, f := range all {
		out = append(out, f.Name())
	}
	return out
}
