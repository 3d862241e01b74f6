package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/journal"
)

// shelfOf shows a journal in memory to those who look back.
type shelfOf struct{ j *journal.Mem }

func (a shelfOf) Span() (first, last uint64) { return a.j.First(), a.j.Head().Seq }

func (a shelfOf) Records(_ context.Context, subject string, fn func([]byte) error) error {
	_, err := a.j.Read(1, 0, func(_ uint64, raw []byte) error {
		if strings.Contains(string(raw), `"subject":"`+subject+`"`) {
			return fn(raw)
		}
		return nil
	})
	return err
}

func (a shelfOf) Chain(_ context.Context, from uint64, most int, fn func(uint64, []byte) error) ([32]byte, error) {
	before, err := a.j.HashAt(from - 1)
	if err != nil {
		return before, err
	}
	_, err = a.j.Read(from, most, fn)
	return before, err
}

// book knows people by reference.
type book map[string]Customer

func (b book) Person(ref string) (Customer, error) {
	p, ok := b[ref]
	if !ok {
		return Customer{}, errors.New("no key for " + ref)
	}
	return p, nil
}

// archived is a box that looks back and knows customers.
func archived(t *testing.T) *box {
	return newBox(t, withTokens, func(b *box) {
		b.archive = shelfOf{b.journal}
		b.names = book{"pii/O-2": {Name: "Ada Lovelace King", Phone: "+44 20 7946 0018", OrderedBy: "Charles Babbage"}, "pii/O-3": {Name: "Åsa Öberg", Phone: "0171 555 1234"}}
	})
}

func TestWhatHappenedToAnOrder(t *testing.T) {
	b := archived(t)
	h := b.signedIn("hh-1", "B-1")
	h.send(op(1, "pick.start", `{"order":"O-1"}`), op(2, "pick.scan", `{"order":"O-1","sku":"OAT"}`))
	_, body := h.get("/api/orders/O-1?timeline=true")
	var out struct {
		ID       string
		Timeline []moment
	}
	require.NoError(t, json.Unmarshal([]byte(body), &out))
	require.Equal(t, "O-1", out.ID)
	var says []string
	for _, m := range out.Timeline {
		says = append(says, string(m.Who)+": "+m.Says)
	}
	require.Contains(t, says, ": The site has the order.")
	require.Contains(t, says, "anna: Picked 1 × Oat drink 1 l from A-1.")
	_, body = h.get("/api/orders/O-1")
	require.NotContains(t, body, "timeline")
}

// What is exported is the chain: every line's hash follows from the one before and the record as it stands there.
func TestTheJournalForAudit(t *testing.T) {
	b := archived(t)
	h := b.signedIn("hh-1", "B-4")
	head := b.journal.Head()
	code, body := h.get(fmt.Sprintf("/api/journal?from=3&to=%d", head.Seq))
	require.Equal(t, 200, code, body)
	lines := strings.Split(strings.TrimSpace(body), "\n")
	var first struct {
		From   uint64
		Before string
	}
	require.NoError(t, json.Unmarshal([]byte(lines[0]), &first))
	require.EqualValues(t, 3, first.From)
	hash, err := hex.DecodeString(first.Before)
	require.NoError(t, err)
	for _, l := range lines[1:] {
		var line struct {
			Seq    uint64
			Hash   string
			Record json.RawMessage
		}
		require.NoError(t, json.Unmarshal([]byte(l), &line))
		inner := sha256.Sum256(line.Record)
		sum := sha256.Sum256(append(hash, inner[:]...))
		hash = sum[:]
		require.Equal(t, line.Hash, hex.EncodeToString(hash))
		r, err := floor.Decode(line.Record)
		require.NoError(t, err)
		require.EqualValues(t, line.Seq, r.Seq)
	}
	require.Equal(t, head.Hash.String(), hex.EncodeToString(hash))
	require.Len(t, lines, int(head.Seq-3+1)+1)

	for query, location := range map[string]string{"from=0": "query.from", "to=x": "query.to", "from=9999": "query.to", "from=5&to=4": "query.to", "colour=1": "query.colour"} {
		code, body := h.get("/api/journal?" + query)
		require.Equal(t, 422, code, query)
		require.Equal(t, location, readProblem(t, body).Errors[0].Location, query)
	}
	code, _ = b.signedIn("hh-2", "B-2").get("/api/journal")
	require.Equal(t, 403, code, "a lead is no manager")
}

// dropping gives records up for room while somebody reads them.
type dropping struct {
	shelfOf
	first *uint64
}

func (d dropping) Span() (first, last uint64) { return *d.first, d.j.Head().Seq }

func (d dropping) Chain(context.Context, uint64, int, func(uint64, []byte) error) (before [32]byte, err error) {
	if *d.first > 0 {
		*d.first = 4
	}
	return before, fmt.Errorf("%w: %w", ErrDropped, journal.ErrTrimmed)
}

// Records that are given up while they are read are no fault of the box.
func TestTheJournalIsDroppedMeanwhile(t *testing.T) {
	first := uint64(1)
	b := newBox(t, func(b *box) { b.archive = dropping{shelfOf{b.journal}, &first} })
	code, body := b.signedIn("hh-1", "B-4").get("/api/journal?from=2")
	require.Equal(t, 422, code, body)
	require.Contains(t, body, "is no longer kept; the oldest record here is 4")

	b = newBox(t, func(b *box) { b.archive = dropping{shelfOf{b.journal}, new(uint64)} }) // and whoever counts was not told yet
	code, body = b.signedIn("hh-1", "B-4").get("/api/journal?from=5")
	require.Equal(t, 422, code, body)
	require.Contains(t, body, `"is no longer kept"`)
}

func TestWhereIsMyOrder(t *testing.T) {
	b := archived(t)
	for i, name := range []string{"O-2", "O-3"} {
		b.give(&floor.Assign{Order: floor.OrderID(name), Assignment: "as", Number: fmt.Sprintf("web-%d", i+7), Flow: floor.FlowShip, Mode: floor.ModeHold, Due: morning,
			ShipTo: "pii/" + name, Lines: []floor.AskedLine{{Line: "1", SKU: "OAT", Qty: 1}}})
	}
	h := b.signedIn("hh-1", "B-1")
	for q, want := range map[string]string{
		"web-7": "O-2 number A… L… K…", "O-3": "O-3 id Å… Ö…", "ada%20king": "O-2 name A… L… K…", "KING": "O-2 name A… L… K…", "0018": "O-2 phone A… L… K…",
		"555-1234": "O-3 phone Å… Ö…", "%C3%96berg": "O-3 name Å… Ö…", "lovelace%20smith": "", "babb": "O-2 customer A… L… K…", "charles%20king": "", "1001": "O-1 number ", "eb-8": "O-3 number Å… Ö…", "b-8": "", "9999": "", "ing": "",
	} {
		code, body := h.get("/api/find?q=" + q)
		require.Equal(t, 200, code, body)
		var out findReply
		require.NoError(t, json.Unmarshal([]byte(body), &out))
		got := ""
		for _, r := range out.Rows {
			got += string(r.ID) + " " + r.By + " " + r.Named
			require.NotEmpty(t, r.Says)
		}
		require.Equal(t, want, got, q)
		require.NotContains(t, body, "Lovelace", "no more than initials leave")
		require.NotContains(t, body, "7946")
		require.NotContains(t, body, "Babbage")
	}
	b.give(&floor.LeaseNumbers{Number: "return", Prefix: "RT", From: 1, To: 100, Digits: 6})
	b.give(&floor.AnnounceReturn{Return: "R-1", RMA: "RMA-7", Order: "O-2", Lines: []floor.ReturnExpected{{SKU: "OAT", Qty: 1}}})
	b.give(&floor.AnnounceReturn{Return: "R-2", RMA: "RMA-8", Lines: []floor.ReturnExpected{{SKU: "OAT", Qty: 1}}})
	_, body := h.get("/api/find?q=rma-7")
	require.Contains(t, body, `"by":"return"`)
	require.Contains(t, body, `"number":"web-7"`)
	require.Contains(t, body, "It is announced and was not brought yet.")
	_, body = h.get("/api/find?q=RMA-8")
	require.Contains(t, body, `"rows":[]`)
	require.Contains(t, body, `"number":"RMA-8"`, "goods of no order of this site")
	_, body = h.get("/api/scan?code=RMA-8")
	require.Contains(t, body, `"return":"R-2"`, "the paper has the centre's number")
	b.clock.add(90 * 24 * time.Hour)
	b.give(&floor.LapseReturn{Return: "R-2"})
	h = b.signedIn("hh-1", "B-1")
	_, body = h.get("/api/find?q=rma-8")
	require.Contains(t, body, `"state":"lapsed"`)
	require.Contains(t, body, "Return RMA-8 lapsed on 2027-02-19")
	_, body = h.get("/api/scan?code=RMA-8")
	require.Contains(t, body, "Return RMA-8 lapsed on 2027-02-19: nobody brought it in time. Ask the centre to announce it anew")
	require.NotContains(t, body, `"return"`)
	for _, path := range []string{"/api/orders", "/api/orders/O-2", "/api/board", "/api/lines", "/api/parcels"} {
		_, body := h.get(path)
		require.NotContains(t, body, "Lovelace", path)
		require.NotContains(t, body, "pii/", path)
	}
}

// Whatever names an order takes its number for its id; a number of two is refused with both.
func TestOrdersGoByTheirNumbers(t *testing.T) {
	b := archived(t)
	h := b.signedIn("hh-1", "B-1")
	code, body := h.get("/api/orders/1001")
	require.Equal(t, 200, code, body)
	require.Contains(t, body, `"id":"O-1"`)
	_, byID := h.get("/api/lines?order=O-1")
	_, byNumber := h.get("/api/lines?order=1001")
	require.Contains(t, byID, `"order":"O-1"`)
	require.Equal(t, byID, byNumber)
	for _, path := range []string{"/api/orders/no-such", "/api/orders/no-such/walk"} {
		code, _ = h.get(path)
		require.Equal(t, 404, code, path)
	}
	b.give(&floor.Assign{Order: "O-9", Assignment: "as", Number: "1001", Flow: floor.FlowShip, Mode: floor.ModeHold, Due: morning, Lines: []floor.AskedLine{{Line: "1", SKU: "OAT", Qty: 1}}})
	lead := b.signedIn("hh-2", "B-2")
	for path, at := range map[string]string{"/api/orders/1001": "path.id", "/api/lines?order=1001": "query.order", "/api/desk?subject=order/1001": "query.subject"} {
		code, body := lead.get(path)
		require.Equal(t, 422, code, "%s: %s", path, body)
		p := readProblem(t, body)
		require.Equal(t, at, p.Errors[0].Location)
		require.Contains(t, p.Errors[0].Message, "Number 1001 is that of several orders: O-1 and O-9.")
	}
	code, _ = h.get("/api/orders/O-9")
	require.Equal(t, 200, code, "an id is an id")
}

func TestApprovals(t *testing.T) {
	b := newBox(t, withTokens)
	h := b.signedIn("hh-1", "B-1")
	code, body := h.post("/api/approvals", `{"badge":"B-2","pin":"1234","kind":"handover","subject":"order/O-1"}`)
	require.Equal(t, 200, code, body)
	var out approvalReply
	require.NoError(t, json.Unmarshal([]byte(body), &out))
	require.Equal(t, floor.UserID("ben"), out.By)
	require.Equal(t, morning.Add(approvalFor), out.Expires)
	_, body = h.get("/api/board")
	require.NotContains(t, body, string(out.ID), "an approval is for the one it was given to")

	head := b.door.Head()
	for body, want := range map[string]int{
		`{"badge":"B-2","pin":"9999","kind":"handover","subject":"order/O-1"}`:              401,
		`{"badge":"B-77","pin":"1234","kind":"handover","subject":"order/O-1"}`:             401,
		`{"badge":"B-2","pin":"1234","kind":"no.such","subject":"order/O-1"}`:               422,
		`{"badge":"B-2","pin":"1234","kind":"handover","subject":"anything"}`:               422,
		`{"badge":"B-2","pin":"","kind":"handover","subject":"order/O-1"}`:                  422,
		`{"badge":"B-2","pin":"1234","kind":"handover"}`:                                    422,
		`{"badge":"B-2","pin":"1234","kind":"handover","subject":"order/O-1","colour":"b"}`: 422,
	} {
		code, got := h.post("/api/approvals", body)
		require.Equal(t, want, code, "%s: %s", body, got)
	}
	require.LessOrEqual(t, b.door.Head().Seq, head.Seq+1, "at most the refusal of a subject nobody knows")
	for range 5 {
		h.post("/api/approvals", `{"badge":"B-2","pin":"0000","kind":"handover","subject":"order/O-1"}`)
	}
	code, _ = h.post("/api/approvals", `{"badge":"B-2","pin":"1234","kind":"handover","subject":"order/O-1"}`)
	require.Equal(t, 429, code, "PINs are not guessed here either")
}

// The socket in the box's own directory needs no sign-in, no name of the box and no origin; who comes by it is
// the operator, by name.
func TestTheOperatorsOwnWay(t *testing.T) {
	b := newSite(t)
	server := httptest.NewServer(b.web.Local(func(context.Context) string { return "root" }))
	defer server.Close()
	b.url = server.URL
	h := b.hand("x")
	res := h.do("GET", "/api/me", "", "Host", "picket.invalid")
	require.Equal(t, 200, res.StatusCode)
	require.Contains(t, text(res), `"user":"box:root","name":"root","roles":["operator"]`)
	res = h.do("POST", "/api/commands", twoCommands, "Origin", "http://elsewhere.example")
	require.Equal(t, 200, res.StatusCode)
	odd := httptest.NewServer(b.web.Local(func(context.Context) string { return "a b" }))
	defer odd.Close()
	b.url = odd.URL
	require.Contains(t, text(h.do("GET", "/api/me", "")), `"box:operator"`)
}

// A count waits for the devices that may hold facts about its bin. One that comes with nothing more to send,
// and whose screen is behind the count, lets it go on; one that holds something does not.
func TestACountWaitsUntilADeviceIsEmpty(t *testing.T) {
	b := newBox(t)
	picker, lead := b.signedIn("hh-1", "B-1"), b.signedIn("hh-2", "B-2")
	picker.send(op(1, "pick.start", `{"order":"O-1"}`), op(2, "pick.scan", `{"order":"O-1","sku":"OAT"}`))
	lead.send(op(1, "count.open", `{"kind":"directed","bins":["A-1"]}`), op(2, "count.bin", `{"bin":"A-1","lines":[{"sku":"OAT","qty":8}]}`))
	waits := func() []any {
		require.NoError(t, b.feed.Reach(t.Context(), floor.Seq(b.door.Head().Seq)))
		_, body := lead.get("/api/bin_counts/A-1")
		var row struct{ Waits []any }
		require.NoError(t, json.Unmarshal([]byte(body), &row), body)
		return row.Waits
	}
	if !strings.Contains(fmt.Sprint(waits()), "hh-1") {
		t.Fatalf("the count does not wait for the picker: %v", waits())
	}
	ask := func(seq floor.Seq, have string) {
		code, body := picker.post("/api/ops", fmt.Sprintf(`{"install":"hh-1","ops":[],"edge":{"log":"log-1","seq":%d},"have":[%s]}`, seq, have))
		require.Equal(t, 200, code, body)
	}
	ask(3, "")
	require.Contains(t, waits(), "hh-1", "its screen was before the count")
	ask(floor.Seq(b.door.Head().Seq), `"hh-1:3"`)
	require.Contains(t, waits(), "hh-1", "it holds something")
	ask(floor.Seq(b.door.Head().Seq), "")
	require.NotContains(t, waits(), "hh-1")
}

func TestTheFileOfAHandOver(t *testing.T) {
	b := newBox(t, func(b *box) {
		b.dispute = func(_ context.Context, id floor.OrderID) ([]byte, error) {
			switch id {
			case "O-1":
				return []byte("%PDF of O-1"), nil
			case "O-2":
				return nil, ErrNoDispute
			}
			return nil, errors.New("disk on fire")
		}
	})
	lead := b.signedIn("hh-2", "B-2")
	res := lead.do("GET", "/api/orders/O-1/dispute.pdf", "")
	require.Equal(t, 200, res.StatusCode)
	require.Equal(t, "application/pdf", res.Header.Get("Content-Type"))
	require.Equal(t, "%PDF of O-1", text(res))
	code, body := lead.get("/api/orders/O-2/dispute.pdf")
	require.Equal(t, 404, code, body)
	code, body = lead.get("/api/orders/O-3/dispute.pdf")
	require.Equal(t, 500, code)
	require.NotContains(t, body, "fire")
	code, _ = b.signedIn("hh-1", "B-1").get("/api/orders/O-1/dispute.pdf")
	require.Equal(t, 403, code, "it names a customer")
	code, _ = newBox(t).signedIn("hh-2", "B-2").get("/api/orders/O-1/dispute.pdf")
	require.Equal(t, 404, code)
}

// TestNobodyTriesPickupCodes: the search tells whose a pickup code is to people who hand over, and not after many
// searches that found nothing.
func TestNobodyTriesPickupCodes(t *testing.T) {
	b := archived(t)
	a := &floor.Assign{Order: "O-9", Assignment: "as", Number: "web-9", Flow: floor.FlowPickup, Mode: floor.ModeHold, Due: morning,
		Lines: []floor.AskedLine{{Line: "1", SKU: "OAT", Qty: 1}}}
	a.CodeSalt, a.CodeHash = "00aa11bb22cc33dd", floor.HashCode("00aa11bb22cc33dd", "7KQ2XYZ")
	b.give(a)
	picker, lead := b.signedIn("hh-1", "B-1"), b.signedIn("hh-2", "B-2")
	_, body := lead.get("/api/find?q=7KQ2XYZ")
	require.Contains(t, body, `"by":"code"`)
	_, body = picker.get("/api/find?q=7KQ2XYZ")
	require.NotContains(t, body, `"by":"code"`)
	_, body = b.machine("erp", "GET", "/api/find?q=7KQ2XYZ", "")
	require.NotContains(t, body, `"by":"code"`)
	for i := range guessMost {
		lead.get(fmt.Sprintf("/api/find?q=guess%d", i))
	}
	_, body = lead.get("/api/find?q=7KQ2XYZ")
	require.NotContains(t, body, `"by":"code"`)
	_, body = lead.get("/api/find?q=web-9")
	require.Contains(t, body, `"by":"number"`, "the rest goes on")
}
