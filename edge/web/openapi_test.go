package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/view"
)

// The description in the repository is what the commands and the routes say today. -update writes it anew.
func TestOpenAPIIsTheRoutes(t *testing.T) {
	b := newBox(t)
	made := describe(t, b.web)
	if *update {
		require.NoError(t, os.WriteFile("openapi.json", made, 0o644))
		openAPI = made
	}
	require.True(t, bytes.Equal(made, openAPI), "edge/web/openapi.json is not what the commands and routes say: go test ./edge/web -run TestOpenAPI -update")
	code, served := b.hand("x").get("/api/openapi.json")
	require.Equal(t, 200, code)
	require.Equal(t, string(made), served)
}

// Every door the server has is described, each with the methods it takes; nothing is described that is no door. Only the
// app's own files and the answer to an address that is none stand outside.
func TestEveryDoorIsDescribed(t *testing.T) {
	b := newBox(t, withTokens)
	var doc struct {
		Paths map[string]map[string]struct {
			Summary   string
			Responses map[string]any
		}
	}
	require.NoError(t, json.Unmarshal(openAPI, &doc))
	described := map[string]bool{}
	for path := range doc.Paths {
		described[path] = true
	}
	require.Greater(t, len(b.web.served), 60)
	for _, pattern := range b.web.served {
		path := strings.ReplaceAll(pattern, "...}", "}")
		if pattern == "/api/commands/{kind}" {
			path = "/api/commands/pick.scan"
		}
		require.True(t, described[path], "%s is served, and openapi.json does not say so", pattern)
		delete(described, path)
		for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
			said, is := doc.Paths[path][strings.ToLower(method)]
			code, _ := b.machine("ops", method, strings.NewReplacer("{", "", "}", "", "...", "").Replace(pattern), "")
			require.Equal(t, code != http.StatusMethodNotAllowed, is, "%s %s answers %d", method, pattern, code)
			require.Equal(t, is, said.Summary != "", "%s %s", method, pattern)
		}
	}
	for path := range described {
		require.True(t, strings.HasPrefix(path, "/api/commands/"), "%s is described, and no such door is there", path)
	}
}

// Every example is what its own schema says, a field nobody knows is neither; and the rows of every list are
// what the schema of the list says.
func TestOpenAPIIsTrue(t *testing.T) {
	b := newBox(t)
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(describe(t, b.web)))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	require.NoError(t, c.AddResource("mem:openapi.json", doc))
	schema := func(name string) *jsonschema.Schema {
		s, err := c.Compile("mem:openapi.json#/components/schemas/" + name)
		require.NoError(t, err, name)
		return s
	}
	for _, e := range floor.Entries() {
		kind := e.New().Kind()
		s := schema("command." + kind)
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(e.Example))
		require.NoError(t, err, kind)
		require.NoError(t, s.Validate(v), "the example of %s is not what its schema says", kind)
		v.(map[string]any)["colour"] = "blue"
		require.ErrorContains(t, s.Validate(v), "colour", kind)
	}
	for kind, rows := range personal {
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(rows.example))
		require.NoError(t, err, kind)
		require.NoError(t, schema("rows."+kind).Validate(v), kind)
		v.([]any)[0].(map[string]any)["body"].(map[string]any)["colour"] = "blue"
		require.Error(t, schema("rows."+kind).Validate(v), kind)
	}
	h := b.signedIn("hh-1", "B-4")
	check := func(path, name string) {
		code, body := h.get(path)
		require.Equal(t, 200, code, "%s: %s", path, body)
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(body))
		require.NoError(t, err)
		require.NoError(t, schema(name).Validate(v), "%s: %s", path, body)
	}
	code, body := h.post("/api/ops", h.body(op(1, "pick.start", `{"order":"O-1"}`), op(2, "handover", `{"unit":"095200100000000019","done":true}`)))
	require.Equal(t, 200, code, body)
	for _, l := range b.web.lists {
		check("/api/"+l.Name, "list."+l.Name)
	}
	check("/api/board", typeName(reflect.TypeOf(view.Full{})))
	check("/api/orders/O-1?timeline=true", typeName(reflect.TypeOf(orderDetail{})))
	check("/api/site", typeName(reflect.TypeOf(siteReply{})))
	check("/api/scan?code=09521234543213", typeName(reflect.TypeOf(meaning{})))
	check("/api/find?q=1001", typeName(reflect.TypeOf(findReply{})))
	check("/api/me", typeName(reflect.TypeOf(me{})))
}

type object = map[string]any

// typeName names a type's schema: floor.Order and view.Order are two.
func typeName(t reflect.Type) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.PkgPath()[strings.LastIndexByte(t.PkgPath(), '/')+1:] + "." + t.Name()
}

func namer(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Name() == "" {
		return hint
	}
	return typeName(t)
}

// givenRows is what is personal of a command, beside it: a field of the command names the ref.
type givenRows struct {
	says    string
	bodies  []any // what a row may hold, one for each kind of field that names one
	example string
}

const adasAddress = `[{"ref":"pii/O-1","body":{"name":"Ada Lovelace","street":["1 High Street"],"postcode":"N1 9GU","city":"London","country":"GB","phone":"+44 20 7946 0000"}}]`

// personal are the commands that bring rows. Where the rows come to is rows.go's to say.
var personal = map[string]givenRows{
	"order.assign": {"What is personal of the order, at a site without a centre: its address (ship_to), its contact (contact), the words of a gift (gift.note) and carriers' labels (labels[].ref, the ZPL as a string). The ref of a row is the one the field names; it begins with pii/<order>.",
		[]any{addressRow{}, contactRow{}, noteRow{}, ""}, adasAddress},
	"order.change": {"The address (ship_to) the order goes to now, at a site without a centre.", []any{addressRow{}}, adasAddress},
	"collect.authorise": {"The picture of what shows who got the order; ref begins with pii/<order>/proof/.",
		[]any{proofRow{}}, `[{"ref":"pii/O-1/proof/1","body":{"media":"image/png","image":"iVBORw0KGgo="}}]`},
}

func (g givenRows) schema(reg huma.Registry) object {
	var one []any
	for _, b := range g.bodies {
		one = append(one, reg.Schema(reflect.TypeOf(b), true, ""))
	}
	var example any
	if err := json.Unmarshal([]byte(g.example), &example); err != nil {
		panic(err)
	}
	return object{"type": "array", "description": g.says, "examples": []any{example}, "items": object{"type": "object", "additionalProperties": false, "required": []string{"ref", "body"},
		"properties": object{"ref": object{"type": "string", "pattern": "^pii/"}, "body": object{"anyOf": one}}}}
}

// describe makes the description.
func describe(t *testing.T, s *Server) []byte {
	huma.DefaultArrayNullable = false
	docs := readComments(t, "../floor", "../view", ".")
	answers, bodies := huma.NewMapRegistry("#/components/schemas/", namer), huma.NewMapRegistry("#/components/schemas/in.", namer)
	schemas, paths := object{}, object{}

	var batch []any
	for _, e := range floor.Entries() {
		kind := e.New().Kind()
		typ := reflect.TypeOf(e.New()).Elem()
		sch := huma.SchemaFromType(bodies, typ)
		docs.on(sch, typ)
		sch.Description = e.Says
		var example map[string]any
		require.NoError(t, json.Unmarshal([]byte(e.Example), &example), kind)
		sch.Required = slices.DeleteFunc(sch.Required, func(name string) bool { _, in := example[name]; return !in })
		sch.Examples = []any{example}
		schemas["command."+kind] = sch
		ref := object{"$ref": "#/components/schemas/command." + kind}
		item := object{"id": object{"type": "string", "maxLength": floor.MaxID}, "type": object{"const": kind}, "data": ref, "at": object{"type": "string", "format": "date-time"}}
		if rows, has := personal[kind]; has {
			schemas["rows."+kind] = rows.schema(bodies)
			item["rows"] = object{"$ref": "#/components/schemas/rows." + kind}
		}
		batch = append(batch, object{"type": "object", "additionalProperties": false, "required": []string{"id", "type", "data"}, "title": kind, "properties": item})
		if !slices.ContainsFunc(machineRoles, func(r string) bool { return may([]string{r}, kind) }) {
			continue // nobody gives it by this door
		}
		refusals := []any{}
		for _, r := range refusalsOf(e) {
			refusals = append(refusals, object{"code": r.Code, "words": r.Words, "hint": r.Hint})
		}
		rt := find(s, http.MethodPost, "/api/commands/{kind}")
		paths["/api/commands/"+kind] = object{"post": object{
			"operationId": strings.ReplaceAll(kind, ".", "_"), "summary": e.Says, "tags": []string{"commands"}, "x-who": e.Who, "x-roles": slices.DeleteFunc(slices.Clone(machineRoles), func(r string) bool { return !may([]string{r}, kind) }), "x-refusals": refusals,
			"parameters":  parameters(rt.params[1:]),
			"requestBody": object{"required": true, "content": object{"application/json": object{"schema": ref, "example": example}}},
			"responses":   responses(s, rt, object{"$ref": "#/components/schemas/" + typeName(reflect.TypeOf(opAnswer{}))}),
		}}
	}
	answers.Schema(reflect.TypeOf(opAnswer{}), true, "")

	for _, rt := range s.doors() {
		if rt.pattern == "/api/commands/{kind}" {
			continue
		}
		o := object{"operationId": operation(rt), "summary": rt.says, "tags": []string{"reads"}, "responses": responses(s, rt, answerSchema(schemas, answers, docs, rt))}
		if rt.method == http.MethodPost {
			o["tags"] = []string{"writes"}
		}
		if rt.role != "" {
			o["x-who"] = rt.role
		}
		if o["x-roles"] = rt.scope(); rt.open {
			delete(o, "x-roles")
			o["security"], o["tags"] = []any{}, []string{"doors"}
		}
		if len(rt.params) > 0 {
			o["parameters"] = parameters(rt.params)
		}
		switch rt.body.(type) {
		case nil:
		case *commandsBody:
			o["requestBody"] = object{"required": true, "content": object{"application/json": object{"schema": object{"type": "object", "additionalProperties": false, "required": []string{"commands"},
				"properties": object{"stop": object{"type": "boolean", "description": "The first that is refused stops those behind it."},
					"commands": object{"type": "array", "minItems": 1, "maxItems": opsMax, "items": object{"oneOf": batch}}}}}}}
		default:
			o["requestBody"] = object{"required": true, "content": object{"application/json": object{"schema": bodies.Schema(reflect.TypeOf(rt.body).Elem(), true, "")}}}
		}
		path := strings.ReplaceAll(rt.pattern, "...}", "}")
		if paths[path] == nil {
			paths[path] = object{}
		}
		paths[path].(object)[strings.ToLower(rt.method)] = o
	}
	answers.Schema(reflect.TypeOf(Problem{}), true, "")
	for name, sch := range bodies.Map() {
		docs.on(sch, bodies.TypeFromRef("#/components/schemas/in."+name))
		schemas["in."+name] = sch
	}
	for name, sch := range answers.Map() {
		docs.on(sch, answers.TypeFromRef("#/components/schemas/"+name))
		open(sch)
		if ptr := reflect.New(answers.TypeFromRef("#/components/schemas/" + name)); isWorded(ptr.Interface()) {
			sch.Properties["words"] = &huma.Schema{Type: "string", Description: "What happened, in words."}
			sch.Properties["hint"] = &huma.Schema{Type: "string", Description: "What to do."}
		}
		schemas[name] = sch
	}
	out, err := json.MarshalIndent(object{
		"openapi": "3.1.0",
		"info": object{"title": "Picket: a site's box", "version": "1", "license": object{"name": "Apache-2.0", "identifier": "Apache-2.0"},
			"description": "Commands in, board and lists out, with the line to the centre down as well. A refusal is an answer (outcome refused, with code, words and hint); a problem (RFC 9457) says what is wrong with a request. Times are RFC 3339, UTC. x-roles lists who may ask or give what: the roles of a token or of a person, of which one is enough."},
		"security": []any{object{"token": []string{}}, object{"session": []string{}}},
		"paths":    paths,
		"components": object{"schemas": schemas, "securitySchemes": object{
			"token":   object{"type": "http", "scheme": "bearer", "description": "A machine's token; the box knows its SHA-256 (setting tokens)."},
			"session": object{"type": "apiKey", "in": "cookie", "name": "picket_session", "description": "Given by POST /api/sign-in; __Host-picket_session under TLS."}}},
	}, "", " ")
	require.NoError(t, err)
	return append(out, '\n')
}

func isWorded(v any) bool {
	_, ok := v.(interface {
		Words() string
		Hint() string
	})
	return ok
}

// open lets an answer have fields of a later version.
func open(s *huma.Schema) {
	if s.AdditionalProperties == false {
		s.AdditionalProperties = nil
	}
	for _, p := range s.Properties {
		open(p)
	}
	if s.Items != nil {
		open(s.Items)
	}
}

func find(s *Server, method, pattern string) route {
	for _, rt := range s.table() {
		if rt.method == method && rt.pattern == pattern {
			return rt
		}
	}
	panic(method + " " + pattern)
}

func operation(rt route) string {
	name := strings.NewReplacer("/api/", "", "/", "_", "{", "", "}", "", "...", "").Replace(rt.pattern)
	return strings.ToLower(rt.method) + "_" + name
}

func parameters(list []param) []any {
	out := []any{}
	for _, p := range list {
		out = append(out, object{"in": p.in, "name": p.name, "description": p.says, "required": p.needed, "schema": object{"type": p.kind}})
	}
	return out
}

// answerSchema is what a route answers with 200; nil when it is no JSON.
func answerSchema(schemas object, r huma.Registry, docs comments, rt route) any {
	switch a := rt.answer.(type) {
	case nil:
		return nil
	case *view.List:
		page := huma.SchemaFromType(r, reflect.TypeOf(listReply{}))
		docs.on(page, reflect.TypeOf(listReply{}))
		row := r.Schema(reflect.TypeOf(a.Row).Elem(), true, "")
		if a.Keyed() {
			row = &huma.Schema{AllOf: []*huma.Schema{row, {Type: "object", Properties: map[string]*huma.Schema{"id": {Type: "string"}}}}}
		}
		page.Properties["rows"] = &huma.Schema{Type: "array", Items: row}
		schemas["list."+a.Name] = page
		open(page)
		return object{"$ref": "#/components/schemas/list." + a.Name}
	}
	return r.Schema(reflect.TypeOf(rt.answer).Elem(), true, operation(rt))
}

var statusSays = map[int]string{
	400: "The request is not one.", 401: "Nobody is signed in, or the token or the PIN is wrong.", 403: "Not for this role, or from a page of another origin.",
	404: "There is nothing of that name.", 409: "The same id came with another body.", 413: "The body is too large.", 415: "Only JSON is taken.", 421: "The box does not go by that name.",
	422: "A field or a parameter cannot be right; errors[].location names it.", 429: "Too many wrong tries: wait as Retry-After says.", 500: "A fault; nothing was lost.", 503: "The box is busy or starting: send it again.",
}

func responses(_ *Server, rt route, answer any) object {
	out := object{}
	switch {
	case rt.status == http.StatusNoContent:
		out["204"] = object{"description": "Done; there is nothing to say."}
	case rt.status == http.StatusSwitchingProtocols:
		out["101"] = object{"description": "The websocket is open."}
	case answer != nil && len(rt.params) > 3 && rt.params[3].name == "format":
		out["200"] = object{"description": "A page.", "content": object{"application/json": object{"schema": answer}, "text/csv": object{"schema": object{"type": "string"}}}}
	case answer != nil:
		out["200"] = object{"description": "The answer.", "content": object{"application/json": object{"schema": answer}}}
	default:
		out["200"] = object{"description": "The answer.", "content": object{rt.produces: object{}}}
	}
	always := []int{401, 403, 421, 429, 500}
	if rt.open {
		always = []int{421, 500}
	}
	for _, code := range slices.Concat(rt.errors, always) {
		out[fmt.Sprint(code)] = object{"description": statusSays[code], "content": object{"application/problem+json": object{"schema": object{"$ref": "#/components/schemas/" + typeName(reflect.TypeOf(Problem{}))}}}}
	}
	return out
}
