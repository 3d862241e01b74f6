package site

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path"
	"strconv"
	"time"

	"picket/cmd/internal/line"
	"picket/sync/wire"
)

// Pieces of a snapshot are fetched over HTTP where this box has a grant of the centre's, from where they end on. The
// line brings the rest when that fails.
const (
	fetchFor   = 2 * time.Minute  // one request; what came is kept, and the next goes on from there
	fetchAgain = 10 * time.Minute // after one that failed
)

// fetch appends what it can get behind the pieces there are.
func (a *album) fetch(ctx context.Context) error {
	tlsConfig, err := line.TLS(a.ca, "", "")
	if err != nil {
		return err
	}
	at, err := url.Parse(a.from.Centre)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, fetchFor)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at.JoinPath(path.Join("/api/box/snapshot", a.site, string(a.now.ID))).String(), nil)
	if err != nil {
		return err
	}
	from := int64(a.have()) * wire.MaxPiece
	req.Header.Set("Range", "bytes="+strconv.FormatInt(from, 10)+"-")
	req.Header.Set("Authorization", "Bearer "+a.from.Secret)
	c := &http.Client{Transport: &http.Transport{TLSClientConfig: tlsConfig, Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true}}
	res, err := c.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusPartialContent {
		return fmt.Errorf("the centre says %d", res.StatusCode)
	}
	f, err := os.OpenFile(a.piecesFile(), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	if err = f.Truncate(from); err == nil {
		_, err = f.Seek(from, io.SeekStart)
	}
	if err == nil {
		_, err = io.Copy(f, io.LimitReader(res.Body, a.now.Bytes-from))
	}
	if serr := f.Sync(); err == nil {
		err = serr
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}

// more fetches the rest over HTTP, unless there is nobody to ask or it failed a while ago.
func (a *album) more(ctx context.Context) {
	if a.from.Centre == "" || time.Since(a.failed) < fetchAgain {
		return
	}
	had := a.have()
	if err := a.fetch(ctx); err != nil {
		a.failed = time.Now()
		a.log.Warn("the rest of a snapshot comes over the line: HTTP failed", "fetched", a.have()-had, "err", err)
		return
	}
	a.log.Info("the rest of a snapshot came over HTTP", "from", had, "bytes", a.now.Bytes)
}
