package site

import (
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"picket/cmd/internal/settings"
)

const sample = "../../../deploy/site.yaml"

func TestTheSampleIsTheManual(t *testing.T) {
	c := Defaults()
	require.NoError(t, settings.Load(&c, sample, "PICKET_", nil, nil))
	require.NoError(t, c.Check())

	// Every setting there is stands in the sample.
	text, err := os.ReadFile(sample)
	require.NoError(t, err)
	full, err := yaml.Marshal(Config{Printers: []Printer{{}}, Tokens: []Token{{}}})
	require.NoError(t, err)
	for _, l := range strings.Split(string(full), "\n") {
		name, _, ok := strings.Cut(strings.TrimLeft(l, " -"), ":")
		if ok {
			require.Contains(t, string(text), name+":", "deploy/site.yaml does not show the setting %s", name)
		}
	}
}

func TestWhatCannotBeRightIsNamed(t *testing.T) {
	good := func() Config {
		c := Defaults()
		c.Site, c.Printers = "north", []Printer{{ID: "bench-1", Address: "tcp://127.0.0.1:9100"}}
		return c
	}
	c := good()
	require.NoError(t, c.Check())
	c.Centre, c.Tokens = "none", []Token{{Name: "shop", SHA256: strings.Repeat("ab", 32), Roles: []string{"centre"}}}
	require.NoError(t, c.Check(), "a shop's own system is its centre")
	for want, spoil := range map[string]func(*Config){
		"site: is missing":   func(c *Config) { c.Site = "" },
		`site: "a/b"`:        func(c *Config) { c.Site = "a/b" },
		`zone: "Mars/North"`: func(c *Config) { c.Zone = "Mars/North" },
		`language: is "fr", but labels and papers speak en and de`: func(c *Config) { c.Language = "fr" },
		"printers[0].id":     func(c *Config) { c.Printers[0].ID = "bench 1" },
		"stands there twice": func(c *Config) { c.Printers = append(c.Printers, c.Printers[0]) },
		`codes.bin: "B*" and codes.tote: "BOX-#" clash: BOX-1 fits both`: func(c *Config) { c.Codes.Bin, c.Codes.Tote = "B*", "BOX-#" },
		"printers[0].dpmm: is 9":       func(c *Config) { c.Printers[0].Dpmm = 9 },
		"media of 10 x 10 mm":          func(c *Config) { c.Printers[0].WidthMM, c.Printers[0].HeightMM = 10, 10 },
		"offline_grace: is 5m0s":       func(c *Config) { c.OfflineGrace = 5 * time.Minute },
		"snapshot_every: is -5":        func(c *Config) { c.SnapshotEvery = -5 },
		`broker.url: "banana"`:         func(c *Config) { c.Broker.URL = "banana" },
		"printers[0].address: 8.8.8.8": func(c *Config) { c.Printers[0].Address = "tcp://8.8.8.8:9100" },
		"tokens[0].sha256":             func(c *Config) { c.Tokens = []Token{{Name: "till", SHA256: "secret", Roles: []string{"till"}}} },
		"tokens[0].roles: centre is for a site without one": func(c *Config) {
			c.Tokens = []Token{{Name: "shop", SHA256: strings.Repeat("ab", 32), Roles: []string{"centre"}}}
		},
		"printer_networks[0]": func(c *Config) { c.PrinterNets = []string{"10.1.2"} },
	} {
		c := good()
		spoil(&c)
		require.ErrorContains(t, c.Check(), want)
	}
}

func TestPrintersLiveInTheirNetworks(t *testing.T) {
	c := Defaults()
	require.NoError(t, c.permit(netip.MustParseAddr("10.1.2.3")))
	require.NoError(t, c.permit(netip.MustParseAddr("127.0.0.1")))
	require.Error(t, c.permit(netip.MustParseAddr("169.254.169.254")), "no printer is a cloud's metadata")
	require.Error(t, c.permit(netip.MustParseAddr("93.184.216.34")))
	c.PrinterNets = []string{"10.1.2.0/24"}
	require.NoError(t, c.permit(netip.MustParseAddr("::ffff:10.1.2.3")))
	require.Error(t, c.permit(netip.MustParseAddr("10.1.3.3")))
}

func TestTheVaultBindsARowToItsName(t *testing.T) {
	dir := t.TempDir()
	v, err := openVault(dir)
	require.NoError(t, err)
	sealed := v.Seal("pii/O-1", []byte("Jo Doe"))
	require.NotContains(t, string(sealed), "Jo Doe")
	again, err := openVault(dir)
	require.NoError(t, err)
	body, err := again.Open("pii/O-1", sealed)
	require.NoError(t, err)
	require.Equal(t, "Jo Doe", string(body))
	_, err = again.Open("pii/O-2", sealed)
	require.ErrorContains(t, err, "pii/O-2")
	_, err = again.Open("pii/O-1", sealed[:5])
	require.Error(t, err)
	st, err := os.Stat(filepath.Join(dir, "keys", "rows.key"))
	require.NoError(t, err)
	require.EqualValues(t, 0o600, st.Mode().Perm())
	require.NoError(t, os.WriteFile(filepath.Join(dir, "keys", "rows.key"), []byte("short"), 0o600))
	_, err = openVault(dir)
	require.Error(t, err)
}

// A device has one owner: two names for one device are refused when the settings are read, with the names of both, whatever
// link each goes by.
func TestADeviceIsNamedOnce(t *testing.T) {
	dir, err := os.MkdirTemp("/dev/shm", "picket") // device files stand under /dev
	if err != nil {
		t.Skipf("a file under /dev cannot be made here: %v", err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	file, link := filepath.Join(dir, "ttyACM0"), filepath.Join(dir, "usb-Zebra-if00")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	require.NoError(t, os.Symlink("ttyACM0", link))
	gone := filepath.Join(dir, "ttyACM9")
	for _, c := range []struct {
		printers, scanners, scales []string // addresses
		want                       string
	}{
		{printers: []string{"tcp://10.1.2.3", "tcp://10.1.2.4"}, scanners: []string{"listen://:9004", "listen://:9005", "serial://" + file}, scales: []string{"tcp://10.1.2.3:4001", "serial://" + gone}},
		{scanners: []string{"listen://:9004?proto=udp", "listen://:9004"}},
		{printers: []string{"tcp://10.1.2.3", "tcp://10.1.2.3:9100"}, want: "printers[1].address: printer p1 and printer p0 (printers[0]) are the same device: tcp://10.1.2.3:9100 and tcp://10.1.2.3 both lead to tcp://10.1.2.3:9100"},
		{printers: []string{"serial://" + link}, scanners: []string{"serial://" + file + "?baud=115200"}, want: "scanners[0].address: scanner s0 and printer p0 (printers[0]) are the same device: serial://" + file + "?baud=115200 and serial://" + link + " both lead to " + file},
		{scanners: []string{"serial://" + gone, "serial://" + gone}, want: "scanners[1].address: scanner s1 and scanner s0 (scanners[0]) have the same, serial://" + gone + ": a device is used by one"},
		{scanners: []string{"serial://usb?vid=ffff&pid=0b6a", "serial://usb?vid=FFFF&pid=0B6A&baud=9600"}, want: "are the same device"},
		{scanners: []string{"listen://:9004", "listen://127.0.0.1:9004?from=10.1.0.0/16"}, want: "both lead to port 9004"},
		{scanners: []string{"serial://" + file}, scales: []string{"serial://" + link}, want: "scale w0 and scanner s0"},
	} {
		cfg := Defaults()
		cfg.Site = "north"
		for i, a := range c.printers {
			cfg.Printers = append(cfg.Printers, Printer{ID: "p" + strconv.Itoa(i), Address: a})
		}
		for i, a := range c.scanners {
			cfg.Scanners = append(cfg.Scanners, Scanner{ID: "s" + strconv.Itoa(i), Address: a})
		}
		for i, a := range c.scales {
			cfg.Scales = append(cfg.Scales, Scale{ID: "w" + strconv.Itoa(i), Address: a, Station: "bench-1"})
		}
		if c.want == "" {
			require.NoError(t, cfg.Check(), "%+v", c)
			continue
		}
		require.ErrorContains(t, cfg.Check(), c.want)
	}
}
