// Package site wires one site together: its journal, its door, its printers, its page and its line to the
// centre. Run reads from top to bottom as the site starts, serves and closes.
//
// It must NEVER hold a rule of the floor, and must never keep the floor waiting for a printer, a screen or
// the line.
package site

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"picket/cmd/internal/durable"
	"picket/cmd/internal/line"
	"picket/cmd/internal/pki"
	"picket/devices/drivers"
	"picket/edge/floor"
	"picket/edge/labels"
	"picket/edge/station"
	"picket/edge/view"
	"picket/edge/web"
	"picket/zpl"
	"picket/zpl/script"
)

// Config of a site; site.yaml in deploy/ is the manual.
type Config struct {
	Site    string   `yaml:"site"`    // id: letters, digits, _ and -, at most 32
	Name    string   `yaml:"name"`    // what people call it
	Address []string `yaml:"address"` // the lines under its name on a label
	Zone    string   `yaml:"zone"`    // IANA time zone
	// Language is that of labels and papers: en (nothing said) or de.
	Language string `yaml:"language"`
	Tenant   string `yaml:"tenant"` // the company, as in the topics
	Data     string `yaml:"data"`   // directory of its one file and its keys

	// Witness is the file that says how far the journal was; on another partition it is in no copy of the directory.
	Witness string `yaml:"witness"`

	// Centre is broker (the line below leads to one) or none: a shop whose own system speaks to the API. It then
	// has nobody to be cut off from, and every clock goes by the site's own time.
	Centre string `yaml:"centre"`

	HTTP     HTTP      `yaml:"http"`
	Broker   Broker    `yaml:"broker"`
	Printers []Printer `yaml:"printers"`
	// CarrierZPL is what becomes of labels that a carrier drew: mend (nothing said), strict or as-is.
	CarrierZPL string `yaml:"carrier_zpl"`
	// Templates is the directory of the site's own templates of labels, *.lbl; empty: labels are as they are built in.
	Templates string `yaml:"templates"`
	// Carriers are those whose parcels are labelled in a manner of their own.
	Carriers []Carrier `yaml:"carriers"`
	Scanners []Scanner `yaml:"scanners"`
	Scales   []Scale   `yaml:"scales"`
	Tokens   []Token   `yaml:"tokens"`
	// Codes are the forms of the site's own barcodes.
	Codes station.Codes `yaml:"codes"`
	// PrinterNets are the networks a device's address may lie in; none means private and loopback ones.
	PrinterNets []string `yaml:"printer_networks"`

	Disk Disk `yaml:"disk"`

	// OfflineGrace is how long the centre may be unheard before whoever signs in needs a colleague's word; 0: never.
	OfflineGrace time.Duration `yaml:"offline_grace"`

	SnapshotEvery int    `yaml:"snapshot_every"` // records between snapshots
	LogLevel      string `yaml:"log_level"`      // debug, info, warn, error

	Gauge  func(dir string) (Room, error) `yaml:"-"` // measures the disk; nil: the system's own
	Lacks  []string                       `yaml:"-"` // types of the centre's records it does not know, as an older version would not: for tests of an upgrade
	Played bool                           `yaml:"-"` // a played day: whoever plays it is the centre, by the API, and another one may be at the end of the line
	Again  <-chan Config                  `yaml:"-"` // settings read once more while the site runs: what can change without a restart does
}

// HTTP is the page and the API.
type HTTP struct {
	Listen   string   `yaml:"listen"`
	Hosts    []string `yaml:"hosts"`     // names it may be asked for besides its own address
	CertFile string   `yaml:"cert_file"` // TLS when both are set
	KeyFile  string   `yaml:"key_file"`
}

// Broker is the line to the centre.
type Broker struct {
	URL          string `yaml:"url"` // tcp://host:1883 or tls://host:8883
	Username     string `yaml:"username"`
	PasswordFile string `yaml:"password_file"`
	CAFile       string `yaml:"ca_file"`
	CertFile     string `yaml:"cert_file"`
	KeyFile      string `yaml:"key_file"`
	// Spread is over how long sites spread their hellos when the centre comes back, so that a thousand do not
	// come at once.
	Spread time.Duration `yaml:"spread"`
	// CentreKey is the key by which the centre signs, where neither a certificate of its authority nor a grant of its says it.
	CentreKey string `yaml:"centre_key"`
}

// Printer is a label printer of the site. Jobs of a station go to the printer that names it, all others to
// the first.
type Printer struct {
	ID       string   `yaml:"id"`
	Name     string   `yaml:"name"`
	Address  string   `yaml:"address"`
	Stations []string `yaml:"stations"`
	WidthMM  float64  `yaml:"width_mm"`
	HeightMM float64  `yaml:"height_mm"`
	Dpmm     int      `yaml:"dpmm"`

	// Letters are what its own font is trusted with: latin (nothing said), european or none. Other names are drawn as pictures.
	Letters string `yaml:"letters"`
	// Pool names printers that print for each other: when one needs a hand for longer than StandIn, another of the pool with
	// the same labels and fineness prints what waits for it.
	Pool    string        `yaml:"pool"`
	StandIn time.Duration `yaml:"stand_in"`
}

// Scanner stands at a bench, or is heard over the network. What it reads goes to the screens signed in at its station.
type Scanner struct {
	ID      string `yaml:"id"`
	Name    string `yaml:"name"`
	Address string `yaml:"address"`
	Station string `yaml:"station"`
	// Alone is what a scan does while nobody is signed in at the station with a screen: nothing, singles (each unit takes the
	// order of the bench's run that is due next) or load (each parcel goes onto the carrier's list).
	Alone string `yaml:"alone"`
	// Good and Bad are bytes in hexadecimal that the scanner is answered, for one that beeps or lights up by them.
	Good string `yaml:"good"`
	Bad  string `yaml:"bad"`
}

// Scale stands at a bench; what lies on it is offered to whoever closes a parcel there.
type Scale struct {
	ID      string `yaml:"id"`
	Name    string `yaml:"name"`
	Address string `yaml:"address"`
	Station string `yaml:"station"`
}

// Token lets a machine use the API: a till, another program of the site's. Only its digest stands here.
type Token struct {
	Name   string   `yaml:"name"`
	SHA256 string   `yaml:"sha256"`
	Roles  []string `yaml:"roles"`
}

// alone is the word for a site that has no centre.
const alone = view.NoCentre

func (c *Config) alone() bool { return c.Centre == alone }

func (c *Config) tokens() []web.Token {
	out := make([]web.Token, len(c.Tokens))
	for i, t := range c.Tokens {
		out[i] = web.Token{Name: t.Name, SHA256: t.SHA256, Roles: t.Roles}
	}
	return out
}

// Defaults is a site before anybody said anything about it.
func Defaults() Config {
	return Config{
		Zone: "UTC", Tenant: "demo", Data: "data", SnapshotEvery: 50_000, LogLevel: "info", OfflineGrace: 72 * time.Hour,
		Centre: "broker",
		HTTP:   HTTP{Listen: "127.0.0.1:8081"},
		Codes:  station.DefaultCodes,
		Disk:   Disk{Warn: 60, Tight: 80, Full: 95, Plenty: 20, Reserve: 256},
		Broker: Broker{URL: "tcp://127.0.0.1:1883", Spread: time.Minute},
	}
}

// Check says which setting cannot be right.
func (c *Config) Check() error {
	if err := floor.CheckID("site", c.Site); err != nil {
		return err
	}
	if strings.ContainsAny(c.Site, ".:/") || len(c.Site) > 32 {
		return fmt.Errorf("site: %q must be letters, digits, _ and -, at most 32", c.Site)
	}
	if c.Name == "" {
		c.Name = c.Site
	}
	if _, err := time.LoadLocation(c.Zone); err != nil {
		return fmt.Errorf("zone: %q is not an IANA time zone, such as Europe/London", c.Zone)
	}
	if c.Language != "" && !slices.Contains(labels.Languages, c.Language) {
		return fmt.Errorf("language: is %q, but labels and papers speak %s", c.Language, strings.Join(labels.Languages, " and "))
	}
	if _, err := zpl.ReadPolicy(c.CarrierZPL); err != nil {
		return fmt.Errorf("carrier_zpl: is %w", err)
	}
	if err := c.checkCarriers(); err != nil {
		return err
	}
	seen := map[string]bool{}
	for i := range c.Printers {
		p := &c.Printers[i]
		at := fmt.Sprintf("printers[%d]", i)
		if err := floor.CheckID(at+".id", p.ID); err != nil {
			return err
		}
		if seen[p.ID] {
			return fmt.Errorf("%s.id: %q stands there twice", at, p.ID)
		}
		seen[p.ID] = true
		if p.Name == "" {
			p.Name = p.ID
		}
		if p.WidthMM == 0 {
			p.WidthMM, p.HeightMM = 101.6, 152.4
		}
		if p.Dpmm == 0 {
			p.Dpmm = 8
		}
		if p.Dpmm != 8 && p.Dpmm != 12 && p.Dpmm != 24 {
			return fmt.Errorf("%s.dpmm: is %d, but must be 8, 12 or 24 dots per millimetre", at, p.Dpmm)
		}
		if _, err := script.ReadRepertoire(p.Letters); err != nil {
			return fmt.Errorf("%s.letters: is %w", at, err)
		}
		if p.WidthMM < 50 || p.WidthMM > 220 || p.HeightMM < 75 || p.HeightMM > 1000 {
			return fmt.Errorf("%s: media of %g x %g mm is not one a parcel label fits on", at, p.WidthMM, p.HeightMM)
		}
	}
	if _, err := station.NewHouse(c.Codes); err != nil {
		return err
	}
	if err := c.checkPools(); err != nil {
		return err
	}
	if err := durable.Apart("witness", c.Witness, c.Data); err != nil {
		return err
	}
	if err := c.Disk.check(); err != nil {
		return err
	}
	if c.OfflineGrace < 0 || c.OfflineGrace > 0 && c.OfflineGrace < time.Hour {
		return fmt.Errorf("offline_grace: is %s, but must be at least 1h, or 0 for never", c.OfflineGrace)
	}
	if c.SnapshotEvery < 1 {
		return fmt.Errorf("snapshot_every: is %d, but must be at least 1", c.SnapshotEvery)
	}
	if err := web.CheckTokens("tokens", c.tokens()); err != nil {
		return err
	}
	switch c.Centre {
	case "", "broker":
		if err := line.CheckURL(c.Broker.URL); err != nil {
			return err
		}
		if c.Broker.CentreKey != "" {
			if _, err := pki.ParseKey(c.Broker.CentreKey); err != nil {
				return fmt.Errorf("broker.centre_key: %w", err)
			}
		}
		for i, t := range c.Tokens { // two centres would take orders out of each other's hands
			if slices.Contains(t.Roles, web.Central) && !c.Played {
				return fmt.Errorf("tokens[%d].roles: centre is for a site without one (centre: none); this site's orders and master data come from its centre, by the line. A program of the site's has the role integration", i)
			}
		}
	case alone:
	default:
		return fmt.Errorf("centre: %q is neither broker nor none", c.Centre)
	}
	if _, err := c.nets(); err != nil {
		return err
	}
	for i := range c.Printers {
		// A name is looked at when it is dialled; an address can be judged now.
		u, err := url.Parse(c.Printers[i].Address)
		if err != nil {
			return fmt.Errorf("printers[%d].address: %q is not an address such as tcp://10.1.2.3:9100", i, c.Printers[i].Address)
		}
		if a, err := netip.ParseAddr(u.Hostname()); err == nil {
			if err := c.permit(a); err != nil {
				return fmt.Errorf("printers[%d].address: %w", i, err)
			}
		}
	}
	if err := c.checkBenches(); err != nil {
		return err
	}
	return c.checkPlaces()
}

// checkPlaces says which two devices of the settings are one: a device has one owner, and the second to open it would never be
// told what it waits for. A link and the file behind it are the same.
func (c *Config) checkPlaces() error {
	type device struct{ at, id, address string }
	var all []device
	for i, p := range c.Printers {
		all = append(all, device{fmt.Sprintf("printers[%d]", i), "printer " + p.ID, p.Address})
	}
	for i, s := range c.Scanners {
		all = append(all, device{fmt.Sprintf("scanners[%d]", i), "scanner " + s.ID, s.Address})
	}
	for i, s := range c.Scales {
		all = append(all, device{fmt.Sprintf("scales[%d]", i), "scale " + s.ID, s.Address})
	}
	first := map[string]device{}
	for _, d := range all {
		place := drivers.Place(d.address)
		if place == "" {
			continue
		}
		one, taken := first[place]
		switch {
		case !taken:
			first[place] = d
		case one.address == d.address:
			return fmt.Errorf("%s.address: %s and %s (%s) have the same, %s: a device is used by one", d.at, d.id, one.id, one.at, d.address)
		default:
			return fmt.Errorf("%s.address: %s and %s (%s) are the same device: %s and %s both lead to %s, and a device is used by one", d.at, d.id, one.id, one.at, d.address, one.address, place)
		}
	}
	return nil
}

func (c *Config) nets() ([]netip.Prefix, error) {
	var out []netip.Prefix
	for i, n := range c.PrinterNets {
		p, err := netip.ParsePrefix(n)
		if err != nil {
			return nil, fmt.Errorf("printer_networks[%d]: %q is not a network such as 10.1.2.0/24", i, n)
		}
		out = append(out, p)
	}
	return out, nil
}

// permit says whether a printer may live at an address.
func (c *Config) permit(a netip.Addr) error {
	nets, err := c.nets()
	if err != nil {
		return err
	}
	a = a.Unmap()
	if len(nets) == 0 && (a.IsPrivate() || a.IsLoopback()) {
		return nil
	}
	for _, n := range nets {
		if n.Contains(a) {
			return nil
		}
	}
	return fmt.Errorf("%s lies in none of the networks a printer may be in (printer_networks)", a)
}
