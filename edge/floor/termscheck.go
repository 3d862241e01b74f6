package floor

import (
	"encoding/hex"
	"strconv"
	"strings"
)

// Limits of the terms. Each is far above any real order and far below what could hurt.
const (
	maxParts       = 99
	maxSubstitutes = 8
	maxExpect      = 20
	maxLabels      = 50
)

func oneWord(field, got string, may ...string) *Refusal {
	for _, x := range may {
		if x == got {
			return nil
		}
	}
	return badField(field, "is "+strconv.Quote(clip(got))+", but must be "+strings.Join(may[:len(may)-1], ", ")+" or "+may[len(may)-1])
}

// firstNo is the first refusal of several checks.
func firstNo(list ...*Refusal) *Refusal {
	for _, r := range list {
		if r != nil {
			return r
		}
	}
	return nil
}

func checkAmount(field string, m *Money, least int64) *Refusal {
	if m == nil {
		return nil
	}
	if m.Minor < least || m.Minor > 1e12 {
		return badField(field+".minor", "is "+strconv.FormatInt(m.Minor, 10)+", but must be "+strconv.FormatInt(least, 10)+" to 1000000000000")
	}
	if !letters(m.Currency, 3) {
		return badField(field+".currency", "is "+strconv.Quote(clip(m.Currency))+", but must be three capital letters such as EUR")
	}
	return nil
}

func letters(text string, n int) bool {
	ok := len(text) == n
	for i := 0; ok && i < len(text); i++ {
		ok = text[i] >= 'A' && text[i] <= 'Z'
	}
	return ok
}

// checkHex refuses what is no hex of so many bytes.
func checkHex(field, text string, least, most int) *Refusal {
	if b, err := hex.DecodeString(text); err != nil || len(b) < least || len(b) > most || strings.ToLower(text) != text {
		return badField(field, "must be "+strconv.Itoa(2*least)+" to "+strconv.Itoa(2*most)+" hex digits, small letters")
	}
	return nil
}

// checkTerms refuses terms that do not fit the order's flow or make no sense in themselves.
func (c *Assign) checkTerms() *Refusal {
	t := &c.Terms
	pickup := c.Flow == FlowPickup
	switch {
	case t.Partial != "" && t.Partial != "together" && t.Partial != "parts":
		return oneWord("partial", t.Partial, "together", "parts")
	case !t.NotBefore.IsZero() && t.NotBefore.After(c.Due):
		return badField("not_before", "is later than due")
	case t.Part == 0 && t.Of != 0 || t.Part < 0 || t.Part > t.Of:
		return badField("part", "is "+strconv.Itoa(t.Part)+" of "+strconv.Itoa(t.Of)+", but must be 1 or more and at most of")
	case t.Of < 0 || t.Of > maxParts:
		return badField("of", "must be 0 to "+strconv.Itoa(maxParts))
	case t.WaitAll && t.Of < 2:
		return badField("wait_all", "makes no sense without other parts: of must be 2 or more")
	case c.Flow == FlowTransfer && t.To == "":
		return badField("to", "is missing: a transfer needs the site it goes to")
	case c.Flow != FlowTransfer && t.To != "":
		return badField("to", "is only for a transfer")
	case t.Source != "" && t.Source != "stock" && t.Source != "incoming":
		return oneWord("source", t.Source, "stock", "incoming")
	case t.Source != "" && !pickup:
		return badField("source", "is only for an order that is collected")
	case !pickup && (t.HoldDays != 0 || t.CodeHash != "" || t.CodeSalt != "" || t.ProxyOnly != "" || len(t.Proof) > 0):
		return badField("proof", "and everything else about collecting is only for an order that is collected")
	case len(t.Expect) > 0 && t.Source != "incoming":
		return badField("expect", "is only for what is brought here first")
	case (t.CodeSalt == "") != (t.CodeHash == ""):
		return badField("code_hash", "and code_salt must come together")
	case pickup && (t.Customs != nil || len(t.Labels) > 0):
		return badField("labels", "and customs are only for what a carrier takes")
	}
	if t.To != "" {
		if r := check([2]string{"to", string(t.To)}); r != nil {
			return r
		}
	}
	if t.CodeHash != "" {
		if r := firstNo(check([2]string{"code_salt", t.CodeSalt}), checkHex("code_hash", t.CodeHash, 32, 32)); r != nil {
			return r
		}
	}
	for _, f := range [][2]string{{"purchase", t.Purchase}, {"contact", t.Contact}, {"proxy_only", t.ProxyOnly}} {
		if r := checkText(f[0], f[1], MaxID); r != nil {
			return r
		}
	}
	if r := firstNo(checkRange("expect", len(t.Expect), 0, maxExpect), checkRange("proof", len(t.Proof), 0, 5), checkRange("labels", len(t.Labels), 0, maxLabels),
		checkRange("hold_days", t.HoldDays, 0, 365), checkRange("min_age", t.MinAge, 0, 99), checkAmount("value", t.Value, 0)); r != nil {
		return r
	}
	for i, n := range t.Expect {
		if r := check([2]string{"expect[" + strconv.Itoa(i) + "]", n}); r != nil {
			return r
		}
	}
	for i, p := range t.Proof {
		if r := oneWord("proof["+strconv.Itoa(i)+"]", string(p), string(ProofCode), string(ProofOTP), string(ProofID), string(ProofSignature), string(ProofProxy)); r != nil {
			return r
		}
	}
	return firstNo(c.checkPay(), t.checkParcels())
}

func (c *Assign) checkPay() *Refusal {
	p := c.Pay
	if p == nil {
		return nil
	}
	switch {
	case p.When == "cod" && c.Flow == FlowShip, p.When == "pickup" && c.Flow == FlowPickup:
		return checkAmount("pay.due", &p.Due, 1)
	}
	return badField("pay.when", "is "+strconv.Quote(clip(p.When))+", but must be cod for an order that ships and pickup for one that is collected")
}

const maxComments = 200

// checkParcels checks what goes into parcels and onto them.
func (t *Terms) checkParcels() *Refusal {
	if g := t.Gift; g != nil {
		if r := firstNo(checkText("gift.note", g.Note, MaxID), checkText("gift.receipt", g.Receipt, MaxID)); r != nil {
			return r
		}
	}
	if c := t.Customs; c != nil {
		if r := firstNo(oneWord("customs.form", c.Form, "CN22", "CN23"), oneWord("customs.content", c.Content, "gift", "documents", "sample", "sale", "return"),
			checkText("customs.invoice", c.Invoice, MaxID), checkText("customs.licence", c.Licence, MaxID), checkText("customs.certificate", c.Certificate, MaxID),
			checkText("customs.comments", c.Comments, maxComments), checkText("customs.sender", c.Sender, MaxID), checkAmount("customs.postage", c.Postage, 0)); r != nil {
			return r
		}
	}
	for i, l := range t.Labels {
		at := "labels[" + strconv.Itoa(i) + "]"
		if r := firstNo(check([2]string{at + ".tracking", l.Tracking}, [2]string{at + ".carrier", l.Carrier}, [2]string{at + ".ref", l.Ref}), checkText(at+".service", l.Service, MaxID)); r != nil {
			return r
		}
	}
	return nil
}

// checkLine refuses a line that makes no sense; at names it.
func checkLine(at string, l *AskedLine) *Refusal {
	if r := firstNo(check([2]string{at + ".line", string(l.Line)}, [2]string{at + ".sku", string(l.SKU)}), checkRange(at+".qty", l.Qty, 1, MaxQty),
		checkRange(at+".substitutes", len(l.Substitutes), 0, maxSubstitutes), checkAmount(at+".price", l.Price, 0), checkText(at+".lot", l.Lot, 20),
		checkRange(at+".min_life", l.MinLife, 0, 3650), checkRange(at+".measure_g", l.MeasureG, 0, 100_000_000), checkRange(at+".tolerance", l.Tolerance, 0, 100), checkRange(at+".allotted", l.Allotted, 0, l.Qty)); r != nil {
		return r
	}
	for i, sku := range l.Substitutes {
		at := at + ".substitutes[" + strconv.Itoa(i) + "]"
		if r := check([2]string{at, string(sku)}); r != nil {
			return r
		}
		if sku == l.SKU {
			return badField(at, "is the item itself")
		}
	}
	switch {
	case l.Tolerance > 0 && l.MeasureG == 0:
		return badField(at+".tolerance", "makes no sense without measure_g")
	case l.HSCode != "" && (len(l.HSCode) < 6 || len(l.HSCode) > 12 || !isDigits(l.HSCode)):
		return badField(at+".hs_code", "is "+strconv.Quote(clip(l.HSCode))+", but must be 6 to 12 digits")
	case l.Origin != "" && !letters(l.Origin, 2):
		return badField(at+".origin", "is "+strconv.Quote(clip(l.Origin))+", but must be a country code of two capital letters")
	}
	return nil
}

func isDigits(text string) bool {
	for i := 0; i < len(text); i++ {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return true
}
