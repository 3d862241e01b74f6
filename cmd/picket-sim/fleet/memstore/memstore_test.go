package memstore_test

import (
	"testing"

	"picket/cmd/picket-sim/fleet/memstore"
	"picket/sync/oms/store"
	"picket/sync/oms/store/storetest"
)

func TestSuite(t *testing.T) {
	storetest.Suite(t, func(*testing.T) store.Store { return memstore.New() }, nil)
}
