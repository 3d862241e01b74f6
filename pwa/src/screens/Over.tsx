// What lies over every screen: the verdict on the last scan, late refusals, and the offer of a newer app.
import { useStore, useWords } from '../ui/use';
import { Picture } from '../ui/parts';
import { Shape } from '../ui/shapes';
import { useEffect, useRef } from 'preact/hooks';

/** Wrong and attention fill the screen until the next scan or a tap; each has its own shape beside its colour. */
export function Verdict() {
  const s = useStore(), t = useWords(), v = s.notice.value, f = s.flash.value, go = useRef<HTMLButtonElement>(null);
  const away = () => { s.notice.value = null; };
  useEffect(() => { if (v) go.current?.focus({ preventScroll: true }); }, [v?.key]);
  return (
    <>
      <div class="sr" role="status" aria-live="polite" data-testid="good-words">{f?.words ?? ''}</div>
      {f && <div class="flash" key={f.key} data-testid="flash" aria-hidden="true"><span class="flash-tick"><Shape is="tick" size={56} /></span></div>}
      {v && <div class={'verdict ' + v.kind} role="alertdialog" aria-modal="true" aria-labelledby="verdict-title" aria-describedby="verdict-words" data-testid="verdict" data-kind={v.kind} onClick={away}>
        <div class="verdict-in">
          <p class="verdict-shape"><Shape is={v.kind === 'wrong' ? 'cross' : 'triangle'} size={96} /></p>
          <h2 id="verdict-title">{v.title}</h2>
          {(v.got || v.want) && <div class="beside">
            {v.got && <div><p class="small">{t('verdict.got')}</p><Picture of={v.got} /><p><strong>{v.got.name}</strong></p></div>}
            {v.want && <div><p class="small">{t('verdict.want')}</p><Picture of={v.want} /><p><strong>{v.want.name}</strong></p></div>}
          </div>}
          <p id="verdict-words" class="verdict-words">{v.words}</p>
          {v.hint && <p class="verdict-hint"><strong>{v.hint}</strong></p>}
        </div>
        <button ref={go} class="verdict-go" data-testid="verdict-go" onClick={away}>{t('verdict.go')}</button>
      </div>}
    </>
  );
}

/** What was refused after the person had gone on. It stays until it is read. */
export function Cards() {
  const s = useStore(), t = useWords(), all = s.cards.value, c = all[0];
  if (!c) return null;
  const said = c.kind === 'changed' ? { words: c.title, hint: c.words } : s.refusalWords(c.code, c.args, c.words, c.hint), o = s.order(c.order);
  const key = 'op.' + c.what, what = t(t(key) === key ? 'op.other' : key, { order: o?.number ?? c.order, item: c.item || t('item.unknown') });
  return (
    <div class="card" role="alert" data-testid="card" data-kind={c.kind} data-code={c.code}>
      <Shape is="triangle" size={32} />
      <div class="card-words">
        {c.kind !== 'fault' && c.kind !== 'changed' && <p>{t(c.kind === 'exception' ? 'card.exception' : 'card.late', { what, time: s.times.value.time(c.at, s.now.value) })}</p>}
        <p><strong>{said.words}</strong> {said.hint}</p>
        {all.length > 1 && <p class="small">{t('card.more', { n: all.length - 1 })}</p>}
        <div class="two">
          {o && <button class="plain" data-testid="card-open" onClick={() => { void s.readCard(c.id); s.go({ at: 'order', id: o.id }); }}>{t('card.open')}</button>}
          <button class="primary" data-testid="card-read" onClick={() => void s.readCard(c.id)}>{t('card.read')}</button>
        </div>
      </div>
    </div>
  );
}
/** Offered only between tasks, and never while something waits to be sent. */
export function Newer() {
  const s = useStore(), t = useWords();
  if (!s.shell.update.value || s.route.value.at !== 'list' || s.queue.ops.value.some((op) => !op.answer)) return null;
  return <div class="newer" role="status"><span>{t('update.ready')}</span><button class="plain" onClick={() => s.shell.takeOver()}>{t('update.now')}</button></div>;
}
