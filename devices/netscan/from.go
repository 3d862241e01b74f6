package netscan

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"syscall"
)

// prefixes reads networks and single addresses, with commas between.
func prefixes(s string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, part := range strings.Split(s, ",") {
		p, err := netip.ParsePrefix(part)
		if err != nil {
			a, err := netip.ParseAddr(part)
			if err != nil {
				return nil, fmt.Errorf("from=%s: %q is neither an address nor a network such as 10.1.2.0/24", s, part)
			}
			p = netip.PrefixFrom(a, a.BitLen())
		}
		out = append(out, p.Masked())
	}
	return out, nil
}

// control asks for every address a name resolved to before it is called.
func control(permit Permit) func(context.Context, string, string, syscall.RawConn) error {
	return func(_ context.Context, _, address string, _ syscall.RawConn) error {
		if permit == nil {
			return nil
		}
		ap, err := netip.ParseAddrPort(address)
		if err != nil {
			return fmt.Errorf("scanner address %q: %w", address, err)
		}
		if err := permit(ap.Addr().Unmap()); err != nil {
			return fmt.Errorf("scanner address %q is not allowed: %w", address, err)
		}
		return nil
	}
}
