package api

import (
	"bytes"
	"errors"
	"net/http"
	"strings"
	"time"

	"picket/edge/floor"
	"picket/sync/oms/clerk"
	"picket/sync/wire"
)

// Portraits gives the snapshots that are offered to sites; the hub does.
type Portraits interface {
	// Snapshot is the bytes of one, false when it is there no more.
	Snapshot(site floor.SiteID, id wire.SnapshotID) ([]byte, bool)
}

// snapshot hands a site's box what the line offered it, whole or by ranges.
func (s *server) snapshot(w http.ResponseWriter, r *http.Request) {
	site, id := floor.SiteID(r.PathValue("site")), wire.SnapshotID(r.PathValue("id"))
	scheme, secret, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "bearer") {
		secret = ""
	}
	switch err := s.clerk.CheckBox(r.Context(), site, secret); {
	case errors.Is(err, clerk.ErrBox):
		problem(w, http.StatusForbidden, "This is not the site's box: it shows the secret that came with its epoch.")
		return
	case err != nil:
		s.cfg.Log.Error("a box was not checked", "err", err)
		problem(w, http.StatusInternalServerError, "The store cannot be read. Ask again.")
		return
	}
	all, ok := s.line.(Portraits)
	var data []byte
	if ok {
		data, ok = all.Snapshot(site, id)
	}
	if !ok {
		problem(w, http.StatusNotFound, "There is no such snapshot any more. The line offers the newest.")
		return
	}
	w.Header().Set("Content-Type", "application/gzip")
	w.Header().Set("ETag", `"`+string(id)+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
}
