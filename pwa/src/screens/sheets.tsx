// Sheets and lists that more than one screen shows.
import { cancelledOf } from '../model/tally';
import type { Order, Unit } from '../model/types';
import { decline, voidParcel } from '../app/act';
import { Choices, Picture, Sheet } from '../ui/parts';
import { useStore, useWords } from '../ui/use';

export function reasonWords(t: ReturnType<typeof useWords>, r: string): string { const w = t('reason.' + r); return w === 'reason.' + r ? r : w; }
export function Lines({ order: o }: { order: Order }) {
  const t = useWords();
  return (
    <ul class="lines">{o.lines.map((l) => (
      <li key={l.line} data-testid="line" data-line={l.line}><Picture of={l} size="small-pic" />
        <span class="line-words"><strong>{l.name}</strong><span class="small">{[l.bin, l.tell, l.short > 0 ? t('line.short', { n: l.short }) : '', l.declined > 0 ? t('line.declined', { n: l.declined }) : '', cancelledOf(l) > 0 ? t('line.cancelled', { n: cancelledOf(l) }) : ''].filter(Boolean).join(' · ')}</span></span>
        <span class="line-n">{t('line.progress', { picked: l.picked, qty: l.qty })}</span></li>
    ))}</ul>
  );
}
export function DeclineSheet({ order: o, close }: { order: Order; close: () => void }) {
  const s = useStore(), t = useWords();
  const reasons = s.board.value?.reasons.decline.length ? s.board.value.reasons.decline : ['out_of_stock', 'cannot_make_it', 'site_closed', 'other'];
  return <Sheet title={t('decline.title', { number: o.number })} onClose={close} testid="decline"><p>{t('decline.hint')}</p><h3>{t('decline.why')}</h3>
    <Choices of={reasons.map((r) => ({ id: r, words: reasonWords(t, r) }))} onPick={(r) => { close(); void decline(s, o, r).then(() => { if (s.order(o.id)?.started !== true) s.go({ at: 'list' }); }); }} /></Sheet>;
}
export function VoidSheet({ order: o, unit: u, close }: { order: Order; unit: Unit; close: () => void }) {
  const s = useStore(), t = useWords();
  return <Sheet title={t('parcel.void.title', { no: u.no })} onClose={close} testid="void"><p>{t('parcel.void.hint')}</p><Choices of={['wrong_content', 'box_damaged', 'repack'].map((r) => ({ id: r, words: reasonWords(t, r) }))} onPick={(r) => { close(); void voidParcel(s, o, u, r); }} /></Sheet>;
}
