package station

import (
	"errors"
	"strings"

	"picket/devices/gs1"
)

// badCheck is said of a number whose last digit does not fit the others.
const badCheck = "the check digit is wrong: the code is damaged or was typed wrongly"

// Spoilt says in words what is wrong with a code itself, or "" when nothing is known to be: a wrong check digit, an
// application identifier without a value or with a faulty one, a label of the site's own in other letters' case.
func Spoilt(cat Catalogue, raw string) string {
	text, ok := clean(raw)
	if !ok {
		return ""
	}
	_, plain := gs1.SplitAIM(text)
	var house House
	if places, ok := cat.(Places); ok {
		house = places.House()
	}
	if _, _, own := house.Match(plain); own {
		return ""
	}
	if why := faulty(text); why != "" {
		return why
	}
	if Read(cat, raw) != (Meaning{}) {
		return ""
	}
	if mistyped(plain) {
		return badCheck
	}
	for _, as := range [...]struct{ text, how string }{{strings.ToUpper(plain), "small letters"}, {strings.ToLower(plain), "capital letters"}} {
		if _, _, own := house.Match(as.text); own && as.text != plain {
			return "looks like " + as.text + " in " + as.how + "; caps lock?"
		}
	}
	return ""
}

// faulty is what GS1's rules have against a code that claims to be theirs.
func faulty(text string) string {
	var strict, lenient gs1.Code
	var at *gs1.Error
	if err := (gs1.Reader{}).Read(text, &strict); errors.As(err, &at) && at.AI != "" && strings.HasPrefix(at.Why, "too short: 0 characters") {
		return "(" + at.AI + ") has no value: the code was made or typed wrongly"
	}
	err := gs1.Reader{Lenient: true}.Read(text, &lenient)
	if err == nil {
		err = lenient.Fault
	}
	switch {
	case err == nil:
		return ""
	case strings.Contains(err.Error(), "check digit") && (!errors.As(err, &at) || at.AI == "" || at.AI == "01"):
		return badCheck
	}
	return err.Error()
}

// mistyped: as many digits as a GTIN has, bare or behind a 01, and the last of them does not fit.
func mistyped(text string) bool {
	if len(text) >= 16 && strings.HasPrefix(text, "01") {
		text = text[2:16]
	}
	switch len(text) {
	case 8, 12, 13, 14:
	default:
		return false
	}
	want, err := gs1.CheckDigit(text[:len(text)-1])
	if last := text[len(text)-1]; err != nil || last < '0' || last > '9' || last == want {
		return false
	}
	_, err = gs1.ParseUPCE(text)
	return err != nil
}

// Guessed says whether a code was taken for an item by its looks alone: nothing but an AIM identifier tells bare digits of one
// symbology from those of another. A web address and text with brackets say themselves what they are.
func Guessed(raw string) bool {
	text, ok := clean(raw)
	aim, plain := gs1.SplitAIM(text)
	return ok && aim == "" && !strings.HasPrefix(plain, "(") && !strings.Contains(plain, "://")
}
