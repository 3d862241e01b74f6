package floor

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
)

// Shape is what JSON of a type looks like: which names its objects have. encoding/json takes a name in any case,
// and of two values under one name the last; a command that can be read in two ways is refused instead.
type Shape struct {
	names map[string]*member // of an object whose names are known
	elem  *Shape             // of a list's values, and of an object's with free names
	loose bool               // names nobody knows are passed over
}

type member struct {
	no    int
	shape *Shape
}

// KeyError says which name of an object cannot be, and why.
type KeyError struct{ Path, Why string }

func (e *KeyError) Error() string { return e.Path + ": " + e.Why }

var (
	readsJSON = reflect.TypeFor[json.Unmarshaler]()
	readsText = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// ShapeOf is the shape of a value's type. It is made once, where the type is declared or listed.
func ShapeOf(v any) *Shape { return shapeOf(reflect.TypeOf(v), map[reflect.Type]*Shape{}) }

// Loose is the shape with names nobody knows passed over, such as the attributes others add to an envelope.
func (s *Shape) Loose() *Shape { return &Shape{names: s.names, elem: s.elem, loose: true} }

func shapeOf(t reflect.Type, made map[reflect.Type]*Shape) *Shape {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if s := made[t]; s != nil {
		return s
	}
	s := &Shape{}
	made[t] = s
	if p := reflect.PointerTo(t); p.Implements(readsJSON) || p.Implements(readsText) {
		return s // it reads itself; its objects are held to one value under each name
	}
	switch t.Kind() {
	case reflect.Slice, reflect.Array, reflect.Map:
		s.elem = shapeOf(t.Elem(), made)
	case reflect.Struct:
		s.names = map[string]*member{}
		for _, f := range reflect.VisibleFields(t) {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if f.Anonymous && name == "" || !f.IsExported() || name == "-" {
				continue
			}
			if name == "" {
				name = f.Name
			}
			if at := s.names[name]; at == nil || len(f.Index) == 1 { // the outer one goes first
				s.names[name] = &member{no: len(s.names), shape: shapeOf(f.Type, made)}
			}
		}
	}
	return s
}

// Check holds valid JSON against the shape. The error is a KeyError.
func (s *Shape) Check(data []byte) error {
	k := keys{b: data}
	if k.value(s) {
		return nil
	}
	return &KeyError{Path: k.path(), Why: k.why}
}

// keys walks through JSON that is known to be valid.
type keys struct {
	b   []byte
	i   int
	at  []string // where, from the inside out, once something is wrong
	why string
}

func (k *keys) path() string {
	var b strings.Builder
	for i := len(k.at) - 1; i >= 0; i-- {
		if p := k.at[i]; p[0] != '[' && b.Len() > 0 {
			b.WriteByte('.')
		}
		b.WriteString(k.at[i])
	}
	return b.String()
}

func (k *keys) blank() byte {
	for k.i < len(k.b) && (k.b[k.i] == ' ' || k.b[k.i] == '\n' || k.b[k.i] == '\t' || k.b[k.i] == '\r') {
		k.i++
	}
	if k.i == len(k.b) {
		return 0
	}
	return k.b[k.i]
}

// value passes over a value; false: something is wrong with a name in it.
func (k *keys) value(s *Shape) bool {
	switch c := k.blank(); c {
	case '{':
		return k.object(s)
	case '[':
		return k.list(s)
	case '"':
		k.text()
	default:
		for k.i < len(k.b) && !strings.ContainsRune(",]} \n\t\r", rune(k.b[k.i])) {
			k.i++
		}
	}
	return true
}

// text passes over a string and gives what stands between its quotes.
func (k *keys) text() []byte {
	k.i++
	from := k.i
	for k.i < len(k.b) && k.b[k.i] != '"' {
		if k.b[k.i] == '\\' {
			k.i++
		}
		k.i++
	}
	end := min(k.i, len(k.b))
	k.i = end + 1
	return k.b[from:end]
}

func (k *keys) list(s *Shape) bool {
	k.i++
	var elem *Shape
	if s != nil {
		elem = s.elem
	}
	for no := 0; k.blank() != ']' && k.i < len(k.b); no++ {
		if !k.value(elem) {
			k.at = append(k.at, "["+strconv.Itoa(no)+"]")
			return false
		}
		if k.blank() == ',' {
			k.i++
		}
	}
	k.i++
	return true
}

// seenMost is how many names of an object are remembered without making room.
const seenMost = 64

func (k *keys) object(s *Shape) bool {
	k.i++
	var room [seenMost]bool
	seen, free := room[:], map[string]bool(nil)
	if s != nil && len(s.names) > seenMost {
		seen = make([]bool, len(s.names))
	}
	for k.blank() != '}' && k.i < len(k.b) {
		raw := k.text()
		if bytes.IndexByte(raw, '\\') >= 0 {
			var name string
			if json.Unmarshal(k.b[k.i-len(raw)-2:k.i], &name) == nil {
				raw = []byte(name)
			}
		}
		var inner *Shape
		twice := false
		switch {
		case s != nil && s.names != nil:
			at := s.names[string(raw)]
			if at == nil {
				if why := s.unknown(string(raw)); why != "" {
					return k.no(string(raw), why)
				}
				break
			}
			twice, seen[at.no], inner = seen[at.no], true, at.shape
		default:
			if free == nil {
				free = map[string]bool{}
			}
			twice, free[string(raw)] = free[string(raw)], true
			if s != nil {
				inner = s.elem
			}
		}
		if twice {
			return k.no(string(raw), "stands there twice")
		}
		k.blank() // the colon
		k.i++
		if !k.value(inner) {
			k.at = append(k.at, shown(string(raw)))
			return false
		}
		if k.blank() == ',' {
			k.i++
		}
	}
	k.i++
	return true
}

// unknown says what is wrong with a name the object does not have; empty where such names are passed over.
func (s *Shape) unknown(name string) string {
	for has := range s.names { // at most one answer: no two names of a type differ by case alone
		if strings.EqualFold(has, name) {
			return "is not a field; it is written " + has
		}
	}
	if s.loose {
		return ""
	}
	return "is not a field"
}

func (k *keys) no(name, why string) bool {
	k.at, k.why = append(k.at, shown(name)), why
	return false
}

// shown is a name from outside, short enough for an answer.
func shown(name string) string {
	if name == "" {
		return `""`
	}
	return clip(name)
}

// strictly reads JSON into a value: only names of its type, in their own case, each once, and nothing behind it.
func strictly(data []byte, s *Shape, into any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return unread(err)
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("data: something follows the object")
	}
	if err := s.Check(data); err != nil {
		return fmt.Errorf("data: %w", err)
	}
	return nil
}
