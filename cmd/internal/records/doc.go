// Package records publishes the shape of every record that travels between a site and the centre: one JSON
// Schema (draft 2020-12) for each type, made from the Go types that write and read it. The files lie in
// sync/wire/schema; a test makes them again and compares, so that they cannot drift.
//
// It must NEVER say more than the code does; what it wrote is never edited by hand.
package records

import (
	"bytes"
	"encoding/json"
	"fmt"
	"sort"
	"strings"

	"picket/edge/floor"
)

// obj is a JSON object; encoding/json writes its names in order.
type obj = map[string]any

const dialect = "https://json-schema.org/draft/2020-12/schema"

// profileA are the centre's record types every centre sends; all else is for one that wants more of a site.
var profileA = map[string]bool{"picket.order.assigned.v1": true, "picket.order.recall.v1": true}

// Files makes every file of the bundle, by its path below sync/wire/schema. source is the directory of the
// floor's Go files, whose comments become the descriptions; goldens are raw records by type, for examples.
func Files(source string, goldens map[string]json.RawMessage) (map[string][]byte, error) {
	words, err := readWords(source)
	if err != nil {
		return nil, err
	}
	out := map[string][]byte{}
	var up, down []string
	for _, e := range floor.Types() {
		m := &maker{words: words, defs: obj{}, up: true}
		typ := e.Type()
		s := siteRecord(typ, m.object(typeOf(e)), words.of(typeOf(e)))
		s["$defs"] = m.defs
		if raw := goldens[typ]; raw != nil {
			s["examples"] = []any{raw}
		}
		if floor.IsLocal(typ) {
			s["x-local"] = true
			s["description"] = "The site's own business: a centre stores it and need not read it. " + fmt.Sprint(s["description"])
		}
		if out["up/"+typ+".json"], err = text(s); err != nil {
			return nil, err
		}
		up = append(up, typ)
	}
	for typ, kind := range floor.Feeds {
		m := &maker{words: words, defs: obj{}}
		c := floor.NewCommand(kind)
		s := centreRecord(typ, m.object(typeOf(c)), words.of(typeOf(c)))
		s["$defs"] = m.defs
		if ex := examples[typ]; ex != "" {
			s["examples"] = []any{json.RawMessage(ex)}
		}
		if out["down/"+typ+".json"], err = text(s); err != nil {
			return nil, err
		}
		down = append(down, typ)
	}
	if out["site.json"], err = text(oneOf("Every record a site writes", "up", up)); err != nil {
		return nil, err
	}
	out["centre.json"], err = text(oneOf("Every record a centre writes into a site's feed", "down", down))
	return out, err
}

func text(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	return b.Bytes(), nil
}

func oneOf(title, dir string, types []string) obj {
	sort.Strings(types)
	refs := make([]any, len(types))
	for i, t := range types {
		refs[i] = obj{"$ref": dir + "/" + t + ".json"}
	}
	return obj{"$schema": dialect, "title": title, "oneOf": refs}
}

func profile(typ string) string {
	if profileA[typ] {
		return "A"
	}
	return "B"
}

// siteRecord is the envelope a site puts round its events (floor.Record).
func siteRecord(typ string, data obj, about string) obj {
	return obj{
		"$schema": dialect, "title": typ, "description": about, "type": "object", "x-profile": "A",
		"required": []string{"specversion", "id", "source", "type", "subject", "time", "seq", "log", "cause", "data"},
		"properties": obj{
			"specversion": obj{"const": "1.0"},
			"id":          obj{"type": "string", "pattern": "^.+/[0-9]+$", "maxLength": 200, "description": "The command's id and which of its events this is; unique for ever within the site."},
			"source":      obj{"type": "string", "pattern": "^/t/[A-Za-z0-9_-]+/s/[A-Za-z0-9_-]+/n/.+$"},
			"type":        obj{"const": typ},
			"subject":     obj{"type": "string"},
			"time":        obj{"type": "string", "format": "date-time", "description": "By the site's clock, for people; nothing is decided by it."},
			"seq":         obj{"type": "integer", "minimum": 1},
			"log":         obj{"type": "string", "minLength": 1},
			"dev":         obj{"type": "string", "description": "The device that gave the command."},
			"devseq":      obj{"type": "integer", "minimum": 0},
			"actor":       obj{"type": "string"},
			"station":     obj{"type": "string"},
			"at":          obj{"type": "string", "format": "date-time", "description": "By the device's clock; absent when it equals time."},
			"cause":       obj{"type": "string", "minLength": 1, "description": "The command this follows from."},
			"digest":      obj{"type": "string", "description": "Of the command's body."},
			"feed":        obj{"type": "string", "pattern": "^[0-9]+\\.[0-9]+\\..+$", "description": "lineage.seq.hash of the centre's record this answers."},
			"data":        data,
		},
	}
}

// centreRecord is the envelope of the feed (floor.FeedRecord).
func centreRecord(typ string, data obj, about string) obj {
	return obj{
		"$schema": dialect, "title": typ, "description": about, "type": "object", "x-profile": profile(typ), "x-command": floor.Feeds[typ],
		"required": []string{"specversion", "id", "type", "data"},
		"properties": obj{
			"specversion": obj{"const": "1.0"},
			"id":          obj{"type": "string", "minLength": 1, "maxLength": 100, "description": "Never used twice, not after a restore either: a ULID."},
			"source":      obj{"type": "string", "description": "/t/{tenant}/c"},
			"type":        obj{"const": typ},
			"subject":     obj{"type": "string"},
			"time":        obj{"type": "string", "format": "date-time"},
			"schema":      obj{"type": "integer", "minimum": 1, "description": "The version of records it was written by. A site that is older, and meets a field it does not know, stops there until it is updated; without it, such a record is refused."},
			"data":        data,
		},
	}
}

// clean makes one line of a comment.
func clean(s string) string { return strings.Join(strings.Fields(s), " ") }
