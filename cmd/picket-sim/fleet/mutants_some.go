//go:build mutants

package fleet

import (
	"errors"
	"strings"

	"picket/sync/oms/clerk"
	"picket/sync/reconcile"
)

// HasMutants says whether this build can leave a rule out.
const HasMutants = true

// Before the name of a rule of sync/reconcile, and of one of the centre's clerk.
const (
	ofProtocol = "protocol:"
	ofClerk    = "clerk:"
)

func (w *world) without(m Mutant) bool { return w.opt.Mutant == m }

// AllMutants are the rig's own, the protocol's, and those of the clerk's that worlds show.
func AllMutants() []Mutant {
	out := append([]Mutant{}, Mutants...)
	for _, name := range reconcile.Rules() {
		out = append(out, Mutant(ofProtocol+name))
	}
	return append(out, ofClerk+"quarantine", ofClerk+"stock.age", ofClerk+"allotted")
}

// leaveOut leaves the protocol's rule out of every engine, for all worlds from here on.
func leaveOut(m Mutant) error {
	of := func(prefix string) string {
		name, is := strings.CutPrefix(string(m), prefix)
		if !is {
			name = ""
		}
		return name
	}
	return errors.Join(reconcile.LeaveOut(of(ofProtocol)), clerk.LeaveOut(of(ofClerk)))
}
