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
	return &cobra.Command{
		Use: "import-box FILE", Short: "Add what a replaced box still held, from the file that `picketd hand-out` wrote; each record counts once", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := load()
			if err != nil {
				return err
			}
			h, n, added, err := importBox(cmd.Context(), cfg, args[0])
			if err != nil {
				return fmt.Errorf("import-box: %w", err)
			}
			fmt.Fprintf(cmd.OutOrStdout(), "Box %s of site %s: %s read, %d of which nobody else had. Remove the file: it may hold personal data.\n", h.Node, h.Site, floor.Plural(n, "record"), added)
			return nil
		},
	}
}

// One request holds so many records, or so many bytes of them.
const (
	importRecords = 256
	importBytes   = 1 << 20
)

func importBox(ctx context.Context, cfg Config, file string) (h boxfile.Head, n, added int, err error) {
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
	}{Log: h.Log, From: h.From, Prev: h.Prev}
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
		body.Records, size = body.Records[:0], 0
		return nil
	}
	_, _, err = read(func(_ boxfile.Head, r boxfile.Record) error {
		body.Records = append(body.Records, r)
		size += len(r.Raw)
		for _, row := range r.Rows {
			size += len(row.Body)
		}
		if len(body.Records) < importRecords && size < importBytes {
			return nil
		}
		return send()
	})
	if err == nil {
		err = send()
	}
	return h, n, added, err
}
