// How the box and the centre do: the box's own facts (GET /api/sync), said in the person's language. What has nothing to say says nothing.
import { useEffect, useState } from 'preact/hooks';
import { syncSays } from '../model/sync';
import type { Sync } from '../model/types';
import { Shape } from '../ui/shapes';
import { useStore, useWords } from '../ui/use';

const EVERY_MS = 10_000;

/** Asks the box while somebody looks, and again whenever the line changes; null while it has not answered. */
export function useSync(): Sync | null {
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

export function SyncFacts({ x }: { x: Sync }) {
  const s = useStore(), t = useWords(), time = (iso: string) => s.times.value.time(iso, s.now.value);
  const { says, todo } = syncSays(t, x, time), far = !x.up && (x.state === 'cut_off' || x.state === 'blocked'); // what is under way is no outage
  const what = (w: Sync['what'][number]) => { const key = `sync.what.${w.what.replace(/[ -]/g, '_')}`, said = t(key, { n: w.count }); return said === key ? t('sync.what.other_things', { n: w.count }) : said; };
  return (
    <div data-testid="sync" data-state={x.state}>
      {says.map((w, i) => <p key={w}>{i === 0 ? <strong>{w}</strong> : w}</p>)}
      {todo.length > 0 && <ul class="todo" data-testid="sync-do">{todo.map((w) => <li key={w}>{w}</li>)}</ul>}
      {far && x.since && <p class="small">{t('sync.since', { time: time(x.since) })}</p>}
      {x.unsent > 0 && x.oldest && <p class="small">{t('line.centre.oldest', { time: time(x.oldest) })}</p>}
      {x.what.length > 0 && <div><p class="small">{x.sorted > 0 ? t('sync.waits.oldest', { n: x.sorted }) : t('sync.waits')}</p>
        <ul class="small" data-testid="sync-what">{x.what.map((w) => <li key={w.what}>{what(w)}{t('line.since', { time: time(w.oldest) })}</li>)}</ul></div>}
      {x.cause && <details class="small" data-testid="sync-cause"><summary>{t('sync.operator')}</summary><p lang="en" dir="ltr">{x.cause}</p></details>}
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
