// How the box and the centre do: the box's own facts (GET /api/sync), said in the person's language. What has nothing to say says nothing.
import { useEffect, useState } from 'preact/hooks';
import type { Sync } from '../model/types';
import { Shape } from '../ui/shapes';
import { useStore, useWords } from '../ui/use';

const EVERY_MS = 10_000;

/** Asks the box while somebody looks, and again whenever the line changes; null while it has not answered. */
function useSync(): Sync | null {
  const s = useStore(), link = s.board.value?.link, [sync, set] = useState<Sync | null>(null);
  useEffect(() => {
    let here = true;
    const ask = () => { s.api.sync().then((x) => { if (here) set(x); }, () => undefined); };
    ask();
    const timer = setInterval(ask, EVERY_MS);
    return () => { here = false; clearInterval(timer); };
  }, [link?.up, link?.blocked, (link?.unsent ?? 0) > 0]);
  return sync;
}

/** What is the matter, and what to do about it. */
export function syncSays(t: (key: string, args?: Record<string, string | number>) => string, x: Sync): { says: string[]; todo: string[] } {
  const says: string[] = [], todo: string[] = [];
  if (x.state === 'alone') return { says: [t('sync.alone')], todo };
  if (x.state === 'replaced') {
    says.push(t('sync.replaced', { n: x.handed }), t('sync.replaced.left', { n: x.left }));
    if (x.left > 0) todo.push(t('sync.replaced.leave'));
    return { says, todo: [...todo, t('sync.replaced.do')] };
  }
  if (x.state === 'recovering') {
    says.push(t('sync.recovering'));
    if (x.waits.length > 0) { says.push(t('sync.recovering.waits', { n: x.waits.length, who: x.waits.join(', ') })); todo.push(t('sync.recovering.do'), t('sync.recovering.lost')); }
  }
  if (x.sends) { says.push(t('sync.sends', { seq: x.sends.seq, type: x.sends.type })); todo.push(t('sync.sends.do')); }
  if (x.takes) { says.push(t('sync.takes', { seq: x.takes.seq, type: x.takes.type })); todo.push(t('sync.takes.do')); }
  if (!x.sends && !x.takes && x.blocked) { says.push(t('line.blocked', { why: x.blocked.replace(/\.$/, '') })); }
  if (x.state === 'cut_off') todo.push(t('sync.cut.do'), t('sync.cut.look'));
  return { says, todo };
}

export function SyncFacts() {
  const s = useStore(), t = useWords(), x = useSync();
  if (!x) { const why = s.board.value?.link.blocked; return why ? <p><strong>{t('line.blocked', { why })}</strong></p> : null; }
  const { says, todo } = syncSays(t, x);
  const what = (w: Sync['what'][number]) => t(`sync.what.${w.what.replace(/[ -]/g, '_')}`, { n: w.count });
  return (
    <div data-testid="sync" data-state={x.state}>
      {says.map((w) => <p key={w}><strong>{w}</strong></p>)}
      {todo.length > 0 && <ul class="todo" data-testid="sync-do">{todo.map((w) => <li key={w}>{w}</li>)}</ul>}
      {x.what.length > 0 && <ul class="small" data-testid="sync-what">{x.what.map((w) => <li key={w.what}>{what(w).startsWith('sync.what.') ? `${w.count} × ${w.what}` : what(w)}{t('line.since', { time: s.times.value.time(w.oldest, s.now.value) })}</li>)}</ul>}
    </div>
  );
}

/** A handheld whose clock is wrong: times on its screens and in the books would be, and the box's stand in their place. */
export function WrongClock() {
  const s = useStore(), t = useWords(), off = s.clockOff.value, said = s.clockSaid.value;
  if (off) return <p class="say" role="status" data-testid="clock-wrong"><Shape is="triangle" /> <span><strong>{t('clock.wrong', { here: s.times.value.clock(s.now.value - off), box: s.times.value.clock(s.now.value) })}</strong> {t('clock.wrong.hint')}</span></p>;
  if (said) return <p class="say" role="status" data-testid="clock-wrong"><Shape is="triangle" /> <span><strong>{t('clock.was', { time: s.times.value.time(said, s.now.value) })}</strong> {t('clock.was.hint')}</span></p>;
  return null;
}
