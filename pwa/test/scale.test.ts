import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scaleSays } from '../src/model/scale';
import type { Device } from '../src/model/types';

const scale: Device = { id: 'scale-1', name: 'Bench 1 scale', kind: 'scale', station: 'bench-1', state: 'away', reason: 'offline', words: 'tcp is gone', hint: '', since: '' };
const w = (grams: number, settled = true, bad = '') => ({ grams, settled, bad });

test('a scale says what it weighs, what is wrong, and when it does not answer', () => {
  assert.deepEqual(scaleSays(w(500), [], 'bench-1'), { key: 'scale.rests' });
  assert.deepEqual(scaleSays(w(500, false), [], 'bench-1'), { key: 'scale.moves' });
  assert.deepEqual(scaleSays(w(0), [], 'bench-1'), { key: 'scale.empty' });
  assert.deepEqual(scaleSays(w(-2), [], 'bench-1'), { key: 'scale.below' });
  assert.deepEqual(scaleSays(null, [scale], 'bench-1'), { key: 'scale.away', name: 'Bench 1 scale' });
  assert.deepEqual(scaleSays(null, [{ ...scale, state: 'ready' }], 'bench-1'), { key: '' });
  assert.deepEqual(scaleSays(null, [scale], 'bench-2'), { key: '' }, 'another bench’s');
  assert.deepEqual(scaleSays(null, [{ ...scale, station: '' }], ''), { key: '' }, 'a handheld stands at no bench');
});
test('every reason of the box’s drivers has words of its own, and a new one is passed on', () => {
  for (const [why, key] of [
    ['more lies on the scale than it can weigh', 'scale.over'], ['more, or less, lies on the scale than it can weigh', 'scale.over'],
    ['less lies on the scale than nothing: empty it and press zero', 'scale.below'], ['the scale has not found its zero yet: empty it and press zero', 'scale.nozero'],
    ['the scale weighs in a unit that is not known here: set it to kg, g, lb or oz', 'scale.unit'], ['the scale reports a fault of its own: have it looked at', 'scale.fault'],
  ]) assert.equal(scaleSays(w(0, false, why), [], '').key, key, why);
  assert.deepEqual(scaleSays(w(0, false, 'it is on fire'), [], ''), { key: 'scale.bad', why: 'it is on fire' });
});
