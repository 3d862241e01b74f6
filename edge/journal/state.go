package journal

import (
	"encoding/binary"
	"fmt"
)

// The small values of the state bucket. Each begins with a version byte; numbers are big-endian.
//
//	cursor    1 | hold 0/1 | seq 8 | data
//	snapshot  1 | attempt 8 | seq 8 | hash 32 | chunks 4 | bytes 8 | digest 32
//	forks     1 | n × (length 1 | parent log | seq 8 | hash 32 | length 1 | log)
const stateVersion = 1

func encodeCursor(c Cursor) []byte {
	b := []byte{stateVersion, 0}
	if c.Hold {
		b[1] = 1
	}
	b = binary.BigEndian.AppendUint64(b, c.Seq)
	return append(b, c.Data...)
}

func decodeCursor(name string, b []byte) (Cursor, error) {
	if len(b) < 10 || b[0] != stateVersion || b[1] > 1 || len(b) > 10+MaxCursorBytes {
		return Cursor{}, fmt.Errorf("%w: cursor %q: %d bytes of another shape", ErrCorrupt, name, len(b))
	}
	c := Cursor{Name: name, Hold: b[1] == 1, Seq: binary.BigEndian.Uint64(b[2:])}
	if len(b) > 10 {
		c.Data = append([]byte(nil), b[10:]...)
	}
	return c, nil
}

func encodeSnapshot(id uint64, s Snapshot) []byte {
	b := binary.BigEndian.AppendUint64([]byte{stateVersion}, id)
	b = binary.BigEndian.AppendUint64(b, s.Seq)
	b = append(b, s.Hash[:]...)
	b = binary.BigEndian.AppendUint32(b, s.Chunks)
	b = binary.BigEndian.AppendUint64(b, s.Bytes)
	return append(b, s.Digest[:]...)
}

func decodeSnapshot(b []byte) (id uint64, s Snapshot, err error) {
	if len(b) != 1+8+8+32+4+8+32 || b[0] != stateVersion {
		return 0, s, fmt.Errorf("%w: snapshot marker: %d bytes of another shape", ErrCorrupt, len(b))
	}
	id, b = binary.BigEndian.Uint64(b[1:]), b[9:]
	s.Seq, s.Hash = binary.BigEndian.Uint64(b), Hash(b[8:40])
	s.Chunks, s.Bytes = binary.BigEndian.Uint32(b[40:]), binary.BigEndian.Uint64(b[44:])
	s.Digest = Hash(b[52:])
	return id, s, nil
}

func encodeForks(forks []Fork) []byte {
	b := []byte{stateVersion}
	for _, f := range forks {
		b = append(b, byte(len(f.Parent.Log)))
		b = append(b, f.Parent.Log...)
		b = binary.BigEndian.AppendUint64(b, f.Parent.Seq)
		b = append(b, f.Parent.Hash[:]...)
		b = append(b, byte(len(f.Log)))
		b = append(b, f.Log...)
	}
	return b
}

func decodeForks(b []byte) ([]Fork, error) {
	if len(b) == 0 {
		return nil, nil
	}
	bad := fmt.Errorf("%w: list of earlier logs of another shape", ErrCorrupt)
	if b[0] != stateVersion {
		return nil, bad
	}
	take := func(n int) ([]byte, bool) {
		if len(b) < n {
			return nil, false
		}
		head := b[:n]
		b = b[n:]
		return head, true
	}
	name := func() (string, bool) {
		n, ok := take(1)
		if !ok {
			return "", false
		}
		s, ok := take(int(n[0]))
		return string(s), ok && validName(string(s)) == nil
	}
	var forks []Fork
	for b = b[1:]; len(b) > 0; {
		var f Fork
		var ok bool
		if f.Parent.Log, ok = name(); !ok {
			return nil, bad
		}
		at, ok := take(8 + 32)
		if !ok {
			return nil, bad
		}
		f.Parent.Seq, f.Parent.Hash = binary.BigEndian.Uint64(at), Hash(at[8:])
		if f.Log, ok = name(); !ok {
			return nil, bad
		}
		forks = append(forks, f)
	}
	return forks, nil
}
