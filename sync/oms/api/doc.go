// Package api is the centre's REST interface and its one page for people: capture, orders, catalogue, sites,
// stock and health, described by OpenAPI 3.1 at /openapi.json. Errors are RFC 9457 problems that name the
// field.
//
// Without a token it serves loopback only, under a loopback name. It must never decide anything (that is
// package order's), never write but through the clerk, never repeat personal data in an error, and never
// show a PIN or its hash.
package api
