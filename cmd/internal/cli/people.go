package cli

import (
	"bufio"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"picket/edge/client"
)

// people shows who is signed in; at a site without a centre its commands keep the list of those who may.
func (a *app) people() *cobra.Command {
	c := a.named("people", "Who is signed in; and, at a site without a centre, who may sign in")
	c.AddCommand(a.peopleKnown(), a.peopleSet(), a.peopleRemove())
	return c
}

func (a *app) peopleKnown() *cobra.Command {
	return &cobra.Command{Use: "known", Short: "Who may sign in", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		k, err := a.client()
		if err != nil {
			return err
		}
		rows, err := client.Known(cmd.Context(), k)
		if err != nil {
			return err
		}
		if a.json {
			return a.print(rows)
		}
		var cells [][]string
		for _, r := range rows {
			state := ""
			if r.Disabled {
				state = "may not sign in"
			}
			cells = append(cells, []string{string(r.User), r.Name, r.Badge, strings.Join(r.Roles, ", "), state})
		}
		table(a.out, []string{"user", "name", "badge", "roles", ""}, cells)
		return nil
	}}
}

func (a *app) peopleSet() *cobra.Command {
	var u client.User
	pinFile := ""
	c := &cobra.Command{Use: "set USER", Short: "Add a person or change one, whole: picket people set anna --name Anna --badge B-1 --role picker --pin-file -",
		Long: "Add a person or change one, whole.\n\nThe PIN is read from a file, or with - from what is typed in; it is never taken from the command line, where every account sees it. Without --pin-file it stays as it was.",
		Args: cobra.ExactArgs(1)}
	f := c.Flags()
	f.StringVar(&u.Name, "name", "", "what people call them")
	f.StringVar(&u.Badge, "badge", "", "what stands on their badge")
	f.StringSliceVar(&u.Roles, "role", nil, "picker, packer, associate, lead, manager, operator")
	f.StringVar(&pinFile, "pin-file", "", "file with the PIN, 4 to 12 digits; - reads a line of the input")
	f.BoolVar(&u.Disabled, "disabled", false, "may not sign in")
	c.RunE = func(cmd *cobra.Command, args []string) error {
		k, err := a.client()
		if err != nil {
			return err
		}
		u.User = args[0]
		switch pinFile {
		case "":
		case "-":
			line, err := bufio.NewReader(cmd.InOrStdin()).ReadString('\n')
			if u.PIN = strings.TrimSpace(line); u.PIN == "" {
				return usage{errors.Join(errors.New("--pin-file -: no PIN came"), err)}
			}
		default:
			text, err := os.ReadFile(pinFile)
			if err != nil {
				return usage{fmt.Errorf("--pin-file: %w", err)}
			}
			u.PIN = strings.TrimSpace(string(text))
		}
		changed, err := client.SetUsers(cmd.Context(), k, u)
		if err != nil {
			return err
		}
		if a.json {
			return a.print(map[string]int{"changed": changed})
		}
		says := "Nothing was changed: it is so already."
		if changed > 0 {
			says = "Done."
		}
		fmt.Fprintln(a.out, says)
		return nil
	}
	return c
}

func (a *app) peopleRemove() *cobra.Command {
	return &cobra.Command{Use: "remove USER", Short: "Sign a person out and erase them: name, badge and PIN", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		k, err := a.client()
		if err != nil {
			return err
		}
		if err := k.Delete(cmd.Context(), "/api/users/"+url.PathEscape(args[0])); err != nil {
			return err
		}
		if !a.json {
			fmt.Fprintln(a.out, "Removed.")
		}
		return nil
	}}
}
