// Walks through every screen and leaves a picture of each in e2e/out. `node e2e/shots.mjs [de] [dark|sun] [text=130]`
import { mkdir, readFile } from 'node:fs/promises';
import { startFake } from '../dev/fake-edge.mjs';
import { code, sscc } from '../dev/fake/goods.mjs';
import { by, DESK, HANDHELD, openOrder, signIn, startBrowser, startDevice, wedge } from './browser.mjs';

const args = process.argv.slice(2), lang = args.includes('de') ? 'de' : 'en', theme = ['dark', 'sun'].find((t) => args.includes(t)) ?? 'light';
const percent = Number(args.find((a) => a.startsWith('text='))?.slice(5) ?? 100);
const out = new URL(`./out/${lang}-${theme}${percent === 100 ? '' : '-' + percent}/`, import.meta.url).pathname;
await mkdir(out, { recursive: true });
const browser = await startBrowser();
const states = JSON.parse(await readFile(new URL('../../edge/view/testdata/sync.json', import.meta.url), 'utf8'));

for (const [size, viewport] of [['360', HANDHELD], ['1280', DESK]]) {
  const box = await startFake({ prints: false });
  const { context, page } = await startDevice(browser, { viewport, locale: lang === 'de' ? 'de-DE' : 'en-GB', colorScheme: theme === 'dark' ? 'dark' : 'light' });
  let n = 0;
  const shot = async (name) => { await page.evaluate((p) => { document.documentElement.style.fontSize = p + '%'; }, percent); await page.waitForTimeout(120); await page.screenshot({ path: `${out}${size}-${String(++n).padStart(2, '0')}-${name}.png` }); };
  const close = () => by(page, 'sheet-close').click();
  await page.goto(box.url);
  await by(page, 'badge').waitFor(); await shot('badge');
  await by(page, 'badge').fill('B-1001'); await by(page, 'badge-next').click(); await by(page, 'pin-1').click(); await by(page, 'pin-2').click(); await shot('pin');
  await by(page, 'sign-in').click(); await by(page, 'signin-said').locator('p').waitFor(); await shot('pin-wrong');
  await signIn(page, box.url);
  if (theme === 'sun') { await page.goto(box.url + '/#/settings'); await page.locator('[data-testid="set-theme-sun"]').check({ force: true }); await page.goto(box.url + '/#/'); }
  await by(page, 'next').waitFor(); await shot('list');
  await openOrder(page, 'O-1044'); await by(page, 'before').waitFor(); await shot('taken');
  await by(page, 'menu').last().click(); await shot('taken-more'); await close();
  await page.goto(box.url + '/#/');
  await openOrder(page, 'O-1043'); await shot('before'); await page.goto(box.url + '/#/');
  await by(page, 'next-start').click(); await by(page, 'run').waitFor(); await shot('run');
  await wedge(page, code('oat-1l')); await by(page, 'flash').waitFor(); await page.screenshot({ path: `${out}${size}-flash.png` });
  await wedge(page, code('coffee-500')); await by(page, 'verdict').waitFor(); await shot('wrong'); await by(page, 'verdict-go').click();
  await wedge(page, '9521230000000'); await by(page, 'verdict').waitFor(); await shot('unknown'); await by(page, 'verdict-go').click();
  await by(page, 'not-here').click(); await shot('short'); await close();
  await by(page, 'run').locator('[data-testid="menu"]').click(); await shot('run-more'); await page.locator('[data-testid="choice-type"]').click(); await shot('typein'); await close();
  box.cut(); await by(page, 'by-hand').click(); await page.waitForSelector('[data-testid="chip"][data-state="device"]'); await shot('run-offline');
  await by(page, 'chip').first().click(); await by(page, 'line-page').waitFor(); await shot('line-offline'); await page.goto(box.url + '/#/order/O-1041').catch(() => {});
  box.restore(); await page.waitForSelector('[data-testid="chip"][data-state="centre"]');
  for (const c of ['oat-1l', 'oat-1l', 'rice-1l']) { await wedge(page, code(c)); await page.waitForTimeout(80); }
  await wedge(page, code('rice-1l')); await by(page, 'verdict').waitFor(); await shot('surplus'); await by(page, 'verdict-go').click();
  await wedge(page, code('tea-green')); await page.waitForTimeout(80); await wedge(page, code('tea-green')); await by(page, 'pack').waitFor(); await page.waitForTimeout(900); await shot('pack');
  await wedge(page, code('oat-1l')); await page.waitForTimeout(1000); await shot('pack-in');
  await by(page, 'all-in').click(); await shot('pack-all'); await by(page, 'all-yes').click(); await page.waitForTimeout(1000); await shot('pack-full');
  await by(page, 'weigh').click(); await by(page, 'weight').fill('5230'); await shot('weigh'); await by(page, 'weight-close').click();
  await by(page, 'label').waitFor(); await page.waitForTimeout(400); await shot('label-pending');
  const job = box.world.order('O-1041').jobs[0].id;
  box.setPrinter({ state: 'blocked', reasons: ['media-empty'], words: 'Printer Bench 2: out of labels. 3 jobs wait. Load labels and close the printer, or send them to Bench 1', waiting: 3, elsewhere: 'bench-1' });
  box.setJob(job, 'held', ['media-empty']); await page.waitForSelector('[data-testid="label"][data-state="held"]'); await shot('label-held');
  box.setJob(job, 'held', ['document-unprintable', 'byte 20: ~JR outside of a label']); await page.locator('[data-testid="label"]', { hasText: '~JR' }).waitFor(); await shot('label-undrawable');
  box.setJob(job, 'unknown', ['silent']); await page.waitForSelector('[data-testid="label"][data-state="unknown"]'); await shot('label-unknown');
  await by(page, 'is-out').click(); await page.waitForSelector('[data-testid="label"][data-state="completed"]'); await page.waitForTimeout(200); await shot('label-printed');
  await by(page, 'label-more').click(); await shot('label-more'); await page.locator('[data-testid="choice-again"]').click(); await shot('label-again'); await close();
  await page.goto(box.url + '/#/'); await page.waitForTimeout(200); await shot('list-later');
  await by(page, 'to-handover').first().click(); await by(page, 'handover-row').waitFor(); await shot('handover'); await by(page, 'handover-row').click(); await shot('handover-confirm'); await by(page, 'handover-yes').click();
  await page.waitForSelector('[data-testid="handover"] [data-testid="empty"]'); await page.waitForTimeout(900); await shot('handover-empty');
  await page.goto(box.url + '/#/printers'); await by(page, 'printers').waitFor(); const waiting = box.addJob('O-1044'); box.setJob(waiting, 'held', ['media-empty']); await by(page, 'print').first().waitFor(); box.setPapers('manifests', 'M-1', { number: 'M-20261122-1', jobs: [{ id: 'm:1/0', doc: 'manifest', copy: 1, state: 'unknown', reasons: ['offline'] }] }); await page.locator('[data-doc="manifest"]').waitFor(); await shot('printers'); await page.locator('[data-testid="prints"]').scrollIntoViewIfNeeded(); await shot('prints');
  await by(page, 'printer-stop').first().click(); await shot('printer-stop'); await close();
  box.setLink({ up: false, unsent: 12, since: new Date(Date.now() - 18 * 60_000).toISOString(), oldest: new Date(Date.now() - 17 * 60_000).toISOString() });
  const ago = (min) => new Date(Date.now() - min * 60_000).toISOString();
  for (const [name, x] of Object.entries(states)) { // the sync desk, as the box says it in each of its states
    const old = name === 'for days' ? 3 * 1440 : 17, shown = { ...x, since: ago(old + 1), oldest: x.unsent ? ago(old) : undefined, what: x.unsent && !x.what ? [{ what: 'picks', count: 1, oldest: ago(17) }, { what: 'orders', count: 1, oldest: ago(6) }] : (x.what ?? []).map((w) => ({ ...w, oldest: ago(old) })) };
    box.sync = shown; box.setLink({ up: x.up, unsent: x.unsent, since: shown.since, oldest: shown.oldest ?? '', blocked: x.blocked, replaced: x.replaced ?? false, recovering: x.recovering ?? null });
    await page.goto(box.url + '/#/line'); await page.reload(); await by(page, 'sync').waitFor(); await by(page, 'line-centre').scrollIntoViewIfNeeded(); await shot('line-' + name.replace(/[^a-z]+/g, '-'));
  }
  box.setLink({ up: false, unsent: 12, since: ago(18), oldest: ago(17), blocked: '', replaced: false, recovering: null });
  box.sync = states['centre is old']; box.ahead = 61 * 60_000; await page.reload(); await by(page, 'clock-wrong').first().waitFor(); await page.waitForSelector('[data-testid="sync"][data-state="blocked"]'); await shot('line-blocked'); box.ahead = 0; box.sync = {};
  await page.goto(box.url + '/#/menu'); await page.waitForTimeout(100); await shot('menu');
  await page.goto(box.url + '/#/settings'); await page.waitForTimeout(100); await shot('settings');
  await page.goto(box.url + '/#/order/O-1042'); await by(page, 'before').waitFor(); box.cut(); await page.waitForSelector('[data-testid="chip"][data-state="nobox"]');
  await by(page, 'start').click(); await by(page, 'run').waitFor(); box.world.order('O-1042').started = true; box.world.order('O-1042').picker = 'ben'; box.restore();
  await by(page, 'card').waitFor(); await shot('card'); await by(page, 'card-read').click();
  const held = (o) => { o.started = true; o.picker = 'anna'; for (const l of o.lines) l.picked = l.qty; o.units = [{ unit: sscc(Number(o.id.slice(2))), no: 1, carton: '', state: 'closed', weight_g: 0, contents: o.lines.map((l) => ({ line: l.line, sku: l.sku, qty: l.qty })) }]; o.jobs = [{ id: o.id + '/1', doc: 'shipping_label', unit: o.units[0].unit, copy: 2, state: 'completed', tries: 1 }]; };
  box.change('O-1043', (o, w) => { held(o); w.recall(o, 'centre'); }); await by(page, 'verdict').waitFor(); await shot('taken-back'); await by(page, 'verdict-go').click();
  await page.goto(box.url + '/#/order/O-1043'); await by(page, 'putback').waitFor(); await shot('putback');
  box.change('O-1045', (o) => { held(o); o.twice = o.needs_permit = true; }); box.change('O-1042', (o) => { o.hold = 'the customer asked to wait'; }); box.setLink({ recovering: { left: 3, of: 5 }, skew: -180 });
  await page.goto(box.url + '/#/'); await page.reload(); await by(page, 'box-recovering').waitFor(); await page.waitForTimeout(300); await shot('list-wrong');
  await page.goto(box.url + '/#/handover'); await page.locator(`[data-unit="${sscc(1045)}"]`).click(); await by(page, 'look-first').first().waitFor(); await shot('handover-look'); await close();
  await page.goto(box.url + '/#/order/O-1045'); box.change('O-1045', (o) => { o.service = 'Express'; o.jobs[0].state = 'canceled'; }); await by(page, 'card').waitFor(); await shot('changed'); await by(page, 'card-read').click(); await shot('label-changed');
  if (page.faults.length) console.log('faults', page.faults);
  await context.close();
  await box.close();
}
const icon = await browser.newPage();
for (const px of args.includes('icons') ? [192, 512] : []) {
  await icon.setViewportSize({ width: px, height: px });
  await icon.goto('file://' + new URL('../public/icon.svg', import.meta.url).pathname);
  await icon.screenshot({ path: new URL(`../public/icon-${px}.png`, import.meta.url).pathname });
}
await browser.close();
