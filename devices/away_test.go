package devices

import (
	"context"
	"errors"
	"fmt"
	"net"
	"testing"

	"github.com/stretchr/testify/require"
)

// Whoever says which device could not be called names its address once.
func TestACallThatFailedNamesNoAddress(t *testing.T) {
	const at = "127.0.0.1:1" // nobody is there
	_, err := new(net.Dialer).DialContext(context.Background(), "tcp", at)
	require.Contains(t, err.Error(), at)
	require.NotContains(t, NoCall(err).Error(), at)
	require.Contains(t, NoCall(fmt.Errorf("printer: %w", err)).Error(), "refused")
	other := errors.New("out of paper")
	require.Equal(t, other, NoCall(other))
}
