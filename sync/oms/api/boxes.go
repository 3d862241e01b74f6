package api

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"picket/edge/floor"
	"picket/sync/oms/clerk"
	"picket/sync/oms/hub"
	"picket/sync/reconcile"
	"picket/sync/wire"
)

// boxPaths are called by boxes, which show a code or a secret of their own instead of the centre's token.
const boxPaths = "/api/box/"

type codeOut struct{ Body clerk.Code }

type redeemIn struct {
	Body struct {
		Site string `json:"site" maxLength:"32"`
		Code string `json:"code" maxLength:"40"`
		Node string `json:"node" maxLength:"32" doc:"The box's own id, as it says it in the handshake."`
		Key  []byte `json:"key,omitempty" maxLength:"44" doc:"The box's Ed25519 key, 32 bytes: all it says on the line is signed by it. Left out: it signs nothing."`
		// Proof binds the key to the code.
		Proof []byte `json:"proof,omitempty" maxLength:"88" doc:"By that key, over 'picket box key', the site, the node, each with a line feed behind it, and the SHA-256 of code."`
	}
}

type enrolIn struct {
	ID     string `path:"id"`
	Stolen bool   `query:"stolen" doc:"The box before is in other hands: its certificates are taken back when the code is used, and it hands nothing over."`
}

type handedRecord struct {
	Raw  []byte      `json:"raw" doc:"The record in its exact bytes, base64."`
	Rows []handedRow `json:"rows,omitempty" doc:"What is personal beside it."`
}

type handedRow struct {
	Ref  string `json:"ref" maxLength:"200"`
	Body []byte `json:"body"`
}

type handInIn struct {
	ID   string `path:"id"`
	Node string `path:"node" maxLength:"32"`
	Body struct {
		Log     string         `json:"log" minLength:"1" maxLength:"64" doc:"The log the records are of."`
		From    uint64         `json:"from" minimum:"1" doc:"Place of the first record in it."`
		Prev    string         `json:"prev" minLength:"64" maxLength:"64" pattern:"^[0-9a-f]*$" doc:"The chain's hash before the first record, hex."`
		Records []handedRecord `json:"records" minItems:"1" maxItems:"256"`

		Sig      []byte `json:"sig,omitempty" maxLength:"88" doc:"By the box's key, 64 bytes, over these lines: 'picket box records', site, node, log, from, how many records, prev and the chain's hash behind the last record in hex, and the SHA-256 of the rows."`
		Unsigned bool   `json:"unsigned,omitempty" doc:"A person answers for records that nobody can check: the file has no signature, or the centre no key of that box."`
	}
}

type heldIn struct {
	ID   string `path:"id" maxLength:"32"`
	Node string `path:"node" maxLength:"32"`
	Body struct {
		By     string `json:"by" maxLength:"200" doc:"Who says so." example:"Olga Meier"`
		Reason string `json:"reason" maxLength:"200" doc:"How they know." example:"It stood in the shop until Tuesday."`
	}
}

type handInOut struct {
	Body struct {
		Added   int    `json:"added" doc:"Records nobody else had."`
		Blocked string `json:"blocked,omitempty" doc:"What stopped it: a record this centre does not know. What stands before it was taken."`
		At      uint64 `json:"at,omitempty" doc:"The place of that record."`
	}
}

// HandIns takes what a person read from a replaced box; the hub does.
type HandIns interface {
	HandIn(ctx context.Context, site floor.SiteID, in reconcile.HandIn) (added int, blocked *wire.Blocked, err error)
}

type redeemOut struct{ Body clerk.Granted }

// boxes give a site to another box.
func (s *server) boxes(a huma.API) {
	huma.Register(a, huma.Operation{
		OperationID: "enrol-box", Method: http.MethodPost, Path: "/api/sites/{id}/enrol", Summary: "Make a code by which a new box takes a site", Errors: []int{401, 404, 500},
		DefaultStatus: http.StatusCreated,
		Description:   "Good once, for a day. When a box uses it, the box before is fenced: it takes no more commands, and hands over what it still holds.",
	}, func(ctx context.Context, in *enrolIn) (*codeOut, error) {
		c, err := s.clerk.Enrol(ctx, floor.SiteID(in.ID), in.Stolen)
		if err != nil {
			return nil, s.fail(err, "The code")
		}
		return &codeOut{Body: c}, nil
	})
	huma.Register(a, huma.Operation{
		OperationID: "redeem-code", Method: http.MethodPost, Path: boxPaths + "enrol", Summary: "Take a site with a code (the new box)", Errors: []int{400, 403, 413, 422, 500},
		Description: "The same box may ask again with the same code, when it did not hear the answer.", Security: []map[string][]string{},
	}, func(ctx context.Context, in *redeemIn) (*redeemOut, error) {
		q := &in.Body
		if len(q.Key) > 0 && !wire.KeyProven(q.Key, wire.SiteID(q.Site), wire.NodeID(q.Node), []byte(q.Code), q.Proof) {
			return nil, huma.Error422UnprocessableEntity("proof: is not by the key")
		}
		g, err := s.clerk.Redeem(ctx, floor.SiteID(q.Site), q.Code, wire.NodeID(q.Node), q.Key)
		if errors.Is(err, clerk.ErrCode) {
			return nil, huma.Error403Forbidden("The code is not good: it is wrong, older than a day, or another box used it. Ask for a new one.")
		}
		if err != nil {
			return nil, s.fail(err, "The request")
		}
		if s.cfg.Replaced != nil {
			// Before the box hears of it: one that hears nothing asks again with the same code, and this is done again.
			if err := s.cfg.Replaced(floor.SiteID(in.Body.Site), wire.NodeID(in.Body.Node), g.Stolen); err != nil {
				return nil, s.fail(err, "The request")
			}
		}
		g.Centre = s.cfg.Key
		return &redeemOut{Body: g}, nil
	})
	huma.Register(a, huma.Operation{
		OperationID: "hand-in", Method: http.MethodPost, Path: "/api/sites/{id}/boxes/{node}/records", Summary: "Add records read from the disk of a replaced box", Errors: []int{400, 401, 404, 409, 413, 422, 500},
		MaxBodyBytes: 4 << 20,
		Description:  "As if the box had handed them over itself: each record counts once, whoever tells it and however often. `picketd hand-out` and `picket-oms import-box` do it.",
	}, s.handIn)
	huma.Register(a, huma.Operation{
		OperationID: "name-box", Method: http.MethodPost, Path: "/api/sites/{id}/boxes/{node}/held", Summary: "Say that a box held a site before the centre was put back", Errors: []int{400, 401, 404, 409, 413, 422, 500},
		DefaultStatus: http.StatusNoContent,
		Description:   "A centre that was put back to before a box was given a site and replaced does not know of it, and takes nothing of it. Behind this it does, by the line or by hand. Name and reason are kept.",
	}, func(ctx context.Context, in *heldIn) (*struct{}, error) {
		if err := s.clerk.Held(ctx, floor.SiteID(in.ID), wire.NodeID(in.Node), in.Body.By, in.Body.Reason); err != nil {
			return nil, s.fail(err, "The word")
		}
		s.cfg.Log.Warn("a box was named that held a site before the restore", "site", in.ID, "box", in.Node, "by", in.Body.By, "reason", in.Body.Reason)
		return nil, nil
	})
}

func (s *server) handIn(ctx context.Context, in *handInIn) (*handInOut, error) {
	to, ok := s.line.(HandIns)
	if !ok {
		return nil, huma.Error500InternalServerError("This centre has no line.")
	}
	var prev wire.Hash
	if err := prev.UnmarshalText([]byte(in.Body.Prev)); err != nil {
		return nil, huma.Error422UnprocessableEntity("prev: " + err.Error())
	}
	piece := wire.Carried{Site: wire.SiteID(in.ID), Node: wire.NodeID(in.Node), Log: wire.LogID(in.Body.Log), From: wire.Seq(in.Body.From), Prev: prev}
	for _, r := range in.Body.Records {
		piece.Add(r.Raw)
		for _, row := range r.Rows {
			piece.Row(row.Ref, row.Body)
		}
	}
	if err := s.vouched(ctx, in, &piece); err != nil {
		return nil, err
	}
	h := reconcile.HandIn{Node: wire.NodeID(in.Node), Log: wire.LogID(in.Body.Log)}
	for i, r := range in.Body.Records {
		prev = wire.Chain(prev, r.Raw)
		h.Records = append(h.Records, reconcile.Record{Seq: wire.Seq(in.Body.From) + wire.Seq(i), Hash: prev, Raw: r.Raw})
		for _, row := range r.Rows {
			h.PII = append(h.PII, wire.Sealed{Ref: row.Ref, Sealed: row.Body})
		}
	}
	added, blocked, err := to.HandIn(ctx, floor.SiteID(in.ID), h)
	if errors.Is(err, hub.ErrNotFormer) {
		return nil, huma.Error409Conflict("Box " + in.Node + " was not replaced at this site, so it hands over its records itself. Replace it first: picket-oms replace " + in.ID + ". If it was replaced before this centre was put back: picket-oms held " + in.ID + " " + in.Node + ".")
	}
	if err != nil {
		return nil, s.fail(err, "The records")
	}
	out := &handInOut{}
	out.Body.Added = added
	if blocked != nil {
		out.Body.Blocked, out.Body.At = blocked.Type, uint64(blocked.Seq)
	}
	return out, nil
}

// vouched refuses records that are not by the key the centre has of their box. Where nobody can check that, a person has to say that they know
// where the file comes from.
func (s *server) vouched(ctx context.Context, in *handInIn, piece *wire.Carried) error {
	key, err := s.clerk.KeyOf(ctx, floor.SiteID(in.ID), wire.NodeID(in.Node))
	if err != nil {
		return s.fail(err, "The key")
	}
	why := ""
	switch {
	case key != nil && len(in.Body.Sig) > 0:
		if !piece.Proven(key, in.Body.Sig) {
			return huma.Error409Conflict("The records are not signed by the key this centre has of box " + in.Node + ": the file was changed, or is another box's. Read the disk again (picketd hand-out); nothing of it was taken.")
		}
		return nil
	case key != nil:
		why = "The file is not signed, though box " + in.Node + " signs what it says: an earlier version wrote it, or somebody took the signature away. Read the disk again with this version (picketd hand-out)."
	case len(in.Body.Sig) > 0:
		why = "This centre has no key of box " + in.Node + ": it never signed what it said here, or the centre was put back since. Nobody can check by what the file is signed."
	default:
		why = "This centre has no key of box " + in.Node + ", which never signed what it said, and the file is not signed."
	}
	if !in.Body.Unsigned {
		return huma.Error409Conflict(why + " If that cannot be, and you know who read the disk and who had the file since: picket-oms import-box --unsigned. Nothing of it was taken.")
	}
	s.cfg.Log.Warn("records of a replaced box are taken by a person's word", "site", in.ID, "box", in.Node, "from", in.Body.From, "records", len(in.Body.Records), "why", why)
	return nil
}
