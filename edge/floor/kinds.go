package floor

import "fmt"

// kinds of events: each flow keeps its own list beside its rules. They only grow.
var events = gather(
	orderEvents,
	pickEvents,
	runEvents,
	packEvents,
	masterEvents,
	peopleEvents,
	deskEvents,
	policyEvents, siteEvents, recoveryEvents, diskEvents,
	stockEvents, allotEvents,
	countEvents,
	receiveEvents,
	taskEvents,
	collectEvents,
	returnEvents,
	carryEvents,
	shipEvents,
	moneyEvents,
	missingEvents,
	receiptEvents,
	againEvents,
	archiveEvents,
	forgetEvents,
	queueEvents,
	correctEvents,
)

var byType = func() map[string]func() Event {
	m := make(map[string]func() Event, len(events))
	for _, f := range events {
		m[f().Type()] = f
	}
	return m
}()

// Types lists every event, each as a fresh empty value.
func Types() []Event {
	out := make([]Event, len(events))
	for i, f := range events {
		out[i] = f()
	}
	return out
}

// newEvent is an empty event of a type, nil for a type nobody knows.
func newEvent(typ string) Event {
	if f := byType[typ]; f != nil {
		return f()
	}
	return nil
}

// DecodeCommand reads a command's data. A field the kind does not have, one that stands there twice, and a text
// with something hidden in it are errors naming the field.
func DecodeCommand(kind string, data []byte) (Command, error) {
	c, err := decodeCommand(kind, data)
	if err == nil {
		if at := HalfRune(data); at >= 0 {
			err = fmt.Errorf("has half a character at byte %d", at)
		} else {
			err = CheckTexts(c, data)
		}
		if err != nil {
			err = fmt.Errorf("data: %w", err)
		}
	}
	if err != nil {
		return nil, err
	}
	return c, nil
}

func decodeCommand(kind string, data []byte) (Command, error) {
	c := NewCommand(kind)
	if c == nil {
		return nil, fmt.Errorf("type: %q is not a command", kind)
	}
	if len(data) == 0 || string(data) == "null" {
		return nil, fmt.Errorf("data: is missing")
	}
	if err := strictly(data, shapes[kind], c); err != nil {
		return nil, err
	}
	return c, nil
}

// ShapeOfCommand is the shape of a kind's data; nil for a kind nobody knows.
func ShapeOfCommand(kind string) *Shape { return shapes[kind] }

// IsLocal says whether a type is the site's own business: the centre stores it and never folds it.
func IsLocal(typ string) bool { return len(typ) > 13 && typ[:13] == "picket.local." }
