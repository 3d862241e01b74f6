package floor

// A box that lost records.
var recoveryEntries = []Entry{
	{fresh[TakeBack], "Brings facts of the site's own past, as the centre holds them.", TheBox,
		`{"gen":"01J","to":9,"fork":true,"log":"01K","facts":[]}`, nil},
	{fresh[PassFeed], "Takes a record of the centre's feed whose facts were taken back before it came again.", TheBox,
		`{"command":"01J"}`, nil},
	{fresh[LoseDevice], "Says that what a device held is lost, so that nobody waits for it.", Leads,
		`{"device":"hh-2","reason":"it fell into the dock"}`, []Code{NothingLeft}},
}

var recoveryEvents = []func() Event{blank[FactTakenBack], blank[FactsTakenBack], blank[FeedPassed], blank[DeviceLost], blank[Recovered]}

// IsRecovering refuses what cannot be undone while the site does not know all of its own past.
const IsRecovering Code = "recovering"

var recoveryWords = map[Code][2]string{
	IsRecovering: {"This box has lost records and does not know everything yet; {devices} devices have still to report.", "Bring every handheld into reach and open the app. A lead can say that a device is lost."},
}

var recoveryCases = map[string][2]string{
	"recovering": {"This box was put back to an older state and takes back what it lost; {devices} devices have to report.", "Bring every handheld into reach and open the app. Say which ones are lost. Until then nothing is handed over without a lead."},
}
