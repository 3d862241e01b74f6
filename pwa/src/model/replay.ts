// What a person did and the board does not show yet, laid over the board. It foretells the box's answer for
// the screen only: the box decides, and its word replaces this one. Pure.
import { stateOf, surplus, tally, wanted } from './tally';
import type { Job, Line, Op, Order, Unit } from './types';

/** The id a parcel has on this handheld until the box has numbered it. */
export const newUnit = (op: string): string => 'new:' + op;
export const isNewUnit = (unit: string): boolean => unit.startsWith('new:');

function copy(o: Order): Order {
  return {
    ...o, lines: o.lines.map((l) => ({ ...l, shorts: l.shorts.slice() })), // what is never pushed to is shared
    units: o.units.map((u) => ({ ...u, contents: u.contents.map((c) => ({ ...c })) })), jobs: o.jobs.map((j) => ({ ...j })),
  };
}
function put(u: Unit, line: string, sku: string, qty: number): void {
  const at = u.contents.find((c) => c.line === line);
  if (at) at.qty += qty; else u.contents.push({ line, sku, qty, got: 0 });
  u.contents = u.contents.filter((c) => c.qty > 0);
}
function request(o: Order, op: Op, index: number, unit: string, doc: Job['doc'], reason: string): void {
  for (const j of o.jobs) if (j.unit === unit && j.doc === doc && j.state === 'unknown') j.state = 'canceled';
  const copies = o.jobs.filter((j) => j.unit === unit && j.doc === doc && j.tries > 0).map((j) => j.copy);
  o.jobs.push({ id: `${op.id}/${index}`, doc, unit, copy: Math.max(0, ...copies) + 1, reason, station: '', state: 'pending', reasons: [], printer: '', tries: 0, no: 0 });
}

/** The order this operation is about, from the order it names or the parcel or job it names. */
export function concerns(o: Order, op: Op): boolean {
  const d = op.data as { order?: string; unit?: string; job?: string };
  if (op.work === 'order/' + o.id || d.order === o.id) return true;
  return (!!d.unit && o.units.some((u) => u.unit === d.unit)) || (!!d.job && o.jobs.some((j) => j.id === d.job));
}

/** The order after these operations, each taken as accepted. The one handed in is not changed. */
export function replay(order: Order, ops: Op[]): Order {
  if (ops.length === 0) return order;
  const o = copy(order);
  for (const op of ops) step(o, op);
  for (const l of o.lines) tally(o, l);
  o.to_pick = o.lines.reduce((s, l) => s + l.to_pick, 0);
  o.state = stateOf(o);
  return o;
}

/** Units go from the tote into a bin. What stood in for another item leaves that to be picked again; what nobody wants just goes. */
function undo(o: Order, l: Line, qty: number): void {
  const of = l.for ? o.lines.find((x) => x.line === l.for) : undefined;
  if (of && surplus(l) === 0) { of.substituted -= qty; l.qty -= qty; }
  l.picked -= qty;
  o.finished = false;
}
/** What was picked in vain goes into a bin: first what lies loose, then what stands on the shelf for its customer. */
function back(o: Order, l: Line, qty: number): void {
  tally(o, l);
  const shelf = Math.max(0, qty - Math.max(0, l.loose));
  l.picked -= qty;
  l.staged -= shelf;
}

function step(o: Order, op: Op): void {
  const d = op.data as Record<string, any>;
  const l = o.lines.find((x) => x.line === d.line);
  const u = o.units.find((x) => x.unit === d.unit);
  switch (op.type) {
    case 'pick.start':
      for (const x of o.lines) if (wanted(x) > 0) x.accepted = true;
      o.started = true; o.picker = op.user; break;
    case 'pick.scan': if (l) l.picked += d.qty; break;
    case 'pick.undo': if (l) undo(o, l, d.qty); break;
    case 'putback.confirm': if (l) back(o, l, d.qty); break;
    case 'pick.short': if (l) { l.short += d.qty; l.shorts.push({ reason: d.reason, qty: d.qty }); } break;
    case 'pick.finish': o.finished = true; break;
    case 'order.decline':
      for (const x of o.lines) if (!d.lines?.length || d.lines.includes(x.line)) { tally(o, x); x.declined += x.to_pick; tally(o, x); }
      break;
    case 'unit.open': {
      const id = op.answer?.unit ?? newUnit(op.id);
      if (!o.units.some((x) => x.unit === id)) o.units.push({ unit: id, no: o.units.length + 1, carton: d.carton ?? '', state: 'open', weight_g: 0, contents: [], labelled: false, in: '', missed: false, received: false, why: '' });
      break;
    }
    case 'unit.add': if (u) put(u, d.line, l?.sku ?? d.sku ?? '', d.qty); break;
    case 'unit.take': if (u) put(u, d.line, l?.sku ?? '', -d.qty); break;
    case 'unit.close': if (u?.state === 'open') {
      u.state = 'closed'; u.weight_g = d.weight_g ?? 0;
      request(o, op, 1, u.unit, 'shipping_label', '');
    } break;
    case 'unit.void': if (u) {
      u.state = 'void'; u.labelled = false; u.in = '';
      for (const x of o.units) if (x.in === u.unit) x.in = '';
      for (const j of o.jobs) if (j.unit === u.unit) j.state = 'canceled';
    } break;
    case 'label.request': request(o, op, 0, d.unit, d.doc, d.reason ?? ''); break;
    case 'label.void': if (u) {
      u.labelled = false;
      for (const j of o.jobs) if (j.unit === u.unit && j.doc === 'shipping_label') j.state = 'canceled';
    } break;
    case 'label.printed': {
      const j = o.jobs.find((x) => x.id === d.job);
      if (j) { j.state = 'completed'; j.reasons = []; const of = o.units.find((x) => x.unit === j.unit); if (of && j.doc === 'shipping_label') of.labelled = true; }
      break;
    }
    case 'handover': if (u && op.answer) for (const x of o.units) if (x === u || x.in === u.unit && (x.state === 'open' || x.state === 'closed')) x.state = 'departed';
      break; // irrevocable: shown when the box has said yes, never before
  }
}

/**
 * Whether a board shows what an answered operation came to. A place in another log (of a box that was put back, or
 * replaced) says nothing here: it is in the board when this box has its number.
 */
export function shows(board: { log?: string; seq: number }, op: Op, saved: number): boolean {
  if (!op.answer) return false;
  return op.answer.seq <= board.seq || !!op.log && !!board.log && op.log !== board.log && op.n <= saved;
}

/**
 * The operations the board does not show yet: unanswered, or answered behind what the board has seen. The live
 * line may overtake an answer: an operation the box has saved, whose order changed since it was made, is in.
 */
export function pending(ops: Op[], board: { log?: string; seq: number; orders: Order[] }, saved: number): Op[] {
  return ops.filter((op) => {
    if (op.answer) return op.answer.outcome !== 'refused' && !shows(board, op, saved);
    if (op.n > saved) return true;
    const o = board.orders.find((x) => concerns(x, op));
    return !o || o.seq <= op.seen;
  });
}
