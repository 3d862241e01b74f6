import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Live } from '../src/net/live';
import type { Clock } from '../src/queue/queue';

/** A line of which the test is the other end. */
class Wire {
  static made: Wire[] = [];
  onopen: (() => void) | null = null; onmessage: ((e: { data: string }) => void) | null = null; onclose: ((e: { code: number }) => void) | null = null; onerror: (() => void) | null = null;
  sent: string[] = [];
  constructor() { Wire.made.push(this); }
  send(s: string): void { this.sent.push(s); }
  close(): void { /* nobody is there */ }
}
function line(start: string) {
  Wire.made = [];
  const heard: string[] = [], timers: (() => void)[] = [];
  const clock: Clock = { now: () => new Date('2026-11-21T10:00:00Z'), later: (run) => { timers.push(run); return () => undefined; }, random: () => 0.5 };
  const board = { start };
  const live = new Live('ws://box', {
    hello: () => ({ install: 'hh-1', log: 'l', since: 7, ...(board.start ? { start: board.start } : {}) }),
    delta: (d) => heard.push('delta ' + d.seq), reload: () => heard.push('reload'), up: (is) => heard.push(is ? 'up' : 'down'),
    scan: () => undefined, weight: () => undefined, refused: () => heard.push('refused'),
  }, clock, () => new Wire() as unknown as WebSocket);
  live.start();
  return { heard, board, again: () => timers.pop()!(), get wire() { return Wire.made.at(-1)!; } };
}

test('a screen says which start of the box gave its board', () => {
  const a = line('start-1');
  a.wire.onopen!();
  assert.deepEqual(JSON.parse(a.wire.sent[0]!), { hello: { install: 'hh-1', log: 'l', since: 7, start: 'start-1' } });
  const b = line('');
  b.wire.onopen!();
  assert.deepEqual(JSON.parse(b.wire.sent[0]!), { hello: { install: 'hh-1', log: 'l', since: 7 } }, 'a box with earlier software is told no word it does not know');
});
test('a box with earlier software that took the place of a newer one: the board is loaded anew, and the line comes up', () => {
  const l = line('start-1');
  l.wire.onopen!();
  l.wire.onclose!({ code: 1008 });
  assert.deepEqual(l.heard, ['up', 'down', 'reload']);
  l.board.start = ''; // its board says none
  l.again();
  l.wire.onopen!();
  l.wire.onmessage!({ data: '{"delta":{"log":"l","seq":8}}' });
  l.wire.onclose!({ code: 1008 });
  assert.deepEqual(l.heard.slice(3), ['up', 'delta 8', 'down'], 'cut for another reason, nothing is loaded');
});
