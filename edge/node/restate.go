package node

import (
	"encoding/json"
	"fmt"
	"iter"
	"time"

	"picket/edge/floor"
)

// restating is what stands on the floor, on its way into the journal: it is told as it stood at one moment, in as many
// commits as it takes.
type restating struct {
	next func() (json.RawMessage, error, bool)
	stop func()
	line json.RawMessage // read, and not told yet
}

// restate puts into the command what stands here: lines of the floor, and which devices have told up to where.
func (n *Node) restate(c *floor.Restate) error {
	if c.Closed || c.Whole {
		return nil
	}
	if !c.On {
		n.restated()
		r := &restating{}
		r.next, r.stop = iter.Pull2(n.state.Restated())
		n.telling = r
		if err := n.tell(); err != nil {
			return err
		}
		n.marks.Devices(func(id floor.DeviceID, last uint64, _ floor.Seq) {
			c.Devices = append(c.Devices, floor.DeviceLast{Device: id, Last: last})
		})
	}
	for size := 0; n.telling != nil && size < n.opt.Restate; {
		c.Lines, size = append(c.Lines, n.telling.line), size+len(n.telling.line)
		if err := n.tell(); err != nil {
			return err
		}
	}
	c.More = n.telling != nil
	return nil
}

// tell reads one line further; behind the last there is nothing to tell.
func (n *Node) tell() error {
	line, err, ok := n.telling.next()
	if n.telling.line = line; err != nil || !ok {
		n.restated()
	}
	if err != nil {
		return fmt.Errorf("node: %w", err)
	}
	return nil
}

// restated forgets what was to be told.
func (n *Node) restated() {
	if n.telling != nil {
		n.telling.stop()
		n.telling = nil
	}
}

// restateOn tells the rest of what a command began to tell, a commit for each piece, with nothing between. Where it is cut
// short the restatement does not become whole, and whoever asked for it begins anew.
func (n *Node) restateOn(now time.Time, s *Submission, first *Reply) error {
	for i, r := 2, first; n.telling != nil; i++ {
		if r.Err != nil || r.Answer.Refusal != nil {
			n.restated()
			break
		}
		if err := n.commit(now); err != nil {
			n.restated()
			return err
		}
		on := Submission{Meta: floor.Meta{ID: floor.CommandID(fmt.Sprintf("%s:%d", s.Meta.ID, i))}, Command: &floor.Restate{On: true}}
		on.prepare()
		reply := n.take(now, &on)
		r = &reply
	}
	return nil
}
