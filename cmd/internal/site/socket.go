package site

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/user"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"picket/cmd/internal/socket"
	"picket/edge/web"
)

// startSocket serves the same addresses on the socket in the data directory. Who can open it is the operator.
func startSocket(ctx context.Context, g *errgroup.Group, data string, server *web.Server) error {
	ln, err := socket.Listen(data)
	if err != nil {
		return fmt.Errorf("data: the operator's socket: %w", err)
	}
	h := &http.Server{
		Handler: server.Local(peerOf), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 30 * time.Second, IdleTimeout: time.Minute,
		MaxHeaderBytes: 16 << 10, ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			return context.WithValue(ctx, peerKey{}, peer(c))
		},
	}
	g.Go(func() error {
		if err := h.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("the operator's socket: %w", err)
		}
		return nil
	})
	g.Go(func() error {
		<-ctx.Done()
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		if h.Shutdown(last) != nil {
			return h.Close()
		}
		return nil
	})
	return nil
}

type peerKey struct{}

func peerOf(ctx context.Context) string {
	name, _ := ctx.Value(peerKey{}).(string)
	return name
}

// peer names the account at the other end, so that the journal says who it was. A system that does not tell is
// taken to mean the daemon's own account: nobody else opens the socket.
func peer(c net.Conn) string {
	uid, ok := peerUID(c)
	if !ok {
		uid = uint32(os.Getuid())
	}
	id := strconv.FormatUint(uint64(uid), 10)
	if who, err := user.LookupId(id); err == nil {
		return who.Username
	}
	return "uid-" + id
}
