package floor

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ContentList says what is in a parcel to another site. It stands on the parcel as a signed 2-D code, so that
// the other site books it in while both are cut off. It is text, for a scanner that types:
//
//	PKL1|from|to|unit|order|no|of|key|sku*qty*lot;sku*qty~signature
//
// What stands before the ~ is signed with Ed25519, the signature is base64url. A list has one encoding only.
type ContentList struct {
	From  SiteID
	To    SiteID
	Unit  UnitID
	Order OrderID
	No    int    // which code it is
	Of    int    // of so many
	Key   string // names the key it is signed with
	Lines []ListedLine
}

// ListedLine is some units of an item, of one lot when it is known.
type ListedLine struct {
	SKU SKU
	Qty int
	Lot string
}

// MaxContentList is the longest list with its signature, in bytes: one 2-D code that still scans well.
const MaxContentList = 1200

const (
	listHead  = "PKL1"
	signature = 1 + 86 // the ~ and 64 bytes as base64url
)

var errContentList = errors.New("content list")

func badList(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{errContentList}, args...)...)
}

// Bytes is what is signed.
func (c *ContentList) Bytes() []byte {
	b := make([]byte, 0, 256)
	b = append(b, listHead...)
	for _, f := range []string{string(c.From), string(c.To), string(c.Unit), string(c.Order), strconv.Itoa(c.No), strconv.Itoa(c.Of), c.Key} {
		b = append(append(b, '|'), f...)
	}
	b = append(b, '|')
	for i := range c.Lines {
		if i > 0 {
			b = append(b, ';')
		}
		b = c.Lines[i].appendTo(b)
	}
	return b
}

func (l *ListedLine) appendTo(b []byte) []byte {
	b = append(append(b, l.SKU...), '*')
	b = strconv.AppendInt(b, int64(l.Qty), 10)
	if l.Lot == "" {
		return b
	}
	b = append(b, '*')
	for i := 0; i < len(l.Lot); i++ {
		if c := l.Lot[i]; idByte(c) {
			b = append(b, c)
		} else {
			b = append(b, '%', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	return b
}

const hexDigits = "0123456789ABCDEF"

// Sealed is the whole text of the code, with a signature over Bytes.
func (c *ContentList) Sealed(sig []byte) []byte {
	b := append(c.Bytes(), '~')
	return base64.RawURLEncoding.AppendEncode(b, sig)
}

// Split makes as many lists as it takes for each to fit one code.
func (c *ContentList) Split() []ContentList {
	empty := *c
	empty.Lines, empty.No, empty.Of = nil, 99, 99
	room := MaxContentList - signature - len(empty.Bytes())
	var out []ContentList
	used := 0
	for i := range c.Lines {
		n := len(c.Lines[i].appendTo(nil)) + 1
		if len(out) == 0 || used+n > room {
			part := *c
			part.Lines, used = nil, 0
			out = append(out, part)
		}
		last := &out[len(out)-1]
		last.Lines = append(last.Lines, c.Lines[i])
		used += n
	}
	for i := range out {
		out[i].No, out[i].Of = i+1, len(out)
	}
	return out
}

// ListOf is what is in a parcel by the books, ready to be split and signed.
func (s *State) ListOf(o *Order, u *Unit, from SiteID, key string) ContentList {
	c := ContentList{From: from, To: o.To, Unit: u.ID, Order: o.ID, No: 1, Of: 1, Key: key}
	var skus []SKU
	total := map[SKU]int{}
	for _, x := range u.Contents {
		if total[x.SKU] == 0 {
			skus = append(skus, x.SKU)
		}
		total[x.SKU] += x.Qty
	}
	for _, sku := range skus {
		left := total[sku]
		for _, lot := range s.Lots(OnBench(u.ID), sku) {
			if n := min(left, int(max(0, lot.Qty))); n > 0 {
				c.Lines = append(c.Lines, ListedLine{SKU: sku, Qty: n, Lot: lot.Lot})
				left -= n
			}
		}
		if left > 0 {
			c.Lines = append(c.Lines, ListedLine{SKU: sku, Qty: left})
		}
	}
	return c
}

// SignedList is a list as it was read off a parcel.
type SignedList struct {
	ContentList
	signed []byte
	sig    []byte
}

// Verify says whether the list bears the signature of this key.
func (l *SignedList) Verify(key ed25519.PublicKey) bool {
	return len(key) == ed25519.PublicKeySize && ed25519.Verify(key, l.signed, l.sig)
}

// ParseContentList reads a list off a parcel. Its signature is not looked at: that is Verify's, with the key
// its Key names. The error says what is wrong with it.
func ParseContentList(text []byte) (SignedList, error) {
	var out SignedList
	if len(text) > MaxContentList {
		return out, badList("is %d bytes long, at most %d are allowed", len(text), MaxContentList)
	}
	body, sig, ok := strings.Cut(string(text), "~")
	raw, err := base64.RawURLEncoding.Strict().DecodeString(sig)
	if !ok || err != nil || len(raw) != ed25519.SignatureSize {
		return out, badList("has no signature")
	}
	f := strings.Split(body, "|")
	if len(f) != 9 || f[0] != listHead {
		return out, badList("does not begin with %s and eight fields", listHead)
	}
	c := ContentList{From: SiteID(f[1]), To: SiteID(f[2]), Unit: UnitID(f[3]), Order: OrderID(f[4]), Key: f[7]}
	for _, id := range [][2]string{{"from", f[1]}, {"to", f[2]}, {"order", f[4]}, {"key", f[7]}} {
		if err := CheckID(id[0], id[1]); err != nil {
			return out, badList("%w", err)
		}
	}
	if len(f[3]) != 18 || checkDigits("unit", f[3], 18) != nil || mod10(f[3][:17]) != f[3][17] {
		return out, badList("unit: %q is no SSCC", f[3])
	}
	if c.No, c.Of, err = listNumbers(f[5], f[6]); err != nil {
		return out, err
	}
	for _, text := range strings.Split(f[8], ";") {
		l, err := parseListed(text)
		if err != nil {
			return out, err
		}
		c.Lines = append(c.Lines, l)
	}
	if string(c.Bytes()) != body {
		return out, badList("is not written the one way it may be")
	}
	return SignedList{ContentList: c, signed: []byte(body), sig: raw}, nil
}

func listNumbers(no, of string) (n, m int, err error) {
	n, err1 := strconv.Atoi(no)
	m, err2 := strconv.Atoi(of)
	if err1 != nil || err2 != nil || n < 1 || m < n || m > 99 {
		return 0, 0, badList("%q of %q is no number of codes", no, of)
	}
	return n, m, nil
}

func parseListed(text string) (ListedLine, error) {
	f := strings.Split(text, "*")
	if len(f) < 2 || len(f) > 3 {
		return ListedLine{}, badList("%q is no line", text)
	}
	if err := CheckID("sku", f[0]); err != nil {
		return ListedLine{}, badList("%w", err)
	}
	n, err := strconv.Atoi(f[1])
	if err != nil || n < 1 || n > MaxQty {
		return ListedLine{}, badList("%q is no quantity", f[1])
	}
	l := ListedLine{SKU: SKU(f[0]), Qty: n}
	if len(f) == 2 {
		return l, nil
	}
	lot := make([]byte, 0, len(f[2]))
	for i := 0; i < len(f[2]); i++ {
		if f[2][i] != '%' {
			lot = append(lot, f[2][i])
			continue
		}
		if i+2 >= len(f[2]) {
			return l, badList("%q is no lot", f[2])
		}
		c, err := strconv.ParseUint(f[2][i+1:i+3], 16, 8)
		if err != nil {
			return l, badList("%q is no lot", f[2])
		}
		lot = append(lot, byte(c))
		i += 2
	}
	l.Lot = string(lot)
	return l, nil
}
