package pki

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"strings"
)

// letters are those of Crockford's base 32: none looks like another.
var letters = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

const (
	idLetters     = 6
	secretLetters = 26 // 130 bits: it cannot be tried out, so no counting of wrong ones is needed
)

// code is what lets one box in once: its id is said aloud, its secret never leaves either side.
type code struct{ id, secret string }

func newCode() code {
	var b [20]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24: the process ends instead
	text := letters.EncodeToString(b[:])
	return code{id: text[:idLetters], secret: text[idLetters : idLetters+secretLetters]}
}

// String is the code in groups of four, as people read it to each other.
func (c code) String() string {
	text := c.id + c.secret
	var groups []string
	for ; len(text) > 4; text = text[4:] {
		groups = append(groups, text[:4])
	}
	return strings.Join(append(groups, text), "-")
}

// parseCode takes a code as people type it.
func parseCode(text string) (code, error) {
	text = strings.NewReplacer("-", "", " ", "", "\t", "", "\n", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(text))
	if len(text) != idLetters+secretLetters {
		return code{}, errors.New("code: must have 32 letters and digits, as in 8 groups of 4")
	}
	if _, err := letters.DecodeString(text); err != nil {
		return code{}, errors.New("code: has a character that no code has")
	}
	return code{id: text[:idLetters], secret: text[idLetters:]}, nil
}

// proof shows that its maker knows the code's secret, and binds it to the parts. Either side proves itself by it, so
// that a line in between which changes or makes up an answer is noticed, with and without TLS.
func (c code) proof(what string, parts ...[]byte) []byte {
	mac := hmac.New(sha256.New, []byte(c.secret))
	mac.Write([]byte("picket line " + what))
	for _, p := range parts {
		sum := sha256.Sum256(p) // so that no part can borrow from its neighbour
		mac.Write(sum[:])
	}
	return mac.Sum(nil)
}
