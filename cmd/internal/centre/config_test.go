package centre

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"picket/cmd/internal/settings"
)

func TestTheSampleIsTheManual(t *testing.T) {
	const sample = "../../../deploy/oms.yaml"
	c := Defaults()
	require.NoError(t, settings.Load(&c, sample, "PICKET_OMS_", nil, nil))
	require.NoError(t, c.Check())
	text, err := os.ReadFile(sample)
	require.NoError(t, err)
	full, err := yaml.Marshal(Config{})
	require.NoError(t, err)
	for _, l := range strings.Split(string(full), "\n") {
		if name, _, ok := strings.Cut(strings.TrimLeft(l, " -"), ":"); ok {
			require.Contains(t, string(text), name+":", "deploy/oms.yaml does not show the setting %s", name)
		}
	}
}

func TestWhatCannotBeRightIsNamed(t *testing.T) {
	c := Defaults()
	c.DefaultSite = "a b"
	require.ErrorContains(t, c.Check(), "default_site")
	c = Defaults()
	c.Carrier = "Demo Post"
	require.ErrorContains(t, c.Check(), `carrier: "Demo Post" has ' '`)
	c = Defaults()
	c.Prefix = "abc"
	require.ErrorContains(t, c.Check(), "sscc_prefix")
	c = Defaults()
	c.Broker.URL = "http://x"
	require.ErrorContains(t, c.Check(), "broker.url")
	c = Defaults()
	c.ExpressHours = 0
	require.ErrorContains(t, c.Check(), "express_hours")
}
