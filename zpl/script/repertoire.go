package script

import "fmt"

// Repertoire is what a printer's font 0 is trusted to have under ^CI28. What lies outside of it is drawn as a picture.
//
// Zebra documents no list of font 0's characters. The code pages that its guide gives for scalable fonts (850, 1250, 1252,
// 1254, 1257) are Latin ones, and for Cyrillic and Greek people are told to switch to the font TT0003M_. Latin is
// therefore what is assumed of a printer that nobody has looked at; whoever has printed the test label can widen it.
type Repertoire string

const (
	Latin    Repertoire = "latin"    // Latin with all of its letters in Europe, Turkish among them
	European Repertoire = "european" // also Greek, Cyrillic and Vietnamese
	None     Repertoire = "none"     // nothing: every text is drawn as a picture
)

// ReadRepertoire reads it as settings write it; nothing is Latin.
func ReadRepertoire(s string) (Repertoire, error) {
	switch r := Repertoire(s); r {
	case "":
		return Latin, nil
	case Latin, European, None:
		return r, nil
	}
	return "", fmt.Errorf("%q: want latin, european or none", s)
}

// span is a range of characters, both ends included.
type span struct{ from, to rune }

var latin = []span{
	{0x20, 0x7E}, {0xA0, 0xFF}, // ASCII and Latin-1
	{0x100, 0x17F},                                                                                             // Latin Extended-A: Polish, Czech, Turkish, the Baltic
	{0x192, 0x192},                                                                                             // florin
	{0x218, 0x21B},                                                                                             // Romanian
	{0x2010, 0x2014},                                                                                           // hyphens and dashes
	{0x2018, 0x201A}, {0x201C, 0x201E}, {0x2020, 0x2022}, {0x2026, 0x2026}, {0x2030, 0x2030}, {0x2039, 0x203A}, // marks of code page 1252
	{0x20AC, 0x20AC}, {0x2122, 0x2122}, // euro, trade mark
}

var european = []span{
	{0x1A0, 0x1B0},                 // o and u with horn
	{0x384, 0x3CE},                 // Greek
	{0x401, 0x45F}, {0x490, 0x491}, // Cyrillic of code page 1251
	{0x1EA0, 0x1EF9}, // Vietnamese
}

// has tells whether a printer's font 0 is taken to have r.
func (p Repertoire) has(r rune) bool {
	if p == None {
		return false
	}
	within := func(spans []span) bool {
		for _, s := range spans {
			if r >= s.from && r <= s.to {
				return true
			}
		}
		return false
	}
	return within(latin) || p == European && within(european)
}
