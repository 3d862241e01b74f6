package site

import (
	"errors"
	"os"

	"github.com/spf13/cobra"

	"picket/edge/journal"
)

// CheckJournal is the hidden command a start runs in a process of its own before it opens the file.
func CheckJournal() *cobra.Command {
	return &cobra.Command{
		Use: CheckCommand + " FILE", Hidden: true, Args: cobra.ExactArgs(1), SilenceUsage: true,
		RunE: func(_ *cobra.Command, args []string) error {
			err := journal.Check(args[0])
			if errors.Is(err, journal.ErrLocked) {
				os.Exit(lockedCode)
			}
			return err
		},
	}
}
