// Command picket-oms is the reference central OMS. It must NEVER be needed for a site to go on working.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"picket/cmd/internal/centre"
	"picket/cmd/internal/logs"
	"picket/cmd/internal/memory"
	"picket/cmd/internal/settings"
)

func main() {
	var file string
	var sets []string
	load := func() (centre.Config, error) {
		cfg := centre.Defaults()
		err := settings.Load(&cfg, file, "PICKET_OMS_", os.Environ(), sets)
		return cfg, err
	}
	root := &cobra.Command{
		Use:   "picket-oms --config oms.yaml",
		Short: "Run the reference central OMS: orders in, assignments out to the sites, facts back",
		Args:  cobra.NoArgs, SilenceUsage: true, SilenceErrors: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := load()
			if err != nil {
				return err
			}
			log, err := logs.New(cfg.LogLevel)
			if err != nil {
				return err
			}
			memory.Bound(log)
			ctx, stop := signal.NotifyContext(cmd.Context(), syscall.SIGTERM, os.Interrupt)
			defer stop()
			return centre.Run(ctx, cfg, log, nil)
		},
	}
	root.PersistentFlags().StringVar(&file, "config", "", "the configuration, YAML")
	root.PersistentFlags().StringArrayVar(&sets, "set", nil, "one setting over the file and the environment, such as http.listen=:8090")
	root.AddCommand(centre.LineCommands(load)...)
	root.AddCommand(restored(load))
	root.AddCommand(centre.BackupCommands(load)...)
	root.AddCommand(centre.ReplaceCommand(load), centre.HeldCommand(load), centre.ImportCommand(load))
	if err := root.ExecuteContext(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "picket-oms:", err)
		os.Exit(1)
	}
}

// restored says that the database was put back from a backup, before the centre is started over it.
func restored(load func() (centre.Config, error)) *cobra.Command {
	at := ""
	cmd := &cobra.Command{
		Use:   "restored [--at 2026-11-22T10:00:00Z]",
		Short: "Say that the database was put back from a backup: every site is heard before old orders go on",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			when := time.Now()
			if at != "" {
				var err error
				if when, err = time.Parse(time.RFC3339, at); err != nil {
					return fmt.Errorf("--at: %q is no time such as 2026-11-22T10:00:00Z", at)
				}
			}
			cfg, err := load()
			if err != nil {
				return err
			}
			gen, err := centre.Restored(cmd.Context(), cfg, when)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "The centre has a new life line, %s. Orders older than %s wait until every site was heard.\n", gen, when.UTC().Format(time.RFC3339))
			return err
		},
	}
	cmd.Flags().StringVar(&at, "at", "", "when it was put back; orders that are older wait (default: now)")
	return cmd
}
