// Package port keeps a port of this machine for whoever will listen there later, and may go away and come back. A port that
// is only looked for and let go again belongs to nobody: the next who asks the system for any port, or calls out, may be
// given the same one.
//
// It must NEVER be used by what runs in a shop.
package port

import (
	"fmt"
	"net"
)

// Kept is a port of 127.0.0.1 that nobody is given who does not ask for just this one. Nobody answers there until somebody
// listens.
type Kept struct {
	n    int
	free func() error
}

// Keep takes a port. Who listens there sets SO_REUSEADDR, as Go, Node and Mosquitto do.
func Keep() (*Kept, error) { return keep() }

// Number of the port.
func (k *Kept) Number() int { return k.n }

// Addr is where to listen: 127.0.0.1 and the port.
func (k *Kept) Addr() string { return net.JoinHostPort("127.0.0.1", fmt.Sprint(k.n)) }

// Close gives the port back.
func (k *Kept) Close() error { return k.free() }

// test is what is needed of a test.
type test interface {
	Helper()
	Fatal(...any)
	Cleanup(func())
}

// For keeps a port until the test is over.
func For(t test) *Kept {
	t.Helper()
	k, err := Keep()
	if err != nil {
		t.Fatal("no port: ", err)
	}
	t.Cleanup(func() { _ = k.Close() })
	return k
}
