package web

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strconv"
)

// exportMost is how many records of the journal one answer holds.
const exportMost = 10_000

// journal gives the records as they are, for audit. The chain can be checked with nothing but SHA-256: the hash
// of a line is SHA-256(hash before ‖ SHA-256(record)), over the record's bytes as they stand in the line.
func (s *Server) journal(w http.ResponseWriter, r *http.Request, who *signedIn) {
	if s.archive == nil {
		missing("This box keeps no journal that can be read.").write(w)
		return
	}
	first, last := s.archive.Span()
	from, to := first, last
	q := r.URL.Query()
	for name, v := range q {
		at := map[string]*uint64{"from": &from, "to": &to}[name]
		if at == nil || len(v) != 1 {
			bad(http.StatusUnprocessableEntity, "query."+short(name), "is not a parameter of the journal; there are: from, to", nil).write(w)
			return
		}
		n, err := strconv.ParseUint(v[0], 10, 64)
		if err != nil || n == 0 {
			bad(http.StatusUnprocessableEntity, "query."+name, "must be a seq, from 1 on", short(v[0])).write(w)
			return
		}
		*at = n
	}
	switch {
	case from < first:
		dropped(w, from, first)
		return
	case to < from || from > last:
		bad(http.StatusUnprocessableEntity, "query.to", fmt.Sprintf("leaves nothing: from %d to %d, and the last record is %d", from, to, last), to).write(w)
		return
	}
	to = min(to, last, from+exportMost-1)
	s.log.Info("the journal is exported", "who", who.User, "from", from, "to", to)
	h := w.Header()
	h.Set("Content-Type", "application/x-ndjson")
	h.Set("Cache-Control", "no-store")
	if to < last {
		h.Set("Link", fmt.Sprintf(`</api/journal?from=%d>; rel="next"`, to+1))
	}
	// The first line is written when the hash before it is known, and that is with the first record.
	lines := make([][]byte, 0, min(int(to-from)+1, exportMost))
	before, err := s.archive.Chain(r.Context(), from, int(to-from)+1, func(_ uint64, raw []byte) error {
		lines = append(lines, raw)
		return nil
	})
	if err != nil {
		h.Del("Link")
		if errors.Is(err, ErrDropped) { // while it was read
			first, _ = s.archive.Span()
			dropped(w, from, first)
			return
		}
		s.fault(w, r, "journal", err)
		return
	}
	out := bufio.NewWriter(w)
	defer out.Flush()
	fmt.Fprintf(out, `{"from":%d,"before":"%s"}`+"\n", from, hex.EncodeToString(before[:]))
	for i, raw := range lines {
		inner := sha256.Sum256(raw)
		before = sha256.Sum256(append(before[:], inner[:]...))
		fmt.Fprintf(out, `{"seq":%d,"hash":"%s","record":%s}`+"\n", from+uint64(i), hex.EncodeToString(before[:]), raw)
	}
}

// dropped says that a record was given up for room.
func dropped(w http.ResponseWriter, from, first uint64) {
	says := "is no longer kept"
	if first > from { // else it is just being dropped
		says = fmt.Sprintf("%s; the oldest record here is %d", says, first)
	}
	bad(http.StatusUnprocessableEntity, "query.from", says, from).write(w)
}
