// Package journal keeps the one file of a site: what happened, in order, chained and durable.
//
// An entry is the exact bytes of one record with a number (seq) that is contiguous from 1 for ever, across
// restarts and across log ids. Entries are linked by a hash chain, so that a position (log id, seq, hash)
// says which history is meant and not only how long it is:
//
//	hash_0 = 32 zero bytes
//	hash_n = SHA-256(hash_{n-1} ‖ SHA-256(raw_n))
//
// Beside the entries it keeps what must change in the same instant as they do: cursors of durable readers,
// rows of side stores (personal data, documents), and snapshots, in chunks that ride on the commits. Append is
// the only way in: one batch, one transaction, on the platters when it returns.
//
// File is the real one, over bbolt. Mem is its twin for simulations: same methods, same refusals, same answers.
// The suite in journaltest holds both to it.
//
// It must NEVER know what an entry means (the domain is not imported here), keep state pages in the acknowledged
// commit, acknowledge before the disk has, run a caller's function inside a transaction, or be switched to a
// mode without sync. DESIGN.md beside this file gives the format on disk in plain words.
package journal
