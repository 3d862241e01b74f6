package slips

import (
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestNoWordIsMissing: what the papers say, here and where the site fills them in, is in the table of each language, with the
// same places for values. What reads like a word of a paper: what is handed to say, heading, sign and begin, the titles of
// columns and the names of facts. What is in English wherever it is read has none: the file of hand-overs, customs declarations.
func TestNoWordIsMissing(t *testing.T) {
	said := map[string]bool{}
	word := func(e ast.Expr) {
		if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == gotoken.STRING {
			text, err := strconv.Unquote(lit.Value)
			require.NoError(t, err)
			said[text] = true
		}
	}
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	site, err := filepath.Glob("../../cmd/internal/site/*.go")
	require.NoError(t, err)
	require.NotEmpty(t, site)
	for _, file := range slices.Concat(files, site) {
		if strings.HasSuffix(file, "_test.go") || strings.Contains(file, "handover.go") || file == "customs.go" || strings.Contains(file, "dispute") {
			continue
		}
		tree, err := parser.ParseFile(gotoken.NewFileSet(), file, nil, 0)
		require.NoError(t, err)
		ast.Inspect(tree, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				name := ""
				switch f := n.Fun.(type) {
				case *ast.SelectorExpr:
					name = f.Sel.Name
				case *ast.Ident:
					name = f.Name
				}
				switch {
				case name == "say" && len(n.Args) == 1, name == "heading", name == "sign":
					for _, a := range n.Args {
						word(a)
					}
				case name == "begin" && len(n.Args) > 1:
					word(n.Args[1])
				}
			case *ast.KeyValueExpr:
				if k, ok := n.Key.(*ast.Ident); ok && k.Name == "title" {
					word(n.Value)
				}
			case *ast.CompositeLit:
				if k, ok := n.Type.(*ast.Ident); ok && k.Name == "Fact" && len(n.Elts) == 2 {
					word(n.Elts[0])
				}
			}
			return true
		})
	}
	require.Greater(t, len(said), 100)
	places := regexp.MustCompile(`%[a-z]`)
	for _, w := range slices.Sorted(maps.Keys(said)) {
		words, ok := german[w]
		require.True(t, ok, "%q is not in German", w)
		require.Equal(t, places.FindAllString(w, -1), places.FindAllString(words, -1), w)
		require.Equal(t, strings.HasSuffix(w, " "), strings.HasSuffix(words, " "), w)
	}
}

// TestAPaperIsInOneLanguage: the samples in German hold none of the English words of the table, and their words stay in their
// places on both sizes of paper.
func TestAPaperIsInOneLanguage(t *testing.T) {
	for name, make := range germanSamples() {
		for _, size := range []Paper{A4, Letter} {
			pdf, err := make(Head{Paper: size, Site: "Nordtor", Number: "N-1", Made: made, Lang: "de", Copy: 2, Reason: "verloren"})
			require.NoError(t, err, name)
			tidy(t, pdf)
			if dir := os.Getenv("SLIPS_OUT"); dir != "" && size == A4 { // to look at them
				require.NoError(t, os.WriteFile(filepath.Join(dir, "de-"+strings.ReplaceAll(name, " ", "-")+".pdf"), pdf, 0o644))
			}
			text := " " + strings.Join(strings.Fields(strings.Join(pagesOf(t, pdf), " ")), " ") + " "
			require.Contains(t, text, "Seite 1 von ", name)
			require.NotContains(t, text, "…", "%s: a word has no room", name)
			for english, words := range german {
				e := strings.TrimSpace(english)
				if len(e) > 4 && !strings.Contains(e, "%") && e != strings.TrimSpace(words) {
					require.NotContains(t, text, " "+e+" ", name)
				}
			}
		}
	}
}

func germanSamples() map[string]func(Head) ([]byte, error) {
	lines := []PickLine{{Bin: "A-01-1", SKU: "4711", Name: "Haferdrink", Code: "09520000000011", Qty: 2, Unit: Say("de", "pcs"), Lot: "L7", Order: "web-1", Line: "1"}}
	list := PickList{Picker: "anna", Due: "2026-11-21", Orders: 1, ByHand: true, Order: "web-1", Under: "P-1", Lines: lines}
	return map[string]func(Head) ([]byte, error){
		"pick list": func(h Head) ([]byte, error) { p := list; p.Head = h; return Pick(p) },
		"going on by paper": func(h Head) ([]byte, error) {
			return GoToPaper(PaperMode{Head: h, Since: "x", Why: "y", By: "z", Blank: 3, More: 2, Lists: []PickList{list}, Pickups: []OpenPickup{{"web-2", "Jo", "S-1", "1 × Hafer", Say("de", "code"), "1.00 EUR"}}, Runs: []OpenRun{{"R-1", "anna", "3", "x"}}})
		},
		"packing": func(h Head) ([]byte, error) {
			return Packing(PackingSlip{Head: h, Order: "web-1", Ordered: "x", To: []string{"Jo"}, Parcel: 1, Parcels: 2, Return: "RT1", Lines: []SlipLine{{"4711", "Haferdrink", 3, 1, 1, "1 kommt noch", "1", "1"}}, Totals: []Fact{{"Total", "1.00 EUR"}}})
		},
		"gift": func(h Head) ([]byte, error) {
			return Packing(PackingSlip{Head: h, Order: "web-1", Gift: true, Message: "Alles Gute", Return: "GR1", Lines: []SlipLine{{"4711", "Haferdrink", 1, 0, 1, "", "", ""}}})
		},
		"manifest": func(h Head) ([]byte, error) {
			return Day(Manifest{Head: h, Carrier: "Post", Account: "1", Service: "x", Day: "x", Dock: "2", Parcels: []ManifestParcel{{"095200010000000010", "77", "web-1", "20457 Hamburg", 100, Say("de", "cash on delivery ") + "1.00 EUR"}}})
		},
		"count": func(h Head) ([]byte, error) {
			return Count(CountSheet{Head: h, Zone: "A", Counter: "x", Second: true, Lines: []CountLine{{"A-1", "4711", "Haferdrink", "x", "L7", 4}}, Spare: 1})
		},
		"closing": func(h Head) ([]byte, error) {
			return Close(Closing{Head: h, Day: "x", Shift: "x", Lead: "x", Checks: []Check{{Text: Say("de", "The desk is empty."), Done: true}}, Sums: []Fact{{"Total", "1"}}})
		},
		"receipt": func(h Head) ([]byte, error) {
			return Back(Receipt{Head: h, Kind: "Claim slip", Order: "web-1", Name: "Jo", Channel: "x", By: "x", Lines: []ReceiptLine{{"4711", "Haferdrink", "x", 1, "wie neu", "zu klein", "A-1"}}})
		},
	}
}
