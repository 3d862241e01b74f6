package client

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
)

// User is a person who may sign in at a site without a centre.
type User struct {
	User     string   `json:"user"`
	Name     string   `json:"name"`
	Badge    string   `json:"badge,omitempty"`
	Roles    []string `json:"roles"`
	PIN      string   `json:"pin,omitempty"` // goes to the box in clear, once, and never comes back
	Disabled bool     `json:"disabled,omitempty"`
}

// Known lists who may sign in.
func Known(ctx context.Context, c *Client) ([]User, error) {
	out, err := Get[struct {
		Rows []User `json:"rows"`
	}](ctx, c, "/api/users", nil)
	return out.Rows, err
}

// SetUsers adds people or changes them, each whole, and says how many changed. The same again changes nothing.
func SetUsers(ctx context.Context, c *Client, users ...User) (int, error) {
	for i := range users {
		if users[i].Roles == nil {
			users[i].Roles = []string{}
		}
	}
	body, err := json.Marshal(map[string]any{"users": users})
	if err != nil {
		return 0, fmt.Errorf("users: %w", err)
	}
	var out struct {
		Changed int `json:"changed"`
	}
	err = c.call(ctx, http.MethodPut, "/api/users", nil, body, &out)
	return out.Changed, err
}

// Delete deletes what is at an address.
func (c *Client) Delete(ctx context.Context, path string) error {
	var out json.RawMessage
	return c.call(ctx, http.MethodDelete, path, nil, nil, &out)
}
