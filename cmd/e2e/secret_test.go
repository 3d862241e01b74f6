package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// command runs one of our programs to its end.
func (r *rig) command(argv ...string) (string, error) {
	out, err := exec.Command(argv[0], argv[1:]...).CombinedOutput()
	return string(out), err
}

func (r *rig) run(argv ...string) string {
	r.t.Helper()
	out, err := r.command(argv...)
	require.NoError(r.t, err, "%v: %s", argv, out)
	return out
}

// omsCommand is a command of the centre's program beside the centre that runs.
func (r *rig) omsCommand(words ...string) []string {
	return append(append([]string{filepath.Join(bin, "picket-oms")}, words...), "--config", "../../deploy/oms.yaml", "--set", "data="+filepath.Join(r.dir, "oms"))
}

// authority makes the line's certificates, and says where they are; the box enrols before its first start.
func (r *rig) authority() (dir string) {
	r.run(r.omsCommand("line", "init", "--host", "127.0.0.1")...)
	r.enrol = func() {
		r.eventually("the centre is up", func() bool { return r.centre.try("GET", "/readyz", nil, nil) == 200 })
		code, _, _ := strings.Cut(r.run(r.omsCommand("site", "certify", "north")...), "\n")
		enrol := []string{filepath.Join(bin, "picketd"), "enrol", "--config", r.siteConf, "--set", "data=" + filepath.Join(r.dir, "site"), "--centre", r.omsURL, "--code", code}
		r.run(enrol...)
		again, err := r.command(enrol...)
		require.Error(r.t, err)
		require.Contains(r.t, again, "the code was used by another box")
		require.Contains(r.t, r.run(r.omsCommand("site", "certificates")...), "north")
	}
	return filepath.Join(r.dir, "oms", "line")
}

// secretLine is the broker of deploy/mosquitto-tls.conf, its paths and its port put in, and a box that is enrolled as
// deploy/README.md says.
func secretLine(r *rig, mqtt int) (conf, url string) {
	dir := r.authority()
	acl, err := os.ReadFile("../../deploy/mosquitto.acl")
	require.NoError(r.t, err)
	require.NoError(r.t, os.WriteFile(filepath.Join(dir, "mosquitto.acl"), acl, 0o600))
	text, err := os.ReadFile("../../deploy/mosquitto-tls.conf")
	require.NoError(r.t, err)
	conf = strings.ReplaceAll(string(text), "/etc/picket/line", dir)
	require.Contains(r.t, conf, "listener 8883\n")
	// Started by root, as in a container, it would give its rights up and could not read the files of the test.
	return strings.Replace(conf, "listener 8883\n", fmt.Sprintf("listener %d 127.0.0.1\nuser root\n", mqtt), 1), fmt.Sprintf("tls://127.0.0.1:%d", mqtt)
}

func TestAnOrderFromTheCentreToTheDoorOverTheSecretLine(t *testing.T) {
	r := newRigOver(t, secretLine)
	id := r.order("4001", m{"sku": "OAT", "qty": 2})
	r.eventually("on the board", func() bool { _, ok := r.onBoard("4001"); return ok })
	unit := r.pickAll("4001", nil)
	r.eventually("labels print", func() bool { return r.labelled("4001") })
	r.ok("handover", m{"unit": unit})
	r.eventually("the centre knows", func() bool { _, parts := r.centreOrder(id); return parts["OAT shipped"] == 2 })
}
