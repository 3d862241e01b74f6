package floor

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Authorise shows that the person at the counter may have the order. It is an intent: it may be refused, and
// what was handed over without it is recorded all the same.
type Authorise struct {
	Order      OrderID      `json:"order"`
	Method     ProofMethod  `json:"method"`
	Code       string       `json:"code,omitempty"`        // the pickup code, or the one-time password; never recorded
	IDKind     string       `json:"id_kind,omitempty"`     // passport, id_card, driving_licence, other
	IDTail     string       `json:"id_tail,omitempty"`     // the last characters of its number, at most 4
	Ref        string       `json:"ref,omitempty"`         // where the signature stands, which is personal data
	Proxy      string       `json:"proxy,omitempty"`       // who collects it for the customer, as a reference
	AgeChecked bool         `json:"age_checked,omitempty"` // the person is old enough for what is in it
	Why        string       `json:"why,omitempty"`         // of an override
	Approvals  []ApprovalID `json:"approvals,omitempty"`
}

// PickupAuthorised: this proof was shown. When nothing is left to be shown, the order may be handed over.
type PickupAuthorised struct {
	Order      OrderID       `json:"order"`
	Method     ProofMethod   `json:"method"`
	Left       []ProofMethod `json:"left,omitempty"`
	Until      time.Time     `json:"until"`
	IDKind     string        `json:"id_kind,omitempty"`
	IDTail     string        `json:"id_tail,omitempty"`
	Ref        string        `json:"ref,omitempty"`
	Proxy      string        `json:"proxy,omitempty"`
	AgeChecked bool          `json:"age_checked,omitempty"`
	Late       bool          `json:"late,omitempty"` // its time was over
	Why        string        `json:"why,omitempty"`
	Overridden
}

// CodeWrong: somebody said a wrong code.
type CodeWrong struct {
	Order  OrderID     `json:"order"`
	Method ProofMethod `json:"method"`
	Wrong  int         `json:"wrong"` // so many now
}

// SendOTP brings the digest of a one-time password that the centre sent to the customer.
type SendOTP struct {
	Order OrderID   `json:"order"`
	Salt  string    `json:"salt"`
	Hash  string    `json:"hash"` // hex SHA-256 of salt and password
	Until time.Time `json:"until"`
}

// OTPSent: the customer has a one-time password.
type OTPSent struct {
	Order OrderID   `json:"order"`
	Salt  string    `json:"salt"`
	Hash  string    `json:"hash"`
	Until time.Time `json:"until"`
}

// AuthTime is how long an authorisation is good.
const AuthTime = 30 * time.Minute

// MaxWrong is how many wrong codes lock an order.
const MaxWrong = 5

// ProofMethods lists the methods, in the order shown.
var ProofMethods = []ProofMethod{ProofCode, ProofOTP, ProofID, ProofSignature, ProofProxy, ProofOverride}

// Kind names the command.
func (*Authorise) Kind() string { return "collect.authorise" }

// Kind names the command.
func (*SendOTP) Kind() string { return "collect.otp" }

// Type and Subject name the event.
func (*PickupAuthorised) Type() string      { return "picket.pickup.authorised.v1" }
func (e *PickupAuthorised) Subject() string { return "order/" + string(e.Order) }
func (e *PickupAuthorised) tell(Names) string {
	words := "Proof shown: " + proofWords[e.Method]
	if e.IDKind != "" {
		words += ", " + plain(e.IDKind)
	}
	if e.IDTail != "" {
		words += " ending " + e.IDTail
	}
	if len(e.By) > 0 {
		words += " by " + people(e.By) + ": " + e.Why
	}
	if e.AgeChecked {
		words += "; age checked"
	}
	if e.Late {
		words += "; its time was over"
	}
	if len(e.Left) > 0 {
		return words + ". Still to be shown: " + joined(e.Left) + "."
	}
	return words + ". It may be handed over."
}

var proofWords = map[ProofMethod]string{
	ProofCode: "the pickup code", ProofOTP: "the one-time password", ProofID: "an identity document",
	ProofSignature: "a signature", ProofProxy: "somebody collects it for the customer", ProofOverride: "override",
}

func joined[T ~string](list []T) string {
	words := make([]string, len(list))
	for i, x := range list {
		words[i] = string(x)
	}
	return strings.Join(words, ", ")
}

// Type and Subject name the event.
func (*CodeWrong) Type() string      { return "picket.pickup.code_wrong.v1" }
func (e *CodeWrong) Subject() string { return "order/" + string(e.Order) }
func (e *CodeWrong) tell(Names) string {
	return "A wrong code was given, " + plural(e.Wrong, "time") + " so far."
}

// Type and Subject name the event.
func (*OTPSent) Type() string        { return "picket.pickup.otp.v1" }
func (e *OTPSent) Subject() string   { return "order/" + string(e.Order) }
func (e *OTPSent) tell(Names) string { return "A one-time password was sent to the customer." }

// HashCode is the digest by which a pickup code or a one-time password is known here.
func HashCode(salt, code string) string {
	sum := sha256.Sum256([]byte(salt + code))
	return hex.EncodeToString(sum[:])
}

// sameCode compares in constant time. Blanks do not count, nor does case: codes are made in capitals.
func sameCode(salt, hash, code string) bool {
	code = strings.ReplaceAll(code, " ", "")
	if hash == "" || code == "" {
		return false
	}
	as := subtle.ConstantTimeCompare([]byte(HashCode(salt, code)), []byte(hash))
	capitals := subtle.ConstantTimeCompare([]byte(HashCode(salt, strings.ToUpper(code))), []byte(hash))
	return as|capitals == 1
}

// FindCode lists the orders on the shelf a pickup code is for, sorted.
func (s *State) FindCode(code string) []OrderID {
	var out []OrderID
	for id, o := range s.Orders {
		if o.Flow == FlowPickup && sameCode(o.CodeSalt, o.CodeHash, code) && o.onHand() > 0 {
			out = append(out, id)
		}
	}
	sortIDs(out)
	return out
}

// FindNumber lists the orders to collect whose number ends so, sorted.
func (s *State) FindNumber(tail string) []OrderID {
	var out []OrderID
	if tail == "" {
		return out
	}
	for id, o := range s.Orders {
		if o.Flow == FlowPickup && strings.HasSuffix(strings.ToUpper(o.Number), strings.ToUpper(tail)) {
			out = append(out, id)
		}
	}
	sortIDs(out)
	return out
}

// ProofNeeded lists what is to be shown for an order: what it asks for, or else what the site's policy asks
// for its value, or else its code, or else an identity document.
func (s *State) ProofNeeded(o *Order) []ProofMethod {
	if len(o.Proof) > 0 {
		return o.Proof
	}
	var need []ProofMethod
	if o.Value != nil {
		for _, p := range s.Policy.ProofAbove {
			if p.Currency == o.Value.Currency && o.Value.Minor >= p.Minor {
				need = p.Methods
			}
		}
	}
	switch {
	case len(need) > 0:
		return need
	case o.CodeHash != "":
		return []ProofMethod{ProofCode}
	}
	return []ProofMethod{ProofID}
}

// proofWrong says what is wrong with the rules of a site, empty when nothing is: a proof nobody can show would
// leave every such order to a lead.
func proofWrong(rules []ProofRule) string {
	for i, r := range rules {
		switch {
		case !letters(r.Currency, 3):
			return "has no currency of three capital letters in its rule " + itoa(i+1)
		case i > 0 && r.Currency == rules[i-1].Currency && r.Minor <= rules[i-1].Minor, r.Minor < 0:
			return "must rise from rule to rule"
		case len(r.Methods) == 0:
			return "names no method in its rule " + itoa(i+1)
		}
		for _, m := range r.Methods {
			if m == ProofOverride || !slices.Contains(ProofMethods, m) {
				return "has " + strconv.Quote(clip(string(m))) + " in its rule " + itoa(i+1) + "; choose of code, otp, id, signature and proxy"
			}
		}
	}
	return ""
}

// proves says which of the proofs asked for a method stands for: an identity document is better than a code,
// and somebody who collects for the customer cannot show the customer's.
func (p ProofMethod) proves(asked ProofMethod) bool {
	switch p {
	case ProofOverride:
		return true
	case ProofOTP:
		return asked == ProofOTP || asked == ProofCode
	case ProofID:
		return asked == ProofID || asked == ProofCode
	case ProofProxy:
		return asked == ProofProxy || asked == ProofID || asked == ProofCode
	}
	return p == asked
}

// AgeOf is how old who takes an order must be; 0: any age.
func (s *State) AgeOf(o *Order) int {
	age := o.MinAge
	for i := range o.Lines {
		if it := s.Items[o.Lines[i].SKU]; it != nil && o.Lines[i].Wanted() > 0 {
			age = max(age, it.MinAge)
		}
	}
	return age
}

func (c *Authorise) check() *Refusal {
	if !slices.Contains(ProofMethods, c.Method) {
		return oneWord("method", string(c.Method), "code", "otp", "id", "signature", "proxy", "override")
	}
	for _, f := range [][2]string{{"code", c.Code}, {"ref", c.Ref}, {"proxy", c.Proxy}} {
		if r := checkText(f[0], f[1], MaxID); r != nil {
			return r
		}
	}
	if c.IDKind != "" {
		if r := oneWord("id_kind", c.IDKind, "passport", "id_card", "driving_licence", "other"); r != nil {
			return r
		}
	}
	if r := checkText("id_tail", c.IDTail, 4); r != nil {
		return r
	}
	if r := checkRange("approvals", len(c.Approvals), 0, 8); r != nil {
		return r
	}
	need := [2]string{}
	switch c.Method {
	case ProofCode, ProofOTP:
		need = [2]string{"code", c.Code}
	case ProofID:
		need = [2]string{"id_kind", c.IDKind}
	case ProofSignature:
		need = [2]string{"ref", c.Ref}
	case ProofProxy:
		need = [2]string{"proxy", c.Proxy}
	case ProofOverride:
		return checkNote("why", c.Why)
	}
	if need[1] == "" {
		return badField(need[0], "is missing")
	}
	return checkText("why", c.Why, MaxText)
}

func (c *Authorise) decide(s *State, m Meta) ([]Event, *Refusal) {
	o, r := s.collected(c.Order)
	if r != nil {
		return nil, r
	}
	if r := c.check(); r != nil {
		return nil, r
	}
	p := o.counter()
	if o.onHand() == 0 {
		return nil, Refuse(NothingOnShelf, "order", string(o.ID))
	}
	if r := o.elsewhere(m); r != nil {
		return nil, r
	}
	if r, may := s.leaving(o, m.Now); r != nil && !(may && c.Method == ProofOverride) {
		return nil, r
	}
	if p.Wrong >= MaxWrong && c.Method != ProofOverride {
		return nil, Refuse(CodeLocked, "order", string(o.ID))
	}
	e := &PickupAuthorised{
		Order: o.ID, Method: c.Method, Until: m.Now.Add(AuthTime).UTC(), IDKind: c.IDKind, IDTail: c.IDTail, Ref: c.Ref,
		Proxy: c.Proxy, AgeChecked: c.AgeChecked, Why: c.Why, Late: s.expired(o, m.Now) || o.onShelves() == 0,
	}
	if events, r := c.proof(s, m, o, e); events != nil || r != nil {
		return events, r
	}
	// A lead's word stands for a proof, never for the customer's age or for money.
	if age := s.AgeOf(o); age > 0 && !c.AgeChecked {
		return nil, Refuse(AgeNotChecked, "order", string(o.ID), "age", itoa(age))
	}
	if due := o.StillDue(); due.Minor > 0 {
		return nil, Refuse(PaymentDue, "order", string(o.ID), "due", due.String())
	}
	shown := []ProofMethod{c.Method}
	if p.Auth != nil && m.Now.Before(p.Auth.Until) {
		shown = append(shown, p.Auth.Methods...)
	}
	for _, asked := range s.ProofNeeded(o) {
		if !slices.ContainsFunc(shown, func(has ProofMethod) bool { return has.proves(asked) }) {
			e.Left = append(e.Left, asked)
		}
	}
	return []Event{e}, nil
}

// proof checks what was shown: the events of a wrong code, or a refusal, or neither when it is right.
func (c *Authorise) proof(s *State, m Meta, o *Order, e *PickupAuthorised) ([]Event, *Refusal) {
	p := o.counter()
	switch {
	case o.ProxyOnly != "" && c.Method != ProofOverride && c.Proxy != o.ProxyOnly:
		return nil, Refuse(NotTheProxy, "order", string(o.ID))
	case c.Method == ProofOverride:
		by, no := s.override(m, e.Subject(), c.Approvals)
		e.By = by
		return nil, no
	case c.Method == ProofOTP && (p.OTP == nil || !m.Now.Before(p.OTP.Until)):
		return nil, Refuse(NoOTP, "order", string(o.ID))
	case c.Method == ProofCode && o.CodeHash == "":
		return nil, Refuse(NoCode, "order", string(o.ID))
	}
	right := true
	switch {
	case c.Method == ProofOTP:
		right = sameCode(p.OTP.Salt, p.OTP.Hash, c.Code)
	case c.Method == ProofCode, c.Code != "" && o.CodeHash != "":
		right = sameCode(o.CodeSalt, o.CodeHash, c.Code)
	case c.Method == ProofProxy && c.IDKind == "" && o.CodeHash != "":
		return nil, badField("code", "is missing: who collects for another shows the code, or a document")
	}
	if right {
		return nil, nil
	}
	wrong := p.Wrong + 1
	return []Event{
		&CodeWrong{Order: o.ID, Method: c.Method, Wrong: wrong},
		&CommandRefused{Kind: c.Kind(), Code: WrongCode, Args: map[string]string{"left": itoa(max(0, MaxWrong-wrong))}},
	}, nil
}

func (e *PickupAuthorised) apply(s *State) {
	o := s.order(e.Order)
	if o == nil {
		return
	}
	p := o.pickup()
	a := &Auth{Until: e.Until, Methods: []ProofMethod{e.Method}, Left: slices.Clone(e.Left), By: s.rec.Actor, Allowed: slices.Clone(e.By)}
	if old := p.Auth; old != nil && s.now().Before(old.Until) {
		for _, m := range old.Methods {
			if m != e.Method {
				a.Methods = append(a.Methods, m)
			}
		}
		if len(a.Allowed) == 0 {
			a.Allowed = old.Allowed
		}
	}
	p.Auth = a
	if p.Wrong > 0 {
		s.settle("pickup_locked", e.Subject())
	}
	p.Wrong = 0
}

func (e *CodeWrong) apply(s *State) {
	o := s.order(e.Order)
	if o == nil {
		return
	}
	p := o.pickup()
	if p.Wrong++; p.Wrong == MaxWrong {
		s.raise("pickup_locked", e.Subject(), "order", string(e.Order))
	}
}

func (c *SendOTP) decide(s *State, m Meta) ([]Event, *Refusal) {
	o, r := s.collected(c.Order)
	if r != nil {
		return nil, r
	}
	if r := check([2]string{"salt", c.Salt}); r != nil {
		return nil, r
	}
	if raw, err := hex.DecodeString(c.Hash); err != nil || len(raw) != sha256.Size {
		return nil, badField("hash", "must be 64 hexadecimal digits")
	}
	if !c.Until.After(m.Now) {
		return nil, badField("until", "must be in the future")
	}
	return []Event{&OTPSent{Order: o.ID, Salt: c.Salt, Hash: strings.ToLower(c.Hash), Until: c.Until.UTC()}}, nil
}

func (e *OTPSent) apply(s *State) {
	if o := s.order(e.Order); o != nil {
		o.pickup().OTP = &OneTime{Salt: e.Salt, Hash: e.Hash, Until: e.Until}
	}
}
