package floor

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// FieldOf is the field of what was sent that has another type than it must. The decoder's own path names what a
// struct embeds as well; such a name begins with a capital letter, and no field of ours does.
func FieldOf(e *json.UnmarshalTypeError) string {
	path := slices.DeleteFunc(strings.Split(e.Field, "."), func(part string) bool { return part != "" && part[0] >= 'A' && part[0] <= 'Z' })
	return strings.Join(path, ".")
}

// NotTyped says in words for people what stood where another type was wanted.
func NotTyped(e *json.UnmarshalTypeError) string {
	want := typeWords(e.Type.Kind().String())
	what, number, _ := strings.Cut(e.Value, " ")
	if what == "number" && number != "" && strings.Contains(want, "whole number") {
		switch digits := strings.TrimLeft(number, "-"); {
		case strings.Trim(digits, "0123456789") != "":
			return "is " + clip(number) + ", but must be " + want + ", written in digits alone"
		case len(digits) < 10:
			return "is " + number + ", but must be " + want
		default:
			return "is " + clip(number) + ", which is beyond every number there may be here: it must be " + want + " of 18 digits at most, and mostly far less"
		}
	}
	return "is " + jsonWords(e.Value) + ", but must be " + want
}

func jsonWords(jsonKind string) string {
	what, rest, _ := strings.Cut(jsonKind, " ")
	switch what {
	case "object", "array":
		return "an " + what
	case "bool":
		return "true or false"
	case "string":
		return "a string"
	case "number":
		if rest == "" {
			return "a number"
		}
		return "the number " + clip(rest)
	}
	return jsonKind
}

func typeWords(goKind string) string {
	switch {
	case strings.HasPrefix(goKind, "uint"):
		return "a whole number from 0 on"
	case strings.HasPrefix(goKind, "int"):
		return "a whole number"
	case strings.HasPrefix(goKind, "float"):
		return "a number"
	case goKind == "slice":
		return "an array"
	case goKind == "struct", goKind == "map":
		return "an object"
	case goKind == "bool":
		return "true or false"
	}
	return "a " + goKind
}

// unread says what a decoder could not take, by its field where it is known.
func unread(err error) error {
	var typ *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	text := strings.TrimPrefix(err.Error(), "json: ")
	name, unknown := strings.CutPrefix(text, "unknown field ")
	switch {
	case errors.As(err, &typ) && typ.Field != "":
		return fmt.Errorf("data: %s: %s", FieldOf(typ), NotTyped(typ))
	case errors.As(err, &typ):
		return fmt.Errorf("data: %s", NotTyped(typ))
	case unknown:
		return fmt.Errorf("data: %s: is not a field", shown(strings.Trim(name, `"`)))
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("data: is not JSON: it ends in the middle")
	case errors.As(err, &syntax):
		return fmt.Errorf("data: is not JSON: %s at byte %d", text, syntax.Offset)
	}
	return fmt.Errorf("data: %w", err)
}
