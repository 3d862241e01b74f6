package floor

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// CheckWords says what a text holds that nobody can see: control characters, marks that turn the direction of
// writing, and others without a width. With them one name can look like another. The error begins with the
// field's name. New lines and tabs are taken where lines says so.
func CheckWords(field, text string, lines bool) error {
	at, r := hiddenIn(text, lines)
	if at < 0 {
		return nil
	}
	if r == utf8.RuneError {
		return fmt.Errorf("%s: is not UTF-8 at byte %d", field, at)
	}
	return fmt.Errorf("%s: has a character nobody sees, %U, at byte %d", field, r, at)
}

// StripWords is the text without what CheckWords refuses. It is for what comes from the centre, which must not
// be kept waiting for a better text.
func StripWords(text string, lines bool) string {
	if at, _ := hiddenIn(text, lines); at < 0 {
		return text
	}
	var b strings.Builder
	for i, r := range text {
		if !hides(text, i, r, lines) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func hiddenIn(text string, lines bool) (int, rune) {
	for i := 0; i < len(text); i++ {
		if c := text[i]; c >= ' ' && c < 0x7f {
			continue
		}
		for j, r := range text[i:] {
			if hides(text, i+j, r, lines) {
				return i + j, r
			}
		}
		break
	}
	return -1, 0
}

// hides says whether a character at a place of a text is one nobody sees. Joiners are seen by what they do to
// the letters of some scripts, and to emoji.
func hides(text string, at int, r rune, lines bool) bool {
	switch {
	case r >= ' ' && r < 0x7f:
		return false
	case r == '\n' || r == '\t' || r == '\r':
		return !lines
	case r == '\u200c' || r == '\u200d':
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		after, n := utf8.DecodeRuneInString(text[at+3:])
		return n == 0 || at == 0 || !joins(before) || !joins(after)
	case r == '\u034f', r == '\u115f', r == '\u1160', r == '\u17b4', r == '\u17b5', r == '\u3164', r == '\uffa0', r == '\u2800':
		return true // marks and letters that are drawn as nothing
	case r == utf8.RuneError:
		_, n := utf8.DecodeRuneInString(text[at:])
		return n == 1
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp) || unicode.Is(unicode.Noncharacter_Code_Point, r)
}

// joins says whether a joiner may stand beside a character: one of a script that joins, or a picture.
func joins(r rune) bool {
	return r >= 0x0600 && unicode.In(r, unicode.L, unicode.M, unicode.So, unicode.Sk)
}

// The fields whose text may have lines, and those that hold a barcode as the scanner read it, where control
// characters part its elements.
var (
	withLines = map[string]bool{"note": true, "why": true, "tell": true, "reason": true}
	asScanned = map[string]bool{"code": true}
)

// eachText does something with every text a value has for people to read. Ids are types of their own, and checked
// as such.
func eachText(v reflect.Value, name, path string, do func(field string, text reflect.Value, name string) error) error {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			return eachText(v.Elem(), name, path, do)
		}
	case reflect.String:
		if v.Type() == plainText && v.Len() > 0 {
			return do(path, v, name)
		}
	case reflect.Slice:
		if v.Type() == rawJSON {
			return rawWords(v, path)
		}
		for i := range v.Len() {
			if err := eachText(v.Index(i), name, path+"["+strconv.Itoa(i)+"]", do); err != nil {
				return err
			}
		}
	case reflect.Struct:
		t := v.Type()
		for i := range t.NumField() {
			f := t.Field(i)
			if !f.IsExported() {
				continue
			}
			inner, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			at := path
			if inner == "" && f.Anonymous {
				inner = name
			} else if at != "" {
				at += "." + inner
			} else {
				at = inner
			}
			if err := eachText(v.Field(i), inner, at, do); err != nil {
				return err
			}
		}
	}
	return nil
}

var (
	plainText = reflect.TypeFor[string]()
	rawJSON   = reflect.TypeFor[json.RawMessage]()
)

// rawWords holds JSON that is read later: a text in it may have nothing hidden, however it is written.
func rawWords(v reflect.Value, path string) error {
	var text string
	if b := v.Bytes(); len(b) > 0 && b[0] == '"' && json.Unmarshal(b, &text) == nil {
		return CheckWords(path, text, false)
	}
	return CheckWords(path, string(v.Bytes()), true)
}

// HalfRune finds half a character in JSON: an escape of a surrogate without its other half, which the decoder turns
// into another sign without a word. -1: there is none.
func HalfRune(data []byte) int {
	for i := bytes.IndexByte(data, '\\'); i >= 0 && i+1 < len(data); {
		next := i + 2
		if r, ok := escaped(data[i:]); ok && utf16.IsSurrogate(r) {
			low, ok := escaped(data[i+6:])
			if !ok || utf16.DecodeRune(r, low) == utf8.RuneError {
				return i
			}
			next = i + 12
		}
		rest := bytes.IndexByte(data[next:], '\\')
		if rest < 0 {
			return -1
		}
		i = next + rest
	}
	return -1
}

// escaped is the number a \u escape at the beginning of data stands for.
func escaped(data []byte) (rune, bool) {
	if len(data) < 6 || data[0] != '\\' || data[1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(data[2:6]), 16, 16)
	return rune(n), err == nil
}

// unseen says whether data can hold anything that is not plainly seen. Most has none, and is not looked at twice.
func unseen(data []byte) bool {
	for _, c := range data {
		if c >= 0x7f || c == '\\' {
			return true
		}
	}
	return false
}

// CheckTexts refuses a command with a text that has something hidden in it, naming the field. data is what the
// command was read from.
func CheckTexts(c Command, data []byte) error {
	if !unseen(data) {
		return nil
	}
	return eachText(reflect.ValueOf(c), "", "", func(field string, v reflect.Value, name string) error {
		text := v.String()
		if asScanned[name] {
			text = strings.Map(func(r rune) rune {
				if r < ' ' || r == 0x7f {
					return ' '
				}
				return r
			}, text)
		}
		return CheckWords(field, text, withLines[name])
	})
}

// stripTexts takes out of a command of the centre what CheckTexts would refuse.
func stripTexts(c Command, data []byte) error {
	if !unseen(data) {
		return nil
	}
	return eachText(reflect.ValueOf(c), "", "", func(_ string, v reflect.Value, name string) error {
		if !asScanned[name] {
			v.SetString(StripWords(v.String(), withLines[name]))
		}
		return nil
	})
}
