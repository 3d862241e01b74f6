package floor

import "strconv"

// AskNumbers asks the centre for the next block of a kind of numbers, before the last one is used up. The box
// gives it by itself, once for each block.
type AskNumbers struct {
	Number string `json:"number"`
}

// NumbersAsked: few numbers of the kind are left, and the centre should lease more.
type NumbersAsked struct {
	Number string `json:"number"`
	Prefix string `json:"prefix"` // of the last block
	Left   uint64 `json:"left"`
}

// Kind names the command.
func (*AskNumbers) Kind() string { return "numbers.ask" }

// Type and Subject name the event.
func (*NumbersAsked) Type() string    { return "picket.numbers.asked.v1" }
func (*NumbersAsked) Subject() string { return "site" }
func (e *NumbersAsked) tell(Names) string {
	return "Asked the centre for more numbers for " + numberWords(e.Number) + ": " + strconv.FormatUint(e.Left, 10) + " are left."
}

// lastBlock is the newest block of a kind.
func (s *State) lastBlock(kind string) *NumberBlock {
	for i := len(s.Blocks) - 1; i >= 0; i-- {
		if s.Blocks[i].Kind == kind {
			return &s.Blocks[i]
		}
	}
	return nil
}

// LowNumbers lists the kinds of numbers the centre has to be asked for: few are left, and nobody asked.
func (s *State) LowNumbers() []string {
	var out []string
	for i := range s.Blocks {
		b := &s.Blocks[i]
		if b == s.lastBlock(b.Kind) && !b.Asked && s.low(b.Kind) {
			out = append(out, b.Kind)
		}
	}
	return out
}

func (s *State) low(kind string) bool {
	return s.NumbersLeft(kind) <= uint64(max(0, s.Policy.NumbersLow))
}

// StaleNumbers says whether the floor holds numbers that were leased under another log than this one. An older
// box did not write down the log of a block: it stands for the first one.
func (s *State) StaleNumbers(log LogID, first bool) bool {
	for i := range s.Blocks {
		if b := &s.Blocks[i]; b.Next <= b.To && b.Log != log && (b.Log != "" || !first) {
			return true
		}
	}
	return false
}

func (c *AskNumbers) decide(s *State, _ Meta) ([]Event, *Refusal) {
	b := s.lastBlock(c.Number)
	if b == nil || b.Asked || !s.low(c.Number) {
		return nil, Refuse(NothingLeft, "what", "numbers for "+numberWords(clip(c.Number)))
	}
	return []Event{&NumbersAsked{Number: c.Number, Prefix: b.Prefix, Left: s.NumbersLeft(c.Number)}}, nil
}

func (e *NumbersAsked) apply(s *State) {
	for i := len(s.Blocks) - 1; i >= 0; i-- {
		if s.Blocks[i].Kind == e.Number {
			b := append([]NumberBlock(nil), s.Blocks...)
			b[i].Asked = true
			s.Blocks = b
			return
		}
	}
}
