package template

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/color"
	"image/png"
	"testing"

	"github.com/stretchr/testify/require"
)

// picture8 is a black square of 8 dots as a template brings it along.
func picture8(t testing.TB) string {
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, image.NewPaletted(image.Rect(0, 0, 8, 8), color.Palette{color.Black})))
	return base64.StdEncoding.EncodeToString(b.Bytes())
}
