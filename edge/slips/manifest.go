package slips

import (
	"fmt"
	"strings"
)

// ManifestParcel is one parcel the carrier takes.
type ManifestParcel struct {
	SSCC     string
	Tracking string
	Order    string
	To       string // postcode and town
	Grams    int
	Note     string // "cash on delivery", "dangerous"
}

// Manifest is what a carrier took at the end of the day.
type Manifest struct {
	Head
	Carrier string
	Account string
	Service string
	Day     string
	Dock    string
	Parcels []ManifestParcel
}

// Day makes the manifest of a day, or of a departure.
func Day(m Manifest) ([]byte, error) {
	if err := checkRows("parcels", len(m.Parcels)); err != nil {
		return nil, err
	}
	total := int64(0)
	for i, p := range m.Parcels {
		if p.Grams < 0 || p.Grams > 100_000_000 {
			return nil, fmt.Errorf("parcels[%d].grams: is %d, must be from 0 to 100000000", i, p.Grams)
		}
		total += int64(p.Grams)
	}
	count := fmt.Sprintf(m.say("%d parcels"), len(m.Parcels))
	if len(m.Parcels) == 1 {
		count = m.say("1 parcel")
	}
	sum := count + ", " + m.kilos(total)
	d, err := begin(m.Head, "Manifest", Fact{"Carrier", m.Carrier}, Fact{"Service", m.Service}, Fact{"Account", m.Account}, Fact{"Day", m.Day}, Fact{"Dock", m.Dock}, Fact{"Total", sum})
	if err != nil {
		return nil, err
	}
	var rows [][]cell
	for i, p := range m.Parcels {
		rows = append(rows, []cell{{text: fmt.Sprint(i + 1)}, {text: grouped(p.SSCC)}, {text: p.Tracking}, {text: p.Order}, {text: p.To, small: p.Note}, {text: m.kilos(int64(p.Grams))}})
	}
	d.table([]col{{title: "#", w: 9, size: 8, most: 1}, {title: "SSCC", w: 48, most: 1}, {title: "Tracking", w: 42, size: 8, most: 2}, {title: "Order", w: 30, size: 8, most: 2}, {title: "To", w: 42, size: 8},
		{title: "Weight", w: 20, align: right, most: 1}}, rows)
	d.need(30)
	d.text(margin, d.y+1, d.inner(), 1, d.say("Total: ")+sum, style{12, true}, right)
	d.y += 8
	d.paragraph(d.say("The driver confirms to have received the parcels named here, by number; their contents were not checked."), style{8, false})
	d.sign(d.say("For ")+first(m.Site, d.say("the site")), "Driver, name in capitals", "Date, time, signature")
	return d.end()
}

// kilos writes grams as kilograms with all their digits.
func (h Head) kilos(g int64) string {
	return Decimal(h.Lang, fmt.Sprintf("%d.%03d kg", g/1000, g%1000))
}

// grouped writes the 18 digits of an SSCC so that people can read them out.
func grouped(s string) string {
	if len(s) != 18 || strings.Trim(s, "0123456789") != "" {
		return s
	}
	return s[:3] + " " + s[3:7] + " " + s[7:11] + " " + s[11:15] + " " + s[15:]
}
