package floor

import (
	"slices"
	"strconv"
)

// OrderPaper is a paper the order was, or is, picked from, and the lines of it that were entered.
type OrderPaper struct {
	Paper string   `json:"paper"`
	Lines []LineID `json:"lines,omitempty"`
}

// PaperOver is a line of which a paper says more to be short than was open.
type PaperOver struct {
	Line  LineID `json:"line"`
	SKU   SKU    `json:"sku"`
	Qty   int    `json:"qty"`   // picked, by the paper
	Short int    `json:"short"` // short, by the paper
	Open  int    `json:"open"`  // what was open before it was entered
}

var paperCases = map[string][2]string{
	"paper_over": {"Paper {paper} of order {order} says {says} of {item}, but only {open} were still to be picked. What is more than that is not booked as short.",
		"Look at the paper and at the goods: say what was picked too much or too little on the handheld, and count the bin when more was missing than was wanted."},
}

func (p *PaperOver) says() string {
	return strconv.Itoa(p.Qty) + " picked and " + strconv.Itoa(p.Short) + " short"
}

func (p *PaperOver) words(item string) string {
	return "it says " + p.says() + " of " + item + ", and " + strconv.Itoa(p.Open) + " were still to be picked"
}

// over lists the lines of which the paper says more to be short than picking left open.
func (c *EnterPicks) over(o *Order) []PaperOver {
	var all []PaperOver
	for i := range c.Lines {
		p := &c.Lines[i]
		at := slices.IndexFunc(all, func(x PaperOver) bool { return x.Line == p.Line })
		if at < 0 {
			l := o.Line(p.Line)
			at, all = len(all), append(all, PaperOver{Line: l.ID, SKU: l.SKU, Open: l.ToPick()})
		}
		all[at].Qty += p.Qty
		all[at].Short += p.Short
	}
	return slices.DeleteFunc(all, func(p PaperOver) bool { return p.Short == 0 || p.Qty+p.Short <= p.Open })
}

// maxPapers is how many papers of an order are remembered. Beyond it the oldest is forgotten.
const maxPapers = 20

// paper finds a paper of the order, -1 for one it never had.
func (o *Order) paper(no string) int {
	return slices.IndexFunc(o.Papers, func(p OrderPaper) bool { return p.Paper == no })
}

// onPaper notes that the order is picked from a paper, and that a line of it was entered.
func (o *Order) onPaper(no string, line LineID) {
	if no == "" {
		return
	}
	at := o.paper(no)
	if at < 0 {
		if len(o.Papers) >= maxPapers {
			o.Papers = slices.Delete(o.Papers, 0, 1)
		}
		at, o.Papers = len(o.Papers), append(o.Papers, OrderPaper{Paper: no})
	}
	if p := &o.Papers[at]; line != "" && !slices.Contains(p.Lines, line) {
		p.Lines = append(p.Lines, line)
	}
}

// mayEnter refuses what stands on another paper than the one that is named, and lines of it that were entered
// before: goods are not picked twice because two people typed the same sheet.
func (c *EnterPicks) mayEnter(o *Order, paper string) *Refusal {
	at := o.paper(paper)
	if at < 0 {
		if n := len(o.Papers); n > 0 {
			return Refuse(OtherPaper, "order", string(o.ID), "paper", o.Papers[n-1].Paper, "got", paper)
		}
		return nil // written down by hand, on whatever was there
	}
	for i := range c.Lines {
		if id := c.Lines[i].Line; slices.Contains(o.Papers[at].Lines, id) {
			return Refuse(AlreadyEntered, "order", string(o.ID), "line", string(id), "paper", paper)
		}
	}
	return nil
}

// unknownPerson refuses a name the site has no badge of. A site that knows nobody believes what is written.
func (s *State) unknownPerson(who UserID) *Refusal {
	if who == "" || s.Docs["user/"+string(who)] != nil {
		return nil
	}
	for _, d := range s.Docs {
		if d.Kind == "user" {
			return Refuse(UnknownPerson, "who", string(who))
		}
	}
	return nil
}
