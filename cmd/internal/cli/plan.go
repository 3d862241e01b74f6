package cli

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"picket/edge/client"
	"picket/edge/floor"
	"picket/edge/web"
)

// plan asks for proposals. --json prints them as they are: the start of each run is the data of run.start.
func (a *app) plan() *cobra.Command {
	c := &cobra.Command{Use: "plan", Short: "Propose runs, or the cartons of an order; nothing is begun by it"}
	ask := web.RunsAsk{}
	var orders []string
	start := false
	runs := &cobra.Command{Use: "runs MODE", Short: "Runs for the open orders: discrete, batch, cluster, zone or singles", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		ask.Mode, ask.Orders = floor.RunKind(args[0]), nil
		for _, o := range orders {
			ask.Orders = append(ask.Orders, floor.OrderID(o))
		}
		return a.planRuns(cmd, ask, start)
	}}
	f := runs.Flags()
	f.StringVar(&ask.Zone, "zone", "", "only this zone")
	f.IntVar(&ask.Cart.WeightG, "weight", 0, "grams the cart carries")
	f.IntVar(&ask.Cart.VolumeML, "volume", 0, "millilitres that fit on it")
	f.IntVar(&ask.Cart.Totes, "totes", 0, "totes on it")
	f.IntVar(&ask.Most, "most", 0, "runs, at most")
	f.StringSliceVar(&orders, "order", nil, "only these orders")
	f.BoolVar(&start, "start", false, "begin the first one")
	a.named1(runs)
	cartons := &cobra.Command{Use: "cartons ORDER [LINE=QTY]...", Short: "Which cartons an order takes, and what goes into each", Args: cobra.MinimumNArgs(1), RunE: a.planCartons}
	c.AddCommand(runs, cartons)
	return c
}

func (a *app) planRuns(cmd *cobra.Command, ask web.RunsAsk, start bool) error {
	c, err := a.client()
	if err != nil {
		return err
	}
	plan, err := client.Post[web.RunPlan](cmd.Context(), c, "/api/plan/runs", ask)
	if err != nil {
		return err
	}
	if start && len(plan.Runs) > 0 {
		return a.give(cmd, "run.start", plan.Runs[0].Start, "Begun.")
	}
	if a.json {
		return a.print(plan)
	}
	a.siteZone(cmd.Context(), c)
	var cells [][]string
	for i, r := range plan.Runs {
		var names []string
		for _, o := range r.Start.Orders {
			names = append(names, string(o))
		}
		cells = append(cells, []string{itoa(i + 1), a.when(r.Due), itoa(len(r.Start.Orders)), itoa(len(r.Start.Stops)), itoa(r.Units), itoa(r.Totes), strconv.FormatFloat(r.Metres, 'f', 0, 64), r.Start.Zone, strings.Join(names, " ")})
	}
	if len(cells) == 0 {
		fmt.Fprintln(a.out, "There is nothing to plan.")
	} else {
		table(a.out, []string{"run", "due", "orders", "stops", "units", "totes", "metres", "zone", "which"}, cells)
	}
	if plan.More > 0 {
		fmt.Fprintf(a.out, "And %d more.\n", plan.More)
	}
	for _, l := range plan.Left {
		what := "order " + first(l.Number, string(l.Order))
		if l.Line != "" {
			what += ", line " + string(l.Line)
		}
		fmt.Fprintf(a.out, "Not planned: %s: %s\n", plain(what), plain(l.Why))
	}
	return nil
}

func (a *app) planCartons(cmd *cobra.Command, args []string) error {
	ask := web.CartonsAsk{Order: floor.OrderID(args[0])}
	for _, arg := range args[1:] {
		line, qty, _ := strings.Cut(arg, "=")
		n, err := strconv.Atoi(qty)
		if err != nil {
			return usage{fmt.Errorf("%q is not line=quantity", arg)}
		}
		ask.Lines = append(ask.Lines, web.LineQty{Line: floor.LineID(line), Qty: n})
	}
	c, err := a.client()
	if err != nil {
		return err
	}
	plan, err := client.Post[web.CartonPlan](cmd.Context(), c, "/api/plan/cartons", ask)
	if err != nil {
		return err
	}
	if a.json {
		return a.print(plan)
	}
	var cells [][]string
	for i, p := range plan.Parcels {
		var what []string
		for _, l := range p.Contents {
			what = append(what, fmt.Sprintf("%d of line %s", l.Qty, l.Line))
		}
		name := string(p.Carton)
		if name == "" {
			name = "(its own)"
		}
		cells = append(cells, []string{itoa(i + 1), name, strconv.FormatInt(p.GrossG, 10), strings.Join(what, ", ")})
	}
	if len(cells) > 0 {
		table(a.out, []string{"parcel", "carton", "gross_g", "holds"}, cells)
	}
	for _, l := range plan.Left {
		fmt.Fprintf(a.out, "In no carton: %d × %s: %s\n", l.Qty, l.SKU, plain(l.Why))
	}
	for _, n := range plan.Notes {
		fmt.Fprintln(a.out, "Guessed:", plain(n))
	}
	return nil
}

// paper writes a paper to a file, which is not one that is there already.
func (a *app) paper() *cobra.Command {
	out, letter := "", false
	c := &cobra.Command{Use: "paper NAME [order=…|run=…|count=…|manifest=…] -o FILE.pdf", Short: "A paper as PDF: picklist, paper-mode, countsheet, manifest, checklist, packing, customs, dispute", Args: cobra.MinimumNArgs(1)}
	c.Flags().StringVarP(&out, "output", "o", "", "the file to write")
	c.Flags().BoolVar(&letter, "letter", false, "on US letter")
	c.RunE = func(cmd *cobra.Command, args []string) error {
		q := url.Values{}
		for _, arg := range args[1:] {
			k, v, ok := strings.Cut(arg, "=")
			if !ok {
				return usage{fmt.Errorf("%q is not field=value", arg)}
			}
			q.Set(k, v)
		}
		if letter {
			q.Set("size", "letter")
		}
		if out == "" {
			return usage{errors.New("-o: say the file to write")}
		}
		k, err := a.client()
		if err != nil {
			return err
		}
		pdf, err := k.Raw(cmd.Context(), "/api/papers/"+url.PathEscape(args[0])+".pdf", q)
		if err != nil {
			return err
		}
		f, err := os.OpenFile(out, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) // it may name a customer
		if err != nil {
			return usage{err}
		}
		if _, err = f.Write(pdf); err == nil {
			err = f.Close()
		} else {
			_ = f.Close() // the first error is the one to tell
		}
		if err == nil {
			fmt.Fprintf(a.out, "%s, %d bytes.\n", out, len(pdf))
		}
		return err
	}
	return c
}
