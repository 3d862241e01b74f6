package records

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"sort"
	"strconv"
	"strings"
)

// words are what the floor's source says of its types: their comments, and the constants of those that are
// words of a list.
type words struct {
	types  map[string]string
	fields map[string]string // Type.Field
	known  map[string][]string
}

func (w words) of(t reflect.Type) string { return w.types[t.Name()] }

// field is a field's comment; of an embedded struct, that of the field where it is declared.
func (w words) field(t reflect.Type, f reflect.StructField) string {
	for len(f.Index) > 1 {
		t = t.Field(f.Index[0]).Type
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		f.Index = f.Index[1:]
	}
	return w.fields[t.Name()+"."+f.Name]
}

func readWords(dir string) (words, error) {
	w := words{types: map[string]string{}, fields: map[string]string{}, known: map[string][]string{}}
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		return w, fmt.Errorf("the floor's source is not in %s (%w)", dir, os.ErrNotExist)
	}
	fset := token.NewFileSet()
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(fset, name, nil, parser.ParseComments)
		if err != nil {
			return w, fmt.Errorf("read %s: %w", name, err)
		}
		for _, d := range f.Decls {
			if g, ok := d.(*ast.GenDecl); ok {
				w.take(g)
			}
		}
	}
	for _, list := range w.known {
		sort.Strings(list)
	}
	return w, nil
}

func (w words) take(g *ast.GenDecl) {
	for _, spec := range g.Specs {
		switch s := spec.(type) {
		case *ast.TypeSpec:
			doc := s.Doc
			if doc == nil && len(g.Specs) == 1 {
				doc = g.Doc
			}
			if doc != nil {
				w.types[s.Name.Name] = clean(doc.Text())
			}
			if st, ok := s.Type.(*ast.StructType); ok {
				w.members(s.Name.Name, st)
			}
		case *ast.ValueSpec:
			w.constant(g.Tok, s)
		}
	}
}

func (w words) members(of string, st *ast.StructType) {
	for _, f := range st.Fields.List {
		text := ""
		if f.Doc != nil {
			text = f.Doc.Text()
		}
		if f.Comment != nil {
			text += " " + f.Comment.Text()
		}
		for _, n := range f.Names {
			if text = clean(text); text != "" {
				w.fields[of+"."+n.Name] = text
			}
		}
	}
}

func (w words) constant(tok token.Token, s *ast.ValueSpec) {
	typ, ok := s.Type.(*ast.Ident)
	if tok != token.CONST || !ok {
		return
	}
	for _, v := range s.Values {
		if lit, ok := v.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if word, err := strconv.Unquote(lit.Value); err == nil && word != "" {
				w.known[typ.Name] = append(w.known[typ.Name], word)
			}
		}
	}
}
