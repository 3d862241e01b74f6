package raw

import (
	"errors"
	"fmt"
	"strings"

	"picket/devices"
)

const (
	stx = 0x02
	etx = 0x03
	// A line of ~HS is at most 32 bytes and an answer to ~HQES some 140; what is longer is neither.
	maxLine = 256
)

// HostStatus is the answer to ~HS, as Zebra's ZPL II programming guide lays it out: three
// lines, each between STX and ETX, of 12, 11 and 2 fields.
type HostStatus struct {
	PaperOut, Paused, BufferFull, Partial          bool // 1b 1c 1f 1h
	CorruptRAM, TooCold, TooHot                    bool // 1j 1k 1l
	HeadUp, RibbonOut, ThermalTransfer, LabelWaits bool // 2o 2p 2q 2t
	LabelLength, FormatsInBuffer, LabelsLeft, Mode int  // 1dddd (dots) 1eee 2uuuuuuuu 2r
}

// lineReader takes a printer's bytes as they come, split anywhere, and gives back the lines between
// STX and ETX. What stands outside of lines is skipped.
type lineReader struct {
	line   [maxLine]byte
	n      int
	inside bool
}

// take returns true when b completed a line, which is then in l.line[:l.n].
func (l *lineReader) take(b byte) bool {
	switch {
	case b == stx:
		l.inside, l.n = true, 0
	case !l.inside:
	case b == etx:
		l.inside = false
		return true
	case l.n == maxLine:
		l.inside = false
	default:
		l.line[l.n] = b
		l.n++
	}
	return false
}

// statusReader puts three lines together. A line out of order drops what came before, so a
// reply whose beginning was lost is never glued to the next one. Complaints are one stretch of their own.
type statusReader struct {
	lines lineReader
	have  int
	hs    HostStatus
	told  Complaints
}

// said is what a byte completed.
type said uint8

const (
	saidNothing said = iota
	saidStatus       // in s.hs
	saidWrong        // in s.told
)

// take says what b completed. An error names the line and the field, and the reader goes on with the next line.
func (s *statusReader) take(b byte) (said, error) {
	if !s.lines.take(b) {
		return saidNothing, nil
	}
	line := string(s.lines.line[:s.lines.n])
	if strings.Contains(line, "ERRORS:") {
		told, err := readComplaints(line)
		if err != nil {
			return saidNothing, err
		}
		s.told = told
		return saidWrong, nil
	}
	fields := strings.Split(line, ",")
	var err error
	switch {
	case len(fields) == 12:
		s.hs, s.have = HostStatus{}, 1
		err = s.hs.first(fields)
	case len(fields) == 11 && s.have == 1:
		s.have = 2
		err = s.hs.second(fields)
	case len(fields) == 2 && s.have == 2:
		s.have = 0
		return saidStatus, nil
	default:
		err = fmt.Errorf("~HS line %d: %d fields in %q", s.have+1, len(fields), line)
	}
	if err != nil {
		s.have = 0
	}
	return saidNothing, err
}

// ParseHostStatus reads one whole reply to ~HS.
func ParseHostStatus(b []byte) (HostStatus, error) {
	var s statusReader
	for _, c := range b {
		done, err := s.take(c)
		if err != nil {
			return HostStatus{}, err
		}
		if done == saidStatus {
			return s.hs, nil
		}
	}
	return HostStatus{}, errors.New("~HS: not three whole lines")
}

type fieldReader struct {
	line   int
	fields []string
	err    error
}

func (f *fieldReader) flag(i int) bool {
	v := f.fields[i]
	if v != "0" && v != "1" && f.err == nil {
		f.err = fmt.Errorf("~HS line %d field %d: %q is not 0 or 1", f.line, i+1, v)
	}
	return v == "1"
}

func (f *fieldReader) number(i int) int {
	n := 0
	for _, c := range []byte(f.fields[i]) {
		if c < '0' || c > '9' || len(f.fields[i]) > 9 {
			if f.err == nil {
				f.err = fmt.Errorf("~HS line %d field %d: %q is not a count", f.line, i+1, f.fields[i])
			}
			return 0
		}
		n = n*10 + int(c-'0')
	}
	if f.fields[i] == "" && f.err == nil {
		f.err = fmt.Errorf("~HS line %d field %d: empty", f.line, i+1)
	}
	return n
}

func (h *HostStatus) first(fields []string) error {
	f := fieldReader{line: 1, fields: fields}
	h.PaperOut, h.Paused = f.flag(1), f.flag(2)
	h.LabelLength, h.FormatsInBuffer = f.number(3), f.number(4)
	h.BufferFull, h.Partial = f.flag(5), f.flag(7)
	h.CorruptRAM, h.TooCold, h.TooHot = f.flag(9), f.flag(10), f.flag(11)
	return f.err
}

func (h *HostStatus) second(fields []string) error {
	f := fieldReader{line: 2, fields: fields}
	h.HeadUp, h.RibbonOut, h.ThermalTransfer = f.flag(2), f.flag(3), f.flag(4)
	h.LabelWaits = f.flag(7)
	h.LabelsLeft = f.number(8)
	return f.err
}

// Status puts the flags into the contract's words. Reasons stand in the order in which a person
// deals with them.
func (h HostStatus) Status() devices.Status {
	s := devices.Status{FormatsInBuffer: h.FormatsInBuffer, LabelsLeft: h.LabelsLeft, PartialFormat: h.Partial}
	stop := func(yes bool, r devices.Reason, detail string) {
		if yes {
			s.State, s.Reasons = devices.Stopped, append(s.Reasons, r)
			if detail != "" {
				s.Detail = strings.TrimPrefix(s.Detail+"; "+detail, "; ")
			}
		}
	}
	s.State = devices.Idle
	if s.FormatsInBuffer > 0 || s.LabelsLeft > 0 || s.PartialFormat {
		s.State = devices.Processing
	}
	stop(h.HeadUp, devices.CoverOpen, "")
	stop(h.PaperOut, devices.MediaEmpty, "")
	// Direct thermal printers have no ribbon and some set the flag all the same.
	stop(h.RibbonOut && h.ThermalTransfer, devices.RibbonEmpty, "")
	stop(h.TooHot, devices.OtherReason, "print head too hot")
	stop(h.TooCold, devices.OtherReason, "print head too cold")
	stop(h.CorruptRAM, devices.OtherReason, "configuration lost (corrupt RAM)")
	stop(h.LabelWaits, devices.OutputFull, "")
	stop(h.Paused, devices.Paused, "")
	if h.BufferFull { // it goes on by itself, so it is not stopped
		s.Reasons = append(s.Reasons, devices.BufferFull)
	}
	return s
}
