import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { binOf, elsewhere, pickedQty, stops, wantedQty } from '../model/stops';
import { wanted } from '../model/tally';
import type { Line, Order } from '../model/types';
import { pickOne, pickScan, shortPick, skipLine, undoOne } from '../app/act';
import { Choices, Foot, Head, Picture, Sheet, TypeIn } from '../ui/parts';
import { useScan, useStore, useWords } from '../ui/use';
import { Flags } from './flags';
import { DeclineSheet, Lines, reasonWords } from './sheets';

/** One stop of the walk: the bin, the item, how many. A scan is the main button. */
export function Run({ order: o, back, strip }: { order: Order; back: () => void; strip?: ComponentChildren }) {
  const s = useStore(), t = useWords();
  const [sheet, open] = useState<'' | 'short' | 'more' | 'type' | 'decline'>('');
  useScan((code) => { open(''); return pickScan(s, o.id, code); });
  const chosen = s.choices.value[o.id] ?? {}, walk = stops(o, chosen), l = walk[0], then = walk[1];
  if (!l) return null;
  const bin = binOf(l, chosen), all = wantedQty(o), done = pickedQty(o);
  const want = wanted(l);
  const due = o.due ? ' · ' + t('due.short', { time: s.times.value.time(o.due, s.now.value) }) : '';
  return (
    <section class="screen run" data-testid="run" data-line={l.line}>
      <Head title={o.number} sub={t('run.of', { done, all }) + due} back={back} menu={() => open('more')} />
      <div class="body stop" key={l.line}>
        {strip}
        <Flags order={o} only={['hold', 'coming']} />
        <div class="bin-at">
          <p class="bin" data-testid="bin" data-long={bin.length > 8 ? 'true' : undefined} aria-label={bin ? t('run.bin', { bin }) : t('run.nobin')}>{bin || '—'}</p>
          <p class="bin-where">{bin === l.bin ? place(t, l) : bin ? '' : t('run.nobin')}</p>
        </div>
        <div class="what">
          <Picture of={l} />
          <div class="what-words"><p class="name" data-testid="item">{l.name}</p><p class="tell">{[tail(l), l.tell].filter(Boolean).join(' · ')}</p></div>
        </div>
        <div class="how-many">
          <p class="times" data-testid="times">{t('run.times', { n: l.to_pick })}</p>
          <Boxes picked={Math.min(l.picked, want)} qty={want} />
        </div>
        <p class="then" data-testid="then">{then ? t('run.then', { bin: binOf(then, chosen), n: then.to_pick, name: then.name }) : t('run.last')}</p>
      </div>
      <Foot>
        <button class="plain" data-testid="not-here" onClick={() => open('short')}>{t('run.nothere')}</button>
        <button class="primary" data-testid="by-hand" onClick={() => void pickOne(s, o, l)}>{t('run.byhand')}</button>
      </Foot>
      {sheet === 'short' && <ShortSheet order={o} line={l} bin={bin} close={() => open('')} />}
      {sheet === 'type' && <TypeIn onClose={() => open('')} onCode={(c) => void pickScan(s, o.id, c)} />}
      {sheet === 'decline' && <DeclineSheet order={o} close={() => open('')} />}
      {sheet === 'more' && (
        <Sheet title={t('order.more')} onClose={() => open('')} testid="more">
          <Choices of={[{ id: 'type', words: t('run.code') }, { id: 'skip', words: t('run.skip') },
            ...o.lines.filter((x) => x.to_pack > 0).map((x) => ({ id: 'undo/' + x.line, words: t('run.undo', { name: x.name }) })),
            { id: 'decline', words: t('order.decline') }]}
            onPick={(id) => {
              if (id === 'type' || id === 'decline') { open(id); return; }
              open('');
              if (id === 'skip') void skipLine(s, o, l);
              const back = o.lines.find((x) => 'undo/' + x.line === id);
              if (back) void undoOne(s, o, back);
            }} />
          {o.note && <p class="note"><strong>{t('order.note')}</strong> {o.note}</p>}
          <h3>{t('order.lines')}</h3>
          <Lines order={o} />
        </Sheet>
      )}
    </section>
  );
}
function place(t: ReturnType<typeof useWords>, l: Line): string {
  if (!l.aisle) return '';
  const side = l.side === 'left' || l.side === 'right' ? t('side.' + l.side) : l.side;
  return side ? t('run.where', { aisle: l.aisle, side, level: l.level }) : t('run.where.noside', { aisle: l.aisle, level: l.level });
}
const tail = (l: Line) => (l.gtins[0] ? '… ' + l.gtins[0].slice(-4) : '');

/** A box per unit; a number when there are more than fit. */
function Boxes({ picked, qty }: { picked: number; qty: number }) {
  const t = useWords(), words = t('run.boxes', { picked, qty });
  if (qty > 12) return <p class="boxes-many" data-testid="boxes" data-picked={picked}><progress max={qty} value={picked} aria-label={words} /> {words}</p>;
  return <p class="boxes" role="img" aria-label={words} data-testid="boxes" data-picked={picked}>{Array.from({ length: qty }, (_, i) => <span key={i} class={i < picked ? 'box full' : 'box'} />)}</p>;
}

/** Not here: another bin first, then why. */
function ShortSheet({ order: o, line: l, bin, close }: { order: Order; line: Line; bin: string; close: () => void }) {
  const s = useStore(), t = useWords(), [qty, set] = useState(l.to_pick);
  const others = elsewhere(l, bin).slice(0, 2);
  const reasons = s.board.value?.reasons.short.length ? s.board.value.reasons.short : ['not_in_stock', 'damaged', 'mismatch', 'no_variance'];
  return (
    <Sheet title={t('short.title', { name: l.name })} onClose={close} testid="short">
      {others.length > 0 && <>
        <h3>{t('short.try')}</h3>
        <div class="choices">{others.map((b) => <button key={b.bin} class="choice primary" data-testid="other-bin" onClick={() => { close(); void s.choose(o.id, l.line, { bin: b.bin }); }}>{t('short.book', { bin: b.bin, n: b.on_hand })}</button>)}</div>
      </>}
      {l.to_pick > 1 && <>
        <h3>{t('short.missing')}</h3>
        <div class="stepper"><button class="plain" aria-label={t('short.less')} data-testid="less" disabled={qty <= 1} onClick={() => set(qty - 1)}>−</button><output class="step-n" data-testid="short-qty">{qty}</output><button class="plain" aria-label={t('short.more')} data-testid="more-qty" disabled={qty >= l.to_pick} onClick={() => set(qty + 1)}>+</button></div>
      </>}
      <h3>{t('short.why')}</h3>
      <Choices of={reasons.map((r) => ({ id: r, words: reasonWords(t, r) }))} onPick={(r) => { close(); void shortPick(s, o, l, qty, r); }} />
      <button class="link" data-testid="skip" onClick={() => { close(); void skipLine(s, o, l); }}>{t('short.skip')}</button>
    </Sheet>
  );
}
