package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/websocket"

	"picket/edge/floor"
	"picket/edge/view"
)

// Update is news of the board: all of it when the caller has nothing, or too old a one, and else what changed.
type Update struct {
	Full  *view.Full
	Delta *view.Delta
}

// Mark is where a caller's board stands. The zero Mark has nothing. Start is which start of the box gave it; a box of an
// earlier version does not say it.
type Mark struct {
	Log   floor.LogID
	Seq   floor.Seq
	Start string
}

// waitFor is how many seconds the box holds a question for news, where it is asked again and again.
const waitFor = "25"

// How long a websocket may be silent (the box pings every 20 s), and the longest wait before the next try.
const (
	silence  = 60 * time.Second
	waitMost = 15 * time.Second
)

// errNoSocket says that no websocket can be had on the way to the box; it is asked again and again instead.
var errNoSocket = errors.New("no websocket on the way to the box")

// Watch tells fn of the board and then of everything that changes on it, from a mark on, until ctx ends or fn
// says no. While the box cannot be reached it goes on trying; it ends with a *Problem when the box does not let
// the caller in (any more).
func (c *Client) Watch(ctx context.Context, from Mark, fn func(Update) error) error {
	w := &watch{c: c, at: from, fn: fn, wait: c.opt.Backoff}
	follow := w.socket
	for {
		err := w.full(ctx)
		if err == nil {
			err = follow(ctx)
		}
		var said *saidNo
		switch {
		case errors.As(err, &said):
			return said.error
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, errNoSocket):
			follow = w.poll
			continue
		case err != nil && !errors.Is(err, ErrUnreachable):
			return err
		}
		if err == nil {
			continue // the board is to be loaded anew
		}
		t := time.NewTimer(w.wait)
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
			return ctx.Err()
		}
		w.wait = min(2*w.wait, waitMost)
	}
}

// watch is a caller's board on its way.
type watch struct {
	c    *Client
	at   Mark
	fn   func(Update) error
	wait time.Duration
}

// saidNo is what the caller's own function ended with.
type saidNo struct{ error }

func (w *watch) tell(u Update, at Mark) error {
	w.at, w.wait = at, w.c.opt.Backoff
	if err := w.fn(u); err != nil {
		return &saidNo{err}
	}
	return nil
}

// full loads the board when the caller has none.
func (w *watch) full(ctx context.Context) error {
	if w.at != (Mark{}) {
		return nil
	}
	full, err := Get[view.Full](ctx, w.c, "/api/board", nil)
	if err != nil {
		return err
	}
	return w.tell(Update{Full: &full}, Mark{full.Log, full.Seq, full.Start})
}

// socket follows the board over a websocket. It ends with nil when the board is to be loaded anew.
func (w *watch) socket(ctx context.Context) error {
	ws, err := w.c.dial(ctx)
	if err != nil {
		return err
	}
	defer ws.Close()
	stop := context.AfterFunc(ctx, func() { _ = ws.Close() })
	defer stop()
	alive := func() { _ = ws.SetReadDeadline(time.Now().Add(silence)) }
	ping := ws.PingHandler()
	ws.SetPingHandler(func(text string) error { alive(); return ping(text) })
	ws.SetReadLimit(bodyMax)
	alive()
	hello := map[string]any{"log": w.at.Log, "since": w.at.Seq}
	if w.at.Start != "" {
		hello["start"] = w.at.Start
	}
	if err := ws.WriteJSON(map[string]any{"hello": hello}); err != nil {
		return fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	for heard := false; ; heard = true {
		_, text, err := ws.ReadMessage()
		var closed *websocket.CloseError
		switch {
		case errors.As(err, &closed) && closed.Code == 4401:
			return &Problem{Status: http.StatusUnauthorized, Title: "Not let in", Detail: closed.Text}
		case errors.As(err, &closed) && closed.Code == websocket.ClosePolicyViolation && closed.Text != "too slow" && w.at.Start != "" && !heard:
			w.at = Mark{} // a box of an earlier version is there now, to which a start means nothing
			return nil
		case errors.As(err, &closed) && closed.Code == websocket.ClosePolicyViolation && closed.Text != "too slow":
			return errNoSocket // a box of an earlier version, to which no machine may say hello
		case err != nil:
			return fmt.Errorf("%w: %w", ErrUnreachable, err)
		}
		alive()
		var m struct {
			Reload bool        `json:"reload"`
			Delta  *view.Delta `json:"delta"`
		}
		if err := json.Unmarshal(text, &m); err != nil {
			return fmt.Errorf("what the box says cannot be read: %w", err)
		}
		switch {
		case m.Reload, m.Delta != nil && m.Delta.Start != w.at.Start:
			w.at = Mark{}
			return nil
		case m.Delta != nil && (m.Delta.Seq > w.at.Seq || !m.Delta.Empty()):
			if err := w.tell(Update{Delta: m.Delta}, Mark{m.Delta.Log, m.Delta.Seq, m.Delta.Start}); err != nil {
				return err
			}
		}
	}
}

// dial opens the websocket by the same way and with the same token as every other request.
func (c *Client) dial(ctx context.Context) (*websocket.Conn, error) {
	u := *c.base
	u.Scheme = map[string]string{"http": "ws", "https": "wss"}[u.Scheme]
	u.Path = strings.TrimSuffix(u.Path, "/") + "/api/live"
	d := websocket.Dialer{HandshakeTimeout: 10 * time.Second, Proxy: http.ProxyFromEnvironment}
	if t, ok := c.opt.HTTP.Transport.(*http.Transport); ok {
		d.NetDialContext, d.TLSClientConfig, d.Proxy = t.DialContext, t.TLSClientConfig, t.Proxy
	}
	h := http.Header{}
	if c.token != "" {
		h.Set("Authorization", "Bearer "+c.token)
	}
	ws, res, err := d.DialContext(ctx, u.String(), h)
	if res == nil || err == nil {
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrUnreachable, err)
		}
		return ws, nil
	}
	data, _ := io.ReadAll(io.LimitReader(res.Body, 64<<10))
	p := &Problem{Status: res.StatusCode, Title: http.StatusText(res.StatusCode)}
	ours := json.Unmarshal(data, p) == nil && p.Type != ""
	switch {
	case res.StatusCode == http.StatusServiceUnavailable:
		return nil, fmt.Errorf("%w: %w", ErrUnreachable, p)
	case ours && (p.Status == http.StatusUnauthorized || p.Status == http.StatusForbidden || p.Status == http.StatusMisdirectedRequest || p.Status == http.StatusTooManyRequests):
		return nil, p
	}
	return nil, errNoSocket
}

// poll follows the board by asking again and again, for boxes behind something that lets no websocket through.
// It ends with nil when the board is to be loaded anew.
func (w *watch) poll(ctx context.Context) error {
	for {
		ask := url.Values{"log": {string(w.at.Log)}, "since": {strconv.FormatUint(uint64(w.at.Seq), 10)}, "wait": {waitFor}}
		if w.at.Start != "" {
			ask.Set("start", w.at.Start)
		}
		got, err := Get[struct {
			Reload bool        `json:"reload"`
			Delta  *view.Delta `json:"delta"`
		}](ctx, w.c, "/api/changes", ask)
		var said *Problem
		switch {
		case errors.As(err, &said) && said.Status == http.StatusUnprocessableEntity && w.at.Start != "":
			w.at = Mark{} // a box of an earlier version is there now, to which a start means nothing
			return nil
		case err != nil:
			return err
		case got.Reload, got.Delta != nil && got.Delta.Start != w.at.Start:
			w.at = Mark{}
			return nil
		case got.Delta != nil:
			if err := w.tell(Update{Delta: got.Delta}, Mark{got.Delta.Log, got.Delta.Seq, got.Delta.Start}); err != nil {
				return err
			}
		}
	}
}
