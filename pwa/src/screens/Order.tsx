import { useState } from 'preact/hooks';
import { isOpen } from '../model/board';
import { backQty } from '../model/stops';
import { cancelledOf } from '../model/tally';
import type { Order } from '../model/types';
import { startPick } from '../app/act';
import { Choices, dueWords, Foot, Head, Sheet, who } from '../ui/parts';
import { Shape } from '../ui/shapes';
import { useScan, useStore, useWords } from '../ui/use';
import { Flags } from './flags';
import { amount, Strip } from './List';
import { Pack } from './Pack';
import { PutBack } from './PutBack';
import { Run } from './Run';
import { DeclineSheet, Lines } from './sheets';

/** One order, at the step it stands at: to start, to pick, to pack, to label, to hand over. */
export function OrderScreen({ id }: { id: string }) {
  const s = useStore(), t = useWords(), o = s.order(id), back = () => s.go({ at: 'list' }), [later, setLater] = useState(false);
  if (!o) return <section class="screen"><Head title={id} back={back} /><div class="body"><div class="empty"><p><strong>{t('order.gone')}</strong></p><p>{t('order.gone.hint')}</p></div></div></section>;
  const mine = o.started && o.picker === s.me.value?.user, due = backQty(o);
  const more = o.to_pick > 0 || o.lines.some((l) => l.to_pack > 0) || o.units.some((u) => u.state === 'open' || u.state === 'closed');
  const theirs = o.to_pick > 0 && o.started && !mine; // what is in a colleague's tote the colleague puts back
  if (due > 0 && !(later && more) && !theirs) return <PutBack order={o} back={back} later={more ? () => setLater(true) : undefined} />;
  const strip = due > 0 && !theirs ? <Strip icon="triangle" testid="to-putback" words={t('back.title', { n: due })} action={t('back.go')} onClick={() => setLater(false)} /> : null;
  if (o.to_pick > 0) return mine ? <Run order={o} back={back} strip={strip} /> : <Before order={o} back={back} />;
  if (!isOpen(o)) return <After order={o} back={back} />;
  return <Pack order={o} back={back} strip={strip} />;
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
        <Flags order={o} />
        <p>{amount(s, o)}{o.carrier && <> · {o.carrier} {o.service}</>}</p>
        {o.note && <p class="note"><strong>{t('order.note')}</strong> {o.note}</p>}
        <h2>{t('order.lines')}</h2>
        <Lines order={o} />
      </div>
      {!theirs && !o.hold && o.coming === 0 && !o.paper && <Foot><button class="primary" data-testid="start" onClick={() => void startPick(s, o)}>{t('order.start')}</button></Foot>}
      {sheet === 'more' && <Sheet title={t('order.more')} onClose={() => open('')} testid="more"><Choices of={[...(theirs ? [{ id: 'take', words: t('order.takeover', { who: who(o.picker) }) }] : []), { id: 'decline', words: t('order.decline') }]}
        onPick={(id) => { if (id === 'take') { open(''); void startPick(s, o, true); } else open('decline'); }} /></Sheet>}
      {sheet === 'decline' && <DeclineSheet order={o} close={() => open('')} />}
    </section>
  );
}
function After({ order: o, back }: { order: Order; back: () => void }) {
  const s = useStore(), t = useWords(), none = o.state === 'not_served', taken = none && o.lines.some((l) => cancelledOf(l) > 0);
  return (
    <section class="screen" data-testid="after" data-state={o.state}>
      <Head title={o.number} sub={t('state.' + o.state)} back={back} />
      <div class="body"><p class="say"><Shape is={none ? 'triangle' : 'tick'} /><span><strong>{t(taken ? 'back.none' : none ? 'order.unserved' : 'order.done')}</strong> {none && !taken ? t('order.unserved.hint') : ''}</span></p><Lines order={o} /></div>
      <Foot><button class="primary" onClick={() => s.go({ at: 'list' })} data-testid="next-order">{t('label.next')}</button></Foot>
    </section>
  );
}
/** The lines with what became of them. */
