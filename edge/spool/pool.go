package spool

import (
	"cmp"
	"slices"
	"time"

	"picket/edge/floor"
)

// Media is what a printer prints on, and how finely. A label drawn for one printer is right at another only if all of
// it is the same.
type Media struct {
	WidthMM, HeightMM float64
	Dpmm              int
}

// Standing is a printer as it stands among the others.
type Standing struct {
	ID      floor.PrinterID
	Pool    string // printers of one pool print for each other; empty: nobody does
	Media   Media
	Ready   bool          // a job sent now would come out, and nobody stopped it
	Since   time.Time     // since when it is not ready
	Grace   time.Duration // how long it may need a hand before others print its jobs
	Waiting int           // jobs that wait for it
}

// Elsewhere names the printer that could print what waits for one: ready, with the same labels, the fewest jobs
// waiting; of those of its pool first. Empty when there is none.
func Elsewhere(all []Standing, of floor.PrinterID) floor.PrinterID {
	return best(all, of, func(own, s *Standing) bool { return true })
}

// StandIn names the printer that prints for one that has needed a hand for too long. Only printers of its own pool
// do: people look for their label where they were told it may come out.
func StandIn(all []Standing, of floor.PrinterID, now time.Time) floor.PrinterID {
	return best(all, of, func(own, s *Standing) bool {
		return own.Pool != "" && s.Pool == own.Pool && !own.Ready && !own.Since.IsZero() && now.Sub(own.Since) >= own.Grace
	})
}

func best(all []Standing, of floor.PrinterID, fits func(own, s *Standing) bool) floor.PrinterID {
	at := slices.IndexFunc(all, func(s Standing) bool { return s.ID == of })
	if at < 0 {
		return ""
	}
	own := &all[at]
	var found []*Standing
	for i := range all {
		if s := &all[i]; i != at && s.Ready && s.Media == own.Media && fits(own, s) {
			found = append(found, s)
		}
	}
	if len(found) == 0 {
		return ""
	}
	return slices.MinFunc(found, func(a, b *Standing) int {
		return cmp.Or(stranger(own, a)-stranger(own, b), cmp.Compare(a.Waiting, b.Waiting), cmp.Compare(a.ID, b.ID))
	}).ID
}

func stranger(own, s *Standing) int {
	if own.Pool != "" && own.Pool == s.Pool {
		return 0
	}
	return 1
}
