package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// No text becomes a formula in a spreadsheet, however its sign is written and whatever stands before it.
func TestNoTextIsAFormula(t *testing.T) {
	for _, text := range []string{"=1+1", "+1", "-1", "@SUM(A1)", "\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20SUM", " =1", "\u00a0=1", "\u3000\uff1d1", "\t=1", "\tplain", "\rplain", "\nplain",
		"\u200b=1", "\ufeff=1", "'=1", "\"=1"} {
		require.Equal(t, "'"+text, Plain(text), "%q", text)
		var out bytes.Buffer
		require.NoError(t, Table{Columns: []Column{{Name: "a"}}, Rows: [][]Cell{{text}}}.CSV(&out))
		require.True(t, strings.HasPrefix(strings.Trim(strings.TrimPrefix(out.String(), "a"), "\r\n\""), "'"), "%q", out.String())
	}
	for _, text := range []string{"", "Oat drink", "a=b", "1 - 2", " plain", "A-1", "\uff21", "1+1"} {
		require.Equal(t, text, Plain(text))
	}
}
