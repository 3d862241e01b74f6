package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"picket/sync/linktest/port"
)

// pipeRecord is how many bytes a peer's message has: as a scan.
const pipeRecord = 530

// underWay is how many messages a peer has unanswered, as many as there are handhelds at the door.
const underWay = people

// jetStream carries messages from the stream of one server to that of another, over a leaf connection, both on the disk
// before they answer. It gives messages a second, from the first sent to the last one stored at the far end.
func jetStream(dir string, d time.Duration) (perSecond float64, err error) {
	if dir, err = os.MkdirTemp(dir, "jetstream-"); err != nil {
		return 0, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	leaf, err := port.Keep()
	if err != nil {
		return 0, err
	}
	hub, err := natsServer(dir, "hub", func(o *server.Options) { o.LeafNode.Host, o.LeafNode.Port = "127.0.0.1", leaf.Number() })
	if err != nil {
		return 0, err
	}
	defer func() { hub.Shutdown(); hub.WaitForShutdown() }()
	site, err := natsServer(dir, "site", func(o *server.Options) {
		o.LeafNode.Remotes = []*server.RemoteLeafOpts{{URLs: []*url.URL{{Scheme: "nats-leaf", Host: leaf.Addr()}}}}
	})
	if err != nil {
		return 0, err
	}
	defer func() { site.Shutdown(); site.WaitForShutdown() }()
	near, err := nats.Connect(site.ClientURL())
	if err != nil {
		return 0, err
	}
	defer near.Close()
	far, err := nats.Connect(hub.ClientURL())
	if err != nil {
		return 0, err
	}
	defer far.Close()
	js, err := near.JetStream(nats.PublishAsyncMaxPending(underWay))
	if err != nil {
		return 0, err
	}
	if _, err := js.AddStream(&nats.StreamConfig{Name: "SITE", Subjects: []string{"scan"}, Storage: nats.FileStorage}); err != nil {
		return 0, err
	}
	top, err := far.JetStream()
	if err != nil {
		return 0, err
	}
	if err := until(10*time.Second, func() bool { return hub.NumLeafNodes() > 0 }); err != nil {
		return 0, fmt.Errorf("no leaf connection: %w", err)
	}
	if _, err := top.AddStream(&nats.StreamConfig{Name: "HUB", Storage: nats.FileStorage,
		Sources: []*nats.StreamSource{{Name: "SITE", External: &nats.ExternalStream{APIPrefix: "$JS.site.API"}}}}); err != nil {
		return 0, err
	}
	body, began, n := make([]byte, pipeRecord), time.Now(), uint64(0)
	for time.Since(began) < d {
		if _, err := js.PublishAsync("scan", body, nats.StallWait(time.Minute)); err != nil {
			return 0, err
		}
		n++
	}
	if err := until(2*time.Minute, func() bool {
		s, err := top.StreamInfo("HUB")
		return err == nil && s.State.Msgs >= n
	}); err != nil {
		return 0, fmt.Errorf("the far stream does not have all: %w", err)
	}
	return float64(n) / time.Since(began).Seconds(), nil
}

func natsServer(dir, domain string, more func(*server.Options)) (*server.Server, error) {
	o := &server.Options{ServerName: domain, Host: "127.0.0.1", Port: -1, JetStream: true, JetStreamDomain: domain, SyncAlways: true,
		StoreDir: filepath.Join(dir, domain), NoSigs: true, NoLog: true}
	more(o)
	s, err := server.NewServer(o)
	if err != nil {
		return nil, err
	}
	s.Start()
	if !s.ReadyForConnections(10 * time.Second) {
		s.Shutdown()
		return nil, errors.New("the NATS server is not ready")
	}
	return s, nil
}

// bridge carries messages from one Mosquitto to another, both writing their file at every change.
func bridge(dir string, d time.Duration) (perSecond float64, err error) {
	if dir, err = os.MkdirTemp(dir, "bridge-"); err != nil {
		return 0, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	keep := "persistence true\nautosave_on_changes true\nautosave_interval 1\nmax_queued_messages 0\nmax_inflight_messages 0\npersistence_location "
	for _, name := range []string{"far", "near"} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o700); err != nil {
			return 0, err
		}
	}
	far, err := startBroker(dir, keep+filepath.Join(dir, "far")+"/\n")
	if err != nil {
		return 0, err
	}
	defer far.stop()
	near, err := startBroker(dir, keep+filepath.Join(dir, "near")+"/\nconnection up\naddress "+strings.TrimPrefix(far.url(), "tcp://")+
		"\ntopic scan out 1\nremote_clientid bridge\ncleansession false\nrestart_timeout 1\n")
	if err != nil {
		return 0, err
	}
	defer near.stop()
	to, err := dialPaho(far.url(), "to")
	if err != nil {
		return 0, err
	}
	defer to.Disconnect(50)
	var came atomic.Uint64
	if err := listen(to, "scan", func(m []byte) { came.Store(max(came.Load(), binary.BigEndian.Uint64(m))) }); err != nil {
		return 0, err
	}
	from, err := dialPaho(near.url(), "from")
	if err != nil {
		return 0, err
	}
	defer from.Disconnect(50)
	if err := until(20*time.Second, func() bool { // the bridge is up when something comes over
		from.Publish("scan", 1, false, make([]byte, 8)).Wait()
		binaryOne := binary.BigEndian.AppendUint64(nil, 1)
		from.Publish("scan", 1, false, binaryOne).Wait()
		return came.Load() == 1
	}); err != nil {
		return 0, fmt.Errorf("the bridge does not come up: %w", err)
	}
	acked := make(chan struct{}, underWay)
	began, n, under := time.Now(), uint64(1), 0
	for time.Since(began) < d {
		if under == underWay {
			<-acked
			under--
		}
		n++
		m := make([]byte, pipeRecord)
		binary.BigEndian.PutUint64(m, n)
		t := from.Publish("scan", 1, false, m)
		go func() { t.WaitTimeout(time.Minute); acked <- struct{}{} }()
		under++
	}
	if err := until(2*time.Minute, func() bool { return came.Load() >= n }); err != nil {
		return 0, fmt.Errorf("%d of %d came over the bridge: %w", came.Load(), n, err)
	}
	return float64(n) / time.Since(began).Seconds(), nil
}

// peers is G7: what others carry from a site to the centre when both ends have it on the disk, and what this does.
func peers(c config, r *report) (err error) {
	x, err := openShift(c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.close()) }()
	var mine, js, mosq []float64
	for i := range c.rounds {
		fmt.Fprintf(os.Stderr, "round %d of %d, load %s\n", i+1, c.rounds, load())
		for k := range 3 {
			var v float64
			switch (k + i) % 3 { // nobody is always first
			case 0:
				if v, err = x.through(c.each); err == nil {
					mine = append(mine, v)
				}
			case 1:
				if v, err = jetStream(c.dir, c.each); err == nil {
					js = append(js, v)
				}
			case 2:
				if v, err = bridge(c.dir, c.each); err == nil {
					mosq = append(mosq, v)
				}
			}
			if err != nil {
				return err
			}
		}
	}
	const what = "accepted at the site and durable at the centre, 64 under way ÷ "
	r.add(row{goal: "G7", what: what + "JetStream leaf and source, sync always", value: mine, unit: "scans/s", by: js, want: "≥ 4"})
	r.add(row{goal: "G7", what: what + "Mosquitto bridge, autosave_on_changes", value: mine, unit: "scans/s", by: mosq, want: "≥ 8"})
	return nil
}

// through is the rush with the line up, until the centre has all of it: scans a second.
func (x *shift) through(d time.Duration) (float64, error) {
	before, began := x.s.f.Head().Seq, time.Now()
	if _, err := x.rush(d); err != nil {
		return 0, err
	}
	if err := x.drained(); err != nil {
		return 0, err
	}
	return float64(x.s.f.Head().Seq-before) / time.Since(began).Seconds(), nil
}
