package api

import (
	"embed"
	"net/http"
	"strconv"
)

//go:embed page
var pageFiles embed.FS

// page serves the one page: it holds no data itself, and asks the API like anybody else.
func page(mux *http.ServeMux) {
	for path, f := range map[string]struct{ name, kind string }{
		"GET /{$}":            {"page/index.html", "text/html; charset=utf-8"},
		"GET /page/style.css": {"page/style.css", "text/css; charset=utf-8"},
		"GET /page/app.js":    {"page/app.js", "text/javascript; charset=utf-8"},
	} {
		body, err := pageFiles.ReadFile(f.name)
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			if err != nil {
				problem(w, http.StatusNotFound, "The page was not built in.")
				return
			}
			w.Header().Set("Content-Type", f.kind)
			_, _ = w.Write(body)
		})
	}
}

func num(n uint64) string { return strconv.FormatUint(n, 10) }
