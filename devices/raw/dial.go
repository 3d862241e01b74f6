package raw

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"syscall"
	"time"
)

// dialer keeps the connection honest: a printer that lost power or its cable says nothing, so
// the kernel asks (keep-alive) when nothing is under way, and gives unanswered bytes up
// after a while (user timeout) when something is.
func dialer(permit func(netip.Addr) error) func(context.Context, string, string) (net.Conn, error) {
	d := net.Dialer{
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 5 * time.Second, Interval: 3 * time.Second, Count: 3},
		Control: func(_, address string, c syscall.RawConn) error {
			if permit != nil {
				ap, err := netip.ParseAddrPort(address)
				if err != nil {
					return fmt.Errorf("printer address %q: %w", address, err)
				}
				if err := permit(ap.Addr().Unmap()); err != nil {
					return fmt.Errorf("printer address %q is not allowed: %w", address, err)
				}
			}
			return userTimeout(c, 20*time.Second)
		},
	}
	return d.DialContext
}
