package client_test

import (
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"

	"picket/edge/client"
	"picket/edge/floor"
	"picket/edge/view"
)

var errEnough = errors.New("enough")

// The board and what changes on it: over a websocket, and by asking again where something on the way lets none
// through.
func TestWatch(t *testing.T) {
	for name, status := range map[string]int{"websocket": 0, "a proxy without": 426, "a proxy that says no": 502} {
		t.Run(name, func(t *testing.T) {
			var sockets, polls atomic.Int64
			s := newSite(t, func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					switch r.URL.Path {
					case "/api/live":
						if sockets.Add(1); status != 0 {
							http.Error(w, "no such thing here", status)
							return
						}
					case "/api/changes":
						polls.Add(1)
					}
					next.ServeHTTP(w, r)
				})
			})
			c := s.client(t)
			var seen []client.Update
			err := c.Watch(t.Context(), client.Mark{}, func(u client.Update) error {
				if u.Full == nil && len(u.Delta.Orders) == 0 {
					return nil // how the line does: the order's change is still on its way
				}
				seen = append(seen, u)
				if u.Full != nil {
					s.give(t, &floor.AdjustStock{SKU: "OAT", Bin: "A-1", Delta: 5, Reason: "found"})
					return nil
				}
				return errEnough
			})
			require.ErrorIs(t, err, errEnough)
			require.Len(t, seen[0].Full.Orders, 3)
			require.Equal(t, int64(5), seen[1].Delta.Orders[0].Lines[0].Bins[0].OnHand)
			require.Equal(t, int64(1), sockets.Load())
			require.Equal(t, status != 0, polls.Load() > 0)

			// A board of another log is loaded anew.
			err = c.Watch(t.Context(), client.Mark{Log: "another", Seq: 7}, func(u client.Update) error {
				require.NotNil(t, u.Full)
				return errEnough
			})
			require.ErrorIs(t, err, errEnough)
		})
	}
}

// A line that breaks is taken up again from where the caller's board stands.
func TestWatchGoesOnAfterTheLineBroke(t *testing.T) {
	var dials atomic.Int64
	s := newSite(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/api/live" && dials.Add(1) <= 2 {
				panic(http.ErrAbortHandler) // the line breaks
			}
			next.ServeHTTP(w, r)
		})
	})
	fulls := 0
	err := s.client(t).Watch(t.Context(), client.Mark{}, func(u client.Update) error {
		if u.Full != nil {
			fulls++
			s.give(t, &floor.AdjustStock{SKU: "OAT", Bin: "A-1", Delta: 5, Reason: "found"})
			return nil
		}
		return errEnough
	})
	require.ErrorIs(t, err, errEnough)
	require.Equal(t, int64(3), dials.Load())
	require.Equal(t, 1, fulls)
}

// A token that is not on the list, or is taken back, ends it with words.
func TestWatchEndsWithTheToken(t *testing.T) {
	s := newSite(t, nil)
	err := s.client(t).Watch(t.Context(), client.Mark{}, func(u client.Update) error {
		if u.Full != nil {
			s.give(t, &floor.AdjustStock{SKU: "OAT", Bin: "A-1", Delta: 5, Reason: "found"})
			return nil
		}
		return s.web.SetTokens(nil)
	})
	var p *client.Problem
	require.ErrorAs(t, err, &p)
	require.Equal(t, 401, p.Status)
	require.True(t, strings.Contains(p.Error(), "token"), p.Error())
	err = s.client(t).Watch(t.Context(), client.Mark{Log: "log-1", Seq: 3}, func(client.Update) error { return errEnough })
	require.ErrorAs(t, err, &p)
	require.Equal(t, 401, p.Status)
}

// A box that was started again may have an older copy of its file: its board is loaded anew. One with earlier software, put
// in its place, does not know the word at all, and is asked without it.
func TestWatchOfAnotherStart(t *testing.T) {
	for name, way := range map[string]struct{ socket, old bool }{"websocket": {true, false}, "asked": {false, false}, "websocket of an earlier box": {true, true}, "asked of an earlier box": {false, true}} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					switch {
					case r.URL.Path == "/api/live" && !way.socket:
						http.Error(w, "no such thing here", 502)
					case r.URL.Path == "/api/live" && way.old:
						earlierSocket(t, w, r)
					case r.URL.Query().Has("start") && way.old:
						w.Header().Set("Content-Type", "application/problem+json")
						w.WriteHeader(422)
						_, _ = w.Write([]byte(`{"type":"urn:picket:problem:invalid-body","title":"Not valid","status":422}`))
					default:
						next.ServeHTTP(w, r)
					}
				})
			})
			if !way.old {
				s.feed.Look(func(b *view.Board) { b.SetStart("start-2") })
			}
			err := s.client(t).Watch(t.Context(), client.Mark{Log: "log-1", Seq: s.feed.Seq(), Start: "start-1"}, func(u client.Update) error {
				require.NotNil(t, u.Full)
				return errEnough
			})
			require.ErrorIs(t, err, errEnough)
		})
	}
}

// earlierSocket closes as a box does that reads a word it does not know.
func earlierSocket(t *testing.T, w http.ResponseWriter, r *http.Request) {
	up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	ws, err := up.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer ws.Close()
	_, text, err := ws.ReadMessage()
	if err == nil && strings.Contains(string(text), "start") {
		_ = ws.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.ClosePolicyViolation, "message.hello.start: is not known"))
	}
}
