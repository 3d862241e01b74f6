// What others did to an order somebody has in hand: what goes back now, what it is instead. Pure.
import { backQty } from './stops';
import { cancelledOf, wanted } from './tally';
import type { Order, Unit } from './types';

export type Why = 'customer' | 'centre' | 'other' | 'surplus';
export interface Difference { key: 'line' | 'carrier' | 'note' | 'label'; args: Record<string, string | number> }
export type News =
  | { is: 'back'; order: Order; qty: number; why: Why; more: boolean } // more: the rest of it goes on
  | { is: 'gone'; order: Order }
  | { is: 'changed'; order: Order; what: Difference[] };

const cancelled = (o: Order): number => o.lines.reduce((s, l) => s + cancelledOf(l), 0);

/** Why what is to be put back of an order is not wanted. */
export function whyBack(o: Order): Why {
  const cause = o.lines.flatMap((l) => (l.back > 0 ? l.cancelled : []))[0]?.cause;
  return cause === undefined ? 'surplus' : cause === 'customer' || cause === 'centre' ? cause : 'other';
}
/** A parcel's label that was out and is void now, while the parcel stands. */
const voided = (a: Unit, b: Unit): boolean => a.state === 'closed' && b.state === 'closed' && a.labelled && !b.labelled;

/** What is different between two pictures of an order. What an own step changes is the same in both. */
export function differences(a: Order, b: Order): Difference[] {
  const out: Difference[] = [];
  for (const l of b.lines) {
    const was = a.lines.find((x) => x.line === l.line);
    if (was && !l.for && was.qty !== l.qty) out.push({ key: 'line', args: { name: l.name, was: wanted(was), now: wanted(l) } });
  }
  if (a.carrier !== b.carrier || a.service !== b.service) out.push({ key: 'carrier', args: { carrier: [b.carrier, b.service].filter(Boolean).join(' ') } });
  if (a.note !== b.note && b.note) out.push({ key: 'note', args: { note: b.note } });
  for (const u of b.units) { const was = a.units.find((x) => x.unit === u.unit); if (was && voided(was, u)) out.push({ key: 'label', args: { no: u.no } }); }
  return out;
}

/** What whoever has an order in hand is told. mine says which those are, as they were before. */
export function newsOf(before: Order[], after: Order[], mine: (o: Order) => boolean): News[] {
  const out: News[] = [], was = new Map(before.map((o) => [o.id, o]));
  for (const o of after) {
    const a = was.get(o.id);
    if (!a || a === o || !(mine(a) || mine(o))) continue;
    const qty = backQty(o);
    if (qty > backQty(a)) out.push({ is: 'back', order: o, qty, why: whyBack(o), more: o.to_pick > 0 || o.lines.some((l) => l.to_pack > 0) });
    else if (o.state === 'not_served' && a.state !== 'not_served' && cancelled(o) > cancelled(a) && qty === 0) out.push({ is: 'gone', order: o });
    const what = a.coming > 0 ? [] : differences(a, o);
    if (what.length > 0) out.push({ is: 'changed', order: o, what });
  }
  return out;
}
