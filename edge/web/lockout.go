package web

import (
	"sync"
	"time"
)

// Every fifth failure in a row shuts a key out: for 1 minute, then 5, then 15 each time. A key that was
// silent for longer than forgetAfter begins anew.
const (
	triesEach   = 5
	forgetAfter = time.Hour
	lockoutMax  = 20_000 // keys remembered; a flood of made-up ones pushes out the oldest
)

var lockedFor = [...]time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute}

// lockout counts failed sign-ins. Times are only compared with each other and carry the monotonic clock, so
// that setting the box's clock lets nobody in.
type lockout struct {
	mu   sync.Mutex
	keys map[string]*tries
}

type tries struct {
	failed int
	last   time.Time
	until  time.Time
}

func newLockout() *lockout { return &lockout{keys: map[string]*tries{}} }

// lockAt is how many failures in a row lock a person out until somebody lets them in again. That of a person is written
// down (floor.LockPerson) and outlives a restart; a name nobody has is locked here alone, so that it answers the same.
const lockAt = 20

// forGood is how long a locked name waits.
const forGood = 100 * 365 * 24 * time.Hour

// key is who or what fails; many is how many more tries than a person it has.
type key struct {
	name string
	many int
}

// charge counts a try as failed before it is made, so that many at once get no more tries than one after the
// other. It counts nothing and says how long to wait while one of the keys is shut out.
func (l *lockout) charge(now time.Time, keys ...key) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	var longest time.Duration
	for _, k := range keys {
		if t := l.keys[k.name]; t != nil {
			longest = max(longest, t.until.Sub(now))
		}
	}
	if longest > 0 {
		return longest
	}
	for _, k := range keys {
		t := l.keys[k.name]
		if t == nil || now.Sub(t.last) > forgetAfter {
			l.room()
			t = &tries{}
			l.keys[k.name] = t
		}
		t.failed++
		t.last = now
		if each := triesEach * k.many; t.failed%each == 0 {
			t.until = now.Add(lockedFor[min(t.failed/each, len(lockedFor))-1])
		}
	}
	return 0
}

// failed is how often a key failed in a row.
func (l *lockout) failed(k key) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	if t := l.keys[k.name]; t != nil {
		return t.failed
	}
	return 0
}

// lock shuts a key out for good, or until it is forgotten for lack of room.
func (l *lockout) lock(now time.Time, k key) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if t := l.keys[k.name]; t != nil {
		t.until = now.Add(forGood)
	}
}

// refund takes a try back that did not fail.
func (l *lockout) refund(keys ...key) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, k := range keys {
		if t := l.keys[k.name]; t != nil && t.failed > 0 {
			if t.failed%(triesEach*k.many) == 0 {
				t.until = time.Time{}
			}
			t.failed--
		}
	}
}

// pass forgets the failures of keys.
func (l *lockout) pass(keys ...key) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, k := range keys {
		delete(l.keys, k.name)
	}
}

func (l *lockout) room() {
	if len(l.keys) < lockoutMax {
		return
	}
	var oldest string
	for k, t := range l.keys {
		if oldest == "" || t.last.Before(l.keys[oldest].last) {
			oldest = k
		}
	}
	delete(l.keys, oldest)
}
