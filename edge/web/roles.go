package web

import (
	"slices"

	"picket/edge/floor"
)

// The roles people have.
const (
	Picker    = "picker"
	Packer    = "packer"
	Associate = "associate"
	Lead      = "lead"
	Manager   = "manager"
	Operator  = "operator"
)

// may says whether somebody with these roles may give a command of this kind: what its entry says. Commands
// of the box and of the centre no person gives.
func may(roles []string, kind string) bool {
	e, ok := floor.EntryOf(kind)
	switch {
	case !ok:
		return false
	case e.Who == floor.Anyone:
		return has(roles, Picker, Packer, Associate, Lead, Manager, Operator)
	case e.Who == floor.Leads:
		return has(roles, Lead, Manager, Operator)
	case e.Who == floor.Managers:
		return has(roles, Manager, Operator)
	}
	return false
}

func has(roles []string, any ...string) bool {
	return slices.ContainsFunc(roles, func(r string) bool { return slices.Contains(any, r) })
}
