package site

import (
	"strings"

	"picket/cmd/internal/rows"
	"picket/edge/journal"
)

// vault seals what is personal beside the journal.
type vault = rows.Vault

// openVault opens the keys beside a site's journal.
func openVault(dir string) (*vault, error) { return rows.OpenVault(dir) }

// standing is how a vault sees the row that stands under a name.
func standing(f *journal.File) func(string) []byte {
	return func(name string) []byte {
		kind, key, _ := strings.Cut(name, "/")
		sealed, _, _ := f.Row(kind, []byte(key)) // a journal that cannot be read seals nothing either
		return sealed
	}
}

// ownPlace is the place of the key a sealed row is sealed by; false when it is the box's.
func ownPlace(sealed []byte) (place uint32, ok bool) { return rows.Place(sealed) }

// writeOnce makes a small file that is there whole or not at all.
func writeOnce(file string, text []byte) error { return rows.WriteOnce(file, text) }
