import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyDelta, byDue, follows, older, readBoard, readOrder, replaces } from '../src/model/board';
import { newUnit, pending, replay } from '../src/model/replay';
import { backs, binOf, copyOf, judgeBack, judgePack, judgePick, opened, stops } from '../src/model/stops';
import { newsOf } from '../src/model/news';
import { waitingPrints } from '../src/model/prints';
import type { Board, Item, Op, Order } from '../src/model/types';
import { checkDigit, readCode } from '../src/scan/codes';

const G = { oat: '09521230000017', rice: '09521230000024', soap: '09521230000031' };
const items: Item[] = Object.entries(G).map(([sku, g]) => ({ sku, name: sku + ' drink', tell: '', picture: '', gtins: [g], weight_g: 1 }));
const order = (more: object = {}): Order => readOrder({
  id: 'O-1', number: 'O-1', state: 'picking', started: true, picker: 'anna', qty: 3, to_pick: 3, seq: 10,
  lines: [{ line: '1', sku: 'oat', name: 'oat drink', gtins: [G.oat], qty: 2, to_pick: 2, bin: 'A-07-3-2', bins: [{ bin: 'A-07-3-2', on_hand: 2 }, { bin: 'B-02-1-1', on_hand: 6 }] },
    { line: '2', sku: 'rice', name: 'rice drink', gtins: [G.rice], qty: 1, to_pick: 1, bin: 'A-09-1-1' }], ...more,
});
let n = 0;
const op = (type: string, data: Record<string, unknown>, more: Partial<Op> = {}): Op => { n++; return { install: 'h', n, id: 'h:' + n, type, work: 'order/O-1', seen: 10, at: '', user: 'anna', data, ...more }; };
const scan = (line: string, more: Partial<Op> = {}) => op('pick.scan', { order: 'O-1', line, qty: 1 }, more);

test('absent lists are empty lists, and Go’s zero time is no time', () => {
  const o = readOrder({ id: 'O-9', due: '0001-01-01T00:00:00Z', lines: null, units: null });
  assert.deepEqual([o.lines, o.units, o.jobs, o.due], [[], [], [], '']);
  assert.deepEqual(readBoard({ log: 'l', seq: 1 }).orders, []);
});
test('a delta brings whole orders, takes gone ones away, and an old one changes no order', () => {
  const b = readBoard({ log: 'l', seq: 10, orders: [{ id: 'O-1', number: 'a' }, { id: 'O-2' }] });
  const next = applyDelta(b, { log: 'l', seq: 12, orders: [{ id: 'O-1', number: 'b' }, { id: 'O-3' }], gone: ['O-2'], link: { up: true } });
  assert.deepEqual(next.orders.map((o) => o.id + o.number), ['O-1b', 'O-3O-3']);
  assert.equal(applyDelta(next, { log: 'l', seq: 11, orders: [{ id: 'O-1', number: 'old' }] }).orders[0]!.number, 'b');
  assert.equal(b.orders[0]!.number, 'a', 'the old board is untouched');
});
test('papers of carriers’ lists and returns come with the board’s rows, change by them and leave', () => {
  const job = (id: string, state: string, more: object = {}) => ({ id, doc: 'manifest', copy: 1, state, ...more });
  const b = readBoard({ log: 'l', seq: 10, rows: { manifests: [{ id: 'M-1', number: 'M-20261122-1', jobs: [job('m', 'held')] }], returns: [{ id: 'R-1', rma: 'RMA-7', jobs: [job('r', 'unknown', { doc: 'hang_tag', no: 2 })] }, { id: 'R-2' }] } });
  const of = (x: Board) => x.papers.map((p) => `${p.of} ${p.called} ${p.jobs.map((j) => j.state)}`);
  assert.deepEqual(of(b), ['manifest M-20261122-1 held', 'return RMA-7 unknown', 'return R-2 ']);
  const next = applyDelta(b, { log: 'l', seq: 11, rows: { manifests: [{ id: 'M-1', number: 'M-20261122-1', jobs: [job('m', 'completed')] }] }, left: { returns: ['R-2'] } });
  assert.deepEqual(of(next), ['manifest M-20261122-1 completed', 'return RMA-7 unknown']);
  assert.deepEqual(of(applyDelta(next, { log: 'l', seq: 10, left: { returns: ['R-1'] } })), of(next), 'an old delta takes nothing away');
  const kept = { ...b } as Partial<Board>; // by an earlier version of the app
  delete kept.papers;
  assert.deepEqual(of(applyDelta(kept as Board, { log: 'l', seq: 11 })), []);
});
test('every print that waits is listed with what asks for it again; what only a person can settle stands first', () => {
  const b = readBoard({
    log: 'l', seq: 1, orders: [{ id: 'O-1', number: '1001', jobs: [{ id: 'a', doc: 'packing_slip', unit: 'u', state: 'pending' }, { id: 'b', doc: 'hold_label', state: 'unknown' }, { id: 'c', doc: 'shipping_label', unit: 'u', state: 'completed' }] }],
    rows: { manifests: [{ id: 'M-1', number: 'M-9', jobs: [{ id: 'm', doc: 'manifest', state: 'unknown' }] }], returns: [{ id: 'R-1', number: 'R-9', jobs: [{ id: 'r', doc: 'hang_tag', no: 2, state: 'held' }, { id: 's', doc: 'claim_slip', state: 'canceled' }] }] },
  });
  const rows = waitingPrints(b.orders, b.papers);
  assert.deepEqual(rows.map((r) => `${r.job.id} ${r.called} ${r.again.kind} ${JSON.stringify(r.again.data)}`), [
    'b 1001 label.request {"order":"O-1","doc":"hold_label","reason":"not_out"}',
    'm M-9 manifest.print {"manifest":"M-1","reason":"not_out"}',
    'a 1001 label.request {"unit":"u","doc":"packing_slip","reason":"not_out"}',
    'r R-9 return.print {"return":"R-1","doc":"hang_tag","no":2,"reason":"not_out"}']);
});
test('orders stand by due time, priority, number', () => {
  const o = (id: string, due: string, priority = 0) => readOrder({ id, due, priority });
  const sorted = [o('c', ''), o('b', '2026-11-21T10:00:00Z'), o('a', '2026-11-21T10:00:00Z'), o('d', '2026-11-21T10:00:00Z', 2), o('e', '2026-11-21T09:00:00Z')].sort(byDue);
  assert.deepEqual(sorted.map((x) => x.id), ['e', 'd', 'a', 'b', 'c']);
});
test('own operations show before the box answers, and the board itself is not changed', () => {
  const o = order(), after = replay(o, [scan('1'), scan('1'), op('pick.short', { order: 'O-1', line: '2', qty: 1, reason: 'damaged' }), op('pick.finish', { order: 'O-1' })]);
  assert.deepEqual([after.to_pick, after.state, after.finished, after.lines[0]!.loose], [0, 'picked', true, 2]);
  assert.deepEqual([o.to_pick, o.lines[0]!.picked], [3, 0]);
});
test('a parcel can be filled and closed before the box has numbered it', () => {
  const open = op('unit.open', { order: 'O-1' }), unit = newUnit(open.id);
  const after = replay(order(), [scan('1'), scan('1'), scan('2'), open, op('unit.add', { unit, line: '1', qty: 2 }), op('unit.add', { unit, line: '2', qty: 1 }), op('unit.close', { unit, weight_g: 900 })]);
  assert.equal(after.state, 'packed');
  const { carton, state, weight_g, labelled, contents } = after.units[0]!;
  assert.deepEqual([carton, state, weight_g, labelled, contents.map((c) => `${c.line} ${c.sku} ${c.qty}`)], ['', 'closed', 900, false, ['1 oat 2', '2 rice 1']]);
  assert.equal(after.jobs[0]!.state, 'pending');
});
test('a parcel is handed over when the box has said so, not before', () => {
  const o = order({ units: [{ unit: 'u', no: 1, state: 'closed', labelled: true, contents: [{ line: '1', sku: 'oat', qty: 2 }] }] });
  const leave = op('handover', { unit: 'u' });
  assert.equal(replay(o, [leave]).units[0]!.state, 'closed');
  assert.equal(replay(o, [{ ...leave, answer: { id: leave.id, outcome: 'accepted', seq: 11 } }]).units[0]!.state, 'departed');
});
test('an operation counts once, whichever comes first: the answer or the live line', () => {
  const waiting = scan('1'), board = { seq: 10, orders: [order()] };
  assert.equal(pending([waiting], board, 0).length, 1, 'unanswered');
  const answered = { ...waiting, answer: { id: waiting.id, outcome: 'accepted' as const, seq: 11 } };
  assert.equal(pending([answered], board, waiting.n).length, 1, 'answered, the board is behind');
  assert.equal(pending([answered], { seq: 11, orders: [order({ seq: 11 })] }, waiting.n).length, 0, 'the board has it');
  assert.equal(pending([waiting], { seq: 11, orders: [order({ seq: 11 })] }, waiting.n).length, 0, 'the live line overtook the answer');
  assert.equal(pending([waiting], { seq: 11, orders: [order({ seq: 11 })] }, waiting.n - 1).length, 1, 'the order changed by somebody else');
  const refused = { ...waiting, answer: { id: waiting.id, outcome: 'refused' as const, seq: 11 } };
  assert.equal(pending([refused], board, waiting.n).length, 0, 'refused');
});
test('an answer of a log that a new box does not have is in its board when the box has its number', () => {
  const scanned = scan('1'), board = { log: 'new', seq: 40, orders: [order()] };
  const answered = { ...scanned, log: 'old', answer: { id: scanned.id, outcome: 'accepted' as const, seq: 57000 } };
  assert.equal(pending([answered], board, scanned.n).length, 0, 'the new box took it back: it counts once');
  assert.equal(pending([answered], board, scanned.n - 1).length, 1, 'the new box does not know it yet');
  assert.equal(pending([{ ...answered, log: 'new' }], board, scanned.n).length, 1, 'of this log, the board is behind');
});
test('a skipped line comes back at the end, and another bin is kept', () => {
  assert.deepEqual(stops(order()).map((l) => l.line), ['1', '2']);
  assert.deepEqual(stops(order(), { 1: { skipped: 1 } }).map((l) => l.line), ['2', '1']);
  assert.deepEqual(stops(order(), { 1: { skipped: 1 }, 2: { skipped: 2 } }).map((l) => l.line), ['1', '2']);
  assert.equal(binOf(order().lines[0]!, { 1: { bin: 'B-02-1-1' } }), 'B-02-1-1');
});
test('a scan at a stop: right, also on the list, wrong, unknown, too many, a shelf, a parcel', () => {
  const o = order(), at = o.lines[0]!, judge = (raw: string, of = o) => judgePick(readCode(raw), of, at, at.bin, items);
  assert.equal(judge(']E0' + G.oat.slice(1)).kind, 'good');
  assert.deepEqual(judge(G.rice), { kind: 'good', line: o.lines[1] });
  assert.equal(judge(G.soap).kind, 'wrong');
  assert.equal(judge('9521230009999').kind, 'unknown');
  assert.equal(judge('oat').kind, 'good', 'an article number typed by hand');
  assert.deepEqual(judge('a-07-3-2'), { kind: 'bin', bin: 'A-07-3-2' });
  assert.equal(judge('A-09-1-1').kind, 'wrong_bin');
  const sscc = '09521234000000441' + checkDigit('09521234000000441');
  assert.deepEqual(judge('(00)' + sscc), { kind: 'parcel', sscc });
  const done = replay(o, [scan('1'), scan('1')]);
  assert.deepEqual(judgePick(readCode(G.oat), done, done.lines[1]!, '', items).kind, 'surplus');
});
test('at packing only what is picked and loose goes in', () => {
  const o = replay(order(), [scan('1')]);
  assert.equal(judgePack(readCode(G.oat), o, items).kind, 'good');
  assert.equal(judgePack(readCode(G.rice), o, items).kind, 'surplus');
  assert.equal(judgePack(readCode(G.soap), o, items).kind, 'wrong');
});
test('what the centre takes back is not to be picked or packed again, but to be put back', () => {
  const o = order({ picker: 'anna', lines: [
    { line: '1', sku: 'oat', name: 'oat drink', gtins: [G.oat], qty: 2, picked: 2, loose: 2, bin: 'A-07-3-2', cancelled: [{ cause: 'centre', qty: 2 }] },
    { line: '2', sku: 'rice', name: 'rice drink', gtins: [G.rice], qty: 1, picked: 1, loose: 1, bin: 'A-09-1-1' }] });
  assert.deepEqual(o.lines.map((l) => [l.to_pack, l.back]), [[0, 2], [1, 0]]);
  assert.equal(judgePack(readCode(G.oat), o, items).kind, 'surplus');
  const judge = (raw: string) => judgeBack(readCode(raw), o, backs(o)[0]!, 'A-07-3-2', items);
  assert.deepEqual([judge(G.oat).kind, judge(G.rice).kind, judge(G.soap).kind, judge('9521230009999').kind], ['good', 'keep', 'wrong', 'unknown']);
  assert.deepEqual([judge('a-07-3-2'), judge('B-03-1-1'), judge('A-09-1-1')], [{ kind: 'bin', bin: 'A-07-3-2' }, { kind: 'shelf', bin: 'B-03-1-1' }, { kind: 'shelf', bin: 'A-09-1-1' }]);
  const after = replay(o, [op('putback.confirm', { order: 'O-1', line: '1', qty: 1, bin: 'A-07-3-2' })]);
  assert.deepEqual([after.lines[0]!.back, after.lines[0]!.to_pick, after.to_pick, after.state], [1, 0, 0, 'picked']);
});
test('whoever has an order in hand is told once what others did to it, and nothing of what they did themselves', () => {
  const a = order({ units: [{ unit: 'u', no: 1, state: 'closed', labelled: true, contents: [] }], carrier: 'dhl' }), mine = (o: Order) => o.picker === 'anna';
  const picked = replay(order(), [scan('1'), scan('1')]);
  const line = (more: object) => ({ line: '1', sku: 'oat', name: 'oat drink', gtins: [G.oat], qty: 2, picked: 2, loose: 2, bin: 'A-07-3-2', ...more });
  const back = order({ to_pick: 0, lines: [line({ cancelled: [{ cause: 'customer', qty: 2 }] })] });
  assert.deepEqual(newsOf([picked], [back], mine).map((n) => n.is === 'back' && [n.qty, n.why, n.more]), [[2, 'customer', false]]);
  assert.deepEqual(newsOf([back], [order({ lines: [line({ cancelled: [{ cause: 'customer', qty: 2 }] })], seq: 12 })], mine), [], 'said once');
  assert.deepEqual(newsOf([picked], [back], () => false), [], 'not theirs');
  assert.equal(newsOf([picked], [order({ lines: [line({ picked: 4, loose: 4 })] })], mine).map((n) => n.is === 'back' && n.why)[0], 'surplus', 'a colleague picked the same');
  assert.deepEqual(newsOf([order()], [picked], mine), [], 'an own step');
  assert.deepEqual(newsOf([order()], [order({ state: 'not_served', lines: [{ line: '1', sku: 'oat', qty: 2, cancelled: [{ cause: 'centre', qty: 2 }] }] })], mine).map((n) => n.is), ['gone']);
  const other = order({ units: [{ unit: 'u', no: 1, state: 'closed', labelled: false, contents: [] }], note: 'ring twice', carrier: 'ups', lines: [line({ qty: 3 })] });
  assert.deepEqual(newsOf([a], [other], mine).map((n) => n.is === 'changed' && n.what.map((w) => [w.key, ...Object.values(w.args)])), [[['line', 'oat drink', 2, 3], ['carrier', 'ups'], ['note', 'ring twice'], ['label', 1]]]);
});
test('a parcel that was undone is opened first, and of two labels the later one counts', () => {
  const o = order({ lines: [{ line: '1', sku: 'oat', qty: 2, picked: 2, loose: 2, cancelled: [{ cause: 'centre', qty: 2 }] }],
    units: [{ unit: 'v', no: 1, state: 'void', contents: [{ line: '1', sku: 'oat', qty: 2 }] }, { unit: 'w', no: 2, state: 'void', contents: [{ line: '2', sku: 'rice', qty: 1 }] }],
    jobs: [{ id: 'a', doc: 'shipping_label', unit: 'u', copy: 1, state: 'canceled', tries: 1 }, { id: 'b', doc: 'shipping_label', unit: 'u', copy: 2, state: 'completed', tries: 1 }, { id: 'c', doc: 'shipping_label', unit: 'x', copy: 1, state: 'completed', tries: 1 }] });
  assert.deepEqual(opened(o).map((u) => u.unit), ['v']);
  const unit = (id: string) => ({ ...o.units[0]!, unit: id });
  assert.deepEqual([copyOf(o, unit('u')), copyOf(o, unit('x'))], [2, 0]);
});
test('a board of another start of the box is loaded anew, and how far this screen had come is not lost to it', () => {
  const at = (seq: number, start?: string, log = 'l') => readBoard({ log, seq, ...(start ? { start } : {}) });
  const delta = (start?: string, log = 'l') => ({ log, seq: 20, ...(start ? { start } : {}) });
  assert.equal(at(1).start, '', 'a box with earlier software says none');
  assert.deepEqual([follows(at(9, 'a'), delta('a')), follows(at(9, 'a'), delta('b')), follows(at(9), delta('b')), follows(at(9, 'a'), delta()), follows(at(9), delta()), follows(at(9, 'a'), delta('a', 'm'))],
    [true, false, false, false, true, false]);
  const { start: _, ...kept } = at(9); // by an earlier version of the app
  assert.deepEqual([follows(kept as Board, delta()), follows(kept as Board, delta('b'))], [true, false]);
  assert.deepEqual([replaces(at(9, 'a'), at(8, 'a')), replaces(at(9, 'a'), at(9, 'a')), replaces(at(9, 'a'), at(8, 'b')), replaces(at(9, 'a'), at(1, 'b', 'm'))], [false, true, true, true]);
  assert.deepEqual([older(at(9, 'a'), at(8, 'b')), older(at(9, 'a'), at(9, 'b')), older(at(9, 'a'), at(8, 'a')), older(at(9, 'a'), at(8, 'b', 'm'))], [true, false, false, false]);
});
