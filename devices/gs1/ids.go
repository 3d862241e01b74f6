package gs1

import (
	"errors"
	"fmt"
	"strings"
)

// GTIN is a Global Trade Item Number. GTIN-8, -12 and -13 are the GTIN-14 with zeros before it (GS1 General
// Specifications §1.2), so two that name the same item are equal. The zero value is no GTIN.
type GTIN uint64

// SSCC is a Serial Shipping Container Code. The zero value is no SSCC.
type SSCC uint64

// String is all 14 digits.
func (g GTIN) String() string { return fmt.Sprintf("%014d", uint64(g)) }

// String is all 18 digits.
func (s SSCC) String() string { return fmt.Sprintf("%018d", uint64(s)) }

// Short is the GTIN as it stands under its barcode: 8, 12, 13 or 14 digits. A GTIN-8 is one whose first
// six of fourteen are zeros (§1.2.1); a UPC-A item shows 12.
func (g GTIN) Short() string {
	s := g.String()
	switch {
	case strings.HasPrefix(s, "000000"):
		return s[6:]
	case strings.HasPrefix(s, "00"):
		return s[2:]
	case s[0] == '0':
		return s[1:]
	}
	return s
}

// MarshalText gives 14 digits.
func (g GTIN) MarshalText() ([]byte, error) { return []byte(g.String()), nil }

// UnmarshalText takes what ParseGTIN takes.
func (g *GTIN) UnmarshalText(b []byte) (err error) { *g, err = ParseGTIN(string(b)); return err }

// MarshalText gives 18 digits.
func (s SSCC) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText takes what ParseSSCC takes.
func (s *SSCC) UnmarshalText(b []byte) (err error) { *s, err = ParseSSCC(string(b)); return err }

var errDigits = errors.New("only digits are allowed")

// CheckDigit computes the check digit that follows body (GS1 General Specifications §7.9: weights 3 and 1 from
// the right). It is the one of GTIN, SSCC, GLN, GSIN and GDTI.
func CheckDigit(body string) (byte, error) {
	sum, w := 0, 3
	for i := len(body) - 1; i >= 0; i-- {
		if !isDigit(body[i]) {
			return 0, errDigits
		}
		sum += w * int(body[i]-'0')
		w = 4 - w
	}
	return byte('0' + (10-sum%10)%10), nil
}

// number reads up to 18 digits and their check digit.
func number(what, s string) (uint64, error) {
	want, err := CheckDigit(s[:len(s)-1])
	if err != nil || !isDigit(s[len(s)-1]) {
		return 0, fmt.Errorf("%s %q: %w", what, s, errDigits)
	}
	if got := s[len(s)-1]; got != want {
		return 0, fmt.Errorf("%s %q: its check digit is %c and should be %c", what, s, got, want)
	}
	var n uint64
	for i := range len(s) {
		n = 10*n + uint64(s[i]-'0')
	}
	if n == 0 {
		return 0, fmt.Errorf("%s %q: all zeros", what, s)
	}
	return n, nil
}

// ParseGTIN reads a GTIN of 8, 12, 13 or 14 digits.
func ParseGTIN(s string) (GTIN, error) {
	switch len(s) {
	case 8, 12, 13, 14:
		n, err := number("GTIN", s)
		return GTIN(n), err
	}
	return 0, fmt.Errorf("GTIN %q: %d characters, and 8, 12, 13 or 14 digits are needed", s, len(s))
}

// ParseSSCC reads an SSCC of 18 digits.
func ParseSSCC(s string) (SSCC, error) {
	if len(s) != 18 {
		return 0, fmt.Errorf("SSCC %q: %d characters, and 18 digits are needed", s, len(s))
	}
	n, err := number("SSCC", s)
	return SSCC(n), err
}

// BuildGTIN adds the check digit to 7, 11, 12 or 13 digits.
func BuildGTIN(body string) (GTIN, error) {
	c, err := CheckDigit(body)
	if err != nil {
		return 0, fmt.Errorf("GTIN body %q: %w", body, err)
	}
	return ParseGTIN(body + string(c))
}

// BuildSSCC makes an SSCC: extension digit 0 to 9, a GS1 Company Prefix of 4 to 12 digits, and a serial
// reference that fills what is left of 17 digits (§2.2.1).
func BuildSSCC(extension int, companyPrefix string, serial uint64) (SSCC, error) {
	if extension < 0 || extension > 9 {
		return 0, fmt.Errorf("SSCC extension digit %d: it is 0 to 9", extension)
	}
	if len(companyPrefix) < 4 || len(companyPrefix) > 12 {
		return 0, fmt.Errorf("SSCC company prefix %q: it has 4 to 12 digits", companyPrefix)
	}
	width := 16 - len(companyPrefix)
	ref := fmt.Sprintf("%0*d", width, serial)
	if len(ref) > width {
		return 0, fmt.Errorf("SSCC serial reference %d: prefix %s leaves it %d digits", serial, companyPrefix, width)
	}
	body := string(rune('0'+extension)) + companyPrefix + ref
	c, err := CheckDigit(body)
	if err != nil {
		return 0, fmt.Errorf("SSCC company prefix %q: %w", companyPrefix, err)
	}
	return ParseSSCC(body + string(c))
}

// DemoGTIN is the nth item of GS1's demonstration prefix 952, which no real item carries; n is below 10^9.
func DemoGTIN(n int) (GTIN, error) {
	if n < 0 || n > 999_999_999 {
		return 0, fmt.Errorf("demonstration item %d: it is 0 to 999999999", n)
	}
	return BuildGTIN(fmt.Sprintf("952%09d", n))
}

// ParseUPCE reads a UPC-E of 6 digits (number system 0), 7 (with it) or 8 (with check digit too) by expanding it
// to the UPC-A it stands for (§5.2.2.4).
func ParseUPCE(s string) (GTIN, error) {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return 0, fmt.Errorf("UPC-E %q: %w", s, errDigits)
		}
	}
	system, d := "0", s
	switch len(s) {
	case 6:
	case 7, 8:
		system, d = s[:1], s[1:7]
	default:
		return 0, fmt.Errorf("UPC-E %q: %d digits, and 6, 7 or 8 are needed", s, len(s))
	}
	if system != "0" && system != "1" {
		return 0, fmt.Errorf("UPC-E %q: number system %s is not 0 or 1", s, system)
	}
	var body string
	switch c := d[5]; {
	case c <= '2':
		body = system + d[:2] + d[5:] + "0000" + d[2:5]
	case c == '3':
		body = system + d[:3] + "00000" + d[3:5]
	case c == '4':
		body = system + d[:4] + "00000" + d[4:5]
	default:
		body = system + d[:5] + "0000" + d[5:]
	}
	if len(s) < 8 {
		return BuildGTIN(body)
	}
	g, err := ParseGTIN(body + s[7:])
	if err != nil {
		return 0, fmt.Errorf("UPC-E %q: %w", s, err)
	}
	return g, nil
}
