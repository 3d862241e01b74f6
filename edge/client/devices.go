package client

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Test is what became of a test label.
type Test struct {
	Printed bool   `json:"printed"` // it is known to be printed
	Words   string `json:"words"`
}

// TestPrint prints a test label and waits until it is known what became of it.
func (c *Client) TestPrint(ctx context.Context, printer string) (out Test, err error) {
	err = c.call(ctx, http.MethodPost, "/api/printers/"+url.PathEscape(printer)+"/test", nil, nil, &out)
	return out, err
}

// Sent is what became of the jobs that waited for a printer.
type Sent struct {
	Moved int    `json:"moved"`
	Stay  int    `json:"stay"` // they cannot come out there
	Why   string `json:"why"`
}

// SendJobs sends everything that waits for a printer to another one.
func (c *Client) SendJobs(ctx context.Context, from, to, reason string) (out Sent, err error) {
	body := map[string]string{"to": to}
	if reason != "" {
		body["reason"] = reason
	}
	return Post[Sent](ctx, c, "/api/printers/"+url.PathEscape(from)+"/send", body)
}

// Scan is a scan as one of the box's own scanners read it.
type Scan struct {
	N      uint64    `json:"n"`
	At     time.Time `json:"at"`
	Device string    `json:"device"`
	Code   string    `json:"code"`
	Bytes  string    `json:"bytes"` // in hexadecimal
	Means  string    `json:"means"`
	Taken  string    `json:"taken"`
}

// Scans lists what was scanned behind a number; it waits some seconds for it, and may find nothing.
func (c *Client) Scans(ctx context.Context, behind uint64) ([]Scan, error) {
	var out struct {
		Rows []Scan `json:"rows"`
	}
	err := c.call(ctx, http.MethodGet, "/api/scans", url.Values{"behind": {strconv.FormatUint(behind, 10)}}, nil, &out)
	return out.Rows, err
}
