package cli

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"picket/edge/client"
	"picket/edge/floor"
)

// approve gives a second person's word for one command, as a screen does: a lead stands beside whoever is at the keys.
func (a *app) approve() *cobra.Command {
	badge, pinFile := "", ""
	c := &cobra.Command{Use: "approve KIND SUBJECT", Short: "Approve one command that breaks a rule: picket approve handover order/O-1 --badge B-2 --pin-file -",
		Long: "Approve one command that breaks a rule, within five minutes. It prints the id that the command then names in approvals.\n\nThe PIN is read from a file, or with - from what is typed in; it is never taken from the command line, where every account sees it.",
		Args: cobra.ExactArgs(2)}
	c.Flags().StringVar(&badge, "badge", "", "the badge of who approves")
	c.Flags().StringVar(&pinFile, "pin-file", "-", "file with their PIN; - reads a line of the input")
	c.RunE = func(cmd *cobra.Command, args []string) error {
		if _, known := floor.EntryOf(args[0]); !known {
			return usage{fmt.Errorf("there is no command %s; picket commands lists them", plain(args[0]))}
		}
		if badge == "" {
			return usage{errors.New("--badge: is missing; whose word is it?")}
		}
		pin, err := readPIN(cmd, pinFile)
		if err != nil {
			return err
		}
		k, err := a.client()
		if err != nil {
			return err
		}
		given, err := client.Post[struct {
			ID      floor.ApprovalID `json:"id"`
			By      floor.UserID     `json:"by"`
			Name    string           `json:"name"`
			Expires time.Time        `json:"expires"`
		}](cmd.Context(), k, "/api/approvals", map[string]string{"badge": badge, "pin": pin, "kind": args[0], "subject": args[1]})
		if err != nil {
			return err
		}
		if a.json {
			return a.print(given)
		}
		a.siteZone(cmd.Context(), k)
		fmt.Fprintf(a.out, "%s approves %s of %s until %s. Give the command with approvals=%s\n",
			plain(first(given.Name, string(given.By))), args[0], plain(args[1]), a.when(given.Expires), given.ID)
		return nil
	}
	return c
}

// readPIN reads a PIN from a file, or a line of the input.
func readPIN(cmd *cobra.Command, file string) (string, error) {
	var text string
	var err error
	if file == "-" {
		text, err = bufio.NewReader(cmd.InOrStdin()).ReadString('\n')
	} else {
		var all []byte
		all, err = os.ReadFile(file)
		text = string(all)
	}
	if text = strings.TrimSpace(text); text == "" {
		return "", usage{errors.Join(fmt.Errorf("--pin-file %s: no PIN came", file), err)}
	}
	return text, nil
}
