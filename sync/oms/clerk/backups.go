package clerk

import (
	"context"
	"fmt"
)

// BackupFailed tells people that no backup could be made, or, with the name of a copy, that it cannot be put back.
func (c *Clerk) BackupFailed(ctx context.Context, name, why string) error {
	return c.update(ctx, func(w *work) error {
		return w.notice(Notice{What: "backup.failed", About: name, Count: 1}, func(n int64) string {
			switch {
			case name != "":
				return "The backup " + name + " cannot be put back and is not counted: " + why
			case n == 1:
				return "No backup could be made: " + why
			default:
				return fmt.Sprintf("%d times no backup could be made; the last time: %s", n, why)
			}
		})
	})
}
