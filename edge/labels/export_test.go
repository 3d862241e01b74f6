package labels

// Everything is every document with the longest values, and Plain with ordinary ones, for the tests of what is built upon this package.
var (
	Everything = everything
	Plain      = func() map[string]Facts {
		all := papers(plain)
		all["shipping"], all["slip"] = facts("shipping_label", 1, plain), facts("packing_slip", 1, plain)
		return all
	}
)
