package wire

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// The published file and the code must name the same messages and the same members.
func TestAsyncAPISaysWhatTheCodeSays(t *testing.T) {
	text, err := os.ReadFile("asyncapi.yaml")
	require.NoError(t, err)
	var doc struct {
		Channels   map[string]struct{ Address string }
		Components struct {
			Messages map[string]any
			Schemas  map[string]struct {
				Required   []string
				Properties map[string]any
			}
		}
	}
	require.NoError(t, yaml.Unmarshal(text, &doc))
	signed := *samples()[0].(*Hello1)
	signed.Key = testSigner().Public()
	for _, m := range append(samples(), &signed) {
		kind := string(m.kind())
		require.Contains(t, doc.Components.Messages, kind)
		schema := doc.Components.Schemas[kind]
		by := testSigner()
		if kind == string(KindState) {
			by = nil // presence has no effect that a signature would guard
		}
		b, err := EncodeSigned(m, ChannelHello, by)
		require.NoError(t, err)
		var members map[string]any
		require.NoError(t, json.Unmarshal(b, &members))
		for name := range members {
			require.Contains(t, schema.Properties, name, "%s.%s is sent and not published", kind, name)
		}
		for _, name := range schema.Required {
			require.Contains(t, members, name, "%s.%s is published as required and not sent", kind, name)
		}
	}
	b, err := json.Marshal(header{PII: []Sealed{{}}})
	require.NoError(t, err)
	var members map[string]any
	require.NoError(t, json.Unmarshal(b, &members))
	for name := range members {
		require.Contains(t, doc.Components.Schemas["batchHeader"].Properties, name)
	}
	var addresses []string
	for _, c := range doc.Channels {
		addresses = append(addresses, c.Address)
	}
	for _, ch := range []Channel{ChannelHello, ChannelLog, ChannelAck} {
		require.True(t, slices.Contains(addresses, "picket/1/{tenant}/{shard}/{site}/u/"+string(ch)))
		require.True(t, slices.Contains(addresses, "picket/1/{tenant}/{shard}/{site}/d/"+string(ch)))
	}
}

// published gives the schema of a component as the file has it.
func published(t *testing.T, name string) *jsonschema.Schema {
	text, err := os.ReadFile("asyncapi.yaml")
	require.NoError(t, err)
	var doc any
	require.NoError(t, yaml.Unmarshal(text, &doc))
	asJSON, err := json.Marshal(doc)
	require.NoError(t, err)
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(asJSON))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	require.NoError(t, c.AddResource("asyncapi.json", v))
	s, err := c.Compile("asyncapi.json#/components/schemas/" + name)
	require.NoError(t, err)
	return s
}

// TestGoldenMessagesAreAsPublished: the golden bytes hold against the published schemas, and each of them without a
// member that is required, or with one of another kind, does not.
func TestGoldenMessagesAreAsPublished(t *testing.T) {
	for _, m := range samples() {
		kind := string(m.kind())
		s := published(t, kind)
		raw, err := os.ReadFile("testdata/" + kind + ".json")
		require.NoError(t, err)
		read := func() map[string]any {
			v, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
			require.NoError(t, err)
			return v.(map[string]any)
		}
		require.NoError(t, s.Validate(read()), kind)
		for name, v := range read() {
			bad := read()
			bad[name] = []any{[]any{}}
			if list, is := v.([]any); is && len(list) == 0 {
				bad[name] = "none"
			}
			require.Error(t, s.Validate(bad), "%s.%s as another kind", kind, name)
			bad = read()
			delete(bad, name)
			_, err := Decode(mustJSON(t, bad))
			if err != nil {
				require.Error(t, s.Validate(bad), "%s: the code refuses it without %s, so must the schema", kind, name)
			}
		}
	}
}

func mustJSON(t *testing.T, v any) []byte {
	b, err := json.Marshal(v)
	require.NoError(t, err)
	return b
}

// TestEveryMessageSaysItsProfile, and the batches lead to the records' own schemas.
func TestEveryMessageSaysItsProfile(t *testing.T) {
	text, err := os.ReadFile("asyncapi.yaml")
	require.NoError(t, err)
	var doc struct {
		Components struct {
			Messages map[string]struct {
				Profile string            `yaml:"x-profile"`
				Records map[string]string `yaml:"x-records"`
			}
		}
		Operations map[string]struct {
			Bindings struct {
				MQTT struct {
					QoS    int  `yaml:"qos"`
					Retain bool `yaml:"retain"`
				} `yaml:"mqtt"`
			}
			Channel map[string]string
		}
	}
	require.NoError(t, yaml.Unmarshal(text, &doc))
	for name, m := range doc.Components.Messages {
		require.Contains(t, []string{"A", "B"}, m.Profile, name)
	}
	for name, file := range map[string]string{"siteBatch": "schema/site.json", "centreBatch": "schema/centre.json"} {
		require.Equal(t, file, doc.Components.Messages[name].Records["$ref"])
		_, err := os.Stat(file)
		require.NoError(t, err)
	}
	for name, o := range doc.Operations {
		require.Equal(t, QoS, o.Bindings.MQTT.QoS, name)
		presence := strings.HasSuffix(o.Channel["$ref"], "State")
		require.Equal(t, presence, o.Bindings.MQTT.Retain, "%s: nothing with effects is ever retained", name)
	}
}

// What a later site says besides is published too, and a site that leaves it out is one that does not say it.
func TestWhatHello2MaySayIsPublished(t *testing.T) {
	var doc struct {
		Components struct {
			Schemas map[string]struct{ Properties map[string]any }
		}
	}
	text, err := os.ReadFile("asyncapi.yaml")
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(text, &doc))
	m := *samples()[2].(*Hello2)
	m.DGen, m.Snap, m.Restated, m.Upon = "GEN1", &Held{ID: "2-0ff1", Have: 1}, 1, &Upon{Gen: "GEN0", Pos: 2, Seq: 1}
	m.Forks = []ForkAt{{Log: "LOG0", Seq: 1, Hash: m.Chain[0].Hash}}
	b, err := Encode(&m)
	require.NoError(t, err)
	golden(t, "hello2.more.json", b)
	back, err := Decode(b)
	require.NoError(t, err)
	require.Equal(t, &m, back)
	var members map[string]any
	require.NoError(t, json.Unmarshal(b, &members))
	for name := range members {
		require.Contains(t, doc.Components.Schemas["hello2"].Properties, name)
	}
	m.DGen = "not a token"
	_, err = Encode(&m)
	require.ErrorContains(t, err, "d_gen")
}
