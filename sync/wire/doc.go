// Package wire is the published contract between a site and the centre: ids, topics, handshake and
// acknowledgement messages, and the frame that carries records. asyncapi.yaml says the same for those
// who do not read Go; the golden bytes in testdata freeze it.
//
// Records are opaque here. Their exact bytes are stored, hashed and sent; wire frames them, chains
// them and looks at no more than id, type and seq (Peek). Who may send what, and when, is the
// business of package reconcile.
//
// Forward compatibility: an unknown JSON member is ignored, an unknown message kind is an error of its
// own (ErrUnknownKind), and a missing or wrong known member is a *Malformed that names it.
//
// This package must NEVER do I/O, read a clock, draw a random number, re-serialise a record, or trust
// a length that came from outside.
package wire

// VersionMin and VersionMax are the protocol versions this build speaks (N-2 to N once there are
// three).
const (
	VersionMin = 1
	VersionMax = 1
)
