package web

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"context"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/node"
)

// The tokens of the tests' machines.
var machines = map[string]string{
	"till-1": "till-token-0123456789abcdef", "erp": "erp-token-0123456789abcdef", "ops": "ops-token-0123456789abcdef",
}

func withTokens(b *box) {
	for name, role := range map[string]string{"till-1": Till, "erp": Integration, "ops": CLI} {
		b.opt.Tokens = append(b.opt.Tokens, Token{Name: name, SHA256: digestHex(machines[name]), Roles: []string{role}})
	}
}

func digestHex(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// machine asks as the machine of that name.
func (b *box) machine(name, method, path, body string, header ...string) (int, string) {
	res := b.hand("x").do(method, path, body, append([]string{"Authorization", "Bearer " + machines[name]}, header...)...)
	return res.StatusCode, text(res)
}

func readCommands(t *testing.T, body string) commandsReply {
	var out commandsReply
	require.NoError(t, json.Unmarshal([]byte(body), &out), body)
	return out
}

const twoCommands = `{"commands":[
 {"id":"c-1","type":"order.accept","data":{"order":"O-1"}},
 {"id":"c-2","type":"pick.start","data":{"order":"O-1"},"at":"2026-11-21T08:00:00Z"}]}`

func TestABatchOfCommands(t *testing.T) {
	b := newBox(t, withTokens)
	code, body := b.machine("erp", "POST", "/api/commands", twoCommands)
	require.Equal(t, 200, code, body)
	first := readCommands(t, body)
	require.Len(t, first.Answers, 2)
	require.Equal(t, floor.OutcomeAccepted, first.Answers[0].Outcome)
	require.Equal(t, floor.OutcomeAccepted, first.Answers[1].Outcome)

	// Who gave it stands in the journal, and what was done shows at once.
	code, body = b.machine("erp", "GET", "/api/orders?state=picking", "")
	require.Equal(t, 200, code)
	require.Contains(t, body, `"picker":"api:erp"`)

	// Sent again, it has no second effect and the same answers.
	head := b.door.Head()
	code, body = b.machine("erp", "POST", "/api/commands", twoCommands)
	require.Equal(t, 200, code)
	for i, a := range readCommands(t, body).Answers {
		require.Equal(t, floor.OutcomeDuplicate, a.Outcome)
		require.Equal(t, first.Answers[i].Seq, a.Seq)
	}
	require.Equal(t, head, b.door.Head())

	// The same id with another body is a conflict that names it; the command beside it has its own answer.
	code, body = b.machine("erp", "POST", "/api/commands", strings.Replace(twoCommands, `pick.start","data":{"order":"O-1"}`, `pick.start","data":{"order":"O-2"}`, 1))
	require.Equal(t, 200, code)
	out := readCommands(t, body)
	require.Len(t, out.Answers, 2)
	require.Equal(t, []any{200, floor.OutcomeDuplicate}, []any{out.Answers[0].Status, out.Answers[0].Outcome})
	require.Equal(t, []any{409, floor.Outcome(""), floor.CommandID("c-2")}, []any{out.Answers[1].Status, out.Answers[1].Outcome, out.Answers[1].ID})
	require.Equal(t, "body.commands[1].id", out.Answers[1].Problem.Errors[0].Location)
	require.Equal(t, head, b.door.Head())

	// The same with its names in another order is the same.
	code, body = b.machine("erp", "POST", "/api/commands", `{"commands":[{"type":"pick.start","data":{"order":"O-1"},"id":"c-2"}]}`)
	require.Equal(t, []any{200, floor.OutcomeDuplicate}, []any{code, readCommands(t, body).Answers[0].Outcome})
	for i, data := range []string{`{"sku":"OAT","qty":1,"from":"A-1","to":"A-2"}`, `{"to":"A-2", "from":"A-1", "qty":1, "sku":"OAT"}`, `{"to":"A-2","from":"A-1","qty":2,"sku":"OAT"}`} {
		code, _ = b.machine("erp", "POST", "/api/commands/stock.move", data, "Idempotency-Key", "c-4")
		require.Equal(t, []int{200, 200, 409}[i], code, data)
	}
	head = b.door.Head()

	// So it stops those behind it, where that was asked for.
	code, body = b.machine("erp", "POST", "/api/commands", `{"stop":true,"commands":[{"id":"c-2","type":"pick.start","data":{"order":"O-2"}},{"id":"c-3","type":"pick.start","data":{"order":"O-2"}}]}`)
	require.Equal(t, 200, code)
	require.Len(t, readCommands(t, body).Answers, 1)
	require.True(t, readCommands(t, body).Stopped)
	require.Equal(t, head, b.door.Head())
}

// Each command is answered for itself; with stop the first that is refused keeps those behind it back.
func TestStopAtTheFirstRefusal(t *testing.T) {
	list := `{"stop":%t,"commands":[{"id":"s-1","type":"order.accept","data":{"order":"O-1"}},{"id":"s-2","type":"order.accept","data":{"order":"O-9"}},{"id":"s-3","type":"pick.start","data":{"order":"O-1"}}]}`
	for stop, want := range map[bool]int{true: 2, false: 3} {
		b := newBox(t, withTokens)
		code, body := b.machine("erp", "POST", "/api/commands", fmt.Sprintf(list, stop))
		require.Equal(t, 200, code, body)
		out := readCommands(t, body)
		require.Len(t, out.Answers, want)
		require.Equal(t, stop, out.Stopped)
		require.Equal(t, floor.UnknownOrder, out.Answers[1].Refusal.Code)
		require.Equal(t, "Order O-9 is not at this site.", out.Answers[1].Refusal.Words)
		require.NotEmpty(t, out.Answers[1].Refusal.Hint)
	}
}

func TestOneCommand(t *testing.T) {
	b := newBox(t, withTokens)
	code, body := b.machine("erp", "POST", "/api/commands/order.accept", `{"order":"O-1"}`, "Idempotency-Key", "k-1")
	require.Equal(t, 200, code, body)
	var a opAnswer
	require.NoError(t, json.Unmarshal([]byte(body), &a))
	require.Equal(t, floor.OutcomeAccepted, a.Outcome)
	_, body = b.machine("erp", "POST", "/api/commands/order.accept", `{"order":"O-1"}`, "Idempotency-Key", "k-1")
	require.Contains(t, body, `"duplicate"`)

	// A batch and the single address are one way: the same name is the same command.
	_, body = b.machine("erp", "POST", "/api/commands", `{"commands":[{"id":"k-1","type":"order.accept","data":{"order":"O-1"}}]}`)
	require.Contains(t, body, `"duplicate"`)
}

// What a caller of commands may be told instead of an answer. Nothing of it is written.
func TestCommandsThatCannotBe(t *testing.T) {
	b := newBox(t, withTokens)
	before := b.door.Head()
	one := func(part string) string { return `{"commands":[{` + part + `}]}` }
	many := strings.TrimSuffix(strings.Repeat(`{"id":"x","type":"order.accept","data":{}},`, opsMax+1), ",")
	for _, c := range []struct {
		name, who, path, body string
		header                []string
		status                int
		location              string
	}{
		{"no JSON", "erp", "/api/commands", `commands`, nil, 400, "body"},
		{"a form", "erp", "/api/commands", `{}`, []string{"Content-Type", "text/plain"}, 415, "header.Content-Type"},
		{"too large", "erp", "/api/commands", `{"commands":"` + strings.Repeat("x", opsBytes) + `"}`, nil, 413, "body"},
		{"none", "erp", "/api/commands", `{"commands":[]}`, nil, 422, "body.commands"},
		{"too many", "erp", "/api/commands", `{"commands":[` + many + `]}`, nil, 422, "body.commands"},
		{"another field", "erp", "/api/commands", one(`"id":"a","type":"order.accept","data":{"order":"O-1"},"colour":1`), nil, 422, "body.commands[0].colour"},
		{"another field of the data", "erp", "/api/commands", one(`"id":"a","type":"order.accept","data":{"order":"O-1","colour":1}`), nil, 422, "body.commands[0].data.colour"},
		{"a field of another type", "erp", "/api/commands", one(`"id":"a","type":"order.accept","data":{"order":7}`), nil, 422, "body.commands[0].data.order"},
		{"no id", "erp", "/api/commands", one(`"type":"order.accept","data":{"order":"O-1"}`), nil, 422, "body.commands[0].id"},
		{"an id as devices make them", "erp", "/api/commands", one(`"id":"hh-1:57","type":"order.accept","data":{"order":"O-1"}`), nil, 422, "body.commands[0].id"},
		{"one id twice", "erp", "/api/commands", `{"commands":[{"id":"a","type":"order.accept","data":{"order":"O-1"}},{"id":"a","type":"order.accept","data":{"order":"O-1"}}]}`, nil, 422, "body.commands[1].id"},
		{"no type", "erp", "/api/commands", one(`"id":"a","data":{}`), nil, 422, "body.commands[0].type"},
		{"another type", "erp", "/api/commands", one(`"id":"a","type":"order.eat","data":{}`), nil, 422, "body.commands[0].type"},
		{"no data", "erp", "/api/commands", one(`"id":"a","type":"order.accept"`), nil, 422, "body.commands[0].data"},
		{"data is null", "erp", "/api/commands", one(`"id":"a","type":"order.accept","data":null`), nil, 422, "body.commands[0].data"},
		{"data is no object", "erp", "/api/commands", one(`"id":"a","type":"order.accept","data":[]`), nil, 422, "body.commands[0].data"},
		{"the centre's", "erp", "/api/commands", one(`"id":"a","type":"item.set","data":{}`), nil, 403, "body.commands[0].type"},
		{"the box's", "ops", "/api/commands", one(`"id":"a","type":"session.open","data":{}`), nil, 403, "body.commands[0].type"},
		{"not a till's", "till-1", "/api/commands", one(`"id":"a","type":"order.accept","data":{"order":"O-1"}`), nil, 403, "body.commands[0].type"},
		{"a lead's", "erp", "/api/commands", one(`"id":"a","type":"stock.adjust","data":{}`), nil, 403, "body.commands[0].type"},
		{"single, no id", "erp", "/api/commands/order.accept", `{"order":"O-1"}`, nil, 422, "header.Idempotency-Key"},
		{"single, odd id", "erp", "/api/commands/order.accept", `{"order":"O-1"}`, []string{"Idempotency-Key", "a b"}, 422, "header.Idempotency-Key"},
		{"single, another field", "erp", "/api/commands/order.accept", `{"order":"O-1","colour":1}`, []string{"Idempotency-Key", "a"}, 422, "body.colour"},
		{"single, blank", "erp", "/api/commands/order.accept", ` `, []string{"Idempotency-Key", "a"}, 422, "body"},
		{"single, another kind", "erp", "/api/commands/order.eat", `{}`, []string{"Idempotency-Key", "a"}, 404, ""},
	} {
		code, body := b.machine(c.who, "POST", c.path, c.body, c.header...)
		require.Equal(t, c.status, code, "%s: %s", c.name, body)
		if c.location != "" {
			require.Equal(t, c.location, readProblem(t, body).Errors[0].Location, c.name)
		}
	}
	require.Equal(t, before, b.door.Head())
}

// shut is a door that takes nothing.
type shut struct{}

func (shut) SubmitAll(context.Context, []node.Submission) ([]node.Reply, error) {
	return nil, errors.New("disk full at /var/lib")
}

func TestABusyBoxSaysSoAndNoMore(t *testing.T) {
	b := newBox(t, withTokens, func(b *box) { b.door2 = shut{} })
	res := b.hand("x").do("POST", "/api/commands", twoCommands, "Authorization", "Bearer "+machines["erp"])
	require.Equal(t, 503, res.StatusCode)
	require.NotEmpty(t, res.Header.Get("Retry-After"))
	require.NotContains(t, text(res), "disk")
}

func TestTokens(t *testing.T) {
	b := newBox(t, withTokens)
	code, body := b.machine("erp", "GET", "/api/me", "")
	require.Equal(t, 200, code)
	require.Contains(t, body, `"user":"api:erp"`)

	// A till has nothing to look for.
	for path, want := range map[string]int{"/api/orders": 403, "/api/board": 403, "/api/find?q=Ada": 403, "/api/me": 200, "/api/commands": 200} {
		code, _ := b.machine("till-1", "GET", path, "")
		require.Equal(t, want, code, path)
	}
	code, _ = b.machine("erp", "GET", "/api/people", "")
	require.Equal(t, 403, code, "who is signed in is for leads")
	code, _ = b.machine("ops", "GET", "/api/people", "")
	require.Equal(t, 200, code)
	code, _ = b.machine("ops", "GET", "/api/journal", "")
	require.Equal(t, 404, code, "this box has no archive")

	// A token in the wrong place, a wrong one, none.
	for _, auth := range []string{"Bearer wrong-token-0123456789abcdef", "Basic " + machines["erp"], "Bearer", "Bearer " + machines["erp"][:21], "erp"} {
		res := b.hand("x").do("GET", "/api/me", "", "Authorization", auth)
		require.Equal(t, 401, res.StatusCode, auth)
		require.Equal(t, `Bearer realm="picket"`, res.Header.Get("WWW-Authenticate"))
		require.NotContains(t, text(res), "erp")
	}

	// One that is too short lets nobody in, and says so to whoever has it.
	require.NoError(t, b.web.SetTokens(append(b.opt.Tokens, Token{Name: "short", SHA256: digestHex("secret"), Roles: []string{Integration}})))
	res := b.hand("x").do("GET", "/api/me", "", "Authorization", "Bearer secret")
	require.Equal(t, 401, res.StatusCode)
	require.Contains(t, text(res), "The token short has fewer than 22 characters, and others could guess it.")

	// With a bad token the cookie beside it counts for nothing.
	h := b.signedIn("hh-1", "B-4")
	require.Equal(t, 401, h.do("GET", "/api/me", "", "Authorization", "Bearer wrong-token-0123456789abcdef").StatusCode)

	// A machine needs no origin, a person's page does.
	code, _ = b.machine("erp", "POST", "/api/commands", twoCommands, "Origin", "https://erp.example")
	require.Equal(t, 200, code)
	require.Equal(t, 403, h.do("POST", "/api/commands", twoCommands, "Origin", "https://erp.example").StatusCode)
}

// Whoever tries token after token is shut out, with the right one, too, until the wait is over.
func TestWrongTokensAreCounted(t *testing.T) {
	b := newBox(t, withTokens)
	for range triesEach * addrTries {
		require.Equal(t, 401, b.hand("x").do("GET", "/api/me", "", "Authorization", "Bearer wrong-token-0123456789abcdef").StatusCode)
	}
	res := b.hand("x").do("GET", "/api/me", "", "Authorization", "Bearer "+machines["erp"])
	require.Equal(t, 429, res.StatusCode)
	require.Equal(t, "60", res.Header.Get("Retry-After"))
	b.clock.add(time.Minute)
	code, _ := b.machine("erp", "GET", "/api/me", "")
	require.Equal(t, 200, code)
}

func TestTokensThatCannotBe(t *testing.T) {
	good := Token{Name: "till-1", SHA256: digestHex("x"), Roles: []string{Till}}
	require.NoError(t, CheckTokens("tokens", []Token{good}))
	for want, spoil := range map[string]func(*Token){
		"tokens[0].name":                        func(k *Token) { k.Name = "till 1" },
		"tokens[0].sha256: is not a SHA-256":    func(k *Token) { k.SHA256 = "secret" },
		"tokens[0].sha256: is the digest of no": func(k *Token) { k.SHA256 = digestHex("") },
		"tokens[0].roles: is missing":           func(k *Token) { k.Roles = nil },
		`tokens[0].roles: "king" is not a role`: func(k *Token) { k.Roles = []string{"king"} },
	} {
		k := good
		spoil(&k)
		require.ErrorContains(t, CheckTokens("tokens", []Token{k}), want)
	}
	require.ErrorContains(t, CheckTokens("tokens", []Token{good, good}), "tokens[1]: its name or its digest stands there twice")
}

// Every command has a row in the one table of who may give what, or is the box's alone. The centre's commands are for nobody else.
func TestWhoMayGiveWhat(t *testing.T) {
	for _, e := range floor.Entries() {
		if e.Who == floor.TheBox || e.Who == floor.Centre {
			for who, roles := range gives {
				require.Equal(t, who == e.Who, may(roles, e.New().Kind()), e.New().Kind())
			}
			continue
		}
		require.NotEmpty(t, gives[e.Who], "nobody may give %s, which is for %q", e.New().Kind(), e.Who)
		require.Equal(t, e.New().Kind() == tillSale, may([]string{Till}, e.New().Kind()), e.New().Kind())
	}
	require.False(t, may([]string{Operator}, "no.such"))
}

func TestTheListOfCommands(t *testing.T) {
	b := newBox(t, withTokens)
	_, body := b.machine("erp", "GET", "/api/commands", "")
	var out struct{ Rows []commandRow }
	require.NoError(t, json.Unmarshal([]byte(body), &out))
	require.Len(t, out.Rows, len(floor.Entries()))
	for _, c := range out.Rows {
		require.NotEmpty(t, c.Says, c.Kind)
		require.NotEmpty(t, c.Refuses, c.Kind)
		for _, r := range c.Refuses {
			require.NotEmpty(t, r.Words, "%s: %s has no words", c.Kind, r.Code)
		}
	}
}

// The docs are one page without scripts, and nothing in it comes from elsewhere.
func TestTheDocsPage(t *testing.T) {
	b := newBox(t)
	code, page := b.hand("x").get("/api/docs")
	require.Equal(t, http.StatusOK, code)
	require.NotContains(t, page, "<script")
	require.NotContains(t, page, "http://")
	require.NotContains(t, page, "https://")
	require.NotContains(t, page, "style=")
	for _, e := range floor.Entries() {
		require.Contains(t, page, e.New().Kind())
	}
	code, _ = b.hand("x").get("/api/docs.css")
	require.Equal(t, http.StatusOK, code)
}

// A token is no person: whatever roles it has, it approves nothing. It is told so, and what to do, and that works.
func TestATokenIsNoPerson(t *testing.T) {
	b := newBox(t, func(b *box) {
		b.opt.Tokens = append(b.opt.Tokens, Token{Name: "erp", SHA256: digestHex(machines["erp"]), Roles: []string{Manager}})
	})
	closing := func(id, approvals string) commandAnswer {
		code, body := b.machine("erp", "POST", "/api/commands", `{"commands":[{"id":"`+id+`","type":"day.close","data":{"date":"2026-11-21","note":"late van","anyway":true`+approvals+`}}]}`)
		require.Equal(t, 200, code, body)
		return readCommands(t, body).Answers[0]
	}
	no := closing("d-1", "")
	require.Equal(t, floor.NeedsLead, no.Refusal.Code)
	require.Contains(t, no.Refusal.Hint, `A token is no person`)
	require.Contains(t, no.Refusal.Hint, `POST /api/approvals {"badge":…,"pin":…,"kind":"day.close","subject":"site"}`)

	var given approvalReply
	code, body := b.machine("erp", "POST", "/api/approvals", `{"badge":"B-2","pin":"1234","kind":"day.close","subject":"site"}`)
	require.Equal(t, 200, code, body)
	require.NoError(t, json.Unmarshal([]byte(body), &given))
	yes := closing("d-2", `,"approvals":["`+string(given.ID)+`"]`)
	require.Equal(t, floor.OutcomeAccepted, yes.Outcome, "%+v", yes.Refusal)
	var r floor.Record
	_, err := b.journal.Read(uint64(yes.Seq), 1, func(_ uint64, raw []byte) (err error) { r, err = floor.Decode(raw); return err })
	require.NoError(t, err)
	require.Equal(t, []floor.UserID{"ben"}, r.Event.(*floor.DayClosed).By, "the person stands in the journal")
	require.EqualValues(t, "api:erp", r.Actor, "and the token that passed it on")
}
