import { useState } from 'preact/hooks';
import { isOpen } from '../model/board';
import type { Order } from '../model/types';
import { decline, startPick } from '../app/act';
import { Choices, dueWords, Foot, Head, Picture, Sheet, who } from '../ui/parts';
import { Shape } from '../ui/shapes';
import { useScan, useStore, useWords } from '../ui/use';
import { amount } from './List';
import { Pack } from './Pack';
import { reasonWords, Run } from './Run';

/** One order, at the step it stands at: to start, to pick, to pack, to label, to hand over. */
export function OrderScreen({ id }: { id: string }) {
  const s = useStore(), t = useWords(), o = s.order(id), back = () => s.go({ at: 'list' });
  if (!o) return <section class="screen"><Head title={id} back={back} /><div class="body"><div class="empty"><p><strong>{t('order.gone')}</strong></p><p>{t('order.gone.hint')}</p></div></div></section>;
  const mine = o.started && o.picker === s.me.value?.user;
  if (o.to_pick > 0) return mine ? <Run order={o} back={back} /> : <Before order={o} back={back} />;
  if (!isOpen(o)) return <After order={o} back={back} />;
  return <Pack order={o} back={back} />;
}

/** Not begun, or a colleague's. */
function Before({ order: o, back }: { order: Order; back: () => void }) {
  const s = useStore(), t = useWords(), [sheet, open] = useState<'' | 'more' | 'decline'>('');
  const theirs = o.started && o.picker !== s.me.value?.user;
  useScan(() => s.say('attention', { title: t('verdict.notstarted'), words: theirs ? t('order.taken', { who: who(s, o.picker) }) : t('state.' + o.state), hint: theirs ? '' : t('verdict.notstarted.hint') }));
  return (
    <section class="screen" data-testid="before">
      <Head title={o.number} sub={dueWords(s, o)} back={back} menu={() => open('more')} />
      <div class="body">
        {theirs && <p class="say" role="status"><Shape is="triangle" /><span><strong>{t('order.taken', { who: who(s, o.picker) })}</strong> {t('order.taken.hint', { who: who(s, o.picker) })}</span></p>}
        <p>{amount(s, o)}{o.carrier && <> · {o.carrier} {o.service}</>}</p>
        {o.note && <p class="note"><strong>{t('order.note')}</strong> {o.note}</p>}
        <h2>{t('order.lines')}</h2>
        <Lines order={o} />
      </div>
      {!theirs && <Foot><button class="primary" data-testid="start" onClick={() => void startPick(s, o)}>{t('order.start')}</button></Foot>}
      {sheet === 'more' && <Sheet title={t('order.more')} onClose={() => open('')} testid="more"><Choices of={[...(theirs ? [{ id: 'take', words: t('order.takeover', { who: who(s, o.picker) }) }] : []), { id: 'decline', words: t('order.decline') }]}
        onPick={(id) => { if (id === 'take') { open(''); void startPick(s, o, true); } else open('decline'); }} /></Sheet>}
      {sheet === 'decline' && <DeclineSheet order={o} close={() => open('')} />}
    </section>
  );
}
function After({ order: o, back }: { order: Order; back: () => void }) {
  const s = useStore(), t = useWords(), none = o.state === 'not_served';
  return (
    <section class="screen" data-testid="after" data-state={o.state}>
      <Head title={o.number} sub={t('state.' + o.state)} back={back} />
      <div class="body"><p class="say"><Shape is={none ? 'triangle' : 'tick'} /><span><strong>{t(none ? 'order.unserved' : 'order.done')}</strong> {none ? t('order.unserved.hint') : ''}</span></p><Lines order={o} /></div>
      <Foot><button class="primary" onClick={() => s.go({ at: 'list' })} data-testid="next-order">{t('label.next')}</button></Foot>
    </section>
  );
}
/** The lines with what became of them. */
export function Lines({ order: o }: { order: Order }) {
  const t = useWords();
  return (
    <ul class="lines">{o.lines.map((l) => (
      <li key={l.line} data-testid="line" data-line={l.line}><Picture of={l} size="small-pic" />
        <span class="line-words"><strong>{l.name}</strong><span class="small">{[l.bin, l.tell, l.short > 0 ? t('line.short', { n: l.short }) : '', l.declined > 0 ? t('line.declined', { n: l.declined }) : ''].filter(Boolean).join(' · ')}</span></span>
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
