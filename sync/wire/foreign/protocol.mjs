// What travels between a site and a centre, read and written by the published contract alone (../asyncapi.yaml):
// topics, the hash chain and the frame that carries records. It never looks into Picket's own code.
import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto'
import { gunzipSync, gzipSync } from 'node:zlib'

export const maxWire = 98304, maxInflated = 1048576, maxHeader = 65536, maxRecords = 256, maxRecord = 61440
export const zero = '0'.repeat(64)
export const token = () => randomBytes(16).toString('hex')

const sha = (...parts) => parts.reduce((h, p) => h.update(p), createHash('sha256')).digest()
export const chain = (prev, raw) => sha(Buffer.from(prev, 'hex'), sha(raw)).toString('hex')

export const shard = (site) => sha(site).subarray(0, 1).toString('hex')
export const topic = (tenant, site, dir, channel) => `picket/1/${tenant}/${shard(site)}/${site}/${dir}/${channel}`
export const centreState = (tenant) => `picket/1/${tenant}/c/state`
export const sitesFilter = (tenant) => `picket/1/${tenant}/+/+/u/#`

export function parseTopic(text) {
  const p = text.split('/')
  if (p.length !== 7 || p[0] !== 'picket' || p[1] !== '1' || p[5] !== 'u') return null
  if (!/^[A-Za-z0-9_-]{1,32}$/.test(p[4]) || p[3] !== shard(p[4])) return null
  return { tenant: p[2], site: p[4], channel: p[6] }
}

// Malformed is answered to the sender, with the name of the field that is wrong.
export class Malformed extends Error {
  constructor(what, field, reason) {
    super(`malformed ${what}: ${field} ${reason}`)
    Object.assign(this, { what, field, reason })
  }
}

const isToken = (s) => typeof s === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(s)
const isHash = (s) => typeof s === 'string' && /^[0-9a-f]{64}$/.test(s)
const isCount = (n) => Number.isSafeInteger(n) && n >= 0

// Members each message must have, and what kind of value each is.
const shapes = {
  hello1: { node: isToken, epoch: isCount, nonce: isToken, schema: (s) => s && s.min >= 1 && s.max >= s.min },
  hello2: {
    nonce: isToken, chal: isToken, log: isToken, head: isCount, head_hash: isHash, first: (n) => isCount(n) && n >= 1, chain: Array.isArray,
    gen: (g) => g === '' || isToken(g), pos: isCount, d: (d) => d && isCount(d.lineage) && isCount(d.seq) && isHash(d.hash),
    mode: (m) => ['normal', 'recovering', 'salvage'].includes(m),
  },
  ack: { session: isToken, applied: isCount, hash: isHash, window: (n) => isCount(n) && n >= 1 && n <= 1024 },
  nosession: { session: isToken },
  malformed: { channel: isToken },
  state: { boot: isCount },
}

// decode reads a JSON message; null is a kind of a newer version, which is passed over without an answer.
export function decode(payload) {
  if (payload.length > maxWire) throw new Malformed('message', '', `has ${payload.length} bytes, at most ${maxWire} are allowed`)
  let m
  try {
    m = JSON.parse(payload.toString('utf8'))
  } catch {
    throw new Malformed('message', '', 'is no JSON')
  }
  if (m === null || typeof m !== 'object' || typeof m.kind !== 'string') throw new Malformed('message', 'kind', 'is missing')
  const shape = shapes[m.kind]
  if (!shape) return null
  if (m.v !== 1) throw new Malformed(m.kind, 'v', `is ${m.v}, only 1 is spoken`)
  for (const [field, ok] of Object.entries(shape)) {
    if (!ok(m[field])) throw new Malformed(m.kind, field, 'is missing or wrong')
  }
  return m
}

// signedBy says whether a message or a batch is signed, for the topic it came on, by a key (32 bytes in base64). The bytes that
// came are what is checked, before they are parsed.
export function signedBy(key, topic, payload) {
  const batch = payload.toString('latin1', 0, 4) === 'PKT1'
  const end = batch ? 8 + payload.readUInt32BE(4) : payload.length
  const object = payload.subarray(batch ? 8 : 0, end), cut = object.length - 98 // ,"sig":"…88…"}
  if (cut < 1 || object.toString('latin1', cut, cut + 8) !== ',"sig":"') return false
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(key, 'base64')])
  const said = Buffer.concat([Buffer.from(topic + '\n'), object.subarray(0, cut), Buffer.from('}'), payload.subarray(end)])
  const sig = Buffer.from(object.toString('latin1', cut + 8, cut + 96), 'base64')
  return verify(null, said, createPublicKey({ key: der, format: 'der', type: 'spki' }), sig)
}

export const encode = (kind, members) => Buffer.from(JSON.stringify({ kind, v: 1, ...members }))

// frame writes a batch: "PKT1", the header's length, the header, and one record a line under gzip.
export function frame({ session, log, from, prev, records }) {
  const text = Buffer.concat(records.flatMap((r) => [r, Buffer.from('\n')]))
  const body = records.length ? gzipSync(text) : Buffer.alloc(0)
  const header = Buffer.from(JSON.stringify({ session, log, from, n: records.length, prev, raw: text.length }))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(header.length)
  return Buffer.concat([Buffer.from('PKT1'), length, header, body])
}

// open reads a batch; no length in it is believed before it is held against its limit.
export function open(payload, careless = false) {
  const bad = (field, reason) => { throw new Malformed('frame', field, reason) }
  if (payload.length > maxWire) bad('', `has ${payload.length} bytes, at most ${maxWire} are allowed`)
  if (payload.length < 8 || payload.toString('latin1', 0, 4) !== 'PKT1') bad('magic', 'is not PKT1')
  const n = payload.readUInt32BE(4)
  if (n > maxHeader || n > payload.length - 8) bad('headerLen', `is ${n}, more than allowed or present`)
  let h
  try {
    h = JSON.parse(payload.toString('utf8', 8, 8 + n))
  } catch {
    bad('header', 'is no JSON')
  }
  if (!isToken(h.session)) bad('session', 'is missing or wrong')
  if (!isToken(h.log)) bad('log', 'is missing or wrong')
  if (!isCount(h.from) || h.from < 1) bad('from', 'counts from 1')
  if (!isCount(h.n) || (h.n > maxRecords && !careless)) bad('n', `is ${h.n}, at most ${maxRecords} are allowed`)
  if (!isHash(h.prev)) bad('prev', 'has 64 hex digits')
  if (!isCount(h.raw) || h.raw > maxInflated) bad('raw', `is ${h.raw}, at most ${maxInflated} are allowed`)
  const body = payload.subarray(8 + n)
  if (h.n === 0) {
    if (body.length) bad('n', 'is 0 but there is a body')
    return { ...h, records: [] }
  }
  let text
  try {
    text = gunzipSync(body, { maxOutputLength: h.raw })
  } catch {
    bad('body', 'is damaged gzip, or inflates to more than raw says')
  }
  if (text.length !== h.raw || text.at(-1) !== 10) bad('body', 'is not what raw says, or ends in the middle of a record')
  const records = []
  for (let at = 0; at < text.length;) {
    const end = text.indexOf(10, at)
    const raw = text.subarray(at, end)
    if (raw.length === 0 || raw.length > maxRecord || raw[0] !== 123 || raw.at(-1) !== 125) bad(`records[${records.length}]`, 'is no JSON object on one line')
    records.push(raw)
    at = end + 1
  }
  if (records.length !== h.n && !careless) bad('n', `is ${h.n} but there are ${records.length} records`)
  return { ...h, records }
}
