package site

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/edge/slips"
)

// TestAFileOfAHandOverNamesEveryPayment: a customer who pays in two ways has paid both.
func TestAFileOfAHandOverNamesEveryPayment(t *testing.T) {
	x := disputed{zone: time.UTC, name: func(s floor.SKU) string { return string(s) }}
	pay := func(minor int64, method, receipt string) {
		x.read(&floor.Record{Time: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC), Event: &floor.PickupPaid{Order: "O-1", Amount: floor.Money{Minor: minor, Currency: "GBP"}, Method: method, Receipt: receipt}})
	}
	pay(1500, "cash", "p1")
	require.Equal(t, []string{"15.00 GBP, cash, receipt p1, 2026-11-21 12:00:00 UTC"}, x.h.Paid)
	require.Empty(t, x.h.PaidAll, "one payment needs no sum")
	pay(499, "card", "p2")
	require.Equal(t, []string{"15.00 GBP, cash, receipt p1, 2026-11-21 12:00:00 UTC", "4.99 GBP, card, receipt p2, 2026-11-21 12:00:00 UTC"}, x.h.Paid)
	require.Equal(t, "19.99 GBP", x.h.PaidAll)
	require.Equal(t, "3.00 GBP and 1.00 EUR", inAll([]floor.Money{{Minor: 100, Currency: "GBP"}, {Minor: 100, Currency: "EUR"}, {Minor: 200, Currency: "GBP"}}))
}

// TestEachHandOverHasItsOwn: time, person, proof and goods; what was given back and brought back stands in the head.
func TestEachHandOverHasItsOwn(t *testing.T) {
	x := disputed{zone: time.UTC, name: func(s floor.SKU) string { return string(s) }, carrier: map[string]string{"DPX": "Demo Post"}}
	at := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	tell := func(after time.Duration, who floor.UserID, cause floor.CommandID, e floor.Event) {
		x.read(&floor.Record{Time: at.Add(after), Actor: who, Cause: cause, Event: e})
	}
	gave := func(sku floor.SKU, qty int) []floor.Given {
		return []floor.Given{{Taken: floor.Taken{Line: "1", SKU: sku, Qty: qty}}}
	}
	tell(0, "lea", "1", &floor.PickupAuthorised{Method: floor.ProofID, IDKind: "passport", IDTail: "123", Until: at.Add(15 * time.Minute)})
	tell(time.Minute, "lea", "2", &floor.HandedOut{Lines: gave("OAT", 2)})
	tell(5*time.Hour, "ben", "3", &floor.PickupAuthorised{Method: floor.ProofCode, Proxy: "p", Until: at.Add(5*time.Hour + 15*time.Minute)})
	tell(5*time.Hour+time.Minute, "ben", "4", &floor.HandedOut{Lines: gave("RICE", 1), Doubted: "not_paid"})
	tell(6*time.Hour, "mia", "5", &floor.HandoutReversed{Lines: []floor.Taken{{Line: "1", SKU: "RICE", Qty: 1}}, Why: "the wrong one"})
	tell(6*time.Hour, "mia", "6", &floor.MoneyReturned{Amount: floor.Money{Minor: 499, Currency: "GBP"}, Method: "card", Receipt: "r9", Why: "the wrong one"})
	for _, u := range []floor.UnitID{"U1", "U2"} { // of one list
		tell(24*time.Hour, "olle", floor.CommandID(u), &floor.UnitLeft{Unit: u, Carrier: "DPX", Manifest: "M", Contents: []floor.Content{{Line: "2", SKU: "TEA", Qty: 3}}})
	}
	x.read(&floor.Record{Time: at.Add(26 * time.Hour), At: at.Add(25 * time.Hour), Actor: "olle", Cause: "8", Event: &floor.UnitLeft{Unit: "U3", Carrier: "DPX", Delivery: "web-1/2", Unproved: true}})
	tell(25*time.Hour, "olle", "9", &floor.ManifestClosed{Manifest: "M", Driver: "Jon Doe", Plate: "AB 12", Parcels: 2, Count: 2})
	tell(48*time.Hour, "lea", "10", &floor.ReturnScanned{Return: "R", SKU: "OAT", Qty: 1, Condition: "as_new"})
	tell(49*time.Hour, "", "11", &floor.ReturnRefunded{RefundDone: floor.RefundDone{Return: "R", Amount: &floor.Money{Minor: 249, Currency: "GBP"}, Ref: "tx-1"}})

	require.Equal(t, []slips.Handed{
		{Given: "2026-11-21 12:01:00 UTC", By: "lea", To: "the customer", Proofs: []slips.Proof{{Method: "id", Detail: "passport ending 123", At: "2026-11-21 12:00:00 UTC", By: "lea"}}, Items: []slips.HandedItem{{SKU: "OAT", Name: "OAT", Qty: 2}}},
		{Given: "2026-11-21 17:01:00 UTC", By: "ben", To: "the customer", Note: "The rules said no: not paid. It was handed over all the same.",
			Proofs: []slips.Proof{{Method: "code", Relation: "authorised by the customer", At: "2026-11-21 17:00:00 UTC", By: "ben"}},
			Items:  []slips.HandedItem{{SKU: "RICE", Name: "RICE", Qty: 1}, {SKU: "RICE", Name: "RICE", Qty: 1, Note: "taken back 2026-11-21 18:00:00 UTC by mia: the wrong one"}}},
		{Given: "2026-11-22 12:00:00 UTC", By: "olle", To: "Demo Post", Parcels: []string{"U1", "U2"},
			Proofs: []slips.Proof{{Method: "list closed with the driver", Person: "Jon Doe, AB 12", Detail: "2 parcels on the list, counted 2", At: "2026-11-22 13:00:00 UTC", By: "olle"}},
			Items:  []slips.HandedItem{{SKU: "TEA", Name: "TEA", Qty: 3, Note: "parcel U1"}, {SKU: "TEA", Name: "TEA", Qty: 3, Note: "parcel U2"}}},
		{Given: "2026-11-22 13:00:00 UTC", Recorded: "2026-11-22 14:00:00 UTC", By: "olle", To: "Demo Post", Under: "delivery web-1/2", Parcels: []string{"U3"}, Note: "The rules said no to parcel U3. It left all the same."},
	}, x.h.Handed)
	require.Equal(t, []string{"4.99 GBP, card, receipt r9, 2026-11-21 18:00:00 UTC: the wrong one", "2.49 GBP for a return, 2026-11-23 13:00:00 UTC tx-1"}, x.h.Back)
	require.Equal(t, "7.48 GBP", x.h.BackAll)
	require.Equal(t, []string{"1 × OAT, as new, 2026-11-23 12:00:00 UTC"}, x.h.Goods)
	require.Equal(t, []string{"manifest/M", "return/R"}, x.more)
}

// What is shown in a dispute does not follow a handheld whose clock is wrong, and does follow one that was late.
func TestAHandOverIsToldByAClockThatCanBe(t *testing.T) {
	came := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	for at, want := range map[time.Time][2]string{
		came.Add(-time.Hour):      {"2026-11-21 11:00:00 UTC", "2026-11-21 12:00:00 UTC"},
		came.AddDate(10, 0, 0):    {"2026-11-21 12:00:00 UTC", ""},
		time.Unix(5, 0):           {"2026-11-21 12:00:00 UTC", ""},
		came.Add(5 * time.Minute): {"2026-11-21 12:00:00 UTC", ""},
		{}:                        {"2026-11-21 12:00:00 UTC", ""},
	} {
		x := disputed{zone: time.UTC, name: func(s floor.SKU) string { return string(s) }}
		x.read(&floor.Record{Device: "hh-1", At: at, Time: came, Event: &floor.HandedOut{Order: "O-1"}})
		require.Equal(t, want, [2]string{x.h.Handed[0].Given, x.h.Handed[0].Recorded}, "%s", at)
	}
}
