package site

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/station"
	"picket/edge/view"
	"picket/edge/web"
)

type anyTokens struct{}

func (anyTokens) SetTokens([]web.Token) error { return nil }

// The forms of the site's codes are read again while it runs: the next scan is read by the new ones. Forms that clash leave the
// old ones in force.
func TestFormsOfCodesAreReadAgain(t *testing.T) {
	feed := web.NewFeed(view.NewBoard(view.Site{ID: "north"}, "log", floor.NewState(), 0, time.Now()), nil)
	ctx, cancel := context.WithCancel(t.Context())
	again, done := make(chan Config), make(chan struct{})
	go func() {
		defer close(done)
		reread(ctx, again, anyTokens{}, feed, func(Config) {}, slog.New(slog.DiscardHandler))
	}()
	require.Equal(t, floor.ToteID("17"), station.Read(feed, "TOTE-17").Tote)
	cfg := Defaults()
	cfg.Codes.Tote = "[T####]"
	again <- cfg
	again <- cfg // the first was taken in before the second is received
	require.Equal(t, floor.ToteID("T0017"), station.Read(feed, "T0017").Tote)
	require.Empty(t, station.Read(feed, "TOTE-17").Tote)
	cfg.Codes.Bin = "T*"
	again <- cfg
	again <- cfg
	require.Equal(t, floor.ToteID("T0017"), station.Read(feed, "T0017").Tote)
	cancel()
	<-done
}
