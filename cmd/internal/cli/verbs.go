package cli

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"picket/edge/client"
	"picket/edge/floor"
	"picket/edge/view"
)

// named is a command that prints one list.
func (a *app) named(name, short string) *cobra.Command {
	return a.usually(name, short, client.Query{})
}

// usually is a command that prints one list, asked for some of it unless the caller says otherwise.
func (a *app) usually(name, short string, usual client.Query) *cobra.Command {
	c := &cobra.Command{Use: name + " [field=value]...", Short: short}
	a.asks(c, name, usual)
	return c
}

// asks lets a command print a list, asked by fields.
func (a *app) asks(c *cobra.Command, name string, usual client.Query) {
	q := ""
	c.Flags().StringVarP(&q, "search", "q", "", "only rows with this in some text")
	c.Flags().IntVar(&a.limit, "limit", 0, "stop after about so many rows")
	c.Flags().BoolVar(&a.watch, "watch", false, "print it again whenever something on the board changes, until Ctrl-C")
	c.RunE = func(cmd *cobra.Command, args []string) error {
		ask := client.Query{}
		for k, v := range usual {
			ask[k] = v
		}
		for _, arg := range args {
			k, v, ok := strings.Cut(arg, "=")
			if !ok {
				return usage{fmt.Errorf("%q is not field=value; picket %s --help", arg, name)}
			}
			if ask[k] = v; v == "" {
				delete(ask, k) // such as open= for closed ones, too
			}
		}
		if q != "" {
			ask["q"] = q
		}
		if a.watch {
			return a.watching(cmd, func() error { return a.rows(cmd, name, ask) })
		}
		return a.rows(cmd, name, ask)
	}
}

func (a *app) orders() *cobra.Command {
	c := &cobra.Command{Use: "orders [ORDER | field=value...]", Short: "Orders: what is due first in front; open= shows closed ones, too; with a number, that one"}
	a.asks(c, "orders", client.Query{"open": "true"})
	list := c.RunE
	c.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 1 && !strings.Contains(args[0], "=") {
			return a.order(cmd, args[0])
		}
		return list(cmd, args)
	}
	show := &cobra.Command{Use: "show ORDER", Short: "One order with its lines, parcels and what happened", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return a.order(cmd, args[0])
	}}
	c.AddCommand(show)
	var lines []string
	for _, v := range []struct{ use, kind, short, done string }{
		{"accept", "order.accept", "Say the site will do it", "Accepted."},
		{"decline", "order.decline", "Say the site will not do it; it leaves for another site at once", "Declined; the centre looks for another site."},
		{"hold", "order.hold", "Keep it from being worked on", "On hold."},
		{"release", "order.release", "Let it go on", "Released."},
	} {
		if _, known := floor.EntryOf(v.kind); !known {
			continue
		}
		fields := fieldsOf(v.kind)
		var why func(map[string]any)
		one := &cobra.Command{Use: v.use + " ORDER", Short: v.short, Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
			data := map[string]any{"order": args[0]}
			if len(lines) > 0 {
				data["lines"] = lines
			}
			why(data)
			return a.give(cmd, v.kind, data, v.done)
		}}
		if _, has := fields["lines"]; has {
			one.Flags().StringSliceVar(&lines, "line", nil, "only these lines")
		}
		why = reasonFlag(one, "reason", v.kind)
		a.named1(one)
		c.AddCommand(one)
	}
	return c
}

// reasonFlag gives a subcommand a flag for why, where the command it gives has a field for it, and says how to put
// it into the command's data.
func reasonFlag(c *cobra.Command, flag, kind string) func(data map[string]any) {
	fields, text := fieldsOf(kind), ""
	for _, field := range []string{"reason", "why"} {
		if _, has := fields[field]; has {
			c.Flags().StringVar(&text, flag, "", "why")
			return func(data map[string]any) {
				if text != "" {
					data[field] = text
				}
			}
		}
	}
	return func(map[string]any) {}
}

// named1 lets a command's own id be given, so that it can be given again after a lost line.
func (a *app) named1(c *cobra.Command) {
	c.Flags().StringVar(&a.id, "id", "", "the command's id; the same again has no second effect")
}

func (a *app) reports() *cobra.Command {
	c := &cobra.Command{Use: "reports [NAME [from=2026-11-01 to=2026-11-22]]", Aliases: []string{"report"}, Short: "Reports, and one of them over some days"}
	a.asks(c, "reports", client.Query{})
	list := c.RunE
	days := map[string]*string{"from": c.Flags().String("from", "", "first business day"), "to": c.Flags().String("to", "", "last business day")}
	c.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return list(cmd, args)
		}
		q := url.Values{}
		for name, day := range days {
			if *day != "" {
				q.Set(name, *day)
			}
		}
		for _, arg := range args[1:] {
			k, v, ok := strings.Cut(arg, "=")
			if !ok {
				return usage{fmt.Errorf("%q is not field=value; picket reports --help", arg)}
			}
			q.Set(k, v)
		}
		return a.report(cmd, "/api/reports/"+url.PathEscape(args[0]), q)
	}
	return c
}

func (a *app) report(cmd *cobra.Command, path string, q url.Values) error {
	k, err := a.client()
	if err != nil {
		return err
	}
	if !a.json {
		q.Set("format", "csv")
	}
	text, err := k.Raw(cmd.Context(), path, q)
	var p *client.Problem
	if errors.As(err, &p) && p.Status == 404 {
		return usage{errors.New(strings.Replace(p.Detail, "GET /api/reports lists", "picket reports lists", 1))}
	}
	if err != nil {
		return err
	}
	if a.json || a.csv {
		_, err = a.out.Write(text)
		return err
	}
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil || len(rows) == 0 {
		return err
	}
	table(a.out, rows[0], rows[1:])
	return nil
}

func (a *app) stock() *cobra.Command {
	c := &cobra.Command{Use: "stock [field=value]...", Short: "Stock by item: sku=…, low=true, -q part of a name"}
	a.asks(c, "stock", client.Query{})
	one := func(list string) func(*cobra.Command, []string) error {
		return func(cmd *cobra.Command, args []string) error {
			k, err := a.client()
			if err != nil {
				return err
			}
			raw, err := client.Get[json.RawMessage](cmd.Context(), k, "/api/"+list+"/"+url.PathEscape(args[0]), nil)
			if err != nil {
				return err
			}
			if a.json {
				return a.print(raw)
			}
			return a.fields(raw)
		}
	}
	reason := ""
	move := &cobra.Command{Use: "move SKU QTY FROM TO", Short: "Units are carried from one bin to another", Args: cobra.ExactArgs(4), RunE: func(cmd *cobra.Command, args []string) error {
		n, err := strconv.Atoi(args[1])
		if err != nil {
			return usage{fmt.Errorf("QTY: %q is no number", args[1])}
		}
		return a.give(cmd, "stock.move", map[string]any{"sku": args[0], "qty": n, "from": args[2], "to": args[3]}, "Moved.")
	}}
	by := 0
	adjust := &cobra.Command{Use: "adjust SKU BIN --by DELTA --reason WHY", Short: "Correct the book of a bin by a delta, such as -1", Args: cobra.ExactArgs(2), RunE: func(cmd *cobra.Command, args []string) error {
		return a.give(cmd, "stock.adjust", map[string]any{"sku": args[0], "bin": args[1], "delta": by, "reason": reason}, "The book is corrected.")
	}}
	adjust.Flags().IntVar(&by, "by", 0, "by how many units")
	adjust.Flags().StringVar(&reason, "reason", "", "opening, found, lost, correction")
	a.named1(move)
	a.named1(adjust)
	c.AddCommand(move, adjust,
		&cobra.Command{Use: "sku SKU", Short: "One item: where it stands", Args: cobra.ExactArgs(1), RunE: one("stock")},
		&cobra.Command{Use: "bin BIN", Short: "One bin: what stands in it", Args: cobra.ExactArgs(1), RunE: one("bins")})
	return c
}

// fields prints an object field by field, but for some.
func (a *app) fields(raw json.RawMessage, but ...string) error {
	var r row
	if err := json.Unmarshal(raw, &r); err != nil {
		return err
	}
	for _, n := range r.names {
		if slices.Contains(but, n) {
			continue
		}
		v := r.values[n]
		var rows []row
		if json.Unmarshal(v, &rows) == nil && len(rows) > 0 {
			fmt.Fprintf(a.out, "%s:\n", strings.ReplaceAll(n, "_", " "))
			cells := make([][]string, len(rows))
			for i := range rows {
				for _, h := range rows[0].names {
					cells[i] = append(cells[i], a.text(rows[i].values[h]))
				}
			}
			table(a.out, rows[0].names, cells)
			continue
		}
		if text := a.text(v); text != "" && text != "0" {
			fmt.Fprintf(a.out, "%-12s %s\n", strings.ReplaceAll(n, "_", " ")+":", plain(text))
		}
	}
	return nil
}

func (a *app) scan() *cobra.Command {
	return &cobra.Command{Use: "scan CODE", Short: "What a barcode, a bin, a parcel or an order's number means here", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		c, err := a.client()
		if err != nil {
			return err
		}
		raw, err := client.Get[json.RawMessage](cmd.Context(), c, "/api/scan", url.Values{"code": {args[0]}})
		if err != nil {
			return err
		}
		var m struct {
			Words string
			Known bool
			Item  *view.Item
			Units int
			Bin   *view.BinRow
			Order *view.OrderRow
			List  *struct {
				To            floor.SiteID
				Order         floor.OrderID
				No, Of        int
				Lines         int
				Refused       floor.Code
				Hint, Inbound string
			}
			Unit floor.UnitID
		}
		if err := json.Unmarshal(raw, &m); err != nil {
			return err
		}
		if a.json {
			if err := a.print(raw); err != nil {
				return err
			}
		}
		switch {
		case !m.Known:
			return refused{errors.New(plain(m.Words) + " picket find looks for orders by name, phone or number.")}
		case a.json:
			return nil
		}
		a.siteZone(cmd.Context(), c)
		fmt.Fprintln(a.out, plain(m.Words))
		if m.Item != nil {
			fmt.Fprintf(a.out, "Item %s, %d a scan.\n", m.Item.SKU, m.Units)
		}
		if l := m.List; l != nil {
			fmt.Fprintf(a.out, "Parcel %s of transfer %s to %s, code %d of %d, lines: %d.\n%s\n", m.Unit, l.Order, l.To, l.No, l.Of, l.Lines, plain(l.Hint))
		}
		if m.Order != nil {
			fmt.Fprintf(a.out, "Order %s (%s): %s, due %s.\n", plain(m.Order.Number), m.Order.ID, m.Order.State, a.when(m.Order.Due))
		}
		if m.Bin != nil {
			for _, h := range m.Bin.Holds {
				fmt.Fprintf(a.out, "Holds %d × %s (%s).\n", h.OnHand, plain(h.Name), h.SKU)
			}
		}
		return nil
	}}
}

func (a *app) desk() *cobra.Command {
	c := &cobra.Command{Use: "desk", Short: "What waits for somebody to look at it, and what to do", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
		if a.json || a.csv {
			return a.rows(cmd, "desk", nil)
		}
		k, err := a.client()
		if err != nil {
			return err
		}
		rows, err := client.List[struct {
			ID, Subject, About, Words, Hint string
			Since                           time.Time
		}](cmd.Context(), k, "desk", nil)
		if err != nil {
			return err
		}
		a.siteZone(cmd.Context(), k)
		if len(rows) == 0 {
			fmt.Fprintln(a.out, "The desk is empty.")
		}
		for _, r := range rows {
			fmt.Fprintf(a.out, "%s  %s  %s\n    %s\n    %s\n", a.when(r.Since), plain(first(r.About, r.Subject)), r.ID, plain(r.Words), plain(r.Hint))
		}
		return nil
	}}
	note := ""
	settle := &cobra.Command{Use: "settle CASE --note TEXT", Short: "Take a case off the desk, with what was done about it", Args: cobra.ExactArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		return a.give(cmd, "desk.settle", map[string]any{"case": args[0], "note": note}, "Settled.")
	}}
	settle.Flags().StringVar(&note, "note", "", "what was done")
	a.named1(settle)
	c.AddCommand(settle)
	return c
}

func (a *app) tasks() *cobra.Command {
	return a.named("tasks", "Tasks beside the orders: put back, put away, replenish")
}

// none says a value of a rule, and that there is none.
func none(v json.RawMessage) string {
	if text := string(v); text != "null" && text != "[]" {
		return plain(text)
	}
	return "none"
}

func (a *app) policy() *cobra.Command {
	c := &cobra.Command{Use: "policy [NAME]", Short: "How this site wants things done, rule by rule", Args: cobra.MaximumNArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		k, err := a.client()
		if err != nil {
			return err
		}
		rows, err := client.List[view.PolicyRow](cmd.Context(), k, "policies", nil)
		ask := client.Query{}
		if len(args) > 0 {
			ask["name"] = args[0]
			all := rows
			if rows = slices.DeleteFunc(slices.Clone(all), func(r view.PolicyRow) bool { return r.Name != args[0] }); err == nil && len(rows) == 0 {
				return usage{fmt.Errorf("there is no policy %s; picket policy lists them", args[0])}
			}
		}
		if err == nil && (a.json || a.csv) {
			return a.rows(cmd, "policies", ask)
		}
		for _, r := range rows {
			usual := ""
			if string(r.Value) != string(r.Default) {
				usual = " (usually " + none(r.Default) + ")"
			}
			fmt.Fprintf(a.out, "%s = %s%s\n    %s\n", r.Name, none(r.Value), usual, plain(r.Says))
		}
		return err
	}}
	set := &cobra.Command{Use: "set NAME VALUE", Short: "Change one rule; it is in force at once", Args: cobra.ExactArgs(2), RunE: func(cmd *cobra.Command, args []string) error {
		var value any
		if json.Unmarshal([]byte(args[1]), &value) != nil {
			value = args[1]
		}
		return a.give(cmd, "policy.set", map[string]any{"name": args[0], "value": value}, "In force.")
	}}
	set.ValidArgsFunction = func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		var out []string
		for _, p := range floor.Policies() {
			if len(args) == 0 {
				out = append(out, p.Name+"\t"+p.Says)
			}
		}
		return out, cobra.ShellCompDirectiveNoFileComp
	}
	a.named1(set)
	c.AddCommand(set)
	return c
}

func (a *app) find() *cobra.Command {
	return &cobra.Command{Use: "find TEXT...", Short: "Where is my order: by number, parcel, number of a return, pickup code, name or the end of a phone number", Args: cobra.MinimumNArgs(1), RunE: func(cmd *cobra.Command, args []string) error {
		c, err := a.client()
		if err != nil {
			return err
		}
		text := strings.Join(args, " ")
		if ok, _ := view.Asks(strings.TrimSpace(text)); !ok {
			return usage{fmt.Errorf("TEXT has %d characters, but must have 3 to 80, or be a whole name of two letters", utf8.RuneCountInString(text))}
		}
		raw, err := client.Get[json.RawMessage](cmd.Context(), c, "/api/find", url.Values{"q": {text}})
		if err != nil {
			return err
		}
		var out struct {
			Rows []struct {
				Number, By, Named, Says string
				Due                     time.Time
			}
			Returns []struct{ Number, Says string }
			More    bool
			BackTo  time.Time `json:"back_to"`
		}
		if err := json.Unmarshal(raw, &out); err != nil {
			return err
		}
		none := error(nil)
		if len(out.Rows)+len(out.Returns) == 0 {
			none = refused{errors.New("nothing here goes by that")}
		}
		if a.json {
			return firstOf(a.print(raw), none)
		}
		a.siteZone(cmd.Context(), c)
		var cells [][]string
		for _, r := range out.Rows {
			cells = append(cells, []string{r.Number, r.Named, r.By, a.when(r.Due), r.Says})
		}
		if len(cells) > 0 {
			table(a.out, []string{"number", "whose", "found by", "due", "where"}, cells)
		}
		for _, r := range out.Returns {
			fmt.Fprintln(a.out, plain("Return "+r.Number+": "+r.Says))
		}
		if !out.BackTo.IsZero() {
			fmt.Fprintf(a.out, "There are too many old orders to look through all: those due before %s were not.\n", a.when(out.BackTo))
		}
		if out.More {
			fmt.Fprintln(a.out, "There are more: ask more closely.")
		}
		return none
	}}
}
