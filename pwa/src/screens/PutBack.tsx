import { useState } from 'preact/hooks';
import { backQty, backs, binOf, opened } from '../model/stops';
import { whyBack } from '../model/news';
import type { Order } from '../model/types';
import { backOne, backScan } from '../app/act';
import { Foot, Head, Picture, Sheet, Choices, TypeIn } from '../ui/parts';
import { Shape } from '../ui/shapes';
import { useScan, useStore, useWords } from '../ui/use';
import { Flags } from './flags';
import { Lines } from './sheets';

/** Why goods that were picked go back, in words. */
export const backWhy = (t: ReturnType<typeof useWords>, o: Order): string => t('back.why.' + whyBack(o));

/** One stop on the way back: the bin, the item, how many. A scan is one unit that lies on its shelf again. */
export function PutBack({ order: o, back, later }: { order: Order; back: () => void; later?: (() => void) | undefined }) {
  const s = useStore(), t = useWords(), [sheet, open] = useState<'' | 'more' | 'type'>('');
  useScan((code) => { open(''); return backScan(s, o.id, code); });
  const chosen = s.choices.value[o.id] ?? {}, walk = backs(o), l = walk[0], then = walk[1];
  if (!l) return null;
  const bin = binOf(l, chosen), over = o.lines.every((x) => x.to_pick === 0 && x.to_pack === 0);
  return (
    <section class="screen run putback" data-testid="putback" data-line={l.line}>
      <Head title={o.number} sub={t('back.title', { n: backQty(o) })} back={back} menu={() => open('more')} />
      <div class="body stop" key={l.line}>
        {opened(o).map((u) => <p class="say" key={u.unit} role="status" data-testid="back-open"><Shape is="triangle" /><strong>{t('back.open', { tail: u.unit.slice(-4) })}</strong></p>)}
        <div class="bin-at">
          <p class="bin" data-testid="bin" data-long={bin.length > 8 ? 'true' : undefined} aria-label={bin ? t('run.bin', { bin }) : t('back.nobin')}>{bin || '—'}</p>
          {!bin && <p class="bin-where">{t('back.nobin')}</p>}
        </div>
        <div class="what">
          <Picture of={l} />
          <div class="what-words"><p class="times" data-testid="times">{t('run.times', { n: l.back })}</p><p class="name" data-testid="item">{l.name}</p><p class="tell">{[l.gtins[0] ? '… ' + l.gtins[0].slice(-4) : '', l.tell].filter(Boolean).join(' · ')}</p></div>
        </div>
        <p data-testid="back-why"><strong>{backWhy(t, o)}</strong> {t('back.do')}</p>
        <p class="then" data-testid="then">{then ? t('back.then', { bin: binOf(then, chosen).replace(/-/g, '\u2011'), n: then.back, name: then.name }) : t(over ? 'back.last' : 'back.last.more')}</p>
      </div>
      <Foot>
        {later && <button class="plain" data-testid="back-later" onClick={later}>{t('back.later')}</button>}
        <button class="primary" data-testid="by-hand" onClick={() => void backOne(s, o, l)}>{t('back.byhand')}</button>
      </Foot>
      {sheet === 'type' && <TypeIn onClose={() => open('')} onCode={(c) => void backScan(s, o.id, c)} />}
      {sheet === 'more' && <Sheet title={t('order.more')} onClose={() => open('')} testid="more">
        <Choices of={[{ id: 'type', words: t('run.code') }]} onPick={() => open('type')} />
        <Flags order={o} />
        <h3>{t('order.lines')}</h3>
        <Lines order={o} />
      </Sheet>}
    </section>
  );
}
