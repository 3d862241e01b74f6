package preview

import (
	"errors"
	"fmt"
	"strings"

	"github.com/boombuler/barcode/code128"

	"picket/zpl"
)

// automatic reads ^BC in the modes that leave subsets to the printer: A takes the data as they are, D takes GS1 element
// strings with their brackets, U a number of 19 digits for an SSCC (ZPL II Programming Guide, ^BC, mode).
func (r *reader) automatic(e *Element, mode, data string) ([]int, error) {
	e.Kind = Code128
	if len(data) > 80 {
		return nil, fmt.Errorf("%d characters of Code 128 are not drawn here", len(data))
	}
	mark := string(code128.FNC1)
	encode := data
	switch mode {
	case "D":
		var err error
		if data, err = bracketed(data); err != nil {
			return nil, err
		}
	case "U":
		if !allDigits(data) {
			return nil, errors.New("mode U wants digits alone")
		}
		data = data[:min(len(data), 19)]
		data += strings.Repeat("0", 19-len(data))
		data += string(zpl.CheckDigit(data[2:]))
	}
	e.Text = data
	if mode != "A" {
		e.GS1 = true
		encode = mark + strings.ReplaceAll(data, string(rune(gs)), mark)
	}
	c, err := code128.Encode(encode)
	if err != nil {
		return nil, errors.New("this cannot be drawn as Code 128")
	}
	return times(runs(c), e.module), nil
}

// bracketed takes the brackets and blanks out of element strings, and works out the check digit that is missing of an SSCC or
// a GTIN. What follows an element of no fixed length is parted from it by >8, which is the label's to say.
func bracketed(data string) (string, error) {
	var out strings.Builder
	for i, part := range strings.Split(strings.TrimPrefix(data, ">8"), "(") {
		if i == 0 && part == "" {
			continue
		}
		ai, value, ok := strings.Cut(part, ")")
		if !ok {
			ai, value = "", part
		}
		value = strings.ReplaceAll(strings.ReplaceAll(value, " ", ""), ">8", string(rune(gs)))
		if n := map[string]int{"00": 17, "01": 13, "02": 13}[ai]; n == len(value) && n > 0 && allDigits(value) {
			value += string(zpl.CheckDigit(value))
		}
		out.WriteString(ai + value)
	}
	if out.Len() == 0 {
		return "", errors.New("no data")
	}
	return out.String(), nil
}
