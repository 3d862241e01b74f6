package web

import (
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"picket/edge/floor"
	"picket/edge/node"
)

// approvalFor is how long an approval is good: long enough to give the command, too short to be kept.
const approvalFor = 5 * time.Minute

// approvalBody is somebody's word at another person's screen.
type approvalBody struct {
	Badge   string `json:"badge"`
	PIN     string `json:"pin"`
	Kind    string `json:"kind"`    // the command it is for
	Subject string `json:"subject"` // what it is about, such as order/O-1
}

// approvalReply is what the command then names.
type approvalReply struct {
	ID      floor.ApprovalID `json:"id"`
	By      floor.UserID     `json:"by"`
	Name    string           `json:"name"`
	Expires time.Time        `json:"expires"`
}

// approve checks a second person's badge and PIN, and writes down that they approve.
func (s *Server) approve(w http.ResponseWriter, r *http.Request, who *signedIn) {
	body, p := readBody(w, r, signInMax)
	if p != nil {
		p.write(w)
		return
	}
	var ask approvalBody
	if p := decode(body, "body", &ask); p != nil {
		p.write(w)
		return
	}
	for _, f := range [][2]string{{"badge", ask.Badge}, {"kind", ask.Kind}, {"subject", ask.Subject}} {
		if err := floor.CheckID(f[0], f[1]); err != nil {
			bad(http.StatusUnprocessableEntity, "body."+f[0], err.Error()[len(f[0])+2:], nil).write(w)
			return
		}
	}
	if _, known := floor.EntryOf(ask.Kind); !known {
		bad(http.StatusUnprocessableEntity, "body.kind", "is not a command; GET /api/commands lists them", short(ask.Kind)).write(w)
		return
	}
	if ask.PIN == "" || len(ask.PIN) > pinMax {
		bad(http.StatusUnprocessableEntity, "body.pin", "is missing, or longer than any PIN", nil).write(w)
		return
	}
	from := "device/" + string(who.Device)
	if who.Device == "" {
		from = "user/" + string(who.User)
	}
	person, p := s.checkPIN(r, ask.Badge, ask.PIN, from)
	if p != nil {
		p.write(w)
		return
	}
	var random [16]byte
	if _, err := io.ReadFull(s.random, random[:]); err != nil {
		s.fault(w, r, "approval", err)
		return
	}
	out := approvalReply{ID: floor.ApprovalID("approval." + base64.RawURLEncoding.EncodeToString(random[:])), By: person.User, Name: person.Name,
		Expires: s.clock().Add(approvalFor).UTC().Truncate(time.Second)}
	meta := floor.Meta{ID: floor.CommandID(out.ID), Actor: who.User, Station: who.Station}
	err := s.give(r.Context(), node.Submission{Meta: meta, Command: &floor.GiveApproval{
		ID: out.ID, By: person.User, Roles: person.Roles, Subject: ask.Subject, What: ask.Kind, Expires: out.Expires}})
	var no *floor.Refusal
	switch {
	case errors.As(err, &no):
		bad(http.StatusUnprocessableEntity, "body."+no.Args["field"], no.Words(), nil).write(w)
	case err != nil:
		s.fault(w, r, "approval", err)
	default:
		reply(w, out)
	}
}

func itoa(n int) string { return strconv.Itoa(n) }
