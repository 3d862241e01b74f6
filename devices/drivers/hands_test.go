//go:build linux

package drivers_test

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"picket/devices/devicetest"
	"picket/devices/drivers"
	"picket/devices/virtual"
)

// TestByHand runs the suite against a printer that a person stands before: PICKET_TEST_PRINTER is its address, as in the
// settings, and the terminal says what to do to it. PICKET_TEST_PRINTER_TELLS=reasons or silence says what it answers while it
// cannot print, if not everything. Without an address a virtual printer is the real one, and somebody who does what he is told.
func TestByHand(t *testing.T) {
	b := devicetest.Bench{Answer: 2 * time.Second, PrintTime: time.Second, NoRibbon: true}
	address := os.Getenv("PICKET_TEST_PRINTER")
	who := &devicetest.Person{}
	switch tells := os.Getenv("PICKET_TEST_PRINTER_TELLS"); tells {
	case "":
	case "reasons":
		b.Tells = devicetest.Reasons
	case "silence":
		b.Tells = devicetest.Silence
	default:
		t.Fatalf("PICKET_TEST_PRINTER_TELLS=%s: it is reasons or silence", tells)
	}
	if address == "" {
		p := printer(t)
		address, who.Ask = "tcp://"+p.Addr(), obedient(t, p)
	} else {
		tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
		require.NoError(t, err, "somebody has to stand before the printer, at a terminal")
		defer tty.Close()
		in := bufio.NewReader(tty)
		who.Ask = func(what string) string {
			fmt.Fprintf(tty, "\n  %s — then press Enter: ", what)
			line, err := in.ReadString('\n')
			require.NoError(t, err)
			return line
		}
	}
	d, err := drivers.OpenPrinter(address, drivers.Options{})
	require.NoError(t, err)
	b.Driver = d
	devicetest.Hands(t, b, who)
}

// obedient does what the words say, to a virtual printer.
func obedient(t *testing.T, p *virtual.Printer) func(string) string {
	return func(what string) string {
		whole, torn := p.Out()
		switch {
		case strings.HasPrefix(what, "make it ready"):
			require.NoError(t, p.PowerOn())
			p.LoadMedia(-1)
			p.OpenHead(false)
			p.Pause(false)
		case strings.HasPrefix(what, "load labels"):
			p.LoadMedia(-1)
		case strings.HasPrefix(what, "take the labels out"):
			p.LoadMedia(0)
		case strings.HasPrefix(what, "load exactly"):
			n, err := strconv.Atoi(strings.Fields(what)[2])
			require.NoError(t, err)
			p.LoadMedia(n)
		case what == "open the print head", what == "close the print head":
			p.OpenHead(what == "open the print head")
		case strings.HasPrefix(what, "press pause"):
			p.Pause(strings.HasSuffix(what, "it is paused"))
		case what == "pull its plug":
			p.PowerCut()
		case strings.HasPrefix(what, "plug it in"):
			require.NoError(t, p.PowerOn())
		case strings.Contains(what, "whole labels"):
			return strconv.Itoa(whole)
		case strings.Contains(what, "torn"):
			return strconv.Itoa(torn)
		default:
			t.Errorf("nobody knows how to %q", what)
		}
		return ""
	}
}
