package centre

import (
	"context"
	"fmt"
	"net/url"
	"os"

	"github.com/spf13/cobra"

	"picket/cmd/internal/boxfile"
	"picket/edge/floor"
	"picket/sync/wire"
)

// ImportCommand is `picket-oms import-box FILE`: it gives the centre that runs what a replaced box held.
func ImportCommand(load func() (Config, error)) *cobra.Command {
	unsigned := false
	cmd := &cobra.Command{
		Use: "import-box FILE", Short: "Add what a replaced box still held, from the file that `picketd hand-out` wrote; each record counts once", Args: cobra.ExactArgs(1),
		Long: "Add what a replaced box still held, from the file that `picketd hand-out` wrote; each record counts once.\n\n" +
			"The box signs the file as it signs what it says on the line, and the centre takes nothing that is not by the key it has of that box. " +
			"A file of an earlier version has no signature, and of a box that never signed, or of which the centre learnt behind a restore, the centre has no key: " +
			"make sure who read the disk and who had the file since, and say --unsigned.",
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := load()
			if err != nil {
				return err
			}
			h, n, added, err := importBox(cmd.Context(), cfg, args[0], unsigned)
			if err != nil {
				return fmt.Errorf("import-box: %w", err)
			}
			fmt.Fprintf(cmd.OutOrStdout(), "Box %s of site %s: %s read, %d of which nobody else had. Remove the file: it may hold personal data.\n", h.Node, h.Site, floor.Plural(n, "record"), added)
			return nil
		},
	}
	cmd.Flags().BoolVar(&unsigned, "unsigned", false, "take what nobody can check: you know where the file comes from, and answer for it")
	return cmd
}

func importBox(ctx context.Context, cfg Config, file string, unsigned bool) (h boxfile.Head, n, added int, err error) {
	read := func(each func(boxfile.Head, boxfile.Record) error) (boxfile.Head, int, error) {
		f, err := os.Open(file)
		if err != nil {
			return boxfile.Head{}, 0, err
		}
		defer f.Close()
		return boxfile.Read(f, each)
	}
	// Once to see that it is whole, once to send it.
	if h, n, err = read(func(boxfile.Head, boxfile.Record) error { return nil }); err != nil {
		return h, n, 0, err
	}
	body := struct {
		Log     wire.LogID       `json:"log"`
		From    wire.Seq         `json:"from"`
		Prev    wire.Hash        `json:"prev"`
		Records []boxfile.Record `json:"records"`

		Sig      []byte `json:"sig,omitempty"`
		Unsigned bool   `json:"unsigned,omitempty"`
	}{Log: h.Log, From: h.From, Prev: h.Prev, Unsigned: unsigned}
	size := 0
	send := func() error {
		if len(body.Records) == 0 {
			return nil
		}
		var got struct {
			Added   int
			Blocked string
			At      wire.Seq
		}
		if err := ask(ctx, cfg, "/api/sites/"+url.PathEscape(string(h.Site))+"/boxes/"+url.PathEscape(string(h.Node))+"/records", body, &got); err != nil {
			return err
		}
		added += got.Added
		if got.Blocked != "" {
			return fmt.Errorf("record %d (%s) is not known to this centre; added before it: %s. Update the centre and import the file again", got.At, got.Blocked, floor.Plural(added, "record"))
		}
		for _, r := range body.Records {
			body.Prev = wire.Chain(body.Prev, r.Raw)
		}
		body.From += wire.Seq(len(body.Records))
		body.Records, body.Sig, size = body.Records[:0], nil, 0
		return nil
	}
	_, _, err = read(func(_ boxfile.Head, r boxfile.Record) error {
		body.Sig, r.Sig = r.Sig, nil
		body.Records = append(body.Records, r)
		if size += r.Size(); len(body.Records) < boxfile.PieceRecords && size < boxfile.PieceBytes && body.Sig == nil {
			return nil
		}
		return send()
	})
	if err == nil {
		err = send()
	}
	return h, n, added, err
}
