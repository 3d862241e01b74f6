// Command picket-oms is the reference central OMS. It must NEVER be needed for a site to go on working.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"picket/cmd/internal/centre"
	"picket/cmd/internal/logs"
	"picket/cmd/internal/settings"
)

func main() {
	var file string
	var sets []string
	root := &cobra.Command{
		Use:   "picket-oms --config oms.yaml",
		Short: "Run the reference central OMS: orders in, assignments out to the sites, facts back",
		Args:  cobra.NoArgs, SilenceUsage: true, SilenceErrors: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg := centre.Defaults()
			if err := settings.Load(&cfg, file, "PICKET_OMS_", os.Environ(), sets); err != nil {
				return err
			}
			log, err := logs.New(cfg.LogLevel)
			if err != nil {
				return err
			}
			ctx, stop := signal.NotifyContext(cmd.Context(), syscall.SIGTERM, os.Interrupt)
			defer stop()
			return centre.Run(ctx, cfg, log, nil)
		},
	}
	root.Flags().StringVar(&file, "config", "", "the configuration, YAML")
	root.Flags().StringArrayVar(&sets, "set", nil, "one setting over the file and the environment, such as http.listen=:8090")
	if err := root.ExecuteContext(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "picket-oms:", err)
		os.Exit(1)
	}
}
