// One order's whole life in a real browser: posted at the OMS, picked by wedge scans, packed, its label printed
// and read by a program that is not ours, handed over; then the same with the box killed and the broker gone.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { by, DESK, openOrder, settled, signIn, startBrowser, startDevice, wedge } from './browser.mjs';
import { startCompany, until } from './company.mjs';

const here = (p) => new URL(p, import.meta.url).pathname;
const run = promisify(execFile);
const OAT = '9520000010010', RICE = '9520000010027', JUICE = '9520000010058';
let co, browser;

before(async () => { co = await startCompany(); browser = await startBrowser(); await mkdir(here('out/real'), { recursive: true }); });
after(async () => { await browser?.close(); await co?.stop(); });

const picture = (page, name) => page.screenshot({ path: here(`out/real/${name}.png`) });
const verdict = async (page, code, want) => {
  await wedge(page, code);
  await by(page, 'verdict').waitFor();
  assert.match(await by(page, 'verdict').innerText(), want);
  await by(page, 'verdict-go').click();
};

/** Lets new work onto the list. The bar that offers it goes by itself when the list moves: a press that finds it gone is none. */
const showNew = async (page) => { if (await by(page, 'fresh').isVisible()) await by(page, 'fresh').click({ timeout: 1000 }).catch(() => undefined); };
/** The screen counts a scan once it is on the handheld's disk. */
const counted = (page, n) => page.waitForSelector(`[data-testid="boxes"][data-picked="${n}"]`);

test('an order is picked, packed, labelled and handed over', async () => {
  const { page, context } = await startDevice(browser);
  await signIn(page, co.north, 'B-1001', '2580');
  const posted = Date.now();
  const id = await co.order('9001', [{ sku: 'DRINK-01', qty: 2 }, { sku: 'DRINK-02', qty: 2 }]);
  await page.locator('[data-order]', { hasText: '9001' }).or(by(page, 'fresh')).first().waitFor();
  const seen = Date.now() - posted;
  const row = page.locator('[data-order]', { hasText: '9001' }).first();
  await until('the order is on the list', async () => { await showNew(page); return row.isVisible(); });
  console.log(`an order posted at the OMS is on the handheld after ${seen} ms`);
  await picture(page, '1-list');
  await openOrder(page, await row.getAttribute('data-order'));
  await by(page, 'start').click();
  await by(page, 'run').waitFor();
  await picture(page, '2-run');

  await verdict(page, JUICE, /Apple juice/);
  await verdict(page, '9521230000000', /code|barcode|knows/i);
  await wedge(page, OAT);
  await wedge(page, OAT);
  await verdict(page, OAT, /already|all/i);
  await wedge(page, RICE);
  await settled(page);
  await by(page, 'not-here').click();
  await picture(page, '3-short');
  await page.locator('[data-testid^="choice-"]', { hasText: /damage/i }).first().click();
  await by(page, 'pack').waitFor();
  await picture(page, '4-pack');
  await wedge(page, OAT);
  await wedge(page, OAT);
  await wedge(page, RICE);
  await page.waitForSelector('[data-testid="close-parcel"]:not([disabled])');
  await settled(page);
  await by(page, 'weigh').click();
  await by(page, 'weight').fill('3150');
  await by(page, 'weight-close').click();
  await page.waitForSelector('[data-testid="label"][data-state="completed"]');
  await by(page, 'preview').first().waitFor();
  await picture(page, '5-label');

  // The label in the tray of the printer is the one the app shows, and it reads back.
  const tray = await until('two labels in the tray', async () => { const got = await co.labels('north-bench-1'); const list = got.labels ?? got; return list.length >= 2 && list; });
  const label = tray.at(-1);
  const png = Buffer.from(await (await fetch(`${co.printers}/north-bench-1/labels/${label.seq}.png`)).arrayBuffer());
  await writeFile(here('out/real/label.png'), png);
  const sscc = (await page.locator('[data-testid="label"]').first().getAttribute('data-unit')) ?? '';
  const judge = JSON.parse((await run('node', [here('../../zpl/judge/judge.mjs'), 'decode', here('out/real/label.png')])).stdout);
  const codes = (Array.isArray(judge) ? judge : judge.pictures ?? [judge]).flatMap((p) => p.codes ?? p);
  assert.equal(codes.length, 1, JSON.stringify(codes));
  assert.equal(codes[0].aim, ']C1');
  assert.match(codes[0].text, /^00\d{18}$/);
  if (sscc) assert.equal(codes[0].text, '00' + sscc);
  await same(page, png, 'label');

  await by(page, 'to-handover').click();
  await by(page, 'handover').waitFor();
  await wedge(page, ']C1' + codes[0].text);
  await page.waitForSelector('[data-testid="handover"] [data-testid="empty"]');
  await until('the centre knows line by line', async () => {
    const p = await co.parts(id);
    return p['DRINK-01 shipped'] === 2 && p['DRINK-02 shipped'] === 1 && p['DRINK-02 short'] === 1;
  });
  assert.deepEqual(page.faults, []);
  await context.close();
});

/** Compares a label with its golden picture, dot by dot, in the browser. PICKET_UPDATE=1 rewrites it. */
async function same(page, png, name) {
  const file = here(`golden/${name}.png`);
  if (process.env.PICKET_UPDATE) { await mkdir(here('golden'), { recursive: true }); await writeFile(file, png); }
  const want = await readFile(file);
  const different = await page.evaluate(async ([a, b]) => {
    const dots = async (b64) => {
      const bytes = Uint8Array.from(atob(b64), (c) => c.charCodeAt(0));
      const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
      const canvas = new OffscreenCanvas(image.width, image.height), g = canvas.getContext('2d');
      g.drawImage(image, 0, 0);
      return { w: image.width, h: image.height, data: g.getImageData(0, 0, image.width, image.height).data };
    };
    const [x, y] = await Promise.all([dots(a), dots(b)]);
    if (x.w !== y.w || x.h !== y.h) return `${x.w}x${x.h} against ${y.w}x${y.h}`;
    let n = 0;
    for (let i = 0; i < x.data.length; i += 4) if (Math.abs(x.data[i] - y.data[i]) > 32) n++;
    return n;
  }, [png.toString('base64'), want.toString('base64')]);
  assert.equal(different, 0, `${name}.png differs from its golden picture`);
}

test('the floor goes on with the broker gone and the box killed in the middle of a pick', async () => {
  const { page, context } = await startDevice(browser, { viewport: DESK });
  await signIn(page, co.north, 'B-1002', '2580');
  const id = await co.order('9002', [{ sku: 'DRINK-01', qty: 3 }]);
  await until('the order is here', async () => { await showNew(page); return page.locator('[data-order]', { hasText: '9002' }).first().isVisible(); });
  await co.part('broker', 'stop');
  await openOrder(page, await page.locator('[data-order]', { hasText: '9002' }).first().getAttribute('data-order'));
  await by(page, 'start').click();
  await by(page, 'run').waitFor();
  await wedge(page, OAT);
  await counted(page, 1);
  await settled(page);
  await page.evaluate(() => navigator.serviceWorker.ready); // from here on the app needs no box to start
  await co.part('north', 'kill'); // kill -9; it is started again
  await wedge(page, OAT); // goes into the handheld's own queue while the box is away
  await counted(page, 2); // a scan is safe once the screen counts it, not before
  await page.reload();
  await counted(page, 2);
  await picture(page, '6-after-kill');
  await wedge(page, OAT);
  await by(page, 'pack').waitFor();
  await by(page, 'all-in').click();
  await by(page, 'all-yes').click();
  await page.waitForSelector('[data-testid="close-parcel"]:not([disabled])');
  await by(page, 'close-parcel').click();
  await page.waitForSelector('[data-testid="label"][data-state="completed"]');
  await picture(page, '7-line-down');
  assert.equal((await co.parts(id))['DRINK-01 assigned'], 3, 'the centre knows nothing yet');
  await co.part('broker', 'start');
  await until('both sides agree', async () => (await co.parts(id))['DRINK-01 awaiting_carrier'] === 3, 60_000);
  assert.deepEqual(page.faults, []);
  await context.close();
});

test('a print of no order of which nobody knows is settled on the screen, with the real box behind', async () => {
  const { page, context } = await startDevice(browser);
  const printer = (what) => fetch(`${co.printers}/north-bench-1/do/${what}`, { method: 'POST', redirect: 'manual' });
  await signIn(page, co.north, 'B-1003', '2580');
  const give = (kind, data) => page.evaluate(async ([k, d]) => {
    const res = await fetch('/api/commands/' + k, { method: 'POST', headers: { 'Content-Type': 'application/json', 'Idempotency-Key': 'e2e-' + crypto.randomUUID() }, body: JSON.stringify(d) });
    const a = await res.json();
    if (a.outcome !== 'accepted') throw new Error(`${k}: ${JSON.stringify(a)}`);
    return a;
  }, [kind, data]);
  // Twenty units come back without a receipt: twenty tags, which take the printer a while, and its power goes in the middle.
  const { made } = await give('return.open', { blind: true });
  await give('return.scan', { return: made.return, code: OAT, qty: 20, reason: 'changed_mind', condition: 'as_new' });
  await give('return.dispose', { return: made.return, no: 1, disposition: 'quarantine' });
  await page.evaluate(() => { location.hash = '#/printers'; });
  const row = (doc, state) => page.locator(`[data-testid="print"][data-doc="${doc}"][data-state="${state}"]`);
  await row('hang_tag', 'processing').waitFor();
  await printer('power-cut');
  await row('hang_tag', 'unknown').waitFor();
  await give('return.close', { return: made.return, wants: 'refund' });
  await row('return_receipt', 'held').waitFor();
  for (const r of [row('hang_tag', 'unknown'), row('return_receipt', 'held')]) await until('its picture', () => r.locator('img').evaluate((i) => i.naturalWidth > 0));
  await picture(page, '8-prints');
  await row('hang_tag', 'unknown').locator('[data-testid="print-not-out"]').click();
  await row('hang_tag', 'unknown').waitFor({ state: 'detached' });
  await page.locator('[data-testid="print"][data-doc="hang_tag"]').waitFor(); // the copy waits for the printer
  await page.locator('[data-testid="print"][data-doc="hang_tag"] [data-testid="print-cancel"]').click();
  await page.locator('[data-testid="choice-mistake"]').click();
  await row('return_receipt', 'held').locator('[data-testid="print-cancel"]').click();
  await page.locator('[data-testid="choice-paper"]').click();
  await until('nothing waits', async () => (await page.locator('[data-testid="print"][data-state="held"], [data-testid="print"][data-state="unknown"]').count()) === 0);
  // The printer comes back, and goes again in the middle of the next: this time the tags lie in the tray.
  await printer('power-on');
  await page.locator('[data-testid="printer"][data-state="ready"]').waitFor();
  const second = (await give('return.open', { blind: true })).made.return;
  await give('return.scan', { return: second, code: RICE, qty: 20, reason: 'changed_mind', condition: 'as_new' });
  await give('return.dispose', { return: second, no: 1, disposition: 'quarantine' });
  await row('hang_tag', 'processing').waitFor();
  await printer('power-cut');
  await row('hang_tag', 'unknown').locator('[data-testid="print-is-out"]').click();
  await until('it is settled', async () => (await page.locator('[data-testid="print"][data-doc="hang_tag"]').count()) === 0);
  const jobs = await page.evaluate(async () => (await (await fetch('/api/jobs')).json()).rows.filter((j) => j.doc === 'hang_tag').map((j) => j.state));
  assert.deepEqual(jobs.sort(), ['canceled', 'canceled', 'completed']);
  await printer('power-on');
  assert.deepEqual(page.faults, []);
  await context.close();
});

test('an order cancelled at the centre while it is picked goes back to its shelves, out of reach too, and the centre hears of it', async () => {
  const { page, context } = await startDevice(browser);
  await signIn(page, co.north, 'B-1001', '2580');
  const id = await co.order('9101', [{ sku: 'DRINK-01', qty: 2 }, { sku: 'DRINK-02', qty: 1 }]);
  const row = page.locator('[data-order]', { hasText: '9101' }).first();
  await until('the order is on the list', async () => { await showNew(page); return row.isVisible(); });
  await openOrder(page, await row.getAttribute('data-order'));
  await by(page, 'start').click();
  await by(page, 'run').waitFor();
  await wedge(page, OAT);
  await counted(page, 1);
  await settled(page);
  const gone = await fetch(`${co.oms}/api/orders/${id}/cancel`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
  assert.ok(gone.ok, await gone.text());
  await page.waitForSelector('[data-testid="verdict"][data-kind="attention"]');
  assert.match(await by(page, 'verdict').innerText(), /The customer cancelled\. 1 unit goes back/);
  await picture(page, '9-taken-back');
  await by(page, 'verdict-go').click();
  await by(page, 'putback').waitFor();
  await picture(page, '9-putback');
  await context.setOffline(true);
  await wedge(page, OAT);
  await page.waitForSelector('[data-testid="after"][data-state="not_served"]');
  await context.setOffline(false);
  await settled(page);
  const parts = await until('the centre has it back', async () => { const p = await co.parts(id); return !p['DRINK-01 put_back_due'] && p['DRINK-01 cancelled'] === 2 && p; });
  assert.deepEqual(parts, { 'DRINK-01 cancelled': 2, 'DRINK-02 cancelled': 1 });
  assert.deepEqual(page.faults, []);
  await context.close();
});
