package script

import (
	"bytes"
	"compress/gzip"
	"embed"
	"fmt"
	"io"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/language"
)

//go:embed fonts/*.gz
var packed embed.FS

// file is the bundled font of a script.
func file(s language.Script) string {
	switch s {
	case language.Arabic:
		return "NotoSansArabic-Bold"
	case language.Han, language.Hiragana, language.Katakana, language.Bopomofo:
		return widest
	case language.Hangul:
		return "NanumSquareB"
	case language.Thai, language.Lao, language.Khmer, language.Myanmar, language.Devanagari, language.Bengali, language.Gujarati,
		language.Gurmukhi, language.Tamil, language.Telugu, language.Kannada, language.Malayalam, language.Sinhala, language.Ethiopic:
		return "NotoSans" + names[s] + "-Bold"
	}
	return plainest
}

const (
	plainest = "DejaVuSansCondensed-Bold" // of all that has no font of its own
	widest   = "DroidSansFallbackFull"    // of Han, and the last that is asked
)

var names = map[language.Script]string{
	language.Thai: "Thai", language.Lao: "Lao", language.Khmer: "Khmer", language.Myanmar: "Myanmar", language.Devanagari: "Devanagari",
	language.Bengali: "Bengali", language.Gujarati: "Gujarati", language.Gurmukhi: "Gurmukhi", language.Tamil: "Tamil",
	language.Telugu: "Telugu", language.Kannada: "Kannada", language.Malayalam: "Malayalam", language.Sinhala: "Sinhala", language.Ethiopic: "Ethiopic",
}

// face is a bundled font, unpacked at the first need and kept.
func (f *Fonts) face(name string) *font.Face {
	if got := f.faces[name]; got != nil {
		return got
	}
	got, err := unpack(name)
	if err != nil {
		panic(err) // what was built in is broken; a test opens every one of them
	}
	f.faces[name] = got
	return got
}

func unpack(name string) (*font.Face, error) {
	z, err := packed.ReadFile("fonts/" + name + ".ttf.gz")
	if err != nil {
		return nil, err
	}
	r, err := gzip.NewReader(bytes.NewReader(z))
	if err != nil {
		return nil, fmt.Errorf("font %s: %w", name, err)
	}
	ttf, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("font %s: %w", name, err)
	}
	face, err := font.ParseTTF(bytes.NewReader(ttf))
	if err != nil {
		return nil, fmt.Errorf("font %s: %w", name, err)
	}
	return face, nil
}

// ResolveFace obeys shaping.Fontmap: the font of a character's script, or any that has it.
func (f *Fonts) ResolveFace(r rune) *font.Face {
	own := file(language.LookupScript(r))
	if r >= 0x3000 && r <= 0x303F || r >= 0xFF00 && r <= 0xFFEF { // marks of Han text and its wide forms are of no script
		own = file(language.Han)
	}
	for _, name := range []string{own, plainest, widest} {
		if name == widest && own != name && r < 0x2000 {
			break // not worth unpacking the largest font: it has nothing there that DejaVu lacks
		}
		face := f.face(name)
		if _, has := face.NominalGlyph(r); has {
			return face
		}
	}
	return f.face(own)
}
