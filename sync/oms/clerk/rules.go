package clerk

// Rule names one rule of what the centre decides. A build with the tag mutants can leave one out, and the table of
// sync/oms/mutants_test.go says which test sees that it is gone. In every other build on is a constant.
type Rule uint8

const (
	RuleAsked       Rule = iota // 1.1 CONFIRM: a permit is for what is ready to leave; until then the centre keeps the authority
	RuleQuarantine              // Q1: what is older than a restore waits until every site was heard, permits included
	RuleAskAnew                 // E1: what a site could not answer while it took back what it lost is asked again
	RuleAskBack                 // 1.7: a site that has what was given to another one is asked for it in each lineage of its feed until it answers
	RuleStops                   // Q1: what only a site remembers of an order is stopped, or goes on, as was said since
	RuleWitness                 // Q1: a database that has committed less than its witness was told was put back, whoever says so
	RuleMargin                  // Q1: what a lost box was leased in a life that is forgotten is leased to nobody
	RuleBroughtBack             // Q1: what a site took back from a life that is forgotten is a fact here again
	RuleRows                    // Q1: a site that took an order back, of which the centre forgot the feed, is sent what is personal again
	RuleFeedGen                 // Q1: a site in quarantine that came further in this very life shows that the centre was put back within it
	RuleAge                     // ATP: a site that is not heard promises less, and then nothing
	RuleApart                   // Q1: one site's word that the centre was put back does not stop all where a witness says that it was not
	RuleFormer                  // 1.11: what the box that holds the site took back shows who held it before, in a life that is forgotten
	RuleStands                  // 1.11: what the box that holds the site decided stands, whichever box is heard first
	RuleCorrected               // E1: what a box that was told its past says of how something stands there takes the place of what was folded
	RuleCovered                 // 1.7.4: what a site restated holds the records that a box put back into the gap tells again
	RuleForked                  // 1.7.4: and those of the logs which the one that restated was forked from, up to where it left them
	RuleAllotted                // 1.10: of what a site keeps, what is promised already is promised to nobody else
	RuleHold                    // 1.1 HOLD: a site has the authority until it answers; no time gives it to the centre
	RuleOnce                    // R4: a record that is known by its id has no effect again
	RuleUnknown                 // R7: a record of a type nobody here knows stops the cursor before it
	RuleOwn                     // I11: a record of another site is not taken
	RuleLive                    // Q2: what a live assignment is to serve is given to no other site
	RuleOneOnly                 // Q2: what two sites have of an order all but one are asked back for
	RulePermits                 // Q1: a quarantine holds permits, too

	rules // how many there are
)

var ruleNames = [rules]string{RuleAsked: "permit.asked", RuleQuarantine: "quarantine", RuleAskAnew: "ask.anew", RuleAskBack: "ask.back", RuleStops: "stops", RuleWitness: "witness", RuleMargin: "numbers.margin", RuleBroughtBack: "brought.back", RuleRows: "rows", RuleFeedGen: "feed.gen", RuleAge: "stock.age", RuleApart: "apart", RuleFormer: "former", RuleStands: "stands", RuleCorrected: "corrected", RuleCovered: "covered", RuleForked: "forked", RuleAllotted: "allotted",
	RuleHold: "hold", RuleOnce: "once", RuleUnknown: "unknown.type", RuleOwn: "own", RuleLive: "live", RuleOneOnly: "one.only", RulePermits: "permits"}

func (r Rule) String() string { return ruleNames[r] }
