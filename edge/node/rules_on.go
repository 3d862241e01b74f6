//go:build !mutants

package node

// on says whether a rule is kept. Outside a build that tests the tests every rule is, and the compiler leaves the
// question out.
func on(Rule) bool { return true }
