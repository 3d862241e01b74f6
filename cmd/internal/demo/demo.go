package demo

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"picket/cmd/internal/lock"
	"picket/cmd/internal/pki"
)

// Config of the demo. It takes Ports ports from Port on.
type Config struct {
	Dir   string
	Port  int
	Reset bool // begin anew
	// Broker is one that runs already, such as tcp://127.0.0.1:1883; "": the demo brings its own.
	Broker string
	Every  time.Duration // between two orders of the trickle; 0 sends none by itself
	Out    io.Writer     // what the person reads
	Log    *slog.Logger
}

// Ports is how many ports in a row the demo takes.
const Ports = 9

// PartCommand is the hidden command that runs one part of the demo in a process of its own.
const PartCommand = "demo-part"

// layout is where everything is.
type layout struct {
	home, oms, printers, broker int
	sites                       []int
	zpl                         map[string]int // printer's name -> port
}

func (c Config) layout() layout {
	l := layout{home: c.Port, oms: c.Port + 1, printers: c.Port + 4, broker: c.Port + 5, zpl: map[string]int{}}
	next := c.Port + 6
	for i, s := range Sites() {
		l.sites = append(l.sites, c.Port+2+i)
		for n := range s.Printers {
			l.zpl[printerName(s, n)] = next
			next++
		}
	}
	return l
}

func printerName(s Site, n int) string { return fmt.Sprintf("%s-bench-%d", s.ID, n+1) }

func local(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }
func url(port int) string   { return "http://" + local(port) }

// company is the running demo.
type company struct {
	cfg   Config
	at    layout
	parts []*Part
	mu    sync.Mutex
	sent  int
	push  chan struct{}
}

// Run is the demo from start to Ctrl-C.
func Run(ctx context.Context, cfg Config) error {
	at := cfg.layout()
	if err := reachable(ctx, cfg.Broker); err != nil {
		return err
	}
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return err
	}
	release, err := lock.Dir(cfg.Dir, "picket demo") // first: its ports are taken by the demo that runs in it
	if err != nil {
		return err
	}
	defer release()
	if err := free(cfg.Port, Ports); err != nil {
		return err
	}
	if cfg.Reset {
		if err := reset(cfg.Dir); err != nil {
			return err
		}
	}
	if err := os.WriteFile(filepath.Join(cfg.Dir, marker), []byte("made by picket demo\n"), 0o600); err != nil {
		return err
	}
	co := &company{cfg: cfg, at: at, push: make(chan struct{}, 1)}
	if err := co.loadSent(); err != nil {
		return err
	}
	if err := co.makeParts(); err != nil {
		return err
	}
	ln, err := net.Listen("tcp", local(at.home))
	if err != nil {
		return err
	}

	// The parts close after everything that asks something of them.
	g, gctx := errgroup.WithContext(ctx)
	partCtx, closeParts := context.WithCancel(context.WithoutCancel(ctx))
	var running sync.WaitGroup
	for _, p := range co.parts {
		running.Go(func() { _ = p.Run(partCtx) })
	}
	defer func() {
		fmt.Fprintln(cfg.Out, "\nClosing. A second run goes on from here.")
		closeParts()
		running.Wait()
	}()
	g.Go(func() error { return serve(gctx, ln, co.handler()) })
	g.Go(func() error { return co.hangups(gctx) })
	g.Go(func() error {
		if err := co.setUp(gctx); err != nil {
			return err
		}
		co.welcome()
		return co.trickle(gctx)
	})
	if err := g.Wait(); err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, errHungUp) {
		return err
	}
	return nil
}

// errHungUp ends the demo with its terminal.
var errHungUp = errors.New("the terminal is gone")

// hangups passes a SIGHUP on to the sites, which read their settings again. One that comes because the terminal was
// closed ends the demo.
func (co *company) hangups(ctx context.Context) error {
	terminal := func() bool {
		f, err := os.Open("/dev/tty")
		if err == nil {
			_ = f.Close()
		}
		return err == nil
	}
	had := terminal()
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-hangup:
		}
		if had && !terminal() {
			return errHungUp
		}
		co.cfg.Log.Info("the sites read their settings again")
		for _, p := range co.parts {
			p.Hangup()
		}
	}
}

// free says which port is taken before anything is started.
func free(from, n int) error {
	if from < 1024 || from+n-1 > 65535 {
		return fmt.Errorf("port %d: the demo takes %d ports from there on; choose 1024 to %d", from, n, 65536-n)
	}
	for p := from; p < from+n; p++ {
		ln, err := net.Listen("tcp", local(p))
		if err != nil {
			return fmt.Errorf("port %d is taken (the demo needs %d to %d); choose others with --port, or `make run PORT=9000`: %w", p, from, from+n-1, err)
		}
		_ = ln.Close()
	}
	return nil
}

// reachable says at once when there is no broker where there should be one: without it the demo would only wait.
func reachable(ctx context.Context, broker string) error {
	if broker == "" {
		return nil
	}
	at, plain := strings.CutPrefix(broker, "tcp://")
	if _, _, err := net.SplitHostPort(at); err != nil || !plain {
		return fmt.Errorf("--broker: %q is not tcp://host:1883", broker)
	}
	c, err := (&net.Dialer{Timeout: 5 * time.Second}).DialContext(ctx, "tcp", at)
	if err != nil {
		return fmt.Errorf("--broker: nobody answers at %s; without --broker the demo brings its own: %w", at, err)
	}
	return c.Close()
}

// marker lies in a directory that a demo made, so that a reset never empties any other.
const marker = ".picket-demo"

func reset(dir string) error {
	list, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(e os.DirEntry) bool { return e.Name() == "lock" })
	if len(list) == 0 {
		return nil
	}
	if _, err := os.Stat(filepath.Join(dir, marker)); err != nil {
		return fmt.Errorf("%s was not made by the demo, so it is not emptied; choose another directory with --dir", dir)
	}
	for _, e := range list {
		if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// makeParts writes each part's configuration, as an operator would, and names the processes.
func (co *company) makeParts() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	add := func(name, says string, args ...string) {
		log := filepath.Join(co.cfg.Dir, name+".log")
		co.parts = append(co.parts, &Part{
			Name: name, Says: says, Argv: append([]string{self, PartCommand}, args...), LogFile: log,
			Fails: func(why string) {
				fmt.Fprintf(co.cfg.Out, "\n%s (%s) does not start, and is tried again every few seconds:\n  %s\n  More in %s\n", name, says, why, log)
			},
		})
	}
	broker := co.cfg.Broker
	if broker == "" {
		broker = "tcp://" + local(co.at.broker)
		add("broker", "MQTT broker between the centre and the sites", "broker", local(co.at.broker))
	}

	file := filepath.Join(co.cfg.Dir, "oms.yaml")
	err = keepYAML(file, map[string]any{
		"tenant": "demo", "data": filepath.Join(co.cfg.Dir, "oms"), "http": map[string]any{"listen": local(co.at.oms)},
		"broker": map[string]any{"url": broker}, "default_site": Sites()[1].ID,
	}, local(co.at.oms), broker)
	if err != nil {
		return err
	}
	add("oms", "reference central OMS", "oms", file)
	sign, err := pki.CentreKey(filepath.Join(co.cfg.Dir, "oms", "line")) // it finds the key there
	if err != nil {
		return err
	}

	printers := []string{"printers", filepath.Join(co.cfg.Dir, "printers"), local(co.at.printers)}
	for i, s := range Sites() {
		var list []map[string]any
		for n := range s.Printers {
			name := printerName(s, n)
			station := fmt.Sprintf("bench-%d", n+1)
			list = append(list, map[string]any{"id": station, "name": fmt.Sprintf("Bench %d", n+1), "address": "tcp://" + local(co.at.zpl[name]), "stations": []string{station}})
			printers = append(printers, name+"="+local(co.at.zpl[name]))
		}
		file := filepath.Join(co.cfg.Dir, s.ID+".yaml")
		err := keepYAML(file, map[string]any{
			"site": s.ID, "name": s.Name, "address": s.Address, "zone": s.Zone, "tenant": "demo", "data": filepath.Join(co.cfg.Dir, s.ID),
			"http": map[string]any{"listen": local(co.at.sites[i])}, "broker": map[string]any{"url": broker, "centre_key": pki.KeyText(sign.Public().(ed25519.PublicKey))}, "printers": list,
		}, local(co.at.sites[i]), broker)
		if err != nil {
			return err
		}
		add(s.ID, s.Name+": picketd", "site", file)
		part := co.parts[len(co.parts)-1]
		part.Held, part.Rereads = true, true // the centre has to know a site before it takes its hello
	}
	add("printers", "virtual label printers", printers...)
	return nil
}

func (co *company) part(name string) *Part {
	for _, p := range co.parts {
		if p.Name == name {
			return p
		}
	}
	return nil
}

// welcome says what there is and what to do first.
func (co *company) welcome() {
	w := co.cfg.Out
	fmt.Fprintf(w, `
Picket is running.

  This demo, its parts and a button for trouble   %s
`, url(co.at.home))
	for i, s := range Sites() {
		fmt.Fprintf(w, "  %-46s  %s\n", s.Name+", the handheld's app", url(co.at.sites[i]))
	}
	fmt.Fprintf(w, `  Label printers and what they printed            %s
  Central OMS                                     %s

First: open %s, sign in with badge B-1001 and PIN 2580,
start the first order on the list, and scan: type a barcode's digits and press Enter.

Ctrl-C stops everything; a second run goes on where this one stops.
`, url(co.at.printers), url(co.at.oms), url(co.at.sites[0]))
}

// handler is the demo's own page.
func (co *company) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /style.css", style)
	mux.HandleFunc("GET /barcodes", barcodes)
	mux.HandleFunc("GET /barcodes/{file}", barcodePicture)
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) { render(w, homePage, co.view()) })
	mux.HandleFunc("POST /parts/{name}/{do}", func(w http.ResponseWriter, r *http.Request) {
		p := co.part(r.PathValue("name"))
		if p == nil {
			http.Error(w, "there is no part of that name", http.StatusNotFound)
			return
		}
		switch r.PathValue("do") {
		case "stop":
			p.Stop()
		case "start":
			p.Start()
		case "kill":
			p.Kill()
		default:
			http.Error(w, "a part can be stopped, started or killed", http.StatusNotFound)
			return
		}
		http.Redirect(w, r, "/", http.StatusSeeOther)
	})
	mux.HandleFunc("POST /orders", func(w http.ResponseWriter, r *http.Request) {
		select {
		case co.push <- struct{}{}:
		default:
		}
		http.Redirect(w, r, "/", http.StatusSeeOther)
	})
	// A page of another site must not be able to pull a plug here.
	return http.NewCrossOriginProtection().Handler(onlyHosts(mux, local(co.at.home), "localhost:"+strconv.Itoa(co.at.home)))
}

// onlyHosts answers nobody who came by another name, which is how a rebound name would come.
func onlyHosts(h http.Handler, hosts ...string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, ok := range hosts {
			if r.Host == ok {
				w.Header().Set("X-Content-Type-Options", "nosniff")
				w.Header().Set("X-Frame-Options", "DENY")
				h.ServeHTTP(w, r)
				return
			}
		}
		http.Error(w, "this page is at "+hosts[0], http.StatusMisdirectedRequest)
	})
}

type link struct{ Name, Says, URL string }

func (co *company) view() any {
	v := struct {
		Links  []link
		Parts  []PartState
		Orders int
		Every  string
	}{Every: co.cfg.Every.String()}
	for i, s := range Sites() {
		v.Links = append(v.Links, link{s.Name, "the app of its handhelds and benches", url(co.at.sites[i])})
	}
	v.Links = append(v.Links,
		link{"Barcodes", "of everything in the catalogue, to scan or to type", "/barcodes"},
		link{"Label printers", "what they printed, and their troubles", url(co.at.printers)},
		link{"Central OMS", "orders, their progress, and the sites", url(co.at.oms)})
	for _, p := range co.parts {
		v.Parts = append(v.Parts, p.State())
	}
	co.mu.Lock()
	v.Orders = co.sent
	co.mu.Unlock()
	return v
}
