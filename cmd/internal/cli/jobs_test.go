package cli

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/client"
	"picket/edge/floor"
	"picket/edge/view"
)

// Of a label that may be out, the list and the refusal both say the two answers there are.
func TestALabelNobodyKnowsOfHasTwoAnswers(t *testing.T) {
	var b bytes.Buffer
	a := &app{out: &b}
	a.tellJob(&view.JobRow{Order: "O-1", Job: floor.Job{ID: "hh-1:9/1", Doc: floor.DocPackingSlip, State: floor.JobUnknown, Reasons: []string{"restarted"}}})
	a.tellJob(&view.JobRow{Order: "O-1", Job: floor.Job{ID: "hh-1:9/2", Doc: floor.DocShippingLabel, Unit: "095200010000000010", Station: "b1", State: floor.JobPending}})
	require.Equal(t, "hh-1:9/1  packing slip of O-1 at the printer for what has no bench: unknown, the box was started anew in the middle\n"+
		"    look at the tray: if it is there, picket devices printed hh-1:9/1; if not, picket devices reprint hh-1:9/1 --reason not_out\n"+
		"hh-1:9/2  shipping label of 095200010000000010 at bench b1: pending\n", b.String())

	no := &client.Refusal{Code: floor.JobOver, Args: map[string]string{"state": "unknown"}, Words: "Nobody knows."}
	require.Contains(t, atTray("hh-1:9/1", no).Error(), "if it is there, picket devices printed hh-1:9/1")
	require.ErrorIs(t, atTray("hh-1:9/1", no), no, "it is still a refusal, and ends as one")
	over := &client.Refusal{Code: floor.JobOver, Args: map[string]string{"state": "completed"}}
	require.Equal(t, error(over), atTray("hh-1:9/1", over))
	require.NoError(t, atTray("hh-1:9/1", nil))
}

// What is neither a job nor a parcel is said in the shell's words, and ends as a refusal.
func TestAJobThatIsNone(t *testing.T) {
	env := map[string]string{"PICKET_DATA": box(t)}
	for line, want := range map[string]string{
		"reprint nosuch --reason torn": "neither a print job nor a parcel nosuch here; picket devices jobs lists",
		"printed nosuch":               "no print job nosuch here; picket devices jobs lists",
		"cancel nosuch --reason twice": "no print job nosuch here; picket devices jobs lists",
	} {
		out, code := run(t, env, append([]string{"devices"}, strings.Fields(line)...)...)
		require.Equal(t, ExitRefused, code, out)
		require.Contains(t, out, want)
		require.NotContains(t, out, "Scan the label")
	}
	out, code := run(t, env, "scan-test")
	require.Equal(t, ExitRefused, code, out)
	require.Contains(t, out, "there is no scanner at this box", "where there is none nobody waits for it")
}

// A paper is asked for once more of what it belongs to.
func TestACopyIsOfWhatTheJobBelongsTo(t *testing.T) {
	why := map[string]any{"reason": "torn"}
	for _, c := range []struct {
		job  view.JobRow
		kind string
		data map[string]any
	}{
		{view.JobRow{Order: "O-1", Job: floor.Job{Unit: "u", Doc: floor.DocPackingSlip}}, "label.request", map[string]any{"unit": floor.UnitID("u"), "doc": floor.DocPackingSlip, "reason": "torn"}},
		{view.JobRow{Order: "O-1", Job: floor.Job{Doc: floor.DocHoldLabel}}, "label.request", map[string]any{"order": floor.OrderID("O-1"), "doc": floor.DocHoldLabel, "reason": "torn"}},
		{view.JobRow{Job: floor.Job{Manifest: "M-1", Doc: floor.DocManifest}}, "manifest.print", map[string]any{"manifest": floor.ManifestID("M-1"), "reason": "torn"}},
		{view.JobRow{Job: floor.Job{Return: "R-1", Doc: floor.DocHangTag, No: 2}}, "return.print", map[string]any{"return": floor.ReturnID("R-1"), "doc": floor.DocHangTag, "no": 2, "reason": "torn"}},
	} {
		kind, data := copyOfJob(&c.job, why)
		require.Equal(t, c.kind, kind)
		require.Equal(t, c.data, data)
	}
}

// A scanner nobody set up is never waited for, a printer has a name, and a code longer than any barcode fills no screen.
func TestDevicesAreNamed(t *testing.T) {
	env := map[string]string{"PICKET_DATA": box(t)}
	out, code := run(t, env, "scan-test", "nosuch")
	require.Equal(t, 1, code)
	require.Contains(t, out, "there is no scanner")
	out, code = run(t, env, "print-test", "")
	require.Equal(t, 2, code)
	require.Contains(t, out, "name is missing")

	out, code = run(t, env, "parcels", "--json")
	require.Equal(t, 0, code)
	require.Equal(t, "[]\n", out)

	require.Equal(t, `"BIN-A-1"`, shown("BIN-A-1"))
	require.Contains(t, shown(strings.Repeat("9", 4000)), "(4000 bytes)")
	require.Less(t, len(shown(strings.Repeat("9", 4000))), 230)
	require.Contains(t, shownBytes(strings.Repeat("39", 4000)), "(4000 bytes)")
}
