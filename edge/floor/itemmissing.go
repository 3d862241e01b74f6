package floor

import "slices"

// ItemsMissing: an order asks for items the site knows nothing of. It is here all the same; nobody begins those
// lines before the items' data has come.
type ItemsMissing struct {
	Order OrderID `json:"order"`
	SKUs  []SKU   `json:"skus"`
}

// ItemMissing refuses to begin an order of whose items nothing is known.
const ItemMissing Code = "item_missing"

var missingWords = map[Code][2]string{
	ItemMissing: {"The catalogue has no item {sku}, which order {order} asks for.", "Nothing to do here: it can be picked as soon as the centre has sent the item. The desk knows."},
}

var missingCases = map[string][2]string{
	"item_missing": {"Order {order} asks for item {item}, which the catalogue does not have.", "Ask the centre for the item's data; this goes by itself when it has come. Nobody can pick the item before."},
}

var missingEvents = []func() Event{blank[ItemsMissing]}

// Type and Subject name the event. It is the site's own business: the centre has its own catalogue.
func (*ItemsMissing) Type() string      { return "picket.local.items.missing.v1" }
func (e *ItemsMissing) Subject() string { return "order/" + string(e.Order) }
func (e *ItemsMissing) tell(Names) string {
	return "The catalogue does not have " + joined(e.SKUs) + ": nobody can pick that yet."
}

func (e *ItemsMissing) apply(s *State) {
	for _, sku := range e.SKUs {
		if s.Items[sku] == nil && len(s.cased[caseKey{"item_missing", "item/" + string(sku)}]) == 0 {
			s.raiseAs(CaseID(string(s.rec.ID)+"/item_missing/"+string(sku)), "item_missing", "item/"+string(sku), "order", string(e.Order), "sku", string(sku))
		}
	}
}

// missing are the events of lines whose items nobody here knows. A site that was sent no catalogue at all knows
// that without a word.
func (s *State) missing(o OrderID, lines []AskedLine) []Event {
	if len(s.Items) == 0 {
		return nil
	}
	var skus []SKU
	for i := range lines {
		if sku := lines[i].SKU; s.Items[sku] == nil && !slices.Contains(skus, sku) {
			skus = append(skus, sku)
		}
	}
	if len(skus) == 0 {
		return nil
	}
	return []Event{&ItemsMissing{Order: o, SKUs: skus}}
}

// unlisted refuses to take an item of an order that the catalogue does not have. A site without a catalogue takes
// what it is told.
func (s *State) unlisted(o OrderID, sku SKU) *Refusal {
	if s.Items[sku] != nil || len(s.Items) == 0 {
		return nil
	}
	return Refuse(ItemMissing, "order", string(o), "sku", string(sku))
}

// nothingKnown refuses to begin an order of which only items nobody knows are left to pick.
func (s *State) nothingKnown(o *Order) *Refusal {
	var no *Refusal
	for i := range o.Lines {
		l := &o.Lines[i]
		switch {
		case l.ToPick() == 0:
		case s.Items[l.SKU] != nil || len(s.Items) == 0:
			return nil
		case no == nil:
			no = Refuse(ItemMissing, "order", string(o.ID), "sku", string(l.SKU))
		}
	}
	return no
}
