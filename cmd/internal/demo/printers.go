package demo

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"picket/devices/virtual"
	"picket/zpl/preview"
)

// PrinterSetup is one virtual printer of the demo.
type PrinterSetup struct {
	Name   string // north-bench-1
	Listen string
}

// RunPrinters runs virtual printers and the page where their labels lie.
func RunPrinters(ctx context.Context, dir, listen string, setups []PrinterSetup) error {
	ln, err := net.Listen("tcp", listen)
	if err != nil {
		return fmt.Errorf("printers' page: %w", err)
	}
	mux := http.NewServeMux()
	g, ctx := errgroup.WithContext(ctx)
	names := make([]string, 0, len(setups))
	for _, s := range setups {
		p, err := virtual.Open(virtual.Config{
			Name: s.Name, Listen: s.Listen, PrintTime: 900 * time.Millisecond, Roll: 250, Dir: filepath.Join(dir, s.Name), Keep: 200, Render: picture,
		})
		if err != nil {
			return fmt.Errorf("printer %s on %s: %w", s.Name, s.Listen, err)
		}
		names = append(names, s.Name)
		mux.Handle("/"+s.Name+"/", http.StripPrefix("/"+s.Name, p.Handler()))
		g.Go(func() error { return p.Serve(ctx) })
	}
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) { render(w, printersPage, names) })
	mux.HandleFunc("GET /style.css", style)
	_, port, _ := net.SplitHostPort(ln.Addr().String())
	guarded := http.NewCrossOriginProtection().Handler(onlyHosts(mux, ln.Addr().String(), "localhost:"+port))
	g.Go(func() error { return serve(ctx, ln, guarded) })
	err = g.Wait()
	if errors.Is(err, context.Canceled) {
		err = nil
	}
	return err
}

// picture draws a printed label for the page.
func picture(zpl []byte) ([]byte, error) {
	doc := preview.Read(zpl, preview.Options{Dpmm: 8})
	if len(doc.Labels) == 0 {
		return nil, errors.New("no label in it")
	}
	return doc.Labels[0].PNG()
}

// serve answers until ctx ends.
func serve(ctx context.Context, ln net.Listener, h http.Handler) error {
	srv := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	stop := context.AfterFunc(ctx, func() { _ = srv.Close() })
	defer stop()
	if err := srv.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func render(w http.ResponseWriter, t *template.Template, data any) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'self'; form-action 'self'; frame-ancestors 'none'")
	w.Header().Set("Cache-Control", "no-store")
	if err := t.Execute(w, data); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}
