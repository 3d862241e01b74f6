package node

import (
	"errors"
	"fmt"

	"picket/edge/floor"
)

// What a caller may be told instead of an answer. None of them had any effect, unless it says so. Test with
// errors.Is; the error in hand names the number, the id or the field.
var (
	ErrConflict = errors.New("the same number or id came with another body")             // 409: the caller's mistake
	ErrGap      = errors.New("numbers are missing before this one")                      // see GapError: send those first
	ErrStale    = errors.New("the feed is of an earlier lineage")                        // the centre has begun another since
	ErrInvalid  = errors.New("submission refused")                                       // 400: no id, or a row beyond the limits
	ErrBusy     = errors.New("too many commands wait; send it again")                    // 503: was not taken
	ErrNotYet   = errors.New("this box lost what it is about, and waits for the centre") // 503: was not taken; send it again
	ErrReplaced = errors.New("this box was replaced")                                    // 503: was not taken; another box holds the site
	ErrStopped  = errors.New("the node has stopped")                                     // 503: was not taken, or the commit failed
)

// GapError says which number was expected. It is an ErrGap.
type GapError struct {
	Who    string // the device, or "feed" for the centre's
	Expect uint64 // the number the door takes next
	Got    uint64
	Waits  bool // the box has not heard all it may have lost yet: keep everything, and send it again later
	Older  bool // and it shows that the file is an older copy
}

func (e *GapError) Error() string {
	if e.Waits {
		return fmt.Sprintf("%s: number %d is about something this box does not know again yet", e.Who, e.Got)
	}
	return fmt.Sprintf("%s: number %d came, but %d is next", e.Who, e.Got, e.Expect)
}

// Is makes every GapError an ErrGap.
func (e *GapError) Is(target error) bool { return target == ErrGap }

func conflict(m *floor.Meta) error {
	if m.Device != "" {
		return fmt.Errorf("%w: %s number %d, id %s", ErrConflict, m.Device, m.N, m.ID)
	}
	return fmt.Errorf("%w: id %s", ErrConflict, m.ID)
}
