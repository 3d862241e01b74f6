// Package centre wires the reference OMS together: its store, its clerk, its page and its end of the line
// to the sites. It must NEVER hold a rule of commerce, nor keep one site waiting for another.
package centre

import (
	"fmt"
	"strings"
	"time"

	"picket/cmd/internal/line"
	"picket/edge/floor"
)

// Config of the reference OMS; oms.yaml in deploy/ is the manual.
type Config struct {
	Tenant string `yaml:"tenant"` // the company, as in the topics
	Data   string `yaml:"data"`   // directory of its database

	HTTP   HTTP   `yaml:"http"`
	Broker Broker `yaml:"broker"`

	DefaultSite   string        `yaml:"default_site"`   // decides between equal sites in routing
	Carrier       string        `yaml:"carrier"`        // who carries what ships
	Prefix        string        `yaml:"sscc_prefix"`    // extension digit and GS1 company prefix
	StandardHours time.Duration `yaml:"standard_hours"` // from capture to due
	ExpressHours  time.Duration `yaml:"express_hours"`
	LogLevel      string        `yaml:"log_level"`
}

// HTTP is the REST interface and the page.
type HTTP struct {
	Listen    string   `yaml:"listen"`
	TokenFile string   `yaml:"token_file"` // bearer token; without one only loopback may be listened on
	Hosts     []string `yaml:"hosts"`
}

// Broker is the line to the sites.
type Broker struct {
	URL          string `yaml:"url"`
	Username     string `yaml:"username"`
	PasswordFile string `yaml:"password_file"`
	CAFile       string `yaml:"ca_file"`
	CertFile     string `yaml:"cert_file"`
	KeyFile      string `yaml:"key_file"`
}

// Defaults is a centre before anybody said anything about it.
func Defaults() Config {
	return Config{
		Tenant: "demo", Data: "data", Carrier: "Demo Post", Prefix: "39520001", LogLevel: "info",
		StandardHours: 8 * time.Hour, ExpressHours: time.Hour,
		HTTP: HTTP{Listen: "127.0.0.1:8090"}, Broker: Broker{URL: "tcp://127.0.0.1:1883"},
	}
}

// Check says which setting cannot be right.
func (c *Config) Check() error {
	if c.DefaultSite != "" {
		if err := floor.CheckID("default_site", c.DefaultSite); err != nil {
			return err
		}
	}
	if err := line.CheckURL(c.Broker.URL); err != nil {
		return err
	}
	if n := len(c.Prefix); n < 5 || n > 13 || strings.Trim(c.Prefix, "0123456789") != "" {
		return fmt.Errorf("sscc_prefix: %q must be 5 to 13 digits: the extension digit and the company prefix", c.Prefix)
	}
	if c.StandardHours <= 0 || c.ExpressHours <= 0 {
		return fmt.Errorf("standard_hours and express_hours: must be longer than nothing, such as 8h")
	}
	return nil
}
