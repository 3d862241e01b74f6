package zpl

// safety is taken off every box's width, in thousandths: the table is an approximation, and a label
// whose text is a little small is better than one whose text runs over.
const safety = 40

// font0 holds the advance widths of ASCII in the printers' scalable font 0 (^A0), in 1/1000 of the cell height
// with width equal to height. The hyphen is as wide as it looks there: 800.
//
// Zebra ships CG Triumvirate Bold Condensed as font 0 and publishes no widths. The figures are those of its
// metric twin Helvetica Condensed Bold, measured from the pictures of an independent renderer (the judge; a
// test holds every width against it), and used with the margin above. Control characters have no width: they are never sent.
var font0 = [128]uint16{
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	250, 333, 333, 500, 500, 833, 667, 250, 333, 333, 500, 500, 333, 800, 333, 278,
	500, 500, 500, 500, 500, 500, 500, 500, 500, 500, 278, 278, 500, 500, 500, 500,
	833, 556, 556, 556, 611, 500, 500, 611, 611, 278, 444, 556, 500, 778, 611, 611,
	556, 611, 611, 556, 500, 611, 556, 833, 556, 556, 500, 333, 250, 333, 500, 500,
	333, 500, 500, 444, 500, 500, 278, 500, 500, 278, 278, 444, 278, 778, 500, 500,
	500, 500, 333, 444, 278, 500, 444, 667, 444, 444, 389, 275, 250, 275, 500, 0}

// latin1 continues font0 from U+00A0 to U+00FF.
var latin1 = [96]uint16{
	250, 333, 500, 500, 500, 500, 250, 500, 333, 830, 300, 500, 500, 0, 833, 333,
	400, 500, 300, 300, 333, 500, 550, 333, 333, 300, 300, 500, 833, 833, 833, 530,
	556, 556, 556, 556, 556, 556, 778, 556, 500, 500, 500, 500, 278, 278, 278, 278,
	611, 611, 611, 611, 611, 611, 611, 500, 611, 611, 611, 611, 611, 556, 556, 500,
	500, 500, 500, 500, 500, 500, 722, 444, 500, 500, 500, 500, 278, 278, 278, 278,
	500, 500, 500, 500, 500, 500, 500, 500, 500, 500, 500, 500, 500, 444, 500, 444,
}

// RuneWidth is the advance of one character in font 0, in 1/1000 of the cell height; for characters outside Latin-1 a
// width that no letter of its script passes.
func RuneWidth(r rune) int {
	switch {
	case r < 0:
		return 1000
	case r < 128:
		return int(font0[r])
	case dropped(r):
		return 0
	case r >= 0xA0 && r < 0x100:
		return int(latin1[r-0xA0])
	case r >= 0x100 && r < 0x250: // Latin extended: the widest is the ligature OE
		return 833
	case r >= 0x2010 && r < 0x2030 && r != 0x2014 && r != 0x2026:
		return 500
	}
	return 1000
}
