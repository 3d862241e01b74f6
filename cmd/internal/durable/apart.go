package durable

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Apart says why a file that must be in no copy of the directory data cannot lie where a setting says, nil when it can, or when
// the setting is empty. Its own directory is not made: where a partition is not mounted, an empty one in its place would
// say that data was never in use here.
func Apart(setting, file, data string) error {
	if file == "" {
		return nil
	}
	if !filepath.IsAbs(file) {
		return fmt.Errorf("%s: %q must begin with /: it is a file on another partition than data", setting, file)
	}
	data, err := filepath.Abs(data)
	if err != nil {
		return fmt.Errorf("data: %w", err)
	}
	if in, err := filepath.Rel(data, file); err == nil && in != ".." && !strings.HasPrefix(in, "../") {
		return fmt.Errorf("%s: %q lies in the data directory, and would be in every copy of it", setting, file)
	}
	if st, err := os.Stat(filepath.Dir(file)); err != nil || !st.IsDir() {
		return fmt.Errorf("%s: there is no directory %q; is its partition mounted?", setting, filepath.Dir(file))
	}
	return nil
}
