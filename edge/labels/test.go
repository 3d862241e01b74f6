package labels

import (
	"fmt"
	"time"

	"picket/zpl"
)

// Test is a label that proves a printer: its edges show whether the media lie right, its lines whether every dot prints, and
// its codes can be scanned.
func Test(sender Sender, printer string, at time.Time, m Media) ([]byte, error) {
	l := m.blank()
	w := m.Width - 8
	l.Box(zpl.Box{Name: "edge", X: 1, Y: 1, W: m.Width - 2, H: m.Height - 2, Thickness: 0.5})
	l.Text(zpl.TextBox{Name: "from", X: 4, Y: 4, W: w, H: 6, Size: 4.5, MinSize: 2.6, Value: sender.Name})
	l.Text(zpl.TextBox{Name: "title", X: 4, Y: 11, W: w, H: 10, Size: 8, MinSize: 4, Value: "TEST LABEL"})
	l.Text(zpl.TextBox{Name: "printer", X: 4, Y: 22, W: w, H: 6, Size: 4.5, MinSize: 2.6, Value: printer})
	l.Text(zpl.TextBox{Name: "at", X: 4, Y: 29, W: w, H: 6, Size: 4.5, MinSize: 2.6, Value: at.Format("2006-01-02 15:04") + fmt.Sprintf(" - %g x %g mm, %d dots/mm", m.Width, m.Height, m.Dpmm)})
	l.Text(zpl.TextBox{Name: "letters", X: 4, Y: 36, W: w, H: 6, Size: 4.5, MinSize: 2.6, Value: "ABC abc 0123456789 ÄÖÜ ß é ñ ç Ł ğ"})
	// What shows here tells whether the printer's own letters may be set to european.
	l.Text(zpl.TextBox{Name: "letters.own", X: 4, Y: 41, W: w, H: 3.6, Size: 3.4, MinSize: 2, Own: true, Value: "Own letters: Łğ | Ελλάδα | Привет | Nguyễn"})
	for i := range 5 { // a dot that does not print is a white stripe through all of them
		l.Line(zpl.Line{X: 4, Y: 45 + 2*float64(i), W: w, Thickness: 0.2 + 0.2*float64(i)})
	}
	if m.short() {
		l.Code128(zpl.Code128{Name: "code", X: 4, Y: 57, W: w - 22, H: m.Height - 62, Module: 0.4, Value: "PICKET"})
		l.QR(zpl.QR{Name: "qr", X: m.Width - 24, Y: 55.5, Size: min(20, m.Height-58), ECC: zpl.MediumECC, Value: "PICKET"})
		return l.Bytes()
	}
	l.Code128(zpl.Code128{Name: "code", X: 4, Y: 58, W: w, H: 14, Module: 0.4, Value: "PICKET"})
	size := min(26, m.Height-78)
	l.QR(zpl.QR{Name: "qr", X: (m.Width - size) / 2, Y: 75, Size: size, ECC: zpl.MediumECC, Value: "PICKET"})
	return l.Bytes()
}
