package raw

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"picket/devices"
)

func answer(errors, warnings string) string {
	return "\x02\r\n\r\n  PRINTER STATUS\r\n   ERRORS:         " + errors + "\r\n   WARNINGS:       " + warnings + "\r\n\x03\r\n"
}

func TestParseComplaints(t *testing.T) {
	for flags, want := range map[string]devices.Status{
		"1 00000000 00000001": {Reasons: []devices.Reason{devices.MediaEmpty}},
		"1 00000000 00000007": {Reasons: []devices.Reason{devices.CoverOpen, devices.MediaEmpty, devices.RibbonEmpty}},
		"1 00000000 00010001": {Reasons: []devices.Reason{devices.MediaEmpty, devices.Paused}},
		"1 00000000 00000018": {Reasons: []devices.Reason{devices.OtherReason}, Detail: "cutter fault; print head too hot"},
		"1 00000000 00100000": {Reasons: []devices.Reason{devices.OtherReason}, Detail: "error flags 00100000"},
	} {
		c, err := ParseComplaints([]byte(answer(flags, "0 00000000 00000000")))
		require.NoError(t, err, flags)
		want.State, want.Uncounted = devices.Stopped, true
		assert.True(t, c.Any())
		assert.Equal(t, want, c.Status(), flags)
		assert.NotEqual(t, devices.Printed, devices.Judge(devices.Status{State: devices.Idle}, c.Status()), "no complaint finishes a job")
	}
	c, err := ParseComplaints([]byte(answer("0 00000000 00000000", "1 00000000 00000002")))
	require.NoError(t, err)
	assert.False(t, c.Any(), "a warning keeps nothing from being printed")
	assert.EqualValues(t, 2, c.Warnings)
}

func TestComplaintsSayWhatIsWrongWithThem(t *testing.T) {
	for in, want := range map[string]string{
		"":                                     "there is no line ERRORS",
		answer("1 00000000", "0"):              "~HQES ERRORS",
		answer("2 00000000 00000001", ""):      "~HQES ERRORS",
		answer("1 00000000 0000000x", ""):      "is not hexadecimal",
		answer("0 00000000 00000000", "1 2 3"): "~HQES WARNINGS",
	} {
		_, err := ParseComplaints([]byte(in))
		assert.ErrorContains(t, err, want, "%q", in)
	}
	for in, want := range map[string]string{
		`{"zpl.system_status":"1,1,00000000,00000004"}`:                     "4 fields",
		`{"zpl.system_status":"x,1,00000000,00000004,0,00000000,00000000"}`: `"x" is not 0 or 1`,
		`{"zpl.system_status":"1,1,00000000,4,0,00000000,00000000"}`:        "two groups of eight digits",
		`{"zpl.system_status":null}`:                                        "has no zpl.system_status",
		`{"media.status":"out"}`:                                            "has no zpl.system_status",
		`<html>`:                                                            "cannot be read",
		`{"zpl.system_status":"` + strings.Repeat("0", 5000):                "cannot be read",
	} {
		_, err := readSystem(strings.NewReader(in))
		assert.ErrorContains(t, err, want, in)
	}
	c, err := readSystem(strings.NewReader(`{"zpl.system_status":"\"1\",\"0\",\"00000000\",\"00000000\",\"0\",\"00000000\",\"00000000\""}`))
	require.NoError(t, err, "the guide shows it with quotation marks as well")
	assert.True(t, c.Paused)
}

func FuzzComplaints(f *testing.F) {
	f.Add([]byte(answer("1 00000000 00010007", "1 00000000 00000002")))
	f.Add([]byte(`{}{"zpl.system_status":"1,1,00000000,00000004,0,00000000,00000000"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if c, err := ParseComplaints(b); err == nil && c.Any() && len(c.Status().Reasons) == 0 {
			t.Fatalf("%q complains of nothing", b)
		}
		_, _ = readSystem(strings.NewReader(string(b)))
		var s statusReader
		heard := saidNothing
		for _, c := range append(b, "\x03"+answer("1 00000000 00000004", "0 00000000 00000000")...) {
			if w, _ := s.take(c); w != saidNothing {
				heard = w
			}
		}
		if heard != saidWrong || s.told.Errors != headOpen {
			t.Fatalf("lost the answer after %q", b)
		}
	})
}
