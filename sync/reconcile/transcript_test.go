package reconcile

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/sync/linktest"
	"picket/sync/wire"
)

var update = flag.Bool("update", false, "rewrite the transcripts in testdata")

// A transcript is a script (lines that begin with "> ") and, under each line, all that came of it.
// Read the diff of a rewritten one as what changed for the peers in the field.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, path := range files {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			w := newWorld(1, linktest.Faults{DelayMin: 10 * time.Millisecond, DelayMax: 10 * time.Millisecond})
			w.slow = 0
			var out strings.Builder
			for _, line := range strings.Split(string(text), "\n") {
				switch {
				case strings.HasPrefix(line, "# "), line == "" && out.Len() == 0:
					fmt.Fprintln(&out, line)
				case strings.HasPrefix(line, "> "):
					fmt.Fprintln(&out, line)
					require.NoError(t, w.command(strings.TrimPrefix(line, "> ")), line)
					for _, l := range w.log {
						fmt.Fprintln(&out, l)
					}
					w.log = nil
				}
			}
			require.NoError(t, w.fail)
			if *update {
				require.NoError(t, os.WriteFile(path, []byte(out.String()), 0o600))
				return
			}
			require.Equal(t, string(text), out.String())
		})
	}
}

// command carries out one line of a script.
func (w *world) command(line string) error {
	var n int
	var s string
	switch f := strings.Fields(line); {
	case scan(line, "run %s", &s):
		d, err := time.ParseDuration(s)
		if err != nil {
			return err
		}
		w.run(d)
	case scan(line, "site writes %d", &n):
		w.siteWrites(n)
	case scan(line, "centre writes %d", &n):
		w.centreWrites(n)
	case line == "the line is cut":
		w.net.Cut("site", true)
	case line == "the line is whole":
		w.net.Cut("site", false)
	case line == "site restarts":
		w.startSite()
	case line == "centre restarts":
		w.startCentre()
	case scan(line, "batches of %d, window %d", &n, &w.timing.WindowStart):
		w.timing.BatchRecords, w.timing.WindowMax = n, w.timing.WindowStart
		w.startCentre()
		w.startSite()
	case scan(line, "site is rolled back to %d", &n):
		w.siteLog.raws, w.siteLog.hashes = w.siteLog.raws[:n:n], w.siteLog.hashes[:n+1:n+1]
		w.siteState.Pos = min(w.siteState.Pos, wire.Pos(n))
		w.startSite()
	case scan(line, "%d facts are told one by one at most", &n):
		w.snaps = n
		w.startSite()
	case line == "site is backed up":
		w.backUp()
	case line == "site is restored from its backup":
		w.restoreSite()
	case scan(line, "site forgets all behind %d", &n):
		w.siteLog.raws, w.siteLog.hashes = w.siteLog.raws[:n:n], w.siteLog.hashes[:n+1:n+1]
	case scan(line, "centre is rolled back to %d", &n):
		for _, raw := range w.centreIn.raws[n:] {
			g, err := wire.Peek([]byte(raw))
			if err != nil {
				return err
			}
			delete(w.centreIn.ids, g.ID)
		}
		w.centreIn.raws = w.centreIn.raws[:n]
		w.centreIn.cursor = wire.Position{Log: w.centreIn.cursor.Log, Seq: wire.Seq(n), Hash: w.centreIn.hashes[wire.Seq(n)]}
		w.centreRow.Pos, w.gen = wire.Pos(n), "GEN2"
		w.startCentre()
	case scan(line, "the feed is rolled back to %d", &n):
		w.feed.raws, w.feed.hashes = w.feed.raws[:n:n], w.feed.hashes[:n+1:n+1]
		w.startCentre()
	case scan(line, "backups reach %d", &n):
		w.runCentre(w.centre.Step(w.now, Stabled{At: wire.Position{Seq: wire.Seq(n), Hash: w.centreIn.hashes[wire.Seq(n)]}}))
	case scan(line, "the centre knows box %s", &s):
		w.centreRow.Node, w.centreRow.Epoch = wire.NodeID(s), 2
		w.startCentre()
	case line == "the site receives garbage":
		w.runSite(w.site.Step(w.now, Received{Channel: wire.ChannelAck, Payload: []byte(`{"kind":"ack","v":1}`)}))
	case len(f) > 3 && f[0] == "presence":
		var st wire.State
		if _, err := fmt.Sscanf(line, "presence of boot %d gen %s", &st.Boot, &st.Gen); err != nil {
			return err
		}
		st.Online = true
		w.log = append(w.log, "(the site sees it)")
		w.runSite(w.site.Step(w.now, CentreSeen{State: st}))
	default:
		return fmt.Errorf("unknown command %q", line)
	}
	return nil
}

func scan(line, format string, into ...any) bool {
	n, err := fmt.Sscanf(line, format, into...)
	return err == nil && n == len(into)
}
