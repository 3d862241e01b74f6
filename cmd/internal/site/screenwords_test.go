package site

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/devices"
	"picket/edge/floor"
	"picket/edge/view"
)

// screenWords are the app's words in a language.
func screenWords(t *testing.T, language string) map[string]string {
	raw, err := os.ReadFile("../../../pwa/src/i18n/" + language + ".json")
	require.NoError(t, err)
	out := map[string]string{}
	require.NoError(t, json.Unmarshal(raw, &out))
	return out
}

// constants are the values of a package's constants of a type, read off its source: one that is new is here at once.
func constants(t *testing.T, dir, typ string) (out []string) {
	files, err := filepath.Glob("../../../" + dir + "/*.go")
	require.NoError(t, err)
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		require.NoError(t, err)
		ast.Inspect(f, func(n ast.Node) bool {
			v, ok := n.(*ast.ValueSpec)
			if !ok || len(v.Values) != 1 {
				return true
			}
			of, ok := v.Type.(*ast.Ident)
			lit, is := v.Values[0].(*ast.BasicLit)
			if ok && is && of.Name == typ && lit.Kind == token.STRING {
				text, err := strconv.Unquote(lit.Value)
				require.NoError(t, err)
				out = append(out, text)
			}
			return true
		})
	}
	require.NotEmpty(t, out, "%s.%s", dir, typ)
	return out
}

// TestScreensAndBoxSayTheSame: every state and reason of a printer, a scanner, a scale and a print job has its words on the
// screens, in each language; the English ones are the box's own, and none on the screens is of a reason that no longer is.
func TestScreensAndBoxSayTheSame(t *testing.T) {
	en, de := screenWords(t, "en"), screenWords(t, "de")
	asked := map[string]bool{}
	same := func(key, box string) {
		asked[key] = true
		require.Equal(t, box, en[key], "en.json: %s is not what the box says", key)
		require.NotEmpty(t, de[key], "de.json: %s is missing", key)
		require.NotEqual(t, en[key], de[key], "de.json: %s is English", key)
	}
	for _, r := range constants(t, "devices", "Reason") {
		reason := devices.Reason(r)
		away := slices.Contains(devices.AwayReasons, reason)
		if away {
			same("device.is."+r, reason.Words())
			same("device.do."+r, devices.AwayHint(reason))
		}
		if r == string(devices.NotPlugged) || r == string(devices.InUse) || r == string(devices.NoRight) {
			continue // no printer's
		}
		if r != string(devices.OtherReason) {
			require.NotEqual(t, devices.OtherReason.Words(), reason.Words(), "devices: %s has no words", r)
		}
		same("printer."+r, reason.Words())
		same("printer.do."+r, reason.Hint())
	}
	floorSource, err := os.ReadFile("../../../edge/floor/doubtjobs.go")
	require.NoError(t, err)
	require.Contains(t, string(floorSource), strconv.Quote(string(devices.PutBack)))

	for code, words := range view.SyncWords() {
		if code == "lost" { // the app says where on its screens
			continue
		}
		same("sync."+code, words)
	}

	has := func(prefix string, all ...string) {
		for _, v := range all {
			for lang, words := range map[string]map[string]string{"en": en, "de": de} {
				require.NotEmpty(t, words[prefix+v], "%s.json: %s is missing", lang, prefix+v)
			}
			asked[prefix+v] = true
		}
	}
	has("printer.", "ready", "printing", "stopped", "silent", "offline", "other") // blocked is said by its reasons
	has("printer.do.", "stopped", "stopped.here", "silent", "offline", "other")
	has("printer.", "waits_one", "waits_other", "many", "or_one", "or_other")
	for _, e := range floor.Types() {
		name := strings.NewReplacer(" ", "_", "-", "_").Replace(view.WaitingName(e.Type()))
		has("sync.what.", name+"_one", name+"_other")
	}
	has("job.", constants(t, "edge/floor", "JobState")...)
	has("label.", constants(t, "edge/floor", "JobState")...)
	has("doc.", constants(t, "edge/floor", "Document")...)
	for key := range en {
		if strings.HasPrefix(key, "printer.") || strings.HasPrefix(key, "device.is.") || strings.HasPrefix(key, "device.do.") {
			require.True(t, asked[key], "en.json: %s is of no reason or state there is", key)
		}
	}
}

// clumsy is what no sentence for people has: two stops, a stop behind a question, a gap before one, two gaps.
var clumsy = regexp.MustCompile(`[?!,;:]\.|(?:^|[^.])\.\.(?:[^.]|$)|  | [.,;!?](?: |$)|,,|\.,`)

// TestNoWordsAreClumsy: nothing a screen or the box says of devices reads as if it was put together, and it was put together.
func TestNoWordsAreClumsy(t *testing.T) {
	require.True(t, clumsy.MatchString("Is it on?.") && clumsy.MatchString("a..b") && clumsy.MatchString("gone ."))
	require.False(t, clumsy.MatchString("Wait … 12.5 kg, or … ask. Right?"))
	for _, lang := range []string{"en", "de"} {
		for key, text := range screenWords(t, lang) {
			if !strings.HasPrefix(key, "line.") { // their beginning is another text's end
				require.Equal(t, strings.TrimSpace(text), text, "%s.json: %s", lang, key)
			}
			require.NotRegexp(t, clumsy, text, "%s.json: %s", lang, key)
		}
	}
	h := stocked(t)
	p := newPress(Config{Name: "North", Zone: "Europe/London"}, h.feed, h.door, h.file, h.v, nil, slog.New(slog.DiscardHandler))
	for _, r := range constants(t, "devices", "Reason") {
		for _, st := range []devices.State{devices.Idle, devices.Processing, devices.Stopped, devices.Silent, devices.Offline} {
			v := p.show(Printer{ID: "bench-2", Name: "Bench 2"}, devices.Status{State: st, Reasons: []devices.Reason{devices.Reason(r), devices.CoverOpen}, Detail: "its fuser is hot"})
			for _, text := range []string{v.Words, v.Hint, orSend(v.Hint, 3, "Bench 3")} {
				require.NotRegexp(t, clumsy, text)
			}
		}
		require.NotRegexp(t, clumsy, devices.AwayHint(devices.Reason(r)))
		require.True(t, strings.HasSuffix(devices.Reason(r).Hint(), "."), "%s: what is to be done is a sentence that can be gone on with", r)
	}
	for key, text := range screenWords(t, "de") {
		if strings.HasPrefix(key, "printer.do.") {
			require.True(t, strings.HasSuffix(text, "."), "de.json: %s is gone on with: “…, oder an Bench 3 schicken.”", key)
		}
	}
}
