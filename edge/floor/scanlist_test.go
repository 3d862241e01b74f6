package floor

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

const listed1, listed2, listed3 UnitID = "095200010000000027", "095200010000000034", "095200010000000041"

// keyOf is the public half of a key as commands bring it.
func keyOf(key ed25519.PrivateKey) string {
	return hex.EncodeToString(key.Public().(ed25519.PublicKey))
}

var strangeKey = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{9}, 32))

// dock is the site south, which takes in transfers of north and knows its key.
func dock(t require.TestingT) *world {
	w := shop(t)
	w.must("", &MakeListKey{ID: "south-1", Site: "south", Public: keyOf(strangeKey)})
	w.must("", &SetListKey{ID: "north-1", Site: "north", Public: keyOf(listKey)})
	return w
}

// listCode is a code of a parcel's list, signed by north; change bends it before it is signed.
func listCode(u UnitID, order OrderID, no, of int, lines []ListedLine, change func(*ContentList)) string {
	c := ContentList{From: "north", To: "south", Unit: u, Order: order, No: no, Of: of, Key: "north-1", Lines: lines}
	if change != nil {
		change(&c)
	}
	return string(sealed(&c))
}

func lotLines(n int) (out []ListedLine) {
	for i := range n {
		out = append(out, ListedLine{SKU: "OAT", Qty: 1, Lot: fmt.Sprintf("L%03d", i)})
	}
	return out
}

// listCodes are what a scanner reads off the parcels of the transcripts.
var listCodes = map[string]string{
	"list":         listCode(listed1, "T-9", 1, 1, []ListedLine{{SKU: "OAT", Qty: 4}, {SKU: "RICE", Qty: 2}}, nil),
	"list_other":   listCode(listed1, "T-9", 1, 1, []ListedLine{{SKU: "OAT", Qty: 5}}, nil),
	"list_2nd":     listCode(listed2, "T-9", 1, 1, []ListedLine{{SKU: "RICE", Qty: 3}}, nil),
	"list_1_of_2":  listCode(listed3, "T-10", 1, 2, []ListedLine{{SKU: "OAT", Qty: 2}}, nil),
	"list_2_of_2":  listCode(listed3, "T-10", 2, 2, []ListedLine{{SKU: "YOG", Qty: 6, Lot: "L7"}}, nil),
	"list_2_of_3":  listCode(listed3, "T-10", 2, 3, []ListedLine{{SKU: "OAT", Qty: 2}}, nil),
	"list_lots":    listCode(listed1, "T-9", 1, 1, []ListedLine{{SKU: "OAT", Qty: 3, Lot: "L1"}, {SKU: "OAT", Qty: 1, Lot: "L2"}, {SKU: "RICE", Qty: 2}}, nil),
	"list_unknown": listCode(listed1, "T-9", 1, 1, []ListedLine{{SKU: "SOAP", Qty: 4}}, nil),
	"list_new_key": listCode(listed1, "T-9", 1, 1, []ListedLine{{SKU: "OAT", Qty: 4}}, func(c *ContentList) { c.Key = "north-2" }),
	"list_of_east": listCode(listed1, "T-9", 1, 1, []ListedLine{{SKU: "OAT", Qty: 4}}, func(c *ContentList) { c.From = "east" }),
	"list_to_east": listCode(listed1, "T-9", 1, 1, []ListedLine{{SKU: "OAT", Qty: 4}}, func(c *ContentList) { c.To = "east" }),
	"list_forged": func() string {
		c := ContentList{From: "north", To: "south", Unit: listed1, Order: "T-9", No: 1, Of: 1, Key: "north-1", Lines: []ListedLine{{SKU: "OAT", Qty: 40}}}
		return string(c.Sealed(ed25519.Sign(strangeKey, c.Bytes())))
	}(),
	"list_long_1": listCode(listed2, "T-11", 1, 3, lotLines(90), nil),
	"list_long_2": listCode(listed2, "T-11", 2, 3, lotLines(90), nil),
	"list_long_3": listCode(listed2, "T-11", 3, 3, lotLines(90), nil),
}

var listGoldens = []Event{
	&NumbersAsked{Number: "carrier:DEMO", Prefix: "9", Left: 12},
	&ListRead{Inbound: "hh-1:9", From: "north", Order: "T-9", Unit: listed1, Key: "north-1", No: 1, Of: 2, Sum: "00ff00ff00ff00ff", Lines: []Announced{{SKU: "OAT", Qty: 4, Lot: "L7", Unit: listed1}}, Again: true},
	&TransferCounted{Inbound: "hh-1:9", Unit: listed1, From: "north", Order: "T-9", Lines: []CountedSKU{{SKU: "OAT", Listed: 4, Got: 3, Damaged: 1}}},
	&TransferTold{Inbound: "hh-1:9", As: "transfer/" + InboundID(listed1), Unit: listed1, From: "north", Lines: []ToldSKU{{SKU: "OAT", Sent: 3, Known: 4}}},
	&TransferAgreed{AgreeTransfer: AgreeTransfer{Unit: listed1, SKU: "OAT", Qty: 1, As: "lost", Note: "van searched", Done: true}, Inbound: "hh-1:9", From: "north"},
	&ListKeyMade{MakeListKey{ID: "south-1", Site: "south", Public: keyOf(strangeKey)}},
	&ListKeySet{SetListKey{ID: "north-1", Site: "north", Public: keyOf(listKey), Off: true}},
}

// transferCommand gives random commands about transfers that come with lists, and the centre's word of them.
func transferCommand(rt *rapid.T, w *world) Command {
	unit := rapid.SampledFrom([]UnitID{listed1, listed2}).Draw(rt, "parcel")
	in := InboundID("T-1")
	if ids := w.s.Inbounds.IDs(); len(ids) > 0 {
		in = rapid.SampledFrom(ids).Draw(rt, "transfer inbound")
	}
	qty := rapid.IntRange(1, 3).Draw(rt, "listed qty")
	switch rapid.IntRange(0, 9).Draw(rt, "transfer command") {
	case 0:
		return &SetListKey{ID: "north-1", Site: "north", Public: keyOf(listKey), Off: rapid.IntRange(0, 5).Draw(rt, "off") == 0}
	case 1, 2, 3:
		of := rapid.IntRange(1, 2).Draw(rt, "of")
		no := rapid.IntRange(1, of).Draw(rt, "no")
		return &ScanList{Code: listCode(unit, "T-9", no, of, []ListedLine{{SKU: "OAT", Qty: qty}, {SKU: "RICE", Qty: no}}, nil)}
	case 4, 5:
		return &AnnounceInbound{Inbound: InboundID("transfer/" + unit), What: "transfer", From: "north", Ref: "T-9", Lines: []Announced{{SKU: "OAT", Qty: qty, Unit: unit}, {SKU: "RICE", Qty: 1, Unit: listed2}}}
	case 6:
		return &ReceiveScan{Inbound: in, Unit: unit}
	case 7:
		return &ReceiveScan{Inbound: in, SKU: "OAT", Qty: qty, Damaged: qty == 3}
	case 8:
		return &CloseInbound{Inbound: in}
	}
	return &AgreeTransfer{Unit: unit, SKU: "OAT", Qty: 1, As: "lost", Done: qty == 1}
}

// TestAParcelIsForgottenInTheEnd: what was received is known for a season, so that an old list brings nothing;
// after it nothing of the parcel is left.
func TestAParcelIsForgottenInTheEnd(t *testing.T) {
	w := dock(t)
	in := w.must("anna", &ScanList{Code: listCodes["list_2nd"]})[0].(*InboundOpened).Inbound
	w.must("anna", &ReceiveScan{Inbound: in, Unit: listed2})
	w.must("anna", &CloseInbound{Inbound: in})
	w.must("anna", &PutAway{Inbound: in, SKU: "RICE", Qty: 3, Bin: "A-02-1"})
	require.Nil(t, w.s.Inbounds.Get(in), "the delivery is over")
	w.refused("anna", &ScanList{Code: listCodes["list_2nd"]}, InboundOver)
	w.late += (ParcelDays + 1) * 24 * 3600e9
	w.must("anna", &ScanList{Code: listCodes["list"]})
	require.Nil(t, w.s.Transfers.Get(listed2))
	require.NotNil(t, w.s.Transfers.Get(listed1))
}

// TestTheOrderOfCodesAndAnnouncementLeavesNoTrace: codes and the centre's word in any order expect the same.
func TestTheOrderOfCodesAndAnnouncementLeavesNoTrace(t *testing.T) {
	commands := []Command{
		&ScanList{Code: listCodes["list_1_of_2"]}, &ScanList{Code: listCodes["list_2_of_2"]},
		&AnnounceInbound{Inbound: "transfer/x", What: "transfer", From: "north", Ref: "T-10", Lines: []Announced{{SKU: "OAT", Qty: 2, Unit: listed3}, {SKU: "YOG", Qty: 6, Unit: listed3}}},
	}
	for _, order := range [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
		w := dock(t)
		for _, i := range order {
			w.must("anna", commands[i])
		}
		require.Equal(t, 1, w.s.Inbounds.Len(), "%v", order)
		in := w.s.Inbounds.All()[0]
		require.Equal(t, 2, in.inParcel(listed3, "OAT"), "%v", order)
		require.Equal(t, 6, in.inParcel(listed3, "YOG"), "%v", order)
		w.must("anna", &ReceiveScan{Inbound: in.ID, Unit: listed3})
		require.EqualValues(t, 2, w.s.OnHand(Receiving(in.ID), "OAT"), "%v", order)
	}
}
