package floor

// A box that lost records.
var recoveryEntries = []Entry{
	{fresh[TakeBack], "Brings facts of the site's own past, as the centre holds them.", TheBox,
		`{"gen":"01J","to":9,"fork":true,"log":"01K","facts":[]}`, nil},
	{fresh[PassFeed], "Takes a record of the centre's feed whose facts were taken back before it came again.", TheBox,
		`{"command":"01J"}`, nil},
	{fresh[EndRecovery], "Ends a recovery in which nothing is waited for any more.", TheBox, `{}`, []Code{NothingLeft, IsRecovering}},
	{fresh[LoseDevice], "Says that what a device held is lost, so that nobody waits for it.", Leads,
		`{"device":"hh-2","reason":"it fell into the dock"}`, []Code{NotAwaited}},
	{fresh[Restate], "Writes down what the site's records come to, for a centre that lacks records the site has dropped.", TheBox,
		`{"whole":true}`, []Code{NothingLeft}},
	{fresh[Correct], "Tells the centre how that stands here which it may have otherwise, behind a taking back.", TheBox, `{}`, []Code{NothingLeft}},
}

var recoveryEvents = []func() Event{blank[FactTakenBack], blank[FactsTakenBack], blank[FeedPassed], blank[DeviceLost], blank[Recovered], blank[Restated]}

// IsRecovering refuses what cannot be undone while the site does not know all of its own past.
const IsRecovering Code = "recovering"

// ToldNo repeats a refusal that was told before the box was put back.
const ToldNo Code = "told_no"

var recoveryWords = map[Code][2]string{
	ToldNo:       {"This was refused before the box was put back, and stays refused.", "Give the command again if it is still wanted."},
	IsRecovering: {"This box has lost records and does not know everything yet; {devices} {devices:device has|devices have} still to report.", "Bring every handheld into reach and open the app. A lead can say that a device is lost."},
}

// centreTells are the words of the case while no device is waited for, but the centre.
var centreTells = [2]string{"This box was put back to an older state and takes back what it lost; the centre has still to tell what it knows.", "Wait until the line to the centre is back. Until then nothing is handed over without a lead, who may say that nobody waits for the centre any more (device.lost for the device centre)."}

var recoveryCases = map[string][2]string{
	"parcel_renumbered": {"A parcel of order {order} that was opened as {was} at a box that was lost is {unit} here: the number it had is another's.", "Find it; if a label with {was} is on it, take that off and print the one of {unit}. What was said of {was} since is on this desk, too."},
	"said_saved":        {"A person was told that this is saved, before the box was put back ({kind}); it cannot be taken any more: {why}", "Look whether it happened, and book it by hand."},
	decidedTwice:        {"Before this box was put back, {n} {n:step|steps} of {subject} {n:was|were} decided another way than now. What this box says now stands, and the centre was told.", "Look at the goods and the papers. Where they differ from what this box says, put it right here."},
	packedTwice:         {"For order {order}, {packed} of {item} {packed:stands|stand} in parcels or on the shelf, and only {picked} {picked:was|were} picked: two people packed it while this box did not know its past.", "Before anything of it leaves, open the parcels that are still here and count. Put right here what differs."},
	"recovering":        {"This box was put back to an older state and takes back what it lost; {devices} {devices:device has|devices have} to report.", "Bring every handheld into reach and open the app. Say which ones are lost. Until then nothing is handed over without a lead."},
}
