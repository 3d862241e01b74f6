package web

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/node"
)

// Half a character, which JSON can spell and no text can hold, is refused: taken, another sign would stand there.
func TestHalfACharacter(t *testing.T) {
	b := newBox(t, withTokens)
	for _, half := range []string{`\ud83d`, `\uDE00`, `\ud83dx`, `\ud83d\u0041`, `\ude00\ud83d`, `\\\ud83d`} {
		for path, body := range map[string]string{
			"/api/commands":              `{"commands":[{"id":"c-1","type":"order.decline","data":{"order":"O-1","reason":"not_in_stock","note":"` + half + `"}}]}`,
			"/api/commands/order.accept": `{"order":"` + half + `"}`,
			"/api/ops":                   `{"install":"erp","ops":[{"id":"c-2","type":"order.accept","data":{"order":"` + half + `"}}]}`,
			"/api/sign-in":               `{"badge":"` + half + `","pin":"1234","install":"hh-1"}`,
		} {
			code, answer := b.machine("erp", "POST", path, body, "Idempotency-Key", "c-3")
			require.Equal(t, 422, code, "%s %s: %s", path, half, answer)
			require.Contains(t, readProblem(t, answer).Errors[0].Message, "half a character", "%s %s", path, half)
		}
	}
	for _, whole := range []string{`\ud83d\ude00`, `\\ud83d`, `\uD83D\uDE00 \u00e9`} {
		require.Nil(t, notText([]byte(`"`+whole+`"`)), whole)
	}
}

// A body that is too large is answered in words, however large it is: a connection that breaks would be sent again.
func TestABodyThatIsTooLarge(t *testing.T) {
	b := newBox(t, withTokens)
	for _, size := range []int{opsBytes + 1, 1 << 20, 10 << 20} {
		for _, length := range []bool{true, false} {
			var body io.Reader = bytes.NewReader(bytes.Repeat([]byte(" "), size))
			if !length {
				body = io.MultiReader(body) // sent in chunks: nobody says how much is to come
			}
			r, err := http.NewRequestWithContext(t.Context(), "POST", b.url+"/api/commands", body)
			require.NoError(t, err)
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Authorization", "Bearer "+machines["erp"])
			res, err := (&http.Client{Transport: &http.Transport{}}).Do(r)
			require.NoError(t, err, "%d bytes", size)
			text, err := io.ReadAll(res.Body)
			require.NoError(t, err)
			require.NoError(t, res.Body.Close())
			require.Equal(t, 413, res.StatusCode)
			require.Equal(t, "body: is larger than 262144 bytes", "body: "+readProblem(t, string(text)).Errors[0].Message)
		}
	}
	// By hand, the way a simple client does it: everything is sent before anything is read.
	conn, err := net.Dial("tcp", strings.TrimPrefix(b.url, "http://"))
	require.NoError(t, err)
	defer conn.Close()
	require.NoError(t, conn.SetDeadline(time.Now().Add(60*time.Second)))
	const size = 10 << 20
	_, err = fmt.Fprintf(conn, "POST /api/commands HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", machines["erp"], size)
	require.NoError(t, err)
	_, err = conn.Write(bytes.Repeat([]byte(" "), size))
	require.NoError(t, err)
	answer := make([]byte, 12)
	_, err = io.ReadFull(conn, answer)
	require.NoError(t, err)
	require.Equal(t, "HTTP/1.1 413", string(answer))
}

// named is a staff whose people may be called by their user id as well as by their badge.
type named struct{ staff }

func (n named) Called(text string) (floor.UserID, bool) {
	for badge, p := range n.staff {
		if text == badge || text == string(p.User) {
			return p.User, true
		}
	}
	return "", false
}

// Tries count against the person, whatever the person is called by and whichever door is tried.
func TestTriesCountAgainstThePerson(t *testing.T) {
	b := newBox(t)
	b.web.auth = named{people}
	h := b.signedIn("hh-9", "B-1")
	wrong := func(i int) int {
		called := []string{"B-2", "ben"}[i%2]
		if i == 2 { // at another person's screen
			code, _ := h.post("/api/approvals", fmt.Sprintf(`{"badge":%q,"pin":"0000","kind":"handover","subject":"order/O-1"}`, called))
			return code
		}
		code, _ := b.hand("x").post("/api/sign-in", fmt.Sprintf(`{"badge":%q,"pin":"0000","install":"dev-%d"}`, called, i))
		return code
	}
	for i := range 5 {
		require.Equal(t, 401, wrong(i), i)
	}
	for _, called := range []string{"B-2", "ben"} {
		code, _ := b.hand("x").post("/api/sign-in", fmt.Sprintf(`{"badge":%q,"pin":"1234","install":"dev-x"}`, called))
		require.Equal(t, 429, code, called)
		code, _ = h.post("/api/approvals", fmt.Sprintf(`{"badge":%q,"pin":"1234","kind":"handover","subject":"order/O-1"}`, called))
		require.Equal(t, 429, code, called)
	}
}

// drawer is a vault that keeps rows in clear.
type drawer map[string][]byte

func (d drawer) Row(string, string) ([]byte, bool, error) { return nil, false, nil }
func (d drawer) Mark(ref string, body []byte) []byte      { return []byte(ref + string(body)) }
func (d drawer) Seal(ref string, body []byte) (node.Row, bool) {
	kind, key, ok := strings.Cut(ref, "/")
	return node.Row{Kind: kind, Key: []byte(key), Value: body}, ok
}

// The same id with another address is another command: the caller would take the first for the second.
func TestRowsArePartOfTheCommand(t *testing.T) {
	b := newBox(t, func(b *box) {
		b.opt.Tokens = []Token{{Name: "shop", SHA256: digestHex("shop-token-0123456789abcdef"), Roles: []string{Central}}}
	})
	b.web.vault = drawer{}
	send := func(id, order, rows string) commandAnswer {
		body := fmt.Sprintf(`{"commands":[{"id":%q,"type":"order.assign","data":{"order":%q,"assignment":"a","number":"7","flow":"ship","mode":"hold","due":"2026-11-21T12:00:00Z","carrier":"dhl","ship_to":"pii/%s","lines":[{"line":"1","sku":"OAT","qty":1}]}%s}]}`, id, order, order, rows)
		res := b.hand("x").do("POST", "/api/commands", body, "Authorization", "Bearer shop-token-0123456789abcdef")
		require.Equal(t, 200, res.StatusCode)
		return readCommands(t, text(res)).Answers[0]
	}
	address := func(order, name string) string {
		return fmt.Sprintf(`,"rows":[{"ref":"pii/%s","body":{"name":%q,"street":["1 High St"],"postcode":"N1","city":"London","country":"GB","phone":""}}]`, order, name)
	}
	require.Equal(t, floor.OutcomeAccepted, send("r-1", "O-7", address("O-7", "Ada")).Outcome)
	require.Equal(t, floor.OutcomeDuplicate, send("r-1", "O-7", address("O-7", "Ada")).Outcome)
	spaced := strings.ReplaceAll(address("O-7", "Ada"), `:`, ` : `)
	require.Equal(t, floor.OutcomeDuplicate, send("r-1", "O-7", spaced).Outcome, "white space is nothing")
	for _, rows := range []string{address("O-7", "Bob"), ""} {
		a := send("r-1", "O-7", rows)
		require.Equal(t, 409, a.Status, rows)
		require.Equal(t, "body.commands[0].id", a.Problem.Errors[0].Location)
	}
	kept, ok, err := b.journal.Row("pii", []byte("O-7"))
	require.NoError(t, err)
	require.True(t, ok)
	require.Contains(t, string(kept), "Ada")
	_, err = b.journal.Read(1, 0, func(_ uint64, raw []byte) error {
		require.NotContains(t, string(raw), "Ada")
		return nil
	})
	require.NoError(t, err)
}

// A time that cannot be read, and one that cannot be, are named by their field.
func TestATimeThatCannotBeIsNamed(t *testing.T) {
	b := newBox(t, withTokens)
	for data, field := range map[string]string{`{"receipt":"1","sold_at":"yesterday","lines":[]}`: "body.sold_at", `{"receipt":"1","sold_at" : "2026-11-31T10:00:00Z","lines":[]}`: "body.sold_at"} {
		code, body := b.machine("erp", "POST", "/api/commands/till.sale", data, "Idempotency-Key", "t-1")
		require.Equal(t, 422, code, body)
		require.Equal(t, field, readProblem(t, body).Errors[0].Location)
	}
	for i, at := range []string{"0000-01-01T00:00:00Z", "9999-12-31T00:00:00Z"} {
		code, body := b.machine("erp", "POST", "/api/commands", fmt.Sprintf(`{"commands":[{"id":"t-2-%d","type":"order.accept","data":{"order":"O-1"},"at":%q}]}`, i, at))
		require.Equal(t, 200, code, body)
		a := readCommands(t, body).Answers[0]
		require.Equal(t, floor.BadField, a.Refusal.Code)
		require.Equal(t, "at", a.Refusal.Args["field"])
		require.Contains(t, a.Refusal.Args["why"], "leave it out")
	}
}

// Where a field stands is said as it was sent: the structs it is kept in here are nobody's business.
func TestAWrongTypeIsNamedByItsField(t *testing.T) {
	b := newBox(t, func(b *box) {
		b.opt.Tokens = []Token{{Name: "shop", SHA256: digestHex("shop-token-0123456789abcdef"), Roles: []string{Central}}}
	})
	for field, value := range map[string]string{"hold_days": `"x"`, "gift.receipt": `true`, "lines.min_life": `"x"`} {
		outer, inner, nested := strings.Cut(field, ".")
		given := fmt.Sprintf("%q:%s", outer, value)
		if nested {
			given = fmt.Sprintf("%q:{%q:%s}", outer, inner, value)
		}
		if outer == "lines" {
			given = fmt.Sprintf("%q:[{%q:%s}]", outer, inner, value)
		}
		res := b.hand("x").do("POST", "/api/commands", `{"commands":[{"id":"w-1","type":"order.assign","data":{`+given+`}}]}`, "Authorization", "Bearer shop-token-0123456789abcdef")
		body := text(res)
		require.Equal(t, 422, res.StatusCode, body)
		require.Equal(t, "body.commands[0].data."+field, readProblem(t, body).Errors[0].Location, body)
	}
}
