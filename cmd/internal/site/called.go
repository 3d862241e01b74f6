package site

import (
	"cmp"
	"strings"

	"picket/edge/floor"
)

// callAll says of subjects, such as order/<id>, what people call them: no id of ours stands on paper.
func callAll(f *floor.State, subjects []string) []string {
	out := make([]string, len(subjects))
	for i, s := range subjects {
		out[i] = callOf(f, s)
	}
	return out
}

func callOf(f *floor.State, subject string) string {
	kind, id, _ := strings.Cut(subject, "/")
	switch kind {
	case "order":
		if o := f.Orders[floor.OrderID(id)]; o != nil {
			return "order " + o.Number
		}
	case "unit":
		return "parcel " + id
	case "run":
		if r := f.Runs.Get(floor.RunID(id)); r != nil {
			return r.Called()
		}
	case "count":
		if c := f.Counts.Get(floor.CountID(id)); c != nil {
			return c.Called()
		}
	case "manifest":
		if m := f.Manifests.Get(floor.ManifestID(id)); m != nil {
			return m.Called()
		}
	case "return":
		if r := f.Returns.Get(floor.ReturnID(id)); r != nil {
			return "return " + cmp.Or(r.Number, r.RMA)
		}
	case "job":
		if j, order, ok := f.JobOf(floor.JobID(id)); ok {
			words := strings.ReplaceAll(string(j.Doc), "_", " ")
			switch {
			case j.Unit != "":
				return words + " of parcel " + string(j.Unit)
			case order != "":
				return words + " of " + callOf(f, "order/"+string(order))
			case j.Manifest != "":
				return words + " " + callOf(f, "manifest/"+string(j.Manifest))
			}
			return words + " of " + callOf(f, "return/"+string(j.Return))
		}
	case "case":
		if c := f.Cases.Get(floor.CaseID(id)); c != nil {
			return strings.ReplaceAll(c.What, "_", " ") + " (" + callOf(f, c.Subject) + ")"
		}
	case "task":
		if t := f.Tasks.Get(floor.TaskID(id)); t != nil {
			words := strings.ReplaceAll(t.What, "_", " ")
			if t.SKU != "" {
				words += " " + string(t.SKU)
			}
			return words
		}
	case "inbound":
		if in := f.Inbounds.Get(floor.InboundID(id)); in != nil {
			return "delivery " + cmp.Or(in.Ref, in.From)
		}
	case "bin", "carrier", "site", "numbers":
		return strings.TrimSuffix(kind+" "+id, " ")
	}
	return kind
}
