// Every screen, in every theme and both languages: no finding of axe, nothing wider than the screen, targets big enough.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readFile } from 'node:fs/promises';
import { startFake } from '../dev/fake-edge.mjs';
import { code, sscc } from '../dev/fake/goods.mjs';
import { by, DESK, HANDHELD, openOrder, signIn, startBrowser, startDevice, wedge } from './browser.mjs';

const axe = await readFile(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
let browser;
before(async () => { browser = await startBrowser(); });
after(async () => { await browser?.close(); });

/** aaa: the run screens must hold 7:1. */
async function judge(page, name, { aaa = false } = {}) {
  await page.evaluate(() => Promise.all(document.getAnimations().map((a) => a.finished.catch(() => undefined))));
  const found = await page.evaluate(async (strict) => {
    const r = await window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice', ...(strict ? ['wcag2aaa'] : [])], rules: strict ? { 'color-contrast-enhanced': { enabled: true } } : {} });
    return r.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.target.join(' ')).join(', '));
  }, aaa);
  assert.deepEqual(found, [], name);
  const small = await page.$$eval('button, input:not(.sr), summary', (all) => all.filter((e) => e.checkVisibility() && !e.closest('[inert]')).map((e) => [e.dataset.testid ?? e.textContent, e.getBoundingClientRect()]).filter(([, r]) => r.height > 0 && (r.height < 47.5 || r.width < 47.5)).map(([n, r]) => `${n} ${r.width}×${r.height}`));
  assert.deepEqual(small, [], name + ': at least 48 px');
}
async function holds(page, name) {
  const wide = await page.evaluate(() => [...document.querySelectorAll('body *')].filter((e) => e.checkVisibility() && !e.closest('.sr, .chip-words, [data-testid=flash]') && e.getBoundingClientRect().right > innerWidth + 1).map((e) => e.className || e.tagName).slice(0, 5));
  assert.deepEqual(wide, [], name + ': wider than the screen');
}
async function walk(device, box, look) {
  const { page } = device;
  await page.goto(box.url);
  await by(page, 'badge').waitFor(); await look('badge');
  await by(page, 'badge').fill('B-1001'); await by(page, 'badge-next').click(); await by(page, 'pin').waitFor(); await look('pin');
  await signIn(page, box.url); await look('list');
  await openOrder(page, 'O-1044'); await by(page, 'before').waitFor(); await look('before');
  await page.goto(box.url + '/#/order/O-1041'); await by(page, 'start').click(); await by(page, 'run').waitFor(); await look('run', { aaa: true });
  await by(page, 'not-here').click(); await look('short', { aaa: true }); await by(page, 'sheet-close').click();
  await wedge(page, code('coffee-500')); await by(page, 'verdict').waitFor(); await look('wrong', { aaa: true });
  await wedge(page, code('rice-1l')); await wedge(page, code('rice-1l')); await page.waitForSelector('[data-testid="verdict"][data-kind="attention"]'); await look('surplus', { aaa: true }); await by(page, 'verdict-go').click();
  for (const sku of ['oat-1l', 'oat-1l', 'oat-1l', 'oat-1l', 'tea-green', 'tea-green']) await wedge(page, code(sku));
  await by(page, 'pack').waitFor(); await wedge(page, code('oat-1l')); await by(page, 'parcel').waitFor();
  await page.waitForFunction(() => !document.querySelector('[data-testid="flash"]')); await look('pack', { aaa: true });
  await by(page, 'all-in').click(); await by(page, 'all-yes').click(); await page.waitForFunction(() => !document.querySelector('[data-testid="goes-in"]')); await by(page, 'close-parcel').click();
  await page.waitForSelector('[data-testid="label"][data-state="completed"]'); await page.waitForFunction(() => !document.querySelector('[data-testid="flash"]')); await look('label', { aaa: true });
  for (const at of ['handover', 'printers', 'line', 'menu', 'settings']) { await page.goto(`${box.url}/#/${at}`); await page.waitForFunction((h) => location.hash === h, '#/' + at); await page.evaluate(() => new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)))); await look(at); }
  // What the centre does to orders and to the box.
  const held = (o) => { o.started = true; o.picker = 'ben'; for (const l of o.lines) l.picked = l.qty; o.units = [{ unit: sscc(Number(o.id.slice(2))), no: 1, carton: '', state: 'closed', weight_g: 0, contents: o.lines.map((l) => ({ line: l.line, sku: l.sku, qty: l.qty })) }]; o.jobs = [{ id: o.id + '/1', doc: 'shipping_label', unit: o.units[0].unit, copy: 2, state: 'completed', tries: 1 }]; };
  box.change('O-1042', (o, w) => { held(o); w.recall(o, 'customer'); });
  box.change('O-1043', (o) => { held(o); o.twice = o.needs_permit = true; });
  box.setLink({ recovering: { left: 3, of: 5 }, skew: -180 });
  await page.goto(box.url + '/#/order/O-1042'); await by(page, 'putback').waitFor(); await look('putback', { aaa: true });
  await page.goto(box.url + '/#/'); await by(page, 'box-recovering').waitFor(); await page.locator('[data-order="O-1042"]').waitFor(); await look('list with what is wrong');
  await page.goto(box.url + '/#/handover'); await page.locator('[data-testid="handover-row"][data-unit="' + sscc(1043) + '"]').click(); await by(page, 'look-first').first().waitFor(); await look('handover, looked at first'); await by(page, 'sheet-close').click();
  await page.goto(box.url + '/#/order/O-1043'); await by(page, 'flag-twice').waitFor(); box.change('O-1043', (o) => { o.note = 'ring twice'; o.jobs[0].state = 'canceled'; }); await by(page, 'label-changed').waitFor(); await by(page, 'card').waitFor(); await look('changed', { aaa: true });
}
for (const [theme, locale, viewport] of [['light', 'en-GB', HANDHELD], ['dark', 'de-DE', HANDHELD], ['sun', 'en-GB', HANDHELD], ['light', 'de-DE', DESK]]) {
  test(`axe finds nothing: ${theme}, ${locale}, ${viewport.width} px`, async (t) => {
    const box = await startFake(), device = await startDevice(browser, { viewport, locale, colorScheme: theme === 'dark' ? 'dark' : 'light', bypassCSP: true });
    t.after(async () => { await device.context.close(); await box.close(); });
    await device.page.addInitScript(axe);
    if (theme === 'sun') await device.page.addInitScript(() => new MutationObserver(() => { if (document.documentElement && document.documentElement.dataset.theme !== 'sun') document.documentElement.dataset.theme = 'sun'; }).observe(document, { attributes: true, childList: true, subtree: true }));
    await walk(device, box, async (name, o) => { await judge(device.page, name, o); await holds(device.page, name); });
    assert.deepEqual(device.page.faults, []);
  });
}
test('German at 130 % text and mirrored holds on the smallest screen', async (t) => {
  const box = await startFake(), device = await startDevice(browser, { locale: 'de-DE' });
  t.after(async () => { await device.context.close(); await box.close(); });
  await walk(device, box, async (name) => {
    await device.page.evaluate(() => { document.documentElement.style.fontSize = '130%'; });
    await holds(device.page, name);
    await device.page.evaluate(() => { document.documentElement.dir = 'rtl'; });
    await holds(device.page, name + ', mirrored');
    const left = await device.page.evaluate(() => [...document.querySelectorAll('button, p, h1, h2')].filter((e) => e.checkVisibility() && !e.closest('.sr, .chip-words') && e.getBoundingClientRect().left < -1).length);
    assert.equal(left, 0, name + ', mirrored: nothing runs out at the other side');
    await device.page.evaluate(() => { document.documentElement.dir = 'ltr'; document.documentElement.style.fontSize = ''; });
  });
});
