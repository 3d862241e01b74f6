package link

import "sync"

// maxEarly is what may come between a subscription and the answer to it: retained presence.
const maxEarly = 64

// inlet is where one connection's messages come in. The owner hears Up before the first of them, though the broker
// may send what is retained before its answer to the subscription has been read.
type inlet struct {
	box *Mailbox

	mu    sync.Mutex
	state inletState
	early []Message
}

type inletState uint8

const (
	inletWaits inletState = iota
	inletOpen
	inletShut
)

// put is called by the client's reading goroutine: it copies and drops, and waits for nobody.
func (i *inlet) put(m Message) {
	i.mu.Lock()
	defer i.mu.Unlock()
	switch {
	case i.state == inletOpen:
		i.box.Put(m)
	case i.state == inletWaits && len(i.early) < maxEarly:
		i.early = append(i.early, m)
	}
}

// open tells the owner Up, and then what came before.
func (i *inlet) open() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.box.State(Event{Kind: Up})
	for _, m := range i.early {
		i.box.Put(m)
	}
	i.state, i.early = inletOpen, nil
}

func (i *inlet) shut() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.state, i.early = inletShut, nil
}
