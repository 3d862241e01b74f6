package web

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"
	"unicode/utf8"

	"picket/edge/floor"
)

// BenchScan is a scan of a scanner that stands at a bench, as the screens signed in there are told of it.
type BenchScan struct {
	Device string    `json:"device"`
	Code   string    `json:"code"` // as read, with the AIM identifier where the scanner sends one
	At     time.Time `json:"at"`
}

// BenchWeight is what the bench's scale says.
type BenchWeight struct {
	Device  string    `json:"device"`
	Grams   int       `json:"grams"`
	Settled bool      `json:"settled"`       // only then it is a weight
	Bad     string    `json:"bad,omitempty"` // why there is none
	At      time.Time `json:"at"`
}

// bench is a message to the screens of one bench.
type bench struct {
	Scan   *BenchScan   `json:"scan,omitempty"`
	Weight *BenchWeight `json:"weight,omitempty"`
}

// CodeText is a scan's bytes as text: a code that is no UTF-8 is Latin-1, byte by byte, so that nothing is lost.
func CodeText(raw []byte) string {
	if utf8.Valid(raw) {
		return string(raw)
	}
	out := make([]rune, len(raw))
	for i, b := range raw {
		out[i] = rune(b)
	}
	return string(out)
}

// Scanned gives a scan to the screen at a bench, and says how many took it: one or none. Where several are signed in there
// it is the one that was used last, because a scan counted by two screens would be two.
func (s *Server) Scanned(at floor.StationID, scan BenchScan) int {
	return s.toBench(at, bench{Scan: &scan}, true)
}

// Weighed tells the screens signed in at a bench what its scale says, and says how many were told.
func (s *Server) Weighed(at floor.StationID, w BenchWeight) int {
	return s.toBench(at, bench{Weight: &w}, false)
}

// usedAt notes with which device somebody last did something at a bench.
func (s *Server) usedAt(at floor.StationID, install floor.DeviceID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.atBench[at] = install
}

// toBench never waits. A screen that does not keep up misses a weight, which comes again; it is cut rather than that
// it missed a scan.
func (s *Server) toBench(at floor.StationID, m bench, one bool) (told int) {
	if at == "" {
		return 0
	}
	b, err := json.Marshal(m)
	if err != nil {
		s.log.Error("a bench's message cannot be encoded", "error", err)
		return 0
	}
	s.mu.Lock()
	var there []*screen
	last := s.atBench[at]
	for c := range s.connected {
		if c.station == at && c.greeted.Load() && !c.closing.Load() {
			there = append(there, c)
		}
	}
	s.mu.Unlock()
	slices.SortFunc(there, func(a, b *screen) int {
		if x, y := a.install == last, b.install == last; x != y {
			return map[bool]int{true: -1, false: 1}[x]
		}
		return cmp.Compare(b.came, a.came)
	})
	for _, c := range there {
		if one && told > 0 {
			break
		}
		if !c.check() {
			continue // signed out: the screen learns so by itself
		}
		select {
		case c.out <- b:
			told++
		default:
			if one {
				c.close(1008, "too slow")
			}
		}
	}
	return told
}
