package floor

import "pgregory.net/rapid"

func orderCommand(rt *rapid.T, w *world) Command {
	o := rapid.SampledFrom([]OrderID{"O-1", "O-2", "O-9"}).Draw(rt, "order")
	switch rapid.IntRange(0, 1).Draw(rt, "order command") {
	case 0:
		return &Permit{Order: o}
	}
	return &OverridePermit{Order: o, Note: "test", Approvals: someApprovals(rt, w)}
}
