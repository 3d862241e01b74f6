package floor

import "time"

// Ids of the aggregates beside orders.
type (
	RunID      string // pick run
	ToteID     string // a tote's own barcode
	InboundID  string // what is expected to arrive: ASN, purchase order, transfer
	ReturnID   string
	CountID    string
	TaskID     string
	ManifestID string
	CartonID   string // a kind of box
	CarrierID  string // a carrier's code
	CaseID     string // a case on the desk
)

// Task is a piece of work that is no order: put back, put away, replenish, count again, wrap. A task that is
// done leaves the list.
type Task struct {
	ID      TaskID    `json:"id"`
	What    string    `json:"what"`              // put_back, put_away, replenish, recount, restock, wrap
	Subject string    `json:"subject,omitempty"` // what it belongs to, such as order/O-1
	SKU     SKU       `json:"sku,omitempty"`
	Qty     int       `json:"qty,omitempty"`
	From    PlaceID   `json:"from,omitempty"`
	To      PlaceID   `json:"to,omitempty"`
	Why     string    `json:"why,omitempty"` // a code: surplus, cancelled, no_show, low, variance
	By      UserID    `json:"by,omitempty"`  // who took it
	Since   time.Time `json:"since,omitzero"`
}

func (t Task) clone() Task { return t }
