package oms_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/sync/oms/clerk"
	"picket/sync/oms/omstest"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
)

// desk is what the page of the centre has.
type desk struct {
	Notices []clerk.Notice `json:"notices"`
	Open    int            `json:"open"`
}

func post(t *testing.T, w *omstest.World, method, path, body string, into any) int {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.RemoteAddr, r.Host = "127.0.0.1:1", "localhost"
	r.Header.Set("Content-Type", "application/json")
	got := httptest.NewRecorder()
	w.Centre.Handler.ServeHTTP(got, r)
	if got.Code == http.StatusOK && into != nil {
		require.NoError(t, json.Unmarshal(got.Body.Bytes(), into))
	}
	return got.Code
}

// oversell has the till sell what the centre promised: one more unit of tea each time.
func oversell(t *testing.T, w *omstest.World, receipt string, qty int) {
	tell(t, w, w.Sites[0], &floor.SellAtTill{Receipt: receipt, SoldAt: w.Now, Lines: []floor.SoldLine{{SKU: "TEA-50", Qty: qty}}})
	run(t, w, 5*time.Second)
}

func TestANoticeIsTickedOffByNameAndStaysSo(t *testing.T) {
	w := world(t, 71, memory(t), quiet, "north")
	require.NoError(t, w.Opening(w.Sites[0], 5))
	run(t, w, time.Minute)
	require.Equal(t, order.Sent, capture(t, w, asks(5)).State)
	run(t, w, time.Minute)
	oversell(t, w, "r1", 1)
	oversell(t, w, "r2", 1)

	var d desk
	require.Equal(t, 200, post(t, w, "GET", "/api/notices", "", &d))
	require.Equal(t, 2, d.Open)
	first, second := d.Notices[0], d.Notices[1]
	require.Equal(t, []uint64{1, 2}, []uint64{first.No, second.No})
	require.Equal(t, "atp.oversold", first.What)

	require.Equal(t, 422, post(t, w, "POST", "/api/notices/1/done", `{"by":" "}`, nil), "nobody is nobody")
	require.Equal(t, 404, post(t, w, "POST", "/api/notices/9/done", `{"by":"Olga"}`, nil))
	require.Equal(t, 409, post(t, w, "POST", "/api/notices/1/done", `{"by":"Olga","seen":"2026-01-01T00:00:00Z"}`, nil))
	var n clerk.Notice
	seen, err := json.Marshal(first.At)
	require.NoError(t, err)
	require.Equal(t, 200, post(t, w, "POST", "/api/notices/1/done", `{"by":"Olga","note":"One found.","seen":`+string(seen)+`}`, &n))
	require.Equal(t, &clerk.Tick{At: w.Now, By: "Olga", Note: "One found."}, n.Done)
	run(t, w, time.Minute)
	require.Equal(t, 200, post(t, w, "POST", "/api/notices/1/done", `{"by":"Jan"}`, &n), "said again")
	require.Equal(t, "Olga", n.Done.By, "who said it first has said it")

	require.NoError(t, w.Restart(ctx))
	d = desk{}
	require.Equal(t, 200, post(t, w, "GET", "/api/notices?open=true", "", &d))
	require.Equal(t, []clerk.Notice{second}, d.Notices)

	n = clerk.Notice{}
	require.Equal(t, 200, post(t, w, "POST", "/api/notices/1/open", `{"by":"Jan","note":"It was not."}`, &n))
	require.Nil(t, n.Done)
	require.Len(t, n.Was, 2, "both words are kept")
	require.Equal(t, []string{"Olga", "Jan"}, []string{n.Was[0].By, n.Was[1].By})
	require.True(t, n.Was[1].Open)
}

func TestANoticeOpensAgainWhenMoreOfItHappens(t *testing.T) {
	w := world(t, 72, memory(t), quiet, "north")
	s := w.Sites[0]
	user := clerk.UserSetup{User: "mia", Name: "Mia", Roles: []string{"picker"}, PIN: "2580"}
	_, err := w.Centre.Clerk.PutUsers(ctx, "north", []clerk.UserSetup{user})
	require.NoError(t, err)
	require.NoError(t, w.Opening(s, 5))
	run(t, w, time.Minute)
	w.Unplug(s)
	user.Disabled = true
	_, err = w.Centre.Clerk.PutUsers(ctx, "north", []clerk.UserSetup{user})
	require.NoError(t, err)
	does := func(receipt string) {
		w.Now = w.Now.Add(time.Second)
		oversell(t, w, receipt, 1)
	}
	does("r1")
	w.Plug(s)
	run(t, w, time.Minute)
	told, err := w.Centre.Clerk.Notices(ctx)
	require.NoError(t, err)
	require.Len(t, told, 1)
	one := told[0]
	require.Equal(t, "fact.by_disabled_user", one.What)
	_, err = w.Centre.Clerk.Tick(ctx, one.No, clerk.TickOff{By: "Olga"}, false)
	require.NoError(t, err)
	does("r2")
	run(t, w, time.Minute)
	told, err = w.Centre.Clerk.Notices(ctx)
	require.NoError(t, err)
	require.Len(t, told, 1)
	require.Nil(t, told[0].Done, "more of it happened")
	require.Equal(t, one.No, told[0].No)
	require.Greater(t, told[0].Count, one.Count)
	require.Equal(t, "Olga", told[0].Was[0].By)
}

// What is open outlives what was ticked off; a list from before notices had numbers gets them.
func TestOpenNoticesAreKeptLongest(t *testing.T) {
	st := memory(t)
	w := world(t, 73, st, quiet, "north")
	var old []clerk.Notice
	for i := range 500 {
		n := clerk.Notice{At: w.Now, What: "clock.skew", Words: "old"}
		if i > 0 && i < 3 {
			n.Done = &clerk.Tick{By: "Olga"}
		}
		old = append(old, n)
	}
	text, err := json.Marshal(old)
	require.NoError(t, err)
	require.NoError(t, st.Update(ctx, func(tx store.Tx) error { return tx.SetMeta("notices", strings.ReplaceAll(string(text), `"no":0,`, "")) }))
	for _, site := range []floor.SiteID{"north", "south", "west"} {
		require.NoError(t, w.Centre.Clerk.Skewed(ctx, site, time.Hour))
	}
	told, err := w.Centre.Clerk.Notices(ctx)
	require.NoError(t, err)
	require.Len(t, told, 500)
	require.Equal(t, uint64(4), told[0].No, "two that were done went first, then the oldest that is open")
	require.Equal(t, uint64(503), told[499].No)
}

// How far a clock is off is said as people say it.
func TestAWrongClockInPeoplesWords(t *testing.T) {
	for ahead, want := range map[time.Duration]string{
		-8760 * time.Hour: "is 365 days behind the centre's", 2 * time.Hour: "is 2 hours ahead of", -3*time.Minute - 4*time.Second: "is 3 minutes behind",
		59*time.Minute + 59*time.Second: "is 60 minutes ahead of", -49 * time.Hour: "is 2 days behind", time.Second: "is 1 second ahead of",
	} {
		require.Contains(t, clerk.SkewWords("north", ahead), "The clock of north "+want)
	}
}

// Each time goods go that were promised it is told, as often as it comes: what was lacking once, and then was given back, says nothing.
func TestWhatIsOversoldAgainIsToldAgain(t *testing.T) {
	w := world(t, 73, memory(t), quiet, "north")
	require.NoError(t, w.Opening(w.Sites[0], 5))
	run(t, w, time.Minute)
	d := capture(t, w, asks(5))
	run(t, w, time.Minute)
	oversell(t, w, "r1", 2)
	told := func() (out []int64) {
		all, err := w.Centre.Clerk.Notices(ctx)
		require.NoError(t, err)
		for _, n := range all {
			require.Equal(t, "atp.oversold", n.What)
			out = append(out, n.Count)
		}
		return out
	}
	require.Equal(t, []int64{2}, told())

	require.NoError(t, w.Centre.Clerk.Cancel(ctx, d.ID, clerk.Cancel{}, nil))
	run(t, w, time.Minute)
	require.Equal(t, order.Cancelled, detail(t, w, d.ID).State)
	require.Equal(t, order.Sent, capture(t, w, asks(3)).State)
	run(t, w, time.Minute)
	oversell(t, w, "r2", 1)
	require.Equal(t, []int64{2, 1}, told())
}
