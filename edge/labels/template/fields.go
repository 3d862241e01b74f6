package template

import (
	"slices"
	"strings"

	"picket/edge/floor"
	"picket/edge/labels"
)

// Kind says what a field may hold.
type Kind string

// The kinds of fields.
const (
	Words Kind = "words"  // any letters; several lines where it says so
	Code  Kind = "code"   // printable ASCII: what a barcode can hold
	YesNo Kind = "yes/no" // for conditions: "yes" or nothing
	List  Kind = "list"   // entries with fields of their own, called row.…
)

// Field is a thing that a document may show.
type Field struct {
	Name           string
	Kind           Kind
	Says           string
	Example, Worst string  // what it holds in a preview, and when a template is checked
	Row            []Field // the fields of a list's entries
	Entries        int     // of the list, in the worst case
}

// Document is one that a template can draw.
type Document struct {
	Doc    floor.Document
	Says   string
	Fields []Field

	must   []string // words that must be on the label whenever they are not empty, whole even in the worst case; of "a|b" one of them
	shown  []string // the same, but the longest ones may end in "..."
	barred []string // of these the first that is not empty must stand in a barcode
}

func words(name, says, example, worst string) Field {
	return Field{Name: name, Kind: Words, Says: says, Example: example, Worst: worst}
}

func code(name, says, example, worst string) Field {
	return Field{Name: name, Kind: Code, Says: says, Example: example, Worst: worst}
}

func yesNo(name, says, example string) Field {
	return Field{Name: name, Kind: YesNo, Says: says, Example: example, Worst: "yes"}
}

func list(name, says string, entries int, row ...Field) Field {
	return Field{Name: name, Kind: List, Says: says, Row: row, Entries: entries}
}

const (
	longName = "Dr. Maximiliane-Charlotte von und zu Hohenstein-Wolkenkuckucksheim ^XZ^XA~JA"
	longTown = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"
	anSSCC   = "095200010000000010"
)

// common are the fields of every document.
func common() []Field {
	return []Field{
		words("site.name", "the site's name", "Northgate Store", "Northgate Store and Distribution Centre"),
		words("site.address", "the lines under it", "12 Market Square\nNG1 2AB Nottingham", "Unit 12, Northgate Business and Retail Park\n12 Market Square\nNG1 2AB Nottingham\nUnited Kingdom"),
		words("site.line", "name and lines, with commas", "Northgate Store, 12 Market Square, NG1 2AB Nottingham", "Northgate Store and Distribution Centre, 12 Market Square, NG1 2AB Nottingham"),
		words("copy", "which copy this is, from the second on; else empty", "", "12"),
		words("copy.reason", "why it was printed again", "", "the label was torn off, and the parcel had to be packed anew"),
		words("page", "the number of this label among those of the document", "", ""),
		words("pages", "how many there are of them", "", ""),
		yesNo("page.last", "this is the last of its list", ""),
		yesNo("page.alone", "the last has no entries: what stands below the list needs a label of its own", ""),
	}
}

// ofOrder are the fields of documents of an order.
func ofOrder() []Field {
	return append(common(),
		words("order.number", "the order's number", "web-100471", "web-100471"),
		words("order.short", "the same for reading out: the end of a long one", "web-100471", "web-100471"),
		words("order.purchase", "a business customer's own number for it", "PO-881", "PO-2026-000881-B"),
		words("carrier", "the carrier's name", "Demo Post", "Demo Post International Express"),
		words("service", "the carrier's service, in capitals", "EXPRESS", "EXPRESS SATURDAY"),
		words("service.letter", "the first letter of the service, to be read from afar", "E", "E"),
		words("account", "what the site is called at the carrier, from the settings: its account, its postage licence", "8812-004", "8812-004-771-9930"),
		words("route.sort", "where the carrier sorts it to, from the table of the settings", "N1-04", "N1-04-B77"),
		words("route.depot", "the carrier's depot there", "London North", "London North and Hertford"),
		words("route.name", "the tour from that depot", "214", "214-B77"),
		words("posted", "the day the label was asked for", "2026-11-22", "2026-11-22"),
		words("to.name", "the customer's name", "Jo Doe", longName),
		words("to.street", "the lines of the street", "1 High Street\nFlat 7", strings.Repeat("Donaudampfschifffahrtsgesellschaft ", 3)+"\n^FD>8~HS_5E\nc/o Łukasz Żółć, Οδός Ερμού 5, улица Ленина"),
		words("to.postcode", "the postcode", "N1 9GU", "123456789012"),
		words("to.city", "the city", "London", longTown),
		words("to.town", "postcode and city on one line", "N1 9GU London", "123456789012 "+longTown),
		words("to.country", "the country's two letters", "GB", "GB"),
		code("to.routing", "country and postcode in letters and digits alone", "GBN19GU", "GB123456789012"),
		words("to.phone", "the phone number, where the centre sends one", "", "+44 20 7946 0958 ext. 4711"),
		words("marks", "how the parcel is to be handled: warnings and cares", "FRAGILE - THIS WAY UP", "DANGEROUS GOODS - KEEP CHILLED - THIS WAY UP"),
		words("warnings", "what does harm where it is overlooked: an age to be checked, dangerous goods, what must stay cold", "", "DANGEROUS GOODS - KEEP CHILLED"),
		words("cares", "the other marks: fragile, this way up, a gift", "FRAGILE - THIS WAY UP", "THIS WAY UP"),
		words("age", "how old who takes it must be, in years; else empty", "", "18"),
		yesNo("mark.dangerous", "there are dangerous goods in it", ""),
		yesNo("mark.chilled", "it must be kept chilled", ""),
		yesNo("mark.frozen", "it must be kept frozen", ""),
		yesNo("mark.fragile", "it is fragile", "yes"),
		yesNo("mark.upright", "it must stand upright", "yes"),
		yesNo("gift", "the order is a gift", ""),
		words("parcel.of", "which parcel of the order this is", "1 of 2", "12 of 34"),
		yesNo("parcel.one_of_one", "it is the only one", ""),
		words("parcel.weight", "its weight", "2.1 kg", "31.5 kg"),
		code("sscc", "the parcel's number, 18 digits", anSSCC, anSSCC),
		code("tracking", "the carrier's number for it", "", "77000000019"),
		words("tracking.spaced", "the same as people read it out", "", "7700 0000 019"),
		words("cod", "the amount to be collected on delivery", "", "1249.90 EUR"),
	)
}

// listed are the fields of documents that are a list.
func listed(title, rows, number string) []Field {
	all := []Field{
		words("title", "what the document is called", title, title),
		list("head", "the lines on top of it", 4, words("text", "one line", "Order web-100471", "Order web-100471, your order PO-2026-000881-B")),
		list("rows", rows, 40, words("qty", "how many", "2 x", "1200 x"), words("text", "of what", "Oat drink 1 l", "not in this parcel: Oat drink, barista quality, unsweetened, 1 l")),
		list("foot", "the lines below the list", 4, words("text", "one line", "Received: ______________________", "Head office is cut off: the money is not decided yet.")),
	}
	if number != "" {
		all = append(all, code("code", "the number it is found by; not every one has one", number, number))
	}
	return all
}

// Documents are those a template can draw, in the order people look for them. A customs form is none of them: its layout
// is the postal union's.
func Documents() []Document {
	sheet := func(doc floor.Document, says string, fields []Field, title, rows, number string) Document {
		d := Document{Doc: doc, Says: says, Fields: slices.Concat(fields, listed(title, rows, number)), must: []string{"copy", "foot.text"}, shown: []string{"title", "head.text", "rows.qty", "rows.text"}}
		if number != "" {
			d.barred = []string{"code"}
		}
		return d
	}
	return []Document{
		{Doc: floor.DocShippingLabel, Says: "the label a parcel travels with", Fields: ofOrder(), must: []string{"copy", "order.number", "parcel.of", "to.postcode", "to.country", "cod", "marks|warnings", "marks|cares"}, shown: []string{"to.name", "to.street", "to.city"}, barred: []string{"tracking", "sscc"}},
		{Doc: floor.DocPackingSlip, Says: "what the customer gets, and what is missing", Fields: append(ofOrder(), list("rows", "the lines of the order", 40, words("qty", "how many", "2 x", "1200 x"), words("text", "of what", "Oat drink 1 l", "not in this parcel: Oat drink, barista quality, unsweetened, 1 l"))), must: []string{"copy", "order.number"}, shown: []string{"rows.qty", "rows.text"}},
		{Doc: floor.DocReturnLabel, Says: "put into the parcel, for what comes back", Fields: append(ofOrder(), code("return_no", "the number the return comes back with", "RT000017", "RT0000017")), must: []string{"copy", "order.number"}, shown: []string{"site.name", "site.address"}, barred: []string{"return_no"}},
		{Doc: floor.DocHoldLabel, Says: "on a bag that waits for its customer", Fields: append(ofOrder(),
			words("shelf", "where it stands", "S-03", "S-03, S-07"), words("keep_until", "until when it is kept", "Sat 28 Nov 2026", "Sat 28 Nov 2026"), words("bags", "in how many bags, from two on", "2 bags", "12 bags"),
			words("to_pay", "what the customer still has to pay", "12.50 EUR", "1249.90 EUR"), code("order.code", "the order's number as this site's barcodes have it", "ORDER-web-100471", "ORDER-web-100471")),
			must: []string{"copy", "order.number", "shelf", "to_pay"}, shown: []string{"to.name"}, barred: []string{"order.code"}},
		{Doc: floor.DocCODSlip, Says: "what the carrier collects", Fields: ofOrder(), must: []string{"copy", "order.number", "cod"}},
		{Doc: floor.DocGiftNote, Says: "the giver's words", Fields: append(ofOrder(), words("note", "the words", "Happy birthday!\nAll the best from Jo", strings.Repeat("Happy birthday, and all the best. ", 12))), shown: []string{"note"}},
		sheet(floor.DocGiftReceipt, "to bring a gift back with; it names no price", ofOrder(), "Gift receipt", "what is in the gift", "GR-7781"),
		{Doc: floor.DocContentList, Says: "what is in a parcel to another site", Fields: slices.Concat(ofOrder(), listed("Contents", "what is in the parcel", ""), []Field{words("to.site", "the other site", "south", "south"),
			list("lists", "the signed lists, one code each", 2, code("code", "the list, for a QR code", aList(6), aList(60)), words("n", "which one", "1", "12"), words("of", "of how many", "1", "12"))}),
			must: []string{"copy", "sscc"}, shown: []string{"rows.qty", "rows.text"}, barred: []string{"lists.code"}},
		sheet(floor.DocDeliveryNote, "what comes with one delivery of a business order", ofOrder(), "Delivery note web-100471/1", "what comes now, came before, and is to come", ""),
		sheet(floor.DocReturnReceipt, "for a customer who brought goods back", ofOrder(), "Return receipt", "what was brought back", "R000071"),
		sheet(floor.DocClaimSlip, "the same while head office is cut off", ofOrder(), "Claim slip", "what was brought back", "R000071"),
		{Doc: floor.DocHangTag, Says: "on goods that were brought back, one for each unit", Fields: append(ofOrder(),
			words("item", "what it is", "Oat drink 1 l", "Oat drink, barista quality, unsweetened, 1 l"), words("item.detail", "number, lot and serial number", "SKU OAT, lot L7", "SKU OAT-BARISTA-1L, lot L7"), code("item.code", "its barcode", "09520000000028", "09520000000028"),
			words("condition", "in what condition it is", "opened", "as new"), words("goes_to", "where it goes", "A-02-1", "return to vendor"), words("why", "why it came back", "Return R000071, line 2: not as described", "Return R000071, line 12: not as described"), words("return.number", "the return's number", "R000071", "R000071"),
			list("tags", "one entry for each unit", 2, words("of", "which one, where there are several", "1 of 2", "12 of 12"))),
			must: []string{"copy", "item.detail", "condition", "goes_to", "tags.of"}, shown: []string{"item"}, barred: []string{"item.code"}},
		sheet(floor.DocManifest, "what a carrier signs for", common(), "Manifest Demo Post", "the parcels", "M-20261121-1"),
	}
}

// aList is a signed list as long as one of so many lines is.
func aList(lines int) string { return "PKT1:" + strings.Repeat("SKU-0001*1.L7!", lines) }

// Find is the document of that name, as commands and templates write it.
func Find(doc string) (Document, bool) {
	for _, d := range Documents() {
		if string(d.Doc) == doc {
			return d, true
		}
	}
	return Document{}, false
}

// Names are the documents a template can draw.
func Names() (out []string) {
	for _, d := range Documents() {
		out = append(out, string(d.Doc))
	}
	return out
}

// field is the field of that name; within a list's entries those of the entry are called row.….
func (d *Document) field(name string, of *Field) *Field {
	all := d.Fields
	if in, is := strings.CutPrefix(name, "row."); is {
		if of == nil {
			return nil
		}
		all, name = of.Row, in
	}
	for i := range all {
		if all[i].Name == name {
			return &all[i]
		}
	}
	return nil
}

// names are all that may be written where of is the list around.
func (d *Document) names(of *Field, only ...Kind) (out []string) {
	add := func(f Field, name string) {
		if len(only) == 0 || slices.Contains(only, f.Kind) {
			out = append(out, name)
		}
	}
	if of != nil {
		for _, f := range of.Row {
			add(f, "row."+f.Name)
		}
	}
	for _, f := range d.Fields {
		add(f, f.Name)
	}
	return out
}

func (d *Document) lists() []string { return d.names(nil, List) }

// Example are the values of a preview, Worst those a template is checked with.
func (d *Document) Example() labels.Values {
	return d.values(func(f Field) string { return f.Example }, func(Field) int { return 2 })
}

// Worst are the longest values there may be.
func (d *Document) Worst() labels.Values {
	return d.values(func(f Field) string { return f.Worst }, func(f Field) int { return f.Entries })
}

func (d *Document) values(of func(Field) string, entries func(Field) int) labels.Values {
	v := labels.Values{Words: map[string]string{}, Lists: map[string][]labels.Row{}}
	for _, f := range d.Fields {
		if f.Kind != List {
			v.Words[f.Name] = of(f)
			continue
		}
		for range entries(f) {
			row := labels.Row{}
			for _, r := range f.Row {
				row[r.Name] = of(r)
			}
			v.Lists[f.Name] = append(v.Lists[f.Name], row)
		}
	}
	return v
}
