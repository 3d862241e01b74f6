package node

// Rule names one rule of the node that keeps an effect from happening twice. A build with the tag mutants can leave one
// out, and the table of mutants_test.go says which test sees that it is gone. In every other build on is a constant.
type Rule uint8

const (
	RuleNumbers Rule = iota // 1.9: a device's number that was taken is answered as it was, and has no effect again
	RuleIDs                 // 1.9: so is a command without a number, by its id

	rules // how many there are
)

var ruleNames = [rules]string{RuleNumbers: "numbers", RuleIDs: "ids"}

func (r Rule) String() string { return ruleNames[r] }
