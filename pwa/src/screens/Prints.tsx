// What people do with a printer's queue: stop it and set it going, look at what waits, and take something out of it.
import { useState } from 'preact/hooks';
import { waitingPrints, type Waiting } from '../model/prints';
import type { Printer } from '../model/types';
import { ProblemError } from '../queue/queue';
import { Choices, Sheet } from '../ui/parts';
import { useStore, useWords } from '../ui/use';
import { Preview } from './Label';
import { heldBy, known } from './List';

/** Gives a command at once, and keeps what the box says against it. */
function useCommand(): { busy: boolean; not: string; give: (kind: string, data: Record<string, unknown>) => void } {
  const s = useStore(), t = useWords(), [busy, work] = useState(false), [not, say] = useState('');
  const give = (kind: string, data: Record<string, unknown>) => {
    work(true); say('');
    s.api.command(kind, data).then((why) => say(why), (e: unknown) => say(e instanceof ProblemError && e.problem.detail ? e.problem.detail : t('printers.not'))).finally(() => work(false));
  };
  return { busy, not, give };
}

/** Stops a printer's queue, with a reason, and sets it going again. */
export function StopGo({ p }: { p: Printer }) {
  const t = useWords(), c = useCommand(), [sheet, open] = useState(false);
  const stop = (why: string) => { open(false); c.give('printer.pause', { printer: p.id, reason: t('printers.stop.' + why) }); };
  return (
    <p class="test">{p.stopped
      ? <button class="plain" disabled={c.busy} data-testid="printer-go" aria-label={t('printers.go') + ' ' + p.name} onClick={() => c.give('printer.resume', { printer: p.id })}>{t('printers.go')}</button>
      : <button class="plain" disabled={c.busy} data-testid="printer-stop" aria-label={t('printers.stop') + ' ' + p.name} onClick={() => open(true)}>{t('printers.stop')}</button>}{' '}<span role="status">{c.not}</span>
      {sheet && <Sheet title={t('printers.stop.title', { name: p.name })} onClose={() => open(false)} testid="stop"><p>{t('printers.stop.hint')}</p><Choices of={['cleaning', 'labels', 'broken'].map((id) => ({ id, words: t('printers.stop.' + id) }))} onPick={stop} /></Sheet>}</p>
  );
}

/** Everything that has not come out, each with its picture. */
export function WaitingPrints() {
  const s = useStore(), t = useWords(), rows = waitingPrints(s.orders.value, s.board.value?.papers ?? []);
  if (rows.length === 0) return null;
  return <section data-testid="prints" class="prints"><h2>{t('prints.title')}</h2>{rows.map((r) => <Row key={r.job.id} r={r} />)}</section>;
}

function Row({ r }: { r: Waiting }) {
  const s = useStore(), t = useWords(), c = useCommand(), [sheet, open] = useState(false), j = r.job;
  const what = t('prints.of', { doc: known(t, 'doc.', j.doc), number: r.called });
  const why = j.state === 'held' ? (j.reasons[0] === 'document-unprintable' ? t('label.undrawable.hint', { why: j.reasons[1] ?? '' }) : heldBy(s, j).why) : '';
  const cancel = (id: string) => { open(false); c.give('print.cancel', { job: j.id, reason: t('prints.cancel.' + id) }); };
  return (
    <article class="print" data-testid="print" data-state={j.state} data-doc={j.doc}>
      <div class="print-words"><h3>{what}</h3><p>{j.state === 'unknown' ? t('prints.unknown') : t('job.' + j.state)}{why && ': ' + why}</p>
        {j.state === 'unknown' && <div class="two"><button class="plain" disabled={c.busy} data-testid="print-not-out" aria-label={t('label.unknown.no') + ': ' + what} onClick={() => c.give(r.again.kind, r.again.data)}>{t('label.unknown.no')}</button><button class="primary" disabled={c.busy} data-testid="print-is-out" aria-label={t('label.unknown.yes') + ': ' + what} onClick={() => c.give('label.printed', { job: j.id })}>{t('label.unknown.yes')}</button></div>}
        {j.state === 'unknown' && r.order && <button class="plain" onClick={() => s.go({ at: 'order', id: r.order })}>{t('prints.look')}</button>}
        {(j.state === 'pending' || j.state === 'held') && <button class="plain" disabled={c.busy} data-testid="print-cancel" aria-label={t('prints.cancel') + ': ' + what} onClick={() => open(true)}>{t('prints.cancel')}</button>}
        <span role="status">{c.not}</span></div>
      <Preview job={j} seq={r.seq} alt={t('prints.picture', { what })} />
      {sheet && <Sheet title={t('prints.cancel.title')} onClose={() => open(false)} testid="cancel"><p>{what}</p><Choices of={['twice', 'paper', 'mistake'].map((id) => ({ id, words: t('prints.cancel.' + id) }))} onPick={cancel} /></Sheet>}
    </article>
  );
}
