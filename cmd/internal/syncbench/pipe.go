package main

import (
	"fmt"
	"os"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
)

// pipe is a bare program that does nothing but carry records over a broker: so many in a message, so many messages
// under way, and an acknowledgement for each.
type pipe struct {
	records, window int
	kind            kind
	scans           [][]byte // of a day, what is carried
}

// kind is what a pipe does besides.
type kind uint8

const (
	// loose keeps nothing.
	loose kind = iota
	// bolted commits before it acknowledges: a journal under rising keys, which is all it needs to tell what came twice.
	bolted
	// ledger does what was asked of the product and no more: a message is packed by the same gzip, both ends go along the
	// chain, and the receiver commits record by record into a table of SQLite in which an id is there once.
	ledger
)

func (p pipe) run(dir, url string, total int) (perSecond float64, err error) {
	if dir, err = os.MkdirTemp(dir, "pipe-"); err != nil {
		return 0, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	end, err := p.receiver(dir)
	if err != nil {
		return 0, err
	}
	defer end.close()
	to, err := dialPaho(url, "pipe-to")
	if err != nil {
		return 0, err
	}
	defer to.Disconnect(50)
	from, err := dialPaho(url, "pipe-from")
	if err != nil {
		return 0, err
	}
	defer from.Disconnect(50)
	came, failed := make(chan []byte, 2*p.window), make(chan error, 1)
	go func() {
		for m := range came {
			if err := end.take(m); err != nil {
				failed <- err
				return
			}
			to.Publish("pipe/ack", 1, false, m[:8])
		}
	}()
	defer close(came)
	if err := listen(to, "pipe/log", func(m []byte) { came <- m }); err != nil {
		return 0, err
	}
	acks := make(chan struct{}, 2*p.window)
	if err := listen(from, "pipe/ack", func([]byte) { acks <- struct{}{} }); err != nil {
		return 0, err
	}
	out := newSender(p)
	messages := max(1, total/p.records)
	began, under := time.Now(), 0
	patience := time.NewTimer(10 * time.Minute)
	defer patience.Stop()
	for sent, done := 0, 0; done < messages; {
		if sent < messages && under < p.window {
			from.Publish("pipe/log", 1, false, out.message(uint64(sent)))
			sent, under = sent+1, under+1
			continue
		}
		select {
		case <-acks:
			done, under = done+1, under-1
		case err := <-failed:
			return 0, err
		case <-patience.C:
			return 0, errLate
		}
	}
	return float64(messages*p.records) / time.Since(began).Seconds(), nil
}

func dialPaho(url, id string) (mqtt.Client, error) {
	c := mqtt.NewClient(mqtt.NewClientOptions().AddBroker(url).SetClientID(id).SetCleanSession(true).SetAutoReconnect(false).SetOrderMatters(true))
	t := c.Connect()
	if !t.WaitTimeout(10 * time.Second) {
		return nil, errLate
	}
	return c, t.Error()
}

func listen(c mqtt.Client, topic string, each func([]byte)) error {
	t := c.Subscribe(topic, 1, func(_ mqtt.Client, m mqtt.Message) { each(m.Payload()) })
	if !t.WaitTimeout(10 * time.Second) {
		return errLate
	}
	return t.Error()
}

func (p pipe) String() string {
	what := map[kind]string{loose: "nothing durable", bolted: "a bbolt commit behind it", ledger: "the same chain and gzip, rows in SQLite"}[p.kind]
	return fmt.Sprintf("bare pipe, %d a message, %d under way, %s", p.records, p.window, what)
}
