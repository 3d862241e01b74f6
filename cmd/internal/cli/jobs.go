package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"picket/devices"
	"picket/edge/client"
	"picket/edge/floor"
	"picket/edge/view"
)

// tray is what to do about a print of which nobody knows whether it came out.
func tray(job string) string {
	return fmt.Sprintf("look at the tray: if it is there, picket devices printed %s; if not, picket devices reprint %s --reason not_out", plain(job), plain(job))
}

// atTray adds to a refusal what only somebody at the tray can settle, and where jobs are listed when there is none of the name.
func atTray(job string, err error) error {
	var no *client.Refusal
	switch {
	case !errors.As(err, &no):
	case no.Code == floor.JobOver && no.Args["state"] == string(floor.JobUnknown):
		return fmt.Errorf("%w\n  %s", err, tray(job))
	case no.Code == floor.UnknownJob:
		return fmt.Errorf("there is no print job %s here; picket devices jobs lists those that wait%w", plain(job), silently{err})
	case no.Code == floor.UnknownUnit:
		return fmt.Errorf("there is neither a print job nor a parcel %s here; picket devices jobs lists the jobs that wait, picket parcels the parcels%w", plain(job), silently{err})
	}
	return err
}

// silently is a refusal that was said in other words, and ends as one all the same.
type silently struct{ error }

func (silently) Error() string   { return "" }
func (s silently) Unwrap() error { return s.error }

// tellJob is one print job on one line, and for one of which nobody knows a second line with what to do.
func (a *app) tellJob(j *view.JobRow) {
	at := "the printer for what has no bench"
	switch {
	case j.Moved != "":
		at = "printer " + string(j.Moved)
	case j.Station != "":
		at = "bench " + string(j.Station)
	case j.Printer != "":
		at = "printer " + string(j.Printer)
	}
	why := make([]string, 0, len(j.Reasons))
	for _, r := range j.Reasons {
		if w := devices.Reason(r).Words(); w != devices.OtherReason.Words() {
			r = w
		} else if r == floor.Undrawable {
			r = "it cannot be drawn"
		}
		why = append(why, r)
	}
	of := cmp.Or(string(j.Unit), string(j.Manifest), string(j.Return), string(j.Order))
	fmt.Fprintf(a.out, "%s  %s of %s at %s: %s\n", plain(string(j.ID)), plain(strings.ReplaceAll(string(j.Doc), "_", " ")), plain(of), plain(at), plain(strings.TrimSuffix(string(j.State)+", "+strings.Join(why, ", "), ", ")))
	if j.State == floor.JobUnknown {
		fmt.Fprintf(a.out, "    %s\n", tray(string(j.ID)))
	}
}

// copyOf is the command that asks for a print job's document once more. What is no job is taken for a parcel.
func copyOf(ctx context.Context, k *client.Client, id string, d map[string]any) (string, map[string]any, error) {
	all, err := client.List[view.JobRow](ctx, k, "jobs", nil)
	if err != nil {
		return "", nil, err
	}
	at := slices.IndexFunc(all, func(j view.JobRow) bool { return string(j.ID) == id })
	if at < 0 {
		return "label.request", d, nil
	}
	kind, of := copyOfJob(&all[at], d)
	return kind, of, nil
}

// copyOfJob is the command for a job that is known: its document is a parcel's, a manifest's, a return's, or of what stands on
// the shelf for an order.
func copyOfJob(j *view.JobRow, d map[string]any) (string, map[string]any) {
	switch {
	case j.Manifest != "":
		return "manifest.print", map[string]any{"manifest": j.Manifest, "reason": d["reason"]}
	case j.Return != "":
		return "return.print", map[string]any{"return": j.Return, "doc": j.Doc, "no": j.No, "reason": d["reason"]}
	case j.Unit == "":
		return "label.request", map[string]any{"order": j.Order, "doc": j.Doc, "reason": d["reason"]}
	default:
		return "label.request", map[string]any{"unit": j.Unit, "doc": j.Doc, "reason": d["reason"]}
	}
}

// waitingJobs lists what has not come out, or may not have.
func (a *app) waitingJobs() *cobra.Command {
	c := &cobra.Command{Use: "jobs", Short: "Print jobs that wait, with what they wait for, and those of which nobody knows whether they came out", Args: cobra.NoArgs}
	c.RunE = func(cmd *cobra.Command, _ []string) error {
		k, err := a.client()
		if err != nil {
			return err
		}
		all, err := client.List[view.JobRow](cmd.Context(), k, "jobs", nil)
		if err != nil {
			return err
		}
		rows := []view.JobRow{}
		for _, j := range all {
			if j.State != floor.JobCompleted && j.State != floor.JobCanceled {
				rows = append(rows, j)
			}
		}
		if a.json {
			return a.print(rows)
		}
		if len(rows) == 0 {
			fmt.Fprintln(a.out, "No print job waits.")
		}
		for _, j := range rows {
			a.tellJob(&j)
		}
		return nil
	}
	return c
}

// printing are the verbs of the print queue.
func (a *app) printing() []*cobra.Command {
	one := func(use, short, kind, done string, args int, data func(args []string) map[string]any) *cobra.Command {
		c := &cobra.Command{Use: use, Short: short, Args: cobra.ExactArgs(args)}
		why := reasonFlag(c, "reason", kind)
		c.RunE = func(cmd *cobra.Command, args []string) error {
			d := data(args)
			if why(d); strings.Contains(use, "--reason") && d["reason"] == nil {
				return usage{errors.New("--reason: is missing; it stands in the record, so that others know why")}
			}
			if strings.HasPrefix(use, "reprint") {
				k, err := a.client()
				if err != nil {
					return err
				}
				if kind, d, err = copyOf(cmd.Context(), k, args[0], d); err != nil {
					return err
				}
			}
			if at, named := d["printer"].(floor.PrinterID); named {
				k, err := a.client()
				if err == nil {
					err = atPrinter(cmd.Context(), k, string(at))
				}
				if err != nil {
					return err
				}
			}
			return atTray(args[0], a.give(cmd, kind, d, fmt.Sprintf(done, plain(args[0]))))
		}
		a.named1(c)
		return c
	}
	printer := func(args []string) map[string]any { return map[string]any{"printer": printerID(args[0])} }
	doc := ""
	reprint := one("reprint JOB|PARCEL --reason WHY", "Print a document, or a parcel's label, once more; the copy says that it is one", "label.request", "A copy of %s is asked for.", 1,
		func(args []string) map[string]any { return map[string]any{"unit": args[0], "doc": doc} })
	reprint.Flags().StringVar(&doc, "doc", string(floor.DocShippingLabel), "which document of the parcel")
	return []*cobra.Command{
		one("pause PRINTER --reason WHY", "Stop a printer's queue: what is under way comes out, the rest waits", "printer.pause", "Printer %s is stopped.", 1, printer),
		one("resume PRINTER", "Set a printer's queue going again", "printer.resume", "Printer %s is going again.", 1, printer),
		one("cancel JOB --reason WHY", "Take a print job that has not begun out of the queue; after print_expire_hours (picket policy) that happens by itself", "print.cancel", "Print job %s is out of the queue.", 1,
			func(args []string) map[string]any { return map[string]any{"job": args[0]} }),
		one("move JOB PRINTER", "Send one print job to another printer", "print.move", "Print job %s is sent there.", 2,
			func(args []string) map[string]any {
				return map[string]any{"job": args[0], "printer": printerID(args[1])}
			}),
		one("printed JOB", "Say that a print job of which nobody knows lies in the tray", "label.printed", "Print job %s is known to be printed.", 1,
			func(args []string) map[string]any { return map[string]any{"job": args[0]} }),
		reprint, a.sendJobs(),
	}
}
