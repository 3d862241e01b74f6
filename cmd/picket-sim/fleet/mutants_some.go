//go:build mutants

package fleet

import (
	"strings"

	"picket/sync/reconcile"
)

// HasMutants says whether this build can leave a rule out.
const HasMutants = true

// ofProtocol is before the name of a rule of sync/reconcile.
const ofProtocol = "protocol:"

func (w *world) without(m Mutant) bool { return w.opt.Mutant == m }

// AllMutants are the rig's own and the protocol's.
func AllMutants() []Mutant {
	out := append([]Mutant{}, Mutants...)
	for _, name := range reconcile.Rules() {
		out = append(out, Mutant(ofProtocol+name))
	}
	return out
}

// leaveOut leaves the protocol's rule out of every engine, for all worlds from here on.
func leaveOut(m Mutant) error {
	name, is := strings.CutPrefix(string(m), ofProtocol)
	if !is {
		name = ""
	}
	return reconcile.LeaveOut(name)
}
