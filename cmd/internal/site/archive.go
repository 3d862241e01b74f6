package site

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"picket/edge/journal"
	"picket/edge/labels"
	"picket/edge/web"
)

// archive shows the journal to those who look back.
type archive struct {
	f     *journal.File
	index *subjects
}

func newArchive(f *journal.File) archive { return archive{f, &subjects{from: f}} }

// Span obeys web.Archive.
func (a archive) Span() (first, last uint64) { return a.f.First(), a.f.Head().Seq }

// Records obeys web.Archive.
func (a archive) Records(ctx context.Context, subject string, fn func(raw []byte) error) error {
	return a.index.records(ctx, subject, func(_ uint64, raw []byte) error { return fn(raw) })
}

// Chain obeys web.Archive.
func (a archive) Chain(ctx context.Context, from uint64, most int, fn func(seq uint64, raw []byte) error) ([32]byte, error) {
	before, err := a.f.HashAt(from - 1)
	if err != nil {
		return [32]byte{}, droppedHere(err)
	}
	_, err = a.f.Read(from, most, func(seq uint64, raw []byte) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return fn(seq, raw)
	})
	return before, droppedHere(err)
}

// droppedHere says in the page's words that records were given up.
func droppedHere(err error) error {
	if errors.Is(err, journal.ErrTrimmed) {
		return fmt.Errorf("%w: %w", web.ErrDropped, err)
	}
	return err
}

// people opens the sealed rows of customers for the search.
type people struct {
	f *journal.File
	v *vault
}

// Person obeys web.Names. A row that is erased is nobody's.
func (p people) Person(ref string) (web.Customer, error) {
	kind, key, ok := strings.Cut(ref, "/")
	if !ok {
		return web.Customer{}, nil
	}
	sealed, found, err := p.f.Row(kind, []byte(key))
	if err != nil || !found {
		return web.Customer{}, err
	}
	body, err := p.v.Open(ref, sealed)
	if err != nil {
		return web.Customer{}, err
	}
	var who struct {
		Name, Phone string
		OrderedBy   string `json:"ordered_by"`
	}
	if json.Unmarshal(body, &who) != nil {
		return web.Customer{}, nil
	}
	// Who collects an order has a name, and no address; where there is one, it is written as on the label.
	if a, err := labels.ReadAddress(body); err == nil {
		who.Name, who.Phone = a.Name, a.Phone
	}
	return web.Customer{Name: who.Name, Phone: who.Phone, OrderedBy: who.OrderedBy}, nil
}
