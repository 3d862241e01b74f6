package site

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"picket/cmd/internal/boxfile"
	"picket/cmd/internal/pki"
	"picket/edge/journal"
	"picket/sync/wire"
)

// HandOut writes what this box holds behind what every backup of the centre has, for a person to carry: a box that was
// replaced and has no line any more. It says how many records that are.
func HandOut(cfg Config, to string) (n int, err error) {
	path := filepath.Join(cfg.Data, "site.db")
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return 0, fmt.Errorf("data: %s is not there: name the data directory of the box that was replaced", path)
	}
	file, box, err := openStore(cfg.Data)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	v, err := openVault(cfg.Data)
	if err != nil {
		return 0, err
	}
	defer v.Close()
	stable, _ := file.Cursor(stableCursor)
	from := max(min(stable.Seq, file.Head().Seq)+1, file.First())
	prev, err := before(file, from)
	if err != nil {
		return 0, err
	}
	key, err := pki.ReadKey(filepath.Join(cfg.Data, keyFile), box)
	if err != nil {
		return 0, err
	}
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	w, err := boxfile.NewWriter(out, boxfile.Head{Site: wire.SiteID(cfg.Site), Node: wire.NodeID(box), Log: wire.LogID(file.Head().Log), From: wire.Seq(from), Prev: prev}, key)
	if err != nil {
		return 0, err
	}
	rows := proofs{file: file, vault: v}
	for from <= file.Head().Seq {
		from, err = file.Read(from, 1000, func(_ uint64, raw []byte) error {
			side, err := rows.of(raw)
			if err != nil {
				return err
			}
			r := boxfile.Record{Raw: raw}
			for _, s := range side {
				r.Rows = append(r.Rows, boxfile.Row{Ref: s.Ref, Body: s.Sealed})
			}
			return w.Add(r)
		})
		if err != nil {
			return 0, err
		}
	}
	if n, err = w.Close(); err != nil {
		return n, err
	}
	return n, out.Sync()
}

// before is the chain's hash before an entry.
func before(file *journal.File, seq uint64) (wire.Hash, error) {
	if seq <= 1 {
		return wire.Hash{}, nil
	}
	h, err := file.HashAt(seq - 1)
	return wire.Hash(h), err
}

// HandOutCommand is `picketd hand-out FILE`.
func HandOutCommand(load func() (Config, error)) *cobra.Command {
	return &cobra.Command{
		Use: "hand-out FILE", Short: "Write what this box, which was replaced, did not hand over by the line; `picket-oms import-box FILE` takes it. picketd must not run",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := load()
			if err != nil {
				return err
			}
			n, err := HandOut(cfg, args[0])
			if err != nil {
				return fmt.Errorf("hand-out: %w", err)
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s in %s. It may hold personal data: carry it by hand to the centre, `picket-oms import-box`, and remove it. Where this box never signed what it said, the centre asks for a person's word (--unsigned).\n", plural(n, "record is", "records are"), args[0])
			return nil
		},
	}
}
