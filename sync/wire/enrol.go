package wire

import (
	"crypto/ed25519"
	"crypto/sha256"
)

// A box shows at its enrolment that it has the key it says, and binds that to what lets it in: a code, or the key it asks a
// certificate for.

func keyClaim(site SiteID, node NodeID, bound []byte) []byte {
	sum := sha256.Sum256(bound)
	return append([]byte("picket box key\n"+string(site)+"\n"+string(node)+"\n"), sum[:]...)
}

// ProveKey is a box's proof.
func ProveKey(key ed25519.PrivateKey, site SiteID, node NodeID, bound []byte) []byte {
	return ed25519.Sign(key, keyClaim(site, node, bound))
}

// KeyProven says whether a proof is good.
func KeyProven(key ed25519.PublicKey, site SiteID, node NodeID, bound, proof []byte) bool {
	return len(key) == ed25519.PublicKeySize && ed25519.Verify(key, keyClaim(site, node, bound), proof)
}
