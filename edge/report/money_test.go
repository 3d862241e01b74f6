package report

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
)

var drawers = []*floor.Drawer{
	{TillShift: floor.TillShift{Till: "T1", Shift: "early", Date: "2026-11-21"}, Sums: []floor.Taking{
		{Who: "anna", Method: "cash", Currency: "EUR", In: 4500, Out: 500, N: 4, Backs: 1}, {Who: "bert", Method: "card", Currency: "EUR", In: 100, N: 1}}, Counter: "mia", Counted: time.Unix(1, 0)},
	{TillShift: floor.TillShift{Till: "T2", Date: "2026-11-22"}, Sums: []floor.Taking{{Who: "bert", Method: "cash", Currency: "EUR", In: 700, N: 1}}},
}

func TestMoneyByShiftAndByPerson(t *testing.T) {
	days := []*floor.Day{{Date: "2026-11-21", N: map[string]int64{
		"money/early/T1/cash/EUR/in": 4500, "money/early/T1/cash/EUR/out": 500, "money/early/T1/cash/EUR/n": 4, "money/early/T1/cash/EUR/backs": 1, "money/early/T1/cash/EUR/counted": 3900, "money/early/T1/cash/EUR/counts": 1,
		"money//T2/card/EUR/in": 100, "money//T2/card/EUR/n": 1, "money/early/T1/voucher/EUR/counts": 1, "money/early/T1/voucher/EUR/counted": 50,
	}}}
	table, ok := Make("money", Source{Days: days}, "", "")
	require.True(t, ok)
	require.Equal(t, [][]Cell{
		{"2026-11-21", "", "T2", "card", "EUR", int64(1), int64(0), int64(100), int64(0), int64(100), nil, nil},
		{"2026-11-21", "early", "T1", "cash", "EUR", int64(3), int64(1), int64(4500), int64(500), int64(4000), int64(3900), int64(-100)},
		{"2026-11-21", "early", "T1", "voucher", "EUR", int64(0), int64(0), int64(0), int64(0), int64(0), int64(50), int64(50)},
	}, table.Rows)

	table = made(t, "money_by_person", "2026-11-21", "2026-11-21")
	require.Equal(t, [][]Cell{
		{"2026-11-21", "early", "T1", "anna", "cash", "EUR", int64(3), int64(1), int64(4500), int64(500), int64(4000), "counted by mia"},
		{"2026-11-21", "early", "T1", "bert", "card", "EUR", int64(1), int64(0), int64(100), int64(0), int64(100), "counted by mia"},
	}, table.Rows)
	var out bytes.Buffer
	require.NoError(t, table.CSV(&out))
	require.Contains(t, out.String(), "day,shift,till,person,means,currency,payments,refunds,taken (minor units),given back (minor units),booked (minor units),drawer\r\n")
	require.Equal(t, "not counted", made(t, "money_by_person", "2026-11-22", "").Rows[0][11])
	require.Empty(t, made(t, "money_by_person", "2027-01-01", "").Rows)
}

func TestWhatWasTakenOffTheDue(t *testing.T) {
	days := []*floor.Day{{Date: "2026-11-21", N: map[string]int64{"lowered/EUR/n": 2, "lowered/EUR/amount": 350, "lowered/CHF/n": 1, "lowered/CHF/amount": 100, "units_picked": 4}}, {Date: "2026-11-22"}}
	table, ok := Make("lowered", Source{Days: days}, "", "")
	require.True(t, ok)
	require.Equal(t, [][]Cell{{"2026-11-21", "CHF", int64(1), int64(100)}, {"2026-11-21", "EUR", int64(2), int64(350)}}, table.Rows)
}
