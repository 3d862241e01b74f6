// Command picket is for people: it speaks with a running box, and runs the demo. It must NEVER do behind the
// daemon's back what the daemon does: everything goes through the daemon's own doors.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"picket/cmd/internal/cli"
	"picket/cmd/internal/site"
)

func main() {
	ran := false
	root := &cobra.Command{
		Use: "picket", Short: "Picket for people", SilenceUsage: true, SilenceErrors: true,
		Long:             "Picket for people. Ends with 0 when it is done, 1 when the box refused, 2 when the command line cannot be right, 3 when nobody answers.",
		PersistentPreRun: func(*cobra.Command, []string) { ran = true },
	}
	root.AddGroup(&cobra.Group{ID: cli.Group, Title: "With a running box (over the socket in its data directory, or --url):"})
	root.AddCommand(cli.Commands(os.Stdout, os.Stderr, os.Getenv)...)
	root.AddCommand(labelCommand(os.Stdout, os.Stderr), demoCommand(), partCommand(), contractCommand(), site.CheckJournal())
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	if err := root.ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "picket:", cli.Explain(err))
		os.Exit(cli.ExitCode(err, ran))
	}
}
