// The board: this handheld's copy of the box's open work. Pure.
import { derive } from './tally';
import type { Board, Delta, Device, Item, Job, Line, Link, Order, Papers, Printer, Unit } from './types';

type Raw = Record<string, any>;
const list = (v: unknown): any[] => (Array.isArray(v) ? v : []);
const text = (v: unknown): string => (typeof v === 'string' ? v : v == null ? '' : String(v));
const count = (v: unknown): number => (typeof v === 'number' && Number.isFinite(v) ? v : 0);

function line(r: Raw): Line {
  const l: Line = {
    line: text(r.line), sku: text(r.sku), name: text(r.name) || text(r.sku), tell: text(r.tell), picture: text(r.picture),
    gtins: list(r.gtins).map(text), qty: count(r.qty), picked: count(r.picked), to_pick: count(r.to_pick), loose: count(r.loose),
    short: count(r.short), shorts: list(r.shorts), declined: count(r.declined), bin: text(r.bin), aisle: text(r.aisle),
    level: count(r.level), side: text(r.side), bins: list(r.bins).map((b) => ({ bin: text(b.bin), on_hand: count(b.on_hand) })),
    accepted: !!r.accepted, cancelled: list(r.cancelled).map((c) => ({ cause: text(c.cause), qty: count(c.qty) })), substituted: count(r.substituted),
    for: text(r.for), staged: count(r.staged), told: count(r.told), handed: count(r.handed), returned: count(r.returned), to_pack: 0, back: 0,
  };
  derive(l);
  return l;
}
function unit(r: Raw): Unit {
  return {
    unit: text(r.unit), no: count(r.no), carton: text(r.carton), state: r.state ?? 'open', weight_g: count(r.weight_g),
    contents: list(r.contents).map((c) => ({ line: text(c.line), sku: text(c.sku), qty: count(c.qty), got: count(c.got) })), labelled: !!r.labelled,
    in: text(r.in), missed: !!r.missed, received: !!r.received, why: text(r.why),
  };
}
function job(r: Raw): Job {
  return {
    id: text(r.id), doc: r.doc, unit: text(r.unit), copy: count(r.copy), reason: text(r.reason), station: text(r.station),
    state: r.state ?? 'pending', reasons: list(r.reasons).map(text), printer: text(r.printer), tries: count(r.tries), no: count(r.no),
  };
}

/** An order off the wire, with every list a list: an absent list means an empty one. */
export function readOrder(v: unknown): Order {
  const r = (v ?? {}) as Raw;
  return {
    id: text(r.id), number: text(r.number) || text(r.id), flow: text(r.flow), due: readTime(r.due), priority: count(r.priority),
    carrier: text(r.carrier), service: text(r.service), note: text(r.note), state: r.state ?? 'new', picker: text(r.picker),
    started: !!r.started, finished: !!r.finished, qty: count(r.qty), to_pick: count(r.to_pick), seq: count(r.seq),
    lines: list(r.lines).map(line), units: list(r.units).map(unit), jobs: list(r.jobs).map(job),
    mode: text(r.mode), source: text(r.source), hold: text(r.hold), not_before: readTime(r.not_before), taken_back: !!r.taken_back, twice: !!r.twice,
    coming: count(r.coming), paper: text(r.paper), needs_permit: !!r.needs_permit,
  };
}
/** A time, or '' for none (Go's zero time means none). */
export function readTime(v: unknown): string {
  const s = text(v);
  return s === '' || s.startsWith('0001-') ? '' : s;
}
export function readItem(v: unknown): Item {
  const r = (v ?? {}) as Raw;
  return { sku: text(r.sku), name: text(r.name) || text(r.sku), tell: text(r.tell), picture: text(r.picture), gtins: list(r.gtins).map(text), weight_g: count(r.weight_g) };
}
export function readPrinter(v: unknown): Printer {
  const r = (v ?? {}) as Raw;
  return { id: text(r.id), name: text(r.name) || text(r.id), state: r.state ?? 'offline', reasons: list(r.reasons).map(text), words: text(r.words), waiting: count(r.waiting), at: readTime(r.at), stopped: text(r.stopped).replace(/[.\s]+$/, ''), elsewhere: text(r.elsewhere), stations: list(r.stations).map(text) };
}
export function readDevice(v: unknown): Device {
  const r = (v ?? {}) as Raw;
  return { id: text(r.id), name: text(r.name) || text(r.id), kind: r.kind === 'scale' ? 'scale' : 'scanner', station: text(r.station), state: r.state === 'ready' ? 'ready' : 'away', reason: text(r.reason), words: text(r.words), hint: text(r.hint), since: readTime(r.since) };
}
/** Of the board's other rows, those that have papers: carriers' lists and returns. */
const PAPERS = { manifests: 'manifest', returns: 'return' } as const;
function readPapers(rows: unknown): Papers[] {
  const by = (rows ?? {}) as Record<string, unknown>;
  return (Object.keys(PAPERS) as (keyof typeof PAPERS)[]).flatMap((k) => list(by[k]).map((v): Papers => {
    const r = (v ?? {}) as Raw;
    return { of: PAPERS[k], id: text(r.id), called: text(r.number) || text(r.rma) || text(r.id), jobs: list(r.jobs).map(job) };
  }));
}
const paperKey = (p: Papers): string => `${p.of}/${p.id}`;
export function readLink(v: unknown): Link {
  const r = (v ?? {}) as Raw;
  return { up: !!r.up, since: readTime(r.since), unsent: count(r.unsent), oldest: readTime(r.oldest), head: count(r.head), acked: count(r.acked), blocked: text(r.blocked), replaced: !!r.replaced,
    recovering: r.recovering ? { left: count(r.recovering.left), of: count(r.recovering.of) } : null, skew: count(r.skew) };
}
/** A whole board off the wire. */
export function readBoard(v: unknown): Board {
  const r = (v ?? {}) as Raw;
  return {
    log: text(r.log), seq: count(r.seq), start: text(r.start), now: text(r.now),
    site: { id: text(r.site?.id), name: text(r.site?.name) || text(r.site?.id), zone: text(r.site?.zone) },
    orders: list(r.orders).map(readOrder), items: list(r.items).map(readItem), printers: list(r.printers).map(readPrinter), devices: list(r.devices).map(readDevice), papers: readPapers(r.rows),
    link: readLink(r.link), reasons: { short: list(r.reasons?.short).map(text), decline: list(r.reasons?.decline).map(text) },
  };
}
/** How many of this handheld's own operations a board shows; 0 where the box does not say. */
export const readSaved = (v: unknown): number => count(((v ?? {}) as Raw).mine?.saved);

/** Whether a delta goes on from this board: not in another log, nor at a box that was started again, whose file may have been put back. */
export const follows = (b: Board, d: Delta): boolean => d.log === b.log && (d.start ?? '') === (b.start ?? '');
/** Whether a board takes the place of the one here. A delta may have overtaken its answer. */
export const replaces = (had: Board, b: Board): boolean => had.log !== b.log || (had.start ?? '') !== b.start || b.seq >= had.seq;
/** Whether a box has less of this log than was seen here, since it was started again: its file is an older copy. */
export const older = (had: Board, b: Board): boolean => had.log === b.log && !!b.start && (had.start ?? '') !== b.start && b.seq < had.seq;

function merge<T>(old: T[], fresh: T[], key: (t: T) => string): T[] {
  if (fresh.length === 0) return old;
  const by = new Map(fresh.map((t) => [key(t), t]));
  const out = old.map((t) => { const k = key(t); const n = by.get(k); by.delete(k); return n ?? t; });
  return out.concat([...by.values()]);
}

/** The board after a delta. A delta that is not newer changes nothing but printers and link, which carry no seq. */
export function applyDelta(b: Board, d: Delta): Board {
  const next: Board = { ...b, printers: merge(b.printers, list(d.printers).map(readPrinter), (p) => p.id), devices: merge(b.devices ?? [], list(d.devices).map(readDevice), (p) => p.id), link: d.link ? readLink(d.link) : b.link };
  if (d.seq < b.seq) return next;
  const gone = new Set(list(d.gone).map(text));
  next.orders = merge(b.orders, list(d.orders).map(readOrder), (o) => o.id).filter((o) => !gone.has(o.id));
  next.items = merge(b.items, list(d.items).map(readItem), (i) => i.sku);
  const left = new Set((Object.keys(PAPERS) as (keyof typeof PAPERS)[]).flatMap((k) => list(d.left?.[k]).map((id) => `${PAPERS[k]}/${text(id)}`)));
  next.papers = merge(b.papers ?? [], readPapers(d.rows), paperKey).filter((p) => !left.has(paperKey(p)));
  next.seq = d.seq;
  if (d.now) next.now = d.now;
  return next;
}

/** What is due first, then what matters more, then by number. Orders without a due time come last. */
export function byDue(a: Order, b: Order): number {
  const da = a.due ? Date.parse(a.due) : Infinity, db = b.due ? Date.parse(b.due) : Infinity;
  if (da !== db) return da < db ? -1 : 1;
  return b.priority - a.priority || (a.number < b.number ? -1 : a.number > b.number ? 1 : 0);
}
const OVER: ReadonlySet<string> = new Set(['shipped', 'shipped_with_exceptions', 'not_served', 'handed_over', 'handed_over_with_exceptions']);
export const isOpen = (o: Order): boolean => !OVER.has(o.state);
