// The walk through one order: which stop is next, and what a scan means there. Pure.
import type { Code } from '../scan/codes';
import { wanted } from './tally';
import type { Item, Line, Order, Unit } from './types';

/** What the person at this handheld chose for a line: later, or another bin. */
export interface Choice { skipped?: number; bin?: string }
export type Choices = Record<string, Choice>; // by line

/** The lines still to pick, in walk order; skipped ones come back at the end, in the order they were skipped. */
export function stops(o: Order, choices: Choices = {}): Line[] {
  const open = o.lines.filter((l) => l.to_pick > 0);
  const skipped = (l: Line) => choices[l.line]?.skipped ?? 0;
  return open.map((l, i) => ({ l, i })).sort((a, b) => skipped(a.l) - skipped(b.l) || a.i - b.i).map((x) => x.l);
}
export const binOf = (l: Line, choices: Choices = {}): string => choices[l.line]?.bin ?? l.bin;
/** Where else the book has this item. */
export const elsewhere = (l: Line, bin: string) => l.bins.filter((b) => b.bin !== bin && b.on_hand > 0);

export type Verdict =
  | { kind: 'good'; line: Line }
  | { kind: 'bin'; bin: string }
  | { kind: 'wrong_bin'; bin: string; want: string }
  | { kind: 'wrong'; got: Item; want: Line | null }
  | { kind: 'surplus'; line: Line; qty: number }
  | { kind: 'unknown'; code: string; want: Line | null }
  | { kind: 'parcel'; sscc: string };

/** How bins are named where nobody says otherwise. */
const BIN = /^[A-Z]{1,2}-\d{2}-\d{1,2}-\d{1,2}$/i;
const same = (a: string, b: string) => a.toUpperCase() === b.toUpperCase();
function fits(code: Code, x: { sku: string; gtins: string[] }): boolean {
  return code.gtins.some((g) => x.gtins.includes(g)) || same(code.plain, x.sku);
}
function judge(code: Code, o: Order, at: Line | null, left: (l: Line) => number, had: (l: Line) => number, items: Item[]): Verdict {
  if (code.sscc) return { kind: 'parcel', sscc: code.sscc };
  const hits = o.lines.filter((l) => fits(code, l));
  const wants = (at && hits.includes(at) && left(at) > 0 ? at : undefined) ?? hits.find((l) => left(l) > 0);
  if (wants) return { kind: 'good', line: wants };
  if (hits[0]) return { kind: 'surplus', line: hits[0], qty: hits.reduce((s, l) => s + had(l), 0) };
  const got = items.find((i) => fits(code, i));
  return got ? { kind: 'wrong', got, want: at } : { kind: 'unknown', code: code.plain, want: at };
}

/** What a scan means during a pick. at is the stop on the screen; its item goes before others of the same order. */
export function judgePick(code: Code, o: Order, at: Line | null, bin: string, items: Item[]): Verdict {
  if (at && same(code.plain, bin)) return { kind: 'bin', bin };
  const other = o.lines.find((l) => same(code.plain, l.bin) || l.bins.some((b) => same(code.plain, b.bin)));
  if (at && (other || BIN.test(code.plain))) return { kind: 'wrong_bin', bin: code.plain, want: bin };
  return judge(code, o, at, (l) => l.to_pick, (l) => l.picked, items);
}
/** What a scan means at packing: an item goes into the open parcel while any of it is picked and loose. */
export function judgePack(code: Code, o: Order, items: Item[]): Verdict {
  const first = o.lines.find((l) => l.to_pack > 0) ?? null;
  return judge(code, o, first, (l) => l.to_pack, (l) => l.picked, items);
}

/** The lines of which something was picked in vain, in walk order. */
export const backs = (o: Order): Line[] => o.lines.filter((l) => l.back > 0);

export type BackVerdict =
  | { kind: 'good'; line: Line }
  | { kind: 'bin'; bin: string }
  | { kind: 'shelf'; bin: string } // another one than the screen says: the goods may lie there as well
  | { kind: 'keep'; line: Line }
  | { kind: 'wrong'; got: Item; want: Line | null }
  | { kind: 'unknown'; code: string };

/** What a scan means while goods go back: an item is one unit that lies on the shelf again, a shelf's code says on which. */
export function judgeBack(code: Code, o: Order, at: Line | null, bin: string, items: Item[]): BackVerdict {
  if (bin && same(code.plain, bin)) return { kind: 'bin', bin };
  const known = o.lines.flatMap((l) => [l.bin, ...l.bins.map((b) => b.bin)]).find((b) => b && same(code.plain, b));
  if (known || BIN.test(code.plain)) return { kind: 'shelf', bin: known ?? code.plain.toUpperCase() };
  const hits = o.lines.filter((l) => fits(code, l));
  const goes = (at && hits.includes(at) && at.back > 0 ? at : undefined) ?? hits.find((l) => l.back > 0);
  if (goes) return { kind: 'good', line: goes };
  if (hits[0]) return { kind: 'keep', line: hits[0] };
  const got = items.find((i) => fits(code, i));
  return got ? { kind: 'wrong', got, want: at } : { kind: 'unknown', code: code.plain };
}

/** The parcel goods go into now. */
export const openUnit = (o: Order): Unit | undefined => o.units.find((u) => u.state === 'open');
export const looseQty = (o: Order): number => o.lines.reduce((s, l) => s + l.to_pack, 0);
export const inUnit = (u: Unit): number => u.contents.reduce((s, c) => s + c.qty, 0);
/** Which copy of its label counts, when more than one may be about; 0 when there is but one. */
export function copyOf(o: Order, u: Unit): number {
  const out = o.jobs.filter((j) => j.unit === u.unit && j.doc === 'shipping_label' && j.state === 'completed');
  const n = Math.max(0, ...out.map((j) => j.copy));
  return n > 1 ? n : 0;
}
/** Parcels that were undone while goods of them are to be put back: their labels are void. */
export const opened = (o: Order): Unit[] => o.units.filter((u) => u.state === 'void' && u.contents.some((c) => o.lines.some((l) => l.line === c.line && l.back > 0)));

/** The parcels a carrier can take. */
export const waiting = (o: Order): Unit[] => o.units.filter((u) => u.state === 'closed' && u.labelled);
/** How much of the order a picker has still to serve or has served. */
export const wantedQty = (o: Order): number => o.lines.reduce((s, l) => s + wanted(l), 0);
/** How much was picked in vain and is to be put back. */
export const backQty = (o: Order): number => o.lines.reduce((s, l) => s + l.back, 0);
export const pickedQty = (o: Order): number => o.lines.reduce((s, l) => s + Math.min(l.picked, wanted(l)), 0);
