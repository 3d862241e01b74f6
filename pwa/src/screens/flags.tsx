// What keeps an order from going its usual way, and what the box and its people should know before they go on.
import type { Order } from '../model/types';
import { Shape } from '../ui/shapes';
import { useStore } from '../ui/use';

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

interface Matter { id: string; words: string; hint: string }
/** What is the matter with the box itself: another has its place, it takes back what it lost, its clock is wrong. */
function boxSays(s: S): Matter[] {
  const t = s.t.value, l = s.board.value?.link, r = l?.recovering;
  if (l?.replaced) return [{ id: 'box-replaced', words: t('box.replaced'), hint: t('box.replaced.hint') }];
  return [
    ...(r ? [{ id: 'box-recovering', words: t('box.recovering') + (r.of > 0 ? ' ' + t('box.recovering.seen', { seen: r.of - r.left, of: r.of }) : ''), hint: t('box.recovering.hint') }] : []),
    ...(l?.skew ? [{ id: 'box-clock', words: t('box.clock', { n: Math.round(Math.abs(l.skew) / 60) }), hint: t('box.clock.hint') }] : []),
  ];
}
export function BoxSays({ only }: { only?: string }) {
  const s = useStore();
  return <>{boxSays(s).filter((m) => !only || m.id === only).map((m) => <p class="say" key={m.id} role="status" data-testid={m.id}><Shape is="triangle" /><span><strong>{m.words}</strong> {m.hint}</span></p>)}</>;
}
/** The same in a line each; touched, it says what to do. */
export function BoxStrips() {
  const s = useStore();
  return <>{boxSays(s).map((m) => <button class="strip amber" key={m.id} data-testid={m.id} onClick={() => s.go({ at: 'line' })}><Shape is="triangle" /><span>{m.words}</span></button>)}</>;
}
