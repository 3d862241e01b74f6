// The quiet pages: menu, printers, state of the line, settings.
import { LANGUAGES } from '../i18n/words';
import { Head, lineWords } from '../ui/parts';
import { Shape } from '../ui/shapes';
import { useScan, useStore, useWords } from '../ui/use';
import type { Settings as Chosen } from '../app/store';
import { printerHint, printerWords } from './List';
import { waiting } from '../model/stops';
import { useState } from 'preact/hooks';

export function Menu() {
  const s = useStore(), t = useWords();
  const parcels = s.orders.value.reduce((n, o) => n + waiting(o).length, 0);
  const go = (at: 'list' | 'handover' | 'printers' | 'line' | 'settings', icon: string, words: string, sub = '') =>
    <button class="strip" data-testid={'go-' + at} onClick={() => s.go({ at })}><Shape is={icon} /><span>{words}{sub && <span class="small block">{sub}</span>}</span></button>;
  return (
    <section class="screen" data-testid="menu-page">
      <Head title={t('menu.title')} sub={s.me.value ? t('settings.signedin', { who: s.me.value.name }) : ''} back={() => s.go({ at: 'list' })} />
      <div class="body strips">
        {go('list', 'box', t('nav.work'))}
        {go('handover', 'truck', t('hand.title'), t('parcels', { n: parcels }))}
        {go('printers', 'printer', t('printers.title'))}
        {go('line', 'lines', t('line.title'), lineWords(s))}
        {go('settings', 'gear', t('settings.title'))}
      </div>
    </section>
  );
}

export function Printers() {
  const s = useStore(), t = useWords(), all = s.board.value?.printers ?? [];
  return (
    <section class="screen" data-testid="printers">
      <Head title={t('printers.title')} back={() => s.go({ at: 'list' })} />
      <div class="body">
        {all.length === 0 && <div class="empty" data-testid="empty"><p><strong>{t('printers.empty')}</strong></p><p>{t('printers.empty.hint')}</p></div>}
        {all.map((p) => { const ok = p.state === 'ready' || p.state === 'printing'; return (
          <article class="printer" key={p.id} data-testid="printer" data-state={p.state}>
            <Shape is={ok ? 'tick' : p.state === 'offline' ? 'cross' : 'triangle'} size={40} />
            <div><h2>{p.name}</h2><p>{printerWords(s, p.id).replace(p.name + ': ', '')}</p>{!ok && <p><strong>{printerHint(s, p.state, p.reasons)}</strong></p>}{p.at && <p class="small">{t('age', { time: s.times.value.time(p.at, s.now.value) })}</p>}</div>
          </article>); })}
      </div>
    </section>
  );
}

/** Three lines with their age: this handheld, the box, the centre. A person who knows no network understands it. */
export function LinePage() {
  const s = useStore(), t = useWords(), link = s.board.value?.link, marks = s.queue.marks.value;
  const unsent = s.queue.ops.value.filter((op) => !op.answer);
  const at = (iso: string) => (iso ? t('line.since', { time: s.times.value.time(iso, s.now.value) }) : '');
  const box = s.up.value || s.queue.reached.value === true, ready = s.shell.ready.value;
  const mark = (ok: boolean) => <Shape is={ok ? 'tick' : 'triangle'} size={32} />;
  return (
    <section class="screen" data-testid="line-page">
      <Head title={t('line.title')} sub={lineWords(s)} chip={false} back={() => s.go({ at: 'list' })} />
      <div class="body">
        <article class="step" data-testid="line-device">{mark(unsent.length === 0)}<div><h2>{t('line.step.device')}</h2>
          <p>{unsent.length === 0 ? t('line.device.none') : t('line.device.some', { n: unsent.length, time: s.times.value.time(unsent[0]!.at, s.now.value) })}</p>{unsent.length > 0 && <p class="small">{t('line.device.hint')}</p>}</div></article>
        <article class="step" data-testid="line-box">{mark(box)}<div><h2>{t('line.step.box')}</h2>
          <p>{box ? t('line.box.up') : t('line.box.down', { since: at(s.downSince.value) })}</p>{marks.saved > 0 && <p class="small">{t('line.box.saved', { n: marks.saved })}</p>}</div></article>
        <article class="step" data-testid="line-centre">{mark(!!link?.up && link.unsent === 0)}<div><h2>{t('line.step.centre')}</h2>
          {link && !link.up && <p>{t('line.centre.down', { since: at(link.since) })}</p>}
          {link && <p>{link.unsent > 0 ? t('line.centre.way', { n: link.unsent }) : t('line.centre.up')}</p>}
          {link?.blocked && <p><strong>{t('line.blocked', { why: link.blocked })}</strong></p>}
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
        {pick('language', t('settings.language'), Object.entries(LANGUAGES) as [Chosen['language'], string][])}
        {sure && unsent > 0 && <p class="say" role="alert"><Shape is="triangle" /> {t('settings.signout.unsent', { n: unsent })}</p>}
        <button class="plain wide" data-testid="sign-out" onClick={() => { if (unsent > 0 && !sure) ask(true); else void s.signOut(); }}>{t(sure && unsent > 0 ? 'settings.signout.anyway' : 'settings.signout')}</button>
      </div>
    </section>
  );
}
