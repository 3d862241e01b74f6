package site

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/web"
)

// scanned is what the page hears of a code.
type scanned struct {
	Words, Return, Manifest, Run, Count, Gift, Tote, Slot string
	Order                                                 *struct{ ID, Number string }
	Bin                                                   *struct{ ID string }
}

// command gives a command as a program of the site.
func (h *house) command(kind, data string) (out struct {
	Outcome string
	Made    map[string]string
	Jobs    []floor.JobID
	Refusal *struct{ Code string }
}) {
	h.t.Helper()
	h.n++
	code, body := h.call(web.Integration, "POST", "/api/commands/"+kind, []byte(data), "Idempotency-Key", fmt.Sprintf("cmd-%d", h.n))
	require.Equal(h.t, 200, code, "%s: %s", kind, body)
	require.NoError(h.t, json.Unmarshal(body, &out))
	return out
}

// TestWhatIsOnPaperIsFoundByItsCode: every code the site prints on a paper or a label of its own names what it is of.
func TestWhatIsOnPaperIsFoundByItsCode(t *testing.T) {
	h := stocked(t)
	h.give(&floor.LeaseNumbers{Number: "return", Prefix: "RT", From: 1, To: 200, Digits: 6}, &floor.LeaseNumbers{Number: "sscc", Prefix: "0952001", From: 1, To: 100})
	h.give(&floor.Assign{Order: "01JGIFT", Assignment: "a", Number: "web-77", Flow: floor.FlowShip, Mode: floor.ModeHold, Due: noon, Carrier: "DEMO", Lines: []floor.AskedLine{asked("1", "I-1", 2)}, Terms: floor.Terms{Gift: &floor.Gift{Receipt: "GR-7781"}}})
	h.give(&floor.Start{Order: "01JGIFT"}, &floor.Scan{Order: "01JGIFT", SKU: "I-1", Qty: 2})
	unit := h.row(&floor.OpenUnit{Order: "01JGIFT"}).Unit
	h.give(&floor.AddToUnit{Unit: unit, SKU: "I-1", Qty: 2}, &floor.HandOver{Unit: unit, Done: true})
	scan := func(code string) scanned {
		t.Helper()
		return ask[scanned](h, "/api/scan?code="+code, "")
	}

	// The gift: its code finds the order, and begins the return.
	gift := scan("GR-7781")
	require.Equal(t, "web-77", gift.Order.Number)
	require.Equal(t, "The gift receipt of order web-77.", gift.Words)
	require.Equal(t, "GR-7781", gift.Gift)
	opened := h.command("return.open", `{"receipt":"GR-7781"}`)
	back := opened.Made["return"]
	require.NotEmpty(t, back)
	h.give(&floor.LineDown{})
	require.Equal(t, "accepted", h.command("return.scan", fmt.Sprintf(`{"return":%q,"sku":"I-1","qty":1,"reason":"changed_mind","condition":"as_new"}`, back)).Outcome)
	closed := h.command("return.close", fmt.Sprintf(`{"return":%q,"wants":"credit"}`, back))
	require.Len(t, closed.Jobs, 1, "the claim slip")

	// The slip the customer took home: drawn by the box, found again by its number.
	p := newPress(Config{Name: "North", Address: []string{"1 High Street"}, Zone: "Europe/London"}, h.feed, h.door, h.file, h.v, nil, slog.New(slog.DiscardHandler))
	doc, _, err := p.draw(closed.Jobs[0], p.media("none"))
	require.NoError(t, err)
	require.Contains(t, string(doc), "RT000001")
	require.NotContains(t, string(doc), back, "the box's own id stands on no paper")
	slip := scan("RT000001")
	require.Equal(t, back, slip.Return)
	require.Equal(t, "Return RT000001.", slip.Words)
	require.Equal(t, "web-77", slip.Order.Number)
	jobs := ask[struct {
		Rows []struct {
			ID, Doc, State string
		}
	}](h, "/api/jobs", "")
	require.Contains(t, jobs.Rows, struct{ ID, Doc, State string }{string(closed.Jobs[0]), "claim_slip", "pending"})
	again := h.command("return.print", fmt.Sprintf(`{"return":%q,"doc":"claim_slip","reason":"lost"}`, back))
	require.Equal(t, "job_over", again.Refusal.Code, "the first one is still to come out")

	// What the site's own labels and papers say.
	manifest := h.row(&floor.OpenManifest{Carrier: "DEMO"}).Made["manifest"]
	list := ask[struct{ Rows []struct{ ID, Number string } }](h, "/api/manifests", "")
	require.Len(t, list.Rows, 1)
	require.Regexp(t, `^M-\d{8}-1$`, list.Rows[0].Number)
	require.Equal(t, manifest, scan(list.Rows[0].Number).Manifest)
	h.order("01JRUN", noon, asked("1", "I-2", 1))
	run := h.row(&floor.StartRun{How: floor.RunCluster, Orders: []floor.OrderID{"01JRUN"}, Stops: []floor.AskStop{{Bin: "A-2", SKU: "I-2", Qty: 1, Order: "01JRUN", Line: "1"}}}).Made["run"]
	runs := ask[struct{ Rows []struct{ ID, Number string } }](h, "/api/runs", "")
	require.True(t, strings.HasPrefix(runs.Rows[0].Number, "RUN-"), runs.Rows[0].Number)
	require.Equal(t, run, scan(runs.Rows[0].Number).Run)
	require.Equal(t, run, scan("RUN-"+run).Run, "a label of before")
	require.Equal(t, "01JRUN", scan("ORDER-web-01JRUN").Order.ID)
	require.Equal(t, "01JRUN", scan("web-01JRUN").Order.ID)
	require.Equal(t, "A-2", scan("BIN-A-2").Bin.ID)
	require.Equal(t, "A-2", scan("a-2").Bin.ID)
	require.Equal(t, "T-9", scan("TOTE-T-9").Tote)
	require.Equal(t, "W1", scan("SLOT-W1").Slot)
	require.Contains(t, scan("M-20261121-99").Words, "Nobody here knows")
	require.Nil(t, scan("ORDER-nope").Order)

}
