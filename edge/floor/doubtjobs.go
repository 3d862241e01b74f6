package floor

import (
	"maps"
	"slices"
)

// A box that lost records does not know what its printers did since: whatever was asked for before, and is not
// known to be printed, may be on paper. A person looks (JobUnknown); nothing is printed a second time by itself.

// putBackReason is why such a job is unknown.
const putBackReason = "box-put-back"

// doubtJobs are the print jobs a box that was put back may have printed already.
func (s *State) doubtJobs() (out []Event) {
	for _, id := range slices.Sorted(maps.Keys(s.Jobs)) {
		if order, j, no := s.findJob(id); no == nil && j.waiting() {
			out = append(out, doubted(order, j))
		}
	}
	for _, j := range s.PaperJobs() {
		if j.waiting() {
			out = append(out, doubted("", j))
		}
	}
	return out
}

func doubted(order OrderID, j *Job) Event {
	return &LabelFailed{Order: order, Manifest: j.Manifest, Return: j.Return, Job: j.ID, Unit: j.Unit, Doc: j.Doc,
		State: JobUnknown, Reasons: []string{putBackReason}}
}

// doubtAsked are the jobs among events that ask for paper, or began with it: their command was given before, and may
// have led to it, and nobody prints them any more.
func (s *State) doubtAsked(events []Event) (out []Event) {
	for _, e := range events {
		switch e := e.(type) {
		case *LabelRequested:
			out = append(out, &LabelFailed{Order: e.Order, Manifest: e.Manifest, Return: e.Return, Job: e.Job, Unit: e.Unit, Doc: e.Doc,
				State: JobUnknown, Reasons: []string{putBackReason}})
		case *PrintStarted:
			if order, j, no := s.findJob(e.Job); no == nil && j.waiting() {
				out = append(out, doubted(order, j))
			}
		}
	}
	return out
}
