package floor

import (
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// tasked is a stocked site with two tasks on its list.
func tasked(t require.TestingT) *world {
	w := stocked(t)
	w.s.Tasks.put(w.s, "t-1", Task{ID: "t-1", What: "wrap", Subject: "order/O-1"})
	w.s.Tasks.put(w.s, "t-2", Task{ID: "t-2", What: "replenish", SKU: "OAT", Qty: 6, From: "bin/A-02-1", To: "bin/A-01-1", Why: "low"})
	return w
}

func taskCommand(rt *rapid.T, w *world) Command {
	id := rapid.SampledFrom(append([]TaskID{"none"}, w.s.Tasks.IDs()...)).Draw(rt, "task")
	switch rapid.IntRange(0, 2).Draw(rt, "task command") {
	case 0:
		return &ClaimTask{Task: id, TakeOver: rapid.Bool().Draw(rt, "over")}
	case 1:
		return &ReleaseTask{Task: id}
	}
	return &FinishTask{Task: id, Note: "done"}
}
