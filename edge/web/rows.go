package web

import (
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
		Postcode string   `json:"postcode"`
		City     string   `json:"city"`
		Country  string   `json:"country"`
		Phone    string   `json:"phone"`
	}
	contactRow struct {
		Name  string `json:"name"`
		Phone string `json:"phone"`
	}
	noteRow struct {
		Note string `json:"note"`
	}
)

const rowTextMax = 500

// ownRows refuses an order that names another's row: the two would share the address that came last.
func ownRows(c floor.Command, at string) *Problem {
	var order floor.OrderID
	switch c := c.(type) {
	case *floor.Assign:
		order = c.Order
	case *floor.Change:
		order = c.Order
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

// sealRows seals the rows that came with a command.
func (s *Server) sealRows(c floor.Command, rows []givenRow, at string) ([]node.Row, *Problem) {
	if len(rows) == 0 {
		return nil, nil
	}
	if s.vault == nil {
		return nil, hasCentre()
	}
	named := floor.RowsOf(c)
	var out []node.Row
	for i := range rows {
		at := fmt.Sprintf("%s.rows[%d]", at, i)
		j := slices.IndexFunc(named, func(n floor.RowNamed) bool { return n.Ref == rows[i].Ref && n.What != "doc" })
		switch {
		case j < 0:
			return nil, bad(http.StatusUnprocessableEntity, at+".ref", "is named by no field of the command: ship_to, contact, gift.note and labels[].ref name rows", short(rows[i].Ref))
		case !strings.HasPrefix(rows[i].Ref, "pii/"):
			return nil, bad(http.StatusUnprocessableEntity, at+".ref", "must begin with pii/, such as pii/O-1", short(rows[i].Ref))
		case slices.ContainsFunc(rows[:i], func(r givenRow) bool { return r.Ref == rows[i].Ref }):
			return nil, bad(http.StatusUnprocessableEntity, at+".ref", "stands there twice", nil)
		}
		body, p := rowBody(rows[i].Body, at+".body", named[j].What)
		if p != nil {
			return nil, p
		}
		row, ok := s.vault.Seal(rows[i].Ref, body)
		if !ok {
			return nil, bad(http.StatusUnprocessableEntity, at+".ref", "must begin with pii/, such as pii/O-1", nil)
		}
		out = append(out, row)
	}
	return out, nil
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
	case "contact":
		var c contactRow
		if p := decode(raw, at, &c); p != nil {
			return nil, p
		}
		if strings.TrimSpace(c.Name) == "" {
			return no(".name", "is missing")
		}
		texts = append(texts, [2]string{"name", c.Name}, [2]string{"phone", c.Phone})
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
		texts = append(texts, [2]string{"name", a.Name}, [2]string{"postcode", a.Postcode}, [2]string{"city", a.City}, [2]string{"phone", a.Phone})
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
