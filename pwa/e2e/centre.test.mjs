// The page of the real centre, in a real browser: what needs somebody stands first, is ticked off by name, and stays so; what
// may be promised is told with its reason; on a handheld's screen and a desk's.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { DESK, HANDHELD, startBrowser, startDevice } from './browser.mjs';

const OMS = new URL('../../bin/picket-oms', import.meta.url).pathname;
const axe = await readFile(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const out = new URL('./out/centre/', import.meta.url).pathname;
let browser, dir, child, url;

async function start() {
  child = spawn(OMS, args(), { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  const died = once(child, 'exit').then(([code]) => { throw new Error(`picket-oms ended with ${code}:\n${said}`); });
  died.catch(() => undefined);
  const page = new Promise((done) => child.stderr.setEncoding('utf8').on('data', (text) => {
    said += text;
    const at = /"centre is up","page":"([^"]+)"/.exec(said);
    if (at) done('http://' + at[1]);
  }));
  const up = (async () => {
    url = await page;
    while (!await fetch(url + '/readyz').then((r) => r.ok, () => false)) await new Promise((done) => setTimeout(done, 50));
  })();
  await Promise.race([up, died]);
}
async function stop() {
  if (!child || child.exitCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}
const args = () => ['--set', 'data=' + join(dir, 'oms'), '--set', 'http.listen=127.0.0.1:0', '--set', 'broker.url=tcp://127.0.0.1:1'];
async function call(method, path, body) {
  const r = await fetch(url + path, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  assert.ok(r.ok, `${method} ${path}: ${r.status} ${await r.clone().text()}`);
  return r.status === 204 ? undefined : r.json();
}

before(async () => {
  await mkdir(out, { recursive: true });
  dir = await mkdtemp(join(tmpdir(), 'picket-centre-'));
  await start();
  await call('PUT', '/api/items', { items: [{ sku: 'OAT-1L', name: 'Oat drink 1 l', gtins: ['9521234000013'] }] });
  await call('PUT', '/api/sites', { sites: ['north', 'south'].map((id) => ({ id, name: 'Store ' + id, zone: 'Europe/London', promise: { floor: 2 } })) });
  await call('POST', '/api/orders', { channel: 'web', number: '1', site: 'north', customer: { name: 'Jo' }, lines: [{ sku: 'OAT-1L', qty: 2 }], ship_to: { name: 'Jo', street: ['1 High St'], postcode: 'N1', city: 'London', country: 'GB' } });
  await stop();
  await promisify(execFile)(OMS, ['restored', ...args()]);
  await start();
  await call('POST', '/api/sites/south/lift', { by: 'Olga Meier', reason: 'The shop burnt down.' });
  browser = await startBrowser();
});
after(async () => { await browser?.close(); await stop(); if (dir) await rm(dir, { recursive: true, force: true }); });

async function judge(page, name) {
  await page.evaluate(axe);
  const found = await page.evaluate(async () => (await window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })).violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.target.join(' ')).join(', ')));
  assert.deepEqual(found, [], name);
  const wide = await page.evaluate(() => [...document.querySelectorAll('body *')].filter((e) => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 1).map((e) => e.id || e.tagName));
  assert.deepEqual(wide, [], name + ': wider than the screen');
  const small = await page.$$eval('button, input, select, summary', (all) => all.filter((e) => e.checkVisibility()).map((e) => [e.id || e.textContent, e.getBoundingClientRect().height]).filter(([, h]) => h < 47.5));
  assert.deepEqual(small, [], name + ': at least 48 px');
}

for (const [name, viewport, colorScheme] of [['360', HANDHELD, 'light'], ['1280', DESK, 'dark']]) {
  test('what needs somebody is ticked off by name: ' + name, async () => {
    const { context, page } = await startDevice(browser, { viewport, colorScheme, bypassCSP: true }); // for axe alone
    const look = async (what) => { await page.screenshot({ path: `${out}${name}-${what}.png`, fullPage: true }); await judge(page, what); };
    await page.goto(url);
    const open = page.locator('#notices > li'), lifted = open.filter({ hasText: 'burnt down' });
    await lifted.waitFor();
    const count = await open.count();
    assert.equal(await page.locator('#told-h').textContent(), `What needs you (${count})`);
    await look('open');

    await lifted.getByRole('button', { name: 'Tick off' }).click();
    await page.locator('#tick-by').fill('Ada King');
    await page.locator('#tick-note').fill('Both customers were called.');
    await look('tick');
    await page.locator('#tick-go').click();
    await lifted.waitFor({ state: 'detached' });
    assert.equal(await open.count(), count - 1);
    const told = (await (await fetch(url + '/api/notices')).json()).notices.find((n) => n.what === 'site.lifted');
    assert.deepEqual([told.done.by, told.done.note], ['Ada King', 'Both customers were called.']);

    await page.reload();
    await page.locator('#seen-h').click();
    const ticked = page.locator('#ticked > li').filter({ hasText: 'burnt down' });
    assert.match(await ticked.innerText(), /✓ Ada King, .*: Both customers were called\./s);
    await page.locator('#sku').fill('OAT-1L');
    await page.getByRole('button', { name: 'Look' }).click();
    await page.locator('#levels li').waitFor();
    assert.match(await page.locator('#levels').innerText(), /0 of 0 at north/);
    await look('ticked');

    await ticked.getByRole('button', { name: 'Open again' }).click();
    assert.equal(await page.locator('#tick-by').inputValue(), 'Ada King', 'the name is kept for the session');
    await page.locator('#tick-go').click();
    await lifted.waitFor();
    assert.match(await lifted.innerText(), /Opened again by Ada King/);

    // While somebody reads it, another person does.
    await lifted.getByRole('button', { name: 'Tick off' }).click();
    await context.setOffline(true);
    await page.locator('#tick-go').click();
    await page.locator('#tick-said').waitFor();
    assert.match(await page.locator('#tick-said').textContent(), /does not answer/);
    await context.setOffline(false);
    await page.locator('#tick').getByRole('button', { name: 'Close' }).click();
    await lifted.waitFor();
    assert.deepEqual(page.faults, []);
    await context.close();
  });
}
