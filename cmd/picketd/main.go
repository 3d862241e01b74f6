// Command picketd is the daemon of one site: it keeps the floor going, with the line to the centre or
// without it. It must NEVER be needed twice for one site: the second one is refused by the first one's file.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"picket/cmd/internal/logs"
	"picket/cmd/internal/memory"
	"picket/cmd/internal/settings"
	"picket/cmd/internal/site"
)

func main() {
	var file string
	var sets []string
	load := func() (site.Config, error) {
		cfg := site.Defaults()
		if file == "" {
			return cfg, errors.New("--config is missing: name the site's configuration, such as deploy/site.yaml")
		}
		err := settings.Load(&cfg, file, "PICKET_", os.Environ(), sets, "PICKET_OMS_", "PICKET_TEST_")
		return cfg, err
	}
	root := &cobra.Command{
		Use:   "picketd --config site.yaml",
		Short: "Run one site: pick, pack, label and hand over, with the line down as well",
		Args:  cobra.NoArgs, SilenceUsage: true, SilenceErrors: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			// Settings: the file, then PICKET_* of the environment, then --set.
			cfg, err := load()
			if err != nil {
				return err
			}
			log, err := logs.New(cfg.LogLevel)
			if err != nil {
				return err
			}
			memory.Bound(log)
			// SIGTERM and Ctrl-C close in order: commands under way are answered, then the file is closed.
			ctx, stop := signal.NotifyContext(cmd.Context(), syscall.SIGTERM, os.Interrupt)
			defer stop()
			cfg.Again = settings.OnHangup(ctx, load, log)
			return site.Run(ctx, cfg, log, nil)
		},
	}
	root.PersistentFlags().StringVar(&file, "config", "", "the site's configuration, YAML")
	root.PersistentFlags().StringArrayVar(&sets, "set", nil, "one setting over the file and the environment, such as http.listen=:8081")
	root.AddCommand(site.CheckJournal(), site.EnrolCommand(load), site.ReplaceCommand(load), site.HandOutCommand(load))
	if err := root.ExecuteContext(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "picketd:", err)
		os.Exit(1)
	}
}
