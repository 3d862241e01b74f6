package order_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/sync/oms/order"
)

func TestWhatIsPromisedShrinksWithTheAgeOfTheStock(t *testing.T) {
	two := 2.0
	for _, c := range []struct {
		name    string
		caution order.Caution
		hand    int64
		open    int64
		seen    float64
		age     time.Duration
		want    order.Promise
	}{
		{"fresh: all that is free", order.Caution{}, 10, 3, 5, 59 * time.Second, order.Promise{ATP: 7}},
		{"never below nothing", order.Caution{}, 3, 10, 0, 0, order.Promise{}},
		{"the floor stays, fresh or not", order.Caution{Floor: 2}, 10, 3, 0, 0, order.Promise{ATP: 5, Floor: 2, Why: "2 kept back always."}},
		{"four hours: 1.64 × 2 × 2, rounded up", order.Caution{}, 20, 0, 2, 4 * time.Hour, order.Promise{ATP: 13, Drift: 7, Why: "7 kept back because the site was last heard 4 hours ago."}},
		{"a set drift stands for the seen one", order.Caution{Sigma: &two, Floor: 1}, 20, 0, 9, 4 * time.Hour, order.Promise{ATP: 12, Floor: 1, Drift: 7, Why: "1 kept back always, and 7 more because the site was last heard 4 hours ago."}},
		{"nothing seen to move, nothing kept back", order.Caution{}, 20, 0, 0, 11 * time.Hour, order.Promise{ATP: 20}},
		{"a shop at twelve hours", order.Caution{}, 20, 0, 0, 12 * time.Hour, order.Promise{ATP: 20}},
		{"a shop behind twelve hours", order.Caution{}, 20, 0, 0, 12*time.Hour + time.Second, order.Promise{Why: "The site was last heard 12 hours ago, and its stock is promised for 12 hours only."}},
		{"a warehouse at 48 hours", order.Caution{Kind: "warehouse"}, 20, 0, 0, 48 * time.Hour, order.Promise{ATP: 20}},
		{"a warehouse behind 48 hours", order.Caution{Kind: "warehouse"}, 20, 0, 0, 49 * time.Hour, order.Promise{Why: "The site was last heard 49 hours ago, and its stock is promised for 48 hours only."}},
		{"a limit of its own", order.Caution{Kind: "warehouse", MaxAge: 2}, 20, 0, 0, 3 * time.Hour, order.Promise{Why: "The site was last heard 3 hours ago, and its stock is promised for 2 hours only."}},
		{"never heard", order.Caution{}, 20, 0, 0, -1, order.Promise{Why: "The site was never heard: nothing is promised from it."}},
		{"a drift beyond all numbers", order.Caution{Z: 6}, 20, 0, 1e300, time.Hour, order.Promise{Drift: 1<<31 - 1, Why: "2147483647 kept back because the site was last heard 60 minutes ago."}},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.want, c.caution.Of(c.hand, c.open, c.seen, c.age)) })
	}
}

func TestDriftIsWhatWasSeen(t *testing.T) {
	at := time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)
	require.Zero(t, order.Drift{}.Sigma(at))
	// One unit an hour for four weeks: one unit an hour it drifts.
	d := order.Drift{}
	for i := range 24 * 28 {
		d = d.Saw(1, at.Add(time.Duration(i)*time.Hour))
	}
	now := at.Add(28 * 24 * time.Hour)
	require.InDelta(t, 1, d.Sigma(now), 0.05)
	// Nine units once in a fortnight weigh more than one, and fade.
	big := order.Drift{}.Saw(-9, at)
	require.InDelta(t, 1.9, big.Sigma(at), 0.05, "81 in a day at least")
	require.Less(t, big.Sigma(at.Add(21*24*time.Hour)), 0.2)
	// What is told at once, behind days of silence, is no reason to divide by nothing.
	require.InDelta(t, order.Drift{}.Saw(3, at).Sigma(at), order.Drift{}.Saw(3, at).Sigma(at.Add(-time.Hour)), 0.001)
}
