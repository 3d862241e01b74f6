package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"picket/devices/evdev"
	"picket/devices/tty"
	"picket/edge/client"
	"picket/edge/floor"
	"picket/edge/view"
)

// devices lists what is connected, and what could be.
func (a *app) devices() *cobra.Command {
	c := a.named("devices", "Scanners, scales and printers, how they do, and what to do about it")
	list := &cobra.Command{Use: "list [field=value]...", Short: "The same"}
	a.asks(list, "devices", client.Query{})
	found := &cobra.Command{Use: "found", Short: "What is plugged into this machine, with the address the settings would name it by", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return a.found() }}
	watch := &cobra.Command{Use: "watch", Short: "Tell when a printer, a scanner or a scale comes, goes or needs a hand", Args: cobra.NoArgs}
	watch.RunE = func(cmd *cobra.Command, _ []string) error {
		told := map[string]string{} // nothing is told twice
		return a.following(cmd, func(u client.Update) error {
			d := view.Delta{}
			if u.Full != nil {
				d.Printers, d.Devices = u.Full.Printers, u.Full.Devices
				fmt.Fprintln(a.errs, "What comes, goes or needs a hand is told as it happens; Ctrl-C ends this.")
			} else {
				d.Printers, d.Devices = u.Delta.Printers, u.Delta.Devices
			}
			d.Printers = slices.DeleteFunc(slices.Clone(d.Printers), func(p view.Printer) bool { return same(told, "printer:"+string(p.ID), p.Words) })
			d.Devices = slices.DeleteFunc(slices.Clone(d.Devices), func(p view.Peripheral) bool { return same(told, p.ID, p.State+" "+p.Words) })
			if len(d.Printers)+len(d.Devices) == 0 {
				return nil
			}
			if a.json {
				return a.print(d)
			}
			a.tellDelta(&d)
			return nil
		})
	}
	c.AddCommand(list, found, watch, a.waitingJobs())
	c.AddCommand(a.printing()...)
	return c
}

// same says whether a device was told of in these words, and keeps them.
func same(told map[string]string, id, words string) bool {
	was, known := told[id]
	told[id] = words
	return known && was == words
}

// printerID is a printer as people name it: by its id, or as a list of devices has it.
func printerID(text string) floor.PrinterID {
	return floor.PrinterID(strings.TrimPrefix(text, "printer:"))
}

// atPrinter says which printers there are when one is named that is none of them.
func atPrinter(ctx context.Context, k *client.Client, text string) error {
	all, err := client.List[view.Printer](ctx, k, "printers", nil)
	if err != nil {
		return err
	}
	var ids []string
	for _, p := range all {
		if p.ID == printerID(text) {
			return nil
		}
		ids = append(ids, string(p.ID))
	}
	if len(ids) == 0 {
		return errors.New("there is no printer at this site")
	}
	return fmt.Errorf("there is no printer %s here; there are: %s", plain(text), plain(strings.Join(ids, ", ")))
}

// sendJobs sends everything that waits for a printer to another one.
func (a *app) sendJobs() *cobra.Command {
	c := &cobra.Command{Use: "send FROM TO", Short: "Send everything that waits for a printer to another one", Args: cobra.ExactArgs(2)}
	reason := ""
	c.Flags().StringVar(&reason, "reason", "", "why")
	c.RunE = func(cmd *cobra.Command, args []string) error {
		k, err := a.client()
		if err != nil {
			return err
		}
		for _, at := range args {
			if err := atPrinter(cmd.Context(), k, at); err != nil {
				return err
			}
		}
		sent, err := k.SendJobs(cmd.Context(), string(printerID(args[0])), string(printerID(args[1])), reason)
		if err != nil {
			return err
		}
		if a.json {
			return a.print(sent)
		}
		jobs := func(n int) string { return floor.Plural(n, "job") }
		fmt.Fprintf(a.out, "%s sent from %s to %s.\n", jobs(sent.Moved), plain(args[0]), plain(args[1]))
		if sent.Stay > 0 {
			return fmt.Errorf("%s stayed at %s: %s", jobs(sent.Stay), plain(args[0]), plain(sent.Why))
		}
		return nil
	}
	return c
}

// found lists what is plugged into this machine.
func (a *app) found() error {
	ports, err := tty.Ports()
	if err != nil {
		return err
	}
	type row struct {
		Kind    string `json:"kind"`
		Address string `json:"address"`
		Called  string `json:"called,omitempty"`
		USB     string `json:"usb,omitempty"`
	}
	rows := []row{}
	for _, p := range ports {
		r := row{Kind: "serial", Address: p.Address(), Called: p.Called}
		if p.Vendor != "" {
			r.USB = strings.ToLower(p.Vendor + ":" + p.Product)
		}
		rows = append(rows, r)
	}
	for _, path := range evdev.Found() {
		rows = append(rows, row{Kind: "keyboard", Address: "evdev://" + path})
	}
	if a.json {
		return a.print(rows)
	}
	if len(rows) == 0 {
		fmt.Fprintln(a.out, "Nothing is plugged into this machine that could be a scanner or a scale. Printers at USB stand under /dev/usb/; scanners over the network need only a port: listen://:9004")
		return nil
	}
	for _, r := range rows {
		fmt.Fprintf(a.out, "%-9s %s  %s\n", r.Kind, plain(r.Address), plain(strings.TrimSpace(r.Called+" "+r.USB)))
	}
	return nil
}

// printTest prints a test label.
func (a *app) printTest() *cobra.Command {
	c := &cobra.Command{Use: "print-test PRINTER", Short: "Print a test label, and say whether it is known to be printed", Args: cobra.ExactArgs(1)}
	c.RunE = func(cmd *cobra.Command, args []string) error {
		if strings.TrimSpace(args[0]) == "" {
			return usage{errors.New("the printer's name is missing; picket devices names them")}
		}
		k, err := a.client()
		if err != nil {
			return err
		}
		if err := atPrinter(cmd.Context(), k, args[0]); err != nil {
			return err
		}
		t, err := k.TestPrint(cmd.Context(), string(printerID(args[0])))
		if err != nil {
			return err
		}
		if a.json {
			return a.print(t)
		}
		fmt.Fprintf(a.out, "%s: %s\n", plain(args[0]), plain(t.Words))
		if !t.Printed {
			return errors.New("no test label is known to have come out")
		}
		return nil
	}
	return c
}

// scanTest shows what the box's scanners read.
func (a *app) scanTest() *cobra.Command {
	c := &cobra.Command{Use: "scan-test [SCANNER]", Short: "Show what the box's own scanners read, byte by byte, and what it means, until Ctrl-C", Args: cobra.MaximumNArgs(1)}
	count := 0
	c.Flags().IntVarP(&count, "count", "n", 0, "end after so many scans")
	c.RunE = func(cmd *cobra.Command, args []string) error {
		if count < 0 {
			return usage{fmt.Errorf("--count: is %d, but must not be below 0", count)}
		}
		return a.untilInterrupt(cmd, func(ctx context.Context, k *client.Client) error {
			which := ""
			if len(args) == 1 {
				which = args[0]
			}
			if err := atScanner(ctx, k, which); err != nil {
				return err
			}
			fmt.Fprintln(a.errs, "Scan something; Ctrl-C ends this.")
			for seen, behind := 0, uint64(0); ; {
				rows, err := k.Scans(ctx, behind)
				if err != nil {
					if ctx.Err() != nil {
						return nil
					}
					return err
				}
				for _, r := range rows {
					behind = r.N
					if which != "" && r.Device != which {
						continue
					}
					if a.json {
						if err := a.print(r); err != nil {
							return err
						}
					} else {
						fmt.Fprintf(a.out, "%s  %s  %s\n    bytes %s\n    means %s; %s\n", a.when(r.At), plain(r.Device), plain(shown(r.Code)), shownBytes(r.Bytes), plain(r.Means), plain(r.Taken))
					}
					if seen++; count > 0 && seen >= count {
						return nil
					}
				}
			}
		})
	}
	return c
}

// mostShown is how many bytes of a code scan-test shows: what is longer is no barcode, and a screen full of it hides the rest.
const mostShown = 200

func shown(code string) string {
	if len(code) <= mostShown {
		return fmt.Sprintf("%q", code)
	}
	return fmt.Sprintf("%q… (%d bytes)", code[:mostShown], len(code))
}

func shownBytes(hex string) string {
	if len(hex) <= 2*mostShown {
		return hex
	}
	return fmt.Sprintf("%s… (%d bytes)", hex[:2*mostShown], len(hex)/2)
}

// atScanner says which scanners there are when one is named that is none of them. "" is any: where there is none, nobody waits for it.
func atScanner(ctx context.Context, k *client.Client, text string) error {
	all, err := client.List[view.Peripheral](ctx, k, "devices", nil)
	if err != nil {
		return err
	}
	var ids []string
	for _, d := range all {
		if d.Kind != "scanner" {
			continue
		}
		if d.ID == text || text == "" {
			return nil
		}
		ids = append(ids, d.ID)
	}
	if len(ids) == 0 {
		return errors.New("there is no scanner at this box; the settings name those it has (scanners), and picket devices found those that are plugged in")
	}
	return fmt.Errorf("there is no scanner %s here; there are: %s", plain(text), plain(strings.Join(ids, ", ")))
}
