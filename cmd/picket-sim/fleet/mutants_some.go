//go:build mutants

package fleet

import (
	"errors"
	"strings"

	"picket/edge/floor"
	"picket/edge/node"
	"picket/sync/oms/clerk"
	"picket/sync/reconcile"
)

// HasMutants says whether this build can leave a rule out.
const HasMutants = true

// Before the name of a rule: of sync/reconcile, of the centre's clerk, of a site's floor, of its node.
const (
	ofProtocol = "protocol:"
	ofClerk    = "clerk:"
	ofFloor    = "floor:"
	ofNode     = "node:"
)

func (w *world) without(m Mutant) bool { return w.opt.Mutant == m }

// AllMutants are the rig's own, the protocol's, and those of the clerk's, the floor's and the node's that TESTING names.
func AllMutants() []Mutant {
	out := append([]Mutant{}, Mutants...)
	for _, name := range reconcile.Rules() {
		out = append(out, Mutant(ofProtocol+name))
	}
	for _, name := range []string{"quarantine", "stock.age", "allotted", "hold", "once", "live", "one.only", "permits", "corrected"} {
		out = append(out, Mutant(ofClerk+name))
	}
	return append(out, ofFloor+"permit", ofFloor+"recovering", ofFloor+"request", ofFloor+"spoken", ofFloor+"taken", ofNode+"numbers", ofNode+"ids")
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
	return errors.Join(reconcile.LeaveOut(of(ofProtocol)), clerk.LeaveOut(of(ofClerk)),
		floor.LeaveOut(of(ofFloor)), node.LeaveOut(of(ofNode)))
}
