// Package schema carries the published shapes of the records: one JSON Schema (draft 2020-12) for each type, up/
// for what a site writes and down/ for what a centre writes, and site.json and centre.json, which name them all.
//
// The files are made from the code by package cmd/internal/records; they must NEVER be edited by hand.
package schema

import "embed"

// Files is the bundle.
//
//go:embed *.json up/*.json down/*.json
var Files embed.FS
