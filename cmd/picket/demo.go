package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"picket/cmd/internal/broker"
	"picket/cmd/internal/centre"
	"picket/cmd/internal/demo"
	"picket/cmd/internal/logs"
	"picket/cmd/internal/settings"
	"picket/cmd/internal/site"
)

func demoCommand() *cobra.Command {
	cfg := demo.Config{Out: os.Stdout}
	cmd := &cobra.Command{
		Use: "demo", Short: "Run a small company on this machine: OMS, broker, a store, a warehouse, printers, orders", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			log, err := logs.New("info")
			if err != nil {
				return err
			}
			cfg.Log = log
			return demo.Run(cmd.Context(), cfg)
		},
	}
	cmd.Flags().StringVar(&cfg.Dir, "dir", "data/demo", "where the demo keeps its data")
	cmd.Flags().IntVar(&cfg.Port, "port", 8080, fmt.Sprintf("first of the %d ports it takes", demo.Ports))
	cmd.Flags().BoolVar(&cfg.Reset, "reset", false, "begin anew: empty the demo's data first")
	cmd.Flags().StringVar(&cfg.Broker, "broker", "", "an MQTT broker that runs already, such as tcp://127.0.0.1:1883 (default: the demo brings its own)")
	cmd.Flags().DurationVar(&cfg.Every, "every", 30*time.Second, "time between two orders while the sites keep up; 0 sends none")
	return cmd
}

// partCommand runs one part of the demo in a process of its own.
func partCommand() *cobra.Command {
	return &cobra.Command{
		Use: demo.PartCommand + " KIND ARG...", Hidden: true, Args: cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			log, err := logs.New("info")
			if err != nil {
				return err
			}
			switch kind := args[0]; {
			case kind == "broker" && len(args) == 2:
				return broker.Run(cmd.Context(), broker.Config{Listen: args[1]}, nil)
			case kind == "oms":
				cfg := centre.Defaults()
				if err := settings.Load(&cfg, args[1], "PICKET_OMS_", nil, nil); err != nil {
					return err
				}
				return centre.Run(cmd.Context(), cfg, log, nil)
			case kind == "site":
				load := func() (site.Config, error) {
					cfg := site.Defaults()
					cfg.Disk.Reserve, cfg.Disk.Plenty = 0, 1 // a demo keeps nothing of a laptop's disk back, and needs little
					err := settings.Load(&cfg, args[1], "PICKET_", nil, nil)
					return cfg, err
				}
				cfg, err := load()
				if err != nil {
					return err
				}
				cfg.Again = settings.OnHangup(cmd.Context(), load, log)
				return site.Run(cmd.Context(), cfg, log, nil)
			case kind == "printers" && len(args) > 3:
				var setups []demo.PrinterSetup
				for _, a := range args[3:] {
					name, listen, ok := strings.Cut(a, "=")
					if !ok {
						return fmt.Errorf("printer %q: is not name=host:port", a)
					}
					setups = append(setups, demo.PrinterSetup{Name: name, Listen: listen})
				}
				return demo.RunPrinters(cmd.Context(), args[1], args[2], setups)
			}
			return fmt.Errorf("%q is not a part of the demo", args)
		},
	}
}
