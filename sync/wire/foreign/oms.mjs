// A small OMS in another language. It keeps what sites tell it in one file, gives them articles, bins and orders, takes
// orders back, and says on its own page what it knows.
//   node oms.mjs --broker mqtt://127.0.0.1:1883 --tenant demo --file oms.ndjson --port 8099 [--break R3,trial:R7]   R3 at every site, R7 at site trial
//
// POST /tell {site, type, subject, data}   a record into a site's feed
// POST /assign {site, order, lines}        an order to a site
// POST /recall {site, order}               the order back
// POST /back {site, to, order}             the order to another site; /force: whatever the first one says
// POST /again {to, order, lines}           an order placed before the last restore, for whoever may have it
// POST /spread {site, to, order, lines}    an order that the other site gets the rest of, if units are not found
// POST /change {site, order, note}         an order to be served differently
// POST /keep {site, sku, qty}              units to be kept for this OMS
// GET  /sites/{site}                       what is known: session, applied, pos, orders and what became of each
import { closeSync, existsSync, fsyncSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import mqtt from 'mqtt'
import { centreState, encode, parseTopic, sitesFilter, token, topic } from './protocol.mjs'
import { Site } from './site.mjs'

const { values: opt } = parseArgs({ options: {
  broker: { type: 'string' }, tenant: { type: 'string' }, file: { type: 'string' }, port: { type: 'string' }, break: { type: 'string', default: '' }, sites: { type: 'string', default: '' }, restored: { type: 'boolean' }, pace: { type: 'string', default: '1' },
} })
const broken = new Set(opt.break.split(',').filter(Boolean))
const breaks = (name) => (rule) => broken.has(rule) || broken.has(`${name.replace(/-2$/, '')}:${rule}`)
const known = new Set(readdirSync(fileURLToPath(new URL('../schema/up', import.meta.url))).map((f) => f.replace(/\.json$/, '')))

const lines = existsSync(opt.file) ? readFileSync(opt.file, 'utf8').split('\n').slice(0, -1).map((l) => JSON.parse(l)) : []
const fd = openSync(opt.file, 'a')
const disk = {
  write(e) { writeSync(fd, JSON.stringify(e) + '\n') },
  flush() { fsyncSync(fd) },
}
let gen = lines.findLast((l) => l.k === 'gen')?.gen
if (!gen || opt.restored && !broken.has('same-gen')) disk.write({ k: 'gen', gen: gen = token() })
const boot = lines.filter((l) => l.k === 'boot').length + 1
disk.write({ k: 'boot' })
disk.flush()

const will = { topic: centreState(opt.tenant), payload: encode('state', { online: false, boot, gen }), qos: 1, retain: true }
const client = mqtt.connect(opt.broker, { clientId: `foreign_${opt.tenant}`, clean: true, protocolVersion: 4, resubscribe: false, queueQoSZero: false, will, reconnectPeriod: 200 })

const sites = new Map()
let loading = true
function site(name) {
  if (!sites.has(name)) {
    const off = breaks(name)
    sites.set(name, Object.assign(new Site({
      name, tenant: opt.tenant, gen, known, disk, off, heard, pace: Number(opt.pace),
      send: (channel, payload) => client.connected && client.publish(topic(opt.tenant, name, 'd', channel), payload, { qos: 1, retain: off('retained') }),
    }), { orders: new Map(), given: new Map(), permitted: new Set(), wanted: new Map(), spread: new Map(), asks: new Map(), times: new Map(), kept: new Map() }))
  }
  return sites.get(name)
}

// fed remembers what a feed gave.
function fed(name, r) {
  if (r.type === 'picket.order.assigned.v1') site(name).given.set(r.data.order, r.data)
  if (r.type === 'picket.order.permit.v1') site(name).permitted.add(r.data.order)
  if (r.type === 'picket.order.recall.v1' || r.type === 'picket.order.change.v1') site(name).asks.set(r.data.order, r)
  for (const l of r.type === 'picket.order.assigned.v1' ? r.data.lines : []) if (l.allotted) keep(name, l.sku, -l.allotted)
}

// keep reckons what a site keeps for this OMS and no order draws yet.
const keep = (name, sku, n) => site(name).kept.set(sku, (site(name).kept.get(sku) ?? 0) + n)

// heard folds what a site tells of an order: the words it was given for it, in the order they came.
function heard(name, record) {
  const { sku, qty } = record?.data ?? {}
  if (record?.type === 'picket.allotment.granted.v1') keep(name, sku, breaks(name)('draws-asked') ? record.data.asked : qty)
  if (record?.type === 'picket.allotment.broken.v1' || record?.type === 'picket.allotment.given_back.v1') keep(name, sku, -qty)
  if (record?.type === 'picket.allotment.overdrawn.v1') keep(name, sku, qty)
  const order = record?.subject?.startsWith('order/') && record.subject.slice(6)
  if (!order) return
  const orders = site(name).orders
  if (!orders.has(order)) orders.set(order, [])
  orders.get(order).push(record.type)
  const s = site(name), to = s.wanted.get(order)
  if (record.type === 'picket.assignment.taken.v1' && !s.given.has(order)) s.given.set(order, record.data) // of a life that is forgotten
  if (loading) return // what followed from it is in the file
  if (breaks(name)('asks-again') && ['picket.assignment.released.v1', 'picket.recall.refused.v1', 'picket.amend.refused.v1'].includes(record.type)) {
    const { type, subject, data } = s.asks.get(order)
    s.tell(type, subject, data)
  }
  if (record.type === 'picket.pick.short.v1' && s.spread.has(order) && !breaks(name)('keeps-short')) {
    elsewhere(s, order, s.spread.get(order), [{ line: record.data.line, sku: record.data.sku, qty: record.data.qty }])
  }
  const taken = s.times.get(order) ?? record.time
  if (record.type === 'picket.assignment.taken.v1') s.times.set(order, record.time)
  if (breaks(name)('sorts-by-time') && record.time < taken) return
  if (record.type === 'picket.assignment.released.v1' && to) {
    elsewhere(s, order, to)
    if (breaks(name)('permit-again')) permit(s, order)
  }
  if (record.type === 'picket.unit.closed.v1' && s.given.get(order)?.mode === 'confirm' && (!to || breaks(name)('permit-anyway'))) permit(s, order)
}

// permit lets a site send an order off; from here on it may have done so.
function permit(s, order) {
  s.permitted.add(order)
  s.tell('picket.order.permit.v1', `order/${order}`, { order })
}

// elsewhere gives what was one site's to another, once.
function elsewhere(s, order, to, lines) {
  const was = s.given.get(order), a = { ...was, order: `${order}-2`, assignment: token(), lines: (lines ?? was.lines).map(({ allotted, ...l }) => l) } // what was kept for it was kept there
  if (site(to).given.has(a.order)) return
  site(to).given.set(a.order, a)
  site(to).tell('picket.order.assigned.v1', `order/${a.order}`, a)
}

// older are orders from before a restore: they wait until every site has said hello and told all it had.
const older = []
function settle() {
  if ([...sites.values()].some((s) => !(s.applied >= s.head))) return
  for (const { to, order, lines } of older.splice(0)) {
    if (![...sites.values()].some((s) => [...s.given.values()].some((a) => a.number === order))) assign(to, order, lines)
  }
}

function assign(name, order, lines, mode = 'hold') {
  const draws = lines.map((l) => ({ ...l, allotted: Math.max(0, Math.min(l.qty, site(name).kept.get(l.sku) ?? 0)) || undefined }))
  const a = { order, assignment: token(), number: order, flow: 'ship', mode, due: new Date(Date.now() + 8 * 3600e3).toISOString(), lines: draws }
  draws.forEach((l) => l.allotted && keep(name, l.sku, -l.allotted)) // before the site is told: it is promised
  site(name).given.set(order, a)
  site(name).tell('picket.order.assigned.v1', `order/${order}`, a)
}
const allowed = new Set(opt.sites.split(',').filter(Boolean))
for (const l of lines) {
  if (!l.site) continue
  site(l.site).restore(l)
  if (l.k === 'feed') fed(l.site, JSON.parse(Buffer.from(l.raw, 'base64')))
  if (l.k === 'fact') heard(l.site, JSON.parse(Buffer.from(l.raw, 'base64')))
}
loading = false

client.on('connect', async () => {
  await client.subscribeAsync(sitesFilter(opt.tenant), { qos: 1 })
  if (!broken.has('no-presence')) client.publish(centreState(opt.tenant), encode('state', { online: true, boot, gen, sw: 'foreign oms' }), { qos: 1, retain: true })
})
client.on('message', (name, payload) => {
  const at = parseTopic(name)
  if (!at || at.channel === 'state' || allowed.size && !allowed.has(at.site)) return
  site(at.site).receive(at.channel, payload)
})
setInterval(() => {
  sites.forEach((s) => s.tick())
  if (older.length) settle()
}, 250)

// ask asks a site for something about an order that is the site's, and does nothing else: the site decides.
function ask(name, order, type, data) {
  site(name).asks.set(order, { type, subject: `order/${order}`, data })
  site(name).tell(type, `order/${order}`, data)
}

const doors = {
  '/tell': ({ site: name, type, subject, data }) => site(name).tell(type, subject, data),
  '/assign': ({ site: name, order, lines, mode }) => { if (!breaks(name)('forgets')) assign(name, order, lines, mode) },
  '/spread': ({ site: name, to, order, lines }) => {
    site(name).spread.set(order, to)
    assign(name, order, lines)
  },
  '/change': ({ site: name, order, note }) => ask(name, order, 'picket.order.change.v1', { order, note }),
  '/keep': ({ site: name, sku, qty }) => site(name).tell('picket.allotment.ask.v1', `item/${sku}`, { sku, qty }),
  '/back': ({ site: name, to, order }) => {
    const s = site(name), confirm = s.given.get(order)?.mode === 'confirm'
    s.wanted.set(order, to)
    s.tell('picket.order.recall.v1', `order/${order}`, { order, cause: 'centre' })
    if (confirm && !s.permitted.has(order) || breaks(name)('takes-permitted')) elsewhere(s, order, to)
  },
  '/force': ({ site: name, to, order }) => {
    elsewhere(site(name), order, to)
    if (!breaks(name)('force-silent')) site(name).tell('picket.order.recall.v1', `order/${order}`, { order, cause: 'centre' })
  },
  '/again': (o) => {
    if (breaks(o.to.replace(/-2$/, ''))('gives-at-once')) return assign(o.to, o.order, o.lines)
    older.push(o)
    settle()
  },
  '/recall': ({ site: name, order }) => { if (!breaks(name)('recall')) ask(name, order, 'picket.order.recall.v1', { order, cause: 'customer' }) },
}
createServer((req, res) => {
  const chunks = []
  req.on('data', (c) => chunks.push(c))
  req.on('end', () => {
    const answer = (code, body) => res.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    const name = req.url.startsWith('/sites/') && req.url.slice(7)
    if (req.method === 'GET' && name) {
      const s = site(name)
      return answer(200, { open: s.session !== null, connected: client.connected, applied: s.applied, pos: s.pos, proven: s.proven, forged: s.forged, fed: s.feed.raws.length, taken: s.session?.acked ?? 0, orders: Object.fromEntries(s.orders) })
    }
    const door = req.method === 'POST' && doors[req.url]
    if (!door) return answer(404, { error: 'no such door' })
    try {
      door(JSON.parse(Buffer.concat(chunks)))
      answer(200, {})
    } catch (e) {
      answer(400, { error: String(e) })
    }
  })
}).listen(Number(opt.port), '127.0.0.1', function () {
  console.log(`http://127.0.0.1:${this.address().port}`) // port 0: one that is free
})

process.on('SIGTERM', () => {
  closeSync(fd)
  process.exit(0)
})
