package site

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"

	"picket/cmd/internal/cli"
	"picket/edge/floor"
	"picket/edge/web"
)

// The command line plans, begins what it planned, reports and writes papers.
func TestPlanningFromTheCommandLine(t *testing.T) {
	h := stocked(t)
	h.give(&floor.SetCarton{Carton: floor.Carton{ID: "M", Inner: floor.Dims{L: 300, W: 300, H: 300}, Outer: floor.Dims{L: 310, W: 310, H: 310}, WeightG: 200}})
	h.order("O-1", noon, asked("1", "I-1", 2), asked("2", "I-6", 1))
	h.order("O-2", noon, asked("1", "I-3", 1))
	run := func(args ...string) (string, int) {
		var b bytes.Buffer
		ran := false
		root := &cobra.Command{Use: "picket", SilenceUsage: true, SilenceErrors: true, PersistentPreRun: func(*cobra.Command, []string) { ran = true }}
		root.AddGroup(&cobra.Group{ID: cli.Group, Title: "x"})
		root.AddCommand(cli.Commands(&b, &b, func(k string) string {
			return map[string]string{"PICKET_URL": h.url, "PICKET_TOKEN": tokenOf(web.CLI)}[k]
		})...)
		root.SetArgs(args)
		root.SetOut(&b)
		root.SetErr(&b)
		err := root.ExecuteContext(t.Context())
		if err != nil {
			b.WriteString(cli.Explain(err))
		}
		return b.String(), cli.ExitCode(err, ran)
	}
	pdf := filepath.Join(t.TempDir(), "list.pdf")
	for _, c := range []struct {
		args []string
		code int
		want []string
	}{
		{[]string{"plan", "runs", "cluster", "--totes", "4"}, 0, []string{"METRES", "O-1 O-2"}},
		{[]string{"plan", "runs", "wave"}, 2, []string{"body.mode"}},
		{[]string{"plan", "cartons", "O-1"}, 0, []string{"M", "2 of line 1"}},
		{[]string{"plan", "cartons", "O-1", "1=two"}, 2, []string{"line=quantity"}},
		{[]string{"paper", "picklist", "order=O-1", "-o", pdf}, 0, []string{"list.pdf"}},
		{[]string{"paper", "picklist", "order=O-1", "-o", pdf}, 2, []string{"exists"}},
		{[]string{"paper", "picklist", "order=O-1"}, 2, []string{"-o"}},
		{[]string{"paper", "picklist", "order=O-9", "-o", pdf + "2"}, 1, []string{"nothing here"}},
		{[]string{"plan", "runs", "cluster", "--start"}, 0, []string{"Begun."}},
		{[]string{"plan", "runs", "cluster"}, 0, []string{"nothing to plan"}},
		{[]string{"report"}, 0, []string{"on_time"}},
		{[]string{"report", "throughput", "--csv"}, 0, []string{","}},
		{[]string{"report", "throughput"}, 0, []string{"DAY"}},
		{[]string{"report", "gossip"}, 2, []string{"no report"}},
		{[]string{"report", "on_time", "--from", "monday"}, 2, []string{"query.from"}},
	} {
		out, code := run(c.args...)
		require.Equal(t, c.code, code, "%v: %s", c.args, out)
		for _, w := range c.want {
			require.Contains(t, out, w, "%v", c.args)
		}
	}
	text, err := os.ReadFile(pdf)
	require.NoError(t, err)
	require.True(t, bytes.HasPrefix(text, []byte("%PDF-")))
}
