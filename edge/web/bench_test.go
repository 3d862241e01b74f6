package web

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"
)

// A bench's scanner and scale speak to the screens signed in at that bench, and to no other.
func TestABenchsDevicesReachItsScreens(t *testing.T) {
	b := newBox(t)
	here, there := b.hand("hh-1"), b.hand("hh-2")
	for h, body := range map[*hand]string{
		here:  `{"badge":"B-1","pin":"1234","install":"hh-1","station":"bench-1"}`,
		there: `{"badge":"B-1","pin":"1234","install":"hh-2","station":"bench-2"}`,
	} {
		code, text := h.post("/api/sign-in", body)
		require.Equal(t, 200, code, text)
	}
	at := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	scan := BenchScan{Device: "gun", Code: "]C1010952000000001110A\x1d2112", At: at}
	require.Zero(t, b.web.Scanned("bench-1", scan), "nobody is there")

	mine, other := here.socket(), there.socket()
	require.Zero(t, b.web.Scanned("bench-1", scan), "a screen that said no hello is none")
	for i, ws := range []*websocket.Conn{mine, other} {
		write(t, ws, `{"hello":{"install":"hh-%d","log":%q,"since":0}}`, i+1, here.board().Log)
	}
	require.Eventually(t, func() bool { return b.web.Scanned("bench-1", scan) == 1 }, 60*time.Second, time.Millisecond)
	require.Equal(t, 1, b.web.Weighed("bench-1", BenchWeight{Device: "scale", Grams: 1234, Settled: true, At: at}))
	require.Eventually(t, func() bool { return b.web.Scanned("bench-2", BenchScan{Device: "gun-2", Code: "X", At: at}) == 1 }, 60*time.Second, time.Millisecond)
	require.Zero(t, b.web.Scanned("", scan), "a scanner that stands nowhere")

	hear := func(ws *websocket.Conn) (m bench) {
		for m.Scan == nil && m.Weight == nil {
			_, data, err := ws.ReadMessage()
			require.NoError(t, err)
			require.NoError(t, json.Unmarshal(data, &m))
		}
		return m
	}
	require.Equal(t, scan, *hear(mine).Scan, "every byte of it")
	require.Equal(t, BenchWeight{Device: "scale", Grams: 1234, Settled: true, At: at}, *hear(mine).Weight)
	require.Equal(t, "X", hear(other).Scan.Code, "and nothing of the other bench")

	// A second screen at the same bench: a scan counted by both would be two. The one that was used last has it.
	second := b.hand("hh-3")
	code, text := second.post("/api/sign-in", `{"badge":"B-1","pin":"1234","install":"hh-3","station":"bench-1"}`)
	require.Equal(t, 200, code, text)
	newer := second.socket()
	write(t, newer, `{"hello":{"install":"hh-3","log":%q,"since":0}}`, here.board().Log)
	require.Eventually(t, func() bool { return b.web.Weighed("bench-1", BenchWeight{Device: "scale"}) == 2 }, 60*time.Second, time.Millisecond, "both see the weight")
	require.Equal(t, 1, b.web.Scanned("bench-1", BenchScan{Device: "gun", Code: "ONCE", At: at}))
	for m := hear(newer); m.Scan == nil || m.Scan.Code != "ONCE"; m = hear(newer) {
	}

	// Somebody works on at the first one, whatever the command leads to.
	here.send(`{"n":1,"id":"hh-1:1","type":"pick.start","work":"order/O-none","seen":0,"at":"2026-11-21T10:00:00Z","data":{"order":"O-none"}}`)
	require.Equal(t, 1, b.web.Scanned("bench-1", BenchScan{Device: "gun", Code: "FIRST", At: at}))
	for m := hear(mine); m.Scan == nil || m.Scan.Code != "FIRST"; m = hear(mine) {
	}

	code, text = second.post("/api/sign-out", `{}`)
	require.Less(t, code, 300, text)
	code, text = here.post("/api/sign-out", `{}`)
	require.Less(t, code, 300, text)
	require.Zero(t, b.web.Scanned("bench-1", scan), "who has signed out is told nothing")
	require.Equal(t, "ÿA", CodeText([]byte{0xff, 'A'}), "what is no UTF-8 is kept byte by byte")
}
