package settings

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
)

// OnHangup reads the settings again whenever SIGHUP comes: a machine's token can be taken back while people work.
// What cannot be read leaves all as it was.
func OnHangup[T any](ctx context.Context, load func() (T, error), log *slog.Logger) <-chan T {
	hangup, again := make(chan os.Signal, 1), make(chan T)
	signal.Notify(hangup, syscall.SIGHUP)
	go func() {
		defer signal.Stop(hangup)
		for {
			select {
			case <-ctx.Done():
				return
			case <-hangup:
			}
			cfg, err := load()
			if err != nil {
				log.Error("the settings cannot be read; all stays as it was", "error", err)
				continue
			}
			select {
			case again <- cfg:
			case <-ctx.Done():
			}
		}
	}()
	return again
}
