package site

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"picket/cmd/internal/line"
	"picket/edge/floor"
	"picket/edge/node"
	"picket/sync/reconcile"
	"picket/sync/uplink"
	"picket/sync/wire"
)

// grant is what the centre gave this box for a code. It lies beside the journal's file and is in no copy of it: who
// holds the site is this installation, not whoever has its records.
type grant struct {
	Epoch  wire.Epoch `json:"epoch"`
	Secret string     `json:"secret"`
	Centre string     `json:"centre"` // where the centre is asked over HTTP
	Was    string     `json:"was,omitempty"`
	Stolen bool       `json:"stolen,omitempty"` // the box before is in other hands

	CentreKey []byte `json:"centre_key,omitempty"` // by which the centre signs on the line
}

// gone says that another box holds the site, and what became of what this one held.
type gone struct {
	Since  time.Time `json:"since"`
	Why    string    `json:"why"`
	Handed uint64    `json:"handed"`
	Left   uint64    `json:"left"`
}

func grantFile(dir string) string { return filepath.Join(dir, "box") }
func goneFile(dir string) string  { return filepath.Join(dir, "replaced") }

// readFile fills into from a small JSON file; false when there is none.
func readFile(file string, into any) (bool, error) {
	raw, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err == nil {
		err = json.Unmarshal(raw, into)
	}
	if err != nil {
		return false, fmt.Errorf("%s: %w", file, err)
	}
	return true, nil
}

func writeFile(file string, v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return writeOnce(file, raw)
}

// Replace takes a site for this box with a code of the centre's.
func Replace(ctx context.Context, cfg Config, centre, code string) (was string, stolen bool, err error) {
	u, err := url.Parse(centre)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return "", false, fmt.Errorf("centre: %q is not the centre's address, such as https://oms.example", centre)
	}
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		return "", false, fmt.Errorf("data: %w", err)
	}
	box, err := boxID(cfg.Data)
	if err != nil {
		return "", false, err
	}
	tlsConfig, err := line.TLS(cfg.brokerFiles().CAFile, "", "")
	if err != nil {
		return "", false, err
	}
	own, err := lineKey(cfg.Data, box)
	if err != nil {
		return "", false, err
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	c := &http.Client{Transport: &http.Transport{TLSClientConfig: tlsConfig, Proxy: http.ProxyFromEnvironment}}
	ask := map[string]any{"site": cfg.Site, "code": code, "node": box, "key": own.Public(), "proof": wire.ProveKey(own, wire.SiteID(cfg.Site), wire.NodeID(box), []byte(code))}
	status, text, err := redeem(ctx, c, u, ask)
	if err == nil && status == http.StatusUnprocessableEntity && bytes.Contains(text, []byte("body.key")) {
		// A centre of before: it learns the key when it is one of this version, from the first hello.
		delete(ask, "key")
		delete(ask, "proof")
		status, text, err = redeem(ctx, c, u, ask)
	}
	if err != nil {
		return "", false, err
	}
	if status != http.StatusOK {
		var p struct{ Detail string }
		_ = json.Unmarshal(text, &p) // what is no problem has no detail
		return "", false, fmt.Errorf("the centre says %d: %s", status, p.Detail)
	}
	g := grant{Centre: strings.TrimSuffix(u.String(), "/")}
	if err := json.Unmarshal(text, &g); err != nil || g.Epoch == 0 || g.Secret == "" {
		return "", false, fmt.Errorf("the centre's answer is no grant: %s", last(string(text), 200))
	}
	if err := writeFile(grantFile(cfg.Data), g); err != nil {
		return "", false, fmt.Errorf("data: %w", err)
	}
	if err := os.Remove(goneFile(cfg.Data)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", false, fmt.Errorf("data: %w", err)
	}
	return g.Was, g.Stolen, nil
}

func redeem(ctx context.Context, c *http.Client, centre *url.URL, ask map[string]any) (status int, answer []byte, err error) {
	body, err := json.Marshal(ask)
	if err != nil {
		return 0, nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, centre.JoinPath("/api/box/enrol").String(), bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := c.Do(req)
	if err != nil {
		return 0, nil, fmt.Errorf("the centre is not reached: %w", err)
	}
	defer res.Body.Close()
	if answer, err = io.ReadAll(io.LimitReader(res.Body, 64<<10)); err != nil {
		return 0, nil, fmt.Errorf("the centre: %w", err)
	}
	return res.StatusCode, answer, nil
}

// ReplaceCommand is `picketd replace`.
func ReplaceCommand(load func() (Config, error)) *cobra.Command {
	var centre, code string
	c := &cobra.Command{
		Use: "replace --centre https://oms.example --code XXXX-XXXX-XXXX-XXXX", Short: "Take the site for this box; the box that held it is fenced and hands over what it holds",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := load()
			if err != nil {
				return err
			}
			was, stolen, err := Replace(cmd.Context(), cfg, centre, code)
			if err != nil {
				return fmt.Errorf("replace: %w", err)
			}
			next := "Start picketd."
			if strings.HasPrefix(cfg.Broker.URL, "tls://") && cfg.brokerFiles().CertFile == "" {
				next = "It has no certificate for the line yet: `picket-oms site certify` gives a code, `picketd enrol` takes it. Then start picketd."
			}
			fmt.Fprintf(cmd.OutOrStdout(), "This box holds site %s now. %s\n", cfg.Site, next)
			switch {
			case stolen && was != "":
				fmt.Fprintf(cmd.OutOrStdout(), "Box %s held it before; its certificates count no more. If its disk comes back: picketd hand-out, picket-oms import-box.\n", was)
			case was != "":
				fmt.Fprintf(cmd.OutOrStdout(), "Box %s held it before. Leave it switched on and connected until its page says that everything is handed over.\n", was)
			}
			return nil
		},
	}
	c.Flags().StringVar(&centre, "centre", "", "the centre's address")
	c.Flags().StringVar(&code, "code", "", "the code, from `picket-oms replace SITE`")
	return c
}

// fence closes the door when the centre says that another box holds the site, and remembers it: the box stays closed
// with the line down, too.
type fence struct {
	dir  string
	door *node.Door
	now  func() time.Time

	mu   sync.Mutex
	gone *gone
}

// openFence is closed when it was closed at an earlier start.
func openFence(dir string, door *node.Door, now func() time.Time) (*fence, error) {
	f := &fence{dir: dir, door: door, now: now}
	var g gone
	was, err := readFile(goneFile(dir), &g)
	if err != nil {
		return nil, err
	}
	if was {
		f.gone = &g
		door.Replace()
	}
	return f, nil
}

// see looks at the line. The error is of the file that remembers: the door is closed all the same.
func (f *fence) see(s uplink.Status) error {
	if s.Trouble != reconcile.TroubleFenced && s.Mode != wire.ModeSalvage {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.door.Replace()
	now := gone{Since: f.now().UTC(), Why: s.Reason}
	if f.gone != nil {
		now.Since, now.Handed = f.gone.Since, f.gone.Handed
		if now.Why == "" {
			now.Why = f.gone.Why
		}
	}
	now.Handed, now.Left = max(now.Handed, s.Handed), s.Unsent
	if f.gone != nil && *f.gone == now {
		return nil
	}
	f.gone = &now
	return writeFile(goneFile(f.dir), now)
}

// words for the page, empty while this box holds the site.
func (f *fence) words() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.gone == nil {
		return ""
	}
	text := "this box was replaced; " + floor.Plural(int(f.gone.Handed), "fact") + " handed over"
	if f.gone.Left > 0 {
		text += fmt.Sprintf(", %d still to go: leave it switched on and connected", f.gone.Left)
	}
	return text + ". Work at the new box"
}

// counts says whether this box was replaced, what it handed over since, and what is still to go.
func (f *fence) counts() (was bool, handed, left uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.gone == nil {
		return false, 0, 0
	}
	return true, f.gone.Handed, f.gone.Left
}
