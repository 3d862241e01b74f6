package web

import "slices"

// The roles people have.
const (
	Picker    = "picker"
	Packer    = "packer"
	Associate = "associate"
	Lead      = "lead"
	Manager   = "manager"
	Operator  = "operator"
)

// may says whether somebody with these roles may give a command of this kind. Whatever is not named here is
// for machines and for the centre, and no person gives it.
func may(roles []string, kind string) bool {
	switch kind {
	case "order.accept", "order.decline", "pick.start", "pick.scan", "pick.undo", "pick.short", "pick.finish",
		"unit.open", "unit.add", "unit.take", "unit.close", "unit.void", "label.request", "label.void", "label.printed", "handover":
		return has(roles, Picker, Packer, Associate, Lead, Manager, Operator)
	case "stock.adjust":
		return has(roles, Lead, Manager, Operator)
	}
	return false
}

func has(roles []string, any ...string) bool {
	return slices.ContainsFunc(roles, func(r string) bool { return slices.Contains(any, r) })
}
