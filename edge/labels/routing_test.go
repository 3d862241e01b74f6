package labels

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// TestRoutes: the longest beginning of a postcode that the table knows wins, an empty one stands for the country, and a table
// with a fault is told by its line.
func TestRoutes(t *testing.T) {
	table, err := ReadRoutes([]byte("\ufeffcountry,postcode,sort,depot,route\r\nGB,,GB-X,Hub,\nGB,N1,N1-04,London North,214\ngb,N1 9,N1-09,\"London, King's Cross\",215\nDE,80,M-1,München,3\n"))
	require.NoError(t, err)
	for address, want := range map[string]Routing{
		"GB N1 9GU": {"N1-09", "London, King's Cross", "215"}, "gb n19gu": {"N1-09", "London, King's Cross", "215"}, "GB N1 8AA": {"N1-04", "London North", "214"},
		"GB SW1Y 4LE": {"GB-X", "Hub", ""}, "GB ": {"GB-X", "Hub", ""}, "DE 80331": {"M-1", "München", "3"}, "DE 10115": {}, "FR 75001": {}, " ": {},
		"GB " + strings.Repeat("N1", 5000): {"N1-04", "London North", "214"},
	} {
		country, code, _ := strings.Cut(address, " ")
		require.Equal(t, want, table.For(country, code), "%.20s", address)
	}
	require.Equal(t, Routing{}, Routes{}.For("GB", "N1"), "no table")
	head := "country,postcode,sort,depot,route\n"
	for text, want := range map[string]string{
		"":                                 "line 1: want the headings",
		"country,postcode,sort\n":          "line 1: ",
		"country;postcode;a;b;c\n":         "line 1: ",
		head + "GB,N1,a,b,c\nGB,n 1,d,e,f": "line 3: GB N1 stands there twice",
		head + "GB,N1,,b,c":                "line 2: country has two letters, and sort must not be empty",
		head + "UK1,N1,a,b,c":              "line 2: country has two letters",
		head + "GB,N1,a,b":                 "line 2: ",
		head + "GB,N1,a,\"b,c":             "line ",
		head + "GB,N1,a,^XA\x07,c":         "line 2: a word is longer than 24 characters, or is none",
		head + "GB,N1," + strings.Repeat("7", 25) + ",b,c": "line 2: a word is longer",
	} {
		_, err := ReadRoutes([]byte(text))
		require.ErrorContains(t, err, want, text)
	}
}

// TestNumbersAreReadOut: a carrier's number in groups, as people read it out.
func TestNumbersAreReadOut(t *testing.T) {
	for n, want := range map[string]string{"": "", "7": "7", "7700": "7700", "77000000019": "7700 0000 019"} {
		require.Equal(t, want, grouped(n))
	}
}

// FuzzReadRoutes: no file that is taken for a table runs on or panics; one that is read says short words in one line, finds what it
// says for an address, and a fault names its line.
func FuzzReadRoutes(f *testing.F) {
	head := "country,postcode,sort,depot,route\n"
	for _, s := range []string{"", head, head + "GB,N1,N1-04,London North,214\n", head + "GB,\"N\n1\",a,b,c\nDE,,x,,\n", head + "gb,n 1,^XZ~JR,\",\",_5E\n", "\ufeff" + head + "GB,N1,\xff,b,c\n", head + "\"GB"} {
		f.Add(s, "GB", "N1 9GU")
	}
	f.Fuzz(func(t *testing.T, text, country, postcode string) {
		table, err := ReadRoutes([]byte(text))
		if err != nil {
			require.Regexp(t, `^line [0-9]+: `, err.Error())
			require.Less(t, len(err.Error()), 200)
			return
		}
		r := table.For(country, postcode)
		for _, w := range []string{r.Sort, r.Depot, r.Route} {
			require.LessOrEqual(t, utf8.RuneCountInString(w), mostRouteWords)
			require.False(t, strings.ContainsAny(w, "\r\n\x00\x1b"))
		}
		for key, want := range table.to {
			at, code, _ := strings.Cut(key, " ")
			require.Equal(t, want, table.For(at, code))
		}
	})
}
