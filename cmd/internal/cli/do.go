package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"picket/edge/client"
	"picket/edge/floor"
)

// fieldsOf are the fields of a command's data by their names.
func fieldsOf(kind string) map[string]reflect.Type {
	out := map[string]reflect.Type{}
	if c := floor.NewCommand(kind); c != nil {
		collect(reflect.TypeOf(c).Elem(), out)
	}
	return out
}

func collect(t reflect.Type, out map[string]reflect.Type) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct:
			collect(f.Type, out)
		case f.IsExported() && name != "" && name != "-":
			out[name] = f.Type
		}
	}
}

// commandData makes a command's data of what stands behind its kind: one JSON object, or field=value parts.
func commandData(kind string, args []string) (any, error) {
	if len(args) == 1 && strings.HasPrefix(strings.TrimSpace(args[0]), "{") {
		if _, err := floor.DecodeCommand(kind, []byte(args[0])); err != nil {
			return nil, usage{err}
		}
		return json.RawMessage(args[0]), nil
	}
	fields, data := fieldsOf(kind), map[string]any{}
	for _, arg := range args {
		name, value, ok := strings.Cut(arg, "=")
		typ, known := fields[name]
		switch {
		case !ok:
			return nil, usage{fmt.Errorf("%q is neither JSON nor field=value", arg)}
		case !known:
			names := make([]string, 0, len(fields))
			for n := range fields {
				names = append(names, n)
			}
			slices.Sort(names)
			return nil, usage{fmt.Errorf("%s has no field %s; there are: %s", kind, name, strings.Join(names, ", "))}
		}
		v, err := fieldValue(typ, value)
		if err != nil {
			return nil, usage{fmt.Errorf("%s: %w", name, err)}
		}
		data[name] = v
	}
	return data, nil
}

// fieldValue reads a value as its field wants it. Lists of texts may have commas between; what is an object
// is given as JSON.
func fieldValue(t reflect.Type, text string) (any, error) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch k := t.Kind(); {
	case k == reflect.String:
		return text, nil
	case k == reflect.Bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return nil, fmt.Errorf("%q is neither true nor false", text)
		}
		return b, nil
	case t.PkgPath() == "time" && t.Name() == "Time":
		return text, nil
	case k == reflect.Slice && t.Elem().Kind() == reflect.String && !strings.HasPrefix(text, "["):
		return strings.Split(text, ","), nil
	case json.Valid([]byte(text)):
		return json.RawMessage(text), nil
	case t == reflect.TypeFor[json.RawMessage]():
		return text, nil
	}
	return nil, fmt.Errorf("%q is no number, and no JSON", text)
}

func kindsToGive(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	var out []string
	for _, e := range floor.Entries() {
		if len(args) == 0 && e.Who != floor.TheBox && e.Who != floor.Centre {
			out = append(out, e.New().Kind()+"\t"+e.Says)
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

func (a *app) do() *cobra.Command {
	c := &cobra.Command{Use: "do KIND [JSON | field=value...]", Short: "Give any command: picket do pick.start order=O-1", Args: cobra.MinimumNArgs(1), ValidArgsFunction: kindsToGive}
	a.named1(c)
	c.RunE = func(cmd *cobra.Command, args []string) error {
		if _, known := floor.EntryOf(args[0]); !known {
			return usage{fmt.Errorf("there is no command %s; picket commands lists them", args[0])}
		}
		data, err := commandData(args[0], args[1:])
		if err != nil {
			return err
		}
		return a.give(cmd, args[0], data, "Done.")
	}
	return c
}

func (a *app) commands() *cobra.Command {
	c := &cobra.Command{Use: "commands [KIND]", Short: "Every command with an example and what it may be refused with", Args: cobra.MaximumNArgs(1), ValidArgsFunction: kindsToGive}
	c.RunE = func(cmd *cobra.Command, args []string) error {
		k, err := a.client()
		if err != nil {
			return err
		}
		raw, err := client.List[json.RawMessage](cmd.Context(), k, "commands", nil)
		if err != nil {
			return err
		}
		if a.json && len(args) == 0 {
			return a.print(raw)
		}
		for _, text := range raw {
			var r struct {
				Kind, Says, Who string
				Yours           bool
				Example         json.RawMessage
				Refuses         []struct{ Code, Words, Hint string }
			}
			if err := json.Unmarshal(text, &r); err != nil {
				return err
			}
			switch {
			case len(args) == 0 && r.Yours:
				fmt.Fprintf(a.out, "%-24s %s\n    picket do %s '%s'\n", r.Kind, plain(r.Says), r.Kind, r.Example)
			case len(args) == 1 && args[0] == r.Kind && a.json:
				return a.print(text)
			case len(args) == 1 && args[0] == r.Kind:
				fmt.Fprintf(a.out, "%s: %s For: %s.\n\n    picket do %s '%s'\n\nIt may be refused:\n", r.Kind, plain(r.Says), r.Who, r.Kind, r.Example)
				for _, no := range r.Refuses {
					fmt.Fprintf(a.out, "  %s: %s %s\n", no.Code, plain(no.Words), plain(no.Hint))
				}
				return nil
			}
		}
		if len(args) == 1 {
			return usage{fmt.Errorf("there is no command %s", args[0])}
		}
		return nil
	}
	return c
}

func (a *app) journal() *cobra.Command {
	var from, to uint64
	verify := false
	c := &cobra.Command{Use: "journal", Short: "The journal's records with their hash chain, for audit", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		k, err := a.client()
		if err != nil {
			return err
		}
		hash, records := []byte(nil), 0
		for at := from; ; {
			q := url.Values{}
			if at > 0 {
				q.Set("from", strconv.FormatUint(at, 10))
			}
			if to > 0 {
				q.Set("to", strconv.FormatUint(to, 10))
			}
			text, err := k.Raw(cmd.Context(), "/api/journal", q)
			if err != nil {
				return err
			}
			if !verify {
				_, _ = a.out.Write(text)
			}
			last, n, err := checkChain(text, &hash)
			if err != nil {
				return err
			}
			records += n
			if n < exportMost || last == to {
				break
			}
			at = last + 1
		}
		if verify {
			stand := "records stand as they were"
			if records == 1 {
				stand = "record stands as it was"
			}
			fmt.Fprintf(a.out, "%d %s written; the last hash is %s.\n", records, stand, hex.EncodeToString(hash))
		}
		return nil
	}}
	c.Flags().Uint64Var(&from, "from", 0, "first record; default the oldest kept")
	c.Flags().Uint64Var(&to, "to", 0, "last record; default the newest")
	c.Flags().BoolVar(&verify, "verify", false, "check the chain and print the last hash only")
	return c
}

// exportMost is how many records one answer of the box holds.
const exportMost = 10_000

// checkChain holds each record of an export against its hash.
func checkChain(text []byte, hash *[]byte) (last uint64, records int, err error) {
	for i, l := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		var line struct {
			From   uint64          `json:"from"`
			Before string          `json:"before"`
			Seq    uint64          `json:"seq"`
			Hash   string          `json:"hash"`
			Record json.RawMessage `json:"record"`
		}
		if err := json.Unmarshal([]byte(l), &line); err != nil {
			return last, records, fmt.Errorf("line %d of the journal cannot be read: %w", i+1, err)
		}
		if i == 0 {
			before, err := hex.DecodeString(line.Before)
			if err != nil || *hash != nil && hex.EncodeToString(*hash) != line.Before {
				return last, records, fmt.Errorf("the hash before record %d is not that of the one before it", line.From)
			}
			*hash = before
			continue
		}
		inner := sha256.Sum256(line.Record)
		sum := sha256.Sum256(append(slices.Clone(*hash), inner[:]...))
		if hex.EncodeToString(sum[:]) != line.Hash {
			return last, records, fmt.Errorf("record %d is not what was written: its hash differs", line.Seq)
		}
		*hash, last, records = sum[:], line.Seq, records+1
	}
	return last, records, nil
}
