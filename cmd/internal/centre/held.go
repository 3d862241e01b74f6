package centre

import (
	"fmt"
	"net/url"

	"github.com/spf13/cobra"
)

// HeldCommand is `picket-oms held SITE BOX`: a centre that was put back is told of a box that it forgot.
func HeldCommand(load func() (Config, error)) *cobra.Command {
	in := struct {
		By     string `json:"by"`
		Reason string `json:"reason"`
	}{}
	cmd := &cobra.Command{
		Use: "held SITE BOX", Short: "Say that a box held a site before this centre was put back, so that it takes what that box still holds", Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := load()
			if err != nil {
				return err
			}
			if err := ask(cmd.Context(), cfg, "/api/sites/"+url.PathEscape(args[0])+"/boxes/"+url.PathEscape(args[1])+"/held", in, nil); err != nil {
				return fmt.Errorf("held: %w", err)
			}
			fmt.Fprintf(cmd.OutOrStdout(), "What box %s of site %s holds is taken over: bring its records by `picketd hand-out` and `picket-oms import-box`, or, where the site's boxes sign nothing, leave it connected.\n", args[1], args[0])
			return nil
		},
	}
	cmd.Flags().StringVar(&in.By, "by", "", "who says so; it is kept")
	cmd.Flags().StringVar(&in.Reason, "reason", "", "how they know; it is kept")
	return cmd
}
