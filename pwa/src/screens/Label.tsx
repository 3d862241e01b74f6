import { useState } from 'preact/hooks';
import { previewUrl } from '../net/api';
import type { Job, Order, Unit } from '../model/types';
import { labelIsOut, requestLabel } from '../app/act';
import { Choices, Sheet } from '../ui/parts';
import { Shape } from '../ui/shapes';
import { useStore, useWords } from '../ui/use';
import { heldBy } from './List';
import { reasonWords, VoidSheet } from './sheets';

/** The newest job of a document that still counts. */
export function newest(o: Order, u: Unit, doc: string): Job | undefined {
  const jobs = o.jobs.filter((j) => j.unit === u.unit && j.doc === doc);
  return jobs.filter((j) => j.state !== 'canceled').pop() ?? jobs[jobs.length - 1];
}

/** A closed parcel and its label: the picture, how far it is, and what to do. */
export function Label({ order: o, unit: u }: { order: Order; unit: Unit }) {
  const s = useStore(), t = useWords(), [sheet, open] = useState<'' | 'again' | 'more' | 'void' | 'slip'>('');
  const j = newest(o, u, 'shipping_label'), slip = newest(o, u, 'packing_slip');
  const again = (doc: string, reason: string) => { open(''); void requestLabel(s, o, u, doc, reason); };
  return (
    <article class="label" data-testid="label" data-state={j?.state ?? 'none'} data-unit={u.unit}>
      <div class="label-head"><h2>{t('parcel.tail', { no: u.no, tail: u.unit.slice(-4) })}{u.weight_g > 0 && <span class="small"> · {t('parcel.weight', { g: u.weight_g })}</span>}</h2>
        <button class="icon" aria-label={t('parcel.more', { no: u.no })} data-testid="label-more" onClick={() => open('more')}><Shape is="more" /></button></div>
      <div class="label-body">
        <div class="label-words"><State order={o} unit={u} job={j} again={() => open('again')} />
          {j?.state === 'completed' && <p class="small">{t('label.check')}</p>}
          {slip && <p class="small" data-testid="slip" data-state={slip.state}>{t('label.slip.state', { state: t('job.' + slip.state) })}</p>}
        </div>
        {j && <Preview job={j} seq={o.seq} alt={t('label.picture', { no: u.no })} />}
      </div>
      {sheet === 'again' && <Again title={t('label.again.title')} onPick={(r) => again('shipping_label', r)} close={() => open('')} />}
      {sheet === 'slip' && <Again title={t('label.slip')} onPick={(r) => again('packing_slip', r)} close={() => open('')} />}
      {sheet === 'void' && <VoidSheet order={o} unit={u} close={() => open('')} />}
      {sheet === 'more' && <Sheet title={t('parcel.more', { no: u.no })} onClose={() => open('')} testid="label-sheet"><Choices of={[{ id: 'again', words: t('label.again') }, { id: 'slip', words: t('label.slip') }, { id: 'void', words: t('parcel.void') }]} onPick={(id) => open(id as 'again' | 'slip' | 'void')} /></Sheet>}
    </article>
  );
}
function Again({ title, onPick, close }: { title: string; onPick: (r: string) => void; close: () => void }) {
  const t = useWords();
  return <Sheet title={title} onClose={close} testid="again"><p>{t('label.again.hint')}</p><Choices of={['torn', 'unreadable', 'lost'].map((r) => ({ id: r, words: reasonWords(t, r) }))} onPick={onPick} /></Sheet>;
}
/** How far the label is, in words, with what to do. */
function State({ order: o, unit: u, job: j, again }: { order: Order; unit: Unit; job: Job | undefined; again: () => void }) {
  const s = useStore(), t = useWords();
  if (!j) return <><p>{t('label.none')}</p><button class="primary" onClick={() => void requestLabel(s, o, u, 'shipping_label', '')}>{t('label.print')}</button></>;
  if (j.state === 'canceled' && j.tries > 0) return ( // it was taken back while the parcel stands: the order was changed
      <div class="ask-out" role="status" data-testid="label-changed"><p><Shape is="triangle" /> <strong>{t('label.changed')}</strong></p><p>{t('label.changed.hint', { n: j.copy + 1 })}</p>
        <button class="primary" data-testid="label-anew" onClick={() => void requestLabel(s, o, u, j.doc, 'changed')}>{t('label.changed.go')}</button></div>);
  switch (j.state) {
    case 'held': {
      if (j.reasons[0] === 'document-unprintable') return <p class="say" role="status"><Shape is="triangle" /><span><strong>{t('label.undrawable')}</strong> {t('label.undrawable.hint', { why: j.reasons[1] ?? '' })}</span></p>;
      const by = heldBy(s, j);
      return <p class="say" role="status"><Shape is="triangle" /><span><strong>{t('label.held', { why: by.why })}</strong> {by.name && by.name + ': '}{by.hint} {t('label.held.hint')}</span></p>;
    }
    case 'unknown': return (
      <div class="ask-out" role="status"><p><Shape is="triangle" /> <strong>{t('label.unknown')}</strong></p><p>{t('label.unknown.hint')}</p>
        <div class="two"><button class="plain" data-testid="not-out" onClick={() => void requestLabel(s, o, u, j.doc, 'not_out')}>{t('label.unknown.no')}</button><button class="primary" data-testid="is-out" onClick={() => void labelIsOut(s, o, j.id)}>{t('label.unknown.yes')}</button></div></div>);
    case 'completed': return <p class="done-line" role="status"><Shape is="tick" /> <strong>{t('label.completed')}</strong>{j.copy > 1 && <> · {t('label.copy', { n: j.copy })}</>}</p>;
    case 'canceled': case 'aborted': return <><p>{t('label.' + j.state)}</p><button class="plain" onClick={again}>{t('label.again')}</button></>;
    default: return <p role="status"><strong>{t('label.' + j.state)}</strong>{s.line.value.is === 'device' && <><br />{t('label.offline')}</>}</p>;
  }
}
/** The picture of the document. It comes once the box has laid the document out; until then its place is kept. */
export function Preview({ job, seq, alt }: { job: Job; seq: number; alt: string }) {
  const [bad, set] = useState('');
  const src = previewUrl(job.id), key = src + seq;
  return <div class="preview">{bad === key ? <span class="preview-none" aria-hidden="true" /> : <img key={key} src={src} alt={alt} data-testid="preview" onError={() => set(key)} />}</div>;
}
