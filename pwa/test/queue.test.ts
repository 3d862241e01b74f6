import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { newUnit } from '../src/model/replay';
import type { Answer, Op, Reply } from '../src/model/types';
import { openMemory, type Opened } from '../src/queue/db';
import { ProblemError, Queue, type Batch, type Clock } from '../src/queue/queue';

let opened: Opened, timers: { run: () => void; ms: number }[], told: [Op, Answer][];
const clock: Clock = { now: () => new Date('2026-11-21T10:00:00Z'), later: (run, ms) => { const t = { run, ms }; timers.push(t); return () => { timers = timers.filter((x) => x !== t); }; }, random: () => 0.5 };
beforeEach(async () => { globalThis.indexedDB = new IDBFactory(); timers = []; told = []; opened = await openMemory(null); });
const make = (send: (b: Batch) => Promise<Reply>, seq = () => 1000) => new Queue(opened.db, opened.install, send, clock, () => ({ log: 'l', seq: seq() }), (op, a) => told.push([op, a]));
const scan = (line = '1') => ({ type: 'pick.scan', order: 'O-1', data: { order: 'O-1', line, qty: 1 } });

/** A box that does what the contract says; what it got stands in got. */
class Box {
  last = 0; got: Batch['ops'] = []; seq = 100; stable = 0; fail: Error | null = null; lose = false; batches: number[][] = [];
  answers = new Map<number, Answer>();
  refuse = new Set<number>();
  send = async (b: Batch): Promise<Reply> => {
    if (this.fail) throw this.fail;
    this.batches.push(b.ops.map((o) => o.n));
    const answers: Answer[] = [];
    for (const op of b.ops) {
      if (op.n <= this.last) { answers.push({ ...this.answers.get(op.n)!, outcome: this.answers.get(op.n)!.outcome === 'refused' ? 'refused' : 'duplicate' }); continue; }
      if (op.n !== this.last + 1) return { answers, expect: this.last + 1, saved: this.last, applied: 0, stable: this.stable };
      this.last = op.n; this.got.push(op);
      const a: Answer = { n: op.n, id: op.id, outcome: this.refuse.has(op.n) ? 'refused' : 'accepted', seq: ++this.seq, ...(op.type === 'unit.open' ? { unit: '095212340000004' + String(op.n).padStart(3, '0') } : {}) };
      if (a.outcome === 'refused') a.refusal = { code: 'surplus', args: {}, words: 'Surplus.', hint: '' };
      this.answers.set(op.n, a); answers.push(a);
    }
    if (b.ops.length === 0 && b.head > this.last) return { answers, expect: this.last + 1, saved: this.last, applied: 0, stable: this.stable };
    if (this.lose) { this.lose = false; throw new Error('the answer was lost'); }
    return { answers, saved: this.last, applied: this.last, stable: this.stable };
  };
}
const idle = async (q: Queue) => { for (let i = 0; i < 50; i++) { await q.drain(); await new Promise((r) => setImmediate(r)); } };

test('operations are numbered from 1 without a gap, and sent in order', async () => {
  const box = new Box(), q = make(box.send);
  await Promise.all([q.append([scan()], 'anna'), q.append([scan(), scan()], 'anna'), q.append([scan()], 'anna')]);
  await idle(q);
  assert.deepEqual(box.got.map((o) => o.n), [1, 2, 3, 4]);
  assert.deepEqual(box.got.map((o) => o.id), [1, 2, 3, 4].map((n) => `${opened.install}:${n}`));
  assert.equal(q.unsent.length, 0);
});
test('another start of the box is told once what was called saved, and a person reads what it refused since', async () => {
  const box = new Box(), q = make(box.send);
  await q.append([scan(), scan(), scan()], 'anna');
  await idle(q);
  box.stable = 1;
  await q.append([scan()], 'anna'); // its answer says what is stable
  await idle(q);
  // Put back to before the third, which came a second time and was refused.
  const no = { n: 3, id: q.ops.value.find((op) => op.n === 3)!.id, outcome: 'refused' as const, seq: 103, refusal: { code: 'taken_by_other', args: {}, words: 'Ben has it.', hint: '' } };
  box.answers.set(3, no);
  const sent: Batch[] = [];
  const ears = make((b) => { sent.push(b); return box.send(b); });
  await ears.load();
  told = [];
  await ears.say('start-2');
  assert.deepEqual(sent.map((b) => b.ops.map((o) => o.n)), [[2, 3, 4]], 'not what is stable');
  assert.ok(sent[0]!.ops.every((o) => o.told && !o.told.refused));
  assert.deepEqual(told.map(([op, a]) => [op.n, a.outcome]), [[3, 'refused']]);
  assert.deepEqual(box.got.map((o) => o.n), [1, 2, 3, 4], 'nothing is new to the box');
  await ears.say('start-2');
  const again = make((b) => { sent.push(b); return box.send(b); });
  await again.load();
  await again.say('start-2');
  assert.equal(sent.length, 1, 'once for a start, a reload between or not');
  assert.equal(again.ops.value.find((op) => op.n === 3)?.answer?.outcome, 'refused');
  box.fail = new Error('no line');
  await again.say('start-3');
  box.fail = null;
  await again.say('start-3');
  assert.equal(sent.length, 3, 'until it was heard');
  assert.ok(sent[2]!.ops.some((o) => o.n === 3 && !o.told?.refused), 'it was called saved at first');
});
test('nothing is lost when the box is away, and a reload finds all of it', async () => {
  const box = new Box(); box.fail = new Error('no line');
  const q = make(box.send);
  await q.append([scan(), scan()], 'anna');
  await idle(q);
  assert.equal(q.reached.value, false);
  const again = make(box.send);
  await again.load();
  assert.equal(again.unsent.length, 2);
  assert.equal(again.unsent[0]!.user, 'anna');
  box.fail = null;
  await again.append([scan()], 'anna');
  await idle(again);
  assert.deepEqual(box.got.map((o) => o.n), [1, 2, 3]);
});
test('waiting grows between failures, keeps its limit, and a wake begins anew', async () => {
  const box = new Box(); box.fail = new Error('no line');
  const q = make(box.send), waits: number[] = [];
  await q.append([scan()], 'anna');
  await idle(q).then(() => undefined);
  timers = [];
  for (let i = 0; i < 12; i++) { await q.drain(); waits.push(timers.at(-1)!.ms); }
  assert.ok(waits.every((w) => w <= 30_000), String(waits));
  assert.ok(waits.at(-1)! >= 15_000);
  box.fail = null;
  q.wake();
  await idle(q);
  assert.equal(q.unsent.length, 0);
  assert.equal(timers.length, 0, 'no timer is left behind');
});
test('a lost answer is asked for again and has one effect', async () => {
  const box = new Box(); box.lose = true;
  const q = make(box.send);
  await q.append([scan()], 'anna');
  await idle(q);
  assert.equal(box.got.length, 1);
  assert.equal(q.unsent.length, 0);
  assert.equal(q.ops.value[0]!.answer!.outcome, 'duplicate');
});
test('what was given on the screen of another log is said to have been', async () => {
  let log = 'l';
  const box = new Box(), sent: (string | undefined)[] = []; box.fail = new Error('no line');
  const q = new Queue(opened.db, opened.install, (b) => { sent.push(...b.ops.map((o) => o.under)); return box.send(b); }, clock, () => ({ log, seq: 7 }), () => {});
  await q.append([scan()], 'anna');
  await idle(q);
  assert.deepEqual([...new Set(sent)], [undefined], 'to the box it was given to, nothing is said');
  const again = new Queue(opened.db, opened.install, (b) => { sent.push(...b.ops.map((o) => o.under)); return box.send(b); }, clock, () => ({ log, seq: 7 }), () => {});
  await again.load();
  log = 'another'; box.fail = null; sent.length = 0;
  await again.append([scan()], 'anna');
  await idle(again);
  assert.deepEqual(sent, ['l', undefined], 'also behind a reload');
});
for (const location of ['body.ops[0].under', 'body.ops[0]']) test('a box with earlier software is not told what it cannot read, and nothing is thrown away: ' + location, async () => {
  let log = 'l';
  const box = new Box(); box.fail = new Error('no line');
  const q = new Queue(opened.db, opened.install, async (b) => {
    if (!box.fail && b.ops.some((o) => o.under)) throw new ProblemError({ status: 422, title: 'Unprocessable', errors: [{ location, message: 'is not known' }] });
    return box.send(b);
  }, clock, () => ({ log, seq: 7 }), () => {});
  await q.append([scan(), scan()], 'anna');
  await idle(q);
  log = 'another'; box.fail = null;
  await idle(q);
  assert.deepEqual(box.got.map((o) => [o.n, o.type]), [[1, 'pick.scan'], [2, 'pick.scan']]);
});
test('an operation that no box can take does not keep the others from saying under which log they were given', async () => {
  let log = 'l';
  const box = new Box(), sent: [string, string | undefined][] = []; box.fail = new Error('no line');
  const q = new Queue(opened.db, opened.install, async (b) => {
    if (!box.fail && b.ops.some((o) => o.type === 'bad')) throw new ProblemError({ status: 422, title: 'Unprocessable', errors: [{ location: 'body.ops[0].data', message: 'is too much' }] });
    if (!box.fail) sent.push(...b.ops.map((o) => [o.type, o.under] as [string, string | undefined]));
    return box.send(b);
  }, clock, () => ({ log, seq: 7 }), () => {});
  await q.append([{ ...scan(), type: 'bad' }, scan()], 'anna');
  await idle(q);
  log = 'another'; box.fail = null;
  await idle(q);
  assert.deepEqual(sent.filter(([type]) => type === 'pick.scan').at(-1), ['pick.scan', 'l']);
});
test('a refusal is told once and does not hold up what follows', async () => {
  const box = new Box(); box.refuse.add(1);
  const q = make(box.send);
  await q.append([scan(), scan()], 'anna');
  await idle(q);
  assert.deepEqual(told.map(([op, a]) => [op.n, a.outcome]), [[1, 'refused'], [2, 'accepted']]);
  assert.equal(q.unsent.length, 0);
});
test('what goes into a parcel waits for the parcel’s number, and then names it', async () => {
  const box = new Box(), q = make(box.send);
  const [open] = await q.append([{ type: 'unit.open', order: 'O-1', data: { order: 'O-1' } }], 'anna');
  const unit = newUnit(open!.id);
  await q.append([{ type: 'unit.add', order: 'O-1', data: { unit, line: '1', qty: 1 } }, { type: 'unit.close', order: 'O-1', data: { unit } }], 'anna');
  await idle(q);
  assert.deepEqual(box.got.map((o) => [o.type, (o.data as { unit?: string }).unit ?? '']), [['unit.open', ''], ['unit.add', '095212340000004001'], ['unit.close', '095212340000004001']]);
  await q.append([{ type: 'unit.add', order: 'O-1', data: { unit, line: '2', qty: 1 } }], 'anna');
  await idle(q);
  assert.equal((box.got.at(-1)!.data as { unit: string }).unit, '095212340000004001', 'named late by its old name');
});
test('an operation is kept until stable, and until the board shows it', async () => {
  let seq = 100;
  const box = new Box(), q = make(box.send, () => seq);
  await q.append([scan(), scan()], 'anna');
  await idle(q);
  assert.equal(q.ops.value.length, 2, 'applied is not enough');
  await q.mark({ stable: 1 });
  assert.equal(q.ops.value.length, 2, 'the board is still behind');
  seq = 102;
  await q.mark({ stable: 1 });
  assert.equal(q.ops.value.length, 2, 'the board on the disk is still behind');
  await q.kept({ log: 'l', seq: 102 });
  assert.deepEqual(q.ops.value.map((o) => o.n), [2]);
  const again = make(box.send);
  await again.load();
  assert.deepEqual(again.ops.value.map((o) => o.n), [2]);
});
test('the board is on the disk before an operation it shows is forgotten', async () => {
  let seq = 102;
  const box = new Box(), q = make(box.send, () => seq);
  await q.append([scan(), scan()], 'anna');
  await idle(q);
  await q.kept({ log: 'l', seq: 101 });
  await q.mark({ stable: 2 });
  assert.deepEqual(q.ops.value.map((o) => o.n), [2], 'the second is in no board that is kept');
  seq = 90; // another box: its board on the screen does not show it
  await q.kept({ log: 'l', seq: 102 });
  assert.deepEqual(q.ops.value.map((o) => o.n), [2]);
  seq = 102;
  await q.mark({ stable: 2 });
  assert.deepEqual(q.ops.value, []);
});
test('a box that was set back gets again what it no longer has', async () => {
  const box = new Box(), q = make(box.send);
  await q.append([scan(), scan(), scan()], 'anna');
  await idle(q);
  box.last = 1; box.got = [];
  await q.append([scan()], 'anna');
  await idle(q);
  assert.deepEqual(box.got.map((o) => o.n), [2, 3, 4]);
});
test('a box that begins a new log is shown what is held here, and gets what it lost without a new scan', async () => {
  const box = new Box(), q = make(box.send);
  await q.append([scan(), scan(), scan()], 'anna');
  await idle(q);
  box.last = 1; box.got = [];
  await q.show();
  await idle(q);
  assert.deepEqual(box.got.map((o) => o.n), [2, 3]);
  assert.equal(q.unsent.length, 0);
  box.got = [];
  await q.show();
  await idle(q);
  assert.deepEqual(box.got, []);
});
test('an operation the box cannot read is laid aside with its number, and the rest goes on', async () => {
  const box = new Box();
  const q = make(async (b) => { if (b.ops.some((o) => (o.data as { line?: string }).line === 'bad')) throw new ProblemError({ status: 422, title: 'Unprocessable', errors: [{ location: 'body.ops[0].data.line', message: 'is not a line' }] }); return box.send(b); });
  await q.append([scan(), scan('bad'), scan()], 'anna');
  await idle(q);
  assert.deepEqual(box.got.map((o) => o.type), ['pick.scan', 'app.discarded', 'pick.scan']);
  assert.equal(told.filter(([, a]) => a.refusal?.code === 'unreadable').length, 1);
  assert.equal(q.unsent.length, 0);
});
test('the end of a session keeps everything and sends nothing until somebody signs in', async () => {
  const box = new Box(); box.fail = new ProblemError({ status: 401 });
  const q = make(box.send);
  await q.append([scan()], 'anna');
  await idle(q);
  assert.equal(q.locked.value, true);
  box.fail = null;
  await idle(q);
  assert.equal(box.got.length, 0);
  q.unlock();
  await idle(q);
  assert.equal(box.got.length, 1);
});
test('numbers already used by another memory: the unanswered go on under a new installation', async () => {
  // The old installation's 1 is something else at the box; its 2 is taken with the first batch, under a 409.
  const old = new Box(), fresh = new Box();
  old.last = 1;
  const q = make(async (b) => {
    if (b.install !== opened.install) return fresh.send(b);
    const rest = b.ops.filter((o) => o.n !== 1), reply = rest.length > 0 ? await old.send({ ...b, ops: rest }) : null;
    if (rest.length < b.ops.length) throw new ProblemError({ status: 409 });
    return reply!;
  }, () => 0);
  await q.append([scan('1'), scan('2')], 'anna');
  await idle(q);
  assert.notEqual(q.install, opened.install);
  assert.deepEqual(old.got.map((o) => [o.n, (o.data as { line: string }).line]), [[2, '2']], 'taken once, under its old number');
  assert.deepEqual(fresh.got.map((o) => [o.id, (o.data as { line: string }).line]), [[`${q.install}:1`, '1']]);
});
test('what a box took beside one it could not is answered at once, and not sent again', async () => {
  const old = new Box(), fresh = new Box(), asked: number[][] = [];
  old.last = 1;
  const q = make(async (b) => {
    if (b.install !== opened.install) return fresh.send(b);
    asked.push(b.ops.map((o) => o.n));
    const rest = b.ops.filter((o) => o.n !== 1), taken = rest.length > 0 ? await old.send({ ...b, ops: rest }) : null;
    if (rest.length < b.ops.length) throw new ProblemError({ status: 409, taken });
    return taken!;
  }, () => 0);
  await q.append([scan('1'), scan('2'), scan('3')], 'anna');
  await idle(q);
  assert.deepEqual(asked, [[1, 2, 3], [1]], 'the two that were taken are known to be');
  assert.deepEqual(told.map(([op, a]) => [(op.data as { line: string }).line, a.outcome]), [['2', 'accepted'], ['3', 'accepted'], ['1', 'accepted']]);
  assert.deepEqual(old.got.map((o) => o.n), [2, 3]);
  assert.deepEqual(fresh.got.map((o) => (o.data as { line: string }).line), ['1']);
});
test('another device’s session, or a refusal of the whole request, lays no operation aside', async () => {
  const box = new Box();
  for (const status of [403, 422, 500, 429]) {
    box.fail = new ProblemError({ status, errors: [{ location: 'body.install', message: 'is not yours' }] });
    const q = make(box.send);
    await q.load();
    await q.append([scan()], 'anna');
    await idle(q);
    assert.ok(q.unsent.every((o) => o.type === 'pick.scan'), String(status));
  }
  assert.equal(told.length, 0);
  box.fail = null;
  const q = make(box.send);
  await q.load();
  await idle(q);
  assert.deepEqual(box.got.map((o) => o.n), [1, 2, 3, 4]);
});
test('the installation is minted once, and again with a new memory', async () => {
  const again = await openMemory(null);
  assert.equal(again.install, opened.install);
  assert.equal(again.fresh, false);
  globalThis.indexedDB = new IDBFactory();
  assert.notEqual((await openMemory(null)).install, opened.install);
  assert.match(opened.install, /^hh-[a-z0-9]{12}$/);
});
test('a memory the browser can no longer open is begun anew under a new name, and said', async () => {
  const kept = new Map<string, string>(), names = { getItem: (k: string) => kept.get(k) ?? null, setItem: (k: string, v: string) => void kept.set(k, v) };
  const real = globalThis.indexedDB;
  globalThis.indexedDB = new Proxy(real, { get: (t, p) => (p === 'open' ? (name: string, v?: number) => { if (name === 'picket') throw new Error('Internal error opening backing store'); return t.open(name, v); } : Reflect.get(t, p)) });
  const fresh = await openMemory(names);
  assert.equal(fresh.lost, true);
  assert.notEqual(fresh.install, opened.install);
  const next = await openMemory(names);
  assert.deepEqual([next.lost, next.install], [false, fresh.install]);
});
test('an installation has a key of its own that stays, and another name when its name is somebody else’s', async () => {
  assert.match(opened.key, /^[a-z2-9]{32}$/);
  const box = new Box(); box.fail = new Error('no line');
  const q = make(box.send);
  await q.append([scan(), scan()], 'anna');
  await idle(q);
  const was = q.install;
  await q.anew();
  assert.notEqual(q.install, was);
  assert.deepEqual(q.unsent.map((op) => op.n), [1, 2], 'nothing is lost');
  const again = await openMemory(null);
  assert.equal(again.key, opened.key);
  assert.equal(again.install, q.install);
  globalThis.indexedDB = new IDBFactory();
  assert.notEqual((await openMemory(null)).key, opened.key);
});
test('how far this screen has come is shown to the box, and whether it heard that is known', async () => {
  const box = new Box(), seen: Batch[] = [];
  const q = make((b) => { seen.push(b); return box.send(b); }, () => 57);
  assert.equal(await q.show(), true);
  assert.deepEqual(seen.map((b) => [b.edge, b.ops]), [[{ log: 'l', seq: 57 }, []]]);
  box.fail = new Error('no line');
  q.reached.value = null;
  assert.equal(await q.show(), false);
  await q.append([scan()], 'anna');
  await idle(q);
  assert.equal(await q.show(), false, 'what waits shows it, and cannot be sent');
  box.fail = null;
  assert.equal(await q.show(), true);
  assert.deepEqual(box.got.map((o) => o.n), [1]);
});
