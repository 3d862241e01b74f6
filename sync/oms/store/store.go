package store

import (
	"context"
	"errors"
	"time"

	"picket/edge/floor"
	"picket/sync/oms/order"
	"picket/sync/wire"
)

// Store is a database of the centre.
type Store interface {
	// Update runs do in one transaction. do may be run more than once, and must have no effect but on tx.
	Update(ctx context.Context, do func(tx Tx) error) error
	// View runs do on one moment of the database. Writing in it is an error.
	View(ctx context.Context, do func(tx Tx) error) error
	// Commits is how many transactions ever wrote, as of the newest. The count is in the database itself, so an older
	// copy has fewer: somebody outside who was told it can tell the two apart. It is not asked for in a transaction.
	Commits() uint64
	// Close waits for what runs and closes the database.
	Close() error
}

// CommitsKey is where the count is kept. It was a clock's once, and goes on from there.
const CommitsKey = "beat"

// Tx is one transaction. It is used by one goroutine, and not after do has returned.
type Tx interface {
	Meta
	Catalogue
	Sites
	Feed
	Facts
	Proofs
	Portraits
	Orders
	Stock
}

var (
	// ErrNone: there is no such row.
	ErrNone = errors.New("store: there is no such row")
	// ErrLive: the order's line group has a live assignment already.
	ErrLive = errors.New("store: the line group has a live assignment already")
	// ErrTaken: another row has this name (channel and number, barcode, record id).
	ErrTaken = errors.New("store: the name is taken")
)

// Meta is a few values about the centre itself, such as its life line.
type Meta interface {
	// Meta is "" when the key was never set.
	Meta(key string) (string, error)
	SetMeta(key, value string) error
}

// Catalogue is items and their barcodes.
type Catalogue interface {
	// Items by SKU, rising, behind after; at most most.
	Items(after floor.SKU, most int) ([]floor.Item, error)
	// Item is ErrNone when it is not there.
	Item(sku floor.SKU) (floor.Item, error)
	// Coded finds the item of a GTIN of 14 digits, ErrNone when nobody has it.
	Coded(gtin string) (floor.SKU, error)
	// PutItem replaces the item and its barcodes whole. ErrTaken: another item has one of the barcodes.
	PutItem(it floor.Item) error
}

// Site is a site as the centre sets it up.
type Site struct {
	ID       floor.SiteID
	Name     string
	Zone     string // IANA time zone
	Capacity int    // live assignments it can have; 0 is no limit
	Prefix   string // SSCC: extension digit and company prefix
	Block    uint64 // how many numbers a lease has
}

// Block is a run of SSCC serials that belongs to one site for ever.
type Block struct {
	Prefix string
	From   uint64
	To     uint64
	Site   floor.SiteID
	Used   uint64 // the highest serial seen in a fact; 0 before the first
}

// User is a person at one site. Body is what the site gets, PIN hash included.
type User struct {
	Key     string
	Version uint64
	Digest  string
	Body    []byte
}

// Mark is where a site's log and the centre's knowledge of it stand.
type Mark struct {
	Node    wire.NodeID
	Epoch   wire.Epoch
	Applied wire.Position // of the site's log, raw and durable
	Pos     wire.Pos      // facts held
	Orphan  wire.Pos
	Stable  wire.Seq
	Lineage wire.Lineage // of the site's feed
	Acked   wire.Seq     // of the feed, as last stored: may lag
	Folded  wire.Pos     // facts interpreted
	AsOf    wire.Seq     // of the newest interpreted record
	AsOfAt  time.Time    // its time, by the site's clock: how old the stock mirror is
	Heard   time.Time    // when a batch last came, by the centre's clock
	Stuck   *wire.Blocked
	Odd     uint64 // facts a person has to look at: not to be interpreted, or the refusal of something the centre sent
	OddLast string // the newest of them: its id and why
}

// Setting is the newest of a kind of record the centre sent a site, so that a feed issued anew has it too.
type Setting struct {
	Key     string
	Type    string // of the record; empty for what the centre keeps for itself
	Subject string
	Body    []byte
}

// Sites is sites, what is set up for them, and their marks.
type Sites interface {
	// Sites by id, rising.
	Sites() ([]Site, error)
	Site(id floor.SiteID) (Site, error)
	PutSite(s Site) error
	Bins(site floor.SiteID) ([]floor.Bin, error)
	PutBin(site floor.SiteID, b floor.Bin) error
	Users(site floor.SiteID) ([]User, error)
	PutUser(site floor.SiteID, u User) error
	// Mark is the zero Mark for a site that never spoke. In an Update it holds the row until the commit: two
	// transactions that read a mark and write it back run one behind the other.
	Mark(site floor.SiteID) (Mark, error)
	PutMark(site floor.SiteID, m Mark) error
	// Settings of a site, by key, rising.
	Settings(site floor.SiteID) ([]Setting, error)
	// PutSetting replaces the setting of a key.
	PutSetting(site floor.SiteID, s Setting) error
	// Blocks of one site, in the order they were leased.
	Blocks(site floor.SiteID) ([]Block, error)
	// LastNumber is the highest serial ever leased under a prefix to anybody, 0 when none was.
	LastNumber(prefix string) (uint64, error)
	// PutBlock adds a block, or moves Used of the one that begins at From.
	PutBlock(b Block) error
}

// FeedEntry is one record of a site's feed and the rows it names.
type FeedEntry struct {
	Seq  wire.Seq
	Hash wire.Hash // of the chain at Seq
	ID   string    // the record's id
	Raw  []byte
	Rows []wire.Sealed
}

// Feed is the log from the centre to each site: contiguous from 1 within a lineage, never changed.
type Feed interface {
	// FeedHead is the newest entry's place, (0, zero hash) when the lineage has none.
	FeedHead(site floor.SiteID, l wire.Lineage) (wire.Seq, wire.Hash, error)
	FeedHash(site floor.SiteID, l wire.Lineage, seq wire.Seq) (wire.Hash, error)
	// ReadFeed gives at most most entries from seq on, and at most about bytes of them.
	ReadFeed(site floor.SiteID, l wire.Lineage, from wire.Seq, most, bytes int) ([]FeedEntry, error)
	// FeedRecord finds an entry of any lineage by its record's id, ErrNone when there is none.
	FeedRecord(site floor.SiteID, id string) (FeedEntry, error)
	// AppendFeed adds the entry at Seq, which must be head + 1.
	AppendFeed(site floor.SiteID, l wire.Lineage, e FeedEntry) error
}

// Fact is one record that came from a site, in its exact bytes.
type Fact struct {
	Pos    wire.Pos // its number among all facts of the site
	Record string   // its id, unique for ever
	Log    wire.LogID
	Seq    wire.Seq
	Hash   wire.Hash
	Raw    []byte // empty: what stood here does not stand (Exchange)
}

// Facts is what the sites told.
type Facts interface {
	// AddFact stores a fact and its place in the chain. An id that is known keeps its bytes and its pos, and
	// only the place in the chain is added; added says whether it was new. One of Seq 0 is on no chain.
	AddFact(site floor.SiteID, f Fact) (added bool, err error)
	// AddFacts is AddFact for facts that follow one another on the chain (Pos is not looked at): the new ones are
	// numbered from after+1 on, and it says how many they were.
	AddFacts(site floor.SiteID, after wire.Pos, fs []Fact) (added int, err error)
	// FactOf finds a fact by its record's id, ErrNone when there is none.
	FactOf(site floor.SiteID, record string) (Fact, error)
	// Facts behind a pos, rising; at most most.
	Facts(site floor.SiteID, after wire.Pos, most int) ([]Fact, error)
	ChainHash(site floor.SiteID, seq wire.Seq) (wire.Hash, error)
	// CutChain forgets the chain behind seq. The facts stay.
	CutChain(site floor.SiteID, seq wire.Seq) error
	// PutPoint adds a place to the chain whose record is not held.
	PutPoint(site floor.SiteID, seq wire.Seq, hash wire.Hash) error
	// KeepSecond keeps another record under an id that is known; the newest of them stays.
	KeepSecond(site floor.SiteID, record string, raw []byte) error
	// Second is ErrNone when there is none.
	Second(site floor.SiteID, record string) ([]byte, error)
	// Exchange puts the second record of an id in the place of its fact, which is kept as the second. Where there is none
	// the fact has no bytes from then on, and says nothing. One that is on a chain cannot be exchanged.
	Exchange(site floor.SiteID, record string) error
	// Park keeps the bytes of a record that cannot be taken yet, for people to look at.
	Park(site floor.SiteID, seq wire.Seq, raw []byte) error
}

// Proof is a row of personal data that came beside a site's records, such as what shows who got an order, sealed.
type Proof struct {
	Site   floor.SiteID
	Ref    string
	Order  floor.OrderID // as the site calls it; "" when it is of none
	Taken  time.Time
	Sealed []byte
}

// Proofs is what the sites sent of that.
type Proofs interface {
	// KeepProof stores one. The newest of a ref stays, with the time the first was taken.
	KeepProof(p Proof) error
	// Proof is ErrNone when there is none.
	Proof(site floor.SiteID, ref string) (Proof, error)
	// ProofsOf are those of one order of a site, by ref.
	ProofsOf(site floor.SiteID, at floor.OrderID) ([]Proof, error)
	// ProofsTaken are those taken before a time, the oldest first; at most most.
	ProofsTaken(before time.Time, most int) ([]Proof, error)
	DropProof(site floor.SiteID, ref string) error
}

// Portrait is what a site's facts come to, made for a box that lost them, as it is sent.
type Portrait struct {
	ID   wire.SnapshotID
	Pos  wire.Pos // facts in it
	Data []byte
}

// Portraits is at most one of each site.
type Portraits interface {
	// KeepPortrait replaces it.
	KeepPortrait(site floor.SiteID, p Portrait) error
	// Portrait is ErrNone when there is none.
	Portrait(site floor.SiteID) (Portrait, error)
	DropPortrait(site floor.SiteID) error
}

// Filter selects orders.
type Filter struct {
	State order.State  // "" is any
	Site  floor.SiteID // "" is any
	Text  string       // in number or channel
	After floor.OrderID
	Most  int
}

// Orders is orders, their assignments, their personal data and their time lines.
type Orders interface {
	// AddOrder is ErrTaken when the channel has the number already.
	AddOrder(o order.Order) error
	// SetOrder stores state and routing; site is the one that has it now, "" for none.
	SetOrder(id floor.OrderID, state order.State, site floor.SiteID, r order.Routing) error
	// PutOrder replaces everything else of an order, and when it is due. Number and lines stay as many; the
	// channel changes when an order that was lost is sent again.
	PutOrder(o order.Order) error
	Order(id floor.OrderID) (order.Order, error)
	OrderByNumber(channel, number string) (order.Order, error)
	// FindOrders gives the newest first.
	FindOrders(f Filter) ([]order.Order, error)
	// CountOrders by state; states without orders are absent.
	CountOrders() (map[order.State]int, error)
	// Want replaces what an order looks for besides its lines while it waits: items, or "@" and a site.
	Want(id floor.OrderID, keys []floor.SKU) error
	// WaitingFor lists orders that look for one of the keys, and waiting orders with a line of one of the items,
	// the earliest due first.
	WaitingFor(keys []floor.SKU, most int) ([]floor.OrderID, error)

	// AddAssignment is ErrLive when the line group has a live one.
	AddAssignment(a order.Assignment) error
	SetAssignment(a order.Assignment) error
	// Assignments of an order, oldest first.
	Assignments(id floor.OrderID) ([]order.Assignment, error)
	// AssignmentAt finds the one a site calls by this name.
	AssignmentAt(site floor.SiteID, at floor.OrderID) (order.Assignment, error)
	// AssignmentOf finds the one a record of the feed carried.
	AssignmentOf(id floor.AssignmentID) (order.Assignment, error)
	// LiveAt are the live assignments of a site, oldest first.
	LiveAt(site floor.SiteID) ([]order.Assignment, error)
	// TakenFrom are those of a site that were given to another one (revoked), oldest first. It may still have them.
	TakenFrom(site floor.SiteID) ([]order.Assignment, error)
	CountLive(site floor.SiteID) (int, error)

	PutPersonal(id floor.OrderID, p order.Personal) error
	// Personal is nil when it was erased.
	Personal(id floor.OrderID) (*order.Personal, error)

	Tell(id floor.OrderID, h order.Happened) error
	Timeline(id floor.OrderID) ([]order.Happened, error)
}

// Standing is what stands at one place of one site.
type Standing struct {
	Place floor.PlaceID
	SKU   floor.SKU
	Qty   int64
}

// Level is an item's stock at one site.
type Level struct {
	Site     floor.SiteID
	SKU      floor.SKU
	OnHand   int64 // in bins; a bin below zero counts as it is
	Promised int64 // in bins, a bin below zero counting as empty: what may be promised from
	Reserved int64 // live assignments still take it from the bins
	Other    map[string]int64
}

// Stock is the mirror of each site's book.
type Stock interface {
	// Move adds deltas, each at a place.
	Move(site floor.SiteID, deltas []Standing) error
	// EmptyStock forgets what stands anywhere at a site, of some items or, without any, of all; what is reserved stays.
	EmptyStock(site floor.SiteID, items []floor.SKU) error
	// Reserve replaces what an assignment still takes from the bins.
	Reserve(id floor.AssignmentID, site floor.SiteID, lines []order.Line) error
	// Levels of one site, by SKU; no skus are all.
	Levels(site floor.SiteID, skus []floor.SKU) ([]Level, error)
	// Drift is how restless items of a site are; those never seen to move are absent, and no skus are all.
	Drift(site floor.SiteID, skus []floor.SKU) (map[floor.SKU]order.Drift, error)
	PutDrift(site floor.SiteID, sku floor.SKU, d order.Drift) error
}
