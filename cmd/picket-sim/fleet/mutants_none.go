//go:build !mutants

package fleet

// HasMutants says whether this build can leave a rule out.
const HasMutants = false

// without is never so here, and the compiler leaves the question out.
func (*world) without(Mutant) bool { return false }

// AllMutants is empty here.
func AllMutants() []Mutant { return nil }

// leaveOut has nothing to leave out.
func leaveOut(Mutant) error { return nil }
