// What keeps an order from going its usual way, and what the box and its people should know before they go on.
import type { Order } from '../model/types';
import { Shape } from '../ui/shapes';
import { useStore, useWords } from '../ui/use';

type S = ReturnType<typeof useStore>;
export interface Flag { is: 'hold' | 'twice' | 'coming' | 'paper' | 'permit' | 'notbefore'; words: string; hint: string; short: string }

/** The flags of an order, the gravest first. */
export function flagsOf(s: S, o: Order): Flag[] {
  const t = s.t.value, out: Flag[] = [];
  const time = o.not_before ? s.times.value.time(o.not_before, s.now.value) : '';
  const add = (is: Flag['is'], args: Record<string, string | number> = {}) => out.push({ is, words: t('flag.' + is, args), hint: t('flag.' + is + '.hint'), short: t('flag.short.' + is, args) });
  if (o.hold) add('hold', { why: o.hold.replace(/\.$/, '') });
  if (o.twice) add('twice');
  if (o.coming > 0) add('coming', { n: o.coming });
  if (o.paper) add('paper', { paper: o.paper });
  if (o.needs_permit) add('permit');
  if (time && Date.parse(o.not_before) > s.now.value) add('notbefore', { time });
  return out;
}
export function Flags({ order: o, only }: { order: Order; only?: Flag['is'][] }) {
  const s = useStore();
  return <>{flagsOf(s, o).filter((f) => !only || only.includes(f.is)).map((f) => (
    <p class="say flag" key={f.is} role="status" data-testid={'flag-' + f.is}><Shape is="triangle" /><span><strong>{f.words}</strong> {f.hint}</span></p>))}</>;
}

/** What is the matter with the box itself: another has its place, it takes back what it lost, its clock is wrong. */
export function BoxSays() {
  const s = useStore(), t = useWords(), l = s.board.value?.link;
  const say = (id: string, words: string, hint: string) => <p class="say" role="status" data-testid={id}><Shape is="triangle" /><span><strong>{words}</strong> {hint}</span></p>;
  if (!l) return null;
  if (l.replaced) return say('box-replaced', t('box.replaced'), t('box.replaced.hint'));
  const r = l.recovering;
  return <>
    {r && say('box-recovering', t('box.recovering') + (r.of > 0 ? ' ' + t('box.recovering.seen', { seen: r.of - r.left, of: r.of }) : ''), t('box.recovering.hint'))}
    {l.skew !== 0 && say('box-clock', t('box.clock', { n: Math.round(Math.abs(l.skew) / 60) }), t('box.clock.hint'))}
  </>;
}
