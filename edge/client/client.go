// Package client speaks with a site's box over its API: commands that are sent until they are answered, lists
// page by page, and the board with everything that changes on it.
//
//	c, err := client.New("https://north.edge.example", token, client.Options{})
//	answers, err := c.Do(ctx, client.Of(&floor.Accept{Order: "O-1"}))
//	orders, err := client.List[view.OrderRow](ctx, c, "orders", client.Query{"state": "new"})
//
// A refusal is an answer and stands in it; an error is a *Problem (what is wrong with the request), or that
// nobody could be reached. The package must never send a command under another id than before: that is what
// makes sending again safe.
package client

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"picket/edge/floor"
)

// Options of a client. The zero value is right for most.
type Options struct {
	HTTP    *http.Client  // nil: one with a timeout of 40 s
	Tries   int           // how often a request is sent at most. Default 5
	Backoff time.Duration // before the second try, doubled for each one after it. Default 200 ms
}

// Client speaks with one box. It may be used by any number of goroutines.
type Client struct {
	base  *url.URL
	token string
	opt   Options
}

// New makes a client. The token is empty where none is needed, such as on the box's own socket.
func New(base, token string, o Options) (*Client, error) {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("%q is not an address such as https://north.edge.example", base)
	}
	if o.HTTP == nil {
		o.HTTP = &http.Client{Timeout: 40 * time.Second}
	}
	if o.Tries <= 0 {
		o.Tries = 5
	}
	if o.Backoff <= 0 {
		o.Backoff = 200 * time.Millisecond
	}
	return &Client{base: u, token: token, opt: o}, nil
}

// Problem is what is wrong with a request (RFC 9457).
type Problem struct {
	Type   string       `json:"type"`
	Title  string       `json:"title"`
	Status int          `json:"status"`
	Detail string       `json:"detail"`
	Errors []FieldError `json:"errors"`
	Taken  *Taken       `json:"taken"` // what the box took all the same
}

// Taken answers the commands of a request that were taken though the request as a whole was not.
type Taken struct {
	Answers []Answer `json:"answers"`
}

// FieldError names a field and what is wrong with it.
type FieldError struct {
	Location string `json:"location"`
	Message  string `json:"message"`
}

func (p *Problem) Error() string {
	if p.Detail != "" {
		return p.Detail
	}
	return p.Title
}

// ErrUnreachable says that the box could not be reached, or did not answer in time, however often it was asked.
var ErrUnreachable = errors.New("the box cannot be reached")

// Command is one command on its way. Its id is made where it is empty, before it is sent for the first time.
type Command struct {
	ID   floor.CommandID `json:"id"`
	Type string          `json:"type"`
	Data any             `json:"data"`
	At   time.Time       `json:"at,omitzero"` // when it happened, by the caller's clock
}

// Of makes a command of the floor ready to be sent.
func Of(c floor.Command) Command { return Command{Type: c.Kind(), Data: c} }

// Refusal is why a command had no effect: for people.
type Refusal struct {
	Code  floor.Code        `json:"code"`
	Args  map[string]string `json:"args"`
	Words string            `json:"words"`
	Hint  string            `json:"hint"`
}

func (r *Refusal) Error() string { return strings.TrimSpace(r.Words + " " + r.Hint) }

// Answer is what became of a command. Problem is set instead of an outcome when the box could not take it as it
// was, such as an id that was used before with another body.
type Answer struct {
	Status  int      `json:"status"`
	Problem *Problem `json:"problem"`

	ID      floor.CommandID   `json:"id"`
	Outcome floor.Outcome     `json:"outcome"`
	Seq     floor.Seq         `json:"seq"`
	Refusal *Refusal          `json:"refusal"`
	Unit    floor.UnitID      `json:"unit"`
	Jobs    []floor.JobID     `json:"jobs"`
	Made    map[string]string `json:"made"`
	Told    map[string]string `json:"told"`
}

// Err is the refusal, or the problem, as an error; nil when there is none.
func (a *Answer) Err() error {
	switch {
	case a.Problem != nil:
		return a.Problem
	case a.Refusal == nil:
		return nil
	}
	return a.Refusal
}

// batch is how many commands the box takes at once.
const batch = 200

// Do gives commands in their order and answers each. It sends them again, under the same ids, until the box
// has answered. After an error the answers are those known; whoever gives the same commands again under the
// same ids learns of the rest.
func (c *Client) Do(ctx context.Context, commands ...Command) ([]Answer, error) {
	return c.do(ctx, false, commands)
}

// DoUntilRefused is Do that ends at the first command that is refused: those behind it are not given.
func (c *Client) DoUntilRefused(ctx context.Context, commands ...Command) ([]Answer, error) {
	return c.do(ctx, true, commands)
}

func (c *Client) do(ctx context.Context, stop bool, commands []Command) ([]Answer, error) {
	for i := range commands {
		if commands[i].ID == "" {
			commands[i].ID = floor.CommandID(ulid.MustNew(ulid.Now(), rand.Reader).String())
		}
	}
	var all []Answer
	for from := 0; from < len(commands); from += batch {
		body, err := json.Marshal(map[string]any{"commands": commands[from:min(len(commands), from+batch)], "stop": stop})
		if err != nil {
			return all, fmt.Errorf("commands: %w", err)
		}
		var out struct {
			Answers []Answer `json:"answers"`
			Stopped bool     `json:"stopped"`
		}
		if err := c.call(ctx, http.MethodPost, "/api/commands", nil, body, &out); err != nil {
			var p *Problem
			if errors.As(err, &p) && p.Taken != nil {
				all = append(all, p.Taken.Answers...)
			}
			return all, err
		}
		all = append(all, out.Answers...)
		if n := len(all); stop && (out.Stopped || n > 0 && all[n-1].Err() != nil) {
			break
		}
	}
	return all, nil
}

// Get reads an address, such as /api/orders/O-1, into a T.
func Get[T any](ctx context.Context, c *Client, path string, q url.Values) (T, error) {
	var out T
	err := c.call(ctx, http.MethodGet, path, q, nil, &out)
	return out, err
}

// Raw reads an address as it comes, such as a list with format=csv.
func (c *Client) Raw(ctx context.Context, path string, q url.Values) ([]byte, error) {
	var out []byte
	err := c.call(ctx, http.MethodGet, path, q, nil, &out)
	return out, err
}

// Post sends a body to an address that is no command, such as /api/approvals. It is sent once.
func Post[T any](ctx context.Context, c *Client, path string, body any) (T, error) {
	var out T
	data, err := json.Marshal(body)
	if err != nil {
		return out, err
	}
	_, err = c.once(ctx, http.MethodPost, path, nil, data, &out)
	return out, err
}

// Query is what is asked of a list: filters by field, q for part of a text, limit for the size of a page.
type Query map[string]string

// List reads a list to its end.
func List[T any](ctx context.Context, c *Client, name string, q Query) ([]T, error) {
	var all []T
	for after := ""; ; {
		rows, next, err := Page[T](ctx, c, name, q, after)
		if err != nil {
			return all, err
		}
		all = append(all, rows...)
		if after = next; next == "" {
			return all, nil
		}
	}
}

// Page reads one page of a list; next is what to hand in for the one behind it, empty on the last.
func Page[T any](ctx context.Context, c *Client, name string, q Query, after string) (rows []T, next string, err error) {
	values := url.Values{}
	for k, v := range q {
		values.Set(k, v)
	}
	if after != "" {
		values.Set("after", after)
	}
	var out struct {
		Rows []T    `json:"rows"`
		Next string `json:"next"`
	}
	err = c.call(ctx, http.MethodGet, "/api/"+name, values, nil, &out)
	return out.Rows, out.Next, err
}

// call sends a request until it is answered: whatever is sent here may be sent again.
func (c *Client) call(ctx context.Context, method, path string, q url.Values, body []byte, into any) error {
	wait := c.opt.Backoff
	for try := 1; ; try++ {
		after, err := c.once(ctx, method, path, q, body, into)
		var p *Problem
		again := errors.Is(err, ErrUnreachable) || errors.As(err, &p) && p.Status == http.StatusServiceUnavailable
		if !again || try >= c.opt.Tries || ctx.Err() != nil {
			return err
		}
		t := time.NewTimer(max(wait, after))
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
			return err
		}
		wait *= 2
	}
}

// bodyMax is the largest answer that is read.
const bodyMax = 64 << 20

func (c *Client) once(ctx context.Context, method, path string, q url.Values, body []byte, into any) (after time.Duration, err error) {
	u := *c.base
	u.RawQuery = q.Encode()
	target := strings.TrimSuffix(u.Path, "/") + path
	if u.Path, err = url.PathUnescape(target); err != nil {
		return 0, fmt.Errorf("%q is not an address", path)
	}
	u.RawPath = target
	r, err := http.NewRequestWithContext(ctx, method, u.String(), bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	res, err := c.opt.HTTP.Do(r)
	if err != nil {
		var at *url.Error
		if errors.As(err, &at) {
			err = at.Err // its address says nothing where a socket is used
		}
		return 0, fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(io.LimitReader(res.Body, bodyMax))
	if err != nil {
		return 0, fmt.Errorf("%w: the answer ended: %w", ErrUnreachable, err)
	}
	if res.StatusCode/100 != 2 {
		p := &Problem{Status: res.StatusCode, Title: http.StatusText(res.StatusCode)}
		if json.Unmarshal(data, p) != nil || p.Status != res.StatusCode {
			p = &Problem{Status: res.StatusCode, Title: http.StatusText(res.StatusCode), Detail: "The answer is no box's: " + res.Status}
		}
		if n, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && n > 0 {
			after = time.Duration(min(n, 30)) * time.Second
		}
		return after, p
	}
	if raw, ok := into.(*[]byte); ok {
		*raw = data
		return 0, nil
	}
	if err := json.Unmarshal(data, into); err != nil {
		return 0, fmt.Errorf("the answer of %s cannot be read: %w", path, err)
	}
	return 0, nil
}
