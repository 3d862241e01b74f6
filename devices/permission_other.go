//go:build !unix

package devices

import "fmt"

// MayNotOpen says that a device file may not be opened.
func MayNotOpen(path string) error {
	return Because(NoRight, fmt.Errorf("%s may not be opened by this user", path))
}
