// A store box in one process, for developing and testing the app without the real one. It keeps nothing.
// `node dev/fake-edge.mjs [port]` serves dist and the API; tests import startFake.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';
import { items, order, orders } from './fake/goods.mjs';
import { picture } from './fake/picture.mjs';
import { World } from './fake/rules.mjs';

const DIST = fileURLToPath(new URL('../dist/', import.meta.url));
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.png': 'image/png', '.webmanifest': 'application/manifest+json' };
const CSP = "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";
const PEOPLE = { 'B-1001': { user: 'anna', name: 'Anna', roles: ['picker', 'packer'], pin: '1234' }, 'B-1002': { user: 'ben', name: 'Ben', roles: ['lead'], pin: '1234' } };

export async function startFake({ port = 0, dist = DIST, prints = true } = {}) {
  const world = new World(orders(), 'bench-2');
  for (const o of world.orders) world.sum(o);
  const printers = [{ id: 'bench-2', name: 'Bench 2', state: 'ready', reasons: null, words: 'Bench 2: ready', waiting: 0, at: new Date().toISOString() }, { id: 'bench-1', name: 'Bench 1', state: 'ready', reasons: null, words: 'Bench 1: ready', waiting: 0, at: new Date().toISOString() }];
  const box = {
    world, printers, prints, commands: [], log: 'log-1', link: { up: true, since: new Date().toISOString(), unsent: 0, oldest: '', head: 100, acked: 100, blocked: '' },
    sessions: new Map(), devices: new Map(), down: false, rows: { manifests: [], returns: [] }, left: { manifests: [], returns: [] }, swallow: false, peripherals: [], received: [], sockets: new Set(), stableLag: 0,
  };
  const marks = (install) => { const d = box.devices.get(install); const n = d?.last ?? 0; return { saved: n, applied: box.link.up ? n : (d?.applied ?? 0), stable: Math.max(0, (box.link.up ? n : 0) - box.stableLag) }; };
  const push = (o) => {
    if (box.mute) return;
    for (const s of box.sockets) if (s.install) s.send(JSON.stringify({ delta: { log: box.log, seq: world.seq, orders: o ? [o] : [], gone: [], items: [], rows: box.rows, left: box.left, printers, link: box.link, ...marks(s.install) } }));
  };
  box.push = push;
  box.add = (id, minutes, lines, more) => { const o = order(id, minutes, lines, more); world.seq++; world.sum(o); world.orders.push(o); push(o); return o; };
  /** Somebody else does something to an order. */
  box.change = (id, how) => { const o = world.order(id); world.seq++; how(o, world); world.sum(o); push(o); };
  box.setLink = (l) => { Object.assign(box.link, l); push(null); };
  box.setJob = (id, state, reasons = null) => { const [o, j] = world.ofJob(id); world.seq++; j.state = state; j.reasons = reasons; if (state !== 'pending') j.tries = 1; world.sum(o); push(o); };
  box.addJob = (order) => { const o = world.order(order), j = { id: order + ':1/1', doc: 'shipping_label', unit: order, copy: 1, reason: '', station: 'bench-2', state: 'pending', reasons: null, printer: '', tries: 0 }; (o.jobs ??= []).push(j); world.seq++; o.seq = world.seq; push(o); return j.id; };
  /** A carrier's list or a return, whole, to every screen; null takes it away. */
  box.setPapers = (of, id, row) => {
    const rows = box.rows[of].filter((r) => r.id !== id), delta = row ? { rows: { [of]: [{ id, ...row }] } } : { left: { [of]: [id] } };
    box.rows[of] = row ? [...rows, { id, ...row }] : rows;
    box.left[of] = [...box.left[of].filter((gone) => gone !== id), ...(row ? [] : [id])];
    world.seq++;
    for (const s of box.sockets) if (s.install) s.send(JSON.stringify({ delta: { log: box.log, seq: world.seq, printers, link: box.link, ...delta, ...marks(s.install) } }));
  };
  /** What a copy or an answer does to a paper's jobs. */
  const papers = (of, pick, change) => { for (const r of box.rows[of]) if (pick(r)) box.setPapers(of, r.id, { ...r, jobs: change(r.jobs) }); };
  const again = (jobs, doc) => [...jobs.map((j) => (j.doc === doc && j.state === 'unknown' ? { ...j, state: 'canceled' } : j)), { id: 'again:' + jobs.length, doc, copy: jobs.length + 1, state: 'pending' }];
  const paperCommand = (kind, d) => {
    if (kind === 'manifest.print') papers('manifests', (r) => r.id === d.manifest, (jobs) => again(jobs, 'manifest'));
    if (kind === 'return.print') papers('returns', (r) => r.id === d.return, (jobs) => again(jobs, d.doc));
    for (const of of ['manifests', 'returns']) {
      if (kind === 'label.printed') papers(of, (r) => r.jobs.some((j) => j.id === d.job), (jobs) => jobs.map((j) => (j.id === d.job ? { ...j, state: 'completed' } : j)));
      if (kind === 'print.cancel') papers(of, (r) => r.jobs.some((j) => j.id === d.job), (jobs) => jobs.map((j) => (j.id === d.job ? { ...j, state: 'canceled' } : j)));
    }
  };
  box.setPrinter = (p) => { Object.assign(printers[0], p); push(null); };
  /** What the bench's scanner or scale says, to every screen that is signed in. */
  box.bench = (m) => { for (const s of box.sockets) if (s.install) s.send(JSON.stringify(m)); };
  box.cut = () => { box.down = true; for (const s of box.sockets) s.terminate(); };
  box.restore = () => { box.down = false; };
  const board = () => ({ log: box.log, seq: world.seq, now: new Date(Date.now() + (box.ahead ?? 0)).toISOString(), site: { id: 's-1', name: 'Harbour Street', zone: 'Europe/Berlin' }, orders: world.orders, items, printers, devices: box.peripherals, rows: box.rows, link: box.link, reasons: { short: ['not_in_stock', 'damaged', 'mismatch', 'no_variance'], decline: ['out_of_stock', 'cannot_make_it', 'site_closed', 'other'] } });

  function take(body, user) {
    const d = box.devices.get(body.install) ?? { last: 0, answers: new Map(), applied: 0 };
    box.devices.set(body.install, d);
    const answers = [];
    for (const op of body.ops) {
      if (op.n <= d.last) { answers.push({ ...d.answers.get(op.n), outcome: d.answers.get(op.n)?.outcome === 'accepted' ? 'duplicate' : d.answers.get(op.n)?.outcome }); continue; }
      if (op.n !== d.last + 1) return { answers, expect: d.last + 1, ...marks(body.install), edge: { log: box.log, seq: world.seq } };
      world.seq++;
      box.received.push({ ...op, user });
      const r = world.decide(op, user);
      const a = r.refusal ? { n: op.n, id: op.id, outcome: 'refused', seq: world.seq, refusal: r.refusal } : { n: op.n, id: op.id, outcome: 'accepted', seq: world.seq, ...(r.unit ? { unit: r.unit } : {}), ...(r.jobs ? { jobs: r.jobs } : {}) };
      d.last = op.n; d.answers.set(op.n, a);
      answers.push(box.tells ? { ...a, told: box.tells } : a);
      if (r.order) push(r.order);
      if (r.jobs && box.prints) for (const j of r.jobs) setTimeout(() => box.setJob(j, 'completed'), 150).unref();
    }
    return { answers, ...marks(body.install), edge: { log: box.log, seq: world.seq } };
  }

  const server = createServer(async (req, res) => {
    if (box.down) { req.socket.destroy(); return; }
    const url = new URL(req.url, 'http://x'), send = (status, v, more = {}) => { res.writeHead(status, { 'Content-Type': status >= 400 ? 'application/problem+json' : 'application/json', 'Cache-Control': 'no-store', Date: new Date(Date.now() + (box.ahead ?? 0)).toUTCString(), ...more }); res.end(v === undefined ? undefined : JSON.stringify(v)); };
    const me = box.sessions.get(/picket_session=([^;]+)/.exec(req.headers.cookie ?? '')?.[1]);
    let text = '';
    for await (const c of req) text += c;
    if (url.pathname === '/livez') return send(200, { ok: true });
    if (url.pathname.startsWith('/api/')) {
      if (url.pathname === '/api/sign-in') {
        const b = JSON.parse(text), p = PEOPLE[b.badge] ?? Object.values(PEOPLE).find((x) => x.user === b.badge);
        if (!p || p.pin !== b.pin) return send(401, { type: 'about:blank', title: 'Badge and PIN do not belong together', status: 401 });
        if (box.unheard && (!b.vouch || !PEOPLE[b.vouch.badge] || PEOPLE[b.vouch.badge] === p)) return send(b.vouch ? 422 : 403, { type: 'urn:picket:problem:' + (b.vouch ? 'invalid-body' : 'vouch'), title: b.vouch ? 'The request cannot be taken' : 'A colleague has to vouch for you', status: b.vouch ? 422 : 403 });
        const token = Math.random().toString(36).slice(2), who = { user: p.user, name: p.name, roles: p.roles, expires: new Date(Date.now() + 8 * 3_600_000).toISOString(), ...(b.station ? { station: b.station } : {}) };
        box.sessions.set(token, who);
        return send(200, who, { 'Set-Cookie': `picket_session=${token}; HttpOnly; SameSite=Strict; Path=/` });
      }
      if (!me) return send(401, { type: 'about:blank', title: 'Not signed in', status: 401 });
      if (url.pathname === '/api/me') return send(200, me);
      if (url.pathname === '/api/sign-out') { box.sessions.clear(); return send(204); }
      if (url.pathname === '/api/board') return send(200, { ...board(), ...(box.devices.size > 0 ? { mine: marks([...box.devices.keys()].at(-1)) } : {}) });
      if (url.pathname === '/api/sync') return send(200, { ...box.link, state: box.link.up ? (box.link.unsent ? 'catching_up' : 'up_to_date') : 'cut_off', says: [], do: [], stable: 0, ...box.sync });
      if (/^\/api\/printers\/[^/]+\/send$/.test(url.pathname) && req.method === 'POST') { const n = printers[0].waiting; box.setPrinter({ waiting: 0, elsewhere: '' }); return send(200, { moved: n }); }
      if (/^\/api\/printers\/[^/]+\/test$/.test(url.pathname) && req.method === 'POST') return send(200, { printed: box.prints, words: box.prints ? 'printed' : 'not known to be printed' });
      const command = /^\/api\/commands\/([^/]+)$/.exec(url.pathname);
      if (command && req.method === 'POST') {
        const data = JSON.parse(text);
        if (!req.headers['idempotency-key']) return send(422, { type: 'about:blank', title: 'The request cannot be taken', status: 422, detail: 'header.Idempotency-Key: is missing' });
        box.commands.push([command[1], data]);
        if (command[1] === 'printer.pause') box.setPrinter({ stopped: data.reason, state: 'stopped' });
        if (command[1] === 'printer.resume') box.setPrinter({ stopped: '', state: 'ready' });
        if (command[1] === 'print.cancel' && world.ofJob(data.job).length) box.setJob(data.job, 'canceled', []);
        paperCommand(command[1], data);
        return send(200, { outcome: 'accepted' });
      }
      if (url.pathname === '/api/ops') {
        const reply = take(JSON.parse(text), me.user);
        if (box.swallow) { req.socket.destroy(); return; } // taken, and the answer lost
        return send(200, reply);
      }
      const job = /^\/api\/jobs\/([^/]+)\/preview\.png$/.exec(url.pathname);
      if (job) { res.writeHead(200, { 'Content-Type': 'image/png' }); return res.end(picture(decodeURIComponent(job[1]))); }
      return send(404, { type: 'about:blank', title: 'Not found', status: 404 });
    }
    let path = normalize(url.pathname).replace(/^([.][.][/\\])+/, '');
    if (path === '/' || !extname(path)) path = '/index.html';
    try {
      const data = await readFile(join(dist, path));
      res.writeHead(200, { 'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream', 'Content-Security-Policy': CSP, 'X-Content-Type-Options': 'nosniff', 'Cache-Control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache' });
      res.end(data);
    } catch { res.writeHead(404); res.end(); }
  });
  const wss = new WebSocketServer({ noServer: true });
  server.on('upgrade', (req, socket, head) => {
    const me = box.sessions.get(/picket_session=([^;]+)/.exec(req.headers.cookie ?? '')?.[1]);
    if (box.down || !me) { socket.destroy(); return; }
    wss.handleUpgrade(req, socket, head, (s) => {
      box.sockets.add(s);
      s.on('close', () => box.sockets.delete(s));
      s.on('message', (data) => {
        const m = JSON.parse(String(data));
        if (!m.hello) return;
        s.install = m.hello.install;
        if (m.hello.log !== box.log || m.hello.since > world.seq) s.send(JSON.stringify({ reload: true }));
        else s.send(JSON.stringify({ delta: { log: box.log, seq: world.seq, orders: world.orders.filter((o) => o.seq > m.hello.since), gone: [], items: [], rows: box.rows, left: box.left, printers, link: box.link, ...marks(s.install) } }));
      });
    });
  });
  await new Promise((done) => server.listen(port, '127.0.0.1', done));
  box.url = `http://localhost:${server.address().port}`;
  box.close = () => new Promise((done) => { for (const s of box.sockets) s.terminate(); server.closeAllConnections(); server.close(done); });
  return box;
}
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const box = await startFake({ port: Number(process.argv[2] ?? 8099) });
  console.log(`${box.url}  badge B-1001, PIN 1234`);
}
