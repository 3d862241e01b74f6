// The centre's end of the line to one site: what an OMS must do, and no more (Profile A).
import { chain, decode, encode, frame, Malformed, open, signedBy, token, topic, zero } from './protocol.mjs'

const now = () => performance.now()

// Site keeps what the centre holds of a site and speaks with it. disk.write(entry) must be durable when it returns;
// send(channel, payload) may lose what it is given. off(rule) says that a rule is to be broken, for tests.
export class Site {
  constructor({ name, tenant, gen, known, disk, send, heard, off, pace = 1 }) {
    Object.assign(this, { name, tenant, gen, known, disk, send, heard, off, pace }) // pace: the clocks of tick go so many times as fast, for tests
    this.node = ''
    this.epoch = 0
    this.log = ''
    this.hashes = [zero] // of the site's chain, by seq
    this.facts = [] // by pos - 1: { id, raw, seq } with seq 0 when it is on no chain any more
    this.ids = new Set()
    this.keys = {} // of boxes that said one: kept for ever
    this.proven = this.forged = 0 // messages that were signed by their box, and those that should have been
    this.orphan = 0 // the newest fact that is on no chain
    this.feed = { lineage: 0, raws: [], hashes: [zero] }
    this.session = null
    this.hello = null
    this.answeredAt = -Infinity
  }

  get applied() { return this.hashes.length - 1 }
  get pos() { return this.facts.length }

  // restore takes what an earlier process wrote.
  restore(e) {
    if (e.k === 'fact') this.#keep(e.id, Buffer.from(e.raw, 'base64'), e.hash)
    if (e.k === 'adopt') this.#adopt(e)
    if (e.k === 'feed') this.#grow(Buffer.from(e.raw, 'base64'))
  }

  #keep(id, raw, hash) {
    this.hashes.push(hash)
    if (this.ids.has(id) && !this.off('R4')) return
    this.ids.add(id)
    this.facts.push({ id, raw, seq: this.applied })
  }

  #adopt({ node, epoch, log, cut, lineage, open, key }) {
    if (key) this.keys[node] ??= key
    if (cut < this.applied) {
      this.orphan = this.pos
      for (const f of this.facts) if (f.seq > cut) f.seq = 0
      this.hashes.length = cut + 1
    }
    Object.assign(this, { node, epoch, log })
    if (lineage) {
      this.feed = { lineage, raws: [], hashes: [zero] }
      for (const raw of open) this.#grow(Buffer.from(raw))
    }
  }

  #grow(raw) {
    this.feed.lineage ||= 1
    this.feed.raws.push(raw)
    this.feed.hashes.push(chain(this.feed.hashes.at(-1), raw))
  }

  // tell puts a record into the site's feed.
  tell(type, subject, data) {
    const raw = Buffer.from(JSON.stringify({ specversion: '1.0', id: token(), source: `/t/${this.tenant}/c`, type, subject, time: new Date().toISOString(), data }))
    this.disk.write({ k: 'feed', site: this.name, raw: raw.toString('base64') })
    this.disk.flush()
    this.#grow(raw)
    this.pump()
  }

  say(channel, kind, members) { this.send(channel, encode(kind, members)) }

  // complain answers what cannot be used, at most once a second.
  complain(kind, members) {
    if (now() - this.answeredAt < 1000 && !this.off('R1-flood')) return
    this.answeredAt = now()
    this.say('ack', kind, members)
  }

  // genuine says whether a message is by the box it should be of, as far as that box ever said a key. A first hello is checked by
  // the key that it says; the key is kept with the session.
  genuine(channel, payload) {
    let key = this.keys[this.node]
    if (channel === 'hello') {
      const m = decode(payload)
      const node = m?.kind === 'hello1' ? m.node : this.hello?.node
      key = this.keys[node] ?? (m?.kind === 'hello1' ? m.key : this.hello?.key)
    }
    if (!key) return true
    const good = signedBy(key, topic(this.tenant, this.name, 'u', channel), payload)
    good ? this.proven++ : this.forged++
    return good
  }

  receive(channel, payload) {
    try {
      if (channel !== 'state' && !this.genuine(channel, payload)) return
      if (channel === 'log') return this.batch(open(payload, this.off('limits')))
      const m = decode(payload)
      if (m === null) return void (this.session && this.off('new-kind-closes') && this.close())
      const takes = { hello1: this.hello1, hello2: this.hello2, ack: this.ack, nosession: this.nosession }[m.kind]
      if (takes) takes.call(this, m)
    } catch (e) {
      if (!(e instanceof Malformed)) throw e
      if (this.off('malformed')) return
      this.complain('malformed', { channel, what: e.what, field: e.field, reason: e.reason })
    }
  }

  hello1(m) {
    const other = this.node !== '' && m.node !== this.node
    if (!this.off('fence') && (other ? m.epoch <= this.epoch : m.epoch !== 0 && m.epoch < this.epoch)) {
      return this.say('hello', 'reject', { nonce: m.nonce, code: 'fenced', reason: `box ${this.node} holds this site with epoch ${this.epoch}` })
    }
    if (m.schema.min > 1 && !this.off('any-schema')) return this.say('hello', 'reject', { nonce: m.nonce, code: 'schema', reason: 'the centre speaks version 1' })
    if (this.off('hello1-closes')) this.session = null
    if (this.off('picky') && Object.keys(m).some((k) => !['kind', 'v', 'node', 'epoch', 'nonce', 'schema', 'sw', 't'].includes(k))) return
    if (this.off('believes-time') && Math.abs(Date.parse(m.t) - Date.now()) > 600e3) return this.say('hello', 'reject', { nonce: m.nonce, code: 'clock', reason: 'set your clock' })
    this.hello = { ...m, chal: this.off('same-chal') ? 'always' : token() }
    this.say('hello', 'challenge', { nonce: this.off('no-nonce') ? token() : m.nonce, chal: this.hello.chal, gen: this.gen, ask: this.applied ? [this.applied] : [], t: new Date().toISOString() })
  }

  hello2(m) {
    const hello = this.hello
    if (!hello || m.nonce !== hello.nonce || m.chal !== hello.chal && !this.off('any-chal')) return
    if (!this.off('challenge')) this.hello = null // good for one answer
    let f = 0
    for (const p of [...m.chain, { seq: m.head, hash: m.head_hash }]) {
      if (p.seq > f && this.hashes[p.seq] === p.hash) f = p.seq
    }
    const at = [...m.chain, { seq: m.head }].some((p) => p.seq === this.applied)
    if (m.head >= this.applied && this.applied > 0 && m.first <= this.applied && (hello.probed === this.applied ? this.off('probes-on') : !at)) {
      this.hello = { ...hello, probed: this.applied }
      return this.say('hello', 'probe', { nonce: m.nonce, chal: m.chal, seqs: [this.applied] })
    }
    if (this.off('rejects')) return this.say('hello', 'reject', { nonce: m.nonce, code: 'unknown_site', reason: 'not today' })
    const fork = f < this.applied
    const knows = m.gen === this.gen ? m.pos : 0
    const need = fork ? this.pos : this.orphan
    if (m.snap && fork && this.off('torn-snapshot')) {
      return this.say('snap', 'snapshot', { nonce: m.nonce, id: 'torn', pos: 1, fork, common: f, bytes: 4, pieces: 1, digest: zero, index: 0, sum: zero, more: false, data: 'dG9ybg==' })
    }
    if (!this.off('import') && (knows < need || fork && m.log === this.log)) return this.impart(m, knows, fork, f)
    if (m.first > f + 1 && !this.off('trimmed')) {
      return this.say('hello', 'reject', { nonce: m.nonce, code: 'need_site_snapshot', reason: `the centre holds the log up to ${f}, the site keeps it from ${m.first}` })
    }
    const { lineage, raws, hashes } = this.feed
    // A site that has seen more of its feed than is known here gets it anew, under fresh ids.
    const same = lineage > 0 && m.d.lineage === lineage && (hashes[m.d.seq] === m.d.hash || this.off('lineage'))
    const anew = same ? 0 : m.d.lineage < lineage ? 0 : Math.max(lineage, m.d.lineage) + 1
    const adopt = { k: 'adopt', site: this.name, node: hello.node, epoch: Math.max(1, hello.epoch, this.epoch), log: m.log, cut: f, lineage: anew, key: hello.key }
    if (anew) adopt.open = raws.map((r) => JSON.stringify({ ...JSON.parse(r), id: token() }))
    this.disk.write(adopt)
    this.disk.flush()
    this.#adopt(adopt)
    const place = same ? m.d : { lineage: this.feed.lineage, seq: 0, hash: zero }
    this.head = m.head // it had told so much when it said hello
    this.session = { id: token(), acked: place.seq, sent: place.seq, flights: [], came: 0, window: 4, tries: 0, ackedAt: now(), saidAt: now(), toldAt: now() }
    this.say('hello', 'welcome', {
      nonce: m.nonce, session: this.session.id, epoch: this.epoch, log: this.off('other-welcome') ? token() : this.log, resume: f, pos: this.pos, gen: this.gen,
      stable: this.stable(), d: place, window: 4, schema: 1,
    })
    this.pump()
  }

  // impart tells a site that lost records what it had told: as much as one message takes.
  impart(m, knows, fork, common) {
    const facts = []
    let to = knows, bytes = 0
    while (to < this.pos && facts.length < 256) {
      const f = this.facts[to]
      if (f.seq === 0 || f.seq > common) {
        if (facts.length && bytes + f.raw.length > 57344) break
        bytes += f.raw.length
        facts.push({ pos: to + 1, raw: (this.off('rewrites') ? Buffer.from(JSON.stringify({ ...JSON.parse(f.raw), time: 'now' })) : f.raw).toString('base64') })
      }
      to++
    }
    this.say('hello', 'import', { nonce: m.nonce, fork, common, to_pos: to, more: to < this.pos, facts })
  }

  // strange: from another session. Nothing of it is used.
  strange(session) {
    if (this.session && (session === this.session.id || this.off('R1'))) return false
    this.complain('nosession', { session })
    return true
  }

  close() {
    const id = this.session.id
    this.session = null
    this.say('ack', 'nosession', { session: id })
  }

  batch(b) {
    if (this.strange(b.session) || this.stuck) return
    if (this.off('flood') && this.session && ++this.session.came > 200) return this.close()
    if (this.off('R4-silent') && b.records.length && b.from + b.records.length - 1 <= this.applied) return
    if (b.log !== this.log && !this.off('R3')) return this.close()
    if (b.from > this.applied + 1 && !this.off('R2')) return this.acknowledge({ gap: true })
    if (this.hashes[b.from - 1] !== b.prev && !this.off('R3')) return this.close()
    let h = b.prev
    let blocked
    for (const [i, raw] of b.records.entries()) {
      h = chain(h, raw)
      const seq = b.from + i
      if (seq <= this.applied && !this.off('R2')) {
        if (this.hashes[seq] !== h && !this.off('R3')) return this.close()
        continue
      }
      const why = this.admit(raw)
      if (why) {
        if (this.off('R7')) { // skips what it does not know
          this.hashes.push(h)
          continue
        }
        blocked = { seq, type: why }
        this.stuck = this.off('R7-sticks')
        break
      }
      const record = JSON.parse(raw)
      const again = this.ids.has(record.id)
      this.disk.write({ k: 'fact', site: this.name, id: record.id, raw: raw.toString('base64'), hash: h })
      this.#keep(record.id, Buffer.from(raw), h)
      if (!again) this.heard(this.name, record)
    }
    this.disk.flush()
    this.acknowledge({ blocked })
  }

  // admit names a type that is not in the contract this centre was built by; it stops there and never skips.
  admit(raw) {
    let r
    try {
      r = JSON.parse(raw)
    } catch {
      return '(no record)'
    }
    if (!r.id || typeof r.source !== 'string' || !r.source.startsWith(`/t/${this.tenant}/s/${this.name}/`)) return '(a record of another site)'
    if (this.off(`refuses-${r.type.split('.')[1]}`) || r.actor === 'nobody-the-centre-knows' && this.off('knows-people')) return r.type
    return this.known.has(r.type) ? '' : String(r.type)
  }

  // stable: in every copy that may be put back. This OMS keeps one file, so it is what is in it.
  stable() { return this.off('R10') ? this.applied + 5 : this.applied }

  acknowledge(more = {}) {
    if (this.off('R5')) return
    this.session.toldAt = now()
    this.say('ack', 'ack', { session: this.session.id, applied: this.applied, hash: this.off('other-hash') ? zero : this.hashes[this.applied], pos: this.pos, stable: this.stable(), window: 4, ...more })
    if (this.off('mumbles')) this.say('ack', 'ack', { session: this.session.id })
    if (this.off('ack-falls') && this.applied > 1) this.say('ack', 'ack', { session: this.session.id, applied: this.applied - 1, hash: this.hashes[this.applied - 1], pos: this.pos - 1, stable: 0, window: 4 })
  }

  ack(m) {
    if (this.off('R1-acks') && this.session && m.session !== this.session.id) return this.close()
    if (this.strange(m.session)) return
    const s = this.session
    if (!this.off('R6') && (m.applied >= this.feed.hashes.length || this.feed.hashes[m.applied] !== m.hash)) return this.close()
    if (m.applied < s.acked) return
    s.ackedAt = now()
    s.window = Math.min(4, m.window)
    if (m.applied > s.acked) {
      s.acked = m.applied
      s.tries = 0
    }
    s.sent = Math.max(s.sent, s.acked)
    s.flights = s.flights.filter((f) => f.last > s.acked)
    s.blocked = m.blocked
    if (m.gap) this.back()
    this.pump()
  }

  nosession(m) {
    if (this.session && m.session === this.session.id) this.session = null
  }

  // back: everything behind what is acknowledged goes out again.
  back() {
    this.session.sent = this.session.acked
    this.session.flights = []
  }

  pump() {
    const s = this.session
    if (!s) return
    const { raws, hashes, lineage } = this.feed
    while (s.sent < raws.length && s.flights.length < (this.off('S1-window') ? 1000 : s.blocked ? 1 : s.window)) {
      const records = []
      for (let bytes = 0; s.sent + records.length < raws.length && records.length < 200; ) {
        const raw = raws[s.sent + records.length]
        if (records.length && (bytes += raw.length) > 60000) break
        records.push(raw)
      }
      this.send('log', frame({ session: s.id, log: String(lineage), from: s.sent + 1, prev: this.off('feed-bytes') ? zero.replaceAll('0', 'f') : hashes[s.sent], records }))
      s.sent += records.length
      s.flights.push({ last: s.sent })
      s.saidAt = s.sentAt = now()
    }
  }

  // tick is called every quarter of a second.
  tick() {
    const s = this.session
    if (!s) return
    const t = now()
    if (t - s.ackedAt > 45000 / this.pace && !this.off('S2-lost')) {
      this.session = null
      return
    }
    if (s.flights.length && t - s.sentAt > Math.min(60000, 2000 * 2 ** s.tries * (1 + Math.random() / 4)) && !this.off('S1')) {
      s.tries++
      this.back()
      this.pump()
    }
    if (!s.flights.length && t - s.saidAt > 15000 / this.pace && !this.off('S2')) {
      s.saidAt = t
      this.send('log', frame({ session: s.id, log: String(this.feed.lineage), from: this.feed.hashes.length, prev: this.feed.hashes.at(-1), records: [] }))
    }
    if (t - s.toldAt > 30000 / this.pace) this.acknowledge()
  }
}
