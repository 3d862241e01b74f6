package site

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/view"
	"picket/edge/web"
)

// readPaper is a paper as a person reads it, page by page (poppler-utils).
func readPaper(t *testing.T, pdf []byte) []string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "paper.pdf")
	require.NoError(t, os.WriteFile(file, pdf, 0o600))
	out, err := exec.Command("pdftotext", "-layout", "-enc", "UTF-8", file, "-").CombinedOutput()
	require.NoError(t, err, "pdftotext (Debian package poppler-utils): %s", out)
	return strings.Split(strings.TrimSuffix(string(out), "\f"), "\f")
}

// TestGoToPaperAndBack: the power is out, two orders are picked from the lists of the bundle, and what was written is
// entered by the numbers on it, with the time of then. The books say what the paper says.
func TestGoToPaperAndBack(t *testing.T) {
	h := stocked(t)
	h.give(&floor.LeaseNumbers{Number: "sscc", Prefix: "0952001", From: 1, To: 100})
	h.order("01JA", noon, asked("1", "I-5", 2), asked("2", "I-1", 3))
	h.order("01JB", noon.Add(time.Hour), asked("1", "I-2", 4))
	h.order("01JC", noon.Add(2*time.Hour), asked("1", "I-3", 1))
	h.give(&floor.StartRun{How: floor.RunCluster, Orders: []floor.OrderID{"01JC"}, Stops: []floor.AskStop{{Bin: "B-1", SKU: "I-3", Qty: 1, Order: "01JC", Line: "1"}}})

	began := h.command("paper.begin", `{"orders":["01JB"],"paper":"P-17"}`) // somebody did so before the lights went out
	require.Equal(t, "accepted", began.Outcome)

	code, pdf := h.call(web.CLI, "GET", "/api/papers/paper-mode.pdf", nil)
	require.Equal(t, 200, code, "%s", pdf)
	pages := readPaper(t, pdf)
	n := len(pages)
	require.Contains(t, pages[n-1], "late entry")
	lists := pages[n-4 : n-1]
	for i, number := range []string{"web-01JA", "web-01JB", "web-01JC"} { // what is due first in front
		require.Regexp(t, `Order +`+number, lists[i])
	}
	require.Contains(t, lists[1], "Pick list P-17", "it was begun: its number is the one it is entered by")
	require.NotRegexp(t, `Paper +PAPER-`, lists[1], "and no other")
	require.Regexp(t, `Paper +PAPER-\d{8}-\d{4}`, lists[0])
	_, one := h.call(web.CLI, "GET", "/api/papers/picklist.pdf?order=01JB", nil)
	alone := strings.Join(readPaper(t, one), "")
	require.Regexp(t, `Order +web-01JB`, alone)
	require.Contains(t, alone, "Pick list P-17", "at the foot of each page")
	require.Contains(t, alone, "under paper number P-17")
	require.Less(t, strings.Index(lists[0], "A-1"), strings.Index(lists[0], "C-1"), "in walking order: %s", lists[0])
	require.Regexp(t, `RUN-\d{8}-1`, lists[2], "the run it is of")
	for _, page := range pages {
		require.NotContains(t, page, "c-2", "no id of the box")
	}

	// Late entry, by the numbers on paper. The run's order is taken over from its paper, too.
	at := time.Now().UTC().Format(time.RFC3339)
	enter := func(list, lines string) string {
		number := regexp.MustCompile(`Order +(web-\S+)`).FindStringSubmatch(list)[1]
		paper := regexp.MustCompile(`Paper +(\S+)`).FindStringSubmatch(list)
		found := ask[scanned](h, "/api/scan?code="+number, "")
		require.NotNil(t, found.Order)
		out := h.command("pick.enter", fmt.Sprintf(`{"order":%q,"at":%q,"by":"anna","witness":"bert","paper":%q,"finish":true,"lines":%s}`, found.Order.ID, at, paper[1], lines))
		return out.Outcome
	}
	require.Equal(t, "accepted", enter(lists[0], `[{"line":"2","qty":3,"bin":"A-1"},{"line":"1","qty":1,"bin":"C-1"},{"line":"1","short":1,"reason":"damaged","bin":"C-1"}]`))
	require.Equal(t, "accepted", enter(lists[1], `[{"line":"1","qty":4,"bin":"A-2"}]`))
	require.Equal(t, "accepted", enter(lists[2], `[{"line":"1","qty":1,"bin":"B-1"}]`))

	h.feed.Look(func(b *view.Board) {
		b.Floor(func(f *floor.State) {
			for bin, want := range map[floor.BinID]map[floor.SKU]int64{"A-1": {"I-1": 17}, "C-1": {"I-5": 18}, "A-2": {"I-2": 16}, "B-1": {"I-3": 19}} {
				for sku, qty := range want {
					require.Equal(t, qty, f.OnHand(floor.InBin(bin), sku), "%s in %s", sku, bin)
				}
			}
			require.Equal(t, int64(1), f.OnHand(floor.Quarantine, "I-5"), "what was damaged")
			for _, id := range []floor.OrderID{"01JA", "01JB", "01JC"} {
				require.True(t, f.Orders[id].Finished, id)
				require.Equal(t, floor.OrderPicked, f.Orders[id].State(), id)
			}
		})
	})
	// The bundle that is printed now has nothing left to pick.
	_, pdf = h.call(web.CLI, "GET", "/api/papers/paper-mode.pdf", nil)
	require.NotContains(t, strings.Join(readPaper(t, pdf), ""), "Pick list ")
}
