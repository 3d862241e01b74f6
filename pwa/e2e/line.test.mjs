// The state of the line on the screens, as the box says it in each of its states.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { startFake } from '../dev/fake-edge.mjs';
import { by, signIn, startBrowser, startDevice } from './browser.mjs';

let browser, box, device, page;
before(async () => { browser = await startBrowser(); });
after(async () => { await browser?.close(); });
beforeEach(async () => { box = await startFake(); device = await startDevice(browser); page = device.page; });
afterEach(async () => { const faults = page.faults; await device.context.close(); await box.close(); assert.deepEqual(faults, []); });

const states = JSON.parse(readFileSync(new URL('../../edge/view/testdata/sync.json', import.meta.url), 'utf8')); // what the box says in each state
// What a screen shows follows what the box says; so a test waits for it, and says what stood there instead.
const reads = async (what, want) => {
  const fits = (text) => (want instanceof RegExp ? want.test(text) : text === want);
  let got = '';
  const end = Date.now() + 60_000;
  while (!fits(got = await what.innerText()) && !fits(got = await what.textContent())) {
    if (Date.now() > end) assert.fail(`never ${want}, but ${got}`);
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
};

test('the state of the line says what is unsent, since when, what is blocked and what to do', async () => {
  await signIn(page, box.url);
  const since = new Date(Date.now() - 18 * 60_000).toISOString();
  box.sync = { ...states['no line'], since, unsent: 12, oldest: since, sorted: 10000, what: [{ what: 'picks', count: 9, oldest: since }, { what: 'hand-overs', count: 1, oldest: since }, { what: 'something new', count: 2, oldest: since }] };
  box.setLink({ up: false, unsent: 12, since, oldest: since });
  await page.waitForSelector('[data-testid="chip"][data-state="kept"]');
  await reads(by(page, 'chip'), /12 in the box/);
  await page.goto(box.url + '/#/line');
  await page.waitForSelector('[data-testid="sync"][data-state="cut_off"]');
  await reads(by(page, 'line-page'), /12 wait for the centre since/);
  assert.doesNotMatch(await by(page, 'line-page').innerText(), /on (the|its|their) way/, 'nothing is, with the line down');
  await reads(by(page, 'sync-do'), /Work on/);
  await reads(by(page, 'sync'), /of the oldest 10,000/);
  await reads(by(page, 'sync-what'), /9 picks since \d\d:\d\d\s+1 hand-over since .*\s+2 about other things since/);

  const shows = async (name, words, link = {}) => { box.sync = states[name]; box.setLink({ up: states[name].up, unsent: states[name].unsent, since: new Date().toISOString(), blocked: name, ...link }); await reads(by(page, 'sync'), words); };
  await shows('centre is old', /record 2 of this box: its software does not know picket\.new\.thing\.v1\.[^]*What the centre sends, new orders among it, still comes/);
  await reads(by(page, 'sync-do'), /software updated/);
  await shows('turned away', /the centre turns this box away/);
  assert.doesNotMatch(await by(page, 'sync').innerText(), /unknown_site/, 'what the operator needs is one touch deeper');
  await by(page, 'sync-cause').locator('summary').click();
  await reads(by(page, 'sync-cause'), /unknown_site/);
  await shows('taking in', /of its own past/);
  assert.doesNotMatch(await by(page, 'line-centre').innerText(), /Nothing moves|operator/, 'it is under way');
  await shows('recovering, and taking in', /2 handhelds may hold work the box does not have: Anna.*nobody signed in at/);
  assert.doesNotMatch(await by(page, 'line-centre').innerText(), /Nothing moves|hh-/);
  await shows('no certificate', /certificate was taken back/);
  assert.doesNotMatch(await by(page, 'line-centre').innerText(), /internet/);
  await shows('no answer', /the centre does not answer/);
  await shows('it went off', /the centre is off/);
  await shows('another\'s voice', /Somebody spoke in the centre's name/);
});
