//go:build unix

package devices

import (
	"fmt"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// MayNotOpen says why a device file may not be opened, and which group may.
func MayNotOpen(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return Because(NoRight, fmt.Errorf("%s may not be opened: %w", path, err))
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok || info.Mode().Perm()&0o060 != 0o060 {
		return Because(NoRight, fmt.Errorf("%s may not be opened: its mode is %v, so a udev rule has to give it to a group of this user's", path, info.Mode().Perm()))
	}
	group := strconv.Itoa(int(st.Gid))
	if g, err := user.LookupGroupId(group); err == nil {
		group = g.Name
	}
	me := "this user"
	if u, err := user.Current(); err == nil {
		me = u.Username
	}
	return Because(NoRight, fmt.Errorf("%s may not be opened: %s has to be in the group %s (usermod -aG %s %s, then start picketd again)", path, me, group, group, me))
}
