package web

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
)

// Somebody may have been disabled at a centre that is not heard: for 72 hours the box takes its word for who works here,
// and then that of a colleague. The floor works on.
func TestBehindTheGraceAColleagueVouches(t *testing.T) {
	b := newBox(t, func(b *box) { b.centre, b.opt.OfflineGrace = true, 72*time.Hour })
	alone := `{"badge":"B-1","pin":"1234","install":"hh-1"}`
	with := func(badge, pin string) string {
		return `{"badge":"B-1","pin":"1234","install":"hh-1","vouch":{"badge":"` + badge + `","pin":"` + pin + `"}}`
	}
	h := b.hand("hh-1")
	tries := func(want int, body string) string {
		t.Helper()
		code, said := h.post("/api/sign-in", body)
		require.Equal(t, want, code, said)
		return said
	}
	b.clock.add(100 * time.Hour)
	tries(200, alone) // heard all the time
	b.give(&floor.LineDown{})
	b.clock.add(72 * time.Hour)
	tries(200, alone)
	_, said := h.get("/api/sync")
	require.Contains(t, said, "If it is not heard within 1 hour, whoever signs in needs the word of a colleague", "the last hour counts as one")

	b.clock.add(time.Second)
	said = tries(403, alone)
	require.Equal(t, notVouched, readProblem(t, said).Type)
	require.Contains(t, said, "The centre was not heard for 3 days")
	tries(422, with("B-1", "1234"))   // oneself is nobody else
	tries(401, with("B-2", "9999"))   // who knows no PIN vouches for nobody
	tries(422, with("B-2", ""))       //
	tries(422, with("no badge", "1")) // is none
	tries(200, with("B-2", "1234"))
	require.Contains(t, b.records(), `"vouched":"ben"`, "it is written down")
	require.NotContains(t, said, "B-1")

	tries(403, alone) // a word is for once
	b.give(&floor.LineUp{})
	tries(200, alone)
}

func TestWithoutAGraceNobodyHasToVouch(t *testing.T) {
	b := newBox(t, func(b *box) { b.centre = true })
	b.give(&floor.LineDown{})
	b.clock.add(1000 * time.Hour)
	b.signedIn("hh-1", "B-1")
}

// records is all that the journal has.
func (b *box) records() string {
	var all []byte
	_, err := b.journal.Read(1, 0, func(_ uint64, raw []byte) error { all = append(append(all, raw...), '\n'); return nil })
	require.NoError(b.t, err)
	return string(all)
}
