package contract

// conflict is a row of the conflict table, with the checks that show it from one site, or why none can.
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
	{4, "Taken elsewhere by force while the site is away", nil, "it takes another site, and a manager who forces it: a site that is away sees nothing, and is asked for the order like in rows 1 to 3 when it is back"},
	{5, "Taken back while no permit was given", nil, "it takes an order under CONFIRM (Profile B), and no action of this test has the OMS give one"},
	{6, "A permit is on its way while the centre wants it back", nil, "it takes an order under CONFIRM (Profile B) and a recall in the instant of the permit, which nobody outside can time"},
	{7, "Two sites hold one order after the centre was restored", nil, "it takes two sites and a restore of the centre; what one site sees of it is its order asked back, rows 1 to 3"},
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
	{20, "The centre was restored", nil, "restore your OMS from a backup while a real site is at it, and look at its sync desk"},
	{21, "A person the centre does not know did it", []string{"fact_stranger"}, taken},
	{22, "The clocks disagree", []string{"clocks"}, taken},
}
