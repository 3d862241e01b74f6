package floor

import "encoding/json"

// Sites and centres are updated one after the other, so each reads what the two versions before it wrote, and what a later
// one writes does no harm:
//
//   - A record's type may grow fields, which an earlier reader passes over; the raw bytes stay, so nothing is lost.
//   - What changes its meaning or its name is a new type, or a cast here; a type nobody knows stops its log there (SYNC R7).
//   - A command of the centre says by which version it was written. A site that meets a field it does not know in one of a
//     later version stops there too, and goes on when it is updated: what it cannot read it must not half obey.
//
// testdata/versions holds records of each version in their exact bytes, and the shape of this one.

// SchemaVersion is the version of the records written here.
const SchemaVersion = 3

// Cast reads a record of an earlier version as it would be written now.
type Cast struct {
	Now    string            // its type now; "" when it kept it
	Fields map[string]string // what its data called otherwise: the name then, the name now
}

// casts are those in force, by the type then. None was needed so far: every version only grew.
var casts = map[string]Cast{}

// Renamed says what a field of an earlier record's data is called now; false when there is no such cast.
func Renamed(typ, field string) (nowTyp, nowField string, ok bool) {
	c, ok := casts[typ]
	if !ok {
		return "", "", false
	}
	nowTyp, nowField = typ, field
	if c.Now != "" {
		nowTyp = c.Now
	}
	if to := c.Fields[field]; to != "" {
		nowField = to
	}
	return nowTyp, nowField, true
}

// upcast gives type and data as they would be written now.
func upcast(all map[string]Cast, typ string, data json.RawMessage) (string, json.RawMessage, error) {
	c, ok := all[typ]
	if !ok {
		return typ, data, nil
	}
	if c.Now != "" {
		typ = c.Now
	}
	var had map[string]json.RawMessage
	if err := json.Unmarshal(data, &had); err != nil {
		return typ, data, err
	}
	changed := false
	for then, now := range c.Fields {
		v, is := had[then]
		if _, taken := had[now]; !is || taken {
			continue
		}
		delete(had, then)
		had[now], changed = v, true
	}
	if !changed {
		return typ, data, nil
	}
	data, err := json.Marshal(had)
	return typ, data, err
}
