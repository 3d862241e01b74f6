package floor

// Entry describes a command to whoever looks it up: people, the API's page, and the tests that hold the
// command against its description.
type Entry struct {
	New     func() Command // a fresh empty one
	Says    string         // what it does, one sentence
	Who     Who            // who may give it
	Example string         // its data, as JSON
	Refuses []Code         // every code it may be refused with, beside bad_field, ambiguous_code and those of its envelope
}

// Who names the people, or the machines, that may give a command.
type Who string

// Anyone signed in; a lead, manager or operator; a manager or operator; the box itself; the centre.
const (
	Anyone   Who = "anyone"
	Leads    Who = "lead"
	Managers Who = "manager"
	TheBox   Who = "box"
	Centre   Who = "centre"
)

// Ask says whom to ask for what these people alone may do.
func (w Who) Ask() string {
	switch w {
	case Leads:
		return "Ask a lead, a manager or an operator to do it."
	case Managers:
		return "Ask a manager or an operator to do it."
	case Centre:
		return "The centre does it; where there is none, a program with a token in the role centre."
	case TheBox:
		return "Nobody gives it: the box itself does it when it is time."
	}
	return "Sign in as somebody who works on the floor."
}

// entries lists every command. Each flow keeps its own list beside its rules.
var entries = gather(
	orderEntries,
	pickEntries,
	runEntries,
	packEntries,
	masterEntries,
	peopleEntries,
	deskEntries,
	policyEntries, siteEntries, recoveryEntries, diskEntries,
	stockEntries, allotEntries,
	countEntries,
	receiveEntries,
	taskEntries,
	collectEntries,
	returnEntries,
	carryEntries,
	shipEntries,
	moneyEntries,
	archiveEntries,
	forgetEntries,
	queueEntries,
)

// byKind finds an entry by the kind of its command.
var byKind = index(entries)

// shapes are those of the commands' data, by kind.
var shapes = func() map[string]*Shape {
	m := make(map[string]*Shape, len(entries))
	for i := range entries {
		c := entries[i].New()
		m[c.Kind()] = ShapeOf(c)
	}
	return m
}()

func gather[T any](lists ...[]T) []T {
	var out []T
	for _, l := range lists {
		out = append(out, l...)
	}
	return out
}

func index(list []Entry) map[string]*Entry {
	m := make(map[string]*Entry, len(list))
	for i := range list {
		m[list[i].New().Kind()] = &list[i]
	}
	return m
}

// fresh makes an empty T that is a command.
func fresh[T any, P interface {
	*T
	Command
}]() Command {
	return P(new(T))
}

// blank makes an empty T that is an event.
func blank[T any, P interface {
	*T
	Event
}]() Event {
	return P(new(T))
}

// Entries describes every command, in the order of the flows.
func Entries() []Entry { return entries }

// EntryOf describes a kind of command; false when nobody knows it.
func EntryOf(kind string) (Entry, bool) {
	if e := byKind[kind]; e != nil {
		return *e, true
	}
	return Entry{}, false
}

// Kinds lists every command by its kind, each as a fresh empty value.
func Kinds() []Command {
	out := make([]Command, len(entries))
	for i := range entries {
		out[i] = entries[i].New()
	}
	return out
}

// NewCommand is an empty command of a kind, nil for a kind nobody knows.
func NewCommand(kind string) Command {
	if e := byKind[kind]; e != nil {
		return e.New()
	}
	return nil
}
