package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"picket/edge/client"
	"picket/edge/floor"
	"picket/edge/view"
)

// orderNow is an order with what happened to it, and what of it stands on the desk.
type orderNow struct {
	view.Order
	Timeline []struct {
		Time         time.Time
		At           time.Time
		Who, Station string
		Says         string
	}
	desk []caseOf
}

type caseOf struct{ ID, Subject, Words, Hint string }

func (a *app) order(cmd *cobra.Command, id string) error {
	c, err := a.client()
	if err != nil {
		return err
	}
	ctx := cmd.Context()
	read := func(id string) (json.RawMessage, error) {
		return client.Get[json.RawMessage](ctx, c, "/api/orders/"+url.PathEscape(id), url.Values{"timeline": {"true"}})
	}
	raw, err := read(id)
	var p *client.Problem
	if errors.As(err, &p) && p.Status == http.StatusNotFound {
		p.Detail += " picket find " + plain(id) + " looks further: among orders that left, and by parcel, name or phone."
		return p
	}
	if err != nil {
		return err
	}
	if a.json {
		return a.print(raw)
	}
	var o orderNow
	if err := json.Unmarshal(raw, &o); err != nil {
		return err
	}
	if o.desk, err = client.List[caseOf](ctx, c, "desk", client.Query{"subject": "order/" + string(o.ID)}); err != nil {
		return err
	}
	a.siteZone(ctx, c)
	a.tellOrder(&o)
	return nil
}

// carrierSays is who takes an order and how, where the one or the other is known.
func carrierSays(carrier, service string) string {
	switch {
	case carrier == "":
		return "Any carrier, service " + service + "."
	case service == "":
		return "Carrier " + carrier + "."
	}
	return "Carrier " + carrier + ", service " + service + "."
}

func words(code string) string { return strings.ReplaceAll(code, "_", " ") }

func (a *app) tellOrder(o *orderNow) {
	fmt.Fprintf(a.out, "Order %s (%s): %s, %s, due %s\n", plain(o.Number), o.ID, o.Flow, words(string(o.State)), a.when(o.Due))
	if o.Carrier != "" || o.Service != "" {
		fmt.Fprintln(a.out, plain(carrierSays(o.Carrier, o.Service)))
	}
	if o.Picker != "" {
		fmt.Fprintf(a.out, "Picker %s.\n", plain(string(o.Picker)))
	}
	if o.Note != "" {
		fmt.Fprintf(a.out, "Note: %s\n", plain(o.Note))
	}
	for _, why := range a.blocked(o) {
		fmt.Fprintln(a.out, "! "+plain(why))
	}
	fmt.Fprintln(a.out)
	var lines [][]string
	for _, l := range o.Lines {
		var parts []string
		for _, p := range l.Parts {
			parts = append(parts, fmt.Sprintf("%d %s", p.Qty, words(string(p.State))))
		}
		lines = append(lines, []string{string(l.Line), string(l.SKU), l.Name, itoa(l.Qty), strings.Join(parts, ", "), string(l.Bin)})
	}
	table(a.out, []string{"line", "sku", "name", "qty", "where it stands", "bin"}, lines)
	a.parcels(o)
	if len(o.Timeline) > 0 {
		fmt.Fprintln(a.out)
	}
	for _, m := range o.Timeline {
		late := ""
		if !m.At.IsZero() && m.Time.Sub(m.At) > time.Minute {
			late = " (happened " + a.when(m.At) + ")"
		}
		who := m.Who
		if who == "" {
			who = "the box"
		}
		fmt.Fprintf(a.out, "%s  %-10s %s%s\n", a.when(m.Time), cut(who, 10), plain(m.Says), late)
	}
}

// parcels are an order's parcels with their numbers.
func (a *app) parcels(o *orderNow) {
	if len(o.Units) == 0 {
		return
	}
	var units [][]string
	for _, u := range o.Units {
		label := "not printed"
		switch {
		case u.State == floor.UnitOpen:
			label = ""
		case u.Verified:
			label = "checked"
		case u.Labelled:
			label = "printed"
		}
		number := u.Tracking
		if u.In != "" {
			number = strings.TrimSpace(number + " on pallet …" + tail(string(u.In)))
		}
		units = append(units, []string{itoa(u.No), string(u.Unit), words(string(u.State)), grams(u.WeightG), label, number})
	}
	fmt.Fprintln(a.out)
	table(a.out, []string{"no", string(floor.UnitParcel), "state", "g", "label", "tracking"}, units)
}

func grams(g int) string {
	if g == 0 {
		return ""
	}
	return itoa(g)
}

func tail(id string) string { return id[max(0, len(id)-6):] }

// blocked says what keeps an order from going on, and why.
func (a *app) blocked(o *orderNow) []string {
	var out []string
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if o.Hold != "" {
		add("On hold: %s. A lead lets it go on: picket orders release %s", o.Hold, o.Number)
	}
	if o.Coming > 0 {
		add("%s of it still to come from the centre.", floor.Plural(o.Coming, "line"))
	}
	if !o.NotBefore.IsZero() && o.NotBefore.After(time.Now()) {
		add("Nothing of it leaves before %s.", a.when(o.NotBefore))
	}
	if o.TakenBack {
		add("The centre took it back; what was picked is to be put back.")
	}
	if o.Twice {
		add("It may be delivered twice, by another site or once more from here: call the centre before anything leaves.")
	}
	if o.Paper != "" {
		add("It is picked from paper %s.", o.Paper)
	}
	for _, u := range o.Units {
		switch {
		case u.Blocked != "":
			add("Parcel %s may not leave: %s. A lead frees it: picket do unit.free unit=%s note=…", u.Unit, words(u.Blocked), u.Unit)
		case u.State == floor.UnitBack:
			add("Parcel %s came back: %s. It is to be unpacked.", u.Unit, words(u.Why))
		case u.State == floor.UnitVoid && !u.Voided.IsZero():
			add("Parcel %s was cancelled at %s: %s.", u.Unit, a.when(u.Voided), words(u.Why))
		case u.Missed && u.State == floor.UnitClosed:
			add("Parcel %s: its carrier did not come.", u.Unit)
		}
	}
	for i := range o.Jobs {
		if j := &o.Jobs[i]; j.State == floor.JobHeld || j.State == floor.JobUnknown {
			add("The %s of parcel %s is %s at its printer: %s. picket printers", words(string(j.Doc)), j.Unit, j.State, words(strings.Join(j.Reasons, ", ")))
		}
	}
	for _, c := range o.desk {
		add("On the desk (%s): %s %s", c.ID, c.Words, c.Hint)
	}
	return out
}
