package view_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/view"
)

// Whatever is the matter with the line, somebody who knows no network is told what it is and what to do.
func TestTheLineInWords(t *testing.T) {
	since, states := morning, map[string]view.Sync{}
	for name, c := range map[string]struct {
		link  view.LinkState
		state string
		says  []string // in this order
		do    string   // "" is: nothing to do
	}{
		"all is well":    {view.LinkState{Up: true, Broker: true, Since: since, Acked: 3, Stable: 2}, view.SyncUpToDate, []string{"The centre has everything."}, ""},
		"no certificate": {view.LinkState{Since: since, Acked: 3, Cause: "network Error : remote error: tls: revoked certificate"}, view.SyncCutOff, []string{"its certificate was taken back, or has ended"}, "work there"},
		"a stranger":     {view.LinkState{Since: since, Acked: 3, Cause: "link: TLS with broker: tls: failed to verify certificate: x509: certificate signed by unknown authority"}, view.SyncCutOff, []string{"that this box does not trust"}, "was not enrolled"},
		"on its way":     {view.LinkState{Up: true, Broker: true, Acked: 1}, view.SyncCatchingUp, []string{"2 records are to be sent."}, ""},
		"one":            {view.LinkState{Up: true, Broker: true, Acked: 2}, view.SyncCatchingUp, []string{"1 record is to be sent."}, ""},
		"no line":        {view.LinkState{Since: since, Acked: 1, Cause: "dial: refused"}, view.SyncCutOff, []string{"nobody is reached", "2 records wait here to be sent"}, "Work on"},
		"no answer":      {view.LinkState{Broker: true, Acked: 3}, view.SyncCutOff, []string{"the centre does not answer"}, "Work on"},
		"turned away":    {view.LinkState{Broker: true, Acked: 3, Code: "rejected", Blocked: "unknown_site: the centre has no site st-1"}, view.SyncBlocked, []string{"Nothing moves: the centre turns this box away."}, "turns this box away"},
		"its own file":   {view.LinkState{Up: true, Broker: true, Acked: 3, Code: "apply", Blocked: "no space left"}, view.SyncBlocked, []string{"Nothing moves: this box has trouble with its own file."}, "whether its disk is full"},
		"telling anew":   {view.LinkState{Broker: true, Acked: 3, Code: "restate", Blocked: "the centre lacks what was dropped"}, view.SyncCatchingUp, []string{"tells it what stands here"}, ""},
		"taking in":      {view.LinkState{Broker: true, Acked: 3, Code: "import", Blocked: "the centre knows more"}, view.SyncCatchingUp, []string{"of its own past"}, ""},
		"centre is old":  {view.LinkState{Up: true, Broker: true, Acked: 1, Blocked: "x", Sends: view.Halt{Seq: 2, Type: "picket.new.thing.v1"}}, view.SyncBlocked, []string{"The centre cannot take record 2 of this box", "picket.new.thing.v1", "nothing is lost", "What the centre sends, new orders among it, still comes", "2 records are to be sent"}, "Have the centre's software updated"},
		"box is old": {view.LinkState{Up: true, Broker: true, Acked: 3, Blocked: "x", Takes: view.Halt{Seq: 9, Type: "picket.new.order.v1"}}, view.SyncBlocked, []string{"This box cannot take record 9 of the centre", "picket.new.order.v1", "What is done here still goes out"},
			"Have this box's software updated"},
		"both are, and no line":  {view.LinkState{Acked: 1, Blocked: "x", Takes: view.Halt{Seq: 9, Type: "a.b"}, Sends: view.Halt{Seq: 2, Type: "c.d"}}, view.SyncBlocked, []string{"a.b", "nobody is reached"}, "Have the centre's software updated"},
		"it went off":            {view.LinkState{Broker: true, Off: true, Acked: 3}, view.SyncCutOff, []string{"the centre is off: it was stopped"}, "Work on"},
		"an import, and no line": {view.LinkState{Acked: 3, Code: "import", Blocked: "the centre knows more"}, view.SyncCutOff, []string{"nobody is reached"}, "Work on"},
		"another's voice":        {view.LinkState{Up: true, Broker: true, Acked: 3, Forged: since.Add(-14 * time.Minute)}, view.SyncUpToDate, []string{"Somebody spoke in the centre's name", "The centre has everything."}, "Tell your operator"},
		"its voice, and no line": {view.LinkState{Acked: 3, Forged: since.Add(-time.Minute)}, view.SyncCutOff, []string{"nobody is reached", "Somebody spoke in the centre's name"}, "Work on"},
		"a voice long ago":       {view.LinkState{Acked: 3, Forged: since.Add(-15 * time.Minute)}, view.SyncCutOff, []string{"nobody is reached"}, "Work on"},
		"replaced":               {view.LinkState{Replaced: true, Handed: 37, Left: 4, Blocked: "this box was replaced"}, view.SyncReplaced, []string{"37 records are handed over", "4 records are still to go", "The line is down"}, "Connect this box"},
		"replaced, and done":     {view.LinkState{Replaced: true, Handed: 1, Broker: true}, view.SyncReplaced, []string{"1 record is handed over", "Nothing is left"}, "may be switched off"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			for range 3 {
				w.bin(t, floor.BinID(fmt.Sprintf("A-%d", len(w.records))), 1)
			}
			require.Len(t, w.records, 3)
			b := w.board(t)
			b.SetLink(c.link)
			s := b.Sync(morning)
			text := strings.Join(s.Says, "\n")
			require.Equal(t, c.state, s.State, text)
			states[name] = s
			for _, want := range c.says {
				require.Contains(t, text, want)
			}
			if c.do == "" {
				require.Empty(t, s.Do)
			} else {
				require.Contains(t, s.Do[0], c.do)
			}
			require.Contains(t, s.Cause, c.link.Cause)
			require.NotContains(t, text, "  ")
			require.NotContains(t, text+strings.Join(s.Do, "\n"), "{")
			require.Len(t, s.Said, len(s.Says), "each is told as a code, too")
			require.Len(t, s.Todo, len(s.Do))
			if c.link.Forged.IsZero() || since.Sub(c.link.Forged) >= view.ForgedLasts {
				require.NotContains(t, text, "name", "it is told while it lasts")
			}
			if s.State != view.SyncBlocked {
				require.NotContains(t, text, "Nothing moves")
			} else if s.Sends == nil && s.Takes == nil {
				require.Contains(t, s.Cause, c.link.Blocked, "the operator reads why")
			}
		})
	}
	// The app plays them: it says the same, and in its other languages.
	w := newWorld()
	w.must(t, "", &floor.SignIn{Session: floor.Session{ID: strings.Repeat("a", 64), User: "anna", Name: "Anna", Device: "hh-1", Expires: morning.Add(8 * time.Hour)}})
	w.must(t, "", &floor.TakeBack{Gen: "G", To: 1, Fork: true, Log: "log-2", Devices: []floor.DeviceID{"hh-1", "hh-ysjfej5gfe2j"}})
	b := w.board(t)
	b.SetLink(view.LinkState{Broker: true, Since: since, Code: "import", Blocked: "the centre knows this site up to fact 11"})
	states["recovering, and taking in"] = b.Sync(morning)
	s := states["no line"]
	s.Says, s.Said = slices.Clone(s.Says), slices.Clone(s.Said)
	s.Says, s.Said = s.Says[:1], s.Said[:1]
	s.Say(view.Note{Code: "kept", N: 41234})
	s.Say(view.Note{Code: "unheard_days", N: 3})
	oldest := since.Add(-3 * 24 * time.Hour)
	s.Unsent, s.Sorted, s.Oldest, s.What = 41234, 10000, &oldest, []view.Waiting{{What: "picks", Count: 9000, Oldest: oldest}, {What: view.OtherWaiting, Count: 999, Oldest: since}, {What: "orders", Count: 1, Oldest: since}}
	states["for days"] = s
	text, err := json.MarshalIndent(states, "", "  ")
	require.NoError(t, err)
	const file = "testdata/sync.json"
	if *update {
		require.NoError(t, os.WriteFile(file, append(text, '\n'), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), string(text)+"\n", "go test ./edge/view -run TestTheLineInWords -update")
}

// A box that recovers names the handhelds it waits for, and a site without a centre waits for nothing.
func TestARecoveringBoxSaysWhoIsMissing(t *testing.T) {
	w := newWorld()
	w.must(t, "", &floor.TakeBack{Gen: "G", To: 1, Fork: true, Log: "log-2", Devices: []floor.DeviceID{"hh-1", "hh-2"}})
	b := w.board(t)
	b.SetLink(view.LinkState{Up: true, Broker: true, Acked: floor.Seq(len(w.records))})
	s := b.Sync(morning)
	require.Equal(t, view.SyncRecovering, s.State)
	require.Equal(t, []floor.DeviceID{"hh-1", "hh-2"}, s.Waits)
	require.Contains(t, strings.Join(s.Says, "\n"), "2 handhelds may hold work the box does not have: hh-1, hh-2.")
	require.Contains(t, s.Do[1], "picket do device.lost device=hh-1")

	b.SetLink(view.LinkState{Broker: true, Code: "import", Blocked: "the centre knows this site up to fact 11"})
	s = b.Sync(morning)
	require.Equal(t, view.SyncRecovering, s.State)
	require.NotContains(t, strings.Join(s.Says, "\n"), "Nothing moves", "it is under way")
	require.NotContains(t, strings.Join(s.Do, "\n"), "operator")

	alone := view.NewBoard(view.Site{ID: "st-1", Name: "x", Zone: "UTC", Centre: view.NoCentre}, "log-1", floor.NewState(), 0, morning.Add(time.Hour))
	require.Equal(t, view.SyncAlone, alone.Sync(morning).State)
	require.Empty(t, alone.Sync(morning).Do)
}

// A screen is told on the line itself how far the recovery is, that the box was replaced, and that its clock is minutes off.
func TestTheLineSaysWhatIsTheMatterWithTheBox(t *testing.T) {
	w := newWorld()
	w.must(t, "", &floor.TakeBack{Gen: "G", To: 1, Fork: true, Log: "log-2", Devices: []floor.DeviceID{"hh-1", "hh-2"}})
	require.Equal(t, &view.Recovering{Left: 2, Of: 2}, w.board(t).Link().Recovering)
	w.must(t, "", &floor.LoseDevice{Device: "hh-2", Reason: "it fell into the dock"})
	b := w.board(t)
	require.Equal(t, &view.Recovering{Left: 1, Of: 2}, b.Link().Recovering)
	for skew, want := range map[time.Duration]int{0: 0, 119 * time.Second: 0, -3*time.Minute - 6*time.Millisecond: -180, 10 * time.Minute: 600} {
		b.SetLink(view.LinkState{Up: true, Skew: skew})
		require.Equal(t, want, b.Link().Skew, "%s", skew)
	}
	b.SetLink(view.LinkState{Replaced: true})
	require.True(t, b.Link().Replaced)
}

// A handheld is named by who was signed in there, and by when it was heard last: nobody knows its number.
func TestAMissingHandheldIsKnownByItsPerson(t *testing.T) {
	w := newWorld()
	w.must(t, "", &floor.SignIn{Session: floor.Session{ID: strings.Repeat("a", 64), User: "anna", Name: "Anna", Device: "hh-1", Expires: morning.Add(8 * time.Hour)}})
	w.must(t, "", &floor.TakeBack{Gen: "G", To: 1, Fork: true, Log: "log-2", Devices: []floor.DeviceID{"hh-1", "hh-2"}})
	b := w.board(t)
	b.SetLink(view.LinkState{Up: true, Broker: true, Acked: floor.Seq(len(w.records))})
	s := b.Sync(morning)
	require.Equal(t, "Anna", s.Hands[0].Name)
	require.Equal(t, view.Handheld{Device: "hh-2"}, s.Hands[1], "nobody knows more of it")
	require.Contains(t, strings.Join(s.Says, "\n"), "hh-1 (Anna), hh-2.")
}

func TestWhatWaitsHasAName(t *testing.T) {
	for typ, want := range map[string]string{
		"picket.pick.confirmed.v1": "picks", "picket.local.facts.taken_back.v1": "notes of the box itself", "picket.tote_lot.set.v1": "other things", "rubbish": "other things",
		"picket.line.down.v1": "the site", "picket.permit.taken.v1": "orders", "picket.unit.departed.v1": "hand-overs",
	} {
		require.Equal(t, want, view.WaitingName(typ), typ)
	}
	for _, e := range floor.Types() {
		require.NotEqual(t, view.OtherWaiting, view.WaitingName(e.Type()), "%s has no name in a store's words", e.Type())
	}
	for w, want := range map[view.Waiting]string{
		{What: "picks", Count: 1}: "pick", {What: "picks", Count: 2}: "picks", {What: "orders", Count: 1}: "about an order", {What: "orders", Count: 3}: "about orders",
		{What: "the till", Count: 1}: "from the till",
	} {
		require.Equal(t, want, w.Words())
	}
}
