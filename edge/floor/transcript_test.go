package floor

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Transcripts are stories of the floor that a warehouse person can read. Each file under testdata/flows holds
// what people do and, indented below, what the floor says; `go test ./edge/floor -run Transcripts -update`
// writes the answers anew, and the diff is reviewed.
//
//	# words for the reader
//	given stocked                     start from a site set up in the tests (fixtures)
//	anna: pick.scan order=O-1 sku=OAT qty=1
//	centre: order.assign {"order":"O-2", …}    all of the data as JSON
//	later 2h                          the clock moves on
//	bert on hh-2: pick.scan …         from another device than hh-1
//	bert on hh-2, 20m ago: …          it happened earlier, and arrives now
//	bert on hh-2, 48h ahead: …        its clock goes wrong
//	show order O-1 | stock [OAT] | desk | tasks | <kind> <id>
//
// A value is taken as JSON where its field is no text. $unit, $job1, $job2 and the names of what a command
// made ($run, $return …) stand for the last of them.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/flows/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			in, err := os.ReadFile(file)
			require.NoError(t, err)
			out := play(t, string(in))
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(out), 0o644))
				return
			}
			require.Equal(t, string(in), out)
		})
	}
}

// fixtures are the sites a transcript can start from.
var fixtures = map[string]func(t require.TestingT) *world{
	"counter": counter,
	"shelf":   shelf,
	"returns": returnsDesk, "returns-printed": manyPrints,
	"stocked": stocked,
	"nothing": newWorld,
	"dock":    dock,
	"crowded": crowded,
	"shop":    shop,
	"pickers": pickers,
	"shop-beyond-book": func(t require.TestingT) *world {
		w := shop(t)
		w.s.Policy.MoveBeyondBook = true
		return w
	},
	"archived": archived,
	"tasked":   tasked, "bench": bench, "bench-without-prices": benchFixtures["bench-without-prices"], "bench-crowded": benchFixtures["bench-crowded"], "bench-returned": benchFixtures["bench-returned"],
	"bench-waiting": benchFixtures["bench-waiting"],
	"without-numbers": func(t require.TestingT) *world {
		w := stocked(t)
		w.s.Blocks = nil
		return w
	},
}

type player struct {
	t    *testing.T
	w    *world
	vars map[string]string
	out  strings.Builder

	watch func(w *world, who UserID, c Command) // looks at every command before it is given
	skip  string                                // a policy that is left as it is: what the story then says shows what it does
}

func play(t *testing.T, script string) string { return playWatched(t, script, nil) }

func playWatched(t *testing.T, script string, watch func(w *world, who UserID, c Command)) string {
	p := &player{t: t, w: newWorld(t), vars: maps.Clone(listCodes), watch: watch}
	for sc := bufio.NewScanner(strings.NewReader(script)); sc.Scan(); {
		line := sc.Text()
		if strings.HasPrefix(line, "  ") {
			continue // what was said the last time
		}
		p.out.WriteString(line + "\n")
		p.line(line)
	}
	return p.out.String()
}

func (p *player) say(format string, args ...any) {
	text := strings.TrimRight(fmt.Sprintf(format, args...), "\n")
	for _, l := range strings.Split(text, "\n") {
		p.out.WriteString("  " + l + "\n")
	}
}

var speaks = regexp.MustCompile(`^([a-z][a-z0-9:-]*?)(?: on ([a-z0-9-]+))?(?:, ([0-9a-z]+) (ago|ahead))?: ([a-z_.]+) ?(.*)$`)

func (p *player) line(line string) {
	line = os.Expand(line, func(name string) string {
		v, ok := p.vars[name]
		if !ok && p.skip != "" {
			return "nothing"
		}
		require.True(p.t, ok, "$%s stands for nothing yet", name)
		return v
	})
	switch {
	case line == "", line[0] == '#':
	case strings.HasPrefix(line, "given "):
		make, ok := fixtures[line[6:]]
		require.True(p.t, ok, "no fixture %q", line[6:])
		p.w = make(p.t)
	case line == "screens stand still":
		p.w.seen = p.w.seq
	case line == "screens go on":
		p.w.seen = 0
	case strings.HasPrefix(line, "later "):
		d, err := time.ParseDuration(line[6:])
		require.NoError(p.t, err)
		p.w.late += d
	case strings.HasPrefix(line, "show "):
		p.show(strings.Fields(line[5:]))
	default:
		m := speaks.FindStringSubmatch(line)
		require.NotNil(p.t, m, "cannot read %q", line)
		p.w.from, p.w.ago = DeviceID(m[2]), 0
		if m[3] != "" {
			ago, err := time.ParseDuration(m[3])
			require.NoError(p.t, err)
			if p.w.ago = ago; m[4] == "ahead" {
				p.w.ago = -ago
			}
		}
		p.command(UserID(m[1]), m[5], m[6])
	}
}

func (p *player) command(who UserID, kind, rest string) {
	if who == "centre" || who == "box" {
		who = ""
	}
	c, err := p.decode(kind, rest)
	if err != nil {
		p.say("error: %v", err)
		return
	}
	if set, ok := c.(*SetPolicy); ok && p.skip != "" && set.Name == p.skip {
		return
	}
	from := len(p.w.log)
	if p.watch != nil {
		p.watch(p.w, who, c)
	}
	_, no := p.w.do(who, c)
	if no != nil {
		p.say("refused %s: %s %s", no.Code, no.Words(), no.Hint())
		return
	}
	records := p.w.log[from:]
	for i := range records {
		if no, ok := records[i].Event.(*CommandRefused); ok { // refused, and something was noted all the same
			r := &Refusal{Code: no.Code, Args: no.Args}
			requireListed(p.t, c, r.Code)
			p.say("refused %s: %s %s", r.Code, r.Words(), r.Hint())
			continue
		}
		p.say("%s", TellCalled(records[i].Event, p.w.s.name, p.w.s.Called))
	}
	a := AnswerOf(records)
	if a.Outcome == OutcomeException {
		p.say("! recorded, and a person has to look at it")
	}
	for _, what := range slices.Sorted(maps.Keys(a.Told)) {
		p.say("> %s: %s", plain(what), a.Told[what])
	}
	if a.Unit != "" {
		p.vars["unit"] = string(a.Unit)
	}
	for i, j := range a.Jobs {
		p.vars[fmt.Sprintf("job%d", i+1)] = string(j)
	}
	for k, v := range a.Made {
		p.vars[k] = v
	}
}

// decode reads data as JSON, or as field=value pairs whose kind the command's own fields tell.
func (p *player) decode(kind, rest string) (Command, error) {
	if rest == "" {
		return DecodeCommand(kind, []byte("{}"))
	}
	if rest[0] == '{' {
		return DecodeCommand(kind, []byte(rest))
	}
	c := NewCommand(kind)
	if c == nil {
		return nil, fmt.Errorf("type: %q is not a command", kind)
	}
	data := map[string]json.RawMessage{}
	for _, word := range fields(rest) {
		name, value, ok := strings.Cut(word, "=")
		require.True(p.t, ok, "%q is not field=value", word)
		raw := json.RawMessage(value)
		if isText(reflect.TypeOf(c).Elem(), name) || !json.Valid(raw) {
			if value = strings.Trim(value, `"`); true {
				raw, _ = json.Marshal(value)
			}
		}
		data[name] = raw
	}
	raw, err := json.Marshal(data)
	require.NoError(p.t, err)
	return DecodeCommand(kind, raw)
}

// fields splits at blanks outside of quotes, brackets and braces.
func fields(s string) []string {
	var out []string
	depth, quoted, from := 0, false, 0
	for i, c := range s + " " {
		switch {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[' || c == '{':
			depth++
		case c == ']' || c == '}':
			depth--
		case c == ' ' && depth == 0:
			if i > from {
				out = append(out, s[from:i])
			}
			from = i + 1
		}
	}
	return out
}

func isText(t reflect.Type, name string) bool {
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous && f.Tag.Get("json") == "" {
			if isText(f.Type, name) {
				return true
			}
			continue
		}
		if tag, _, _ := strings.Cut(f.Tag.Get("json"), ","); tag == name {
			return f.Type.Kind() == reflect.String
		}
	}
	return false
}

func (p *player) show(what []string) {
	s := p.w.s
	arg := ""
	if len(what) > 1 {
		arg = what[1]
	}
	switch what[0] {
	case "order":
		o := s.Orders[OrderID(arg)]
		if o == nil {
			p.say("no order %s", arg)
			return
		}
		p.say("order %s is %s", o.ID, plain(string(o.State())))
		for i := range o.Lines {
			for _, part := range o.Parts(&o.Lines[i]) {
				text := fmt.Sprintf("line %s: %d × %s %s", part.Line, part.Qty, s.name(part.SKU), plain(string(part.State)))
				if part.Unit != "" {
					text += " in parcel " + tail(part.Unit)
				}
				p.say("%s", text)
			}
		}
	case "stock":
		p.stock(SKU(arg))
	case "desk":
		for _, c := range s.Cases.All() {
			p.say("%s: %s %s", c.Subject, c.Words(), c.Hint())
		}
		if s.Cases.Len() == 0 {
			p.say("the desk is empty")
		}
	case "tasks":
		for _, k := range s.Tasks.All() {
			p.say("%s %d × %s from %s to %s (%s) %s", plain(k.What), k.Qty, s.name(k.SKU), k.From, k.To, k.Why, k.By)
		}
		if s.Tasks.Len() == 0 {
			p.say("no tasks")
		}
	default:
		show, ok := shows[what[0]]
		require.True(p.t, ok, "cannot show %q", what[0])
		p.say("%s", show(s, arg))
	}
}

// shows print other aggregates; each flow adds its own.
var shows = map[string]func(s *State, id string) string{
	"counter":   showCounter,
	"return":    showReturn,
	"papers":    showPapers,
	"checklist": showChecklist,
	"count":     showCount,
	"inbound":   showInbound,
	"levels":    showLevels,
	"coverage":  showCoverage,
	"units":     showUnits,
	"manifest":  showManifest,
	"drawers":   showDrawers,
}

func (p *player) stock(only SKU) {
	ids := make([]PlaceID, 0, len(p.w.s.Places))
	for id := range p.w.s.Places {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		at := p.w.s.Places[id]
		skus := make([]SKU, 0, len(at.Qty))
		for sku := range at.Qty {
			if only == "" || sku == only {
				skus = append(skus, sku)
			}
		}
		slices.Sort(skus)
		for _, sku := range skus {
			p.say("%s: %d × %s", id, at.Qty[sku], p.w.s.name(sku))
		}
	}
}

var refusedLine = regexp.MustCompile(`^  refused ([a-z_]+):`)

// TestEveryRefusalIsProvoked: a refusal that no transcript provokes is a refusal nobody has seen.
func TestEveryRefusalIsProvoked(t *testing.T) {
	files, err := filepath.Glob("testdata/flows/*.txt")
	require.NoError(t, err)
	seen := map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		kind := ""
		for line := range strings.Lines(string(text)) {
			line = strings.TrimRight(line, "\n")
			if m := speaks.FindStringSubmatch(line); m != nil {
				kind = m[5]
			}
			if m := refusedLine.FindStringSubmatch(line); m != nil {
				seen[kind+" "+m[1]] = true
				seen[m[1]] = true
			}
		}
	}
	var missing []string
	for _, e := range Entries() {
		for _, code := range e.Refuses {
			if want := e.New().Kind() + " " + string(code); !seen[want] {
				missing = append(missing, want)
			}
		}
	}
	for _, code := range Codes() {
		switch code {
		case ToldNo: // said again to a device, see saidbefore_test.go
		case UnknownCommand, NotAllowed: // said of commands that are none, or are not this person's: see the tests of web
		default:
			if !seen[string(code)] {
				missing = append(missing, string(code))
			}
		}
	}
	require.Empty(t, missing, "no transcript provokes these")
}

// TestEveryExampleIsACommand: what the API's page shows can be sent as it stands.
func TestEveryExampleIsACommand(t *testing.T) {
	for _, e := range Entries() {
		kind := e.New().Kind()
		_, err := DecodeCommand(kind, []byte(e.Example))
		require.NoError(t, err, kind)
		require.True(t, strings.HasSuffix(e.Says, "."), kind)
		require.NotEmpty(t, e.Who, kind)
	}
	for what, w := range Cases() {
		require.NotEmpty(t, w[0], what)
		require.NotEmpty(t, w[1], what)
	}
}

// TestEveryPolicyIsTurned: a policy is shown both ways, by a transcript that turns it.
func TestEveryPolicyIsTurned(t *testing.T) {
	files, err := filepath.Glob("testdata/flows/*.txt")
	require.NoError(t, err)
	turned := map[string]bool{}
	says := regexp.MustCompile(`^  Policy ([a-z_]+) is `)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for line := range strings.Lines(string(text)) {
			if m := says.FindStringSubmatch(line); m != nil {
				turned[m[1]] = true
			}
		}
	}
	for _, p := range Policies() {
		require.True(t, turned[p.Name], "no transcript turns the policy %s", p.Name)
	}
}
