package floor

import (
	"fmt"
	"strconv"
	"strings"
)

// Words are for people, and people know an order, a run or a delivery by its number; an id is the programs'. So
// whatever goes into a text is said by its number, and its id stays in its field beside it.

// Called says what people call what a subject such as order/O-1 names, or "" when nobody knows better.
type Called func(subject string) string

// Called is what people call what a subject names: an order, run, count, manifest, delivery or return by its number,
// anything else by its kind and id. It is "" for what nobody here knows.
func (s *State) Called(subject string) string {
	kind, id, _ := strings.Cut(subject, "/")
	switch kind {
	case "order":
		if o := s.Orders[OrderID(id)]; o != nil {
			return o.Called()
		}
	case "run":
		if r := s.Runs.Get(RunID(id)); r != nil {
			return r.Called()
		}
	case "count":
		if c := s.Counts.Get(CountID(id)); c != nil {
			return c.Called()
		}
	case "manifest":
		if m := s.Manifests.Get(ManifestID(id)); m != nil {
			return m.Called()
		}
	case "inbound":
		if in := s.Inbounds.Get(InboundID(id)); in != nil {
			return in.Called()
		}
	case "return":
		if r := s.Returns.Get(ReturnID(id)); r != nil {
			return r.Called()
		}
	case "drawer":
		if d := s.Drawers.Get(DrawerID(id)); d != nil {
			return d.Words()
		}
	case "task":
		if t := s.Tasks.Get(TaskID(id)); t != nil {
			return t.said(s)
		}
	}
	return ""
}

// Said is a subject in words: order web-1001, run RUN-20261121-1, the site.
func (s *State) Said(subject string) string { return saidOf(subject, s.Called) }

func saidOf(subject string, called Called) string {
	kind, id, has := strings.Cut(subject, "/")
	if !has {
		return "the " + plain(kind)
	}
	name := id
	if called != nil {
		if better := called(subject); better != "" {
			name = better
		}
	}
	switch kind {
	case "unit":
		kind = "parcel"
	case "inbound":
		kind = "delivery"
	case "drawer", "task": // its name says what it is
		if name != id {
			return name
		}
	case "bin_count":
		kind = "count of bin"
	}
	return plain(kind) + " " + name
}

// Called is what people call the order.
func (o *Order) Called() string { return called(o.Number, string(o.ID)) }

// Called is what people call the delivery: what its sender calls it, or the number it got here.
func (in *Inbound) Called() string { return called(in.Number, string(in.ID)) }

// Called is what people call the return: what stands on its receipt, or the number it was announced by.
func (r *Return) Called() string { return called(r.Number, called(r.RMA, string(r.ID))) }

// said is what is to be done.
func (k *Task) said(s *State) string {
	out := plain(k.What)
	if k.SKU != "" && k.Qty > 0 {
		out += " " + strconv.Itoa(k.Qty) + " × " + s.name(k.SKU)
	}
	if k.What == "recount" {
		return out + " of bin " + string(k.From.Bin())
	}
	if id, ok := strings.CutPrefix(k.Subject, "order/"); ok && s.Orders[OrderID(id)] != nil {
		out += " of order " + s.Orders[OrderID(id)].Called()
	}
	return out
}

// orderSaid is an order in words, by its number.
func (s *State) orderSaid(id OrderID) string { return s.Said("order/" + string(id)) }

// asCalled is what is added to the name of an argument for what people call the thing it names.
const asCalled = "_called"

// callable are the arguments that hold ids, in the order in which they are looked at.
var callable = [...]string{"order", "run", "count", "manifest", "inbound", "return"}

// call puts beside every id among a text's arguments what people call what it names.
func (s *State) call(args map[string]string) {
	for _, key := range callable {
		if id := args[key]; id != "" {
			if name := s.Called(key + "/" + id); name != "" && name != id {
				args[key+asCalled] = clip(name)
			}
		}
	}
	if subject := args["subject"]; subject != "" {
		args["subject"+asCalled] = clip(s.Said(subject))
	}
}

// fill puts arguments into the braces of a text, by what people call them: {order} is the order's number. After a
// colon stand the words for one and for any other number: {left:unit is|units are}.
func fill(text string, args map[string]string) string {
	return strings.TrimRight(inBraces(text, func(key string) string {
		key, forms, numbered := strings.Cut(key, ":")
		if numbered {
			one, many, _ := strings.Cut(forms, "|")
			if args[key] == "1" {
				return one
			}
			return many
		}
		if name := args[key+asCalled]; name != "" {
			return name
		}
		if args[key] == "" && key == "item" {
			return args["sku"] // a case from before items had their names in cases
		}
		return args[key]
	}), " ")
}

// inBraces puts what of says into the braces of a text.
func inBraces(text string, of func(key string) string) string {
	var b strings.Builder
	for {
		open := strings.IndexByte(text, '{')
		if open < 0 {
			break
		}
		end := strings.IndexByte(text[open:], '}')
		if end < 0 {
			break
		}
		b.WriteString(text[:open])
		b.WriteString(of(text[open+1 : open+end]))
		text = text[open+end+1:]
	}
	b.WriteString(text)
	return b.String()
}

// unfilled is a text for whoever reads of it before there are arguments: in the plural, with its braces.
func unfilled(text string) string {
	return inBraces(text, func(key string) string {
		if _, forms, numbered := strings.Cut(key, ":"); numbered {
			_, many, _ := strings.Cut(forms, "|")
			return many
		}
		return "{" + key + "}"
	})
}

// Plural is a number of things: 1 line, 2 lines.
func Plural(n int, what string) string { return plural(n, what) }

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// of is the form of a verb for a number: of(1, "is", "are").
func of(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// ref stands in a sentence for what an event names only by its id. Tell puts what people call it in its place.
func ref(kind, id string) string { return "\x01" + kind + "/" + id + "\x02" }

// saidRef is ref for a subject, with the word for what it is: order web-1001.
func saidRef(subject string) string { return "\x01!" + subject + "\x02" }

// refs puts into a sentence what people call the things it names; an id where nobody knows better.
func refs(text string, called Called) string {
	for {
		open := strings.IndexByte(text, 1)
		if open < 0 {
			return text
		}
		end := strings.IndexByte(text[open:], 2)
		if end < 0 {
			return text
		}
		subject, whole := strings.CutPrefix(text[open+1:open+end], "!")
		name := ""
		if whole {
			text = text[:open] + saidOf(subject, called) + text[open+end+1:]
			continue
		}
		if called != nil {
			name = called(subject)
		}
		if name == "" {
			_, name, _ = strings.Cut(subject, "/")
		}
		text = text[:open] + name + text[open+end+1:]
	}
}

// numberWords says what the numbers of a kind are for.
func numberWords(kind string) string {
	switch carrier, is := strings.CutPrefix(kind, "carrier:"); {
	case is:
		return "carrier " + carrier
	case kind == "sscc":
		return "parcels"
	case kind == "return":
		return "returns"
	}
	return plain(kind)
}
