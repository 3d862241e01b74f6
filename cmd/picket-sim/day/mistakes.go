package day

import (
	"fmt"
	"slices"
)

// Mistake is a way in which people go wrong.
type Mistake string

// What people do wrong. Every one of them is rolled for by the seed where it can happen.
const (
	WrongItem     Mistake = "wrong item scanned"
	WrongGoods    Mistake = "right code, wrong goods taken"
	WrongBin      Mistake = "wrong bin scanned"
	DoubleScan    Mistake = "scanned twice"
	LostAnswer    Mistake = "answer lost, sent again"
	TooManyTaken  Mistake = "took one too many"
	FalseShort    Mistake = "reported short, and it was there"
	WrongTote     Mistake = "put into another order's tote"
	WrongParcel   Mistake = "packed into another parcel"
	ForgotVerify  Mistake = "label not scanned on its parcel"
	SwappedLabels Mistake = "labels of two parcels swapped"
	WrongCode     Mistake = "wrong pickup code"
	NoProof       Mistake = "handed out before any proof"
	WalkedAway    Mistake = "walked away in the middle"
	LateEntry     Mistake = "done first, entered later"
	Miscount      Mistake = "miscounted"
	TwiceHanded   Mistake = "tried to hand over twice"
	Unscanned     Mistake = "parcel not scanned onto the manifest"
	WrongShelf    Mistake = "put away into the wrong bin"
	WrongCarrier  Mistake = "parcel on the wrong carrier's list"
	TwiceBack     Mistake = "brought back more than was sold"
	Broken        Mistake = "dropped it"
	Stolen        Mistake = "shrinkage"
)

// odds of each mistake, per mille of the occasions.
var odds = map[Mistake]float64{
	WrongItem: 8, WrongGoods: 3, WrongBin: 5, DoubleScan: 5, LostAnswer: 4, TooManyTaken: 3, FalseShort: 4, WrongTote: 2,
	WrongParcel: 2, ForgotVerify: 20, SwappedLabels: 4, WrongCode: 60, NoProof: 25, WalkedAway: 12, LateEntry: 10, Miscount: 20,
	TwiceHanded: 10, Unscanned: 8, WrongShelf: 10, WrongCarrier: 4, Broken: 1, Stolen: 1, TwiceBack: 60,
}

// tally is what the simulator itself knows of the day: it never asks the site for it.
type tally struct {
	Made   map[Mistake]int
	Caught map[Mistake]map[string]int // how it was found

	Commands int
	Scans    int
	Ops      int            // of the commands, on a handheld under its own number
	Refused  map[string]int // by code
	Kinds    map[string]int // commands by kind
	Metres   float64
	Planned  float64 // metres of the runs as they were planned
	Runs     int
	Breaks   int

	Lines     int // asked for
	Units     int
	Picked    int // units
	Confirmed int // units the site took a pick for, whatever became of them
	Wrapped   int // gifts
	Printed   int // documents
	Late      int // orders that were picked again for what was added
	PickedAt  int // picks: lines visited
	Shorts    map[string]int
	Declined  int
	Packed    int
	Parcels   int
	Shipped   int   // parcels
	Handed    int   // orders
	HandedU   int   // units
	Expired   int   // orders nobody came for
	ExpiredU  int   // units
	Money     int64 // taken at the counter
	Returned  int   // units
	Sold      int   // units, at the tills
	Received  int   // units
	Counted   int   // bins
	Recounts  int
	Replans   int
	Arrived   int // units of ship-to-store
	Recalled  int
	Changed   int
	Back      int // parcels that came back
	PutBack   int // units
	Found     int // units that were missing and turned up
	TillBack  int // units, brought back to the tills
	Filled    int // replenished units
	Transfers int // parcels between the two sites, both ways
	Signed    int // inventories
	Numbers   int // serial numbers the site was asked for
	Missed    int // parcels their carrier did not come for, and that left with the next
	Desk      map[string]int
}

func newTally() *tally {
	return &tally{Made: map[Mistake]int{}, Caught: map[Mistake]map[string]int{}, Refused: map[string]int{}, Kinds: map[string]int{},
		Shorts: map[string]int{}, Desk: map[string]int{}}
}

func (t *tally) made(m Mistake) { t.Made[m]++ }

// caught says how a mistake came to light.
func (t *tally) caught(m Mistake, how string) {
	if t.Caught[m] == nil {
		t.Caught[m] = map[string]int{}
	}
	t.Caught[m][how]++
}

// byRefusal notes that the site said no to a mistake, or that it did not.
func (t *tally) byRefusal(m Mistake, a Answer) bool {
	if a.ok() {
		return false
	}
	t.caught(m, "refused: "+a.code())
	return true
}

// sorted lists the keys of a map in order.
func sorted[K ~string, V any](m map[K]V) []K {
	out := make([]K, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// breach is a promise that was broken. The first few are told in full.
func (w *world) breach(format string, args ...any) {
	if len(w.breaches) < 50 {
		w.breaches = append(w.breaches, fmt.Sprintf(format, args...))
	}
	w.breached++
}
