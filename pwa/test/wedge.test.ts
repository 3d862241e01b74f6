import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Burst, keyOf, Line, Once } from '../src/scan/wedge';

const type = (b: Burst, text: string, from: number, gap: number, end = 'Enter') => {
  let at = from;
  for (const ch of text) { assert.equal(b.key(ch, at), null); at += gap; }
  return b.key(end, at);
};
test('a burst ended by Enter or Tab is a scan', () => {
  const b = new Burst();
  assert.equal(type(b, '9521230000017', 0, 4), '9521230000017');
  assert.equal(type(b, ']E09521230000017', 1000, 4, 'Tab'), ']E09521230000017');
});
test('what a hand types is no scan', () => {
  const b = new Burst();
  assert.equal(type(b, '12345', 0, 200), null);
  assert.equal(type(b, '123', 5000, 4), null, 'three characters are too few');
});
test('two scans are never glued, though the first had no end', () => {
  const b = new Burst();
  for (const [i, ch] of [...'4354210'].entries()) b.key(ch, i * 4);
  assert.equal(type(b, '7777777', 500, 4), '7777777');
});
test('Shift and its like do not break a burst', () => {
  const b = new Burst();
  b.key('Shift', 0); b.key('A', 4); b.key('Shift', 8); b.key('-', 12); b.key('0', 16); b.key('7', 20);
  assert.equal(b.key('Enter', 24), 'A-07');
});
test('one scan by both paths is one; the same code again by the same path is another', () => {
  const o = new Once();
  assert.equal(o.pass('123', 'keys', 0), true);
  assert.equal(o.pass('123', 'field', 20), false);
  assert.equal(o.pass('123', 'keys', 30), true);
  assert.equal(o.pass('123', 'field', 200), true, 'after 40 ms it is another scan');
  assert.equal(o.pass('456', 'keys', 201), true);
});
test('scans are taken one at a time and in order, and a failing one stops none', async () => {
  const seen: string[] = [], release: (() => void)[] = [];
  const line = new Line((code) => new Promise<void>((done, fail) => { seen.push(code); release.push(() => (code === 'b' ? fail(new Error('b')) : done())); }));
  const all = ['a', 'b', 'c'].map((c) => line.push(c).catch(() => undefined));
  await Promise.resolve();
  for (let i = 0; i < 3; i++) { while (release.length <= i) await new Promise((r) => setImmediate(r)); assert.equal(seen.length, i + 1); release[i]!(); }
  await Promise.all(all);
  assert.deepEqual(seen, ['a', 'b', 'c']);
});

test('the bench’s scanner and the keys: one pull of the trigger is one scan, two pulls are two', () => {
  const o = new Once();
  assert.equal(o.pass(']E09521234543213', 'bench', 0), true);
  assert.equal(o.pass('9521234543213', 'keys', 300), false, 'the same, typed without its identifier');
  assert.equal(o.pass('9521234543213', 'keys', 400), true, 'a third is another pull');
  assert.equal(o.pass('9521234543213', 'bench', 2000), true, 'much later is another pull');
  assert.equal(o.pass('9521234543213', 'bench', 2100), true, 'the same scanner twice is two pulls');
});

test('a German keyboard’s ] on a system where AltGr is Ctrl and Alt, FNC1 as Ctrl and ], and shortcuts of the screen’s own', () => {
  const key = (k: string, mods: string, altGr = false) => keyOf({ key: k, ctrlKey: mods.includes('c'), altKey: mods.includes('a'), metaKey: mods.includes('m') }, altGr);
  assert.equal(key(']', 'ca', true), ']');
  assert.equal(key(']', '', true), ']');
  assert.equal(key(']', 'c'), 'GroupSeparator');
  assert.equal(key('F8', ''), 'GroupSeparator');
  assert.equal(key('c', 'c'), '');
  assert.equal(key('ArrowLeft', 'ca', true), '');
  assert.equal(key('a', 'm'), '');
  assert.equal(key('A', ''), 'A');
  const b = new Burst();
  for (const [i, k] of [key(']', 'ca', true), 'C', '1', '1', '0', 'A', key(']', 'c'), '2', '1', 'B'].entries()) b.key(k, i * 4);
  assert.equal(b.key('Enter', 41), ']C110A\x1d21B');
});

test('however the bench lags behind the keys, each pull is one scan and none is lost', () => {
  let seed = 11;
  const next = (most: number) => ((seed = (seed * 1103515245 + 12345) & 0x7fffffff) >> 8) % most;
  for (let round = 0; round < 500; round++) {
    const o = new Once(), all: { code: string; path: 'keys' | 'bench'; at: number }[] = [], want: Record<string, number> = {}, lag = next(600);
    for (let i = 0, now = 0; i < 12; i++) {
      now += 60 + next(840);
      const code = next(2) ? '9521234543213' : '9521234543220';
      want[code] = (want[code] ?? 0) + 1;
      all.push({ code, path: 'keys', at: now }, { code: ']E0' + code, path: 'bench', at: now + lag + next(50) });
    }
    const got: Record<string, number> = {};
    for (const c of all.sort((a, b) => a.at - b.at)) if (o.pass(c.code, c.path, c.at)) { const k = c.code.replace(']E0', ''); got[k] = (got[k] ?? 0) + 1; }
    assert.deepEqual(got, want);
  }
});
