package floor

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestPoliciesAreDocumented: what the page of policies says is exactly what a site can be told.
func TestPoliciesAreDocumented(t *testing.T) {
	typ := reflect.TypeFor[Policy]()
	var fields, docs []string
	for i := range typ.NumField() {
		tag, _, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
		require.NotEmpty(t, tag, typ.Field(i).Name)
		fields = append(fields, tag)
	}
	for _, d := range Policies() {
		docs = append(docs, d.Name)
		require.True(t, strings.HasSuffix(d.Says, "."), d.Name)
	}
	require.ElementsMatch(t, fields, docs)
	for name := range policyChoices {
		require.Contains(t, fields, name)
		require.Contains(t, policyChoices[name], policyField(ptr(DefaultPolicy()), name).String())
	}
	for name := range policyRanges {
		require.Contains(t, fields, name)
	}
	p := DefaultPolicy()
	for _, name := range fields {
		require.Empty(t, policyWrong(name, policyField(&p, name)), "the default of %s is one a manager could choose", name)
	}
}

func ptr[T any](v T) *T { return &v }

// TestEveryPolicyCanBeSet: each field takes the JSON of its own default, and nothing of another kind.
func TestEveryPolicyCanBeSet(t *testing.T) {
	w := newWorld(t)
	for _, d := range Policies() {
		p := DefaultPolicy()
		value, err := json.Marshal(policyField(&p, d.Name).Interface())
		require.NoError(t, err)
		if string(value) != "null" {
			w.must("mia", &SetPolicy{Name: d.Name, Value: value})
		}
		if policyField(&p, d.Name).Kind() != reflect.Slice { // a list can be none
			w.refused("mia", &SetPolicy{Name: d.Name, Value: json.RawMessage(`null`)}, BadField)
		}
		w.refused("mia", &SetPolicy{Name: d.Name, Value: json.RawMessage(`[[1]]`)}, BadField)
	}
	require.Equal(t, DefaultPolicy(), w.s.Policy)
}

func TestApprovalsAreGoodOnceAndForOneThing(t *testing.T) {
	w := stocked(t)
	give := func(by UserID, about string, roles ...string) ApprovalID {
		e := w.must("", &GiveApproval{By: by, Roles: roles, Subject: about, What: "handover", Expires: noon.Add(w.late + 10*time.Minute)})
		return e[0].(*ApprovalGiven).ID
	}
	m := func(actor UserID) Meta { return Meta{ID: "x:1", Actor: actor, Now: noon.Add(w.late + time.Minute)} }
	allowed := func(want []UserID, actor UserID, about string, given ...ApprovalID) {
		t.Helper()
		by, no := w.s.override(m(actor), about, given)
		require.Nil(t, no)
		require.Equal(t, want, by)
	}
	denied := func(actor UserID, about string, given ...ApprovalID) {
		t.Helper()
		_, no := w.s.override(m(actor), about, given)
		require.NotNil(t, no)
		require.Equal(t, NeedsLead, no.Code)
	}
	lead, bert, carl := give("mia", "order/O-1", "lead"), give("bert", "order/O-1", "picker"), give("carl", "order/O-1", "picker")
	anna := give("anna", "order/O-1", "picker")
	denied("anna", "order/O-1")
	denied("anna", "order/O-2", lead)
	denied("anna", "order/O-1", bert)
	denied("anna", "order/O-1", bert, bert)
	denied("anna", "order/O-1", bert, anna)
	denied("anna", "order/O-1", "never-given", bert)
	allowed([]UserID{"mia"}, "anna", "order/O-1", lead)
	allowed([]UserID{"bert", "carl"}, "anna", "order/O-1", bert, carl)

	// A lead who is signed in is asked; two colleagues are not enough then.
	w.must("", &SignIn{Session{ID: "aa", User: "mia", Name: "Mia", Roles: []string{"lead"}, Expires: noon.Add(time.Hour)}})
	denied("anna", "order/O-1", bert, carl)
	allowed([]UserID{"mia"}, "mia", "order/O-1")
	w.must("", &SignOut{ID: "aa"})

	// What was used is gone; what was not used runs out.
	w.s.spend("order/O-1", []UserID{"bert"})
	denied("anna", "order/O-1", bert, carl)
	require.NotNil(t, w.s.Approvals.Get(carl))
	w.late += 20 * time.Minute
	denied("anna", "order/O-1", lead)
	give("dora", "order/O-1", "picker")
	require.Equal(t, 1, w.s.Approvals.Len(), "those that ran out are dropped")
}

func policyCommand(rt *rapid.T, w *world) Command {
	names := []string{"no_such_policy"}
	for _, d := range Policies() {
		names = append(names, d.Name)
	}
	switch rapid.IntRange(0, 5).Draw(rt, "policy command") {
	case 0:
		return &GiveApproval{By: rapid.SampledFrom([]UserID{"bert", "carl", "mia"}).Draw(rt, "by"), Roles: rapid.SampledFrom([][]string{nil, {"lead"}}).Draw(rt, "roles"),
			Subject: rapid.SampledFrom([]string{"order/O-1", "order/O-2", "site", "nonsense"}).Draw(rt, "subject"), Expires: noon.Add(w.late + time.Duration(w.n)*time.Second + 10*time.Minute)}
	case 1:
		return &SignIn{Session{ID: rapid.SampledFrom([]string{"aa", "bb"}).Draw(rt, "session"), User: "mia", Name: "Mia", Roles: []string{"lead"}, Expires: noon.Add(time.Hour)}}
	case 2:
		return &SignOut{ID: rapid.SampledFrom([]string{"aa", "bb"}).Draw(rt, "session")}
	}
	return &SetPolicy{Name: rapid.SampledFrom(names).Draw(rt, "policy"), Value: json.RawMessage(rapid.SampledFrom([]string{"true", "false", "0", "1", "3", `"x"`, `null`}).Draw(rt, "value"))}
}

// someApprovals are the ids of what was approved and not used, and one that nobody gave.
func someApprovals(rt *rapid.T, w *world) []ApprovalID {
	ids := append(w.s.Approvals.IDs(), "never-given")
	n := rapid.IntRange(0, len(ids)).Draw(rt, "approvals")
	return slices.Clone(ids[:n])
}
