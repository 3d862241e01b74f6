package settings

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

type sample struct {
	Site string `yaml:"site"`
	HTTP struct {
		Listen  string        `yaml:"listen"`
		Timeout time.Duration `yaml:"timeout"`
		Hosts   []string      `yaml:"hosts"`
	} `yaml:"http"`
	Printers []struct {
		ID string `yaml:"id"`
	} `yaml:"printers"`
}

func TestEachLayerCoversTheOneBefore(t *testing.T) {
	file := filepath.Join(t.TempDir(), "site.yaml")
	require.NoError(t, os.WriteFile(file, []byte("site: north\nhttp: {listen: ':1', timeout: 3s}\nprinters: [{id: bench-1}]\n"), 0o600))
	var s sample
	s.HTTP.Listen = ":0"
	require.NoError(t, Load(&s, file, "PICKET_", []string{"HOME=/", "PICKET_HTTP_LISTEN=:2", "PICKET_HTTP_HOSTS=[a, b]"}, []string{"http.listen=:3"}))
	require.Equal(t, "north", s.Site)
	require.Equal(t, ":3", s.HTTP.Listen)
	require.Equal(t, 3*time.Second, s.HTTP.Timeout)
	require.Equal(t, []string{"a", "b"}, s.HTTP.Hosts)
	require.Equal(t, "bench-1", s.Printers[0].ID)
}

func TestWhatNobodyReadsIsAnError(t *testing.T) {
	file := filepath.Join(t.TempDir(), "site.yaml")
	require.NoError(t, os.WriteFile(file, []byte("site: north\nhttp:\n  lisen: x\n"), 0o600))
	require.ErrorContains(t, Load(new(sample), file, "PICKET_", nil, nil), `line 3: "lisen" is not a setting there; there are: hosts listen timeout`)
	require.ErrorContains(t, Load(new(sample), "", "PICKET_", []string{"PICKET_SIGHT=x"}, nil), "PICKET_SIGHT")
	require.NoError(t, Load(new(sample), "", "PICKET_", []string{"PICKET_OMS_DATA=x"}, nil, "PICKET_OMS_"))
	require.ErrorContains(t, Load(new(sample), "", "PICKET_", nil, []string{"sight=x"}), "sight=x")
	require.ErrorContains(t, Load(new(sample), "", "PICKET_", nil, []string{"http.timeout=soon"}), "http.timeout")
	require.Error(t, Load(new(sample), file+".none", "PICKET_", nil, nil))
	require.NoError(t, os.WriteFile(file, []byte("site: a\n---\nsite: b\n"), 0o600))
	require.ErrorContains(t, Load(new(sample), file, "PICKET_", nil, nil), "second document")
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("site: north\nhttp: {listen: ':1'}\n"))
	f.Fuzz(func(_ *testing.T, text []byte) { _ = Decode(new(sample), text) })
}

// A key nobody reads is told by its line, in the file's own names, with those that are there.
func TestAnUnknownKeyIsToldInTheFilesOwnNames(t *testing.T) {
	type codes struct {
		Bin  string `yaml:"bin"`
		Tote string `yaml:"tote"`
	}
	var into struct {
		Name  string `yaml:"name"`
		Lists []struct {
			Codes codes `yaml:"codes"`
		} `yaml:"lists"`
	}
	err := Decode(&into, []byte("nam: x\nlists:\n  - codes:\n      bni: B*\n"))
	require.EqualError(t, err, `line 1: "nam" is not a setting there; there are: lists name; line 4: "bni" is not a setting there; there are: bin tote`)
	require.ErrorContains(t, Decode(&into, []byte("name: [x]")), "line 1: ")
}
