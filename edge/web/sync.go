package web

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"picket/edge/view"
)

// sortMost is how many of the records that wait are looked at: enough for a day without a line at a store, and
// little to read.
const sortMost = 10_000

// sync says how the line does. What waits is sorted by what it is about, read from the journal when somebody asks.
func (s *Server) sync(w http.ResponseWriter, r *http.Request, _ *signedIn) {
	var out view.Sync
	s.feed.look(func(b *view.Board) { out = b.Sync(s.clock()) })
	if out.Unsent > 0 && s.archive != nil {
		first, _ := s.archive.Span()
		_, err := s.archive.Chain(r.Context(), max(first, uint64(out.Acked)+1), int(min(out.Unsent, sortMost)), func(_ uint64, raw []byte) error {
			var e struct {
				Type string
				Time time.Time
			}
			if json.Unmarshal(raw, &e) != nil {
				e.Type = "picket.unreadable."
			}
			name := view.WaitingName(e.Type)
			i := slices.IndexFunc(out.What, func(x view.Waiting) bool { return x.What == name })
			if i < 0 {
				i = len(out.What)
				out.What = append(out.What, view.Waiting{What: name, Oldest: e.Time.UTC()})
			}
			out.What[i].Count++
			return nil
		})
		if err != nil {
			s.fault(w, r, "sync", err)
			return
		}
		if out.Unsent > sortMost {
			out.Sorted = sortMost
		}
		slices.SortStableFunc(out.What, func(a, b view.Waiting) int { return b.Count - a.Count })
	}
	if long, grace := s.unheard(), s.opt.OfflineGrace; grace > 0 && long > grace {
		out.Say(lasting("unheard", long))
	} else if grace > 0 && long > grace/3 {
		out.Say(lasting("vouch", max(grace-long, time.Hour))) // none is no time to speak of
	}
	reply(w, out)
}

// lasting is a note that speaks of a time, roughly.
func lasting(code string, d time.Duration) view.Note {
	if d < 48*time.Hour {
		return view.Note{Code: code + "_hours", N: uint64(d / time.Hour)}
	}
	return view.Note{Code: code + "_days", N: uint64(d / (24 * time.Hour))}
}
