package site

import (
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/devices/virtual"
	"picket/edge/floor"
	"picket/edge/labels"
	"picket/edge/labels/template"
	"picket/zpl/judge"
	"picket/zpl/preview"
)

// TestAParcelIsMarkedAndRouted: from the order to the paper. What the site's goods are, how old who takes them must be and whose
// parcel it is stands on the label as it came out of the printer: the marks, what the carrier sorts by, and barcodes that programs
// which are not ours decode. A label printed again is the first one with the mark of a copy.
func TestAParcelIsMarkedAndRouted(t *testing.T) {
	p := newParty(t)
	cfg := p.siteConfig("north", p.siteDir("north"))
	cfg.Centre, cfg.Name, cfg.Zone = alone, "Northgate Store", "Europe/London"
	cfg.Tokens[0].Roles = []string{"picker", "packer", "lead", "manager", "centre"}
	zebra, err := virtual.Open(virtual.Config{Name: "bench-1", Listen: "127.0.0.1:0"})
	require.NoError(t, err)
	go func() { _ = zebra.Serve(t.Context()) }()
	cfg.Printers = []Printer{{ID: "zebra", Address: "tcp://" + zebra.Addr()}}
	table := filepath.Join(t.TempDir(), "routes.csv")
	require.NoError(t, os.WriteFile(table, []byte("country,postcode,sort,depot,route\nGB,N1,N1-04,London North,214\n"), 0o600))
	cfg.Carriers = []Carrier{{Code: "DPX", Layout: "network", Account: "8812-004", Routes: table}}
	require.NoError(t, cfg.Check())
	north := p.start("north", func(ctx context.Context, ready func(string)) error { return Run(ctx, cfg, p.logger, ready) })
	p.ok(north, "item.set", m{"sku": "GIN", "name": "Gin, 0.7 l", "gtins": []string{"09520000000011"}, "weight_g": 1200, "min_age": 18, "handling": []string{"dangerous", "fragile"}})
	p.ok(north, "item.set", m{"sku": "OYSTERS", "name": "Oysters, 6", "gtins": []string{"09520000000028"}, "weight_g": 600, "handling": []string{"chilled"}})
	p.ok(north, "bin.set", m{"id": "A-1", "aisle": "A", "bay": 1, "level": 1, "side": "left", "walk": 1})
	p.ok(north, "numbers.lease", m{"number": "sscc", "prefix": "09520001", "from": 1, "to": 1000})
	p.ok(north, "carrier.set", m{"code": "DPX", "name": "Demo Parcel"})
	for _, sku := range []string{"GIN", "OYSTERS"} {
		p.ok(north, "stock.adjust", m{"sku": sku, "bin": "A-1", "delta": 5, "reason": "opening"})
	}
	for order, sku := range map[string]string{"O-1": "GIN", "O-2": "OYSTERS"} {
		body, err := json.Marshal(m{"commands": []m{{"id": order, "type": "order.assign", "data": m{"order": order, "assignment": order, "number": "web-" + order, "flow": "ship", "mode": "hold",
			"due": time.Now().Add(time.Hour), "carrier": "DPX", "service": "express", "ship_to": "pii/" + order, "lines": []m{{"line": "1", "sku": sku, "qty": 1}}},
			"rows": []m{{"ref": "pii/" + order, "body": m{"name": "Ada King", "street": []string{"1 High St"}, "postcode": "N1 9GU", "city": "London", "country": "GB"}}}}}})
		require.NoError(t, err)
		require.Contains(t, string(p.must("POST", north+"/api/commands", json.RawMessage(body))), `"accepted"`)
		p.ok(north, "pick.start", m{"order": order})
		p.ok(north, "pick.scan", m{"order": order, "sku": sku, "qty": 1})
		unit := p.ok(north, "unit.open", m{"order": order}).Unit
		p.ok(north, "unit.add", m{"unit": unit, "line": "1", "qty": 1, "sku": sku})
		jobs := p.ok(north, "unit.close", m{"unit": unit, "weight_g": 2100}).Jobs
		done := func(id string) {
			p.eventually("it is known to be printed", func() bool {
				var all struct{ Rows []struct{ ID, State string } }
				require.NoError(t, json.Unmarshal(p.must("GET", north+"/api/jobs", nil), &all))
				for _, x := range all.Rows {
					if x.ID == id {
						return x.State == "completed"
					}
				}
				return false
			})
		}
		for _, job := range jobs { // the packing slip, too
			done(job)
		}
		done(p.ok(north, "label.request", m{"unit": unit, "doc": "shipping_label", "reason": "torn"}).Jobs[0])
		out := slices.DeleteFunc(zebra.Labels(), func(l virtual.Label) bool { return !strings.Contains(string(l.ZPL), unit) }) // the newest first
		require.Len(t, out, 2)
		marks := map[string][]string{"GIN": {"CHECK AGE 18+ - DANGEROUS GOODS", "FRAGILE"}, "OYSTERS": {"KEEP CHILLED"}}[sku]
		for i, want := range []string{"COPY 2 torn", ""} {
			read := preview.Read(out[i].ZPL, preview.Options{Dpmm: 8}).Labels
			require.Len(t, read, 1)
			said := strings.Join(strings.Fields(strings.Join(read[0].Texts(), " ")), " ")
			for _, w := range append(marks, want, "N1-04", "London North", "214", "Account 8812-004", "Demo Parcel", "EXPRESS", "2.1 kg", "Ref web-"+order, "Ada King", "N1 9GU London") {
				require.Contains(t, said, w)
			}
			require.Equal(t, want != "", strings.Contains(said, "COPY"))
		}
		pictures, err := judge.Render(t.Context(), out[1].ZPL, judge.Size{Width: 101.6, Height: 152.4, Dpmm: 8})
		require.NoError(t, err)
		require.Len(t, pictures, 1)
		var codes []string
		for _, c := range pictures[0].Codes {
			codes = append(codes, c.AIM+" "+c.Text)
		}
		require.ElementsMatch(t, []string{"]d1 GBN19GU-" + unit, "]C1 00" + unit}, codes)
	}
}

// parcelOf is a parcel of a carrier.
func parcelOf(carrier string) labels.Facts {
	u := floor.Unit{ID: "095200010000000010", State: floor.UnitClosed}
	return labels.Facts{Order: &floor.Order{Number: "web-1", Carrier: carrier, Service: "express", Units: []floor.Unit{u}}, Unit: &u, Job: &floor.Job{Doc: floor.DocShippingLabel, Copy: 1},
		To: labels.Address{Name: "Ada King", City: "London", Postcode: "N1 9GU", Country: "GB"}}
}

// TestTheMannerOfACarrier: a template of the site's own for a carrier goes before its layout, the layout before one for all; a table
// with a fault leaves the label without what it would say, and people are told.
func TestTheMannerOfACarrier(t *testing.T) {
	dir, table := t.TempDir(), filepath.Join(t.TempDir(), "routes.csv")
	require.NoError(t, os.WriteFile(table, []byte("country,postcode,sort,depot,route\nGB,N1,,b,c\n"), 0o600))
	carriers := []Carrier{{Code: "DPX", Layout: "express", Routes: table}, {Code: "PST", Layout: "postal"}}
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	write("all.lbl", shippingTemplate(t, "Everybody"))
	write("post.lbl", "carrier: [PST]\n"+shippingTemplate(t, "Postman"))
	own := newTemplates(t.TempDir(), slog.New(slog.DiscardHandler))
	own.load(dir, carriers, "de")
	require.Contains(t, own.trouble(labels.Parcel), "routes.csv: line 2: country has two letters, and sort must not be empty")
	draw := func(carrier string, m labels.Media) (string, string) {
		f := parcelOf(carrier)
		doc, by, err := own.draw(f, m, nil)
		require.NoError(t, err)
		by, _, _ = strings.Cut(by, "@")
		return string(doc), by
	}
	for carrier, want := range map[string][2]string{"DPX": {"express.lbl", "VON"}, "PST": {"post.lbl", "Postman"}, "DEMO": {"all.lbl", "Everybody"}} {
		doc, by := draw(carrier, labels.Parcel)
		require.Equal(t, want[0], by, carrier)
		require.Contains(t, doc, want[1])
	}
	doc, by := draw("DPX", labels.Media{Width: 58, Height: 150, Dpmm: 8})
	require.Empty(t, by, "no layout fits there")
	require.Contains(t, doc, "FROM")

	// An address that no belt can read has the carrier's label all the same.
	for _, to := range []labels.Address{{Name: "Ada King", City: "London"}, {Name: "山田太郎", City: "東京都", Postcode: "〒100", Country: "日本"}, {Name: "Ada King", City: "London", Country: "GB", Postcode: strings.Repeat("N1", 20)}} {
		for _, layout := range template.Layouts() {
			own.load("", []Carrier{{Code: "DPX", Layout: layout}}, "")
			f := parcelOf("DPX")
			f.To, f.Order.Service = to, ""
			_, by, err := own.draw(f, labels.Parcel, nil)
			require.NoError(t, err)
			require.Contains(t, by, layout+".lbl@")
			require.Empty(t, own.trouble(labels.Parcel))
		}
	}

	// Two for one carrier cannot be told apart.
	write("twice.lbl", "carrier: [DEMO, PST]\n"+shippingTemplate(t, "Twice"))
	own.load(dir, nil, "")
	require.Contains(t, own.trouble(labels.Parcel), "is drawn by post.lbl already")
	_, by = draw("DPX", labels.Parcel)
	require.Equal(t, "all.lbl", by, "the settings no longer name a layout")

	// A reprint is drawn by the layout that drew the first print, from its copy.
	own.load("", carriers, "de")
	_, first, err := own.draw(parcelOf("DPX"), labels.Parcel, nil)
	require.NoError(t, err)
	own.load("", nil, "")
	f := parcelOf("DPX")
	f.Job.Copy, f.Job.Reason = 2, "torn"
	printed := *f.Job
	printed.Template = first
	again, was, err := own.draw(f, labels.Parcel, &printed)
	require.NoError(t, err)
	require.Equal(t, first, was)
	require.Contains(t, string(again), "KOPIE 2")

	for want, c := range map[string][]Carrier{
		`carriers[0].layout: is "poem", but there is express, network, postal`: {{Code: "DPX", Layout: "poem"}},
		`carriers[1].code: "DPX" stands there twice`:                           {{Code: "DPX"}, {Code: "DPX"}},
		"carriers[0].code: is missing":                                         {{Layout: "postal"}},
		"carriers[0].account":                                                  {{Code: "DPX", Account: strings.Repeat("7", 33)}},
	} {
		cfg := Defaults()
		cfg.Site, cfg.Carriers = "north", c
		require.ErrorContains(t, cfg.Check(), want)
	}
}
