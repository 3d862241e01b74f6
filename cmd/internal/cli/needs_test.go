package cli

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

// What a device that does not work says, and what to do about it, is never cut to a cell.
func TestWhatDevicesNeed(t *testing.T) {
	var rows []row
	require.NoError(t, json.Unmarshal([]byte(`[
		{"id":"gun-1","state":"ready","words":"ready"},
		{"id":"printer:bench-1","state":"ready","words":"Printer Bench 1: ready"},
		{"id":"gun-2","state":"away","words":"/dev/serial/by-id/usb-Honeywell_Barcode_Scanner-if00 is not plugged in","hint":"Look whether it is switched on and plugged in. It is used again by itself when it is back."},
		{"id":"gun-3","state":"ready","words":"ready; the last scan was refused: scan the label of the run of singles first"}]`), &rows))
	require.Equal(t, []string{
		"gun-2: /dev/serial/by-id/usb-Honeywell_Barcode_Scanner-if00 is not plugged in. Look whether it is switched on and plugged in. It is used again by itself when it is back.",
		"gun-3: ready; the last scan was refused: scan the label of the run of singles first.",
	}, needs(rows))
}
