package pki

import (
	"encoding/json"
	"encoding/pem"
	"errors"
	"log/slog"
	"net/http"
)

// Where the centre answers boxes. Both are open to anybody: the proofs inside are what counts.
const (
	EnrolPath = "/line/enrol"
	RenewPath = "/line/renew"
)

const maxBody = 16 << 10

// Handler answers boxes.
func (a *Authority) Handler(log *slog.Logger) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+EnrolPath, func(w http.ResponseWriter, r *http.Request) {
		answer(w, r, log, a.Enrol, func(q EnrolRequest) string { return q.Site })
	})
	mux.HandleFunc("POST "+RenewPath, func(w http.ResponseWriter, r *http.Request) {
		answer(w, r, log, a.Renew, func(RenewRequest) string { return "" })
	})
	return mux
}

func answer[Q any](w http.ResponseWriter, r *http.Request, log *slog.Logger, do func(Q) (Grant, error), site func(Q) string) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	var q Q
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	d.DisallowUnknownFields()
	if err := d.Decode(&q); err != nil {
		http.Error(w, "the body is no such request", http.StatusBadRequest)
		return
	}
	g, err := do(q)
	var no *Refused
	switch {
	case errors.As(err, &no):
		log.Warn("no certificate for a box", "site", site(q), "why", no.Words)
		http.Error(w, no.Words, http.StatusForbidden)
		return
	case err != nil:
		log.Error("the authority is ill", "err", err)
		http.Error(w, "the centre could not do this; ask again", http.StatusInternalServerError)
		return
	}
	if c, err := decodeCert(g.Certificate); err == nil {
		log.Info("certificate for a box", "site", c.Subject.CommonName, "until", c.NotAfter)
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(g)
}

func encodeRequest(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der})
}
