// Command picket is for people: today it runs the demo. It must NEVER do behind the daemon's back what the
// daemon does: everything goes through the daemon's own doors.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"picket/cmd/internal/site"
)

func main() {
	root := &cobra.Command{Use: "picket", Short: "Picket for people", SilenceUsage: true, SilenceErrors: true}
	root.AddCommand(demoCommand(), partCommand(), site.CheckJournal())
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	if err := root.ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "picket:", err)
		os.Exit(1)
	}
}
