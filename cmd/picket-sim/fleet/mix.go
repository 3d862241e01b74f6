package fleet

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"picket/edge/floor"
	"picket/sync/linktest"
	"picket/sync/reconcile"
)

// Mix is what a seed draws: which faults there are and how often, and how busy the place is.
type Mix struct {
	Sites    int
	Orders   int           // placed while faults run
	Faults   time.Duration // how long they run
	Net      linktest.Faults
	Cuts     float64 // per second: the site's or the centre's line passes nothing for a while, unnoticed
	Brokers  float64 // per second: the broker restarts and forgets everything
	Deaths   float64 // per point at which the site's process can die
	Disk     float64 // per commit: it fails, kept or not
	Centres  float64 // per point at which the centre's process can die
	Store    float64 // per transaction of the centre: it fails, kept or not
	Radio    Radio
	Copies   float64 // per second and site: its file is copied
	PutBacks float64 // per second and site: it is put back to the last copy
	Restores float64 // per second: the centre is put back to a backup
	Silent   float64 // share of these that nobody announces
	Replaces float64 // per second and site: the box is gone, and another takes its place
	Allots   float64 // per second and site: somebody says how many units of an item it is to keep
	Wipes    float64 // per second and handheld: its store is lost
	Tabs     float64 // per second and handheld: a second page sends what its store holds
	Returns  float64 // share of the boxes that are gone that turn up again
	HandIns  float64 // share of these whose records somebody brings from the disk
	Portray  int     // more facts than so many come to a box that lost them as a snapshot; 0: as the centre has it
	Zones    float64 // per second and handheld: it is out of reach for a while
	Batterys float64 // per second and handheld: it goes out and forgets its screen
	Media    float64 // per second: out of labels for a while
	Power    float64 // per second: the printer loses power
	Silence  float64 // per second: it answers nothing for a while
	Cable    float64 // per job: the connection breaks while its bytes leave
	Skew     time.Duration
	Jumps    float64 // per second: the site's clock is set
	Snapshot int     // entries between snapshots
	Chunks   int
	Retain   time.Duration // entries older than this may be trimmed
	Backup   bool          // the centre says stable only now and then
	Small    bool          // parcels hold little: several per order
	Confirm  float64       // share of orders that leave with the centre's permit only
	Slow     time.Duration // the centre is overloaded: each of its acknowledgements leaves late by up to so much
	Older    []string      // types of records the centre does not know until it is updated, when the faults are over
	Behind   []string      // types of the centre's records that sites do not know until they are updated, when the faults are over
	Timing   reconcile.Timing
	Think    time.Duration // a person's pace
	Wishes   float64       // share of orders that somebody wants otherwise later on
	Oddities float64       // share of what people do that is odd: wrong item, take-over, void, undo
	Phantoms float64       // share of bins whose book promises more than stands there
	Errands
	Hands   int     // handhelds of a site, at most
	Freezes float64 // per second and site: the box's clock stands still for a while
}

// Errands are what a share of the seeds has besides: what is done at a site without an order, and what is asked of it.
type Errands struct {
	Tills     float64 // per second and site: the till sells
	Nights    float64 // per second: hours pass in which nobody does anything, and a site is cut off behind them
	Inquiries float64 // per second: a channel asks what is promised
	Collects  float64 // share of orders that customers collect
	Stockwork float64 // share of a person's spare moments in which a bin is counted
	Lorries   float64 // per second and site: a delivery comes
}

// Radio is the way between a handheld and the site, per message.
type Radio struct {
	Drop, Dup float64
	DelayMin  time.Duration
	DelayMax  time.Duration
}

// draw makes a seed's mix. Each kind of fault is there in about half of the seeds.
func draw(rng *rand.Rand) Mix {
	some := func(share, low, high float64) float64 {
		v := low + rng.Float64()*(high-low)
		if rng.Float64() >= share {
			return 0
		}
		return v
	}
	dur := func(low, high time.Duration) time.Duration { return low + time.Duration(rng.Int64N(int64(high-low)+1)) }
	m := Mix{
		Sites: 1 + rng.IntN(3), Orders: 3 + rng.IntN(8), Faults: dur(60*time.Second, 150*time.Second),
		Net: linktest.Faults{Drop: some(.5, .01, .3), Dup: some(.4, .01, .3), Replay: some(.3, .01, .15),
			DelayMin: dur(time.Millisecond, 40*time.Millisecond), Truncate: some(.2, .005, .05)},
		Cuts: some(.4, .01, .05), Brokers: some(.4, .005, .04), Deaths: some(.5, .0005, .008), Disk: some(.3, .002, .03),
		Centres: some(.4, .0005, .01), Store: some(.3, .002, .05),
		Radio: Radio{Drop: some(.5, .01, .3), Dup: some(.4, .01, .3), DelayMin: 2 * time.Millisecond, DelayMax: dur(5*time.Millisecond, 80*time.Millisecond)},
		Zones: some(.5, .005, .04), Batterys: some(.4, .002, .02),
		Media: some(.4, .01, .06), Power: some(.4, .005, .04), Silence: some(.3, .005, .04), Cable: some(.3, .02, .25),
		Snapshot: 40 + rng.IntN(400), Chunks: 1 + rng.IntN(3), Retain: 30 * 24 * time.Hour,
		Backup: rng.Float64() < .4, Small: rng.Float64() < .5,
		Think: dur(150*time.Millisecond, 900*time.Millisecond), Oddities: some(.8, .02, .25), Wishes: some(.6, .1, .6), Copies: .1, PutBacks: some(.3, .003, .03), Phantoms: some(.6, .1, .5),
	}
	m.Net.DelayMax = m.Net.DelayMin + time.Duration(some(.5, .005, 3)*float64(time.Second)) + time.Millisecond
	if rng.Float64() < .3 {
		m.Radio.DelayMax = dur(time.Second, 5*time.Second)
	}
	if rng.Float64() < .3 {
		m.Skew = dur(-5*time.Minute, 5*time.Minute)
	}
	if rng.Float64() < .1 {
		m.Skew = -56 * 365 * 24 * time.Hour // a box without a battery boots in 1970
	}
	m.Jumps = some(.15, .005, .03)
	if rng.Float64() < .3 {
		m.Retain = dur(90*time.Second, 150*time.Second) // longer than any answer can be on its way
	}
	if rng.Float64() < .3 { // odd sizes and hasty timers bring out what the usual ones hide
		m.Timing.BatchRecords = 1 + rng.IntN(5)
		m.Timing.WindowStart, m.Timing.WindowMax = 1, 1+rng.IntN(3)
		m.Timing.AckRecords = 1 + rng.IntN(4)
		m.Timing.RetransmitMin = dur(20*time.Millisecond, 3*time.Second)
		m.Timing.AckDelay = dur(2*time.Millisecond, 50*time.Millisecond)
		m.Timing.Ready = 1 + rng.IntN(3)
	}
	return m
}

// disasters are what the worlds of putting back and replacing have. They take nothing from the seed's other draws.
func (m *Mix) disasters(seed uint64, opt Options) {
	if !opt.Restore && !opt.Replace {
		return
	}
	rng := rand.New(rand.NewPCG(seed, 0xd15a57e5))
	low := func(a, b float64) float64 { return a + rng.Float64()*(b-a) }
	restores, silent, replaces, portray, before := low(.008, .04), low(.2, 1), low(.003, .02), 4+rng.IntN(60), rng.Float64() < .35
	if opt.Replace {
		m.Replaces = replaces
		if rng.Float64() < .5 {
			m.Portray = portray
		}
	}
	if !opt.Restore {
		return
	}
	m.Restores = restores
	if rng.Float64() < .3 {
		m.Silent = silent
	}
	// A centre that is put back to before what it called stable lacks what nobody else may have any more: that is for sites
	// that keep their own log.
	m.Backup = opt.Replace || opt.PutBack || !before
	if !m.Backup {
		m.Retain = time.Duration(low(20, 60) * float64(time.Second))
	}
}

// paced is how long batches are gathered and how far apart they go. In the other worlds they go at once, which takes nothing
// from what their seeds drew before there was such a thing. It takes nothing from the seed's other draws.
func (m *Mix) paced(seed uint64, opt Options) {
	m.Timing.Gather, m.Timing.Pace = -1, -1
	if opt.Paced {
		rng := rand.New(rand.NewPCG(seed, 0x9ace))
		m.Timing.Gather = 20*time.Millisecond + time.Duration(rng.Int64N(int64(2*time.Second)))
		m.Timing.Pace = 8*time.Millisecond + time.Duration(rng.Int64N(int64(time.Second)))
	}
}

// older are the types an older centre does not know, in one seed of sixteen. It takes nothing from the seed's other draws.
func older(seed uint64) (lacks []string) {
	if seed%16 != 9 {
		return nil
	}
	for i, e := range floor.Types() {
		if (uint64(i)+seed/16)%5 == 0 {
			lacks = append(lacks, e.Type())
		}
	}
	return lacks
}

// behind are the types of the feed that older sites do not know, in one seed of sixteen, and never what every site was
// born with. It takes nothing from the seed's other draws.
func behind(seed uint64) (lacks []string) {
	if seed%16 != 5 {
		return nil
	}
	for i, typ := range slices.Sorted(maps.Keys(floor.Feeds)) {
		if born := []string{"picket.item.set.v1", "picket.bin.set.v1", "picket.site.set.v1", "picket.doc.set.v1", "picket.numbers.lease.v1"}; !slices.Contains(born, typ) && (uint64(i)+seed/16)%3 == 0 {
			lacks = append(lacks, typ)
		}
	}
	return lacks
}

// slow is how late an overloaded centre acknowledges, in one seed of eight. It takes nothing from the seed's other draws.
func slow(seed uint64) time.Duration {
	if seed%8 != 4 {
		return 0
	}
	return []time.Duration{time.Second, 5 * time.Second, 20 * time.Second, 2 * time.Minute}[seed/8%4]
}

// confirm is the share of orders in mode confirm, in one seed of four. It takes nothing from the other seeds' draws.
func confirm(seed uint64) float64 {
	if seed%4 != 2 {
		return 0
	}
	return []float64{.3, .6, 1}[seed/4%3]
}

// String says what the mix has, for the head of a transcript.
func (m Mix) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d sites, %d orders, faults for %s", m.Sites, m.Orders, m.Faults.Round(time.Second))
	for _, f := range m.rates() {
		if f.rate > 0 {
			fmt.Fprintf(&b, ", %s %.3g", f.name, f.rate)
		}
	}
	fmt.Fprintf(&b, ", delay %s-%s, radio %s-%s, skew %s, snapshot every %d", m.Net.DelayMin, m.Net.DelayMax, m.Radio.DelayMin, m.Radio.DelayMax, m.Skew, m.Snapshot)
	if m.Older != nil {
		fmt.Fprintf(&b, ", a centre that lacks %d types", len(m.Older))
	}
	if m.Behind != nil {
		fmt.Fprintf(&b, ", sites that lack %d types", len(m.Behind))
	}
	if m.Slow > 0 {
		fmt.Fprintf(&b, ", acknowledgements late by up to %s", m.Slow)
	}
	if m.Backup {
		b.WriteString(", backups")
	}
	if m.Timing.BatchRecords > 0 {
		fmt.Fprintf(&b, ", batches of %d", m.Timing.BatchRecords)
	}
	if m.Timing.Gather > 0 {
		fmt.Fprintf(&b, ", gathered for %s, %s apart", m.Timing.Gather, m.Timing.Pace)
	}
	return b.String()
}

// calm takes the faults out. Delays that are part of any network stay.
func (m Mix) calm() Mix {
	m.Net = linktest.Faults{DelayMin: m.Net.DelayMin, DelayMax: min(m.Net.DelayMax, m.Net.DelayMin+100*time.Millisecond)}
	m.Radio = Radio{DelayMin: m.Radio.DelayMin, DelayMax: min(m.Radio.DelayMax, 80*time.Millisecond)}
	m.Cuts, m.Brokers, m.Deaths, m.Disk, m.Centres, m.Store, m.Zones, m.Batterys = 0, 0, 0, 0, 0, 0, 0, 0
	m.PutBacks, m.Restores, m.Replaces, m.Older, m.Behind, m.Slow = 0, 0, 0, nil, nil, 0
	m.Wipes, m.Tabs, m.Allots, m.Freezes = 0, 0, 0, 0
	m.Media, m.Power, m.Silence, m.Cable, m.Oddities, m.Jumps = 0, 0, 0, 0, 0, 0
	m.Errands = Errands{Inquiries: m.Inquiries, Collects: m.Collects, Stockwork: m.Stockwork}
	return m
}

// rate is how often a kind of fault comes.
type rate struct {
	name string
	rate float64
}

// rates are all kinds, in a fixed order.
func (m Mix) rates() []rate {
	return []rate{
		{"drop", m.Net.Drop}, {"dup", m.Net.Dup}, {"replay", m.Net.Replay}, {"truncate", m.Net.Truncate}, {"cut", m.Cuts}, {"broker", m.Brokers},
		{"site-death", m.Deaths}, {"disk", m.Disk}, {"centre-death", m.Centres}, {"store", m.Store}, {"radio-drop", m.Radio.Drop}, {"radio-dup", m.Radio.Dup},
		{"dead-zone", m.Zones}, {"battery", m.Batterys}, {"media", m.Media}, {"power", m.Power}, {"silence", m.Silence}, {"cable", m.Cable},
		{"jumps", m.Jumps}, {"oddities", m.Oddities}, {"wishes", m.Wishes}, {"put-back", m.PutBacks}, {"phantoms", m.Phantoms},
		{"overload", m.Slow.Seconds()}, {"confirm", m.Confirm},
		{"restore", m.Restores}, {"silent", m.Silent}, {"replace", m.Replaces}, {"portray", float64(m.Portray)},
		{"older-centre", float64(len(m.Older))}, {"older-sites", float64(len(m.Behind))},
		{"till", m.Tills}, {"nights", m.Nights}, {"inquiries", m.Inquiries}, {"collects", m.Collects}, {"counts", m.Stockwork}, {"deliveries", m.Lorries},
		{"returns", m.Returns}, {"hand-ins", m.HandIns}, {"wipes", m.Wipes}, {"tabs", m.Tabs}, {"allotments", m.Allots}, {"freezes", m.Freezes}, {"other-connection", share(m.Net.Years)},
	}
}

func share(always bool) float64 {
	if always {
		return 1
	}
	return 0
}

// FaultNames are the kinds of faults a seed may draw, in the order of Faults.
func FaultNames() (out []string) {
	for _, f := range (Mix{}).rates() {
		out = append(out, f.name)
	}
	return out
}

// drawn has a bit for each kind that this mix has.
func (m Mix) drawn() (bits uint64) {
	for i, f := range m.rates() {
		if f.rate > 0 {
			bits |= 1 << i
		}
	}
	return bits
}
