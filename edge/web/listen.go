package web

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// grace is how long requests under way may take when the server ends.
const grace = 5 * time.Second

// crowd is how many connections above the limit are still told that they are too many; whoever comes behind
// them is cut without a word.
const crowd = 64

// Serve answers on the listener until ctx ends, then lets requests under way finish and closes the screens.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	counted := &counting{Listener: l, max: int64(s.opt.Connections)}
	server := &http.Server{
		Handler: s, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 30 * time.Second,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10,
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			if t, ok := c.(*tls.Conn); ok {
				c = t.NetConn()
			}
			if k, ok := c.(*countedConn); ok && k.over {
				return context.WithValue(ctx, overKey{}, true)
			}
			return ctx
		},
	}
	inner := net.Listener(counted)
	if s.opt.TLSConfig != nil {
		inner = tls.NewListener(counted, s.opt.TLSConfig)
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(inner) }()
	select {
	case err := <-ended:
		s.Close()
		return err
	case <-ctx.Done():
	}
	s.Close()
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	err := server.Shutdown(last)
	if errors.Is(err, context.DeadlineExceeded) {
		err = server.Close()
	}
	<-ended
	return err
}

type overKey struct{}

// over says whether a request came on a connection above the limit.
func over(ctx context.Context) bool { return ctx.Value(overKey{}) != nil }

// counting counts the open connections of a listener, websockets among them.
type counting struct {
	net.Listener
	max  int64
	open atomic.Int64
}

func (l *counting) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		n := l.open.Add(1)
		if n > l.max+crowd {
			l.open.Add(-1)
			_ = c.Close()
			continue
		}
		return &countedConn{Conn: c, l: l, over: n > l.max}, nil
	}
}

type countedConn struct {
	net.Conn
	l    *counting
	over bool
	once sync.Once
}

func (c *countedConn) Close() error {
	c.once.Do(func() { c.l.open.Add(-1) })
	return c.Conn.Close()
}
