package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"
	"github.com/spf13/cobra"

	"picket/edge/client"
	"picket/edge/floor"
)

// columns are what a list shows of its rows, where that is not simply what fits.
var columns = map[string][]string{
	"devices":   {"id", "name", "kind", "station", "state", "since"},
	"orders":    {"number", "id", "flow", "state", "due", "to_pick", "picker", "hold"},
	"pickups":   {"number", "id", "state", "shelves", "kept_by", "overdue", "waiting"},
	"lines":     {"number", "line", "sku", "name", "qty", "picked", "short", "bin"},
	"stock":     {"sku", "name", "on_hand", "asked", "kept", "low", "buckets"},
	"items":     {"sku", "name", "gtins", "weight_g", "low"},
	"bins":      {"id", "use", "zone", "walk", "holds"},
	"people":    {"user", "name", "roles", "device", "expires"},
	"printers":  {"id", "state", "waiting", "words"},
	"parcels":   {"unit", "number", "no", "state", "carrier", "labelled"},
	"policies":  {"name", "value", "default", "says"},
	"jobs":      {"id", "order", "doc", "state", "printer"},
	"tasks":     {"id", "what", "sku", "qty", "from", "to", "by"},
	"manifests": nil,
}

// siteZone asks once in which zone the site's people live.
func (a *app) siteZone(ctx context.Context, c *client.Client) {
	if a.zone != nil {
		return
	}
	a.zone = time.UTC
	site, err := client.Get[struct{ Zone string }](ctx, c, "/api/site", nil)
	if err != nil {
		return // the times are then in UTC
	}
	if z, err := time.LoadLocation(site.Zone); err == nil {
		a.zone = z
	}
}

// rows prints a list.
func (a *app) rows(cmd *cobra.Command, name string, q client.Query) error {
	c, err := a.client()
	if err != nil {
		return err
	}
	if q == nil {
		q = client.Query{}
	}
	if a.limit < 0 {
		return usage{fmt.Errorf("--limit: %d is no number of rows", a.limit)}
	}
	if a.csv {
		return a.table(cmd.Context(), c, name, q)
	}
	var all []row
	raw := []json.RawMessage{} // no rows are an empty list, as JSON too
	for after := ""; ; {
		page, next, err := client.Page[json.RawMessage](cmd.Context(), c, name, q, after)
		if err != nil {
			return err
		}
		raw = append(raw, page...)
		if after = next; next == "" || a.limit > 0 && len(raw) >= a.limit {
			break
		}
	}
	if a.limit > 0 && len(raw) > a.limit {
		raw = raw[:a.limit] // a page may hold more
	}
	if a.json {
		return a.print(raw)
	}
	for _, r := range raw {
		var one row
		if err := json.Unmarshal(r, &one); err != nil {
			return err
		}
		all = append(all, one)
	}
	if len(all) == 0 {
		fmt.Fprintln(a.out, "Nothing.")
		return nil
	}
	a.siteZone(cmd.Context(), c)
	heads := columns[name]
	if len(heads) == 0 {
		heads = fitting(all)
	}
	cells := make([][]string, len(all))
	for i, r := range all {
		for _, h := range heads {
			cells[i] = append(cells[i], a.text(r.values[h]))
		}
	}
	table(a.out, heads, cells)
	if name == "devices" {
		for _, line := range needs(all) {
			fmt.Fprintln(a.out, line)
		}
	}
	return nil
}

// needs are the words of the devices that do not simply work, whole: a cell of a table would cut off what to do.
func needs(all []row) (out []string) {
	for _, r := range all {
		var id, words, hint string
		for name, to := range map[string]*string{"id": &id, "words": &words, "hint": &hint} {
			_ = json.Unmarshal(r.values[name], to) // a field that is not there says nothing
		}
		if words == "ready" || strings.HasSuffix(words, ": ready") {
			continue
		}
		out = append(out, plain(strings.TrimSpace(id+": "+strings.TrimSuffix(words, ".")+". "+hint)))
	}
	return out
}

// fitting are the fields that say something in some row, as many as a line holds.
func fitting(all []row) []string {
	var out []string
	for _, r := range all {
		for _, n := range r.names {
			v := string(r.values[n])
			if !slices.Contains(out, n) && v != `""` && v != "null" && len(out) < 7 {
				out = append(out, n)
			}
		}
	}
	return out
}

// table prints a list as CSV, every page under one head.
func (a *app) table(ctx context.Context, c *client.Client, name string, q client.Query) error {
	values := url.Values{"format": {"csv"}, "limit": {"1000"}}
	for k, v := range q {
		values.Set(k, v)
	}
	left := a.limit
	for page := 0; ; page++ {
		if a.limit > 0 {
			values.Set("limit", strconv.Itoa(min(left, 1000)))
		}
		text, err := c.Raw(ctx, "/api/"+name, values)
		if err != nil {
			return err
		}
		rows, next, err := client.Page[json.RawMessage](ctx, c, name, with(q, "limit", values.Get("limit")), values.Get("after"))
		if err != nil {
			return err
		}
		if page > 0 {
			_, rest, _ := bytes.Cut(text, []byte("\n"))
			text = rest
		}
		_, _ = a.out.Write(text)
		left -= len(rows)
		if values.Set("after", next); next == "" || len(rows) == 0 || a.limit > 0 && left <= 0 {
			return nil
		}
	}
}

func with(q client.Query, name, value string) client.Query {
	out := client.Query{}
	for k, v := range q {
		out[k] = v
	}
	out[name] = value
	return out
}

// print prints a value as JSON.
func (a *app) print(v any) error {
	a.printed = true
	text, err := json.MarshalIndent(v, "", "  ")
	if err == nil {
		fmt.Fprintln(a.out, string(text))
	}
	return err
}

// give gives a command and says what became of it.
func (a *app) give(cmd *cobra.Command, kind string, data any, done string) error {
	c, err := a.client()
	if err != nil {
		return err
	}
	one := client.Command{ID: floor.CommandID(a.id), Type: kind, Data: data}
	if one.ID == "" {
		one.ID = floor.CommandID("cli." + ulid.Make().String())
	}
	answers, err := c.Do(cmd.Context(), one)
	if err != nil {
		return err
	}
	if len(answers) != 1 {
		return fmt.Errorf("the box answered %d commands, but one was given", len(answers))
	}
	answer := answers[0]
	if a.json {
		if err := a.print(answer); err != nil {
			return err
		}
	}
	if err := answer.Err(); err != nil {
		return err
	}
	if a.json {
		return nil
	}
	switch answer.Outcome {
	case floor.OutcomeException:
		done = "It is recorded, and a case stands on the desk: picket desk."
	case floor.OutcomeDuplicate:
		done = "That was done before; nothing was done again."
	}
	if answer.Unit != "" {
		done += " Parcel " + string(answer.Unit) + "."
	}
	for _, j := range answer.Jobs {
		done += " Print job " + string(j) + "."
	}
	for _, says := range []map[string]string{answer.Made, answer.Told} {
		for _, k := range slices.Sorted(maps.Keys(says)) {
			done += " " + strings.ToUpper(k[:1]) + strings.ReplaceAll(k[1:], "_", " ") + " " + says[k] + "."
		}
	}
	fmt.Fprintln(a.out, plain(done))
	return nil
}

func itoa(n int) string { return strconv.Itoa(n) }
