package records

import (
	"encoding/json"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"picket/edge/floor"
)

var update = flag.Bool("update", false, "rewrite sync/wire/schema")

const (
	bundle  = "../../../sync/wire/schema"
	source  = "../../../edge/floor"
	goldens = source + "/testdata/events"
)

// shipped are the golden records, by type.
func shipped(t *testing.T) map[string]json.RawMessage {
	files, err := filepath.Glob(goldens + "/*.json")
	require.NoError(t, err)
	require.Len(t, files, len(floor.Types()))
	out := map[string]json.RawMessage{}
	for _, f := range files {
		raw, err := os.ReadFile(f)
		require.NoError(t, err)
		out[strings.TrimSuffix(filepath.Base(f), ".json")] = raw
	}
	return out
}

func compiled(t *testing.T, file string) *jsonschema.Schema {
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	s, err := c.Compile(filepath.Join(bundle, file))
	require.NoError(t, err, file)
	return s
}

func value(t *testing.T, raw []byte) any {
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(string(raw)))
	require.NoError(t, err)
	return v
}

// TestTheBundleIsWhatTheCodeSays makes every schema again: a type that changed without its published shape,
// and a file that nobody makes any more, are both seen.
func TestTheBundleIsWhatTheCodeSays(t *testing.T) {
	files, err := Files(source, shipped(t))
	require.NoError(t, err)
	if *update {
		for _, dir := range []string{"", "up", "down"} {
			old, err := filepath.Glob(filepath.Join(bundle, dir, "*.json"))
			require.NoError(t, err)
			for _, name := range old {
				require.NoError(t, os.Remove(name))
			}
		}
		for name, text := range files {
			path := filepath.Join(bundle, name)
			require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
			require.NoError(t, os.WriteFile(path, text, 0o644))
		}
	}
	seen := 0
	require.NoError(t, filepath.WalkDir(bundle, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) == ".go" {
			return err
		}
		name, err := filepath.Rel(bundle, path)
		require.NoError(t, err)
		got, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, string(files[name]), string(got), "%s is not what the code says: go test ./cmd/internal/records -update, and look at the difference", name)
		seen++
		return nil
	}))
	require.Equal(t, len(files), seen, "every type is published")
	require.Equal(t, len(floor.Types())+len(floor.Feeds)+2, seen)
}

func TestEveryGoldenRecordIsAsPublished(t *testing.T) {
	all := compiled(t, "site.json")
	for typ, raw := range shipped(t) {
		s := compiled(t, "up/"+typ+".json")
		require.NoError(t, s.Validate(value(t, raw)), typ)
		require.NoError(t, all.Validate(value(t, raw)), typ)
		for what, spoilt := range spoil(t, raw) {
			require.Error(t, s.Validate(spoilt), "%s: %s", typ, what)
		}
	}
}

// spoil gives the record with each envelope member that is required left out, and each member of its data
// left out or put as another kind of value, where that is wrong by the type's own rules.
func spoil(t *testing.T, raw []byte) map[string]any {
	out := map[string]any{}
	record := func() map[string]any { return value(t, raw).(map[string]any) }
	for _, name := range []string{"specversion", "id", "source", "type", "subject", "time", "seq", "log", "cause", "data"} {
		r := record()
		delete(r, name)
		out["without "+name] = r
	}
	r := record()
	r["type"] = "picket.other.v1"
	out["another type"] = r
	r = record()
	r["seq"] = "812"
	out["seq as a text"] = r
	r = record()
	r["data"] = []any{}
	out["data as a list"] = r
	r = record()
	r["time"] = "yesterday"
	out["no time"] = r
	for name, v := range record()["data"].(map[string]any) {
		if name == "value" || name == "fact" || name == "was" { // any JSON may stand there
			continue
		}
		r := record()
		r["data"].(map[string]any)[name] = wrong(v)
		out["data."+name+" as another kind"] = r
	}
	return out
}

func wrong(v any) any {
	if _, text := v.(string); text {
		return []any{true}
	}
	return "7"
}

// TestTheCentresRecordsAreAsPublished: what the schema lets pass the floor reads, and what has a name nobody
// knows neither takes.
func TestTheCentresRecordsAreAsPublished(t *testing.T) {
	all := compiled(t, "centre.json")
	for typ := range floor.Feeds {
		ex := examples[typ]
		require.NotEmpty(t, ex, "an example of %s", typ)
		s := compiled(t, "down/"+typ+".json")
		require.NoError(t, s.Validate(value(t, []byte(ex))), typ)
		require.NoError(t, all.Validate(value(t, []byte(ex))), typ)
		cmd, _, err := floor.DecodeFeed([]byte(ex))
		require.NoError(t, err, typ)
		_, bad := cmd.(*floor.Malformed)
		require.False(t, bad, "%s: %+v", typ, cmd)

		r := value(t, []byte(ex)).(map[string]any)
		r["data"].(map[string]any)["hue"] = 7
		require.Error(t, s.Validate(r), "%s with a member nobody knows", typ)
		raw, err := json.Marshal(r)
		require.NoError(t, err)
		cmd, _, err = floor.DecodeFeed(raw)
		require.NoError(t, err)
		require.IsType(t, &floor.Malformed{}, cmd, typ)

		r = value(t, []byte(ex)).(map[string]any)
		r["traceparent"] = "00-1-2-01"
		require.NoError(t, s.Validate(r), "%s: an attribute of the envelope may be added, as CloudEvents has it", typ)
	}
	require.Len(t, examples, len(floor.Feeds))
}
