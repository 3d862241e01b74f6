package clerk

import (
	"sync"

	"github.com/alexedwards/argon2id"
)

// pins hashes one PIN at a time: each hash takes 19 MiB (OWASP: argon2id, m=19 MiB, t=2, p=1).
type pins struct{ mu sync.Mutex }

func (p *pins) hash(pin string) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return argon2id.CreateHash(pin, &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32})
}

func (p *pins) same(pin, hash string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	ok, err := argon2id.ComparePasswordAndHash(pin, hash)
	return err == nil && ok
}
