package web

import (
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"
)

// comments are what the source says of types and of their fields: "floor.Order" and "floor.Order.Due".
type comments map[string]string

func readComments(t *testing.T, dirs ...string) comments {
	out := comments{}
	for _, dir := range dirs {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		require.NoError(t, err)
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			f, err := parser.ParseFile(gotoken.NewFileSet(), name, nil, parser.ParseComments)
			require.NoError(t, err)
			ast.Inspect(f, func(n ast.Node) bool {
				d, ok := n.(*ast.GenDecl)
				if !ok || d.Tok != gotoken.TYPE {
					return true
				}
				for _, spec := range d.Specs {
					ts := spec.(*ast.TypeSpec)
					doc := ts.Doc
					if doc == nil {
						doc = d.Doc
					}
					at := f.Name.Name + "." + ts.Name.Name
					out[at] = plainText(doc)
					if st, ok := ts.Type.(*ast.StructType); ok {
						for _, field := range st.Fields.List {
							says := field.Comment
							if says == nil {
								says = field.Doc
							}
							for _, id := range field.Names {
								out[at+"."+id.Name] = plainText(says)
							}
						}
					}
				}
				return true
			})
		}
	}
	return out
}

func plainText(c *ast.CommentGroup) string {
	if c == nil {
		return ""
	}
	return strings.Join(strings.Fields(c.Text()), " ")
}

// on writes what the source says into a schema.
func (c comments) on(s *huma.Schema, t reflect.Type) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || t.Name() == "" {
		return
	}
	if says := c[typeName(t)]; says != "" && s.Description == "" {
		for _, is := range []string{" is ", " are ", " says "} {
			if rest, ok := strings.CutPrefix(says, t.Name()+is); ok {
				says = strings.ToUpper(rest[:1]) + rest[1:]
			}
		}
		s.Description = says
	}
	c.fields(s, t)
}

func (c comments) fields(s *huma.Schema, t reflect.Type) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		inner := f.Type
		for inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		if f.Anonymous && name == "" && inner.Kind() == reflect.Struct {
			c.fields(s, inner)
			continue
		}
		// A reference says for itself what it is.
		if p := s.Properties[name]; p != nil && p.Ref == "" && p.Description == "" {
			p.Description = c[typeName(t)+"."+f.Name]
		}
	}
}
