import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { isNewUnit } from '../model/replay';
import { inUnit, looseQty, openUnit } from '../model/stops';
import type { Order, Unit } from '../model/types';
import { checkLabel, closeParcel, openParcel, packAll, packScan, takeOut } from '../app/act';
import { Choices, Foot, Head, Picture, Sheet, TypeIn } from '../ui/parts';
import { useScan, useStore, useWords } from '../ui/use';
import { Flags } from './flags';
import { Label } from './Label';
import { VoidSheet } from './sheets';
import { scaleSays } from '../model/scale';

/** The order's tote is picked: what must go in, what is in, and the labels of what is closed. */
export function Pack({ order: o, back, strip }: { order: Order; back: () => void; strip?: ComponentChildren }) {
  const s = useStore(), t = useWords();
  const [sheet, open] = useState<'' | 'all' | 'weigh' | 'type' | 'more' | 'void'>('');
  const loose = looseQty(o), unit = openUnit(o), closed = o.units.filter((u) => u.state === 'closed');
  const packing = loose > 0 || !!unit;
  useScan((code) => { open(''); return packing ? packScan(s, o.id, code) : checkLabel(s, o, code); });
  const doing = packing && loose > 0 ? t('pack.left', { n: loose }) : t('state.' + o.state);
  return (
    <section class="screen pack" data-testid="pack" data-state={o.state}>
      <Head title={o.number} sub={doing} back={back} {...(packing ? { menu: () => open('more') } : {})} />
      <div class="body">
        {strip}
        <Flags order={o} />
        {packing && <p class="lead" data-testid="pack-lead">{loose === 0 ? t('pack.full') : unit ? t('pack.scan') : t('pack.scan.first')}</p>}
        {loose > 0 && <ul class="lines goes-in" data-testid="goes-in" aria-label={t('pack.goesin')}>{o.lines.filter((l) => l.to_pack > 0).map((l) => (
          <li key={l.line} data-line={l.line}><Picture of={l} size="small-pic" /><span class="line-words"><strong>{l.name}</strong><span class="small">{l.tell}</span></span><span class="line-n">{t('run.times', { n: l.to_pack })}</span></li>))}</ul>}
        {unit && <OpenParcel order={o} unit={unit} />}
        {!packing && closed.length > 0 && closed.map((u) => <Label key={u.no} order={o} unit={u} />)}
        {packing && closed.length > 0 && <p class="small">{closed.map((u) => t('parcel.tail', { no: u.no, tail: u.unit.slice(-4) })).join(', ')}</p>}
      </div>
      {packing ? (
        <Foot>
          {loose > 0 && <button class="plain" data-testid="all-in" onClick={() => open('all')}>{t('pack.allin')}</button>}
          {!unit ? <button class="primary" data-testid="open-parcel" onClick={() => void openParcel(s, o)}>{t(o.units.length > 0 ? 'pack.openmore' : 'pack.open')}</button>
            : <>{loose === 0 && <button class="plain" data-testid="weigh" onClick={() => open('weigh')}>{t('pack.weight.add')}</button>}
              <button class="primary" data-testid="close-parcel" disabled={inUnit(unit) === 0} onClick={() => void closeParcel(s, o, unit, 0)}>{t('pack.close')}</button></>}
        </Foot>
      ) : (
        <Foot>
          {o.state === 'awaiting_carrier' && <button class="plain" data-testid="to-handover" onClick={() => s.go({ at: 'handover' })}>{t('label.handover')}</button>}
          <button class="primary" data-testid="next-order" onClick={back}>{t('label.next')}</button>
        </Foot>
      )}
      {sheet === 'all' && <Sheet title={t('pack.allin.title', { n: loose, no: unit?.no ?? o.units.length + 1 })} onClose={() => open('')} testid="all"><p>{t('pack.allin.hint')}</p><button class="primary wide" data-testid="all-yes" onClick={() => { open(''); void packAll(s, o); }}>{t('pack.allin.yes')}</button></Sheet>}
      {sheet === 'weigh' && unit && <Weigh close={() => open('')} done={(g) => { open(''); void closeParcel(s, o, unit, g); }} />}
      {sheet === 'type' && <TypeIn onClose={() => open('')} onCode={(c) => void packScan(s, o.id, c)} />}
      {sheet === 'void' && unit && <VoidSheet order={o} unit={unit} close={() => open('')} />}
      {sheet === 'more' && <Sheet title={t('order.more')} onClose={() => open('')} testid="more"><Choices of={[{ id: 'type', words: t('run.code') },
        ...(unit ? unit.contents.map((c) => ({ id: 'out/' + c.line, words: t('pack.takeout', { name: o.lines.find((l) => l.line === c.line)?.name ?? c.sku }) })) : []),
        ...(unit ? [{ id: 'weigh', words: t('pack.weight.add') }, { id: 'void', words: t('parcel.void') }] : [])]}
        onPick={(id) => {
          if (id === 'type' || id === 'void' || id === 'weigh') { open(id); return; }
          open('');
          if (unit && id.startsWith('out/')) void takeOut(s, o, unit, id.slice(4));
        }} /></Sheet>}
    </section>
  );
}
function OpenParcel({ order: o, unit: u }: { order: Order; unit: Unit }) {
  const t = useWords();
  return (
    <div class="parcel" data-testid="parcel" data-unit={u.unit}>
      <h2>{isNewUnit(u.unit) ? t('parcel.new', { no: u.no }) : t('parcel.tail', { no: u.no, tail: u.unit.slice(-4) })}</h2>
      <ul class="lines in">{u.contents.map((c) => { const l = o.lines.find((x) => x.line === c.line); return <li key={c.line}><span class="line-words">{l?.name ?? c.sku}</span><span class="line-n" data-testid="in-parcel">{t('run.times', { n: c.qty })}</span></li>; })}</ul>
    </div>
  );
}
function Weigh({ close, done }: { close: () => void; done: (g: number) => void }) {
  const s = useStore(), t = useWords(), [typed, set] = useState<string | null>(null), scale = s.weight.value;
  // What the bench's scale says stands in the field until somebody types; only what has come to rest is a weight.
  const live = scale && s.now.value > 0 && Date.now() - scale.at < 5000 ? scale : null;
  const says = scaleSays(live, s.board.value?.devices ?? [], s.settings.value.station);
  const text = typed ?? (live && live.settled && live.grams > 0 ? String(live.grams) : ''), g = Number(text), ok = text === '' || (Number.isInteger(g) && g > 0 && g <= 1_000_000);
  return (
    <Sheet title={t('pack.close')} onClose={close} testid="weigh-sheet">
      <form onSubmit={(e) => { e.preventDefault(); if (ok) done(text === '' ? 0 : g); }}>
        <label class="field"><span>{t('pack.weight')}</span><input autoFocus inputMode="numeric" value={text} data-testid="weight" onInput={(e) => set(e.currentTarget.value.trim())} aria-invalid={!ok} /></label>
        {!ok && <p class="say" role="alert">{t('pack.weight.bad')}</p>}
        <p class="small" data-testid="scale" aria-live="polite">{says.key && t(says.key, says)}</p>
        <button class="primary wide" type="submit" disabled={!ok} data-testid="weight-close">{t('pack.close')}</button>
      </form>
    </Sheet>
  );
}
