package raw

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"picket/devices"
)

// Complaints are what a printer says is wrong with it, and no counters: the answer to ~HQES, and the setting
// zpl.system_status that says the same (Zebra's ZPL programming guide, tables "Error Flags" and "Warning Flags").
// They are asked for when ~HS finds silence, because by the same guide a printer does not answer ~HS while it is out of
// labels or ribbon, open, or too hot.
type Complaints struct {
	Paused           bool
	Errors, Warnings uint32 // group 1 of each; group 2 has no meanings
}

// The error flags that have a reason of their own.
const (
	mediaOut  = 0x1
	ribbonOut = 0x2
	headOpen  = 0x4
	// The guide knows this flag of one model; newer ones of other makes set it as well.
	pausedFlag = 0x10000
)

// faults are the other error flags, in the words of people.
var faults = [...]struct {
	bit  uint32
	what string
}{
	{0x8, "cutter fault"},
	{0x10, "print head too hot"},
	{0x20, "motor too hot"},
	{0x40, "bad print head element"},
	{0x80, "print head not detected"},
	{0x100, "firmware configuration not valid"},
	{0x200, "print head thermistor open"},
	{0x1000, "paper jam"},
	{0x2000, "presenter not running"},
	{0x4000, "paper feed error"},
	{0x8000, "paper path not clear"},
	{0x20000, "retract timed out"},
	{0x40000, "black mark calibration error"},
	{0x80000, "black mark not found"},
}

// ParseComplaints reads one answer to ~HQES, with or without its STX and ETX.
func ParseComplaints(b []byte) (Complaints, error) {
	return readComplaints(strings.Trim(string(b), "\x02\x03\r\n "))
}

func readComplaints(text string) (c Complaints, err error) {
	said := false
	for line := range strings.Lines(text) {
		name, flags, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok {
			continue
		}
		switch name {
		case "ERRORS":
			said = true
			c.Errors, err = flagged("~HQES ERRORS", strings.Fields(flags))
		case "WARNINGS":
			c.Warnings, err = flagged("~HQES WARNINGS", strings.Fields(flags))
		}
		if err != nil {
			return Complaints{}, err
		}
	}
	if !said {
		return Complaints{}, errors.New("~HQES: there is no line ERRORS")
	}
	c.Paused = c.Errors&pausedFlag != 0
	return c, nil
}

// parseSystem reads the setting zpl.system_status: whether it is paused, then for errors and for warnings whether there
// are any, group 2 and group 1.
func parseSystem(text string) (c Complaints, err error) {
	f := strings.Split(strings.ReplaceAll(text, `"`, ""), ",")
	if len(f) != 7 {
		return c, fmt.Errorf("zpl.system_status: %d fields in %q, not 7", len(f), text)
	}
	if f[0] != "0" && f[0] != "1" {
		return c, fmt.Errorf("zpl.system_status: %q is not 0 or 1", f[0])
	}
	if c.Errors, err = flagged("zpl.system_status errors", f[1:4]); err == nil {
		c.Warnings, err = flagged("zpl.system_status warnings", f[4:7])
	}
	if err != nil {
		return Complaints{}, err
	}
	c.Paused = f[0] == "1" || c.Errors&pausedFlag != 0
	return c, nil
}

// flagged reads a flag and two groups of eight hexadecimal digits; the second one counts. Without the flag there is nothing.
func flagged(what string, f []string) (uint32, error) {
	if len(f) != 3 || f[0] != "0" && f[0] != "1" || len(f[1]) != 8 || len(f[2]) != 8 {
		return 0, fmt.Errorf("%s: %q is not a flag and two groups of eight digits", what, strings.Join(f, " "))
	}
	n, err := strconv.ParseUint(f[2], 16, 32)
	if _, also := strconv.ParseUint(f[1], 16, 32); err != nil || also != nil {
		return 0, fmt.Errorf("%s: %q is not hexadecimal", what, strings.Join(f, " "))
	}
	if f[0] == "0" {
		return 0, nil
	}
	return uint32(n), nil
}

// Any says whether it complains of anything that keeps it from printing.
func (c Complaints) Any() bool { return c.Errors != 0 || c.Paused }

// Status puts the complaints into the contract's words. Whether labels are left is not among them.
func (c Complaints) Status() devices.Status {
	s := devices.Status{State: devices.Stopped, Uncounted: true}
	known := uint32(mediaOut | ribbonOut | headOpen | pausedFlag)
	add := func(yes bool, r devices.Reason) {
		if yes {
			s.Reasons = append(s.Reasons, r)
		}
	}
	add(c.Errors&headOpen != 0, devices.CoverOpen)
	add(c.Errors&mediaOut != 0, devices.MediaEmpty)
	add(c.Errors&ribbonOut != 0, devices.RibbonEmpty)
	var other []string
	for _, f := range faults {
		if known |= f.bit; c.Errors&f.bit != 0 {
			other = append(other, f.what)
		}
	}
	if rest := c.Errors &^ known; rest != 0 {
		other = append(other, fmt.Sprintf("error flags %08X", rest))
	}
	add(len(other) > 0, devices.OtherReason)
	add(c.Paused, devices.Paused)
	s.Detail = strings.Join(other, "; ")
	return s
}
