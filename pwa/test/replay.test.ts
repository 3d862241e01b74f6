// The floor's own histories, played through the app's reckoning: what the app foretells is what the box comes to.
// The cases are written by edge/view's TestReplayCases.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readOrder } from '../src/model/board';
import { newUnit, replay } from '../src/model/replay';
import { stateOf } from '../src/model/tally';
import type { Op, Order } from '../src/model/types';

interface Case {
  order: unknown; ops: { id: string; type: string; user: string; data: Record<string, unknown>; unit?: string }[];
  want: { state: string; to_pick: number; lines: unknown[]; units: string[] };
}
const cases = JSON.parse(readFileSync('../edge/view/testdata/replay.json', 'utf8')) as Case[];
const said = (o: Order): Case['want'] => ({
  state: o.state, to_pick: o.to_pick,
  lines: o.lines.map((l) => ({ line: l.line, picked: l.picked, to_pick: l.to_pick, loose: l.loose, short: l.short, to_pack: l.to_pack, back: l.back })),
  units: o.units.map((u) => [`${u.unit} ${u.state} labelled=${u.labelled}`, ...[...u.contents].sort((a, b) => (a.line < b.line ? -1 : 1)).map((c) => `${c.line}×${c.qty}`)].join(' ')),
});
const ops = (c: Case): Op[] => c.ops.map((op, i) => ({
  install: 'h', n: i + 1, id: op.id, type: op.type, work: 'order/' + String((c.order as { id: string }).id), seen: 0, at: '', user: op.user, data: op.data,
  answer: { id: op.id, outcome: 'accepted', seq: 1, ...(op.unit ? { unit: op.unit } : {}) },
}));

test('the state of every order is what the box calls it', () => {
  for (const [i, c] of cases.entries()) {
    const o = readOrder(c.order);
    assert.equal(stateOf(o), o.state, `case ${i}`);
  }
});
test('what was done out of reach comes to what the box comes to', () => {
  assert.ok(cases.length > 150);
  for (const [i, c] of cases.entries()) assert.deepEqual(said(replay(readOrder(c.order), ops(c))), c.want, `case ${i}: ${c.ops.map((x) => x.type)}`);
});
test('and the same before the box has numbered the parcels', () => {
  for (const [i, c] of cases.entries()) {
    if (c.ops.some((x) => x.type === 'handover')) continue; // shown when the box has said yes
    const named = new Map(c.ops.flatMap((x) => (x.unit ? [[x.unit, newUnit(x.id)] as const] : [])));
    const name = (text: string) => [...named].reduce((s, [unit, own]) => s.replaceAll(unit, own), text);
    const own = ops(c).map(({ answer: _, ...op }) => ({ ...op, data: JSON.parse(name(JSON.stringify(op.data))) as Record<string, unknown> }));
    assert.deepEqual(said(replay(readOrder(c.order), own)), { ...c.want, units: c.want.units.map(name) }, `case ${i}`);
  }
});
