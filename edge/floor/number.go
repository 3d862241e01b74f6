package floor

import (
	"slices"
	"strconv"
	"strings"
)

// Numbers are leased to the site in blocks and drawn one after the other, so that a label can be made while
// the line is down. A number that was drawn is burnt, whatever becomes of what it stood on.

// Kinds of numbers beside carrier:<code>.
const (
	NumberSSCC   = "sscc"
	NumberReturn = "return"
)

// CarrierNumbers is the kind of a carrier's own numbers.
func CarrierNumbers(carrier string) string { return "carrier:" + carrier }

// MaxNumber is the longest number of a block, in characters.
const MaxNumber = 35

// at is the number a serial stands for.
func (b *NumberBlock) at(n uint64) string {
	if b.Kind == NumberSSCC {
		return string(b.sscc(n))
	}
	serial := strconv.FormatUint(n, 10)
	if pad := b.Digits - len(serial); pad > 0 {
		serial = strings.Repeat("0", pad) + serial
	}
	out := b.Prefix + serial
	if b.Check == "mod10" {
		out += string(mod10(out))
	}
	if country, ok := s10Of(b.Check); ok {
		out += string(S10Digit(serial)) + country
	}
	return out
}

// mod10 is the check digit of digits: weights 3 and 1 from the right (GS1 General Specifications 7.9.1).
func mod10(digits string) byte {
	sum := 0
	for i := range len(digits) {
		weight := 1
		if (len(digits)-i)%2 == 1 {
			weight = 3
		}
		sum += int(digits[i]-'0') * weight
	}
	return byte('0' + (10-sum%10)%10)
}

// serial is the serial of a number of the block; false when the number is none of it.
func (b *NumberBlock) serial(number string) (uint64, bool) {
	rest, ok := strings.CutPrefix(number, b.Prefix)
	country, postal := s10Of(b.Check)
	if postal {
		rest = strings.TrimSuffix(rest, country)
	}
	if b.Kind == NumberSSCC || b.Check == "mod10" || postal {
		if len(rest) == 0 {
			return 0, false
		}
		rest = rest[:len(rest)-1]
	}
	n, err := strconv.ParseUint(rest, 10, 64)
	return n, ok && err == nil && n >= b.From && n <= b.To && b.at(n) == number
}

// nextNumber is the next number of a kind, without taking it.
func (s *State) nextNumber(kind string) (string, bool) {
	for i := range s.Blocks {
		if b := &s.Blocks[i]; b.Kind == kind && b.Next <= b.To {
			return b.at(b.Next), true
		}
	}
	return "", false
}

// NumbersLeft is how many numbers of a kind are left.
func (s *State) NumbersLeft(kind string) uint64 {
	n := uint64(0)
	for i := range s.Blocks {
		if b := &s.Blocks[i]; b.Kind == kind && b.Next <= b.To {
			n += b.To - b.Next + 1
		}
	}
	return n
}

// draw marks a number as used, and puts a case on the desk when few are left. A number that no block has is
// somebody else's.
func (s *State) draw(kind, number string) {
	for i := range s.Blocks {
		b := &s.Blocks[i]
		if b.Kind != kind {
			continue
		}
		if n, ok := b.serial(number); ok && n >= b.Next {
			was := s.NumbersLeft(kind)
			b.Next = n + 1
			low := uint64(max(0, s.Policy.NumbersLow))
			// Told when it becomes low, and again at half of it and at none: a block may have been that small from
			// the beginning, and a case is settled sooner than a block is leased.
			if left := s.NumbersLeft(kind); left <= low && (was > low || left == low/2 || left == 0) {
				s.raiseOnce("numbers_low", "numbers/"+kind, "what", numberWords(kind), "left", strconv.FormatUint(left, 10))
			}
			return
		}
	}
}

// BurnNumbers says that the site's log has a new name: a restored box must not draw a number twice.
type BurnNumbers struct {
	Log LogID `json:"log"`
	All bool  `json:"all,omitempty"` // those leased under this very log too: the centre knows records of it that the box lost
}

// NumbersBurnt: none of the numbers leased so far is drawn any more.
type NumbersBurnt struct {
	NewLog LogID  `json:"new_log"`
	Left   uint64 `json:"left"` // how many were not drawn
	All    bool   `json:"all,omitempty"`
}

// Kind names the command.
func (*BurnNumbers) Kind() string { return "numbers.burn" }

// Type and Subject name the event.
func (*NumbersBurnt) Type() string    { return "picket.numbers.burnt.v1" }
func (*NumbersBurnt) Subject() string { return "site" }

func (e *NumbersBurnt) tell(Names) string {
	if e.All {
		return "The centre knows more of this box than the box itself: " + plural(int(e.Left), "number") + of(int(e.Left), " is", " are") + " burnt."
	}
	return "The log begins anew as " + string(e.NewLog) + ": " + plural(int(e.Left), "number") + of(int(e.Left), " is", " are") + " burnt."
}

func (c *BurnNumbers) decide(s *State, _ Meta) ([]Event, *Refusal) {
	if r := check([2]string{"log", string(c.Log)}); r != nil {
		return nil, r
	}
	left := uint64(0)
	for i := range s.Blocks {
		if b := &s.Blocks[i]; b.Next <= b.To && (c.All || b.Log != c.Log) {
			left += b.To - b.Next + 1
		}
	}
	return []Event{&NumbersBurnt{NewLog: c.Log, Left: left, All: c.All}}, nil
}

// apply keeps the blocks, so that one that overlaps a burnt one is still refused.
func (e *NumbersBurnt) apply(s *State) {
	s.Blocks = slices.Clone(s.Blocks)
	for i := range s.Blocks {
		if b := &s.Blocks[i]; e.All || b.Log != e.NewLog {
			b.Next = b.To + 1
		}
	}
	if e.Left > 0 {
		s.raise("numbers_burnt", "site", "left", strconv.FormatUint(e.Left, 10))
	}
}

// checkBlock says what is wrong with a lease.
func (c *LeaseNumbers) checkBlock() *Refusal {
	bad := func(field, why string) *Refusal { return badField(field, why) }
	carrier, isCarrier := strings.CutPrefix(c.Number, "carrier:")
	switch {
	case c.Number == NumberSSCC:
		if r := checkDigits("prefix", c.Prefix, len(c.Prefix)); r != nil || len(c.Prefix) < 5 || len(c.Prefix) > 13 {
			return bad("prefix", "must be 5 to 13 digits: the extension digit and the company prefix")
		}
		if room := 17 - len(c.Prefix); c.From == 0 || c.To < c.From || len(strconv.FormatUint(c.To, 10)) > room {
			return bad("to", "must not be less than from, and both must be 1 to "+strconv.Itoa(room)+" digits")
		}
		if c.Digits != 0 || c.Check != "" {
			return bad("digits", "and check are set for sscc by GS1; leave them out")
		}
		return nil
	case c.Number != NumberReturn && (!isCarrier || CheckID("number", carrier) != nil || len(carrier) > 20):
		return bad("number", "is "+strconv.Quote(clip(c.Number))+", but must be sscc, return or carrier:<code>")
	}
	for i := range len(c.Prefix) {
		digit := c.Prefix[i] >= '0' && c.Prefix[i] <= '9'
		if !digit && (c.Check == "mod10" || c.Prefix[i] < 'A' || c.Prefix[i] > 'Z') {
			return bad("prefix", "may have digits, and capital letters when there is no check digit")
		}
	}
	if r := checkRange("prefix", len(c.Prefix), 0, 16); r != nil {
		return r
	}
	if r := checkRange("digits", c.Digits, 1, 18); r != nil {
		return r
	}
	if _, postal := s10Of(c.Check); postal {
		if !letters(c.Prefix, 2) || c.Digits != 8 {
			return bad("prefix", "must be the two letters of the postal service, and digits 8: postal item numbers have no others")
		}
	} else if c.Check != "" && c.Check != "none" && c.Check != "mod10" {
		return bad("check", "is "+strconv.Quote(clip(c.Check))+", but must be none, mod10, or s10: and the country of the post, such as s10:DE")
	}
	if c.From == 0 || c.To < c.From || len(strconv.FormatUint(c.To, 10)) > c.Digits {
		return bad("to", "must not be less than from, and both must be 1 to "+strconv.Itoa(c.Digits)+" digits")
	}
	return nil
}
