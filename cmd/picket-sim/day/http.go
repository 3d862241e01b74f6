package day

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// street is the site as everybody outside sees it: an address that speaks HTTP.
type street struct {
	base   string
	client *http.Client
	signed map[string]string // cookies of people who signed in with badge and PIN
}

// Roles of the people and machines of a day, by what their names begin with.
func rolesOf(name string) []string {
	switch name[:2] {
	case "ce":
		return []string{"centre", "integration"}
	case "pr":
		return []string{"print", "integration"}
	case "ti":
		return []string{"till"}
	case "le":
		return []string{"lead"}
	case "ma":
		return []string{"manager"}
	case "pa":
		return []string{"packer"}
	case "as":
		return []string{"associate", "picker", "packer"}
	}
	return []string{"picker"}
}

func tokenOf(name string) string { return "day-token-0123456789-" + name }

// ask sends a request in somebody's name.
func (s *street) ask(ctx context.Context, who, method, path string, body any) (*http.Response, error) {
	var r io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		r = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(ctx, method, s.base+path, r)
	if err != nil {
		return nil, err
	}
	if cookie := s.signed[who]; cookie != "" {
		req.Header.Set("Cookie", cookie)
	} else {
		req.Header.Set("Authorization", "Bearer "+tokenOf(who))
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return s.client.Do(req)
}

func (s *street) call(ctx context.Context, who, method, path string, body any, out any) (int, error) {
	res, err := s.ask(ctx, who, method, path, body)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	switch {
	case err != nil:
		return res.StatusCode, err
	case res.StatusCode == http.StatusNotFound && method == http.MethodGet:
		return res.StatusCode, nil
	case res.StatusCode != http.StatusOK:
		return res.StatusCode, fmt.Errorf("%s %s: %d %s", method, path, res.StatusCode, raw)
	}
	if err := json.Unmarshal(raw, out); err != nil {
		return res.StatusCode, fmt.Errorf("%s %s: %w", method, path, err)
	}
	return res.StatusCode, nil
}

// Do gives commands.
func (s *street) Do(ctx context.Context, who string, list []Command) ([]Answer, error) {
	var out struct {
		Answers []Answer `json:"answers"`
	}
	_, err := s.call(ctx, who, http.MethodPost, "/api/commands", map[string]any{"commands": list}, &out)
	for i := range out.Answers {
		if p := out.Answers[i].Problem; err == nil && p != nil {
			err = fmt.Errorf("command %s: %s", out.Answers[i].ID, p)
		}
	}
	return out.Answers, err
}

// Ops gives one command as a device. A number that was left out is an error.
func (s *street) Ops(ctx context.Context, who, install string, n uint64, c Command) (Answer, error) {
	var out struct {
		Answers []Answer `json:"answers"`
		Expect  uint64   `json:"expect"`
	}
	op := map[string]any{"n": n, "type": c.Type, "data": c.Data}
	if c.At != nil {
		op["at"] = c.At
	}
	_, err := s.call(ctx, who, http.MethodPost, "/api/ops", map[string]any{"install": install, "ops": []any{op}}, &out)
	switch {
	case err != nil:
		return Answer{}, err
	case len(out.Answers) != 1 || out.Expect != 0:
		return Answer{}, fmt.Errorf("device %s, number %d: %d answers, number %d is expected", install, n, len(out.Answers), out.Expect)
	}
	return out.Answers[0], nil
}

// List reads all pages of a list; with a limit only the first.
func (s *street) List(ctx context.Context, who, name string, where url.Values) ([]json.RawMessage, error) {
	only := where.Get("limit") != ""
	if !only {
		where.Set("limit", "1000")
	}
	var out []json.RawMessage
	for {
		var page struct {
			Rows []json.RawMessage `json:"rows"`
			Next string            `json:"next"`
		}
		code, err := s.call(ctx, who, http.MethodGet, "/api/"+name+"?"+where.Encode(), nil, &page)
		if err != nil || code == http.StatusNotFound {
			return nil, errors.Join(err, missing(code, name))
		}
		out = append(out, page.Rows...)
		if page.Next == "" || only {
			return out, nil
		}
		where.Set("after", page.Next)
	}
}

func missing(code int, name string) error {
	if code == http.StatusNotFound {
		return fmt.Errorf("the site has no list %s", name)
	}
	return nil
}

// One reads what stands at an address; nil when nothing does.
func (s *street) One(ctx context.Context, who, path string) (json.RawMessage, error) {
	var out json.RawMessage
	code, err := s.call(ctx, who, http.MethodGet, "/api/"+path, nil, &out)
	if code == http.StatusNotFound {
		return nil, nil
	}
	return out, err
}

// Journal copies the site's own records to out, as it gives them for audit: the truth of what was accepted.
func (s *street) Journal(ctx context.Context, who, where string, out io.Writer) error {
	for at := "/api/journal?" + where; at != ""; {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.base+at, nil)
		if err != nil {
			return err
		}
		req.Header.Set("Authorization", "Bearer "+tokenOf(who))
		res, err := s.client.Do(req)
		if err != nil {
			return err
		}
		_, err = io.Copy(out, res.Body)
		if err = errors.Join(err, res.Body.Close()); err != nil {
			return err
		}
		if res.StatusCode != http.StatusOK {
			return fmt.Errorf("%s: %d", at, res.StatusCode)
		}
		at, _, _ = strings.Cut(strings.TrimPrefix(res.Header.Get("Link"), "<"), ">")
	}
	return nil
}
