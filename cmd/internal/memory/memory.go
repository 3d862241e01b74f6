// Package memory keeps a daemon below what its machine has: from there on it collects more often, rather than grow until the
// kernel ends it in the middle of a day. It must NEVER fail a start, nor take the place of a limit somebody has set.
package memory

import (
	"io/fs"
	"log/slog"
	"math"
	"os"
	"path"
	"runtime/debug"
	"strconv"
	"strings"
)

// Bound sets the limit of this process where GOMEMLIMIT of its environment sets none.
func Bound(log *slog.Logger) {
	if os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	if limit := share(os.DirFS("/")); limit > 0 {
		debug.SetMemoryLimit(limit)
		log.Info("memory is bounded; GOMEMLIMIT sets another limit", "mib", limit>>20)
	}
}

// least is what a daemon gets in any case: below it, it would do little but collect.
const least = 128 << 20

// share is three quarters of what the process's group may have, for what Go does not count takes some too, and half of the
// machine's where there is no such bound or it is wider: others live there. 0 where nobody can say.
func share(root fs.FS) int64 {
	limit := int64(math.MaxInt64)
	if all := machine(root); all > 0 {
		limit = all / 2
	}
	if group := group(root); group > 0 {
		limit = min(limit, group/4*3)
	}
	if limit == math.MaxInt64 {
		return 0
	}
	return max(limit, least)
}

// machine is the machine's memory as Linux tells it.
func machine(root fs.FS) int64 {
	text, err := fs.ReadFile(root, "proc/meminfo")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) == 3 && f[0] == "MemTotal:" && f[2] == "kB" {
			kib, _ := strconv.ParseInt(f[1], 10, 64) // no number: nobody can say
			return kib << 10
		}
	}
	return 0
}

// group is the narrowest memory.max of the process's control group and those it lies in (version 2); 0 where there is none.
func group(root fs.FS) (narrow int64) {
	text, err := fs.ReadFile(root, "proc/self/cgroup")
	if err != nil {
		return 0
	}
	_, own, ok := strings.Cut(strings.TrimSpace(string(text)), "0::")
	if !ok {
		return 0
	}
	for at := path.Join("/", own); ; at = path.Dir(at) {
		text, err := fs.ReadFile(root, path.Join("sys/fs/cgroup", at, "memory.max"))
		if n, bad := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); err == nil && bad == nil && n > 0 && (narrow == 0 || n < narrow) {
			narrow = n
		}
		if at == "/" {
			return narrow
		}
	}
}
