// Package centre wires the reference OMS together: its store, its clerk, its page and its end of the line
// to the sites. It must NEVER hold a rule of commerce, nor keep one site waiting for another.
package centre

import (
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"time"

	"picket/cmd/internal/durable"
	"picket/cmd/internal/line"
	"picket/edge/floor"
	"picket/sync/oms/clerk"
)

// Config of the reference OMS; oms.yaml in deploy/ is the manual.
type Config struct {
	Tenant string `yaml:"tenant"` // the company, as in the topics
	Data   string `yaml:"data"`   // directory of its database
	// Witness is the file that says how many commits that database has; on another partition it is in no copy of the directory.
	Witness string `yaml:"witness"`

	HTTP   HTTP   `yaml:"http"`
	Broker Broker `yaml:"broker"`
	Backup Backup `yaml:"backup"`

	DefaultSite   string        `yaml:"default_site"`   // decides between equal sites in routing
	Carrier       string        `yaml:"carrier"`        // code of who carries what ships
	Prefix        string        `yaml:"sscc_prefix"`    // extension digit and GS1 company prefix
	StandardHours time.Duration `yaml:"standard_hours"` // from capture to due
	ExpressHours  time.Duration `yaml:"express_hours"`
	ProofDays     int           `yaml:"proof_days"` // what shows who got an order is kept, sealed, so many days
	LogLevel      string        `yaml:"log_level"`

	SnapshotOver int `yaml:"snapshot_over"` // a box that lost more facts is handed what they come to, in place of each

	Lacks []string `yaml:"-"` // types of records it does not know, as an older version would not: for tests of an upgrade
}

// HTTP is the REST interface and the page.
type HTTP struct {
	Listen    string   `yaml:"listen"`
	TokenFile string   `yaml:"token_file"` // bearer token; without one only loopback may be listened on
	Hosts     []string `yaml:"hosts"`
}

// Broker is the line to the sites.
type Broker struct {
	Listen       string `yaml:"listen"` // a broker within the centre; "": another one, at URL
	URL          string `yaml:"url"`
	Username     string `yaml:"username"`
	PasswordFile string `yaml:"password_file"`
	CAFile       string `yaml:"ca_file"`
	CertFile     string `yaml:"cert_file"`
	KeyFile      string `yaml:"key_file"`
}

// Backup is copies of the database, made while it is in use. What all that are kept hold is stable.
type Backup struct {
	Dir   string        `yaml:"dir"` // "": none are made
	Every time.Duration `yaml:"every"`
	Keep  int           `yaml:"keep"` // so many, the oldest goes first
}

// Defaults is a centre before anybody said anything about it.
func Defaults() Config {
	return Config{
		Tenant: "demo", Data: "data", Carrier: "DEMO-POST", Prefix: "39520001", LogLevel: "info", ProofDays: clerk.ProofDays,
		StandardHours: 8 * time.Hour, ExpressHours: time.Hour, SnapshotOver: 4096,
		HTTP: HTTP{Listen: "127.0.0.1:8090"}, Broker: Broker{URL: "tcp://127.0.0.1:1883"},
		Backup: Backup{Every: time.Hour, Keep: 24},
	}
}

// witnessFile is where the witness lies.
func (c *Config) witnessFile() string {
	if c.Witness != "" {
		return c.Witness
	}
	return filepath.Join(c.Data, "witness")
}

// Check says which setting cannot be right.
func (c *Config) Check() error {
	if c.DefaultSite != "" {
		if err := floor.CheckID("default_site", c.DefaultSite); err != nil {
			return err
		}
	}
	if c.Carrier != "" {
		if err := floor.CheckID("carrier", c.Carrier); err != nil { // sites open manifests by it
			return err
		}
	}
	if err := durable.Apart("witness", c.Witness, c.Data); err != nil {
		return err
	}
	if err := c.Backup.check(c.Data); err != nil {
		return err
	}
	if c.Broker.Listen == "" {
		if err := line.CheckURL(c.Broker.URL); err != nil {
			return err
		}
	} else if _, _, err := net.SplitHostPort(c.Broker.Listen); err != nil {
		return fmt.Errorf("broker.listen: %q is not host:port, such as :8883", c.Broker.Listen)
	}
	if n := len(c.Prefix); n < 5 || n > 13 || strings.Trim(c.Prefix, "0123456789") != "" {
		return fmt.Errorf("sscc_prefix: %q must be 5 to 13 digits: the extension digit and the company prefix", c.Prefix)
	}
	if c.ProofDays < 1 || c.ProofDays > floor.MaxPersonalDays {
		return fmt.Errorf("proof_days: %d must be 1 to %d", c.ProofDays, floor.MaxPersonalDays)
	}
	if c.SnapshotOver < 1 {
		return fmt.Errorf("snapshot_over: is %d, but must be at least 1", c.SnapshotOver)
	}
	if c.StandardHours <= 0 || c.ExpressHours <= 0 {
		return fmt.Errorf("standard_hours and express_hours: must be longer than nothing, such as 8h")
	}
	return nil
}

// check does not ask for the directory itself: a partition that is not mounted is told to people, and stops nothing.
func (b *Backup) check(data string) error {
	if b.Dir == "" {
		return nil
	}
	if !filepath.IsAbs(b.Dir) {
		return fmt.Errorf("backup.dir: %q must begin with /: it is a directory on another disk than data", b.Dir)
	}
	data, err := filepath.Abs(data)
	if err != nil {
		return fmt.Errorf("data: %w", err)
	}
	if in, err := filepath.Rel(data, b.Dir); err == nil && in != ".." && !strings.HasPrefix(in, "../") {
		return fmt.Errorf("backup.dir: %q lies in the data directory, and would be lost with it", b.Dir)
	}
	if b.Every < time.Minute || b.Every > 7*24*time.Hour {
		return fmt.Errorf("backup.every: is %s, but must be 1m to 168h", b.Every)
	}
	if b.Keep < 1 || b.Keep > 1000 {
		return fmt.Errorf("backup.keep: is %d, but must be 1 to 1000", b.Keep)
	}
	return nil
}
