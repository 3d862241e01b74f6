// The whole product, as `make run` runs it: picket demo with its broker, OMS, sites and printers.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PICKET = new URL('../../bin/picket', import.meta.url).pathname;
const PORTS = 9;

/** Nine ports in a row that nobody has, below those that a system gives to who asks for any. */
async function freePorts() {
  for (let at = 12_000 + PORTS * Math.floor(Math.random() * 2_000); ; at += PORTS) {
    const servers = [];
    let ok = true;
    for (let p = at; p < at + PORTS && ok; p++) {
      const s = createServer().listen(p, '127.0.0.1');
      servers.push(s);
      ok = await Promise.race([once(s, 'listening').then(() => true), once(s, 'error').then(() => false)]);
    }
    await Promise.all(servers.map((s) => new Promise((done) => s.close(done))));
    if (ok) return at;
  }
}

const TAKEN = /is taken|address already in use/;

/** Somebody may take a port between our look and the demo's own: then it is others. */
export async function startCompany() {
  for (let left = 3; ; left--) {
    try { return await start(await freePorts()); } catch (e) { if (left === 0 || !TAKEN.test(e.message)) throw e; }
  }
}

async function start(port) {
  const dir = await mkdtemp(join(tmpdir(), 'picket-e2e-'));
  const child = spawn(PICKET, ['demo', '--dir', dir, '--port', String(port), '--every', '0'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const running = new Promise((done, fail) => {
    const hear = (b) => { said += b; if (said.includes('Ctrl-C stops everything')) done(); };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('exit', (code) => fail(new Error(`picket demo ended with ${code}:\n${said}`)));
    setTimeout(() => fail(new Error(`picket demo is not up after 90 s:\n${said}`)), 90_000).unref();
  });
  try { await running; } catch (e) {
    child.kill('SIGKILL');
    await rm(dir, { recursive: true, force: true });
    throw e;
  }
  const at = (n) => `http://127.0.0.1:${port + n}`;
  return {
    home: at(0), oms: at(1), north: at(2), riverside: at(3), printers: at(4), said: () => said,
    async part(name, what) {
      const res = await fetch(`${at(0)}/parts/${name}/${what}`, { method: 'POST', redirect: 'manual' });
      if (res.status !== 303) throw new Error(`${what} ${name}: ${res.status}`);
    },
    async order(number, lines, more = {}) {
      const body = {
        channel: 'web', number, site: 'north', customer: { name: 'Jo Doe' }, lines, due: new Date(Date.now() + 600_000).toISOString(),
        ship_to: { name: 'Zoë Müller', street: ['Straße des 17. Juni 135'], postcode: '10623', city: 'Berlin', country: 'DE' }, ...more,
      };
      const res = await fetch(at(1) + '/api/orders', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
      const got = await res.json();
      if (res.status !== 201) throw new Error(JSON.stringify(got));
      return got.id;
    },
    /** How many units of the order stand in each state at the centre: {'OAT shipped': 2}. */
    async parts(id) {
      const got = await (await fetch(`${at(1)}/api/orders/${id}`)).json();
      const out = {};
      for (const l of got.lines) for (const p of l.parts ?? []) out[`${l.sku} ${p.state}`] = (out[`${l.sku} ${p.state}`] ?? 0) + p.qty;
      return out;
    },
    async labels(printer) { return (await (await fetch(`${at(4)}/${printer}/labels`)).json()); },
    async stop() {
      child.removeAllListeners('exit');
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Asks until the answer is what is wanted; the last answer stands in the error. */
export async function until(what, ask, patience = 60_000) {
  const end = Date.now() + patience;
  for (let last; ; ) {
    try { last = await ask(); if (last) return last; } catch (e) { last = e; }
    if (Date.now() > end) throw new Error(`${what}: ${last instanceof Error ? last.message : JSON.stringify(last)}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}
