// Package logs makes the one logger of a process: JSON lines on standard error. It must NEVER be given
// personal data or a secret; whoever logs sees to that.
package logs

import (
	"fmt"
	"log/slog"
	"os"
)

// New is a logger at a level: debug, info, warn or error.
func New(level string) (*slog.Logger, error) {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		return nil, fmt.Errorf("log_level: %q must be debug, info, warn or error", level)
	}
	return slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: l})), nil
}
