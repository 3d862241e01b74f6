// Package pwa carries the built floor app inside the binary, so that a site needs no web server of its own.
//
// It must NEVER know anything of orders, journals or the line to the centre: it hands out files, and what the
// files say to the box is the box's HTTP contract.
package pwa

import (
	"embed"
	"io/fs"
)

// dist is what `npm run build` made. A checkout has only its .keep, so that go build works without Node.
//
//go:embed all:dist
var dist embed.FS

//go:embed missing
var missing embed.FS

// Files is the built app: index.html, sw.js, the manifest, icons and hashed assets below assets/. When the app
// was not built it is one page that says how to build it.
func Files() fs.FS { return choose(dist, missing) }

func choose(built, otherwise fs.FS) fs.FS {
	app, err := fs.Sub(built, "dist")
	if err == nil {
		if _, err = fs.Stat(app, "index.html"); err == nil {
			return app
		}
	}
	page, err := fs.Sub(otherwise, "missing")
	if err != nil {
		// fs.Sub fails on an invalid path only, and this one is a constant.
		panic("pwa: " + err.Error())
	}
	return page
}
