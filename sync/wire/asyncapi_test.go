package wire

import (
	"encoding/json"
	"os"
	"slices"
	"testing"

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
	for _, m := range samples() {
		kind := string(m.kind())
		require.Contains(t, doc.Components.Messages, kind)
		schema := doc.Components.Schemas[kind]
		b, err := EncodeSigned(m, testKey())
		require.NoError(t, err)
		var members map[string]any
		require.NoError(t, json.Unmarshal(b, &members))
		for name := range members {
			if name != "sig" {
				require.Contains(t, schema.Properties, name, "%s.%s is sent and not published", kind, name)
			}
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
