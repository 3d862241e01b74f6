package demo

import (
	"bytes"
	"image/png"
	"net/http"
	"strings"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/ean"
)

// barcodes is the page where the catalogue's barcodes hang, to be scanned off the screen or typed.
func barcodes(w http.ResponseWriter, _ *http.Request) {
	type row struct{ Name, Tell, Digits string }
	var rows []row
	for _, it := range Items() {
		rows = append(rows, row{it.Name, it.Tell, strings.TrimPrefix(it.GTINs[0], "0")})
	}
	render(w, barcodesPage, rows)
}

// barcodePicture draws one of them, three dots to a module.
func barcodePicture(w http.ResponseWriter, r *http.Request) {
	digits := strings.TrimSuffix(r.PathValue("file"), ".png")
	code, err := ean.Encode(digits)
	if err != nil || len(digits) != 13 {
		http.Error(w, "not an EAN-13", http.StatusNotFound)
		return
	}
	wide, err := barcode.Scale(code, 95*3, 80)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	var b bytes.Buffer
	if err := png.Encode(&b, wide); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "image/png")
	w.Header().Set("Cache-Control", "max-age=3600")
	_, _ = w.Write(b.Bytes())
}
