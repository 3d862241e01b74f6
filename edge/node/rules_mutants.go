//go:build mutants

package node

import "fmt"

// off is the rule that is left out; rules is none. It is set before anything is decided, and never while it is.
var off = rules

func on(r Rule) bool { return r != off }

// LeaveOut leaves the rule of that name out of every decision, "" none.
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
