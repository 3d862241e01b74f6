// Package floor is the pure heart of a site: the words of the trade, the commands people and machines
// may give, the events that say what happened, and the rules between them.
//
//	Decide(state, meta, command) -> events | refusal      changes nothing
//	Apply(state, event)                                   cannot fail
//
// Decide reads; Apply writes. Whoever holds a State feeds it every event in order of its sequence number,
// and two States fed the same events are equal. A line keeps tallies of what was picked, found short and
// packed, and sums commute, so the state of its parts (parts.go) never depends on the order in which facts
// arrived. Table (table.go) lists every transition of a part with the stock it moves and its way back; the
// tests hold the code against it.
//
// The package owns the record, the one byte encoding of an event (record.go). The journal stores those
// bytes, the link carries them and the centre keeps them; nobody encodes an event twice.
//
// It must never read a clock, draw a random number, do I/O, start a goroutine or range over a map to
// produce an event: time, ids and randomness are handed in. That is what lets one seed replay a company.
package floor
