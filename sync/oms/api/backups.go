package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"picket/edge/floor"
	"picket/sync/wire"
)

// Backups are the copies of the centre's database that may be put back.
type Backups interface {
	Backups() BackupList
	// BackUp asks for one at once and does not wait for it.
	BackUp() BackupList
}

// BackupList is how the backups stand.
type BackupList struct {
	Dir    string     `json:"dir" doc:"Where they lie; empty: none are made, and what the centre has it calls stable."`
	Every  string     `json:"every" doc:"How often one is made."`
	Asked  int        `json:"asked" doc:"How many were asked for by people since the start."`
	Done   int        `json:"done" doc:"How many of those are made, or failed."`
	Failed string     `json:"failed,omitempty" doc:"Why the newest could not be made; absent when it was."`
	Copies []Backup   `json:"copies" doc:"Those that were verified, the oldest first. What all of them hold is stable."`
	Bad    []BadCopy  `json:"bad" doc:"Those that cannot be put back."`
	Next   *time.Time `json:"next,omitempty" doc:"When the next is made."`
}

// Backup is one copy.
type Backup struct {
	Name     string                    `json:"name"`
	At       time.Time                 `json:"at" doc:"When it was made."`
	Verified time.Time                 `json:"verified" doc:"When it was last read from end to end."`
	Bytes    int64                     `json:"bytes"`
	Schema   string                    `json:"schema"`
	Sites    map[floor.SiteID]wire.Seq `json:"sites" doc:"Up to where it holds each site's log."`
}

// BadCopy is one that does not count.
type BadCopy struct {
	Name string `json:"name"`
	Why  string `json:"why"`
}

type backupsOut struct{ Body BackupList }

func (s *server) backups(a huma.API) {
	for _, o := range []struct {
		id, method, summary, words string
		do                         func() BackupList
	}{
		{"get-backups", http.MethodGet, "The backups of the centre's database", "What may be put back, and up to where each copy holds each site's log.",
			func() BackupList { return s.cfg.Backups.Backups() }},
		{"back-up", http.MethodPost, "Make a backup at once", "It is made in the background; get-backups says when asked is done.", func() BackupList { return s.cfg.Backups.BackUp() }},
	} {
		huma.Register(a, huma.Operation{OperationID: o.id, Method: o.method, Path: "/api/backups", Summary: o.summary, Description: o.words, Errors: []int{401, 500}},
			func(context.Context, *struct{}) (*backupsOut, error) {
				if s.cfg.Backups == nil {
					return &backupsOut{Body: BackupList{Copies: []Backup{}, Bad: []BadCopy{}}}, nil
				}
				return &backupsOut{Body: o.do()}, nil
			})
	}
}
