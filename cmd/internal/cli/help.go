package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// examples are what one may type, by the command's path behind "picket".
var examples = map[string]string{
	"orders":          "picket orders\npicket orders state=picking\npicket orders open= -q 1001 --json",
	"orders show":     "picket orders show web-1001",
	"orders accept":   "picket orders accept web-1001\npicket orders accept web-1001 --line 1,2",
	"orders decline":  "picket orders decline web-1001 --reason out_of_stock",
	"orders hold":     "picket orders hold web-1001 --reason \"the customer asked to wait\"",
	"orders release":  "picket orders release web-1001",
	"stock":           "picket stock -q oat\npicket stock low=true",
	"stock move":      "picket stock move OAT 6 A-01-1 B-02-3",
	"stock adjust":    "picket stock adjust OAT A-01-1 --by -1 --reason lost",
	"stock sku":       "picket stock sku OAT",
	"stock bin":       "picket stock bin A-01-1",
	"scan":            "picket scan 9520000010010",
	"desk":            "picket desk",
	"desk settle":     "picket desk settle hh-1:9/0 --note \"looked, it was there\"",
	"tasks":           "picket tasks what=put_back",
	"policy":          "picket policy\npicket policy weight_tolerance",
	"policy set":      "picket policy set hold_days 5\npicket policy set proof_above off",
	"site":            "picket site",
	"site pause":      "picket site pause --why \"power cut\"",
	"site resume":     "picket site resume",
	"sync":            "picket sync status",
	"sync status":     "picket sync status\npicket sync status --json",
	"find":            "picket find King\npicket find 0018",
	"reports":         "picket reports\npicket reports on_time --from 2026-11-01 --to 2026-11-22\npicket reports shorts --csv > shorts.csv",
	"commands":        "picket commands\npicket commands pick.scan",
	"do":              "picket do pick.start order=web-1001\npicket do pick.scan '{\"order\":\"O-1\",\"sku\":\"OAT\",\"qty\":1}' --id mine-1",
	"list":            "picket list\npicket list bins use=pick\npicket list jobs state=held --watch",
	"journal":         "picket journal --verify\npicket journal --from 1000 --to 1100 > part.ndjson",
	"plan":            "picket plan runs cluster --totes 8\npicket plan cartons web-1001",
	"plan runs":       "picket plan runs cluster --totes 8\npicket plan runs batch --weight 80000 --start",
	"plan cartons":    "picket plan cartons web-1001\npicket plan cartons web-1001 1=2",
	"paper":           "picket paper picklist order=O-1 -o list.pdf\npicket paper checklist -o closing.pdf\npicket paper dispute order=web-1001 handover=2 -o hand-over.pdf",
	"watch":           "picket watch",
	"pickups":         "picket pickups\npicket pickups overdue=true\npicket pickups open= --csv",
	"numbers":         "picket numbers",
	"runs":            "picket runs",
	"counts":          "picket counts",
	"returns":         "picket returns",
	"inbounds":        "picket inbounds",
	"manifests":       "picket manifests",
	"parcels":         "picket parcels state=closed\npicket parcels blocked=held",
	"people":          "picket people",
	"people known":    "picket people known --json",
	"people set":      "picket people set anna --name Anna --badge B-1 --role picker --role packer --pin-file -",
	"people remove":   "picket people remove anna",
	"approve":         "picket approve handover order/O-1 --badge B-2 --pin-file -",
	"printers":        "picket printers --watch",
	"devices":         "picket devices",
	"devices list":    "picket devices list state=away",
	"devices found":   "picket devices found",
	"devices watch":   "picket devices watch",
	"devices jobs":    "picket devices jobs\npicket devices jobs --json",
	"devices pause":   "picket devices pause bench-1 --reason \"cleaning the head\"",
	"devices resume":  "picket devices resume bench-1",
	"devices cancel":  "picket devices cancel hh-1:9/1 --reason \"asked for twice\"",
	"devices move":    "picket devices move hh-1:9/1 bench-2",
	"devices send":    "picket devices send bench-1 bench-2 --reason \"out of labels\"",
	"devices reprint": "picket devices reprint hh-1:9/1 --reason torn\npicket devices reprint 095200010000000010 --reason torn",
	"devices printed": "picket devices printed hh-1:9/1",
	"print-test":      "picket print-test bench-1",
	"scan-test":       "picket scan-test\npicket scan-test bench-1-scanner --count 1",
}

// explain gives a command and those under it their examples, and lets what is wrong with a command line say what to
// type instead.
func explain(c *cobra.Command) {
	c.Example = indent(examples[strings.TrimPrefix(path(c), "picket ")])
	if check := c.Args; check != nil {
		c.Args = func(cmd *cobra.Command, args []string) error {
			if check(cmd, args) == nil {
				return nil
			}
			return usage{wrongArgs(cmd, args)}
		}
	}
	c.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usage{fmt.Errorf("%w; %s --help lists what there is", err, cmd.CommandPath())}
	})
	for _, sub := range c.Commands() {
		explain(sub)
	}
}

// path is a command's name with those above it; the root is not known yet while commands are made.
func path(c *cobra.Command) string {
	if p := c.CommandPath(); strings.HasPrefix(p, "picket ") {
		return p
	}
	return "picket " + c.CommandPath()
}

func indent(text string) string {
	if text == "" {
		return ""
	}
	return "  " + strings.ReplaceAll(text, "\n", "\n  ")
}

// wrongArgs says which word is missing, or is too much.
func wrongArgs(c *cobra.Command, args []string) error {
	var names []string
	more := false
	for _, w := range strings.Fields(c.Use)[1:] {
		if strings.HasPrefix(w, "[") {
			more = true
			break
		}
		if strings.HasPrefix(w, "-") {
			break
		}
		more = more || strings.HasSuffix(w, "...")
		names = append(names, strings.TrimSuffix(w, "..."))
	}
	such := ""
	if first, _, _ := strings.Cut(strings.TrimSpace(c.Example), "\n"); first != "" {
		such = ", such as: " + first
	}
	line := strings.TrimSuffix(c.UseLine(), " [flags]")
	if len(args) < len(names) {
		return fmt.Errorf("missing: %s; type %s%s", strings.Join(names[len(args):], " "), line, such)
	}
	if !more && len(args) > len(names) {
		return fmt.Errorf("%q is too much; type %s%s", args[len(names)], line, such)
	}
	return errors.New("type " + line + such)
}
