package floor

// Rule names one rule of the floor that guards against goods leaving twice. A build with the tag mutants can leave one
// out, and the table of mutants_test.go says which test sees that it is gone. In every other build on is a constant.
type Rule uint8

const (
	RulePermit     Rule = iota // 1.1 CONFIRM: an order leaves with the centre's permit, or on somebody's word
	RuleRecovering             // E1: a site that lost records lets nothing leave before everybody has spoken
	RuleFree                   // 1.10: a site keeps for the centre what is free, and no more
	RuleBroken                 // 1.10: what was kept for the centre and went otherwise is told
	RuleRequest                // P4: a recall is a request: what left, what is permitted and what a device has custody of stays
	RuleSpoken                 // E1: a recovery waits until every handheld has shown its queue
	RuleTaken                  // R8: a permit is taken by a fact that the centre is told

	rules // how many there are
)

var ruleNames = [rules]string{RulePermit: "permit", RuleRecovering: "recovering", RuleFree: "free", RuleBroken: "broken",
	RuleRequest: "request", RuleSpoken: "spoken", RuleTaken: "taken"}

func (r Rule) String() string { return ruleNames[r] }
