package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"picket/edge/floor"
	"picket/edge/node"
)

// readBody reads a JSON body of at most max bytes.
func readBody(w http.ResponseWriter, r *http.Request, max int64) ([]byte, *Problem) {
	if typ, params, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || typ != "application/json" ||
		params["charset"] != "" && !strings.EqualFold(params["charset"], "utf-8") {
		return nil, problem(http.StatusUnsupportedMediaType, wrongType, "Only JSON is taken", "Content-Type must be application/json, in UTF-8.",
			FieldError{Location: "header.Content-Type", Message: "must be application/json", Value: short(r.Header.Get("Content-Type"))})
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, max+1))
	switch {
	case err == nil && int64(len(body)) > max:
		w.Header().Set("Connection", "close")
		drain(w, r)
		return nil, problem(http.StatusRequestEntityTooLarge, tooLarge, "The request is too large", fmt.Sprintf("The body may have %d bytes at most.", max),
			FieldError{Location: "body", Message: fmt.Sprintf("is larger than %d bytes", max)})
	case err != nil:
		return nil, bad(http.StatusBadRequest, "body", "ended before it was complete", nil)
	}
	if p := notText(body); p != nil {
		return nil, p
	}
	return body, nil
}

// What is read of a body that is too large, so that its sender is still there when it is answered. Whoever sends more,
// or takes longer, is cut off.
const (
	drainMax  = 32 << 20
	drainTime = 10 * time.Second
)

// drain reads on, and forgets what it reads: many clients send all they have before they look at an answer, and would
// see a broken connection instead of one.
func drain(w http.ResponseWriter, r *http.Request) {
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(drainTime)) // where there is none, the server's own is in force
	_, _ = io.Copy(io.Discard, io.LimitReader(r.Body, drainMax))
}

// readUTF8 reads the body of commands.
func readUTF8(w http.ResponseWriter, r *http.Request) ([]byte, *Problem) {
	return readBody(w, r, opsBytes)
}

// notText refuses what the decoder would take with other letters in it than were sent: what is no UTF-8, and the
// half of a character that JSON can spell and no text can hold.
func notText(body []byte) *Problem {
	if !utf8.Valid(body) {
		return bad(http.StatusUnprocessableEntity, "body", "is not UTF-8", nil)
	}
	if at := floor.HalfRune(body); at >= 0 {
		return bad(http.StatusUnprocessableEntity, "body", fmt.Sprintf("has half a character (%s) at byte %d; both halves must stand together", body[at:at+6], at), nil)
	}
	return nil
}

// decode reads one JSON value strictly: a field nobody knows, one that stands there twice or in another case, and
// anything behind the value, is refused by name; so is a text with something hidden in it.
func decode(data []byte, location string, into any) *Problem {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	err := d.Decode(into)
	if err != nil && (!strings.HasPrefix(err.Error(), unknownField) || !json.Valid(data)) {
		return unread(err, whose(err, data, location))
	}
	if err == nil {
		if _, end := d.Token(); end != io.EOF {
			return bad(http.StatusBadRequest, location, "something follows the JSON value", nil)
		}
	}
	var key *floor.KeyError
	if errors.As(shapeOf(into).Check(data), &key) {
		return bad(http.StatusUnprocessableEntity, location+"."+short(key.Path), strings.Replace(key.Why, "is not a field", "is not a field of this request", 1), nil)
	}
	if err != nil {
		return unread(err, whose(err, data, location))
	}
	if c, ok := into.(floor.Command); ok {
		if err := floor.CheckTexts(c, data); err != nil {
			field, why, _ := strings.Cut(err.Error(), ": ")
			return bad(http.StatusUnprocessableEntity, location+"."+field, why, nil)
		}
	}
	return nil
}

const unknownField = "json: unknown field "

// shapes of what comes often; those of the other bodies are made when they come.
var shapes = map[reflect.Type]*floor.Shape{
	reflect.TypeFor[*opsAsk]():  floor.ShapeOf(opsAsk{}),
	reflect.TypeFor[*node.Op](): floor.ShapeOf(node.Op{}),
	reflect.TypeFor[*given]():   floor.ShapeOf(given{}),
}

func shapeOf(into any) *floor.Shape {
	if c, ok := into.(floor.Command); ok {
		if s := floor.ShapeOfCommand(c.Kind()); s != nil {
			return s
		}
	}
	if s := shapes[reflect.TypeOf(into)]; s != nil {
		return s
	}
	return floor.ShapeOf(into)
}

// whose adds to a location the field of a time that cannot be read: the decoder says what it is and not where.
func whose(err error, data []byte, location string) string {
	var at *time.ParseError
	if !errors.As(err, &at) {
		return location
	}
	value, _ := json.Marshal(strings.Trim(at.Value, `"`)) // a string can be encoded
	if found := regexp.MustCompile(`"([a-z_]+)"\s*:\s*` + regexp.QuoteMeta(string(value))).FindSubmatch(data); found != nil {
		return location + "." + string(found[1])
	}
	return location
}

// unread says in words for people what the decoder could not take, and where.
func unread(err error, location string) *Problem {
	var typ *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	var at *time.ParseError
	text := err.Error()
	name, unknown := strings.CutPrefix(text, unknownField)
	switch {
	case errors.As(err, &typ):
		if field := floor.FieldOf(typ); field != "" {
			location += "." + field
		}
		return bad(http.StatusUnprocessableEntity, location, floor.NotTyped(typ), nil)
	case unknown:
		return bad(http.StatusUnprocessableEntity, location+"."+short(strings.Trim(name, `"`)), "is not a field of this request", nil)
	case errors.As(err, &at):
		return bad(http.StatusUnprocessableEntity, location, "is no time; RFC 3339 is needed, such as 2026-11-21T10:11:12Z", short(strings.Trim(at.Value, `"`)))
	case errors.As(err, &syntax):
		return bad(http.StatusBadRequest, location, fmt.Sprintf("is not JSON: %s at byte %d", strings.TrimPrefix(syntax.Error(), "json: "), syntax.Offset), nil)
	case errors.Is(err, io.EOF):
		return bad(http.StatusBadRequest, location, "is empty", nil)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return bad(http.StatusBadRequest, location, "is not JSON: it ends in the middle", nil)
	}
	return bad(http.StatusUnprocessableEntity, location, short(text), nil)
}

// short keeps what came from outside from filling an answer.
func short(s string) string {
	if len(s) > 80 {
		return strings.ToValidUTF8(s[:80], "") + "…"
	}
	return s
}
