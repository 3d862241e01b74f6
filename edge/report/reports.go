package report

// reports lists every report a site makes.
var reports = []Report{
	{"throughput", "What was picked, packed and sent on each day.",
		day(Column{Name: "orders taken"}, Column{Name: "orders done"}, Column{Name: "lines picked"}, Column{Name: "units picked"}, Column{Name: "parcels left"}, Column{Name: "handed over"}),
		perDay(func(n func(string) int64) []Cell {
			return []Cell{n("orders_taken"), n("orders_done"), n("lines_picked"), n("units_picked"), n("parcels_left"), n("collected")}
		})},
	{"lines_per_hour", "Lines and units picked in each hour of the day, and lines an hour on the days on which somebody picked in it.",
		[]Column{{Name: "hour"}, {Name: "lines"}, {Name: "units"}, {Name: "lines per hour"}}, perHour},
	{"on_time", "Orders that were done by their due time, and those that were not.",
		day(Column{Name: "done"}, Column{Name: "on time"}, Column{Name: "late"}, Column{Name: "on time share", Unit: "%"}, Column{Name: "with exceptions"}),
		perDay(func(n func(string) int64) []Cell {
			return []Cell{n("orders_done"), n("orders_on_time"), n("orders_late"), rate(n("orders_on_time"), n("orders_done")), n("orders_with_exceptions")}
		})},
	{"time_to_ready", "From the moment the site had an order until its parcels were labelled, or the customer could collect it.",
		day(Column{Name: "orders"}, Column{Name: "mean", Unit: "min"}, Column{Name: "within 30 min"}, Column{Name: "within 2 h"}, Column{Name: "within 8 h"}, Column{Name: "within 24 h"}),
		perDay(func(n func(string) int64) []Cell {
			return []Cell{n("to_ready/n"), mean(n("to_ready/seconds"), n("to_ready/n")), n("to_ready/30m"), n("to_ready/2h"), n("to_ready/8h"), n("to_ready/24h")}
		})},
	{"shorts", "Units that could not be had, by reason.", named("reason"), byName("short")},
	{"short_rate", "Lines short for each hundred lines picked or short. A line of which a part was short is one of both, and counts once.",
		day(Column{Name: "lines picked"}, Column{Name: "lines short"}, Column{Name: "short rate", Unit: "%"}),
		perDay(func(n func(string) int64) []Cell {
			return []Cell{n("lines_picked"), n("short_lines"), rate(n("short_lines"), tried(n))}
		})},
	{"short_rate_by_reason", "Lines short by reason, for each hundred lines picked or short. A line that was short for two reasons stands beside both.",
		[]Column{{Name: "reason"}, {Name: "lines short"}, {Name: "short rate", Unit: "%"}}, rateByName("short_line", tried)},
	{"declines", "Units the site declined, by reason.", named("reason"), byName("declined")},
	{"shelf", "Orders customers collect, not units: how many became ready, were collected, or were given up because nobody came; how long they stood on the staging shelf, and the customer at the counter. An order of which nothing reached the shelf (not served) is in none of these.",
		day(Column{Name: "ready", Unit: "orders"}, Column{Name: "collected", Unit: "orders"}, Column{Name: "mean time on the shelf", Unit: "min"}, Column{Name: "unclaimed", Unit: "orders"}, Column{Name: "mean wait at the counter", Unit: "min"}, Column{Name: "collected within 2 h", Unit: "orders"}, Column{Name: "collected within 24 h", Unit: "orders"}),
		perDay(func(n func(string) int64) []Cell {
			return []Cell{n("ready"), n("collected"), mean(n("on_shelf/seconds"), n("on_shelf/n")), n("unclaimed"), mean(n("at_counter/seconds"), n("at_counter/n")), n("on_shelf/2h"), n("on_shelf/24h")}
		})},
	{"unclaimed", "Orders nobody came for, given up on each day, and their share of those that left the shelf.",
		day(Column{Name: "unclaimed"}, Column{Name: "collected"}, Column{Name: "unclaimed share", Unit: "%"}),
		perDay(func(n func(string) int64) []Cell {
			return []Cell{n("unclaimed"), n("collected"), rate(n("unclaimed"), n("unclaimed")+n("collected"))}
		})},
	{"returns", "Units brought back, by reason.", named("reason"), byName("returned")},
	{"dispositions", "What became of the units brought back.", named("disposition"), byName("disposed")},
	{"scan_errors", "Scans the floor refused, for each hundred scans.",
		day(Column{Name: "scans"}, Column{Name: "refused"}, Column{Name: "error rate", Unit: "%"}),
		perDay(func(n func(string) int64) []Cell {
			return []Cell{n("scans") + n("scan_errors"), n("scan_errors"), rate(n("scan_errors"), n("scans")+n("scan_errors"))}
		})},
	{"refusals", "What the floor said no to, by its code.", []Column{{Name: "refusal"}, {Name: "times"}, {Name: "share", Unit: "%"}}, byName("refused")},
	{"printing", "Documents printed, copies among them, and prints that failed.",
		day(Column{Name: "documents"}, Column{Name: "copies"}, Column{Name: "failed"}),
		perDay(func(n func(string) int64) []Cell {
			return []Cell{n("documents_printed"), n("copies_printed"), n("prints_failed")}
		})},
	{"printer_faults", "Why printers did not print.", []Column{{Name: "fault"}, {Name: "times"}, {Name: "share", Unit: "%"}}, byName("printer")},
	{"line", "Outages of the line to the centre, on the day each began, and how long it was down on each day. The time of one that is not over is known when the line is back.",
		day(Column{Name: "outages"}, Column{Name: "down", Unit: "min"}),
		perDay(func(n func(string) int64) []Cell {
			return []Cell{n("line_down/n"), mean(n("line_down/seconds"), 1)}
		})},
	{"counts", "Bins counted, and by how much the book was wrong.",
		day(Column{Name: "bins counted"}, Column{Name: "units found"}, Column{Name: "units missing"}, Column{Name: "value of the variance", Unit: "minor units"}),
		perDay(func(n func(string) int64) []Cell {
			return []Cell{n("bins_counted"), n("count_found"), n("count_missing"), n("count_value")}
		})},
	{"receiving", "What was received, and what was not as announced.",
		day(Column{Name: "units received"}, Column{Name: "over"}, Column{Name: "short"}, Column{Name: "unexpected"}, Column{Name: "damaged"}),
		perDay(func(n func(string) int64) []Cell {
			return []Cell{n("units_received"), n("received_over"), n("received_short"), n("received_unexpected"), n("received_damaged")}
		})},
	{"till", "Units sold at the tills.", day(Column{Name: "units sold"}, Column{Name: "units returned"}),
		perDay(func(n func(string) int64) []Cell { return []Cell{n("till_sold"), n("till_returned")} })},
	{"money", "Money taken at the counter and paid in by drivers, by shift, till and means; and what was counted against it, empty where nobody has.",
		day(Column{Name: "shift"}, Column{Name: "till"}, Column{Name: "means"}, Column{Name: "currency"}, Column{Name: "payments"}, Column{Name: "refunds"}, minor("taken"), minor("given back"), minor("booked"), minor("counted"), minor("difference")),
		moneyRows},
	{"lowered", "What was taken off what customers had to pay, on a lead's word: no money moved, so no drawer shows it.",
		day(Column{Name: "currency"}, Column{Name: "times"}, minor("lowered")), loweredRows},
}
