package floor

import (
	"strconv"
	"strings"
	"time"
)

// PaperNumbers are the numbers people know runs, counts, manifests, deliveries nobody announced and papers by: a letter or word, the day and
// how many there were before it that day. Ids are the box's own and stand on no paper. A number is given once: it
// goes on from the day it knows when a clock falls back.
type PaperNumbers struct {
	Day        string `json:"day,omitempty"` // 20261121
	Manifests  int    `json:"manifests,omitempty"`
	Runs       int    `json:"runs,omitempty"`
	Counts     int    `json:"counts,omitempty"`
	Papers     int    `json:"papers,omitempty"`
	Deliveries int    `json:"deliveries,omitempty"`
}

// What the numbers begin with. A run's is what the labels of runs begin with, so that its list opens it.
const (
	manifestNumber = "M-"
	runNumber      = "RUN-"
	countNumber    = "C-"
	paperNumber    = "P-"
	deliveryNumber = "D-"
)

// of is the last number of a kind.
func (p *PaperNumbers) of(kind string) *int {
	switch kind {
	case manifestNumber:
		return &p.Manifests
	case runNumber:
		return &p.Runs
	case countNumber:
		return &p.Counts
	case deliveryNumber:
		return &p.Deliveries
	}
	return &p.Papers
}

// nextPaper is the next number of a kind, without taking it.
func (s *State) nextPaper(kind string, now time.Time) string {
	p := s.Numbered
	if day := compact(s.Calendar().Day(now)); day > p.Day {
		p = PaperNumbers{Day: day}
	}
	return kind + p.Day + "-" + strconv.Itoa(*p.of(kind)+1)
}

// tookPaper keeps a number from being given again. One of another making, or far ahead, is nobody's here: somebody
// wrote it, and it must not use up what comes before it.
func (s *State) tookPaper(kind, number string) {
	rest, ours := strings.CutPrefix(number, kind)
	day, count, ok := strings.Cut(rest, "-")
	n, err := strconv.Atoi(count)
	if !ours || !ok || err != nil {
		return
	}
	p := s.Numbered
	if day > p.Day && day == compact(s.Calendar().Day(s.now())) {
		p = PaperNumbers{Day: day}
	}
	if at := p.of(kind); day == p.Day && n > *at && n <= *at+mostAhead {
		*at = n
		s.Numbered = p
	}
}

// mostAhead is how far a number somebody wrote may be ahead of the last one.
const mostAhead = 500

// compact writes a date without dashes.
func compact(day string) string { return strings.ReplaceAll(day, "-", "") }

// Called is what people call the manifest.
func (m *Manifest) Called() string { return called(m.Number, string(m.ID)) }

// Called is what people call the run.
func (r *Run) Called() string { return called(r.Number, string(r.ID)) }

// Called is what people call the count.
func (c *Count) Called() string { return called(c.Number, string(c.ID)) }

// called falls back on the id for what began before there were numbers.
func called(number, id string) string {
	if number != "" {
		return number
	}
	return id
}
