package site

import (
	"context"

	"golang.org/x/sync/errgroup"

	"picket/edge/floor"
	"picket/edge/journal"
	"picket/edge/node"
)

// aloneCursor keeps the journal of a site without a centre from being trimmed: nobody else has it.
const aloneCursor = "alone"

// startAlone takes the place of the line at a site that has no centre. What is durable here is as safe as it gets,
// so devices need not keep it, and answers nobody asks for again may be forgotten; the records stay.
func startAlone(ctx context.Context, g *errgroup.Group, file *journal.File, door *node.Door) error {
	if err := file.SetCursor(journal.Cursor{Name: aloneCursor, Hold: true}); err != nil {
		return err
	}
	g.Go(func() error {
		for seq := floor.Seq(file.Head().Seq); ; {
			door.Stable(seq)
			head, err := door.Wait(ctx, seq)
			if err != nil {
				return nil // the door's own end is told elsewhere
			}
			seq = head
		}
	})
	return nil
}

// noLongerAlone lets the journal of a site that was given a centre be trimmed as any other.
func noLongerAlone(file *journal.File) error {
	if c, was := file.Cursor(aloneCursor); was && c.Hold {
		c.Hold = false
		return file.SetCursor(c)
	}
	return nil
}
