package wire

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
)

// A signed object is a JSON object whose LAST member is sig. What is signed are the exact bytes of
// the object without that member, followed by the body. No canonical form is needed: the bytes that
// came are the bytes that are checked.
const (
	sigOpen  = `,"sig":"`
	sigClose = `"}`
)

var sigText = base64.StdEncoding.EncodedLen(ed25519.SignatureSize)

// sign adds the sig member to a JSON object that has at least one other.
func sign(object, body []byte, key ed25519.PrivateKey) []byte {
	sig := ed25519.Sign(key, signed(object, body))
	out := make([]byte, 0, len(object)+len(sigOpen)+sigText+len(sigClose))
	out = append(out, object[:len(object)-1]...)
	out = append(out, sigOpen...)
	out = base64.StdEncoding.AppendEncode(out, sig)
	return append(out, sigClose...)
}

func signed(object, body []byte) []byte {
	out := make([]byte, 0, len(object)+len(body))
	return append(append(out, object...), body...)
}

// verify checks the sig member of an object.
func verify(what string, object, body []byte, key ed25519.PublicKey) error {
	tail := len(sigOpen) + sigText + len(sigClose)
	cut := len(object) - tail
	if cut < 1 || !bytes.HasPrefix(object[cut:], []byte(sigOpen)) || !bytes.HasSuffix(object, []byte(sigClose)) {
		return &Malformed{What: what, Field: "sig", Reason: "is missing, or is not the last member"}
	}
	sig, err := base64.StdEncoding.Strict().DecodeString(string(object[cut+len(sigOpen) : len(object)-len(sigClose)]))
	if err != nil || len(sig) != ed25519.SignatureSize {
		return &Malformed{What: what, Field: "sig", Reason: "is no base64 of 64 bytes"}
	}
	bare := append(bytes.Clone(object[:cut]), '}')
	if len(key) != ed25519.PublicKeySize || !ed25519.Verify(key, signed(bare, body), sig) {
		return &Malformed{What: what, Field: "sig", Reason: "does not match the key"}
	}
	return nil
}

// EncodeSigned is Encode with a sig member; a nil key signs nothing.
func EncodeSigned(m Message, key ed25519.PrivateKey) ([]byte, error) {
	out, err := Encode(m)
	if err != nil || key == nil {
		return out, err
	}
	return sign(out, nil, key), nil
}

// Verify checks the signature of a message made by EncodeSigned; a nil key checks nothing.
func Verify(payload []byte, key ed25519.PublicKey) error {
	if key == nil {
		return nil
	}
	return verify("message", payload, nil, key)
}
