package gs1

import "strings"

// Together says which elements may not stand alone or not beside each other, by the dictionary's req and ex. The rules
// are about all the carriers on one item: read those into one Code's Elements before asking. Read itself never applies
// them, because the rest may stand in the barcode beside this one.
func (c *Code) Together() error {
	for i := range c.Elements {
		el := &c.Elements[i]
		if el.e == nil {
			continue
		}
		for _, req := range el.e.req {
			if !c.meets(req) {
				return &Error{Pos: el.at, AI: el.AI, Why: "it stands only beside " + sayAIs(req), what: el.e.title}
			}
		}
		for _, ex := range el.e.ex {
			for ai := range strings.SplitSeq(ex, ",") {
				if other := c.find(ai, i); other != "" {
					return &Error{Pos: el.at, AI: el.AI, Why: "it may not stand beside (" + other + ")", what: el.e.title}
				}
			}
		}
	}
	return c.signed()
}

// meets says whether one of the alternatives is there whole: "01+21,8006" is (01) with (21), or (8006).
func (c *Code) meets(req string) bool {
	for alt := range strings.SplitSeq(req, ",") {
		whole := true
		for ai := range strings.SplitSeq(alt, "+") {
			whole = whole && c.find(ai, -1) != ""
		}
		if whole {
			return true
		}
	}
	return false
}

// find is an element of that AI, but for the one at not; "310n" is any of 3100 to 3109, and "31nn" any of 3100 to 3199.
func (c *Code) find(ai string, not int) string {
	stem := strings.TrimRight(ai, "n")
	for i := range c.Elements {
		if el := c.Elements[i].AI; i != not && len(el) == len(ai) && strings.HasPrefix(el, stem) {
			return el
		}
	}
	return ""
}

// signed says whether every key that may stand with and without a serial number has one, where a digital signature (8030)
// is there: without it the signature would be of a kind of things and not of this one.
func (c *Code) signed() error {
	if c.find("8030", -1) == "" {
		return nil
	}
	for i := range c.Elements {
		el := &c.Elements[i]
		if (el.AI == "253" || el.AI == "255" || el.AI == "8003") && len(el.Value) == el.e.least() {
			return &Error{Pos: el.at, AI: el.AI, Why: "beside a digital signature (8030) it needs its serial number", what: el.e.title}
		}
	}
	return nil
}

// sayAIs is a requirement as people write AIs.
func sayAIs(req string) string {
	return "(" + strings.NewReplacer(",", ") or (", "+", ") with (").Replace(req) + ")"
}
