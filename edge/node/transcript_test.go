package node

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/journal"
)

var update = flag.Bool("update", false, "write the transcripts anew; look at the diff")

// A transcript is what people would say to the door and what it said back. Lines that begin with ">" go in, "&"
// adds one to the same group, "#" is for the reader; all other lines are what came out.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			got := play(t, string(text))
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
				text = []byte(got)
			}
			require.Equal(t, string(text), got)
		})
	}
}

type player struct {
	t    *testing.T
	mem  *journal.Mem
	node *Node
	opt  Options
	seen uint64 // entries shown
}

func play(t *testing.T, text string) string {
	p := &player{t: t, mem: journal.NewMem("log-1"), opt: Options{Source: source, SnapshotEvery: 1 << 30}}
	p.node = site(t, p.mem, p.opt)
	p.seen = p.node.Head().Seq
	var out strings.Builder
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		if strings.HasPrefix(line, "#") || (line == "" && i < len(lines)-1) {
			out.WriteString(line + "\n")
		}
		if !strings.HasPrefix(line, ">") {
			continue
		}
		group := []string{line}
		for i+1 < len(lines) && strings.HasPrefix(lines[i+1], "&") {
			i++
			group = append(group, lines[i])
		}
		out.WriteString(strings.Join(group, "\n") + "\n" + p.say(group))
	}
	return out.String()
}

func (p *player) say(group []string) string {
	var subs []Submission
	for _, line := range group {
		words := strings.SplitN(strings.TrimSpace(line[1:]), " ", 4)
		switch words[0] {
		case "restart":
			p.mem.Crash()
			p.node = boot(p.t, p.mem, p.opt)
			return fmt.Sprintf("head %d\n", p.node.Head().Seq)
		case "fail": // the next commit fails; what the disk did with it is only known later
			p.mem.FailNext(journal.Fault{Err: errors.New("input/output error"), Kept: words[1] == "kept"})
			return ""
		case "stable":
			seq, err := strconv.ParseUint(words[1], 10, 64)
			require.NoError(p.t, err)
			p.node.Stable(floor.Seq(seq))
			return ""
		case "snapshot":
			p.opt.SnapshotEvery = 1
			p.node.opt.SnapshotEvery = 1
			for range 3 {
				_, err := p.node.Step(day, nil)
				require.NoError(p.t, err)
			}
			s, ok := p.mem.Snapshot()
			require.True(p.t, ok)
			return fmt.Sprintf("snapshot at %d\n", s.Seq)
		case "op": // op <device> <n> <type> <data>
			rest := strings.SplitN(words[3], " ", 2)
			raw := fmt.Sprintf(`{"n":%s,"type":%q,"data":%s}`, words[2], rest[0], rest[1])
			o, err := DecodeOp([]byte(raw))
			require.NoError(p.t, err, raw)
			s := o.Submission(floor.DeviceID(words[1]))
			s.Meta.Actor = "anna"
			subs = append(subs, s)
		case "call": // call <id> <type> <data>
			raw := fmt.Sprintf(`{"id":%q,"type":%q,"data":%s}`, words[1], words[2], words[3])
			o, err := DecodeOp([]byte(raw))
			require.NoError(p.t, err, raw)
			s := o.Submission("")
			s.Meta.Actor = "anna"
			subs = append(subs, s)
		case "feed": // feed <lineage>.<seq> <record id> <order no>
			var d floor.Down
			_, err := fmt.Sscanf(words[1], "%d.%d", &d.Lineage, &d.Seq)
			require.NoError(p.t, err)
			d.Hash = "c0ffee"
			no, err := strconv.Atoi(words[3])
			require.NoError(p.t, err)
			subs = append(subs, Submission{Meta: floor.Meta{ID: floor.CommandID(words[2]), Down: &d}, Command: assign(no)})
		default:
			require.Fail(p.t, "no such line", line)
		}
	}
	return p.step(subs)
}

func (p *player) step(subs []Submission) string {
	var out strings.Builder
	replies, err := p.node.Step(day.Add(time.Minute), subs)
	if err != nil {
		fmt.Fprintf(&out, "FAULT %v\n", err)
	}
	for _, r := range replies {
		switch a := r.Answer; {
		case r.Err != nil:
			fmt.Fprintf(&out, "error: %v\n", r.Err)
		case a.Refusal != nil:
			fmt.Fprintf(&out, "%s at %d: %v\n", a.Outcome, a.Seq, a.Refusal)
		default:
			fmt.Fprintf(&out, "%s at %d%s\n", a.Outcome, a.Seq, strings.TrimRight(fmt.Sprintf(" %s %s", a.Unit, strings.Join(strs(a.Jobs), " ")), " "))
		}
	}
	if err == nil {
		_, err = p.mem.Read(p.seen+1, 0, func(seq uint64, raw []byte) error {
			p.seen = seq
			_, err := fmt.Fprintf(&out, "  %s\n", raw)
			return err
		})
		require.NoError(p.t, err)
	}
	return out.String()
}

func strs[T ~string](all []T) []string {
	var out []string
	for _, v := range all {
		out = append(out, string(v))
	}
	return out
}
