package settings

import (
	"errors"
	"log/slog"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAHangupReadsTheSettingsAgain(t *testing.T) {
	var reads atomic.Int64
	again := OnHangup(t.Context(), func() (int64, error) {
		if n := reads.Add(1); n > 1 {
			return n, nil
		}
		return 0, errors.New("half written")
	}, slog.New(slog.DiscardHandler))
	hangup := func() { require.NoError(t, syscall.Kill(syscall.Getpid(), syscall.SIGHUP)) }
	hangup()
	require.Eventually(t, func() bool { return reads.Load() == 1 }, time.Minute, time.Millisecond)
	hangup()
	require.Equal(t, int64(2), <-again, "what could not be read was passed over")
}
