package floor

import (
	"encoding/json"
	"hash/fnv"
	"slices"
	"strings"
	"time"
)

// ReceiptsID names the receipts of one till on one business day: date/till.
type ReceiptsID string

// Receipts are the numbers of the receipts a till sent of one business day, so that none is booked twice.
type Receipts struct {
	ID   ReceiptsID `json:"id"`
	Date Date       `json:"date"`
	List []Receipt  `json:"list"`           // of sales, sorted by number
	Paid []Paid     `json:"paid,omitempty"` // for orders, sorted by number and order
}

// Receipt is a number, and a digest of what was on it.
type Receipt struct {
	No  string `json:"no"`
	Sum uint32 `json:"sum"`
}

func (r Receipts) clone() Receipts {
	r.List, r.Paid = slices.Clone(r.List), slices.Clone(r.Paid)
	return r
}

func (r *Receipts) find(no string) (int, bool) {
	return slices.BinarySearchFunc(r.List, no, func(x Receipt, no string) int { return strings.Compare(x.No, no) })
}

// ReceiptKey is embedded in the first event of a receipt: from here on its number is used.
type ReceiptKey struct {
	Till string `json:"till,omitempty"`
	Date Date   `json:"date,omitempty"` // the business day of the sale
	Part int    `json:"part,omitempty"` // of a receipt too long for one command
	Sum  uint32 `json:"sum,omitempty"`
}

// ReceiptTwice: a till sent a number again, with other contents. Nothing was booked: a person looks at it.
type ReceiptTwice struct {
	Receipt string `json:"receipt"`
	Till    string `json:"till,omitempty"`
	Date    Date   `json:"date"`
	Lines   int    `json:"lines"`
	Old     bool   `json:"old,omitempty"` // its day is older than receipts are remembered: nobody can tell whether it was booked
}

// ReceiptBooked refuses to book a receipt again.
const ReceiptBooked Code = "receipt_booked"

var receiptWords = map[Code][2]string{
	ReceiptBooked: {"Receipt {receipt} of {date} is booked already.", "Nothing to do: it was sent before with the same contents."},
}

var receiptCases = map[string][2]string{
	"receipt_twice": {"A till sent receipt {receipt} of {date} again, with other contents: {lines}. Nothing was booked.", "Look at the till: when it is another sale, let it be sent with a number of its own; when the first was wrong, count the items."},
	"receipt_old":   {"A till sent receipt {receipt} of {date} ({lines}), which is older than receipts are remembered: nobody can tell whether it was booked then. Nothing was booked.", "Ask the till's people whether it was sent before; if not, correct the book of its items (stock.adjust), or count them."},
}

var receiptEvents = []func() Event{blank[ReceiptTwice]}

// Type and Subject name the event.
func (*ReceiptTwice) Type() string      { return "picket.till.receipt_twice.v1" }
func (e *ReceiptTwice) Subject() string { return "site" }
func (*ReceiptTwice) doubt() bool       { return true }
func (e *ReceiptTwice) tell(Names) string {
	if e.Old {
		return "Receipt " + e.Receipt + " of " + string(e.Date) + " is older than receipts are remembered; it is not booked."
	}
	return "Receipt " + e.Receipt + " of " + string(e.Date) + " came again with other contents; it is not booked twice."
}

func (e *ReceiptTwice) apply(s *State) {
	if e.Old {
		s.raise("receipt_old", "receipt/"+e.Receipt, "receipt", e.Receipt, "date", string(e.Date), "lines", plural(e.Lines, "line"))
		return
	}
	s.raise("receipt_twice", "receipt/"+e.Receipt, "receipt", e.Receipt, "date", string(e.Date), "lines", plural(e.Lines, "line"))
}

func (k ReceiptKey) id() ReceiptsID { return ReceiptsID(string(k.Date) + "/" + k.Till) }

// number is a receipt's, with its part where it came in several.
func (k ReceiptKey) number(receipt string) string {
	if k.Part > 0 {
		return receipt + "#" + itoa(k.Part)
	}
	return receipt
}

// sum is a digest of what is on a receipt. It tells a sale sent twice from another one.
func (c *SellAtTill) sum() uint32 {
	raw, err := json.Marshal(c.Lines)
	if err != nil {
		return 0
	}
	h := fnv.New32a()
	_, _ = h.Write(raw) // a hash takes whatever it gets
	return h.Sum32()
}

// again says whether a receipt was booked before: refused when it is the same, a case for the desk when not, or when
// its day is forgotten.
func (s *State) again(c *SellAtTill, k ReceiptKey, now time.Time) ([]Event, *Refusal) {
	r := s.Receipts.Get(k.id())
	if r == nil {
		if string(k.Date) < s.oldestReceipt(Date(s.Calendar().Day(now))) {
			return []Event{&ReceiptTwice{Receipt: c.Receipt, Till: k.Till, Date: k.Date, Lines: len(c.Lines), Old: true}}, nil
		}
		return nil, nil
	}
	at, found := r.find(k.number(c.Receipt))
	switch {
	case !found:
		return nil, nil
	case r.List[at].Sum == k.Sum:
		return nil, Refuse(ReceiptBooked, "receipt", c.Receipt, "date", string(k.Date))
	}
	return []Event{&ReceiptTwice{Receipt: c.Receipt, Till: k.Till, Date: k.Date, Lines: len(c.Lines)}}, nil
}

// use remembers a receipt's number, for as many business days as the policy says.
func (k ReceiptKey) use(s *State, receipt string) {
	if k.Date == "" {
		return // one of the further lines, or a record from before receipts were remembered
	}
	r := s.Receipts.change(s, k.id())
	if r == nil {
		r = s.Receipts.put(s, k.id(), Receipts{ID: k.id(), Date: k.Date})
		s.forgetReceipts(s.dayOf(s.now()).date)
	}
	no := k.number(receipt)
	if at, found := r.find(no); !found {
		r.List = slices.Insert(r.List, at, Receipt{No: no, Sum: k.Sum})
	}
}

// oldestReceipt is the first business day whose receipts are still remembered.
func (s *State) oldestReceipt(today Date) string {
	return nextDay(string(today), -max(1, s.Policy.ReceiptDays))
}

func (s *State) forgetReceipts(today Date) {
	oldest := s.oldestReceipt(today)
	for _, id := range s.Receipts.IDs() {
		if string(s.Receipts.Get(id).Date) >= oldest {
			return // they are sorted by their day
		}
		s.Receipts.drop(id)
	}
}
