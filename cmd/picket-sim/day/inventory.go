package day

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// What goes wrong on inventory day.
const (
	OwnRecount   Mistake = "counted again what one had counted oneself"
	MovedFrozen  Mistake = "moved goods in a zone that is being counted"
	SignedEarly  Mistake = "signed before everything was counted"
	SignedAlone  Mistake = "signed by one person"
	WrongPIN     Mistake = "approved with a wrong PIN"
	BadFirst     Mistake = "miscounted by the first counter"
	BadSecond    Mistake = "miscounted by the second counter"
	UntoldMove   Mistake = "carried to another bin, and nobody told"
	SouthStolen  Mistake = "shrinkage at the other site"
	southMoved           = 2
	southMissing         = 1
)

// people of the other site, who have badges and PINs.
var southPeople = []D{
	{"user": "anna", "name": "Anna", "badge": "anna", "roles": []string{"associate", "picker"}, "pin": "2468"},
	{"user": "bert", "name": "Bert", "badge": "bert", "roles": []string{"associate", "picker"}, "pin": "2468"},
	{"user": "mia", "name": "Mia", "badge": "mia", "roles": []string{"manager"}, "pin": "2468"},
	{"user": "ole", "name": "Ole", "badge": "ole", "roles": []string{"lead"}, "pin": "2468"},
}

// inventoryDay counts the other site, blind. Where the first count is off a second person counts; where the two
// differ it is counted until two say the same. Two people sign for it.
func (w *world) inventoryDay(nb *neighbour) {
	if _, err := nb.call(w.ctx, "centre-1", http.MethodPut, "/api/users", D{"users": southPeople}, &struct{}{}); err != nil {
		panic(err)
	}
	crew := map[string]*person{}
	for _, u := range southPeople {
		who := u["user"].(string)
		if err := nb.signIn(w.ctx, who, "2468"); err != nil {
			panic(err)
		}
		crew[who] = nb.at(w, who)
	}
	anna, bert, mia := crew["anna"], crew["bert"], crew["mia"]
	w.tally.made(UntoldMove)
	w.truth.move(nb.items[0].sku, southMoved, atSouth(nb.bins[0]), atSouth(nb.bins[1]))
	w.tally.made(SouthStolen)
	w.truth.move(nb.items[3].sku, southMissing, atSouth(nb.bins[3]), thief)

	a := mia.do("inventory.begin", D{"date": w.clock().Format(time.DateOnly), "mode": "freeze"})
	if !a.ok() {
		w.breach("inventory day cannot begin: %s %s", a.code(), a.Refusal.Words)
		return
	}
	count := a.Made["count"]
	w.tally.made(MovedFrozen)
	if a := bert.do("stock.move", D{"sku": nb.items[2].sku, "qty": 1, "from": nb.bins[2], "to": nb.bins[3]}); !w.tally.byRefusal(MovedFrozen, a) {
		w.breach("goods are moved in a zone that is being counted")
	}
	for i, b := range nb.bins {
		if i == len(nb.bins)-1 {
			w.tally.made(SignedEarly)
			if a := mia.do("inventory.sign_off", D{"count": count}); !w.tally.byRefusal(SignedEarly, a) {
				w.breach("an inventory is signed, and %s was not counted", b)
			}
		}
		w.countSouth(nb, anna, bert, mia, i)
	}
	w.tally.made(SignedAlone)
	if a := mia.do("inventory.sign_off", D{"count": count}); !w.tally.byRefusal(SignedAlone, a) {
		w.breach("an inventory is signed by one person alone")
	}
	w.tally.made(WrongPIN)
	if _, err := nb.approve(w.ctx, "mia", "ole", "1357", "inventory.sign_off", "count/"+count); err != nil {
		w.tally.caught(WrongPIN, "the site said no")
	} else {
		w.breach("an approval is given with a wrong PIN")
	}
	ok, err := nb.approve(w.ctx, "mia", "ole", "2468", "inventory.sign_off", "count/"+count)
	if err != nil {
		w.breach("ole cannot approve: %v", err)
		return
	}
	if a := mia.do("inventory.sign_off", D{"count": count, "approvals": []string{ok}}); !a.ok() {
		w.breach("the inventory cannot be signed: %s %s", a.code(), a.Refusal.Words)
		return
	}
	w.tally.Signed++
}

// countSouth counts one bin: anna first, and where she is off the book, bert. Of the bins that are right anna
// miscounts the third, and of those that are wrong bert the second.
func (w *world) countSouth(nb *neighbour, anna, bert, mia *person, i int) {
	b := nb.bins[i]
	count := func(p *person, off int) Answer {
		var lines []D
		for _, sku := range w.truth.skus(atSouth(b)) {
			lines = append(lines, D{"sku": sku, "qty": w.truth.has(atSouth(b), sku) + off})
			off = 0
		}
		return p.do("count.bin", D{"bin": b, "lines": lines})
	}
	for _, p := range []*person{anna, bert} {
		if row := mustOne[binRow](p, "bins/"+b); len(row.Holds) > 0 {
			w.breach("%s counts blind, and the site tells what the book has in %s", p.name, b)
		}
	}
	first := 0
	if i == 2 {
		w.tally.made(BadFirst)
		first = 1
	}
	if a := count(anna, first); !a.ok() {
		w.breach("south, bin %s cannot be counted: %s %s", b, a.code(), a.Refusal.Words)
		return
	}
	a := mia.do("count.confirm", D{"bin": b})
	if a.code() == "nothing_left" { // as the book has it: taken by itself
		return
	}
	if a.code() != "needs_second" {
		w.breach("south, bin %s: the first count is off, and is %s", b, a.code())
	}
	w.tally.made(OwnRecount)
	if a := count(anna, first); !w.tally.byRefusal(OwnRecount, a) {
		w.breach("south, bin %s: one person is both counters", b)
	}
	second := 0
	if i == 1 {
		w.tally.made(BadSecond)
		second = -1
	}
	if a := count(bert, second); !a.ok() {
		w.breach("south, bin %s cannot be counted by a second person: %s %s", b, a.code(), a.Refusal.Words)
		return
	}
	switch {
	case first != 0:
		w.tally.caught(BadFirst, "the second counter, and the book, said otherwise")
	case second != 0:
		w.tally.caught(BadSecond, "the two counts differ")
		w.tally.Recounts++
		if a := mia.do("count.accept", D{"bin": b}); a.code() != "which_count" {
			w.breach("south, bin %s: two counts differ, and the last is taken unasked: %s", b, a.code())
		}
		if a := count(anna, 0); !a.ok() {
			w.breach("south, bin %s cannot be counted a third time: %s %s", b, a.code(), a.Refusal.Words)
		}
	}
	w.acceptSouth(mia, b)
	if i < 2 {
		w.tally.caught(UntoldMove, "two people counted the same")
	} else if i == 3 {
		w.tally.caught(SouthStolen, "two people counted the same")
	}
}

// acceptSouth takes the last count of a bin.
func (w *world) acceptSouth(mia *person, b string) {
	for n := 3; n > 0; n-- {
		switch a := mia.do("count.confirm", D{"bin": b}); a.code() {
		case "", "nothing_left":
			return
		}
		if a := mia.do("count.accept", D{"bin": b, "try": n}); a.ok() || a.code() == "nothing_left" {
			return
		}
	}
	w.breach("south: the count of %s cannot be confirmed", b)
}

// approve is a second person's badge and PIN at somebody's screen.
func (s *street) approve(ctx context.Context, at, who, pin, kind, subject string) (string, error) {
	var out struct {
		ID string `json:"id"`
	}
	_, err := s.call(ctx, at, http.MethodPost, "/api/approvals", D{"badge": who, "pin": pin, "kind": kind, "subject": subject}, &out)
	if err != nil {
		return "", fmt.Errorf("approval: %w", err)
	}
	return out.ID, nil
}
