package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"picket/edge/floor"
)

// PaperAsk is a paper somebody asks for. What it is of is said by one of the ids, where its name needs one.
type PaperAsk struct {
	Name     string // picklist, paper-mode, countsheet, manifest, checklist, packing, customs, dispute
	Order    floor.OrderID
	Run      floor.RunID
	Count    floor.CountID
	Manifest floor.ManifestID
	Unit     floor.UnitID
	Handover int  // of the file of hand-overs: the only one to be told; 0: all
	Sheets   int  // of a customs declaration: so many of each; 0: as many as the form needs
	Letter   bool // US letter instead of A4
	By       floor.UserID
}

// ErrNoPaper says that what a paper is asked of is not here, or has nothing to be written on it.
var ErrNoPaper = errors.New("there is nothing here that such a paper could be made of")

// Papers makes a paper of the site, as PDF. ErrNoPaper when there is nothing to make it of.
type Papers func(ctx context.Context, ask PaperAsk) ([]byte, error)

// paper is a paper the site makes.
type paper struct {
	name, role, says string
	of               []string // one of these is needed
	may              []string // and these may be said
}

// papers lists the papers. Those that name customers are for leads, and who asked for one is logged.
var papers = []paper{
	{"picklist", Picker, "A pick list with room to write: of an order or of a run, in walking order.", []string{"order", "run"}, nil},
	{"paper-mode", Lead, "The sheets to go on with by paper: pickups on the shelf, runs and orders under way, numbered lines.", nil, nil},
	{"countsheet", "", "The sheet of a count; a blind one without the book.", []string{"count"}, nil},
	{"manifest", Lead, "What a carrier takes, for the driver to sign.", []string{"manifest"}, nil},
	{"checklist", "", "What is to be done before the day can be closed.", nil, nil},
	{"packing", Lead, "The packing slips of an order, a page for each parcel, or of one of its parcels; of a gift without prices.", []string{"order"}, []string{"unit"}},
	{"customs", Lead, "The customs declarations of an order's parcels, or of one of them, in as many sheets as the form needs: a CN23 goes with the parcel in four.", []string{"order"}, []string{"unit", "sheets"}},
	{"dispute", Lead, "The file of an order's hand-overs, or of one of them: what, to whom, how that was checked, and the journal's records with their hashes.", []string{"order"}, []string{"handover"}},
}

func (s *Server) paperRoutes() []route {
	var out []route
	for _, p := range papers {
		rt := route{method: http.MethodGet, pattern: "/api/papers/" + p.name + ".pdf", role: p.role, says: p.says, produces: "application/pdf", errors: []int{404, 422, 503},
			serve: func(w http.ResponseWriter, r *http.Request, who *signedIn) { s.paper(w, r, who, p) }}
		for _, name := range append(append([]string{}, p.of...), p.may...) {
			says, kind := "The id of the "+name+".", "string"
			switch name {
			case "order":
				says = "The id of the order, or its number."
			case "sheets":
				says, kind = "So many sheets of each declaration, from 1 to 8. Default 4 of a CN23, 1 of a CN22.", "integer"
			case "handover":
				says, kind = "Tells this hand-over alone, from 1: the first. Default all.", "integer"
			}
			rt.params = append(rt.params, param{in: "query", name: name, says: says, kind: kind, needed: len(p.of) == 1 && p.of[0] == name})
		}
		rt.params = append(rt.params, param{in: "query", name: "size", says: "a4 or letter. Default a4.", kind: "string"})
		out = append(out, rt)
	}
	return out
}

func (s *Server) paper(w http.ResponseWriter, r *http.Request, who *signedIn, p paper) {
	ask, wrong := askOf(p, r.URL.RawQuery)
	switch {
	case wrong != nil:
		wrong.write(w)
		return
	case s.makePaper == nil:
		missing("This box makes no papers.").write(w)
		return
	}
	select {
	case s.drawing <- struct{}{}: // one at a time, as pictures are
		defer func() { <-s.drawing }()
	case <-r.Context().Done():
		busy().write(w)
		return
	}
	if !s.namesOrder(w, r, "query.order", &ask.Order) {
		return
	}
	ask.By = who.User
	pdf, err := s.makePaper(r.Context(), ask)
	switch {
	case errors.Is(err, ErrNoPaper):
		missing("There is nothing here that this paper could be made of.").write(w)
		return
	case err != nil:
		s.fault(w, r, "paper", err)
		return
	}
	s.log.Info("a paper was made", "who", who.User, "paper", p.name, "of", string(ask.Order)+string(ask.Run)+string(ask.Count)+string(ask.Manifest))
	h := w.Header()
	h.Set("Content-Type", "application/pdf")
	h.Set("Content-Disposition", `attachment; filename="`+p.name+`.pdf"`)
	h.Set("Cache-Control", "private, no-store")
	h.Set("Content-Length", strconv.Itoa(len(pdf)))
	_, _ = w.Write(pdf) // the caller has gone; there is nobody to tell
}

// askOf reads what a paper is asked of.
func askOf(p paper, query string) (PaperAsk, *Problem) {
	ask := PaperAsk{Name: p.name}
	values, err := url.ParseQuery(query)
	if err != nil {
		return ask, bad(http.StatusBadRequest, "query", "is not a query of name=value parts", nil)
	}
	into := map[string]*string{"order": (*string)(&ask.Order), "run": (*string)(&ask.Run), "count": (*string)(&ask.Count), "manifest": (*string)(&ask.Manifest), "unit": (*string)(&ask.Unit)}
	known := append(append([]string{"size"}, p.of...), p.may...)
	said := 0
	for name, v := range values {
		if !has([]string{name}, known...) {
			return ask, bad(http.StatusUnprocessableEntity, "query."+short(name), "is not a parameter of this paper", nil)
		}
		if len(v) != 1 || v[0] == "" {
			return ask, bad(http.StatusUnprocessableEntity, "query."+name, "must be said once", nil)
		}
		if name == "size" {
			if ask.Letter = v[0] == "letter"; !ask.Letter && v[0] != "a4" {
				return ask, bad(http.StatusUnprocessableEntity, "query.size", "must be a4 or letter", short(v[0]))
			}
			continue
		}
		if name == "handover" {
			if ask.Handover, err = strconv.Atoi(v[0]); err != nil || ask.Handover < 1 || ask.Handover > 9999 {
				return ask, bad(http.StatusUnprocessableEntity, "query.handover", "must be a whole number from 1 to 9999", short(v[0]))
			}
			continue
		}
		if name == "sheets" {
			if ask.Sheets, err = strconv.Atoi(v[0]); err != nil || ask.Sheets < 1 || ask.Sheets > 8 {
				return ask, bad(http.StatusUnprocessableEntity, "query.sheets", "must be a whole number from 1 to 8", short(v[0]))
			}
			continue
		}
		*into[name] = v[0]
		if has(p.of, name) {
			said++
		}
	}
	if len(p.of) > 0 && said != 1 {
		return ask, bad(http.StatusUnprocessableEntity, "query."+p.of[0], "must be said, and nothing else it could be made of", nil)
	}
	return ask, nil
}
