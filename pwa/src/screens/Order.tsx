import { useState } from 'preact/hooks';
import { isOpen } from '../model/board';
import type { Order } from '../model/types';
import { startPick } from '../app/act';
import { Choices, dueWords, Foot, Head, Sheet, who } from '../ui/parts';
import { Shape } from '../ui/shapes';
import { useScan, useStore, useWords } from '../ui/use';
import { amount } from './List';
import { Pack } from './Pack';
import { Run } from './Run';
import { DeclineSheet, Lines } from './sheets';

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
  useScan(() => s.say('attention', { title: t('verdict.notstarted'), words: theirs ? t('order.taken', { who: who(o.picker) }) : t('state.' + o.state), hint: theirs ? '' : t('verdict.notstarted.hint') }));
  return (
    <section class="screen" data-testid="before">
      <Head title={o.number} sub={dueWords(s, o)} back={back} menu={() => open('more')} />
      <div class="body">
        {theirs && <p class="say" role="status"><Shape is="triangle" /><span><strong>{t('order.taken', { who: who(o.picker) })}</strong> {t('order.taken.hint', { who: who(o.picker) })}</span></p>}
        <p>{amount(s, o)}{o.carrier && <> · {o.carrier} {o.service}</>}</p>
        {o.note && <p class="note"><strong>{t('order.note')}</strong> {o.note}</p>}
        <h2>{t('order.lines')}</h2>
        <Lines order={o} />
      </div>
      {!theirs && <Foot><button class="primary" data-testid="start" onClick={() => void startPick(s, o)}>{t('order.start')}</button></Foot>}
      {sheet === 'more' && <Sheet title={t('order.more')} onClose={() => open('')} testid="more"><Choices of={[...(theirs ? [{ id: 'take', words: t('order.takeover', { who: who(o.picker) }) }] : []), { id: 'decline', words: t('order.decline') }]}
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
