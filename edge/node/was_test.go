package node

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestACommandIsTheOneAnEarlierVersionTook: what is personal is taken out of its body now, and was not then.
func TestACommandIsTheOneAnEarlierVersionTook(t *testing.T) {
	as := func(data string) Submission {
		return (&Op{ID: "c-1", Type: "manifest.close", Data: []byte(data)}).Submission("")
	}
	then := as(`{"manifest":"M","driver":"Jo","count":1}`)
	took := op{print: fingerprint("c-1", then.Meta.Digest)}
	now := as(`{"manifest":"M","driver":"","driver_ref":"pii/driver/1","count":1}`)
	require.False(t, took.is(&now))
	now.Was([]byte(`{"count":1,"driver":"Jo","manifest":"M"}`))
	require.True(t, took.is(&now))
	now.Was([]byte(`{"count":1,"driver":"Bo","manifest":"M"}`))
	require.False(t, took.is(&now))
}
