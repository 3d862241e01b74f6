// Package link carries messages between a site and the centre over MQTT 3.1.1, and is the only
// importer of the MQTT client.
//
// A link promises nothing: a message may be lost, doubled, delayed or reordered, and "published"
// means no more than "handed to the connection". What is built on it (package reconcile) repairs all
// of that. Presence (retained messages and the last will) is for screens.
//
// This package must NEVER rely on QoS, on a token, on a broker's queue or on a persistent session; and
// must NEVER block the caller of Publish or the client's reading goroutine.
package link

import (
	"errors"
)

// Message is one publication.
type Message struct {
	Topic    string
	Payload  []byte
	Retained bool
}

// Kind of an event.
type Kind uint8

const (
	// Received: a message came. Its payload belongs to the reader.
	Received Kind = iota
	// Up: connected, and every filter is subscribed.
	Up
	// Down: the connection is gone; Err says why.
	Down
)

// Event is what a link tells its owner.
type Event struct {
	Kind    Kind
	Message Message
	Err     error
}

// Link is one client's connection to a broker; it connects, and connects again, by itself.
type Link interface {
	// Publish hands a message over and returns at once. ErrDown, ErrBusy and ErrTooBig mean that it
	// was not taken; nil means no more than that it may arrive.
	Publish(topic string, payload []byte, retained bool) error
	// Events is one bounded channel. When it is full, messages are dropped and Up and Down displace
	// messages; so the newest state of the connection always arrives. It is closed by Close.
	Events() <-chan Event
	// Close publishes nothing more, lets the broker send no will, and waits until all is released.
	Close() error
}

var (
	// ErrDown: there is no connection.
	ErrDown = errors.New("link: not connected")
	// ErrBusy: too much is waiting to be written.
	ErrBusy = errors.New("link: busy, message dropped")
	// ErrTooBig: the payload is beyond what any broker we speak with has to take.
	ErrTooBig = errors.New("link: payload too big")
	// ErrClosed: Close was called.
	ErrClosed = errors.New("link: closed")
)

// MaxPayload a link takes in Publish.
const MaxPayload = 128 << 10
