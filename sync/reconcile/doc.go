// Package reconcile is the protocol between a site and the centre, for both ends, as two engines
// without I/O: Site, and Centre (one for each site). Both are stepped:
//
//	effects := engine.Step(now, event)
//
// and carry out nothing themselves. The shell publishes, commits, and tells the engine what became of
// it. Next says when to step with Tick if nothing else happens before. An engine is used by one
// goroutine at a time; it keeps no reference to what it handed out except payloads it will never touch.
//
// # The promise
//
// Every record of one side's log reaches the other side's commit exactly once and in order, whatever
// the link between them loses, doubles, delays or reorders, and whichever process is killed when, as
// long as both sides keep the two rules of the shell:
//
//  1. Log shows durable records only (append, THEN Woke).
//  2. Apply's records and cursor are committed in one transaction, THEN Applied is told.
//
// # How the centre uses it
//
// One Centre per site, made from the site's rows when the first message of that site comes:
//
//	c := reconcile.NewCentre(reconcile.CentreConfig{Site: site, Feed: feed, Chain: chain, ...}, state)
//	for each message on picket/1/{tenant}/{shard}/{site}/u/{hello|log|ack}:
//	    run(c.Step(now, reconcile.Received{Channel: ch, Payload: payload}))
//	when a record was appended to the site's feed:   run(c.Step(now, reconcile.Woke{}))
//	when c.Next() has come:                          run(c.Step(now, reconcile.Tick{}))
//	when a verified backup reaches a position:       run(c.Step(now, reconcile.Stabled{At: at}))
//
// and run carries out, in order:
//
//	Publish  to picket/1/{tenant}/{shard}/{site}/d/{channel}, QoS 1, not retained
//	Apply    one transaction: lock the site's row, store each raw record (a known record id has no
//	         effect), its (seq, hash) in the chain index, the cursor (log, applied, hash), pos; then
//	         Step(Applied{UpTo, Pos}) or Step(Applied{UpTo: old, Err: err})
//	Adopt    one transaction as its comment says; then Step(Adopted{})
//	Acked    the site has the feed up to here (Acked) - store it or not
//	Opened, Closed, Trouble, Dropped: rows and counters for people
//
// Apply and Adopt may be carried out at once, inside run, by calling Step again after the effects of
// the present step are done; or by another goroutine that posts the answer back.
//
// The down feed is a Log like the site's own: contiguous seq from 1, hash chain, and a lineage for a
// log id. Store the exact bytes. Read, HashAt, Head and First of Feed, and HashAt of Chain, are called
// inside Step.
//
// What is not here yet, and has its place: see DESIGN.md.
//
// This package must NEVER do I/O, read a clock, draw a random number of its own, start a goroutine, or
// let the order of a map reach an effect.
package reconcile
