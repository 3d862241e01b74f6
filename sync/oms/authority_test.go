package oms_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/sync/oms/clerk"
	"picket/sync/oms/omstest"
	"picket/sync/oms/order"
)

// A site that has the authority keeps it until it answers, however long nobody hears it: it may have let the order leave
// and be unable to say so (SYNC 1.1).
func TestNoTimeTakesTheAuthorityFromASite(t *testing.T) {
	k, id := away(t, 123, floor.ModeHold, func(k *tale, s *omstest.Site, id floor.OrderID) { k.picks(s, id) })
	run(t, k.World, 30*time.Minute)
	k.reassign(id, clerk.Reassign{Site: "s2"})
	run(t, k.World, time.Minute)
	sent := detail(t, k.World, id).Sent
	require.Len(t, sent, 1, "it is asked, and nobody else has it before it answers")
	require.NotEqual(t, order.AssignmentRevoked, sent[0].State)
}
