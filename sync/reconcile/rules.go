package reconcile

// Rule names one rule of the protocol. A build with the tag mutants can leave one out (rules_mutants.go), and the
// table of mutants_test.go says which test sees that it is gone. In every other build on is a constant.
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
	RuleGranted                // 1.3: an epoch is granted by the centre, never claimed
	RuleSnapshot               // 1.11: a piece that is not what its hash says is not kept, and pieces of two snapshots are never put together
	RuleSalvage                // 1.11: what a replaced box hands over is told to its successor before anything is acknowledged to it
	RuleRestated               // 1.7.4: no session over records nobody has any more, before the site restated what they came to
	RuleUpon                   // 1.7.4: no session with a site that stands upon a snapshot the centre lacks, and none older for it, before the site restated
	RuleOwes                   // E1: what a box that lost records is told before it heard all is its lost past
	RuleStable                 // R10: stable is said of records that a backup has, not of their numbers: of the log as it is now
	RuleSigned                 // T2: where a key is known, nothing counts that is not signed by it
	RuleKeyKept                // T2: a key that is known is not forgotten, nor replaced, by what a hello says
	RuleFresh                  // 1.7.2: an answer counts while its challenge is younger than a session that nothing is heard in
	RuleLate                   // T2: a box that was learnt of behind a restore is not taken by the key it says, where the site's boxes sign
	RuleNth                    // T3: what was said before is no sign of life: each end counts what it says in a session
	RuleTrim                   // R6: only what is in a backup may go, not what is applied

	rules // how many there are
)

var ruleNames = [rules]string{
	RuleWindow: "window", RuleRetransmit: "retransmit", RuleLost: "lost", RuleSession: "session", RuleNoSession: "nosession",
	RuleGap: "gap", RuleHash: "hash", RuleCommit: "commit", RuleLostData: "lost-data", RuleNonce: "nonce", RuleChallenge: "challenge",
	RuleKnown: "known", RuleFence: "fence", RuleGranted: "granted", RuleSalvage: "salvage", RuleSnapshot: "snapshot",
	RuleRestated: "restated", RuleUpon: "upon", RuleOwes: "owes", RuleStable: "stable", RuleSigned: "signed", RuleKeyKept: "key-kept", RuleLate: "late",
	RuleFresh: "fresh", RuleNth: "nth", RuleTrim: "trim",
}

func (r Rule) String() string { return ruleNames[r] }
