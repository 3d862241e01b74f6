package preview

import (
	"errors"
	"fmt"
	"image"
	"math"
	"strconv"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/ean"
	"github.com/boombuler/barcode/pdf417"
)

// Codes that the writer does not send, and labels from outside do.
const (
	EAN    Kind = "ean"    // EAN-13, EAN-8, UPC-A and UPC-E
	ITF    Kind = "itf"    // interleaved 2 of 5, ITF-14 among it
	PDF417 Kind = "pdf417" // drawn with the library's own number of columns: a printer's symbol may be wider or higher
)

const maxPDF417 = 1000 // bytes of data that are drawn

// linear reads the data of ^BE, ^B8, ^BU and ^B2, and of ^BC in its automatic mode.
func (r *reader) linear(e *Element, f field) error {
	e.module = r.moduleBY
	e.turn = r.turn(f.code.Param(0))
	height, said := 1, 2 // where the height stands, and whether the digits are printed below
	digits := string(f.data)
	var bars []int
	var err error
	switch e.Kind = EAN; f.code.Code {
	case "BE":
		bars, e.Text, err = eanBars(digits, 12, "")
	case "B8":
		bars, e.Text, err = eanBars(digits, 7, "")
	case "BU":
		bars, e.Text, err = eanBars(digits, 11, "0")
	case "B9":
		bars, e.Text, err = upceBars(digits)
	case "B2":
		e.Kind = ITF
		bars, e.Text, err = r.itf(digits, f.code.Param(4) == "Y")
	default:
		bars, err = r.automatic(e, f.code.Param(5), digits)
	}
	if err != nil {
		return err
	}
	if e.Kind == EAN {
		bars = times(bars, e.module)
	}
	e.lines, e.height = bars, bound(f.code.Int(height, r.heightBY), 1, maxHeight)
	if f.code.Param(said) != "N" {
		r.label.problem("the printer's text below a barcode is not drawn")
	}
	return nil
}

// eanBars are the bars of so many digits, behind those that are before them, and their check digit, which the printer works out itself.
func eanBars(digits string, n int, before string) (bars []int, text string, err error) {
	if len(digits) < n || !allDigits(digits) {
		return nil, "", fmt.Errorf("want %d digits", n)
	}
	c, err := ean.Encode(before + digits[:n])
	if err != nil {
		return nil, "", errors.New("these digits cannot be drawn")
	}
	return runs(c), c.Content(), nil
}

func allDigits(s string) bool {
	for i := range len(s) {
		if !digit(s[i]) {
			return false
		}
	}
	return s != ""
}

// itfWide says for each digit which of its five bars are wide (ISO/IEC 16390, table 1).
var itfWide = [10]string{"00110", "10001", "01001", "11000", "00101", "10100", "01100", "00011", "10010", "01010"}

func (r *reader) itf(digits string, check bool) (bars []int, text string, err error) {
	if !allDigits(digits) || len(digits) > 80 {
		return nil, "", errors.New("want 1 to 80 digits")
	}
	if check {
		if len(digits)%2 == 0 {
			digits = "0" + digits
		}
		sum := 0
		for i := range len(digits) {
			n := int(digits[len(digits)-1-i] - '0')
			sum += n * (3 - 2*(i%2))
		}
		digits += strconv.Itoa((10 - sum%10) % 10)
	}
	if len(digits)%2 != 0 {
		digits = "0" + digits
	}
	narrow := r.moduleBY
	wide := max(narrow+1, int(math.Round(float64(narrow)*r.ratioBY)))
	width := func(c byte) int {
		if c == '1' {
			return wide
		}
		return narrow
	}
	bars = []int{narrow, narrow, narrow, narrow}
	for i := 0; i < len(digits); i += 2 {
		bar, space := itfWide[digits[i]-'0'], itfWide[digits[i+1]-'0']
		for k := range 5 {
			bars = append(bars, width(bar[k]), width(space[k]))
		}
	}
	return append(bars, wide, narrow, narrow), digits, nil
}

// runs are the widths of bar, space, bar … of a code the library drew, in modules.
func runs(c barcode.Barcode) (out []int) {
	box, dark := c.Bounds(), false
	for x := box.Min.X; x < box.Max.X; x++ {
		red, _, _, _ := c.At(x, box.Min.Y).RGBA()
		if now := red < 0x8000; len(out) == 0 || now != dark {
			dark, out = now, append(out, 0)
		}
		out[len(out)-1]++
	}
	return out
}

func times(in []int, n int) []int {
	for i := range in {
		in[i] *= n
	}
	return in
}

func (c *canvas) linear(e *Element) {
	x := e.X
	for i, w := range e.lines {
		if i%2 == 0 {
			c.fill(image.Rect(x, e.Y, x+w, e.Y+e.height), black, e.Reverse)
		}
		x += w
	}
}

// stacked reads ^B7.
func (r *reader) stacked(e *Element, f field) error {
	e.Kind, e.module = PDF417, r.moduleBY
	e.turn = r.turn(f.code.Param(0))
	e.height = bound(f.code.Int(1, r.heightBY), 1, maxHeight) // of a row
	e.security = byte(bound(f.code.Int(2, 0), 0, 8))
	if len(f.data) == 0 || len(f.data) > maxPDF417 {
		return fmt.Errorf("%d bytes of PDF417 are not drawn here", len(f.data))
	}
	e.Text = string(f.data)
	return nil
}

func (c *canvas) pdf417(e *Element) error {
	const cost = 4 << 20 // what encoding costs, in dots
	c.effort -= cost
	code, err := pdf417.Encode(e.Text, e.security)
	if err != nil {
		return errors.New("more than a symbol of its security level holds")
	}
	const pixels = 2 // the library draws each row two pixels high
	// The library miscounts the rows in the symbol's own margin unless they are a multiple of three; another security level
	// has other rows and says the same.
	for level := byte(0); code.Bounds().Dy()/pixels%3 != 0; level++ {
		if level > 8 {
			return errors.New("PDF417 of this length is not drawn here")
		}
		if other, err := pdf417.Encode(e.Text, level); err == nil {
			code = other
		}
	}
	box := code.Bounds()
	for row := range box.Dy() / pixels {
		for x := range box.Dx() {
			if red, _, _, _ := code.At(box.Min.X+x, box.Min.Y+row*pixels).RGBA(); red < 0x8000 {
				px, py := e.X+x*e.module, e.Y+row*e.height
				c.fill(image.Rect(px, py, px+e.module, py+e.height), black, e.Reverse)
			}
		}
	}
	return nil
}
