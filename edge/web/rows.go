package web

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"picket/edge/floor"
	"picket/edge/node"
)

// givenRow is what is personal of a command: it is sealed beside the journal, under the reference the command
// names, and never stands in a record.
type givenRow struct {
	Ref  string          `json:"ref"`
	Body json.RawMessage `json:"body"`
}

// What stands in a row, by what the command calls it. They are decoded to name what is wrong, and kept as they came.
type (
	addressRow struct {
		Name     string   `json:"name"`
		Street   []string `json:"street"`
		Postcode string   `json:"postcode,omitempty"`
		City     string   `json:"city"`
		Country  string   `json:"country"` // two capital letters, ISO 3166-1
		Phone    string   `json:"phone,omitempty"`
		TaxID    string   `json:"tax_id,omitempty"`     // the importer's reference for customs
		Ordered  string   `json:"ordered_by,omitempty"` // who ordered it, where that is somebody else
	}
	contactRow struct {
		Name    string `json:"name"`
		Phone   string `json:"phone,omitempty"`
		Ordered string `json:"ordered_by,omitempty"`
	}
	proofRow struct {
		Media string `json:"media"` // image/png, image/jpeg or image/webp
		Image []byte `json:"image"` // at most 16 KiB, as base64
	}
	noteRow struct {
		Note string `json:"note"`
	}
)

const (
	rowTextMax = 500
	proofMax   = 16 << 10 // it goes to the centre beside its record, in one message
)

// ownRows refuses an order that names another's row: the two would share the address that came last.
func ownRows(c floor.Command, at string) *Problem {
	var order floor.OrderID
	switch c := c.(type) {
	case *floor.Assign:
		order = c.Order
	case *floor.Change:
		order = c.Order
	case *floor.Authorise:
		if strings.HasPrefix(c.Ref, "pii/") && !floor.IsProof(c.Order, c.Ref) {
			return bad(http.StatusUnprocessableEntity, at+".ref", "is not of this order: it must begin with pii/<order>/proof/", short(c.Ref))
		}
		return nil
	default:
		return nil
	}
	own := "pii/" + string(order)
	for _, n := range floor.RowsOf(c) {
		if n.Ref != own && !strings.HasPrefix(n.Ref, own+"/") {
			return bad(http.StatusUnprocessableEntity, at+"."+n.Field, "is not of this order: it must be pii/<order>, or begin with pii/<order>/", short(n.Ref))
		}
	}
	return nil
}

// sealRows seals the rows that came with a command, and marks which they are.
func (s *Server) sealRows(c *given, at string) *Problem {
	rows := c.Rows
	if len(rows) == 0 {
		return nil
	}
	var seals Sealer = s.vault
	if _, made := c.command.(*floor.Authorise); made { // here, and nowhere else
		seals = s.proofs
	} else if s.vault == nil {
		return hasCentre()
	}
	if seals == nil {
		return hasCentre()
	}
	named := floor.RowsOf(c.command)
	var marks []byte
	for i := range rows {
		at := fmt.Sprintf("%s.rows[%d]", at, i)
		j := slices.IndexFunc(named, func(n floor.RowNamed) bool { return n.Ref == rows[i].Ref && n.What != "doc" })
		switch {
		case j < 0:
			return bad(http.StatusUnprocessableEntity, at+".ref", "is named by no field of the command: ship_to, contact, gift.note, labels[].ref and the ref of a proof (pii/<order>/proof/…) name rows", short(rows[i].Ref))
		case !strings.HasPrefix(rows[i].Ref, "pii/"):
			return bad(http.StatusUnprocessableEntity, at+".ref", "must begin with pii/, such as pii/O-1", short(rows[i].Ref))
		case slices.ContainsFunc(rows[:i], func(r givenRow) bool { return r.Ref == rows[i].Ref }):
			return bad(http.StatusUnprocessableEntity, at+".ref", "stands there twice", nil)
		}
		body, p := rowBody(rows[i].Body, at+".body", named[j].What)
		if p != nil {
			return p
		}
		row, ok := seals.Seal(rows[i].Ref, body)
		if !ok {
			return bad(http.StatusUnprocessableEntity, at+".ref", "must begin with pii/, such as pii/O-1", nil)
		}
		c.sealed = append(c.sealed, row)
		sum := sha256.Sum256(seals.Mark(rows[i].Ref, node.AppendCanonical(nil, rows[i].Body)))
		marks = append(marks, sum[:]...)
	}
	sum := sha256.Sum256(marks)
	c.marks = hex.EncodeToString(sum[:])
	return nil
}

// rowBody checks a row and gives its bytes as they are kept. What is wrong is said without the value: it is personal.
func rowBody(raw json.RawMessage, at, what string) ([]byte, *Problem) {
	no := func(field, why string) ([]byte, *Problem) {
		return nil, bad(http.StatusUnprocessableEntity, at+field, why, nil)
	}
	if len(raw) == 0 {
		return no("", "is missing")
	}
	var texts [][2]string
	switch what {
	case "label":
		var zpl string
		if p := decode(raw, at, &zpl); p != nil {
			return nil, p
		}
		return []byte(zpl), nil
	case "note":
		var n noteRow
		if p := decode(raw, at, &n); p != nil {
			return nil, p
		}
		if err := floor.CheckWords("note", n.Note, true); err != nil || len(n.Note) > 4*rowTextMax {
			return no(".note", "is too long, or has a character nobody sees")
		}
	case "proof":
		return proofBody(raw, at)
	case "contact":
		var c contactRow
		if p := decode(raw, at, &c); p != nil {
			return nil, p
		}
		if strings.TrimSpace(c.Name) == "" {
			return no(".name", "is missing")
		}
		texts = append(texts, [2]string{"name", c.Name}, [2]string{"phone", c.Phone}, [2]string{"ordered_by", c.Ordered})
	default:
		var a addressRow
		if p := decode(raw, at, &a); p != nil {
			return nil, p
		}
		for _, f := range [][2]string{{"name", a.Name}, {"city", a.City}} {
			if strings.TrimSpace(f[1]) == "" {
				return no("."+f[0], "is missing")
			}
		}
		if n := len(a.Street); n < 1 || n > 4 {
			return no(".street", "must be 1 to 4 lines")
		}
		if len(a.Country) != 2 || strings.ToUpper(a.Country) != a.Country {
			return no(".country", "must be a country code of two capital letters, such as DE")
		}
		texts = append(texts, [2]string{"name", a.Name}, [2]string{"postcode", a.Postcode}, [2]string{"city", a.City}, [2]string{"phone", a.Phone}, [2]string{"tax_id", a.TaxID}, [2]string{"ordered_by", a.Ordered})
		for i, l := range a.Street {
			texts = append(texts, [2]string{fmt.Sprintf("street[%d]", i), l})
		}
	}
	for _, f := range texts {
		if err := floor.CheckWords(f[0], f[1], false); err != nil {
			return no("."+f[0], err.Error()[len(f[0])+2:])
		}
		if len(f[1]) > rowTextMax {
			return no("."+f[0], fmt.Sprintf("is longer than %d bytes", rowTextMax))
		}
	}
	return raw, nil
}

// proofBody checks a picture of what shows who got an order.
func proofBody(raw json.RawMessage, at string) ([]byte, *Problem) {
	var p proofRow
	if no := decode(raw, at, &p); no != nil {
		return nil, no
	}
	no := func(field, why string) ([]byte, *Problem) {
		return nil, bad(http.StatusUnprocessableEntity, at+field, why, nil)
	}
	switch {
	case p.Media != "image/png" && p.Media != "image/jpeg" && p.Media != "image/webp":
		return no(".media", "must be image/png, image/jpeg or image/webp")
	case len(p.Image) == 0 || len(p.Image) > proofMax:
		return no(".image", fmt.Sprintf("has %d bytes, from 1 to %d are allowed", len(p.Image), proofMax))
	case http.DetectContentType(p.Image) != p.Media:
		return no(".image", "is not of the media named")
	}
	return raw, nil
}
