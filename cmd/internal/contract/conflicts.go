package contract

// conflict is a row of the conflict table. by are the checks that show it: all of them have to be kept. outside is said of a
// row that no check can show kept, since what it asks of the centre is in nothing that the centre sends; why, of one that is
// shown but for a part.
type conflict struct {
	row       int
	situation string
	by        []string
	why       string
	outside   string
}

var conflicts = []conflict{
	{row: 1, situation: "The customer cancels, nothing is begun", by: []string{"recall_begun_not"}},
	{row: 2, situation: "The customer cancels, it is picked", by: []string{"recall_picked"}},
	{row: 3, situation: "The customer cancels, it has left", by: []string{"recall_left"}},
	{row: 4, situation: "Taken elsewhere by force while the site is away", by: []string{"forced"}},
	{row: 5, situation: "Taken back while no permit was given", by: []string{"confirm_back"}},
	{row: 6, situation: "A permit is on its way while the centre wants it back", by: []string{"permit_taken", "permit_let_go"}},
	{row: 7, situation: "Two sites hold one order after the centre was restored", by: []string{"given_twice"}},
	{row: 8, situation: "The last unit is sold twice", by: []string{"resourced"}, why: "what is told to the customer when nobody has it cannot be seen"},
	{row: 9, situation: "Short pick", by: []string{"fact_pick_short"}, outside: "the site finds another bin and plans the count; the centre stores what it tells"},
	{row: 10, situation: "A count and scans that are not here yet", by: []string{"fact_counts"}, outside: "the site holds the count back for its devices; the centre stores what it tells"},
	{row: 11, situation: "A count is stored as a difference", by: []string{"fact_counts"}, outside: "your book of the stock is sent to no site; look there whether a count adds its delta, whatever came before it"},
	{row: 12, situation: "A till sale from before the count", by: []string{"fact_sales"}, outside: "the site says which sales a count has in it; look at your book whether picket.sale.absorbed.v1 takes nothing off"},
	{row: 13, situation: "The centre sold during the count", by: []string{"sold_in_count"}, outside: "the order came and the count was taken, but what you promise elsewhere behind it is sent to no site"},
	{row: 14, situation: "Two devices picked the same line", by: []string{"fact_refusals"}, outside: "the site decides which pick serves the order; the centre stores what it tells"},
	{row: 15, situation: "Shipped was asked, and the order was taken back meanwhile", by: []string{"fact_refusals"}, outside: "the site refuses the device; the centre stores what it tells"},
	{row: 16, situation: "A change after picking began", by: []string{"fact_changes", "amended"}},
	{row: 17, situation: "The label was printed, and the box died before it knew", by: []string{"fact_labels"}, outside: "the site prints again and marks the copy; the centre stores what it tells"},
	{row: 18, situation: "The old box comes back after it was replaced", by: []string{"fence"}, why: "what it hands over of its facts is not played"},
	{row: 19, situation: "The site was restored from a backup", by: []string{"rolled_back", "feed_ahead"}},
	{row: 20, situation: "The centre was restored", by: []string{"restored"}},
	{row: 21, situation: "A person was disabled while the site was away", by: []string{"fact_stranger"}, outside: "the contract tells a site nothing of your people, and your review of what they did is your own; that a fact by somebody unknown is taken is another matter"},
	{row: 22, situation: "The clocks disagree", by: []string{"clocks", "late_time"}, why: "the banner your people get cannot be seen"},
}
