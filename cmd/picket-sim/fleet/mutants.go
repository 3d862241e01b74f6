package fleet

// Mutant names one rule that is left out, to show that the rig sees it. Only a build with the tag mutants can leave
// one out; in every other the question is a constant.
type Mutant string

// The mutants of what is modelled here. Each breaks one promise of a handheld, a printer's driver or a shell.
const (
	NoMutant        Mutant = ""
	ForgetAtSend    Mutant = "forget-at-send"   // the handheld drops an op when it has been sent
	NewNames        Mutant = "new-names"        // the handheld gives an op a new name at each try
	NoResend        Mutant = "no-resend"        // the line's timers never ring: what is lost stays lost
	TrustAccept     Mutant = "trust-accept"     // a printer that takes bytes is said to have printed them
	PrintFirst      Mutant = "print-first"      // bytes leave before print.start is journalled
	AnswerFirst     Mutant = "answer-first"     // the site answers before the commit
	ClaimForce      Mutant = "claim-force"      // the app takes a refused claim for granted
	Miscount        Mutant = "miscount"         // a person counts one more than stands there
	GivesAnyway     Mutant = "gives-anyway"     // at the counter goods are given for a code that is wrong
	KeepsName       Mutant = "keeps-name"       // a handheld whose store was wiped numbers anew under its old name
	ForgetAtSaved   Mutant = "forget-at-saved"  // the handheld drops an op when the box has it
	ReuseIDs        Mutant = "reuse-ids"        // behind a restore the centre gives ids out again that it gave out since the backup
	SameLog         Mutant = "same-log"         // a box that is told that it was put back goes on under its old log
	ForgetfulCentre Mutant = "forgetful-centre" // the centre says done, and one transaction in a hundred is not
)

// Mutants lists them.
var Mutants = []Mutant{ForgetAtSend, NewNames, NoResend, TrustAccept, PrintFirst, AnswerFirst, ClaimForce, Miscount, GivesAnyway, KeepsName, ForgetAtSaved, ReuseIDs, SameLog, ForgetfulCentre}
