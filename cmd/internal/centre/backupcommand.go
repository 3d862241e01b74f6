package centre

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"picket/cmd/internal/lock"
	"picket/sync/oms/api"
)

// BackupCommands are `picket-oms backup now` and `picket-oms backups`, of the centre that runs, or of its directories
// where none does.
func BackupCommands(load func() (Config, error)) []*cobra.Command {
	run := func(do func(ctx context.Context, cfg Config, out io.Writer) error) func(*cobra.Command, []string) error {
		return func(cmd *cobra.Command, _ []string) error {
			cfg, err := load()
			if err != nil {
				return err
			}
			if cfg.Backup.Dir == "" {
				return errors.New("backup.dir: is not set; no backups are made")
			}
			if err := cfg.Check(); err != nil {
				return fmt.Errorf("configuration: %w", err)
			}
			return do(cmd.Context(), cfg, cmd.OutOrStdout())
		}
	}
	backup := &cobra.Command{Use: "backup", Short: "Backups of the database, beside those that the settings ask for"}
	backup.AddCommand(&cobra.Command{Use: "now", Short: "Make a backup at once, and verify it", Args: cobra.NoArgs, RunE: run(backupNow)})
	return []*cobra.Command{backup, {Use: "backups", Short: "List the backups: when each was made and verified, and what it holds", Args: cobra.NoArgs, RunE: run(listBackups)}}
}

func backupNow(ctx context.Context, cfg Config, out io.Writer) error {
	var l api.BackupList
	err := call(ctx, cfg, http.MethodPost, "/api/backups", nil, &l)
	if errors.Is(err, errDown) {
		return backupOffline(ctx, cfg, out)
	}
	for asked := l.Asked; err == nil && l.Done < asked; {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
		l = api.BackupList{}
		if err = call(ctx, cfg, http.MethodGet, "/api/backups", nil, &l); err == nil && l.Asked < asked {
			return errors.New("the centre was started again meanwhile; look at `picket-oms backups`")
		}
	}
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return newest(l, out)
}

func newest(l api.BackupList, out io.Writer) error {
	if l.Failed != "" {
		return fmt.Errorf("backup: %s", l.Failed)
	}
	if len(l.Copies) == 0 {
		return errors.New("backup: the centre that runs makes none; start it again with the setting")
	}
	_, err := fmt.Fprintf(out, "%s is made and verified.\n", filepath.Join(l.Dir, l.Copies[len(l.Copies)-1].Name))
	return err
}

func backupOffline(ctx context.Context, cfg Config, out io.Writer) (err error) {
	release, err := lock.Dir(cfg.Data, "picket-oms")
	if err != nil {
		return fmt.Errorf("data: %w", err)
	}
	defer release()
	b := newBackups(cfg, slog.New(slog.DiscardHandler))
	if err := b.once(ctx); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return newest(b.Backups(), out)
}

func listBackups(ctx context.Context, cfg Config, out io.Writer) error {
	var l api.BackupList
	err := call(ctx, cfg, http.MethodGet, "/api/backups", nil, &l)
	if errors.Is(err, errDown) {
		b := newBackups(cfg, slog.New(slog.DiscardHandler))
		b.list = "" // a look by the way notes nothing
		if err = b.look(ctx); err != nil {
			return fmt.Errorf("backups: %w", err)
		}
		l = b.Backups()
	}
	if err != nil {
		return fmt.Errorf("backups: %w", err)
	}
	for _, c := range l.Copies {
		sites := []string{}
		for _, id := range slices.Sorted(maps.Keys(c.Sites)) {
			sites = append(sites, fmt.Sprintf("%s to %d", id, c.Sites[id]))
		}
		fmt.Fprintf(out, "%s  %d bytes  verified %s  %s\n", c.Name, c.Bytes, c.Verified.Format(time.RFC3339), strings.Join(sites, ", "))
	}
	for _, c := range l.Bad {
		fmt.Fprintf(out, "%s  CANNOT BE PUT BACK: %s\n", c.Name, c.Why)
	}
	if l.Failed != "" {
		fmt.Fprintf(out, "The newest could not be made: %s\n", l.Failed)
	}
	return nil
}
