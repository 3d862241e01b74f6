package zpl

import (
	"math"
	"strconv"
	"unicode/utf8"
)

const (
	maxSide   = 1000.0 // mm: no label printer prints longer
	maxCopies = 9999
	// minModule is the narrowest bar or module that hand-held readers take, in mm, and GS1's least X-dimension for 1-D.
	minModule = 0.25
	quiet128  = 10 // modules on either side (ISO/IEC 15417)
	quietQR   = 4  // ISO/IEC 18004
	quietDM   = 1  // ISO/IEC 16022
	maxMag    = 10 // ^BQ's largest magnification on all firmware
	maxCode   = 48 // most characters of a GS1-128 symbol (General Specifications 5.4); twice that for Code 128
)

// Bytes is the label as ZPL, one ^XA … ^XZ. The same label gives the same bytes.
func (l *Label) Bytes() ([]byte, error) {
	n := 160
	for i := range l.elements {
		e := &l.elements[i]
		n += 64 + 3*len(e.value) + 64*len(e.ais)
		if e.bitmap != nil {
			n += 2 * len(e.bitmap.Bits)
		}
	}
	return l.AppendTo(make([]byte, 0, n))
}

// AppendTo appends the label as ZPL to dst. On an error, which is a *FieldError, dst comes back as it was.
func (l *Label) AppendTo(dst []byte) ([]byte, error) {
	if err := l.check(); err != nil {
		return dst, err
	}
	start := len(dst)
	// What an earlier job may have left behind is set right first: dots as unit, home at 0,0, no rotation,
	// no inversion, no reversal.
	dst = append(dst, "^XA^CI28^MUD^LH0,0^FWN^PON^LRN^PW"...)
	dst = number(dst, int(l.Width*float64(l.Dpmm)))
	dst = append(dst, "^LL"...)
	dst = number(dst, int(l.Height*float64(l.Dpmm)))
	dst = append(dst, '\n')
	for i := range l.elements {
		var err error
		if dst, err = l.element(dst, i); err != nil {
			return dst[:start], err
		}
	}
	dst = append(dst, "^PQ"...)
	dst = number(dst, max(l.Copies, 1))
	return append(dst, "^XZ\n"...), nil
}

// dots turns millimetres, which are not negative, into dots.
func (l *Label) dots(mm float64) int { return int(mm*float64(l.Dpmm) + 0.5) }

func (l *Label) element(dst []byte, i int) ([]byte, error) {
	e := &l.elements[i]
	switch e.kind {
	case kindText:
		return l.text(dst, i)
	case kindBox:
		return l.box(dst, e), nil
	case kindCode128, kindGS1128:
		return l.code128(dst, i)
	case kindQR:
		return l.qr(dst, i)
	case kindDataMatrix:
		return l.matrix(dst, i)
	}
	return e.bitmap.append(origin(dst, l.dots(e.x), l.dots(e.y))), nil
}

// origin appends ^FO.
func origin(dst []byte, x, y int) []byte {
	dst = append(dst, "^FO"...)
	dst = append(number(dst, x), ',')
	return number(dst, y)
}

// number appends a whole number that is not negative; layouts have no others, and most have few digits.
func number(dst []byte, n int) []byte {
	switch {
	case n < 10:
		return append(dst, '0'+byte(n))
	case n < 100:
		return append(dst, '0'+byte(n/10), '0'+byte(n%10))
	case n < 1000:
		return append(dst, '0'+byte(n/100), '0'+byte(n/10%10), '0'+byte(n%10))
	case n < 10000:
		return append(dst, '0'+byte(n/1000), '0'+byte(n/100%10), '0'+byte(n/10%10), '0'+byte(n%10))
	}
	return strconv.AppendInt(dst, int64(n), 10)
}

// params appends numbers separated by commas.
func params(dst []byte, ns ...int) []byte {
	for i, n := range ns {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = number(dst, n)
	}
	return dst
}

// end closes the field whose data begins at from.
func (l *Label) end(dst []byte, i, from int) ([]byte, error) {
	if n := len(dst) - from; n > maxField {
		return dst, l.fieldError(i, "%d bytes of field data, the printer takes %d", n, maxField)
	}
	return append(dst, "^FS\n"...), nil
}

func (l *Label) text(dst []byte, i int) ([]byte, error) {
	e := &l.elements[i]
	if blank(e.value) {
		return dst, nil
	}
	least := l.dots(e.min)
	if e.min == 0 {
		least = l.dots(e.size * 0.6)
	}
	if l.Hand != nil && !e.own && l.Hand.Draws(e.value) {
		return l.drawn(dst, i, least)
	}
	var f fitted
	w := l.dots(e.w)
	if !f.fit(e.value, w, l.dots(e.h), l.dots(e.size), least, max(e.lines, 1)) {
		return dst, l.fieldError(i, "the box of %.1f x %.1f mm holds no text", e.w, e.h)
	}
	return l.lines(dst, i, &f, e.value, l.dots(e.x), l.dots(e.y), w, e.align)
}

// lines appends fitted text as one field: alone on a line, or as a ^FB block whose breaks are ours.
func (l *Label) lines(dst []byte, i int, f *fitted, value string, x, y, w int, align Align) ([]byte, error) {
	dst = append(origin(dst, x, y), "^A0N,"...)
	dst = params(dst, f.dots, f.dots)
	block := f.n > 1 || align != Left
	if block {
		dst = append(dst, "^FB"...)
		dst = params(dst, w, f.n, 0)
		dst = append(dst, ',', "LCR"[align], ',', '0')
	}
	if l.elements[i].reverse {
		dst = append(dst, "^FR"...)
	}
	dst = append(dst, "^FH_^FD"...)
	from := len(dst)
	for n, s := range f.lines[:f.n] {
		if n > 0 {
			dst = append(dst, `\&`...) // ^FB's line break; raw, because it is the layout's and not the value's
		}
		dst = appendText(dst, value[s.from:s.to], block)
		if s.cut {
			dst = append(dst, "_2E_2E_2E"...)
		}
	}
	return l.end(dst, i, from)
}

func (l *Label) box(dst []byte, e *element) []byte {
	w, h, t := l.dots(e.w), l.dots(e.h), max(l.dots(e.thickness), 1)
	w, h = max(w, 1), max(h, 1)
	t = min(t, max(min(w, h), 1))
	dst = append(origin(dst, l.dots(e.x), l.dots(e.y)), "^GB"...)
	return append(params(dst, w, h, t), "^FS\n"...)
}

func (l *Label) code128(dst []byte, i int) ([]byte, error) {
	e := &l.elements[i]
	var scratch [2 * maxCode]byte
	data := scratch[:0]
	if e.kind == kindGS1128 {
		if err := l.elementStrings(i); err != nil {
			return dst, err
		}
		data = appendElements(data, e.ais)
		if len(data)-1 > maxCode {
			return dst, l.fieldError(i, "%d characters of GS1-128 data, a symbol holds %d", len(data)-1, maxCode)
		}
	} else {
		if err := l.ascii(i); err != nil {
			return dst, err
		}
		if len(e.value) > len(scratch) {
			return dst, l.fieldError(i, "%d characters of Code 128 data, this package takes %d", len(e.value), len(scratch))
		}
		data = append(data, e.value...)
	}
	least := max(1, int(math.Ceil(minModule*float64(l.Dpmm)-0.01)))
	if e.min > 0 {
		least = max(1, int(math.Ceil(e.min*float64(l.Dpmm)-0.05))) // never narrower than was said
	}
	w, modules := l.dots(e.w), modules128(data)
	m := max(l.dots(e.size), least)
	for (modules+2*quiet128)*m > w {
		if m--; m < least {
			return dst, l.fieldError(i, "the barcode needs %.1f mm of width with its quiet zones, the box has %.1f mm",
				float64((modules+2*quiet128)*least)/float64(l.Dpmm), e.w)
		}
	}
	x, y, h := l.dots(e.x), l.dots(e.y), l.dots(e.h)
	dst = append(origin(dst, x+(w-modules*m)/2, y), "^BY"...)
	dst = params(dst, m, 3, h)
	dst = append(dst, "^BCN,"...)
	dst = params(dst, h)
	dst = append(dst, ",N,N,N,N^FH_^FD"...)
	from := len(dst)
	dst = append128(dst, data)
	dst, err := l.end(dst, i, from)
	if err != nil || e.kind != kindGS1128 || e.thickness <= 0 {
		return dst, err
	}
	return l.hri(dst, i, x, y+h, w)
}

// hri appends the text under a GS1-128 symbol. GS1 wants all of it or none: it is never cut off.
func (l *Label) hri(dst []byte, i, x, y, w int) ([]byte, error) {
	e := &l.elements[i]
	var scratch [256]byte
	text := string(appendHRI(scratch[:0], e.ais))
	h, gap := l.dots(e.thickness), l.dots(0.5)
	var f fitted
	if !f.fit(text, w, h, h, max(h/2, 1), 2) || f.lines[f.n-1].cut {
		return dst, l.fieldError(i, "the text below the barcode does not fit %.1f x %.1f mm", e.w, e.thickness)
	}
	return l.lines(dst, i, &f, text, x, y+gap, w, Center)
}

func (l *Label) qr(dst []byte, i int) ([]byte, error) {
	e := &l.elements[i]
	if e.value == "" {
		return dst, l.fieldError(i, "no value to encode")
	}
	if !utf8.ValidString(e.value) {
		return dst, l.fieldError(i, "the value is not UTF-8")
	}
	for _, r := range e.value {
		if dropped(r) {
			return dst, l.fieldError(i, "the value holds the control character %U", r)
		}
	}
	if e.ecc > HighECC {
		return dst, l.fieldError(i, "unknown error correction %d", e.ecc)
	}
	modules := qrModules(e.value, e.ecc)
	size := l.dots(e.w)
	m, err := l.magnification(i, modules, quietQR, size)
	if err != nil {
		return dst, err
	}
	m = min(m, maxMag)
	pad := (size - modules*m) / 2
	// Printers draw ^BQ lower by the height that ^BY left behind, so ^BY says 1 and the field stands 1 higher.
	dst = append(origin(dst, l.dots(e.x)+pad, max(l.dots(e.y)+pad-1, 0)), "^BY1,3,1^BQN,2,"...)
	dst = append(params(dst, m), "^FH_^FD"...)
	from := len(dst)
	dst = append(dst, eccLetters[e.ecc], 'A', ',') // error correction, automatic mode
	for k := 0; k < len(e.value); k++ {
		dst = appendByte(dst, e.value[k])
	}
	return l.end(dst, i, from)
}

func (l *Label) matrix(dst []byte, i int) ([]byte, error) {
	e := &l.elements[i]
	var scratch [256]byte
	data := scratch[:0]
	switch {
	case e.ais != nil && e.value != "":
		return dst, l.fieldError(i, "both Value and Data are given")
	case e.ais != nil:
		if err := l.elementStrings(i); err != nil {
			return dst, err
		}
		data = appendElements(data, e.ais)
	default:
		if err := l.ascii(i); err != nil {
			return dst, err
		}
		data = append(data, e.value...)
	}
	modules := dmModules(data)
	size := l.dots(e.w)
	m, err := l.magnification(i, modules, quietDM, size)
	if err != nil {
		return dst, err
	}
	pad := (size - modules*m) / 2
	dst = append(origin(dst, l.dots(e.x)+pad, l.dots(e.y)+pad), "^BXN,"...)
	dst = append(params(dst, m), ",200,,,,"...)
	escape := dmEscape(data)
	dst = append(dst, escape)
	dst = append(dst, "^FH_^FD"...)
	from := len(dst)
	return l.end(appendMatrix(dst, data, escape), i, from)
}

// magnification is the width of a module in dots that fills size, quiet zone included.
func (l *Label) magnification(i, modules, quiet, size int) (int, error) {
	least := int(math.Ceil(minModule*float64(l.Dpmm) - 0.01))
	if modules == 0 {
		return 0, l.fieldError(i, "more data than any symbol holds")
	}
	m := size / (modules + 2*quiet)
	if m < least {
		return 0, l.fieldError(i, "the symbol needs %.1f mm with its quiet zone, the box has %.1f mm",
			float64((modules+2*quiet)*least)/float64(l.Dpmm), l.elements[i].w)
	}
	return m, nil
}

func (l *Label) ascii(i int) error {
	v := l.elements[i].value
	if v == "" {
		return l.fieldError(i, "no value to encode")
	}
	if at, ok := printableASCII(v); !ok {
		return l.fieldError(i, "byte %d (0x%02X) is not printable ASCII; a barcode's data is never changed to fit", at+1, v[at])
	}
	return nil
}

func (l *Label) elementStrings(i int) error {
	ais := l.elements[i].ais
	if len(ais) == 0 {
		return l.fieldError(i, "no value to encode")
	}
	for _, a := range ais {
		if problem := aiProblem(a); problem != "" {
			return l.fieldError(i, "%s", problem)
		}
	}
	return nil
}
