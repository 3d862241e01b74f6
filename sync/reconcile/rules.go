package reconcile

// Rule names one rule of the protocol. Each is asked for at exactly one place of this package, so
// that a build that leaves a rule out shows which test sees it.
type Rule uint8

const (
	RuleWindow     Rule = iota // S1: no more than the window unacknowledged
	RuleRetransmit             // S1: send again when no ack comes
	RuleLost                   // S2: a silent session is lost
	RuleSession                // R1: nothing from another session, acks included
	RuleNoSession              // R1: tell a peer that its session is unknown
	RuleGap                    // R2: a hole is acked with the current cursor, never buffered
	RuleHash                   // R3: the chain must fit
	RuleCommit                 // R5: acknowledge only what is committed
	RuleLostData               // R6: an ack beyond my own log means that I lost data
	RuleNonce                  // 1.7.5-6: an answer to another hello is no answer
	RuleChallenge              // 1.7.2: a challenge is good for one hello2
	RuleKnown                  // 1.7.4: no session before the site knows every fact the centre holds
	RuleFence                  // 1.7.4: a lower epoch is refused
)
