package floor

// Who is signed in.
var peopleEntries = []Entry{
	{fresh[SignIn], "Opens a session for a person whose badge and PIN were checked.", TheBox,
		`{"id":"c0ffee","user":"anna","name":"Anna","roles":["picker"],"device":"hh-1","expires":"2026-11-22T20:00:00Z","key":"0ddba11"}`, []Code{AnotherDevice}},
	{fresh[GiveApproval], "Says that a person, whose badge and PIN were checked, approves an exception.", TheBox,
		`{"by":"mia","roles":["lead"],"subject":"order/O-1","kind":"handover","expires":"2026-11-22T20:00:00Z"}`, nil},
	{fresh[SignOut], "Closes a session.", TheBox, `{"id":"c0ffee"}`, []Code{NotSignedIn}},
}

var peopleEvents = []func() Event{blank[SessionOpened], blank[SessionClosed], blank[ApprovalGiven]}
