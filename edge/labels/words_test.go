package labels

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/zpl/preview"
	"picket/zpl/script"
)

// TestNoWordIsMissing: whatever the documents say is in the table of each language, with the same places for values, and
// nothing is in it that nobody says.
func TestNoWordIsMissing(t *testing.T) {
	said := map[string]bool{"1 parcel": true, "%d parcels": true}
	for _, w := range slices.Concat(floor.Conditions, []string{"refund", "exchange", "credit"}) {
		said[strings.ReplaceAll(w, "_", " ")] = true
	}
	for _, w := range floor.ReturnReasons {
		said[strings.ReplaceAll(string(w), "_", " ")] = true
	}
	texts := map[string]string{"howToReturn": howToReturn, "wholeOrder": wholeOrder}
	look := func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) != 1 {
			return true
		}
		if f, ok := call.Fun.(*ast.SelectorExpr); !ok || f.Sel.Name != "say" {
			return true
		}
		switch a := call.Args[0].(type) {
		case *ast.BasicLit:
			text, err := strconv.Unquote(a.Value)
			require.NoError(t, err)
			said[text] = true
		case *ast.Ident:
			require.NotEmpty(t, texts[a.Name], "say(%s): name the constant here", a.Name)
			said[texts[a.Name]] = true
		}
		return true
	}
	sources, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, name := range sources {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		source, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		require.NoError(t, err)
		ast.Inspect(source, look)
	}
	require.Greater(t, len(said), 70)
	files, err := filepath.Glob("template/layout/*.lbl")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files { // the layouts of carriers say theirs in brackets
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, m := range regexp.MustCompile(`\(\(([^()]+)\)\)`).FindAllStringSubmatch(string(text), -1) {
			said[m[1]] = true
		}
	}
	places := regexp.MustCompile(`%[a-z]`)
	for _, w := range slices.Sorted(maps.Keys(said)) {
		require.NotEmpty(t, german[w], "%q is not in German", w)
		require.Equal(t, places.FindAllString(w, -1), places.FindAllString(german[w], -1), w)
		require.Equal(t, strings.HasSuffix(w, " "), strings.HasSuffix(german[w], " "), w)
	}
	for w := range german {
		require.True(t, said[w], "nobody says %q", w)
	}
}

// TestADocumentIsInOneLanguage: no English word of the table stands in a German document, but on a customs form; and all of
// them lie as the English ones do on all media.
func TestADocumentIsInOneLanguage(t *testing.T) {
	all, hand := everything(), script.New().For(script.Latin)
	for _, m := range media {
		m.Hand = hand
		for name, f := range all {
			if strings.HasPrefix(name, "customs") {
				continue
			}
			f.Lang = "de"
			job, err := Draw(f, m)
			require.NoError(t, err, "%s on %gx%g", name, m.Width, m.Height)
			doc := preview.Read(job, preview.Options{Dpmm: m.Dpmm})
			for p := range doc.Labels {
				l := &doc.Labels[p]
				if p < 2 {
					require.Empty(t, collisions(l), "%s on %gx%g, page %d", name, m.Width, m.Height, p+1)
				}
				keepPicture(t, l, "de-", m, name, p)
				text := strings.Join(l.Texts(), "\n")
				require.NotContains(t, text, "...\n"+german["COPY %d"])
				require.NotRegexp(t, `[0-9]\.[0-9]+ (kg|EUR)`, text, "%s: a comma stands before decimals", name)
				for english, words := range german {
					if e := strings.TrimSpace(english); len(e) > 4 && !strings.Contains(e, "%") && !strings.Contains(words, e) {
						require.NotContains(t, text, e, "%s on %gx%g", name, m.Width, m.Height)
					}
				}
			}
		}
	}
}
