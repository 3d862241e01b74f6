// The operations of this handheld: saved here first, sent in order, kept until the centre's backup has them.
// NEVER drops an operation that is not stable, NEVER sends out of order, NEVER lets one bad operation block the rest.
import { signal } from '@preact/signals';
import { newUnit, shows } from '../model/replay';
import type { Answer, Draft, Marks, Op, Problem, Reply } from '../model/types';
import { mintInstall, type Db } from './db';

export interface Batch {
  install: string;
  ops: { n: number; id: string; type: string; work: string; seen: number; at: string; under?: string; told?: Op['told']; data: unknown }[];
  edge: { log: string; seq: number };
  have: string[];
  head: number;
}
/** The box answered with a problem: what it said, and how long it wants to be left alone. */
export class ProblemError extends Error {
  constructor(readonly problem: Problem, readonly retryAfterMs = 0) { super(problem.detail || problem.title || String(problem.status)); }
}
export type Send = (b: Batch) => Promise<Reply>;
export interface Clock { now(): Date; later(run: () => void, ms: number): () => void; random(): number }

export const BATCH = 50;
const HAVE_MAX = 100; // enough to say that it is not empty
const SAY_MAX = 100; // of the newest answers: what may still be under way is of one of the last requests
export const BACKOFF_MS = 500;
export const BACKOFF_MAX_MS = 30_000;
const DISCARDED = 'app.discarded'; // a type the box does not know: it refuses it, and the number is used up

/** What the person was told of an operation at first. */
function toldOf({ told, log, answer }: Op): NonNullable<Op['told']> {
  return told ?? { ...(log ? { log } : {}), ...(answer?.outcome === 'refused' ? { refused: true } : {}), ...(answer?.unit ? { unit: answer.unit } : {}) };
}
/** Whether the person was told at first that it is saved. */
const saidSaved = (op: Op): boolean => !!op.answer && !(op.told ? op.told.refused : op.answer.outcome === 'refused');

export class Queue {
  readonly ops = signal<Op[]>([]);
  readonly marks = signal<Marks>({ saved: 0, applied: 0, stable: 0 });
  /** Whether the last attempt reached the box; null before the first. */
  readonly reached = signal<boolean | null>(null);
  /** The session has ended: nothing is sent until somebody signs in. */
  readonly locked = signal(false);
  private running: Promise<void> | null = null;
  private again = false;
  private failures = 0;
  private cancel: (() => void) | null = null;
  private tail: Promise<unknown> = Promise.resolve();
  private disk: { log: string; seq: number } | null = null; // where the board on the disk stands
  private plain = false; // the box does not know what is said beside an operation
  private bare = new Set<string>(); // operations beside which nothing is said, as the box could not take them with it
  private alone = false; // send one at a time, to find the operation the box cannot take
  private taken = new Set<string>(); // whose number the box has for something else

  constructor(
    private db: Db, public install: string, private send: Send, private clock: Clock,
    private position: () => { log: string; seq: number },
    private told: (op: Op, a: Answer) => void, // each answer, once, behind its save
    private exclusive: <T>(run: () => Promise<T>) => Promise<T | undefined> = (run) => run(),
  ) {}

  /** Reads what is kept. Call once, and again when another page of this app wrote. */
  async load(): Promise<void> {
    this.install = ((await this.db.get('meta', 'install')) as string | undefined) ?? this.install;
    const all = await this.db.getAll('ops', IDBKeyRange.bound([this.install, 0], [this.install, Infinity]));
    this.ops.value = all;
    const marks = (await this.db.get('meta', 'marks')) as Marks | undefined;
    if (marks) this.marks.value = marks;
  }

  get unsent(): Op[] { return this.ops.value.filter((op) => !op.answer); }

  /** One writer at a time: what is appended while an answer is written down must see that answer. */
  private turn<T>(run: () => Promise<T>): Promise<T> {
    const mine = this.tail.then(run);
    this.tail = mine.catch(() => undefined);
    return mine;
  }

  /** Saves operations on this handheld: numbers them and returns when the disk has them. */
  async append(drafts: Draft[], user: string): Promise<Op[]> {
    const out = await this.turn(() => this.write(drafts, user));
    void this.drain();
    return out;
  }
  private async write(drafts: Draft[], user: string): Promise<Op[]> {
    const { seq, log } = this.position();
    const tx = this.db.transaction(['meta', 'ops'], 'readwrite', { durability: 'strict' });
    const meta = tx.objectStore('meta'), store = tx.objectStore('ops');
    this.install = ((await meta.get('install')) as string | undefined) ?? this.install;
    let n = ((await meta.get('next')) as number | undefined) ?? 1;
    const at = this.clock.now().toISOString();
    const out: Op[] = [];
    for (const d of drafts) {
      const op: Op = { install: this.install, n, id: `${this.install}:${n}`, type: d.type, work: 'order/' + d.order, seen: seq, ...(log ? { under: log } : {}), at, user, data: this.numbered(d.data) };
      n++;
      await store.put(op);
      out.push(op);
    }
    await meta.put(n, 'next');
    await tx.done;
    this.ops.value = [...this.ops.value, ...out];
    return out;
  }

  /** A parcel named before the box had numbered it, by its number now that there is one. */
  private numbered(data: Record<string, unknown>): Record<string, unknown> {
    const opener = this.ops.value.find((op) => op.answer?.unit && newUnit(op.id) === data.unit);
    return opener ? { ...data, unit: opener.answer!.unit } : data;
  }

  /** Sends what waits. Calls while one runs make it look once more; a failure tries again by itself, later. */
  drain(): Promise<void> {
    if (this.running) { this.again = true; return this.running; }
    this.cancel?.(); this.cancel = null;
    this.running = this.exclusive(() => this.run()).then(() => undefined, () => undefined).finally(() => {
      this.running = null;
      if (this.again) { this.again = false; void this.drain(); }
    });
    return this.running;
  }
  /** Forgets the waiting time: the line is back, or somebody signed in. */
  wake(): void { this.failures = 0; void this.drain(); }
  unlock(): void { this.locked.value = false; this.wake(); }

  /** The highest number given here, as far as it is kept. */
  private get head(): number { return this.ops.value.at(-1)?.n ?? 0; }

  /**
   * The box begins a new log, or has less of the old one than was seen here: it is shown what this handheld holds and how
   * far it has come, and asks for what it no longer has. True when it said something to it.
   */
  async show(): Promise<boolean> {
    let said = false;
    await this.exclusive(async () => {
      if (this.unsent.length > 0 || this.locked.value) return; // what waits is sent now, and shows it
      try {
        const reply = await this.send({ install: this.install, edge: this.position(), have: [], head: this.head, ops: [] });
        said = true;
        await this.turn(() => this.take(reply));
      } catch { /* the next operation shows it as well */ }
    });
    await this.drain();
    return said || !this.locked.value && this.reached.value === true;
  }

  /**
   * Another start of the box: its file may have been put back since it answered, and a second copy of what it answered may have come
   * behind that, and been refused. Neither end would see it, so it is told once what is not stable and was called saved. It knows all of
   * that and changes nothing, unless it answers otherwise: then the desk there has a case, and the person here reads it.
   */
  async say(start: string): Promise<void> {
    if (start === '' || this.locked.value) return;
    await this.exclusive(async () => {
      if ((await this.db.get('meta', 'said')) === start) return;
      const saved = this.ops.value.filter((op) => op.n > this.marks.value.stable && saidSaved(op)).slice(-SAY_MAX);
      if (saved.length > 0) {
        try {
          const reply = await this.send({
            install: this.install, edge: this.position(), have: this.beside([]), head: this.head,
            ops: saved.map((op) => ({ n: op.n, id: op.id, type: op.type, work: op.work, seen: op.seen, at: op.at, data: op.data, told: toldOf(op) })),
          });
          const told = [...await this.turn(() => this.take(reply)), ...await this.turn(() => this.otherwise(reply))];
          for (const [op, a] of told) this.told(op, a);
        } catch { return; } // the next look at the board says it again
      }
      await this.db.put('meta', start, 'said');
    });
    await this.drain();
  }
  /** What was called saved, and is refused by the box that has it now. */
  private async otherwise(reply: Reply): Promise<[Op, Answer][]> {
    const refused = new Map((reply.answers ?? []).filter((a) => a.outcome === 'refused').map((a) => [a.id, a]));
    const out: [Op, Answer][] = [];
    for (const op of this.ops.value) {
      const a = refused.get(op.id);
      if (a && op.answer && op.answer.outcome !== 'refused') out.push([{ ...op, told: toldOf(op), answer: a, ...(reply.edge?.log ? { log: reply.edge.log } : {}) }, a]);
    }
    if (out.length === 0) return out;
    const tx = this.db.transaction('ops', 'readwrite', { durability: 'strict' });
    for (const [op] of out) await tx.store.put(op);
    await tx.done;
    const now = new Map(out.map(([op]) => [op.id, op]));
    this.ops.value = this.ops.value.map((op) => now.get(op.id) ?? op);
    return out;
  }

  private async run(): Promise<void> {
    while (!this.locked.value) {
      const batch = this.next();
      if (batch.length === 0) {
        if (this.taken.size === 0) return;
        await this.turn(() => this.renumber(this.unsent));
        continue;
      }
      try {
        const edge = this.position();
        const reply = await this.send({
          install: this.install, edge, have: this.beside(batch), head: this.head,
          // Given on the screen of another log, it may have been taken by a box that is lost: this one is told so.
          ops: batch.map(({ n, id, type, work, seen, at, data, told, under }) => ({ n, id, type, work, seen, at, data, ...(told ? { told } : {}), ...(under && under !== edge.log && !this.plain && !this.bare.has(id) ? { under } : {}) })),
        });
        this.reached.value = true;
        const before = this.unsent.length;
        const told = await this.turn(() => this.take(reply));
        for (const [op, a] of told) this.told(op, a);
        if (this.unsent.length >= before && reply.recovering) { this.retry(0); return; } // it asks the centre first
        if (this.unsent.length >= before && reply.expect === undefined) throw new Error('the box answered none of them');
        this.failures = 0;
        this.alone = this.taken.size > 0;
      } catch (e) {
        if (e instanceof ProblemError && await this.troubled(e, batch)) continue;
        if (!(e instanceof ProblemError)) this.reached.value = false;
        if (!this.locked.value) this.retry(e instanceof ProblemError ? e.retryAfterMs : 0);
        return;
      }
    }
  }
  private retry(atLeast: number): void {
    this.failures++;
    const cap = Math.min(BACKOFF_MAX_MS, BACKOFF_MS * 2 ** Math.min(this.failures, 10));
    this.cancel?.();
    this.cancel = this.clock.later(() => void this.drain(), Math.max(atLeast, cap / 2 + (this.clock.random() * cap) / 2));
  }

  /** What stays here behind a batch: while that is something, no count may take this handheld for empty. */
  private beside(batch: Op[]): string[] {
    return this.unsent.filter((op) => !batch.includes(op)).slice(0, HAVE_MAX).map((op) => op.id);
  }

  /** The next to send: in order, and none that names a parcel whose number is still asked for. */
  private next(): Op[] {
    const out: Op[] = [];
    const asked = new Set<string>();
    for (const op of this.unsent) {
      if (this.taken.has(op.id)) continue;
      if (asked.has(String(op.data.unit ?? ''))) break;
      if (op.type === 'unit.open') asked.add(newUnit(op.id));
      out.push(op);
      if (out.length >= (this.alone ? 1 : BATCH)) break;
    }
    return out;
  }

  /** What the box said, written down before anybody is told. */
  private async take(reply: Reply): Promise<[Op, Answer][]> {
    const answers = new Map((reply.answers ?? []).map((a) => [a.id, a]));
    const marks = { saved: reply.saved ?? 0, applied: reply.applied ?? 0, stable: reply.stable ?? 0 };
    const fresh: [Op, Answer][] = [];
    const named = new Map<string, string>();
    let lost = false;
    let ops = this.ops.value.map((op) => {
      const a = answers.get(op.id);
      if (!a || op.answer) return op;
      if (a.unit) named.set(newUnit(op.id), a.unit);
      const next: Op = { ...op, answer: a, ...(reply.edge?.log ? { log: reply.edge.log } : {}) };
      fresh.push([next, a]);
      return next;
    });
    if (named.size > 0) ops = ops.map((op) => (named.has(String(op.data.unit)) ? { ...op, data: { ...op.data, unit: named.get(String(op.data.unit)) } } : op));
    if (reply.expect !== undefined) {
      const first = ops[0]?.n, want = reply.expect;
      const due = ops.find((op) => !op.answer)?.n;
      // While the box has not heard from the centre what it lost, nothing is given a new name.
      if (first !== undefined && want < first) lost = !reply.recovering;
      else if (due !== undefined && want > due) lost = true;
      // The box was set back: what it answered beyond this, it no longer has. It is here still: send it again.
      else ops = ops.map((op) => { if (op.n < want || !op.answer) return op; const { answer, ...rest } = op; return { ...rest, told: toldOf(op) }; });
    }
    const changed = ops.filter((op, i) => op !== this.ops.value[i]);
    const tx = this.db.transaction(['ops', 'meta'], 'readwrite', { durability: 'strict' });
    for (const op of changed) await tx.objectStore('ops').put(op);
    await tx.objectStore('meta').put(marks, 'marks');
    await tx.done;
    this.ops.value = ops;
    this.marks.value = marks;
    await this.forget(marks.stable);
    if (lost) await this.renumber(this.unsent);
    return fresh;
  }

  /** Marks that came by the live line. */
  async mark(m: Partial<Marks>): Promise<void> {
    const next = { ...this.marks.value, ...m };
    const old = this.marks.value;
    if (next.saved !== old.saved || next.applied !== old.applied || next.stable !== old.stable) this.marks.value = next;
    if (this.forgettable(next.stable).length > 0) await this.turn(() => this.forget(next.stable));
  }
  /** The board on the disk stands here now: what it shows, and the one on the screen shows too, may be forgotten. */
  async kept(at: { log: string; seq: number }): Promise<void> {
    this.disk = at;
    if (this.forgettable(this.marks.value.stable).length > 0) await this.turn(() => this.forget(this.marks.value.stable));
  }
  /** Stable, and in the board, also in the one on the disk: behind a restart without a line the screen needs it from there. */
  private forgettable(stable: number): Op[] {
    const at = this.position(), saved = this.marks.value.saved, disk = this.disk;
    return disk ? this.ops.value.filter((op) => op.n <= stable && shows(at, op, saved) && shows(disk, op, saved)) : [];
  }
  private async forget(stable: number): Promise<void> {
    const done = this.forgettable(stable);
    if (done.length === 0) return;
    const tx = this.db.transaction('ops', 'readwrite');
    for (const op of done) await tx.store.delete([op.install, op.n]);
    await tx.done;
    this.ops.value = this.ops.value.filter((op) => !done.some((d) => d.id === op.id));
  }

  /** A problem answer: true when sending can go on at once. */
  private async troubled(e: ProblemError, batch: Op[]): Promise<boolean> {
    const status = e.problem.status;
    this.reached.value = status < 500;
    // 403: the session is another device's, or another page's. It says nothing of the operations.
    if (status === 401 || status === 403) { this.locked.value = true; return false; }
    if (e.problem.taken) {
      // One of the batch was no good; the box took others all the same, and says what became of them.
      const answered = await this.turn(() => this.take(e.problem.taken!));
      for (const [op, a] of answered) this.told(op, a);
    }
    if (![400, 409, 413, 422].includes(status)) return false;
    if (!this.plain && e.problem.errors?.some((x) => x.location.endsWith('.under'))) {
      this.plain = true; // a box with earlier software, put in the place of a lost one, knows no such word
      return true;
    }
    if (batch.length > 1) { this.alone = true; return true; }
    if (status === 409) {
      // Others of the batch may have been taken though this one was not: each is asked for by itself first.
      this.taken.add(batch[0]!.id);
      this.alone = true;
      return true;
    }
    if (status !== 413 && !e.problem.errors?.some((x) => x.location.startsWith('body.ops'))) return false;
    const op = batch[0]!;
    if (status !== 413 && op.under && op.under !== this.position().log && !this.plain && !this.bare.has(op.id)) {
      this.bare.add(op.id); // before it is laid aside
      return true;
    }
    if (op.type === DISCARDED) return false;
    const why = e.problem.errors?.map((x) => x.message).join('; ') || e.problem.detail || e.problem.title || '';
    const husk: Op = { ...op, type: DISCARDED, data: { was: op.type } };
    await this.turn(async () => {
      const tx = this.db.transaction('ops', 'readwrite', { durability: 'strict' });
      await tx.store.put(husk);
      await tx.done;
      this.ops.value = this.ops.value.map((x) => (x.id === op.id ? husk : x));
    });
    this.told(op, { id: op.id, n: op.n, outcome: 'refused', seq: 0, refusal: { code: 'unreadable', args: { why }, words: why } });
    return true;
  }

  /** This name is another handheld's at the box: what waits here goes on under a new one. */
  anew(): Promise<void> { return this.turn(() => this.renumber(this.unsent)); }

  /**
   * The box knows other operations under these numbers (this memory was set back, or the box lost what it had
   * called stable): the ones not yet answered go on under a new installation. Answered ones stay as they are.
   */
  private async renumber(ops: Op[]): Promise<void> {
    const install = mintInstall();
    const tx = this.db.transaction(['ops', 'meta'], 'readwrite', { durability: 'strict' });
    const store = tx.objectStore('ops');
    const renamed = new Map<string, string>();
    const moved: Op[] = [];
    for (const [i, op] of ops.entries()) {
      const id = `${install}:${i + 1}`;
      renamed.set(newUnit(op.id), newUnit(id));
      const unit = renamed.get(String(op.data.unit ?? ''));
      const next: Op = { ...op, install, n: i + 1, id, data: unit ? { ...op.data, unit } : op.data };
      await store.delete([op.install, op.n]);
      await store.put(next);
      moved.push(next);
    }
    await tx.objectStore('meta').put(install, 'install');
    await tx.objectStore('meta').put(ops.length + 1, 'next');
    await tx.objectStore('meta').put({ saved: 0, applied: 0, stable: 0 }, 'marks');
    await tx.done;
    this.taken.clear();
    this.alone = false;
    this.install = install;
    this.marks.value = { saved: 0, applied: 0, stable: 0 };
    this.ops.value = moved;
  }
}
