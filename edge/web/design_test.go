package web

import (
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The lines of DESIGN.md that a reader would paste answer what stands behind them.
func TestTheFiveMinutes(t *testing.T) {
	b := archived(t)
	page, err := os.ReadFile("DESIGN.md")
	require.NoError(t, err)
	vars := map[string]string{"box": b.url, "auth": "Authorization: Bearer " + machines["erp"], "json": "Content-Type: application/json"}
	lines := regexp.MustCompile(`(?m)^    (curl .*?) +# (\d+)$`).FindAllStringSubmatch(string(page), -1)
	require.Greater(t, len(lines), 12)
	for _, l := range lines {
		method, url, body := "GET", "", ""
		var header []string
		words := shellWords(l[1], vars)
		for i := 1; i < len(words); i++ {
			switch w := words[i]; w {
			case "-s":
			case "-H":
				i++
				name, value, ok := strings.Cut(words[i], ": ")
				require.True(t, ok, words[i])
				header = append(header, name, value)
			case "-d":
				i++
				method, body = "POST", words[i]
			default:
				url = strings.TrimPrefix(w, b.url)
			}
		}
		res := b.hand("x").do(method, url, body, header...)
		got := text(res)
		require.Equal(t, l[2], strconv.Itoa(res.StatusCode), "%s\n%s", l[1], got)
	}
}

// shellWords splits a line as a shell does, as far as these lines go.
func shellWords(line string, vars map[string]string) []string {
	var out []string
	var word strings.Builder
	quote, inside := byte(0), false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote, inside = c, true
		case quote == 0 && c == ' ':
			if inside {
				out = append(out, word.String())
			}
			word.Reset()
			inside = false
		case c == '$' && quote != '\'':
			name := regexp.MustCompile(`^[a-z]+`).FindString(line[i+1:])
			word.WriteString(vars[name])
			i += len(name)
			inside = true
		default:
			word.WriteByte(c)
			inside = true
		}
	}
	if inside {
		out = append(out, word.String())
	}
	return out
}
