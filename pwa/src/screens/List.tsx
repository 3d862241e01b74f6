import { useEffect, useRef, useState } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import { isOpen } from '../model/board';
import { waitingPrints } from '../model/prints';
import { backQty, pickedQty, waiting, wantedQty } from '../model/stops';
import type { Job, Order, Printer } from '../model/types';
import { startPick } from '../app/act';
import { dueWords, Head, who } from '../ui/parts';
import { BoxStrips, flagsOf } from './flags';
import { backWhy } from './PutBack';
import { WrongClock } from './Sync';
import { Shape } from '../ui/shapes';
import { useScan, useStore, useWords } from '../ui/use';

const IDLE_MS = 8000;

/** What to offer first, and why: what was begun, then what is due. */
export function nextUp(orders: Order[], me: string): { order: Order; why: string } | null {
  const back = orders.find((o) => backQty(o) > 0 && o.picker === me);
  if (back) return { order: back, why: 'back' };
  const mine = orders.find((o) => o.state === 'picking' && o.picker === me);
  if (mine) return { order: mine, why: 'mine' };
  const pack = orders.find((o) => (o.state === 'picked' || o.state === 'packing') && o.picker === me);
  if (pack) return { order: pack, why: 'pack' };
  const free = orders.filter((o) => (o.state === 'new' || o.state === 'ready') && !o.hold && o.coming === 0 && !o.paper);
  const first = free[0];
  return first ? { order: first, why: first.priority > 0 ? 'express' : 'due' } : null;
}

/** The list, held still: what would move a row under a finger waits until it is asked for or nobody touches. */
function useStill(orders: Order[]): { shown: Order[]; fresh: number; show: () => void; touch: () => void } {
  const [ids, setIds] = useState<string[]>(() => orders.map((o) => o.id));
  const touched = useRef(-Infinity);
  const want = orders.map((o) => o.id);
  const moved = want.length !== ids.length || want.some((id, i) => id !== ids[i]);
  const show = () => setIds(want);
  useEffect(() => {
    if (!moved) return;
    const rest = touched.current + IDLE_MS - performance.now();
    if (rest <= 0 || ids.length === 0) { show(); return; }
    const timer = setTimeout(show, rest);
    return () => clearTimeout(timer);
  }, [want.join('\n'), moved]);
  const by = new Map(orders.map((o) => [o.id, o]));
  return {
    shown: ids.map((id) => by.get(id)).filter((o): o is Order => !!o),
    fresh: want.filter((id) => !ids.includes(id)).length,
    show, touch: () => { touched.current = performance.now(); },
  };
}

export function List({ selected }: { selected?: string | undefined }) {
  const s = useStore(), t = useWords(), me = s.me.value?.user ?? '';
  const all = s.orders.value, open = all.filter(isOpen);
  const work = open.filter((o) => o.state !== 'awaiting_carrier' || backQty(o) > 0);
  const { shown, fresh, show, touch } = useStill(work);
  const done = all.filter((o) => !isOpen(o));
  const parcels = open.reduce((n, o) => n + waiting(o).length, 0);
  const stuck = (s.board.value?.printers ?? []).filter((p) => p.state !== 'ready' && p.state !== 'printing');
  const asked = waitingPrints(all, s.board.value?.papers ?? []).filter((r) => r.job.state === 'unknown' && !r.job.unit).length; // those of a parcel stand on its own screen
  const next = nextUp(shown, me);
  useScan((code) => {
    const parcel = all.find((o) => o.units.some((u) => code.includes(u.unit)));
    if (parcel) s.go({ at: 'order', id: parcel.id });
    else s.say('attention', { title: t('list.title'), words: t('list.scan'), hint: '' });
  });
  const start = async (o: Order) => {
    if (o.state === 'new' || o.state === 'ready') await startPick(s, o);
    s.go({ at: 'order', id: o.id });
  };
  return (
    <section class="screen" data-testid="list" onPointerDown={touch} onScrollCapture={touch}>
      <Head title={t('list.title')} sub={s.board.value ? `${s.board.value.site.name}` : ''} menu={() => s.go({ at: 'menu' })} />
      <div class="body">
        <BoxStrips />
        <WrongClock />
        {fresh > 0 && <button class="fresh" data-testid="fresh" onClick={show}>{t('list.new', { n: fresh })} · {t('list.show')}</button>}
        {next && <NextCard order={next.order} why={next.why} onStart={() => void start(next.order)} />}
        {parcels > 0 && <Strip icon="truck" words={t('list.handover', { n: parcels })} action={t('list.handover.go')} testid="to-handover" onClick={() => s.go({ at: 'handover' })} />}
        {stuck.length > 0 && <Strip icon="triangle" words={<StuckWords stuck={stuck} />} testid="printer-stuck" onClick={() => s.go({ at: 'printers' })} />}
        {asked > 0 && <Strip icon="triangle" words={t('prints.ask', { n: asked })} testid="prints-asked" onClick={() => s.go({ at: 'printers' })} />}
        {shown.length === 0 && <Empty />}
        <Groups orders={shown.filter((o) => backQty(o) > 0)} selected={selected} title={t('back.group')} />
        <Groups orders={shown.filter((o) => backQty(o) === 0)} selected={selected} />
        {done.length > 0 && <details class="group"><summary><h2>{t('list.done')}</h2> <span class="small">{done.length}</span></summary>{done.map((o) => <Row key={o.id} order={o} selected={o.id === selected} />)}</details>}
      </div>
    </section>
  );
}
function Empty() {
  const s = useStore(), t = useWords(), l = s.line.value;
  if (s.board.value) return <div class="empty" data-testid="empty"><p><strong>{t('list.empty')}</strong></p><p>{t('list.empty.hint')}</p>{l.is === 'nobox' && <p class="small">{t('age', { time: s.times.value.time(s.board.value.now, s.now.value) })}</p>}</div>;
  return <div class="empty" data-testid="empty"><p><strong>{t(l.is === 'nobox' ? 'list.none' : 'list.loading')}</strong></p>{l.is === 'nobox' && <p>{t('list.none.hint')}</p>}</div>;
}
function NextCard({ order: o, why, onStart }: { order: Order; why: string; onStart: () => void }) {
  const s = useStore(), t = useWords(), back = why === 'back' ? backQty(o) : 0, begun = why === 'mine' || why === 'pack' || back > 0;
  return (
    <div class="next" data-testid="next">
      <p class="small">{t(begun ? 'list.yours' : 'list.next')} · {t('list.why.' + why)}</p>
      <p class="next-title"><strong>{t('order.title', { number: o.number })}</strong></p>
      {back > 0 ? <p data-testid="next-back"><strong>{t('back.title', { n: back })}.</strong> {backWhy(t, o)}</p> : <p>{amount(s, o)}{where(s, o) && <> · {where(s, o)}</>}</p>}
      {back === 0 && <p class="due" data-late={late(s, o)}>{dueWords(s, o)}</p>}
      <button class="primary wide" data-testid="next-start" onClick={onStart}>{t(back > 0 ? 'back.go' : begun ? 'list.resume' : 'list.start')}</button>
    </div>
  );
}
export function Strip({ icon, words, action, onClick, testid }: { icon: string; words: ComponentChildren; action?: string; onClick: () => void; testid: string }) {
  return <button class={'strip' + (icon === 'triangle' ? ' amber' : '')} data-testid={testid} onClick={onClick}><Shape is={icon} /><span>{words}</span>{action && <strong>{action}</strong>}</button>;
}

/** By the hour they are due; what is overdue stands first. */
function Groups({ orders, selected, title: one }: { orders: Order[]; selected?: string | undefined; title?: string }) {
  const s = useStore(), t = useWords(), now = s.now.value, times = s.times.value;
  const groups: { key: string; title: string; orders: Order[] }[] = [];
  for (const o of orders) {
    let key = 'none', title = one ?? t('list.nodue');
    if (o.due && !one) {
      const due = Date.parse(o.due), hour = Math.ceil(due / 3_600_000) * 3_600_000;
      if (due < now) { key = 'late'; title = t('list.overdue'); }
      else { key = String(hour); title = times.sameDay(due, now) ? t('list.by', { time: times.clock(hour) }) : t('list.day', { day: times.day(due, now), time: times.clock(hour) }); }
    }
    const last = groups[groups.length - 1];
    if (last?.key === key) last.orders.push(o); else groups.push({ key, title, orders: [o] });
  }
  return <>{groups.map((g) => <section class="group" key={g.key} data-late={g.key === 'late'}><h2>{g.title}</h2>{g.orders.map((o) => <Row key={o.id} order={o} selected={o.id === selected} />)}</section>)}</>;
}
function Row({ order: o, selected }: { order: Order; selected: boolean }) {
  const s = useStore(), t = useWords();
  const back = backQty(o), flag = flagsOf(s, o)[0];
  const kind = back > 0 ? 'back' : o.state === 'packed' ? 'label' : o.state === 'picked' || o.state === 'packing' ? 'pack' : o.state === 'awaiting_carrier' ? 'wait' : 'ship';
  const status = o.state === 'picking' && o.picker ? `${o.picker === s.me.value?.user ? t('who.picks.you') : t('who.picks', { who: who(o.picker) })} · ${t('line.progress', { picked: pickedQty(o), qty: wantedQty(o) })}` : t('state.' + o.state);
  return (
    <button class="row" data-testid="order-row" data-order={o.id} data-state={o.state} aria-current={selected ? 'true' : undefined} onClick={() => s.go({ at: 'order', id: o.id })}>
      <span class="row-main"><strong>{o.number}</strong><span class="row-kind">{t(back > 0 ? 'back.go' : 'list.kind.' + kind)}</span></span>
      <span class="row-due" data-late={late(s, o)}>{isOpen(o) && o.state !== 'put_back' ? dueWords(s, o) : ''}</span>
      <span class="row-sub">{back > 0 ? t('back.title', { n: back }) : [t('units', { n: o.qty }), where(s, o) || t('lines', { n: o.lines.length })].join(' · ')}</span>
      <span class="row-state" data-flag={flag?.is}>{flag?.short ?? status}</span>
    </button>
  );
}
type S = ReturnType<typeof useStore>;
const late = (s: S, o: Order) => (o.due && isOpen(o) && Date.parse(o.due) < s.now.value ? 'true' : undefined);
export const amount = (s: S, o: Order) => `${s.t.value('units', { n: o.qty })} · ${s.t.value('lines', { n: o.lines.length })}`;
function where(s: S, o: Order): string {
  const aisles = [...new Set(o.lines.filter((l) => l.to_pick > 0 && l.aisle).map((l) => l.aisle))];
  return aisles.length === 0 ? '' : s.t.value('aisles', { n: aisles.length, list: aisles.join(', ') });
}

/** A printer in the person's words: how it is, and how many jobs wait. */
export function printerSays(s: S, p: Printer): string {
  const t = s.t.value, why = p.state === 'stopped' ? t('printer.stopped', { why: p.stopped }) : printerWhy(s, p.state, p.reasons);
  return p.waiting > 0 ? `${why}. ${t('printer.waits', { n: p.waiting })}` : why;
}
/** The same on one line, with its name and what to do. */
export function printerWords(s: S, p: Printer): string {
  return `${p.name}: ${printerSays(s, p)}. ${printerDo(s, p)}`;
}
/** Printers that need somebody: one says what to do; of several how many and what waits, those with work in front, and no more of it
 *  than two lines, because the rest would push the work off a small screen. */
function StuckWords({ stuck }: { stuck: Printer[] }) {
  const s = useStore(), t = useWords(), [one, two] = stuck, jobs = stuck.reduce((n, p) => n + p.waiting, 0);
  if (one && !two) return <>{printerWords(s, one)}</>;
  const each = [...stuck].sort((a, b) => b.waiting - a.waiting).map((p) => `${p.name.replace(/ /g, '\u00a0')}: ${p.state === 'stopped' ? t('printer.stopped', { why: p.stopped }) : printerWhy(s, p.state, p.reasons)}`);
  return <><strong>{t('printer.many', { n: stuck.length })}</strong><span class="small two-lines">{[...(jobs > 0 ? [t('printer.waits', { n: jobs })] : []), ...each].join(' · ')}</span></>;
}
/** What to do at a printer, and where else its jobs could come out. */
export function printerDo(s: S, p: Printer): string {
  const t = s.t.value, hint = p.state === 'stopped' ? t('printer.do.stopped') : printerHint(s, p.state, p.reasons), other = s.board.value?.printers.find((x) => x.id === p.elsewhere);
  return other && hint ? t('printer.or', { hint: hint.replace(/\.$/, ''), name: other.name, n: p.waiting }) : hint;
}
export function printerWhy(s: S, state: string, reasons: string[]): string {
  const t = s.t.value, words = reasons.map((r) => known(t, 'printer.', r)).join(', ');
  if (state === 'ready' || state === 'printing') return t('printer.' + state);
  return words || known(t, 'printer.', state === 'blocked' ? 'other' : state);
}
export function printerHint(s: S, state: string, reasons: string[]): string {
  if (state === 'ready' || state === 'printing') return '';
  return known(s.t.value, 'printer.do.', reasons[0] ?? (state === 'blocked' ? 'other' : state));
}
export function known(t: S['t']['value'], prefix: string, reason: string): string {
  const own = t(prefix + reason);
  if (own !== prefix + reason) return own;
  return prefix === 'printer.' ? `${t('printer.other')} (${reason})` : t(prefix + 'other');
}
/** Why a job is held, what to do about it, and at which printer: the one that has it, or the one of its bench. */
export function heldBy(s: S, j: Job): { why: string; hint: string; name: string } {
  const t = s.t.value, all = s.board.value?.printers ?? [];
  const p = all.find((x) => x.id === j.printer) ?? all.find((x) => x.stations?.includes(j.station)) ?? (all.length === 1 ? all[0] : undefined);
  // What people stopped is not to be set going at the printer itself.
  if (p?.stopped && j.reasons[0] === 'paused') return { why: t('printer.stopped', { why: p.stopped }), hint: t('printer.do.stopped'), name: p.name };
  return { why: printerWhy(s, 'blocked', j.reasons), hint: printerHint(s, 'blocked', j.reasons), name: p?.name ?? '' };
}
