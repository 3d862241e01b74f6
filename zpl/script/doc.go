// Package script draws names in scripts that a printer's own font lacks: a customer called 山田 or محمد gets their name.
//
//	fonts := script.New()              // cheap: a font is unpacked when a name first needs it
//	l.Hand = fonts.For(script.Latin)   // what the printer's font 0 is trusted with; the rest goes out as a picture
//
// Letters are joined, stacked and reordered by HarfBuzz's Go port, directions by the Unicode bidi algorithm, and
// the shapes are those of the open fonts in fonts/ (licences beside them): DejaVu for Latin, Greek, Cyrillic,
// Hebrew, Armenian and Georgian; Droid for Han and kana; Nanum for hangul; Noto for Arabic, Thai, Lao, Khmer, Myanmar,
// the scripts of India, Sinhala and Ethiopic. A character that none of them has is a box with nothing in it, which people see.
//
// It must NEVER read a file or fetch a font while it runs, change a text, or decide where on a label a text stands.
package script
