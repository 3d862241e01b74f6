package web

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/view"
)

// Twenty wrong PINs in a row lock a person out, at every door and by every name, until a lead settles the case on the
// desk. A name nobody has answers the same.
func TestTwentyWrongPINsLockAPersonOut(t *testing.T) {
	b := newBox(t)
	b.web.auth = named{people}
	n := 0
	try := func(badge, pin string) int {
		n++
		code, _ := b.hand("x").post("/api/sign-in", fmt.Sprintf(`{"badge":%q,"pin":%q,"install":"dev-%d"}`, badge, pin, n))
		return code
	}
	wrong := func(badge string, times int) {
		for i := range times {
			b.clock.add(16 * time.Minute) // whoever waits gets as many tries as they like
			require.Equal(t, 401, try(badge, "0000"), "%s %d", badge, i)
		}
	}
	wrong("B-1", 19)
	b.clock.add(16 * time.Minute)
	require.Equal(t, 200, try("B-1", "1234"), "the right one forgets them")
	wrong("B-1", 20)
	wrong("B-77", 20)
	b.clock.add(300 * time.Hour)
	for _, badge := range []string{"B-1", "anna", "B-77"} {
		n++
		code, body := b.hand("x").post("/api/sign-in", fmt.Sprintf(`{"badge":%q,"pin":"1234","install":"dev-%d"}`, badge, n))
		require.Equal(t, 403, code, badge)
		require.Equal(t, lockedOut, readProblem(t, body).Type)
	}
	lead := b.signedIn("hh-lead", "B-2")
	code, _ := lead.post("/api/approvals", `{"badge":"B-1","pin":"1234","kind":"handover","subject":"order/O-1"}`)
	require.Equal(t, 403, code)

	// A restart forgets who waits, not who is locked.
	b.web.lockout = newLockout()
	require.Equal(t, 403, try("B-1", "1234"))

	var lock floor.CaseID
	b.feed.Look(func(v *view.Board) {
		v.Floor(func(s *floor.State) {
			for _, c := range s.Cases.All() {
				if c.What == "person_locked" && c.Subject == "user/anna" {
					lock = c.ID
				}
			}
		})
	})
	require.NotEmpty(t, lock)
	require.False(t, may([]string{Picker}, "desk.settle"))
	b.give(&floor.SettleCase{Case: lock, Note: "it was she"})
	require.Equal(t, 200, try("B-1", "1234"))
}

// The same order under another command's id, with another address, is another order.
func TestTheSameOrderWithAnotherAddressDiffers(t *testing.T) {
	b := newBox(t, func(b *box) {
		b.opt.Tokens = []Token{{Name: "shop", SHA256: digestHex("shop-token-0123456789abcdef"), Roles: []string{Central}}}
	})
	b.web.vault = drawer{}
	send := func(id, rows string) commandAnswer {
		body := fmt.Sprintf(`{"commands":[{"id":%q,"type":"order.assign","data":{"order":"O-7","assignment":"a","number":"7","flow":"ship","mode":"hold","due":"2026-11-21T12:00:00Z","carrier":"dhl","ship_to":"pii/O-7","lines":[{"line":"1","sku":"OAT","qty":1}]}%s}]}`, id, rows)
		res := b.hand("x").do("POST", "/api/commands", body, "Authorization", "Bearer shop-token-0123456789abcdef")
		require.Equal(t, 200, res.StatusCode)
		return readCommands(t, text(res)).Answers[0]
	}
	address := func(name string) string {
		return fmt.Sprintf(`,"rows":[{"ref":"pii/O-7","body":{"name":%q,"street":["1 High St"],"postcode":"N1","city":"London","country":"GB","phone":""}}]`, name)
	}
	require.Equal(t, floor.OutcomeAccepted, send("r-1", address("Ada")).Outcome)
	require.Equal(t, floor.AlreadyAssigned, send("r-2", address("Ada")).Refusal.Code)
	require.Equal(t, floor.AlreadyAssigned, send("r-3", "").Refusal.Code, "nothing in it says otherwise")
	no := send("r-4", address("Bob")).Refusal
	require.Equal(t, floor.OrderDiffers, no.Code)
	require.NotContains(t, no.Words, "Bob")
	kept, _, err := b.journal.Row("pii", []byte("O-7"))
	require.NoError(t, err)
	require.Contains(t, string(kept), "Ada")
}
