package client

import (
	"context"
	"net/url"
	"strconv"

	"picket/edge/floor"
	"picket/edge/view"
)

// Update is news of the board: all of it when the caller has nothing, or too old a one, and else what changed.
type Update struct {
	Full  *view.Full
	Delta *view.Delta
}

// Mark is where a caller's board stands. The zero Mark has nothing.
type Mark struct {
	Log floor.LogID
	Seq floor.Seq
}

// waitFor is how many seconds the box holds a question for news.
const waitFor = "25"

// Watch tells fn of the board and then of everything that changes on it, from a mark on, until ctx ends or fn
// says no. While the box cannot be reached it goes on asking.
func (c *Client) Watch(ctx context.Context, from Mark, fn func(Update) error) error {
	at := from
	for {
		if at == (Mark{}) {
			full, err := Get[view.Full](ctx, c, "/api/board", nil)
			if err != nil {
				return err
			}
			at = Mark{full.Log, full.Seq}
			if err := fn(Update{Full: &full}); err != nil {
				return err
			}
		}
		got, err := Get[struct {
			Reload bool        `json:"reload"`
			Delta  *view.Delta `json:"delta"`
		}](ctx, c, "/api/changes", url.Values{"log": {string(at.Log)}, "since": {strconv.FormatUint(uint64(at.Seq), 10)}, "wait": {waitFor}})
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			return err
		case got.Reload:
			at = Mark{}
		case got.Delta != nil:
			at = Mark{got.Delta.Log, got.Delta.Seq}
			if err := fn(Update{Delta: got.Delta}); err != nil {
				return err
			}
		}
	}
}
