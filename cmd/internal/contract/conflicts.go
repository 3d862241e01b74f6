package contract

// conflict is a row of the conflict table, with the checks that show it, and what cannot be seen from here.
type conflict struct {
	row       int
	situation string
	by        []string
	why       string
}

// taken is said of rows whose facts are taken, which is all that a site sees of them.
const taken = "its facts are taken; what your people are shown cannot be seen from here"

var conflicts = []conflict{
	{1, "The customer cancels, nothing is begun", []string{"recall_begun_not"}, ""},
	{2, "The customer cancels, it is picked", []string{"recall_picked"}, ""},
	{3, "The customer cancels, it has left", []string{"recall_left"}, ""},
	{4, "Taken elsewhere by force while the site is away", []string{"forced"}, ""},
	{5, "Taken back while no permit was given", []string{"confirm_back"}, ""},
	{6, "A permit is on its way while the centre wants it back", []string{"permit_taken", "permit_let_go"}, ""},
	{7, "Two sites hold one order after the centre was restored", []string{"given_twice"}, ""},
	{8, "The last unit is sold twice", []string{"fact_pick_short"}, taken},
	{9, "Short pick", []string{"fact_pick_short"}, taken},
	{10, "A count and scans that are not here yet", []string{"fact_counts"}, taken},
	{11, "A count is stored as a difference", []string{"fact_counts"}, taken},
	{12, "A till sale from before the count", []string{"fact_sales"}, taken},
	{13, "The centre sold during the count", []string{"sold_in_count"}, "the order came, and the count was taken; how it is promised elsewhere cannot be seen from here"},
	{14, "Two devices picked the same line", []string{"fact_refusals"}, taken},
	{15, "Shipped was asked, and the order was taken back meanwhile", []string{"fact_refusals"}, taken},
	{16, "A change after picking began", []string{"fact_changes"}, taken},
	{17, "The label was printed, and the box died before it knew", []string{"fact_labels"}, taken},
	{18, "The old box comes back after it was replaced", []string{"fence"}, ""},
	{19, "The site was restored from a backup", []string{"rolled_back", "feed_ahead"}, ""},
	{20, "The centre was restored", []string{"restored"}, ""},
	{21, "A person the centre does not know did it", []string{"fact_stranger"}, taken},
	{22, "The clocks disagree", []string{"clocks"}, taken},
}
