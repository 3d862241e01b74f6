package devices

import (
	"errors"
	"io"
	"sync"
	"time"
)

// Speaker is a scanner that takes an answer: bytes that make it beep, flash or shake.
type Speaker interface {
	// Say sends the bytes, or says why they could not be sent; it never blocks for long.
	Say(b []byte) error
}

// Mouth is what a driver speaks with while its connection is open. The zero Mouth is shut.
type Mouth struct {
	mu sync.Mutex
	to mouthpiece
}

type mouthpiece interface {
	io.Writer
	SetWriteDeadline(t time.Time) error
}

var errShut = errors.New("the scanner is not connected")

// Open lets the mouth speak into a connection until the function it gives is called.
func (m *Mouth) Open(to mouthpiece) (shut func()) {
	m.set(to)
	return func() { m.set(nil) }
}

func (m *Mouth) set(to mouthpiece) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.to = to
}

// Say obeys [Speaker].
func (m *Mouth) Say(b []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.to == nil {
		return errShut
	}
	if err := m.to.SetWriteDeadline(time.Now().Add(time.Second)); err != nil {
		return err
	}
	_, err := m.to.Write(b)
	return err
}
