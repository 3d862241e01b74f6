package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// app is the app's files, held in memory: they are few, and they never change while the box runs.
type app map[string]file

type file struct {
	typ        string
	etag       string
	cache      string
	body, gzip []byte // gzip is empty when it saves nothing
}

func loadApp(files fs.FS) (app, error) {
	a := app{}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(path.Base(name), ".") {
			return err
		}
		body, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(body)
		f := file{typ: typeOf(name), etag: `"` + hex.EncodeToString(sum[:12]) + `"`, cache: "no-cache", body: body}
		if strings.HasPrefix(name, "assets/") { // their names carry a hash of what is in them
			f.cache = "public, max-age=31536000, immutable"
		}
		if strings.HasPrefix(f.typ, "text/") || strings.Contains(f.typ, "json") || strings.Contains(f.typ, "svg") {
			var b bytes.Buffer
			z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // the level is a right one
			if _, err := z.Write(body); err != nil {
				return err
			}
			if err := z.Close(); err != nil {
				return err
			}
			if b.Len() < len(body)*9/10 {
				f.gzip = b.Bytes()
			}
		}
		a[name] = f
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("the app's files: %w", err)
	}
	if _, ok := a["index.html"]; !ok {
		return nil, fmt.Errorf("the app's files: index.html is missing")
	}
	return a, nil
}

// typeOf does not ask the operating system, whose tables differ.
func typeOf(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".json", ".map":
		return "application/json"
	case ".webmanifest":
		return "application/manifest+json"
	case ".svg":
		return "image/svg+xml"
	case ".png":
		return "image/png"
	case ".ico":
		return "image/x-icon"
	case ".woff2":
		return "font/woff2"
	case ".wasm":
		return "application/wasm"
	}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		return t
	}
	return "application/octet-stream"
}

// ServeHTTP gives a file, or the app's page for the addresses the app makes up itself.
func (a app) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	f, ok := a[name]
	if !ok && path.Ext(name) == "" && !strings.HasPrefix(name, "assets/") {
		f, ok = a["index.html"]
	}
	if !ok {
		missing("There is no such file.").write(w)
		return
	}
	h := w.Header()
	h.Set("Cache-Control", f.cache)
	h.Set("ETag", f.etag)
	h.Set("Vary", "Accept-Encoding")
	if strings.Contains(r.Header.Get("If-None-Match"), f.etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := f.body
	if f.gzip != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		body = f.gzip
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Type", f.typ)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}
