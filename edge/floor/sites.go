package floor

// What the site is, when it works, and its days.
var siteEntries = []Entry{
	{fresh[SetSite], "Says what the site is and when it works, whole.", Managers,
		`{"zone":"Europe/Berlin","hours":[{"day":1,"from":"09:00","to":"18:00"}],"closed":["2026-12-25"],"day_start":"06:00","shifts":[{"name":"early","from":"06:00","to":"14:00"}],"capacity":200}`, nil},
	{fresh[PauseSite], "Takes no new orders; those that are here stay.", Leads,
		`{"reason":"the power is out"}`, nil},
	{fresh[ResumeSite], "Takes orders again.", Leads, `{}`, []Code{NothingLeft}},
	{fresh[CloseDay], "Ends a business day; refused while the checklist has anything open, unless somebody takes it upon themselves.", Managers,
		`{"date":"2026-11-21","note":"two parcels wait for the late van","anyway":true}`, []Code{DayOver, ChecklistOpen, NeedsLead}},
	{fresh[OpenDay], "Begins a business day, or opens one again that was closed too early.", Managers,
		`{"date":"2026-11-21"}`, []Code{NothingLeft}},
}

var siteEvents = []func() Event{blank[SiteSet], blank[SitePausedNow], blank[SiteResumed], blank[DayClosed], blank[DayOpened]}

// The refusals of the site's days.
const (
	DayOver       Code = "day_over"
	ChecklistOpen Code = "checklist_open"
)

var siteWords = map[Code][2]string{
	DayOver:       {"The day {date} is closed already.", "Nothing to do; a manager may open it again."},
	ChecklistOpen: {"{date} cannot be closed yet: {n} on the checklist.", "Go through the checklist, or close it anyway with a note."},
}
