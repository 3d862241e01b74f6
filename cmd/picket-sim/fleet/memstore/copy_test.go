package memstore

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"
)

// A table that is added later is in backups, too.
func TestACopyHasEveryTable(t *testing.T) {
	v := reflect.ValueOf(New().Copy()).Elem()
	for i := range v.NumField() {
		if f := v.Field(i); f.Kind() == reflect.Map {
			require.False(t, f.IsNil(), v.Type().Field(i).Name)
		}
	}
}
