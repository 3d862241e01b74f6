package floor

import (
	"encoding/json"
	"hash/fnv"
	"strconv"
	"time"
)

// OrderDiffers refuses another order under the number of one that is here.
const OrderDiffers Code = "order_differs"

var differsWords = map[Code][2]string{
	OrderDiffers: {"Order {order} is here already, and was sent with other contents: {differs}.", "Change it by order.change or take it back by order.recall; a new order needs an id of its own."},
}

// digest tells an assignment from another one under the same id. It protects from mistakes, not from malice.
func (c *Assign) digest() string {
	raw, err := json.Marshal(c)
	if err != nil {
		return ""
	}
	h := fnv.New64a()
	_, _ = h.Write(raw) // a hash takes whatever it gets
	return strconv.FormatUint(h.Sum64(), 16)
}

// differs says in words how an assignment is another one than that which brought the order; empty when it is the
// same. An order that was changed since is held against what came first.
func (o *Order) differs(c *Assign, rows string) string {
	if words := o.differsIn(c); words != "" {
		return words
	}
	if rows != "" && rows != o.RowsMark {
		return "what is personal of it, such as its address"
	}
	return ""
}

func (o *Order) differsIn(c *Assign) string {
	if o.Asked != "" && o.Asked == c.digest() {
		return ""
	}
	for _, f := range [][3]string{
		{"assignment", string(o.Assignment), string(c.Assignment)}, {"number", o.Number, c.Number}, {"flow", string(o.Flow), string(c.Flow)}, {"mode", string(o.Mode), string(c.Mode)},
		{"due", o.Due.UTC().Format(time.RFC3339), c.Due.UTC().Format(time.RFC3339)}, {"carrier", o.Carrier, c.Carrier}, {"service", o.Service, c.Service},
		{"address", o.ShipTo, c.ShipTo}, {"note", o.Note, c.Note},
	} {
		if f[1] != f[2] {
			return "its " + f[0] + " is " + named(f[1]) + " here and " + named(f[2]) + " there"
		}
	}
	for i := range c.Lines {
		a := &c.Lines[i]
		l := o.Line(a.Line)
		switch {
		case l == nil:
			return "line " + string(a.Line) + " is not in it"
		case l.SKU != a.SKU:
			return "line " + string(a.Line) + " is " + string(l.SKU) + " here and " + string(a.SKU) + " there"
		case l.Qty != a.Qty:
			return "line " + string(a.Line) + " asks for " + itoa(l.Qty) + " here and for " + itoa(a.Qty) + " there"
		}
	}
	switch {
	case o.Asked == "": // it came before digests were kept, and all that people see is the same
		return ""
	case len(o.Lines) > len(c.Lines)+c.More:
		return "it has " + plural(len(o.Lines), "line") + " here and " + plural(len(c.Lines)+c.More, "line") + " there"
	}
	return "its terms"
}

// named is a value for people.
func named(value string) string {
	if value == "" {
		return "empty"
	}
	return value
}
