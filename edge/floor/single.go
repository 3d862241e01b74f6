package floor

// PackSingle packs one unit of a run of singles: any unit takes the order that is due next.
type PackSingle struct {
	Run    RunID  `json:"run"`
	SKU    SKU    `json:"sku,omitempty"`
	Code   string `json:"code,omitempty"`
	Carton string `json:"carton,omitempty"`
	Done   bool   `json:"done,omitempty"`
	Goods
}

// Kind names the command.
func (*PackSingle) Kind() string { return "single.pack" }

func (c *PackSingle) decide(s *State, m Meta) ([]Event, *Refusal) {
	r, no := s.findRun(c.Run)
	if no != nil {
		return nil, no
	}
	if r.Kind != RunSingles {
		return nil, Refuse(NotSingles, "run", string(r.ID))
	}
	for _, no := range []*Refusal{checkText("code", c.Code, MaxText), checkText("carton", c.Carton, MaxID), c.Goods.check(1), s.inMix(r, c.SKU, c.Code, 1, c.Done)} {
		if no != nil {
			return nil, no
		}
	}
	if c.Carton != "" && s.Cartons.Len() > 0 && s.Cartons.Get(CartonID(c.Carton)) == nil {
		return nil, Refuse(UnknownCarton, "carton", c.Carton)
	}
	o, l := s.dueFor(r, c.SKU, 1)
	if o == nil {
		return []Event{&UnitLeftOver{Run: r.ID, SKU: c.SKU, Qty: 1}}, nil
	}
	unit, ok := s.nextSSCC()
	if !ok {
		return nil, Refuse(NoNumbers)
	}
	e, no := s.sorted(m, r, o, l, 1, c.Goods, c.Code, c.Done)
	if no != nil {
		return nil, no
	}
	out := append(s.complete(e, o), &UnitOpened{Order: o.ID, Unit: unit, Carton: c.Carton},
		&UnitFilled{Order: o.ID, Unit: unit, Line: l.ID, SKU: l.SKU, Qty: 1})
	return append(out, s.over(r, c.SKU, 1)...), nil
}
