// Package web is where people meet the site: it serves the app, takes commands by hand (POST /api/ops and
// the same body over the websocket, one handler for both), tells screens what changed since the seq they
// know, and knows who is signed in.
//
// Everything that changes anything goes through the node's door as a command; everything that is told comes
// from the fold of the journal (package view), never from memory nobody saved.
//
// It must NEVER answer before the journal has it, wait for a slow screen, tell a person a fault's text, trust
// a request by its Host or Origin unless the operator named it, or keep a token: a session's id is the
// token's digest, so whoever reads the journal cannot sign in with it.
package web
