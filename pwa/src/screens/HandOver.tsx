import { useState } from 'preact/hooks';
import { waiting } from '../model/stops';
import type { Order, Unit } from '../model/types';
import { handOver, handOverScan, lookFirst } from '../app/act';
import { Head, Sheet, Foot, TypeIn } from '../ui/parts';
import { Shape } from '../ui/shapes';
import { useScan, useStore, useWords } from '../ui/use';
import { BoxSays, flagsOf } from './flags';

/** The carrier stands at the door: each scan of a label is a parcel gone. */
export function HandOver() {
  const s = useStore(), t = useWords(), [picked, pick] = useState<{ o: Order; u: Unit } | null>(null), [type, setType] = useState(false);
  const take = async (code: string) => { pick(null); setType(false); pick(await handOverScan(s, code)); };
  useScan(take);
  const rows = s.orders.value.flatMap((o) => waiting(o).map((u) => ({ o, u })));
  const bare = s.orders.value.reduce((n, o) => n + o.units.filter((u) => u.state === 'closed' && !u.labelled).length, 0);
  const carriers = [...new Set(rows.map((r) => r.o.carrier))].sort();
  return (
    <section class="screen" data-testid="handover">
      <Head title={t('hand.title')} sub={t('parcels', { n: rows.length })} back={() => s.go({ at: 'list' })} />
      <div class="body">
        <BoxSays only="box-recovering" />
        {rows.length === 0 ? <div class="empty" data-testid="empty"><p><strong>{t('hand.empty')}</strong></p><p>{t('hand.empty.hint')}</p></div> : <p class="lead">{t('hand.scan')}</p>}
        {carriers.map((c) => <section class="group" key={c}><h2>{c || t('hand.carrier')}</h2>{rows.filter((r) => r.o.carrier === c).map(({ o, u }) => (
          <button key={u.unit} class="row" data-testid="handover-row" data-unit={u.unit} onClick={() => pick({ o, u })}>
            <span class="row-main"><strong>… {u.unit.slice(-4)}</strong></span><span class="row-due">{o.number}</span>
            <span class="row-sub">{t('parcel.title', { no: u.no })}{u.weight_g > 0 ? ' · ' + t('parcel.weight', { g: u.weight_g }) : ''}</span><span class="row-state" data-flag={flagsOf(s, o)[0]?.is}>{flagsOf(s, o)[0]?.short ?? o.service}</span></button>))}</section>)}
        {bare > 0 && <p class="small">{t('hand.unlabelled', { n: bare })}</p>}
      </div>
      <Foot><button class="plain" data-testid="type-code" onClick={() => setType(true)}>{t('run.code')}</button></Foot>
      {type && <TypeIn onClose={() => setType(false)} onCode={(c) => void take(c)} />}
      {picked && <Sheet title={t('hand.confirm', { tail: picked.u.unit.slice(-4), carrier: picked.o.carrier || t('hand.carrier') })} onClose={() => pick(null)} testid="handover-confirm">
        {lookFirst(s, picked.o, picked.u).map((w) => <p class="say" key={w} data-testid="look-first"><Shape is="triangle" /><strong>{w}</strong></p>)}
        <p>{t('hand.confirm.hint')}</p>
        <button class="primary wide" data-testid="handover-yes" onClick={() => { pick(null); void handOver(s, picked.u.unit); }}>{t('hand.yes')}</button>
      </Sheet>}
    </section>
  );
}
