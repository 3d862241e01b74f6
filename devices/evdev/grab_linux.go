package evdev

import (
	"os"

	"golang.org/x/sys/unix"
)

// evioCGrab is EVIOCGRAB of linux/input.h: _IOW('E', 0x90, int).
const evioCGrab = 0x40044590

// grab takes the device for this program alone. The descriptor stays one the runtime waits on, so that a read ends when the
// file is closed; the usual library for input devices makes it blocking.
func grab(f *os.File) error {
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	if err := raw.Control(func(fd uintptr) { failed = unix.IoctlSetInt(int(fd), evioCGrab, 1) }); err != nil {
		return err
	}
	return failed
}
