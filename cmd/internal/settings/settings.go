// Package settings fills a configuration: the file (YAML), then the environment, then the flags, each over
// the one before. An unknown key is an error that names it and its line, because a key nobody reads is a
// wish that nobody grants.
//
// It must NEVER know what a setting means, or hold one of its own.
package settings

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"regexp"
	"slices"
	"sort"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Load fills into, which must point to a struct whose fields carry yaml names and hold the defaults. file
// may be empty. Environment names are the prefix and the path of names in capitals: PICKET_HTTP_LISTEN is
// http.listen. sets are flags of the form http.listen=:8080. others are longer prefixes that are some other
// program's.
func Load(into any, file, prefix string, environ, sets []string, others ...string) error {
	if file != "" {
		text, err := os.ReadFile(file)
		if err != nil {
			return fmt.Errorf("configuration: %w", err)
		}
		if err := Decode(into, text); err != nil {
			return fmt.Errorf("configuration %s: %w", file, err)
		}
	}
	leaves := map[string]reflect.Value{}
	walk(reflect.ValueOf(into).Elem(), "", leaves)
	names := map[string]string{}
	for path := range leaves {
		names[prefix+strings.ToUpper(strings.NewReplacer(".", "_", "-", "_").Replace(path))] = path
	}
	for _, kv := range environ {
		name, value, _ := strings.Cut(kv, "=")
		if !strings.HasPrefix(name, prefix) || slices.ContainsFunc(others, func(o string) bool { return strings.HasPrefix(name, o) }) {
			continue
		}
		path, ok := names[name]
		if !ok {
			return fmt.Errorf("environment: %s is not a setting; there are: %s", name, strings.Join(sorted(names), " "))
		}
		if err := set(leaves[path], value); err != nil {
			return fmt.Errorf("environment: %s: %w", name, err)
		}
	}
	for _, kv := range sets {
		path, value, ok := strings.Cut(kv, "=")
		leaf, known := leaves[path]
		if !ok || !known {
			return fmt.Errorf("flag --set %s: is not name=value with one of the names: %s", kv, strings.Join(sorted(leaves), " "))
		}
		if err := set(leaf, value); err != nil {
			return fmt.Errorf("flag --set %s: %w", path, err)
		}
	}
	return nil
}

// Decode reads YAML strictly.
func Decode(into any, text []byte) error {
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(into); err != nil && !errors.Is(err, io.EOF) {
		return inWords(err, reflect.TypeOf(into))
	}
	if err := d.Decode(new(any)); !errors.Is(err, io.EOF) {
		return errors.New("a second document follows the first")
	}
	return nil
}

// unknownKey is how the decoder says that nobody reads a key: in the names of the program.
var unknownKey = regexp.MustCompile(`^line (\d+): field (.*) not found in type (.+)$`)

// inWords says it in the file's own names: which line, which key, and which there are in its place.
func inWords(err error, in reflect.Type) error {
	var faults *yaml.TypeError
	if !errors.As(err, &faults) {
		return err
	}
	said := make([]string, len(faults.Errors))
	for i, f := range faults.Errors {
		said[i] = f
		if at := unknownKey.FindStringSubmatch(f); at != nil {
			said[i] = fmt.Sprintf("line %s: %q is not a setting there; there are: %s", at[1], at[2], strings.Join(keys(in, at[3], map[reflect.Type]bool{}), " "))
		}
	}
	return errors.New(strings.Join(said, "; "))
}

// keys are the names within the type called so, wherever it is in t.
func keys(t reflect.Type, called string, been map[reflect.Type]bool) []string {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || been[t] {
		return nil
	}
	been[t] = true
	var own []string
	for i := range t.NumField() {
		f := t.Field(i)
		name, how, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case name == "-":
			continue
		case t.String() == called && strings.Contains(how, "inline"):
			own = append(own, keys(f.Type, f.Type.String(), map[reflect.Type]bool{})...)
		case t.String() == called && name != "":
			own = append(own, name)
		case t.String() != called:
			if found := keys(f.Type, called, been); found != nil {
				return found
			}
		}
	}
	slices.Sort(own)
	return own
}

// walk collects the settings that have one value; lists of structs are for the file alone.
func walk(v reflect.Value, path string, leaves map[string]reflect.Value) {
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
		if name == "" || name == "-" {
			continue
		}
		at := name
		if path != "" {
			at = path + "." + name
		}
		switch f := v.Field(i); {
		case f.Kind() == reflect.Struct:
			walk(f, at, leaves)
		case f.Kind() == reflect.Slice && f.Type().Elem().Kind() == reflect.Struct:
		default:
			leaves[at] = f
		}
	}
}

func set(v reflect.Value, text string) error {
	if v.Kind() == reflect.String {
		v.SetString(text)
		return nil
	}
	return yaml.Unmarshal([]byte(text), v.Addr().Interface())
}

func sorted[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}
