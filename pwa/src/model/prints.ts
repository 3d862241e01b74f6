// What still has to come out of a printer, of whatever it is. Pure.
import type { Job, Order, Papers } from './types';

const waits = (j: Job): boolean => j.state === 'pending' || j.state === 'held' || j.state === 'processing' || j.state === 'unknown';

/** A print job with what it is of, how people call that, and what asks for its document once more. */
export interface Waiting { job: Job; called: string; order: string; seq: number; again: { kind: string; data: Record<string, unknown> } }

/** Everything that has not come out, of orders, carriers' lists and returns; what only a person can settle stands first. */
export function waitingPrints(orders: Order[], papers: Papers[]): Waiting[] {
  const rows: Waiting[] = [], reason = 'not_out';
  for (const o of orders) for (const job of o.jobs) {
    const data = { ...(job.unit ? { unit: job.unit } : { order: o.id }), doc: job.doc, reason };
    if (waits(job)) rows.push({ job, called: o.number, order: o.id, seq: o.seq, again: { kind: 'label.request', data } });
  }
  for (const p of papers) for (const job of p.jobs) {
    const again = p.of === 'manifest' ? { kind: 'manifest.print', data: { manifest: p.id, reason } } : { kind: 'return.print', data: { return: p.id, doc: job.doc, ...(job.no > 0 ? { no: job.no } : {}), reason } };
    if (waits(job)) rows.push({ job, called: p.called, order: '', seq: 0, again });
  }
  return [...rows.filter((r) => r.job.state === 'unknown'), ...rows.filter((r) => r.job.state !== 'unknown')];
}
