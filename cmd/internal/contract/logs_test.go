package contract

import (
	"testing"

	"github.com/stretchr/testify/require"

	"picket/sync/wire"
)

// A site that was put back says of no log before its own that it has more of it than there is: nobody could read its hello2.
func TestALogThatWasCutSaysNoForkBehindItsHead(t *testing.T) {
	l := &ownLog{}
	l.begin("A")
	for range 4 {
		l.append([]byte("{}"))
	}
	l.cut(3, "B")
	l.append([]byte("{}"))
	l.cut(0, "")
	payload, err := wire.Encode(&wire.Hello2{Nonce: "n", Chal: "c", Log: l.id, Parents: l.parents, Forks: l.forks, Head: l.head(), First: 1, Mode: wire.ModeNormal})
	require.NoError(t, err)
	_, err = wire.Decode(payload)
	require.NoError(t, err)
}
