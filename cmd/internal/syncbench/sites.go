package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	crand "crypto/rand"

	"picket/edge/floor"
	"picket/sync/link"
	"picket/sync/oms/clerk"
	"picket/sync/reconcile"
	"picket/sync/uplink"
	"picket/sync/wire"
)

// lightSite is a site of which only the line is real: the log is in memory, and what comes is taken.
type lightSite struct {
	id wire.SiteID

	mu     sync.Mutex
	raws   []wire.Entry
	hashes []wire.Hash
	wrote  []time.Time
	acked  wire.Seq
	lags   []time.Duration

	up *uplink.Uplink
}

func (s *lightSite) Head() wire.Position {
	s.mu.Lock()
	defer s.mu.Unlock()
	return wire.Position{Log: "LIGHT", Seq: wire.Seq(len(s.raws)), Hash: s.hashes[len(s.raws)]}
}

func (s *lightSite) First() wire.Seq { return 1 }

func (s *lightSite) HashAt(seq wire.Seq) (wire.Hash, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if int(seq) >= len(s.hashes) {
		return wire.Hash{}, false
	}
	return s.hashes[seq], true
}

func (s *lightSite) Read(from wire.Seq, most, _ int) ([]wire.Entry, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.raws[int(from)-1 : min(len(s.raws), int(from)-1+most)]), nil
}

// write is one event, and wakes the line.
func (s *lightSite) write() {
	s.mu.Lock()
	raw := fmt.Appendf(nil, `{"specversion":"1.0","id":"%s:%d/0","source":"/t/%s/s/%s/n/n1","type":"picket.local.beat.v1","subject":"site","seq":%d,"data":{}}`,
		s.id, len(s.raws)+1, tenant, s.id, len(s.raws)+1)
	s.raws = append(s.raws, wire.Entry{Raw: raw})
	s.hashes = append(s.hashes, wire.Chain(s.hashes[len(s.hashes)-1], raw))
	s.wrote = append(s.wrote, time.Now())
	s.mu.Unlock()
	s.up.Wake()
}

// Submit and TakeBack take everything; Keep keeps nothing.
func (s *lightSite) Submit(_ context.Context, d uplink.Delivery) (wire.Seq, error) {
	return d.Cursor().Seq, nil
}
func (s *lightSite) TakeBack(context.Context, reconcile.Take) error { return nil }

func (s *lightSite) Restate(context.Context) (wire.Seq, error) {
	return 0, errors.New("this site drops nothing")
}
func (s *lightSite) Stage(context.Context, reconcile.Stage) reconcile.Staged {
	return reconcile.Staged{Err: errors.New("a light site keeps no snapshot")}
}
func (s *lightSite) Keep(uplink.Marks) error { return nil }

// see notes what was acknowledged, and how long it took.
func (s *lightSite) see(st uplink.Status) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for now := time.Now(); s.acked < st.Acked; s.acked++ {
		s.lags = append(s.lags, now.Sub(s.wrote[s.acked]))
	}
}

// told gives the lags since it was last asked.
func (s *lightSite) told() []time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.lags
	s.lags = nil
	return out
}

func (s *lightSite) whole() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return int(s.acked) == len(s.raws)
}

func newLightSite(url string, no int) (*lightSite, error) {
	s := &lightSite{id: wire.SiteID(fmt.Sprintf("light-%04d", no)), hashes: make([]wire.Hash, 1)}
	up, err := uplink.New(uplink.Config{
		Tenant: tenant, Site: s.id, NodeID: "n1", Boot: 1, SW: "bench", Journal: s, Node: s, Keeper: s,
		Connect: func(client string, filters []string, will link.Message) (link.Link, error) {
			return link.Dial(link.Config{Broker: url, ClientID: client, Filters: filters, Will: &will, Rand: rand.Float64, RetryMax: 5 * time.Second})
		},
		Timing: reconcile.Timing{HelloSpread: 5 * time.Second}, Rand: rand.Float64,
		Nonce: func() wire.Nonce { return wire.Nonce(crand.Text()) }, Log: quiet, OnStatus: s.see, Key: boxKey, Centre: knownCentre,
	})
	s.up = up
	return s, err
}

// sites is many sites at one centre: steady events, and a broker that goes and comes back.
func sites(c config, r *report) (err error) {
	dir := filepath.Join(c.dir, "sites")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	b, err := startBroker(dir, pipeConf)
	if err != nil {
		return err
	}
	defer func() { b.stop() }()
	oms, err := openCentre(dir, b.url())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, oms.close()) }()
	var all []*lightSite
	var setups []clerk.SiteSetup
	for i := range c.sites {
		s, err := newLightSite(b.url(), i)
		if err != nil {
			return err
		}
		all = append(all, s)
		setups = append(setups, clerk.SiteSetup{ID: floor.SiteID(s.id), Name: string(s.id), Zone: "Europe/Zurich"})
	}
	if err := oms.Clerk.PutSites(context.Background(), setups); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	defer running.Wait()
	defer stop()
	errs := make([]error, len(all))
	for i, s := range all {
		running.Go(func() { errs[i] = s.up.Run(ctx) })
	}
	connected := func(s *lightSite) bool { return s.up.Status().Connected }
	joined := time.Now()
	if err := until(5*time.Minute, func() bool { return every(all, connected) }); err != nil {
		return fmt.Errorf("not every site has a session: %w", err)
	}
	first := time.Since(joined)
	steady := func() (p50, p99 float64, err error) {
		for _, s := range all {
			s.told()
		}
		pace := time.NewTicker(time.Second / time.Duration(len(all))) // one event a second and site
		defer pace.Stop()
		for n := range len(all) * int(c.each/time.Second) {
			<-pace.C
			all[n%len(all)].write()
		}
		if err := until(5*time.Minute, func() bool { return every(all, (*lightSite).whole) }); err != nil {
			return 0, 0, fmt.Errorf("not everything was acknowledged: %w", err)
		}
		var lags []time.Duration
		for _, s := range all {
			lags = append(lags, s.told()...)
		}
		slices.Sort(lags)
		return lags[len(lags)/2].Seconds() * 1e3, lags[len(lags)*99/100].Seconds() * 1e3, nil
	}
	var mid, far, back []float64
	for i := range c.rounds {
		fmt.Fprintf(os.Stderr, "round %d of %d, load %s\n", i+1, c.rounds, load())
		p50, p99, err := steady()
		if err != nil {
			return err
		}
		mid, far = append(mid, p50), append(far, p99)
		if err := b.restart(); err != nil {
			return err
		}
		began := time.Now()
		for _, s := range all {
			s.write() // there is something to tell
		}
		if err := until(5*time.Minute, func() bool { return every(all, (*lightSite).whole) }); err != nil {
			return fmt.Errorf("behind the storm not everything was acknowledged: %w", err)
		}
		back = append(back, time.Since(began).Seconds())
	}
	what := fmt.Sprintf("%d sites, one event a second each: ", len(all))
	r.add(row{what: what + "first sessions of all", value: []float64{first.Seconds()}, unit: "s"})
	r.add(row{what: what + "written to acknowledged, p50", value: mid, unit: "ms"})
	r.add(row{what: what + "written to acknowledged, p99", value: far, unit: "ms"})
	r.add(row{what: what + "the broker gone and back: all acknowledged after (retry and hello spread 5 s)", value: back, unit: "s"})
	r.add(row{what: what + "private memory of all of them and the centre", value: []float64{float64(rssAnon()) / 1e3}, unit: "MB"})
	return errors.Join(errs...)
}

func every(all []*lightSite, is func(*lightSite) bool) bool {
	for _, s := range all {
		if !is(s) {
			return false
		}
	}
	return true
}
