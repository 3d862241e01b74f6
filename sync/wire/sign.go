package wire

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
)

// A signed object is a JSON object whose LAST member is sig. What is signed are the topic it goes to, a line feed,
// the exact bytes of the object without that member, and the body behind it. No canonical form is needed: the bytes
// that came are the bytes that are checked. The topic is among them so that what was said to one site, or by one, is
// worth nothing at another.
const (
	sigOpen  = `,"sig":"`
	sigClose = `"}`
)

var sigText = base64.StdEncoding.EncodedLen(ed25519.SignatureSize)

// maxSig is how many bytes a signature adds to a message.
var maxSig = len(sigOpen) + sigText + len(sigClose) - 1

// Signer signs what one end says on its topics. A nil one signs nothing.
type Signer struct {
	topics string // all of a topic but its channel
	key    ed25519.PrivateKey
}

// NewSigner signs for the topics of a site and a direction; nil without a key.
func NewSigner(t Topic, key ed25519.PrivateKey) *Signer {
	if key == nil {
		return nil
	}
	return &Signer{topics: topicsOf(t), key: key}
}

// Public is the half of the key that the other end checks by; nil where nothing is signed.
func (s *Signer) Public() ed25519.PublicKey {
	if s == nil {
		return nil
	}
	return s.key.Public().(ed25519.PublicKey)
}

// Checker checks what the other end says on its topics. A nil one checks nothing.
type Checker struct {
	topics string
	key    ed25519.PublicKey
}

// NewChecker checks the topics of a site and a direction; nil without a key.
func NewChecker(t Topic, key ed25519.PublicKey) *Checker {
	if key == nil {
		return nil
	}
	return &Checker{topics: topicsOf(t), key: key}
}

// Key is what it checks by; nil where nothing is checked.
func (c *Checker) Key() ed25519.PublicKey {
	if c == nil {
		return nil
	}
	return c.key
}

func topicsOf(t Topic) string {
	t.Channel = ""
	return t.String()
}

// sign adds the sig member to a JSON object that has at least one other.
func (s *Signer) sign(ch Channel, object, body []byte) []byte {
	sig := ed25519.Sign(s.key, signed(s.topics, ch, object, body))
	out := make([]byte, 0, len(object)+maxSig)
	out = append(out, object[:len(object)-1]...)
	out = append(out, sigOpen...)
	out = base64.StdEncoding.AppendEncode(out, sig)
	return append(out, sigClose...)
}

func signed(topics string, ch Channel, object, body []byte) []byte {
	out := make([]byte, 0, len(topics)+len(ch)+1+len(object)+len(body))
	out = append(append(append(out, topics...), ch...), '\n')
	return append(append(out, object...), body...)
}

// verify checks the sig member of an object.
func (c *Checker) verify(what string, ch Channel, object, body []byte) error {
	cut := len(object) - maxSig - 1
	if cut < 1 || !bytes.HasPrefix(object[cut:], []byte(sigOpen)) || !bytes.HasSuffix(object, []byte(sigClose)) {
		return &Unsigned{Malformed{What: what, Field: "sig", Reason: "is missing, or is not the last member"}}
	}
	sig, err := base64.StdEncoding.Strict().DecodeString(string(object[cut+len(sigOpen) : len(object)-len(sigClose)]))
	if err != nil || len(sig) != ed25519.SignatureSize {
		return &Unsigned{Malformed{What: what, Field: "sig", Reason: "is no base64 of 64 bytes"}}
	}
	bare := append(bytes.Clone(object[:cut]), '}')
	if len(c.key) != ed25519.PublicKeySize || !ed25519.Verify(c.key, signed(c.topics, ch, bare, body), sig) {
		return &Unsigned{Malformed{What: what, Field: "sig", Reason: "does not match the key"}}
	}
	return nil
}

// Unsigned is a message whose sender is not who it should be: it is not signed, or by another's key, or for another topic.
type Unsigned struct{ Malformed }

// EncodeSigned is Encode with a sig member, for a channel; a nil signer signs nothing.
func EncodeSigned(m Message, ch Channel, s *Signer) ([]byte, error) {
	out, err := Encode(m)
	if err != nil || s == nil {
		return out, err
	}
	if out = s.sign(ch, out, nil); len(out) > MaxWire {
		return nil, tooBig(m, len(out))
	}
	return out, nil
}

// Verify checks the signature of a message made by EncodeSigned; a nil checker checks nothing. Errors are *Unsigned.
func Verify(payload []byte, ch Channel, c *Checker) error {
	if c == nil {
		return nil
	}
	return c.verify("message", ch, payload, nil)
}
