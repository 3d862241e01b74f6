package fleet

import (
	"fmt"

	"picket/sync/oms/store"
)

// theMemory is bounded: nothing is kept for work that is over.
func (w *world) theMemory() error {
	if len(w.plan) > 3000*len(w.sites) {
		return fmt.Errorf("I13 %d things are planned for a world at rest", len(w.plan))
	}
	for _, s := range w.sites {
		if len(s.door) > 0 {
			return fmt.Errorf("I13 %d commands wait at the door of %s", len(s.door), s.id)
		}
	}
	return w.centreKeeps()
}

// centreKeeps: nothing waits at the centre for a site that has told all.
func (w *world) centreKeeps() (bad error) {
	w.centre.look(func(tx store.Tx) error {
		for _, s := range w.sites {
			if left, err := tx.Meta("later/" + string(s.id)); err != nil || left != "" {
				bad = fmt.Errorf("I13 the centre keeps what it is to ask %s anew: %s", s.id, left)
				return err
			}
		}
		return nil
	})
	return bad
}

// The bounds that hold at every moment (I13).
const (
	doorMost = 1024 // commands that wait: node.DoorOptions says busy beyond that
	underWay = 16   // batches sent and not acknowledged (S1), where the seed draws no less
	birth    = 1024 // bytes of what a broker keeps: a birth, a death, the centre's word that it is up
)

// bounded holds what grows with the work against its bounds.
func (s *site) bounded() {
	most := underWay
	if n := s.w.mix.Timing.WindowMax; n > 0 {
		most = n
	}
	if n := s.engine.View().UnderWay; n > most {
		s.w.fail("I13", "%s has %d batches under way, at most %d may be", s.id, n, most)
	}
	if n := len(s.door); n > doorMost {
		s.w.fail("I13", "%d commands wait at the door of %s", n, s.id)
	}
}
