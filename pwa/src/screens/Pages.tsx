// The quiet pages: menu, printers, state of the line, settings.
import { BoxSays } from './flags';
import { LANGUAGES } from '../i18n/words';
import { Head, lineWords } from '../ui/parts';
import { Shape } from '../ui/shapes';
import { useScan, useStore, useWords } from '../ui/use';
import type { Settings as Chosen } from '../app/store';
import type { Device, Printer } from '../model/types';
import { known, printerDo, printerSays } from './List';
import { SyncFacts, useSync, WrongClock } from './Sync';
import { StopGo, WaitingPrints } from './Prints';
import { waitingPrints } from '../model/prints';
import { waiting } from '../model/stops';
import { useState } from 'preact/hooks';

export function Menu() {
  const s = useStore(), t = useWords();
  const parcels = s.orders.value.reduce((n, o) => n + waiting(o).length, 0), prints = waitingPrints(s.orders.value, s.board.value?.papers ?? []).length;
  const go = (at: 'list' | 'handover' | 'printers' | 'line' | 'settings', icon: string, words: string, sub = '') =>
    <button class="strip" data-testid={'go-' + at} onClick={() => s.go({ at })}><Shape is={icon} /><span>{words}{sub && <span class="small block">{sub}</span>}</span></button>;
  return (
    <section class="screen" data-testid="menu-page">
      <Head title={t('menu.title')} sub={s.me.value ? t('settings.signedin', { who: s.me.value.name }) : ''} back={() => s.go({ at: 'list' })} />
      <div class="body strips">
        {go('list', 'box', t('nav.work'))}
        {go('handover', 'truck', t('hand.title'), t('parcels', { n: parcels }))}
        {go('printers', 'printer', t('printers.title'), prints > 0 ? t('printer.waits', { n: prints }) : '')}
        {go('line', 'lines', t('line.title'), lineWords(s))}
        {go('settings', 'gear', t('settings.title'))}
      </div>
    </section>
  );
}

/** Prints a test label, and says whether it is known to be printed. */
function TestLabel({ id, name }: { id: string; name: string }) {
  const s = useStore(), t = useWords(), [is, set] = useState<'' | 'way' | 'done' | 'not'>('');
  const print = () => { set('way'); s.api.testPrint(id).then((ok) => set(ok ? 'done' : 'not'), () => set('not')); };
  return <p class="test"><button class="plain" disabled={is === 'way'} onClick={print} data-testid="test-label" aria-label={t('printers.test') + ' ' + name}>{t('printers.test')}</button>{' '}
    <span role="status">{is === '' ? '' : t('printers.test.' + is)}</span></p>;
}

/** Sends what waits for a printer that needs a hand to the one that could print it. */
function Elsewhere({ p }: { p: Printer }) {
  const s = useStore(), t = useWords(), to = s.board.value?.printers.find((x) => x.id === p.elsewhere), [is, set] = useState<'' | 'way' | 'not' | 'stay'>('');
  if (!to || p.waiting === 0) return null;
  const send = () => { set('way'); s.api.sendJobs(p.id, to.id).then((stay) => set(stay ? 'stay' : ''), () => set('not')); };
  return <p class="test"><button class="plain" disabled={is === 'way'} onClick={send} data-testid="send-jobs">{t('printers.send', { n: p.waiting, name: to.name })}</button>{' '}<span role="status">{is === 'not' || is === 'stay' ? t('printers.send.' + is) : ''}</span></p>;
}

/** A scanner or a scale of the box's own. */
function DeviceRow({ d }: { d: Device }) {
  const s = useStore(), t = useWords(), ok = d.state === 'ready';
  return (
    <article class="printer" data-testid="device" data-state={d.state}>
      <Shape is={ok ? 'tick' : 'cross'} size={40} />
      <div><h2>{d.name}</h2><p>{t(`device.${d.kind}`)}{d.station ? ' · ' + d.station : ''}: {ok ? (d.words === 'ready' ? t('printer.ready') : d.words.replace(/^ready; /, '')) : t('device.away', { why: known(t, 'device.is.', d.reason || 'other'), time: s.times.value.time(d.since, s.now.value) })}</p>
        {!ok && <p><strong>{known(t, 'device.do.', d.reason || 'other')}</strong></p>}</div>
    </article>
  );
}

export function Printers() {
  const s = useStore(), t = useWords(), all = s.board.value?.printers ?? [], devices = s.board.value?.devices ?? [];
  return (
    <section class="screen" data-testid="printers">
      <Head title={t('printers.title')} back={() => s.go({ at: 'list' })} />
      <div class="body">
        {all.length === 0 && <div class="empty" data-testid="empty"><p><strong>{t('printers.empty')}</strong></p><p>{t('printers.empty.hint')}</p></div>}
        {all.map((p) => { const ok = p.state === 'ready' || p.state === 'printing'; return (
          <article class="printer" key={p.id} data-testid="printer" data-state={p.state}>
            <Shape is={ok ? 'tick' : p.state === 'offline' ? 'cross' : 'triangle'} size={40} />
            <div><h2>{p.name}</h2><p>{printerSays(s, p)}</p>{!ok && <p><strong>{p.state === 'stopped' ? t('printer.do.stopped.here') : printerDo(s, p)}</strong></p>}{!ok && <Elsewhere p={p} />}{p.at && <p class="small">{t('age', { time: s.times.value.time(p.at, s.now.value) })}</p>}<div class="tests"><TestLabel id={p.id} name={p.name} /><StopGo p={p} /></div></div>
          </article>); })}
        <WaitingPrints />
        {devices.map((d) => <DeviceRow key={d.id} d={d} />)}
      </div>
    </section>
  );
}

/** Three lines with their age: this handheld, the box, the centre. A person who knows no network understands it. */
export function LinePage() {
  const s = useStore(), t = useWords(), link = s.board.value?.link, marks = s.queue.marks.value, sync = useSync();
  const unsent = s.queue.ops.value.filter((op) => !op.answer);
  const at = (iso: string) => (iso ? t('line.since', { time: s.times.value.time(iso, s.now.value) }) : '');
  const box = s.up.value || s.queue.reached.value === true, ready = s.shell.ready.value;
  const mark = (ok: boolean) => <Shape is={ok ? 'tick' : 'triangle'} size={32} />;
  return (
    <section class="screen" data-testid="line-page">
      <Head title={t('line.title')} sub={lineWords(s)} chip={false} back={() => s.go({ at: 'list' })} />
      <div class="body">
        <WrongClock />
        <BoxSays only="box-clock" />
        <article class="step" data-testid="line-device">{mark(unsent.length === 0)}<div><h2>{t('line.step.device')}</h2>
          <p>{unsent.length === 0 ? t('line.device.none') : t('line.device.some', { n: unsent.length, time: s.times.value.time(unsent[0]!.at, s.now.value) })}</p>{unsent.length > 0 && <p class="small">{t('line.device.hint')}</p>}</div></article>
        <article class="step" data-testid="line-box">{mark(box)}<div><h2>{t('line.step.box')}</h2>
          <p>{box ? t('line.box.up') : t('line.box.down', { since: at(s.downSince.value) })}</p>{marks.saved > 0 && <p class="small">{t('line.box.saved', { n: marks.saved })}</p>}</div></article>
        <article class="step" data-testid="line-centre">{mark(!!link?.up && link.unsent === 0 && !sync?.todo.length)}<div><h2>{t('line.step.centre')}</h2>
          {sync ? <SyncFacts x={sync} /> : <>
            {link && !link.up && <p>{t('line.centre.down', { since: at(link.since) })}</p>}
            {link && <p>{link.unsent > 0 ? t(link.up ? 'line.centre.way' : 'line.centre.kept', { n: link.unsent }) : link.up ? t('line.centre.up') : ''}</p>}
            {link?.blocked && <p><strong>{t('line.blocked')}</strong></p>}</>}
          {marks.applied > 0 && <p class="small">{t('line.centre.applied', { n: marks.applied })}</p>}</div></article>
        <article class="step" data-testid="offline-ready" data-ready={ready.is}>{mark(ready.is !== 'not')}<div><h2>{t('line.offline.' + (ready.is === 'not' ? 'not' : ready.is))}</h2>
          {ready.is === 'not' && <p class="small">{t('line.offline.' + ready.why, { why: ready.detail })}</p>}</div></article>
        <p class="small">{t('line.install', { install: s.queue.install })}</p>
      </div>
    </section>
  );
}

export function Settings() {
  const s = useStore(), t = useWords(), now = s.settings.value, [sure, ask] = useState(false);
  const unsent = s.queue.ops.value.filter((op) => !op.answer).length;
  useScan(() => s.feel.play('good'));
  // Every bench that has a printer, a scanner or a scale: what is printed there, and what they read, goes by where the screen stands.
  const benches = [...new Set([...(s.board.value?.printers ?? []).flatMap((p) => p.stations ?? []), ...(s.board.value?.devices ?? []).map((d) => d.station), now.station])].filter((b) => b !== '').sort();
  const pick = <K extends keyof Chosen>(key: K, title: string, of: [Chosen[K], string][]) => (
    <fieldset class="pick"><legend>{title}</legend>{of.map(([v, words]) => <label key={String(v)} class="option"><input type="radio" name={key} checked={now[key] === v} data-testid={`set-${key}-${String(v)}`} onChange={() => void s.set({ [key]: v } as Partial<Chosen>)} /><span>{words}</span></label>)}</fieldset>
  );
  return (
    <section class="screen" data-testid="settings">
      <Head title={t('settings.title')} sub={s.me.value ? t('settings.signedin', { who: s.me.value.name }) : ''} back={() => s.go({ at: 'list' })} />
      <div class="body">
        {pick('hand', t('settings.hand'), [['left', t('settings.hand.left')], ['right', t('settings.hand.right')]])}
        {pick('theme', t('settings.theme'), [['auto', t('settings.theme.auto')], ['light', t('settings.theme.light')], ['dark', t('settings.theme.dark')], ['sun', t('settings.theme.sun')]])}
        {pick('sound', t('settings.sound'), [[true, t('settings.on')], [false, t('settings.off')]])}
        <div class="try" role="group" aria-label={t('settings.try')}>{(['good', 'attention', 'wrong'] as const).map((f) => <button key={f} class="plain" onClick={() => s.feel.play(f)}>{t('settings.' + f)}</button>)}</div>
        {benches.length > 0 && pick('station', t('settings.bench'), [['', t('settings.bench.none')], ...benches.map((b): [string, string] => [b, b])])}
        {s.me.value && (s.me.value.station ?? '') !== now.station && <p class="say" role="status" data-testid="bench-later">{t('settings.bench.later')}</p>}
        {pick('language', t('settings.language'), Object.entries(LANGUAGES) as [Chosen['language'], string][])}
        {sure && unsent > 0 && <p class="say" role="alert"><Shape is="triangle" /> {t('settings.signout.unsent', { n: unsent })}</p>}
        <button class="plain wide" data-testid="sign-out" onClick={() => { if (unsent > 0 && !sure) ask(true); else void s.signOut(); }}>{t(sure && unsent > 0 ? 'settings.signout.anyway' : 'settings.signout')}</button>
      </div>
    </section>
  );
}
