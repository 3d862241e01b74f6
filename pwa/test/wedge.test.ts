import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Burst, Line, Once } from '../src/scan/wedge';

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
