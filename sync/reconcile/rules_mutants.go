//go:build mutants

package reconcile

import "fmt"

// off is the rule that is left out; rules is none. It is set before any engine is stepped, and never while one is.
var off = rules

func on(r Rule) bool { return r != off }

// Rules lists the rules by name.
func Rules() []string { return ruleNames[:] }

// LeaveOut leaves the rule of that name out of every engine, "" none.
func LeaveOut(name string) error {
	off = rules
	for r := range rules {
		if name == r.String() {
			off = r
		}
	}
	if name != "" && off == rules {
		return fmt.Errorf("rule %q is none of %v", name, ruleNames)
	}
	return nil
}
