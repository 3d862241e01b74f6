package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/sync/oms"
	"picket/sync/oms/omstest"
	"picket/sync/oms/store/sqlite"
)

var (
	update = flag.Bool("update", false, "write the golden files anew")
	ctx    = context.Background()
)

func centre(t testing.TB, change func(*oms.Config)) *oms.Centre {
	st, err := sqlite.Memory(ctx)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	n := 0
	cfg := oms.Config{Random: func(b []byte) {
		for i := range b {
			b[i] = byte(i)
		}
	}, Tenant: "t", Prefix: "39521234", Version: "test", Now: func() time.Time { return omstest.Start },
		NewID:   func(time.Time) string { n++; return fmt.Sprintf("ID-%04d", n) },
		HashPIN: func(pin string) (string, error) { return "hash-of-" + pin, nil }, SamePIN: func(pin, hash string) bool { return hash == "hash-of-"+pin }}
	if change != nil {
		change(&cfg)
	}
	c, err := oms.New(ctx, cfg, st)
	require.NoError(t, err)
	return c
}

func ask(h http.Handler, method, path, body string, change func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.RemoteAddr, r.Host = "127.0.0.1:4711", "localhost:8080"
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// TestTranscripts replays testdata/*.txt: requests, each followed by the whole answer.
//
//	> POST /api/orders
//	{"channel":…}
//	< 201 application/json
//	{…}
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			c := centre(t, nil)
			require.NoError(t, omstest.SetUp(ctx, c.Clerk, "s1"))
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			var out bytes.Buffer
			for _, part := range strings.Split("\n"+string(text), "\n> ")[1:] {
				asked, _, _ := strings.Cut(part, "\n< ")
				line, body, _ := strings.Cut(asked, "\n")
				method, path, _ := strings.Cut(strings.TrimSpace(line), " ")
				body = strings.TrimSpace(body)
				w := ask(c.Handler, method, path, body, nil)
				fmt.Fprintf(&out, "> %s %s\n", method, path)
				if body != "" {
					fmt.Fprintln(&out, body)
				}
				fmt.Fprintf(&out, "< %d %s\n", w.Code, w.Header().Get("Content-Type"))
				var pretty bytes.Buffer
				if json.Indent(&pretty, bytes.TrimSpace(w.Body.Bytes()), "", "  ") == nil {
					out.Write(pretty.Bytes())
				} else {
					out.Write(bytes.TrimSpace(w.Body.Bytes()))
				}
				out.WriteString("\n\n")
			}
			if *update {
				require.NoError(t, os.WriteFile(file, out.Bytes(), 0o644))
			}
			require.Equal(t, string(text), out.String())
		})
	}
}

func TestALongBodyIsRefusedWhole(t *testing.T) {
	c := centre(t, nil)
	w := ask(c.Handler, "POST", "/api/orders", `{"channel":"`+strings.Repeat("x", 1<<20+1)+`"}`, nil)
	require.Equal(t, http.StatusRequestEntityTooLarge, w.Code, w.Body)
	require.Equal(t, "application/problem+json", w.Header().Get("Content-Type"))
	n, err := c.Clerk.Count(ctx)
	require.NoError(t, err)
	require.Empty(t, n)
}

func TestWithATokenOnlyItsHoldersGetIn(t *testing.T) {
	c := centre(t, func(cfg *oms.Config) { cfg.Token = "s3cret" })
	with := func(h string) func(*http.Request) {
		return func(r *http.Request) {
			r.RemoteAddr, r.Host = "192.0.2.1:1", "oms.example.com"
			if h != "" {
				r.Header.Set("Authorization", h)
			}
		}
	}
	for _, h := range []string{"", "s3cret", "Bearer", "Bearer s3cre", "Bearer s3crets", "Basic s3cret"} {
		for _, path := range []string{"/api/orders", "/api/sites", "/api/items", "/api/stock", "/openapi.json"} {
			w := ask(c.Handler, "GET", path, "", with(h))
			require.Equal(t, 401, w.Code, "%s with %q", path, h)
			require.Equal(t, `Bearer realm="picket"`, w.Header().Get("WWW-Authenticate"))
		}
	}
	require.Equal(t, 200, ask(c.Handler, "GET", "/api/orders", "", with("Bearer s3cret")).Code)
	require.Equal(t, 200, ask(c.Handler, "GET", "/api/orders", "", with("bearer s3cret")).Code, "the scheme's case is free (RFC 9110)")
	for _, open := range []string{"/", "/livez", "/readyz", "/page/app.js", "/page/style.css"} {
		require.Equal(t, 200, ask(c.Handler, "GET", open, "", with("")).Code, open)
	}
}

func TestWithoutATokenOnlyThisMachineGetsIn(t *testing.T) {
	c := centre(t, func(cfg *oms.Config) { cfg.Hosts = []string{"demo.test"} })
	for _, x := range []struct {
		from, host string
		code       int
	}{
		{"127.0.0.1:1", "localhost", 200}, {"127.0.0.1:1", "localhost:8080", 200}, {"[::1]:1", "[::1]:8080", 200}, {"[::ffff:127.0.0.1]:1", "127.0.0.1", 200},
		{"127.0.0.1:1", "demo.test:80", 200}, {"127.0.0.1:1", "evil.example", 403}, {"127.0.0.1:1", "", 403}, {"192.0.2.7:1", "localhost", 403}, {"nonsense", "localhost", 403},
	} {
		w := ask(c.Handler, "GET", "/api/orders", "", func(r *http.Request) { r.RemoteAddr, r.Host = x.from, x.host })
		require.Equal(t, x.code, w.Code, "%s as %s", x.from, x.host)
	}
}

func TestAPageFromElsewhereCannotWrite(t *testing.T) {
	c := centre(t, nil)
	w := ask(c.Handler, "POST", "/api/orders", `{}`, func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") })
	require.Equal(t, 403, w.Code)
	w = ask(c.Handler, "POST", "/api/orders", `{}`, func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") })
	require.Equal(t, 403, w.Code)
}

func TestThePageLoadsNothingFromElsewhere(t *testing.T) {
	c := centre(t, nil)
	w := ask(c.Handler, "GET", "/", "", nil)
	require.Contains(t, w.Header().Get("Content-Security-Policy"), "default-src 'self'")
	require.NotContains(t, w.Header().Get("Content-Security-Policy"), "unsafe")
	require.NotContains(t, w.Body.String(), "http://")
	require.NotContains(t, w.Body.String(), "https://")
	require.NotContains(t, w.Body.String(), "style=")
	require.NotContains(t, w.Body.String(), "<style")
}

func TestTheDescriptionIsOpenAPI31AndNamesWhatIsRefused(t *testing.T) {
	c := centre(t, nil)
	w := ask(c.Handler, "GET", "/openapi.json", "", nil)
	require.Equal(t, 200, w.Code)
	var doc struct {
		OpenAPI    string                                `json:"openapi"`
		Paths      map[string]map[string]json.RawMessage `json:"paths"`
		Components struct {
			Schemas map[string]struct {
				Required             []string        `json:"required"`
				AdditionalProperties json.RawMessage `json:"additionalProperties"`
			} `json:"schemas"`
		} `json:"components"`
	}
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &doc))
	require.True(t, strings.HasPrefix(doc.OpenAPI, "3.1"))
	for _, p := range []string{"/api/orders", "/api/orders/{id}", "/api/items", "/api/sites", "/api/sites/{id}", "/api/sites/{id}/users", "/api/stock", "/api/allotments", "/api/sites/{id}/allotments"} {
		require.Contains(t, doc.Paths, p)
	}
	s := doc.Components.Schemas["Capture"]
	require.Equal(t, []string{"channel", "number", "lines"}, s.Required)
	require.JSONEq(t, "false", string(s.AdditionalProperties), "an unknown field is refused")
}

func TestPINsAreHashedVersionedAndNeverShown(t *testing.T) {
	c := centre(t, nil)
	require.NoError(t, omstest.SetUp(ctx, c.Clerk, "s1"))
	body := `{"users":[{"user":"anna","name":"Anna","badge":"B-1","roles":["picker"],"pin":"4711"}]}`
	put := func(body string) string {
		w := ask(c.Handler, "PUT", "/api/sites/s1/users", body, nil)
		require.Equal(t, 200, w.Code, w.Body)
		return strings.TrimSpace(w.Body.String())
	}
	require.JSONEq(t, `{"changed":1}`, put(body))
	require.JSONEq(t, `{"changed":0}`, put(body), "the same PIN again is no change, though every hash has its own salt")
	require.JSONEq(t, `{"changed":1}`, put(strings.Replace(body, "4711", "4712", 1)))
	w := ask(c.Handler, "GET", "/api/sites/s1", "", nil)
	require.NotContains(t, w.Body.String(), "471")
	require.NotContains(t, w.Body.String(), "hash-of")
	var got struct {
		Users []struct {
			Version uint64
			Name    string
		}
	}
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &got))
	require.Equal(t, uint64(2), got.Users[0].Version)
	require.Equal(t, "Anna", got.Users[0].Name)
	require.JSONEq(t, `{"changed":1}`, put(`{"users":[{"user":"anna","name":"Anna","roles":[],"disabled":true}]}`))
}

func TestARealPINIsKeptAsArgon2id(t *testing.T) {
	c := centre(t, func(cfg *oms.Config) { cfg.HashPIN, cfg.SamePIN = nil, nil })
	require.NoError(t, omstest.SetUp(ctx, c.Clerk, "s1"))
	body := `{"users":[{"user":"anna","name":"Anna","roles":["picker"],"pin":"4711"}]}`
	require.JSONEq(t, `{"changed":1}`, ask(c.Handler, "PUT", "/api/sites/s1/users", body, nil).Body.String())
	require.JSONEq(t, `{"changed":0}`, ask(c.Handler, "PUT", "/api/sites/s1/users", body, nil).Body.String())
}

func TestAProblemRepeatsNothingPersonal(t *testing.T) {
	c := centre(t, nil)
	require.NoError(t, omstest.SetUp(ctx, c.Clerk, "s1"))
	for _, body := range []string{
		strings.Replace(sound("1"), `"postcode":`, `"x":1,"postcode":`, 1),
		strings.Replace(sound("1"), `"London"`, `5`, 1),
		strings.Replace(sound("1"), `"Ada Lovelace"`, `["Ada Lovelace"]`, 1),
		strings.Replace(sound("1"), `"channel"`, `"chanel"`, 1),
		sound("1")[:200],
		strings.Replace(sound("1"), "London", `Lo\u0001ndon`, 1),
	} {
		w := ask(c.Handler, "POST", "/api/orders", body, nil)
		require.GreaterOrEqual(t, w.Code, 400)
		require.NotContains(t, w.Body.String(), "Lovelace", body)
		require.NotContains(t, w.Body.String(), "James", body)
	}
	w := ask(c.Handler, "PUT", "/api/sites/s1/users", `{"users":[{"user":"anna","name":"Anna","roles":["picker"],"pin":4711,"x":1}]}`, nil)
	require.Equal(t, 422, w.Code)
	require.NotContains(t, w.Body.String(), "4711")
}

func TestPagesOfTheListLeadToTheEnd(t *testing.T) {
	c := centre(t, nil)
	require.NoError(t, omstest.SetUp(ctx, c.Clerk, "s1"))
	for i := range 7 {
		w := ask(c.Handler, "POST", "/api/orders", sound(fmt.Sprint(i)), nil)
		require.Equal(t, 201, w.Code, w.Body)
		require.Contains(t, w.Header().Get("Location"), "/api/orders/ID-")
	}
	var seen []string
	for after := ""; ; {
		w := ask(c.Handler, "GET", "/api/orders?limit=3&after="+after, "", nil)
		var page struct {
			Orders []struct{ Number string }
			Next   floor.OrderID
		}
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &page))
		for _, o := range page.Orders {
			seen = append(seen, o.Number)
		}
		if after = string(page.Next); after == "" {
			break
		}
	}
	require.Equal(t, []string{"6", "5", "4", "3", "2", "1", "0"}, seen)
	require.NotContains(t, ask(c.Handler, "GET", "/api/orders", "", nil).Body.String(), "Lovelace", "lists hold nothing personal")
}

func sound(number string) string {
	return `{"channel":"web","number":"` + number + `","customer":{"name":"Ada Lovelace"},"ship_to":{"name":"Ada Lovelace","street":["12 St James's Square"],"postcode":"SW1Y 4JH","city":"London","country":"GB"},"lines":[{"sku":"TEA-50","qty":1}]}`
}

// FuzzCapture posts whatever comes: the answer is always a sound order or a problem that names a field, and
// what was refused is not there.
func FuzzCapture(f *testing.F) {
	f.Add(sound("1"))
	f.Add(`{"channel":"web","lines":[{"gtin":"9521234000013","qty":1e9}]}`)
	f.Add(`{"lines":null}`)
	f.Add(`[]`)
	f.Add(`{"channel":"web","channel":"web"}`)
	f.Add(strings.Replace(sound("1"), "London", "\\u0000\\ud800", 1))
	c := centre(f, nil)
	if err := omstest.SetUp(ctx, c.Clerk, "s1"); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body string) {
		before, err := c.Clerk.Count(ctx)
		require.NoError(t, err)
		w := ask(c.Handler, "POST", "/api/orders", body, nil)
		after, err := c.Clerk.Count(ctx)
		require.NoError(t, err)
		switch w.Code {
		case 200, 201:
		case 400, 409, 413, 415, 422:
			require.Equal(t, before, after, "what is refused changes nothing")
			var p struct {
				Status int
				Title  string
				Detail string
			}
			require.NoError(t, json.Unmarshal(w.Body.Bytes(), &p))
			require.Equal(t, w.Code, p.Status)
			require.NotEmpty(t, p.Detail)
		default:
			t.Fatalf("%d for %q: %s", w.Code, body, w.Body)
		}
	})
}

// TestAllotmentsAreSetAndShown: what a site is to keep is asked for by a record of its feed, and shown until it answers.
func TestAllotmentsAreSetAndShown(t *testing.T) {
	c := centre(t, nil)
	require.NoError(t, omstest.SetUp(ctx, c.Clerk, "s1"))
	w := ask(c.Handler, "PUT", "/api/sites/s1/allotments", `{"allotments":[{"sku":"TEA-50","qty":6}]}`, nil)
	require.Equal(t, 200, w.Code, w.Body)
	w = ask(c.Handler, "GET", "/api/allotments", "", nil)
	require.JSONEq(t, `[{"site":"s1","sku":"TEA-50","name":"Green tea, 50 bags","want":6,"kept":0,"free":0,"drawn":0,"coming":6,"giving_back":false}]`, part(t, w.Body.Bytes(), "allotments"))
	require.Equal(t, 422, ask(c.Handler, "PUT", "/api/sites/s1/allotments", `{"allotments":[{"sku":"NONE","qty":6}]}`, nil).Code)
	require.Equal(t, 404, ask(c.Handler, "PUT", "/api/sites/nowhere/allotments", `{"allotments":[{"sku":"TEA-50","qty":6}]}`, nil).Code)
	require.Equal(t, 404, ask(c.Handler, "GET", "/api/allotments?site=nowhere", "", nil).Code)
}

func part(t *testing.T, body []byte, name string) string {
	var all map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(body, &all))
	return string(all[name])
}
