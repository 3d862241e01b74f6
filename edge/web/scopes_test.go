package web

import (
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// A print server reads what printing needs, and nothing else; every route says in its description who may come.
func TestATokenReadsWhatItsRoleNeeds(t *testing.T) {
	roles := map[string]string{"print": PrintServer, "till": Till, "centre": Central, "erp": Integration, "cli": CLI}
	b := newBox(t, func(b *box) {
		for name, role := range roles {
			b.opt.Tokens = append(b.opt.Tokens, Token{Name: name, SHA256: digestHex(name + "-token-0123456789abcdef"), Roles: []string{role}})
		}
	})
	get := func(name, path string) int {
		return b.hand("x").do("GET", path, "", "Authorization", "Bearer "+name+"-token-0123456789abcdef").StatusCode
	}
	var open []string
	for _, rt := range b.web.table() {
		if rt.method == http.MethodGet && rt.admits([]string{PrintServer}) {
			open = append(open, rt.pattern)
		}
	}
	slices.Sort(open)
	require.Equal(t, []string{"/api/commands", "/api/jobs", "/api/jobs/{rest...}", "/api/me", "/api/printers", "/api/printers/{id...}"}, open)
	for path, want := range map[string][]string{
		"/api/me":                           {"centre", "cli", "erp", "print", "till"},
		"/api/commands":                     {"centre", "cli", "erp", "print", "till"},
		"/api/jobs":                         {"cli", "erp", "print"},
		"/api/printers":                     {"cli", "erp", "print"},
		"/api/orders":                       {"cli", "erp"},
		"/api/orders/O-1?timeline=true":     {"cli", "erp"},
		"/api/board":                        {"cli", "erp"},
		"/api/stock":                        {"cli", "erp"},
		"/api/find?q=1001":                  {"cli", "erp"},
		"/api/scan?code=1001":               {"cli", "erp"},
		"/api/site":                         {"cli", "erp"},
		"/api/lists":                        {"cli", "erp"},
		"/api/changes?log=log-1&since=1":    {"cli", "erp"},
		"/api/reports":                      {"cli"},
		"/api/policies":                     {"cli", "erp"},
		"/api/people":                       {"cli"},
		"/api/journal":                      {"cli"},
		"/api/papers/picklist.pdf?order=O1": {"cli", "erp"},
		"/api/papers/packing.pdf?order=O-1": {"cli"},
		"/api/papers/customs.pdf?order=O-1": {"cli"},
	} {
		var may []string
		for name := range roles {
			if get(name, path) != http.StatusForbidden {
				may = append(may, name)
			}
		}
		slices.Sort(may)
		require.Equal(t, want, may, path)
	}
	// Somebody whose role says nothing of picking prints no pick lists.
	code, _ := b.signedIn("hh-3", "B-3").get("/api/papers/picklist.pdf?order=O-1")
	require.Equal(t, http.StatusForbidden, code)
	code, _ = b.signedIn("hh-1", "B-1").get("/api/papers/picklist.pdf?order=O-1")
	require.NotEqual(t, http.StatusForbidden, code)
}
