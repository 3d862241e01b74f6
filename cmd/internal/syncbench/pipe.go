package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
	bolt "go.etcd.io/bbolt"
)

// pipe is a bare program that does nothing but carry records over a broker: so many in a message, so many messages
// under way, and an acknowledgement for each. With a file, the receiver commits before it acknowledges: a journal under
// rising keys and the number up to which it goes, which is all it needs to tell what came twice.
type pipe struct {
	records, window int
	durable         bool
}

const pipeRecord = 530 // bytes, as a scan has

func (p pipe) run(dir, url string, total int) (perSecond float64, err error) {
	if dir, err = os.MkdirTemp(dir, "pipe-"); err != nil {
		return 0, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	commit := func([]byte) error { return nil }
	if p.durable {
		db, err := bolt.Open(filepath.Join(dir, "pipe.db"), 0o600, &bolt.Options{NoFreelistSync: true, FreelistType: bolt.FreelistMapType})
		if err != nil {
			return 0, err
		}
		defer db.Close()
		commit = committer(db)
	}
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
			if err := commit(m); err != nil {
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
	body := make([]byte, 8+p.records*pipeRecord)
	for i := range body {
		body[i] = byte('a' + (i*7+i/26)%26)
	}
	messages := max(1, total/p.records)
	began, under := time.Now(), 0
	patience := time.NewTimer(10 * time.Minute)
	defer patience.Stop()
	for sent, done := 0, 0; done < messages; {
		if sent < messages && under < p.window {
			m := append([]byte(nil), body...)
			binary.BigEndian.PutUint64(m, uint64(sent))
			from.Publish("pipe/log", 1, false, m)
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

func committer(db *bolt.DB) func([]byte) error {
	next := uint64(0)
	return func(m []byte) error {
		return db.Update(func(tx *bolt.Tx) error {
			b, err := tx.CreateBucketIfNotExists([]byte("journal"))
			if err != nil {
				return err
			}
			b.FillPercent = 1
			if binary.BigEndian.Uint64(m) != next {
				return errors.New("a message is missing")
			}
			next++
			for at := 8; at < len(m); at += pipeRecord {
				id, err := b.NextSequence()
				if err != nil {
					return err
				}
				if err := b.Put(binary.BigEndian.AppendUint64(nil, id), m[at:at+pipeRecord]); err != nil {
					return err
				}
			}
			return nil
		})
	}
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
	kind := "nothing durable"
	if p.durable {
		kind = "bbolt commit behind it"
	}
	return fmt.Sprintf("bare pipe, %s a message, %d under way, %s", strconv.Itoa(p.records), p.window, kind)
}
