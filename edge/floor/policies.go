package floor

// How this site wants things done.
var policyEntries = []Entry{
	{fresh[SetPolicy], "Changes one policy of this site; it is in force from that record on.", Managers,
		`{"name":"book_touched","value":false}`, []Code{UnknownPolicy, UnknownBin}},
}

var policyEvents = []func() Event{blank[PolicySet]}

// UnknownPolicy refuses a policy nobody knows.
const UnknownPolicy Code = "unknown_policy"

var policyWords = map[Code][2]string{
	UnknownPolicy: {"There is no policy {name}.", "Look at the list of policies for its name."},
}
