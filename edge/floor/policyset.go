package floor

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
)

// SetPolicy changes one field of Policy, named as in its JSON.
type SetPolicy struct {
	Name  string          `json:"name"`
	Value json.RawMessage `json:"value"`
}

// PolicySet: the policy has this value now.
type PolicySet struct {
	Name  string          `json:"name"`
	Value json.RawMessage `json:"value"`
}

// Kind names the command.
func (*SetPolicy) Kind() string { return "policy.set" }

// Type and Subject name the event.
func (*PolicySet) Type() string    { return "picket.policy.set.v1" }
func (*PolicySet) Subject() string { return "site" }
func (e *PolicySet) tell(Names) string {
	return "Policy " + e.Name + " is " + string(e.Value) + " now."
}

// maxPolicy is the longest value of a policy, in bytes of JSON.
const maxPolicy = 2000

func (c *SetPolicy) decide(s *State, _ Meta) ([]Event, *Refusal) {
	if r := checkText("name", c.Name, MaxID); r != nil {
		return nil, r
	}
	bad := func(why string) ([]Event, *Refusal) {
		return nil, badField("value", why)
	}
	p := Policy{}
	f := policyField(&p, c.Name)
	switch {
	case !f.IsValid():
		return nil, Refuse(UnknownPolicy, "name", c.Name)
	case len(c.Value) == 0, bytes.Equal(c.Value, []byte("null")) && f.Kind() != reflect.Slice:
		return bad("is missing")
	case f.Kind() == reflect.Slice && (bytes.Equal(c.Value, []byte("null")) || bytes.Equal(c.Value, []byte(`"off"`))):
		return []Event{&PolicySet{Name: c.Name, Value: json.RawMessage("[]")}}, nil // none at all
	case len(c.Value) > maxPolicy:
		return bad("is " + strconv.Itoa(len(c.Value)) + " bytes long, at most " + strconv.Itoa(maxPolicy) + " are allowed")
	}
	d := json.NewDecoder(bytes.NewReader(c.Value))
	d.DisallowUnknownFields()
	if err := d.Decode(f.Addr().Interface()); err != nil {
		return bad("must be " + policyKind(f.Type()))
	}
	if why := policyWrong(c.Name, f); why != "" {
		return bad(why)
	}
	if places[c.Name] {
		if f.String() == "off" {
			f.SetString("")
		}
		if at := BinID(f.String()); at != "" && s.Bins[at] == nil {
			return nil, Refuse(UnknownBin, "bin", clip(string(at)))
		}
	}
	value, err := json.Marshal(f.Interface())
	if err != nil || len(value) > maxPolicy {
		return bad("is too long")
	}
	return []Event{&PolicySet{Name: c.Name, Value: value}}, nil
}

// apply reads the value into a policy of its own, so that nothing a snapshot holds is written to.
func (e *PolicySet) apply(s *State) {
	p := Policy{}
	from, to := policyField(&p, e.Name), policyField(&s.Policy, e.Name)
	if to.IsValid() && json.Unmarshal(e.Value, from.Addr().Interface()) == nil {
		to.Set(from)
	}
}

// places are policies that name a bin of the site.
var places = map[string]bool{"walk_start": true, "walk_end": true}

// policyField is the field of that JSON name, to be written; the zero Value when there is none.
func policyField(p *Policy, name string) reflect.Value {
	v := reflect.ValueOf(p).Elem()
	for i := range v.NumField() {
		if tag, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ","); tag == name && name != "" {
			return v.Field(i)
		}
	}
	return reflect.Value{}
}

// policyKind says in words what a value must be.
func policyKind(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int64:
		return "a whole number"
	case reflect.String:
		return "a text"
	case reflect.Slice:
		return "a list, or off"
	}
	return "an object with the fields this policy has"
}

// policyChoices are the values a policy of words may have, and policyRanges how far one of numbers may go; a
// number named nowhere may be 0 to a million. Each flow may add its own beside its PolicyDoc.
var (
	policyChoices = map[string][]string{
		"fefo":         {"strict", "warn", "off"},
		"grant_recall": {grantUnpicked, grantPicked, grantAll},
	}
	policyRanges = map[string][2]int64{"max_scan": {1, MaxQty}, "archive_hours": {1, 8760}, "return_wait_days": {0, 3650}, "print_wait_days": {1, 365}, "print_expire_hours": {0, 720}, "personal_days": {1, MaxPersonalDays}, "proof_days": {1, MaxPersonalDays}, "hold_days": {1, 365}, "remind_days": {0, 60}, "return_days": {0, 3650}, "drawer_days": {1, DaysKept}, "receipt_days": {1, 60}}
)

// policyWrong says what is wrong with a value, empty when nothing is.
func policyWrong(name string, v reflect.Value) string {
	switch v.Kind() {
	case reflect.Int, reflect.Int64:
		r, ok := policyRanges[name]
		if !ok {
			r = [2]int64{0, 1_000_000}
		}
		if n := v.Int(); n < r[0] || n > r[1] {
			return "is " + strconv.FormatInt(n, 10) + ", but must be " + strconv.FormatInt(r[0], 10) + " to " + strconv.FormatInt(r[1], 10)
		}
	case reflect.String:
		if may, ok := policyChoices[name]; ok {
			for _, x := range may {
				if x == v.String() {
					return ""
				}
			}
			return "is " + strconv.Quote(clip(v.String())) + ", but must be one of: " + strings.Join(may, ", ")
		}
	case reflect.Slice:
		if rules, ok := v.Interface().([]ProofRule); ok {
			return proofWrong(rules)
		}
		if rules, ok := v.Interface().([]HoldRule); ok {
			return holdWrong(rules)
		}
	}
	return ""
}
