package reconcile

// on says whether a rule is kept. Outside a build that tests the tests, every rule is.
func on(Rule) bool { return true }
