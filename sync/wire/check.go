package wire

import (
	"crypto/ed25519"
	"fmt"
)

const (
	maxPoints = 128 // chain points in a hello2: 64 of its own and 64 asked for
	maxAsk    = 64
	maxText   = 512
	maxWindow = 1024
)

// tokens checks (field, value) pairs in order.
func tokens(pairs ...string) (string, string) {
	for i := 0; i < len(pairs); i += 2 {
		if why := checkToken(pairs[i+1], maxToken); why != "" {
			return pairs[i], why
		}
	}
	return "", ""
}

func tooLong(field, s string) (string, string) {
	if len(s) > maxText {
		return field, fmt.Sprintf("has %d bytes, at most %d are allowed", len(s), maxText)
	}
	return "", ""
}

func ascending(field string, seqs []Seq) (string, string) {
	if len(seqs) > maxAsk {
		return field, fmt.Sprintf("has %d entries, at most %d are allowed", len(seqs), maxAsk)
	}
	for i := 1; i < len(seqs); i++ {
		if seqs[i] <= seqs[i-1] {
			return field, "is not in rising order"
		}
	}
	return "", ""
}

func window(n int) (string, string) {
	if n < 1 || n > maxWindow {
		return "window", fmt.Sprintf("is %d, it must be 1 to %d", n, maxWindow)
	}
	return "", ""
}

func (m *Hello1) check() (string, string) {
	if f, why := tokens("node", string(m.Node), "nonce", string(m.Nonce)); why != "" {
		return f, why
	}
	if m.Schema.Min < 1 || m.Schema.Max < m.Schema.Min {
		return "schema", fmt.Sprintf("is %d to %d, which is no range of versions", m.Schema.Min, m.Schema.Max)
	}
	if n := len(m.Key); n != 0 && n != ed25519.PublicKeySize {
		return "key", fmt.Sprintf("has %d bytes, it must have %d", n, ed25519.PublicKeySize)
	}
	return tooLong("sw", m.SW)
}

func (m *ChallengeMsg) check() (string, string) {
	if f, why := tokens("nonce", string(m.Nonce), "chal", string(m.Chal), "gen", string(m.Gen)); why != "" {
		return f, why
	}
	return ascending("ask", m.Ask)
}

func (m *Hello2) check() (string, string) {
	if f, why := tokens("nonce", string(m.Nonce), "chal", string(m.Chal), "log", string(m.Log)); why != "" {
		return f, why
	}
	if m.Gen != "" {
		if f, why := tokens("gen", string(m.Gen)); why != "" {
			return f, why
		}
	}
	if m.DGen != "" {
		if f, why := tokens("d_gen", string(m.DGen)); why != "" {
			return f, why
		}
	}
	if m.Upon != nil {
		if f, why := tokens("upon.gen", string(m.Upon.Gen)); why != "" {
			return f, why
		}
	}
	if len(m.Parents) > maxAsk {
		return "parents", fmt.Sprintf("has %d entries, at most %d are allowed", len(m.Parents), maxAsk)
	}
	for _, p := range m.Parents {
		if f, why := tokens("parents", string(p)); why != "" {
			return f, why
		}
	}
	if len(m.Forks) > MaxParents {
		return "forks", fmt.Sprintf("has %d entries, at most %d are allowed", len(m.Forks), MaxParents)
	}
	for i, k := range m.Forks {
		if f, why := tokens("forks.log", string(k.Log)); why != "" {
			return f, why
		}
		if i > 0 && k.Seq < m.Forks[i-1].Seq {
			return "forks", "is not in rising order"
		}
		if k.Seq > m.Head {
			return "forks", fmt.Sprintf("has seq %d above head %d", k.Seq, m.Head)
		}
	}
	if len(m.Chain) > maxPoints {
		return "chain", fmt.Sprintf("has %d points, at most %d are allowed", len(m.Chain), maxPoints)
	}
	for i, p := range m.Chain {
		if i > 0 && p.Seq <= m.Chain[i-1].Seq {
			return "chain", "is not in rising order"
		}
		if p.Seq > m.Head {
			return "chain", fmt.Sprintf("has seq %d above head %d", p.Seq, m.Head)
		}
	}
	if m.First < 1 || m.First > m.Head+1 {
		return "first", fmt.Sprintf("is %d, it must be 1 to head+1 (%d)", m.First, m.Head+1)
	}
	if m.Restated > m.Head {
		return "restated", fmt.Sprintf("is %d, above head %d", m.Restated, m.Head)
	}
	switch m.Mode {
	case ModeNormal, ModeRecovering, ModeSalvage:
	default:
		return "mode", "is none of normal, recovering, salvage"
	}
	if m.Snap != nil {
		return m.Snap.check()
	}
	return "", ""
}

func (m *Probe) check() (string, string) {
	if f, why := tokens("nonce", string(m.Nonce), "chal", string(m.Chal)); why != "" {
		return f, why
	}
	return ascending("seqs", m.Seqs)
}

func (m *Import) check() (string, string) {
	if f, why := tokens("nonce", string(m.Nonce)); why != "" {
		return f, why
	}
	if len(m.Facts) > MaxRecords {
		return "facts", fmt.Sprintf("has %d entries, at most %d are allowed", len(m.Facts), MaxRecords)
	}
	for _, f := range m.Facts {
		if _, err := Peek(f.Raw); err != nil {
			return "facts", "hold something that is no record: " + err.Error()
		}
	}
	return "", ""
}

func (m *Reject) check() (string, string) {
	if f, why := tokens("nonce", string(m.Nonce), "code", string(m.Code)); why != "" {
		return f, why
	}
	return tooLong("reason", m.Reason)
}

func (m *Offer) check() (string, string) {
	if f, why := tokens("nonce", string(m.Nonce), "node", string(m.Node), "log", string(m.Log)); why != "" {
		return f, why
	}
	if m.From < 1 || m.From > m.Head+1 {
		return "from", fmt.Sprintf("is %d, it must be 1 to head+1 (%d)", m.From, m.Head+1)
	}
	return "", ""
}

func (m *Salvage) check() (string, string) {
	if f, why := tokens("nonce", string(m.Nonce), "session", string(m.Session), "log", string(m.Log)); why != "" {
		return f, why
	}
	return window(m.Window)
}

func (m *Welcome) check() (string, string) {
	if f, why := tokens("nonce", string(m.Nonce), "session", string(m.Session), "log", string(m.Log), "gen", string(m.Gen)); why != "" {
		return f, why
	}
	if m.Schema < 1 {
		return "schema", fmt.Sprintf("is %d, versions count from 1", m.Schema)
	}
	return window(m.Window)
}

func (m *Ack) check() (string, string) {
	if f, why := tokens("session", string(m.Session)); why != "" {
		return f, why
	}
	if m.Blocked != nil {
		if m.Blocked.Seq <= m.Applied {
			return "blocked.seq", fmt.Sprintf("is %d, which is applied already", m.Blocked.Seq)
		}
		if f, why := tooLong("blocked.type", m.Blocked.Type); why != "" {
			return f, why
		}
	}
	return window(m.Window)
}

func (m *NoSession) check() (string, string) { return tokens("session", string(m.Session)) }

func (m *MalformedMsg) check() (string, string) {
	if f, why := tokens("channel", string(m.Channel)); why != "" {
		return f, why
	}
	for _, p := range [][2]string{{"what", m.What}, {"field", m.Field}, {"reason", m.Reason}} {
		if f, why := tooLong(p[0], p[1]); why != "" {
			return f, why
		}
	}
	return "", ""
}

func (m *State) check() (string, string) {
	if m.Node != "" {
		if f, why := tokens("node", string(m.Node)); why != "" {
			return f, why
		}
	}
	if m.Log != "" {
		if f, why := tokens("log", string(m.Log)); why != "" {
			return f, why
		}
	}
	if m.Gen != "" {
		if f, why := tokens("gen", string(m.Gen)); why != "" {
			return f, why
		}
	}
	return tooLong("sw", m.SW)
}
