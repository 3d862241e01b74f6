package web

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"time"

	"picket/edge/floor"
	"picket/edge/report"
	"picket/edge/view"
)

// reportRoutes are the reports: which there are, and each as a table.
func (s *Server) reportRoutes() []route {
	return []route{
		{method: http.MethodGet, pattern: "/api/reports", role: Lead, says: "Lists the reports a site makes.",
			answer: &reportsReply{}, serve: s.reports},
		{method: http.MethodGet, pattern: "/api/reports/{name}", role: Lead, says: "One report as a table, from the totals of the site's business days, as JSON or CSV.",
			params: []param{{in: "path", name: "name", says: "The report's name; with .csv behind it, as CSV.", kind: "string", needed: true},
				{in: "query", name: "from", says: "First business day, 2006-01-02. Default: the oldest kept, 400 days back.", kind: "string"},
				{in: "query", name: "to", says: "Last business day. Default: today.", kind: "string"},
				{in: "query", name: "format", says: "json or csv; or ask by Accept: text/csv.", kind: "string"}},
			answer: &report.Table{}, errors: []int{400, 404, 422}, serve: s.report},
	}
}

type reportsReply struct {
	Rows []report.Report `json:"rows"`
}

func (s *Server) reports(w http.ResponseWriter, _ *http.Request, _ *signedIn) {
	reply(w, reportsReply{Rows: report.All()})
}

// isDay says whether a text is a day of the calendar.
func isDay(text string) bool {
	_, err := time.Parse(time.DateOnly, text)
	return err == nil
}

func (s *Server) report(w http.ResponseWriter, r *http.Request, _ *signedIn) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		bad(http.StatusBadRequest, "query", "is not a query of name=value parts", nil).write(w)
		return
	}
	asCSV := strings.HasPrefix(r.Header.Get("Accept"), "text/csv")
	for name, v := range values {
		ok := len(v) == 1
		switch name {
		case "from", "to":
			ok = ok && isDay(v[0])
		case "format":
			ok = ok && (v[0] == "csv" || v[0] == "json")
			asCSV = v[0] == "csv"
		default:
			bad(http.StatusUnprocessableEntity, "query."+short(name), "is not known here; from, to and format are", nil).write(w)
			return
		}
		if !ok {
			bad(http.StatusUnprocessableEntity, "query."+name, "must be one day such as 2026-11-22, or for format json or csv", short(v[0])).write(w)
			return
		}
	}
	from, to := values.Get("from"), values.Get("to")
	if from != "" && to != "" && from > to {
		problem(http.StatusBadRequest, invalidBody, "The request cannot be taken", "query.from is "+from+", which is after query.to, "+to+": the first day comes first",
			FieldError{Location: "query.from", Message: "is after query.to", Value: from}, FieldError{Location: "query.to", Message: "is before query.from", Value: to}).write(w)
		return
	}
	name, isCSV := strings.CutSuffix(r.PathValue("name"), ".csv")
	asCSV = asCSV || isCSV
	var table report.Table
	var known bool
	s.feed.look(func(b *view.Board) {
		b.Days(func(days []*floor.Day) {
			b.Drawers(func(drawers []*floor.Drawer) {
				table, known = report.Make(name, report.Source{Days: days, Drawers: drawers}, from, to)
			})
		})
	})
	if !known {
		missing("There is no report called " + short(name) + "; GET /api/reports lists them.").write(w)
		return
	}
	if !asCSV {
		reply(w, table)
		return
	}
	var out bytes.Buffer
	if err := table.CSV(&out); err != nil {
		s.fault(w, r, "report", err)
		return
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8; header=present")
	w.Header().Set("Content-Disposition", `attachment; filename="`+table.Name+`.csv"`)
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(out.Bytes()) // the caller has gone; there is nobody to tell
}
