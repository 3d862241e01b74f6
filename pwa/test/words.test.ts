import assert from 'node:assert/strict';
import { test } from 'node:test';
import de from '../src/i18n/de.json';
import en from '../src/i18n/en.json';
import { fill, localeOf, makeTimes, makeWords } from '../src/i18n/words';
import { readRoute, writeRoute } from '../src/app/route';

const braces = (s: string) => [...s.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort().join();
test('both catalogues have the same keys and the same braces', () => {
  assert.deepEqual(Object.keys(de).sort(), Object.keys(en).sort());
  const other = Object.entries(en).filter(([k, v]) => braces(v) !== braces((de as Record<string, string>)[k]!)).map(([k]) => k);
  assert.deepEqual(other, []);
});
test('no text is empty, and every refusal has its hint', () => {
  for (const cat of [en, de] as Record<string, string>[]) for (const [k, v] of Object.entries(cat)) {
    assert.ok(v.trim(), k);
    if (k.startsWith('refusal.') && !k.endsWith('.hint')) assert.ok(k + '.hint' in cat, k);
  }
});
test('plural forms and numbers in the person’s language', () => {
  assert.equal(makeWords('en', en)('units', { n: 1 }), '1 unit');
  assert.equal(makeWords('en', en)('units', { n: 1200 }), '1,200 units');
  assert.equal(makeWords('de', de)('units', { n: 1200 }), '1.200 Stück');
  assert.equal(fill('{a} and {b}', { a: 'x' }), 'x and ');
});
test('times in the site’s zone, as people say them', () => {
  const t = makeTimes('en', 'Europe/Berlin'), now = Date.parse('2026-11-21T09:00:00Z');
  assert.equal(t.time('2026-11-21T09:40:00Z', now), '10:40');
  assert.equal(t.relative(12 * 60_000), 'in 12 min');
  assert.equal(t.relative(-20 * 60_000), '20 min ago');
  assert.equal(makeTimes('de', 'Europe/Berlin').relative(12 * 60_000), 'in 12 Min.');
  assert.match(t.time('2026-11-22T09:40:00Z', now), /tomorrow 10:40/);
  assert.equal(makeTimes('en', 'Nowhere/At-all').clock(0).length, 5, 'an unknown zone is no fault');
});
test('a date is written as the device’s own kind of the language writes it', () => {
  const day = (l: string) => makeTimes(l, 'Europe/London').day(Date.parse('2026-11-20T12:00:00Z'), Date.parse('2026-11-23T12:00:00Z'));
  assert.equal(localeOf('en', ['de-DE', 'en-GB', 'en-US']), 'en-GB');
  assert.equal(localeOf('de', ['en-GB']), 'de');
  assert.match(day(localeOf('en', ['en-GB'])), /^Friday,? 20 November$/);
  assert.equal(day('en-US'), 'Friday, November 20');
  assert.equal(makeTimes('en-GB', 'UTC').relative(12 * 60_000), 'in 12 min');
});
test('a place survives the address', () => {
  for (const r of [{ at: 'list' }, { at: 'order', id: 'O-1/2:x y' }, { at: 'handover' }, { at: 'settings' }] as const) assert.deepEqual(readRoute(writeRoute(r)), r);
  assert.deepEqual(readRoute('#/order/%E0%A4%A'), { at: 'list' });
  assert.deepEqual(readRoute('#/nonsense'), { at: 'list' });
});
test('an order is said by what people call it, not by its id', () => {
  assert.equal(fill('Order {order} is not at this site.', { order: '01M81W36GWHAWDYN', order_called: 'web-1001' }), 'Order web-1001 is not at this site.');
  assert.equal(fill('Order {order} is not at this site.', { order: 'O-9' }), 'Order O-9 is not at this site.');
  assert.equal(makeWords('en', {})('refusal.unknown_order', { order: '01M81W36GWHAWDYN', order_called: 'web-1001' }).includes('01M8'), false);
});
