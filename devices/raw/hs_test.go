package raw

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"picket/devices"
)

const good = "\x02030,1,1,1218,004,1,0,1,000,1,1,1\x03\r\n\x02000,0,1,1,1,2,6,1,00000007,1,000\x03\r\n\x021234,0\x03\r\n"

func TestParseHostStatus(t *testing.T) {
	hs, err := ParseHostStatus([]byte(good))
	require.NoError(t, err)
	assert.Equal(t, HostStatus{PaperOut: true, Paused: true, BufferFull: true, Partial: true, CorruptRAM: true, TooCold: true,
		TooHot: true, HeadUp: true, RibbonOut: true, ThermalTransfer: true, LabelWaits: true,
		LabelLength: 1218, FormatsInBuffer: 4, LabelsLeft: 7}, hs)
	st := hs.Status()
	assert.Equal(t, devices.Stopped, st.State)
	assert.Equal(t, []devices.Reason{devices.CoverOpen, devices.MediaEmpty, devices.RibbonEmpty, devices.OtherReason,
		devices.OtherReason, devices.OtherReason, devices.OutputFull, devices.Paused, devices.BufferFull}, st.Reasons)
	assert.Equal(t, "print head too hot; print head too cold; configuration lost (corrupt RAM)", st.Detail)
}

func TestDirectThermalHasNoRibbonToRunOutOf(t *testing.T) {
	assert.Equal(t, devices.Idle, HostStatus{RibbonOut: true}.Status().State)
}

func TestParseHostStatusSaysWhatIsWrong(t *testing.T) {
	for in, want := range map[string]string{
		"":                 "not three whole lines",
		good[:len(good)-5]: "not three whole lines",
		"\x021,2\x03":      `~HS line 1: 2 fields`,
		"\x02030,x,0,1218,000,0,0,0,000,0,0,0\x03":                                                    `~HS line 1 field 2: "x" is not 0 or 1`,
		"\x02030,0,0,1218,-01,0,0,0,000,0,0,0\x03":                                                    `~HS line 1 field 5: "-01" is not a count`,
		"\x02030,0,0,1218,000,0,0,0,000,0,0,0\x03\x02000,0,0,0,1,2,6,0,,1,000\x03":                    `~HS line 2 field 9: empty`,
		"\x02030,0,0,1218,000,0,0,0,000,0,0,0\x03\x02000,0,0,0,1,2,6,0,9999999999999999999,1,000\x03": `~HS line 2 field 9`,
	} {
		_, err := ParseHostStatus([]byte(in))
		assert.ErrorContains(t, err, want, "%q", in)
	}
}

func TestAReplyWhoseBeginningIsLostIsNotGluedToTheNext(t *testing.T) {
	var s statusReader
	n := 0
	for _, b := range []byte(good[40:] + good) {
		if done, _ := s.take(b); done == saidStatus {
			n++
			assert.Equal(t, 7, s.hs.LabelsLeft)
		}
	}
	assert.Equal(t, 1, n)
}

func FuzzHostStatus(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte("\x02\x02\x03" + good))
	f.Add([]byte("\x02030,0,0,1218,000,0,0,0,000,0,0,0\x03"))
	f.Fuzz(func(t *testing.T, b []byte) {
		hs, err := ParseHostStatus(b)
		if err == nil && (hs.FormatsInBuffer < 0 || hs.LabelsLeft < 0) {
			t.Fatalf("a negative count from %q", b)
		}
		var s statusReader
		for _, c := range append(b, "\x03"+good...) { // whatever came, the next whole reply is understood
			_, _ = s.take(c)
		}
		if s.hs.LabelsLeft != 7 || s.have != 0 {
			t.Fatalf("lost the reply after %q", b)
		}
	})
}
