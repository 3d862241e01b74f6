// Small parts that screens are made of.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import type { Order } from '../model/types';
import { useStore, useWords } from './use';
import { Shape } from './shapes';

/** The head of every screen: where we are, and the state of the line in the corner. */
export function Head({ title, sub, back, menu, chip = true }: { title: string; sub?: string; back?: () => void; menu?: () => void; chip?: boolean }) {
  const t = useWords();
  return (
    <header class="head">
      {back && <button class="icon" onClick={back} aria-label={t('nav.back')} data-testid="back"><Shape is="back" /></button>}
      <div class="head-title"><h1>{title}</h1>{sub && <p class="small">{sub}</p>}</div>
      {chip && <LineChip />}
      {menu && <button class="icon" onClick={menu} aria-label={t('nav.menu')} data-testid="menu"><Shape is="menu" /></button>}
    </header>
  );
}

/** The state of the line: quiet, amber only when a person should know, in words when touched. */
export function LineChip() {
  const s = useStore(), t = useWords(), l = s.line.value;
  const amber = l.is === 'device' || l.is === 'nobox';
  return (
    <button class={'chip' + (amber ? ' amber' : '')} data-testid="chip" data-state={l.is} onClick={() => s.go({ at: 'line' })}
      aria-label={`${t('line.chip.' + l.is, { n: l.n })} – ${t('line.title')}: ${lineWords(s)}`}>
      <Shape is={amber ? 'triangle' : l.is === 'centre' ? 'ring-full' : 'ring'} />
      <span class="chip-words">{t('line.chip.' + l.is, { n: l.n })}</span>
    </button>
  );
}
export function lineWords(s: ReturnType<typeof useStore>): string {
  const t = s.t.value, l = s.line.value, since = l.since ? s.times.value.time(l.since, s.now.value) : '';
  switch (l.is) {
    case 'device': return t('line.device', { n: l.n });
    case 'way':
    case 'kept': return since ? t(`line.${l.is}.since`, { n: l.n, time: since }) : t('line.' + l.is, { n: l.n });
    case 'cut': return t('line.cut');
    case 'nobox': return t('line.nobox');
    case 'wait': return t('line.wait');
    default: return t('line.centre');
  }
}

/** The picture of an item: an image, a sign the device can draw, or the first letters of its name. */
export function Picture({ of, size = '' }: { of: { name: string; picture: string }; size?: string }) {
  const p = of.picture;
  if (p.startsWith('/')) return <span class={'pic ' + size}><img src={p} alt="" /></span>;
  const sign = p && drawable(p) ? p : '';
  return <span class={'pic ' + size} aria-hidden="true">{sign ? <span class="pic-sign">{sign}</span> : <span class="pic-letters">{letters(of.name)}</span>}</span>;
}
const letters = (name: string) => (name.match(/[\p{L}\p{N}]+/gu) ?? []).slice(0, 2).map((w) => w[0]!.toUpperCase()).join('');
const drawn = new Map<string, boolean>();
/** Whether the device's fonts have a sign: one they lack comes out as the same box as a code point nobody has. */
function drawable(sign: string): boolean {
  const known = drawn.get(sign);
  if (known !== undefined) return known;
  let ok = true;
  if (/\p{Extended_Pictographic}/u.test(sign)) {
    const look = (text: string) => {
      const c = document.createElement('canvas');
      c.width = c.height = 20;
      const g = c.getContext('2d', { willReadFrequently: true });
      if (!g) return '';
      g.textBaseline = 'top'; g.font = '16px sans-serif';
      g.fillText(text, 0, 0);
      return g.getImageData(0, 0, 20, 20).data.join();
    };
    const first = String.fromCodePoint(sign.codePointAt(0)!);
    ok = look(first) !== look('\u{10FFFE}') && look(first) !== look('\u{1FAFF}');
  }
  drawn.set(sign, ok);
  return ok;
}

/** A sheet from below, over the screen. Escape and the close button put it away. */
export function Sheet({ title, onClose, children, testid }: { title: string; onClose: () => void; children: ComponentChildren; testid?: string }) {
  const ref = useRef<HTMLDialogElement>(null), t = useWords();
  useEffect(() => {
    const d = ref.current!;
    if (!d.open) d.showModal();
    return () => d.close();
  }, []);
  return (
    <dialog ref={ref} class="sheet" aria-label={title} data-testid={testid} onCancel={(e) => { e.preventDefault(); onClose(); }}
      onClick={(e) => { if (e.target === ref.current) onClose(); }}>
      <div class="sheet-in">
        <div class="sheet-head"><h2>{title}</h2><button class="icon" onClick={onClose} aria-label={t('nav.close')} data-testid="sheet-close"><Shape is="cross" /></button></div>
        {children}
      </div>
    </dialog>
  );
}

/** Big choices, one below the other. */
export function Choices({ of, onPick }: { of: { id: string; words: string }[]; onPick: (id: string) => void }) {
  return <div class="choices">{of.map((c) => <button key={c.id} class="choice" data-testid={'choice-' + c.id} onClick={() => onPick(c.id)}>{c.words}</button>)}</div>;
}

/** The foot of a screen: at most two actions, the primary one on the side of the hand. */
export function Foot({ children }: { children: ComponentChildren }) { return <div class="foot">{children}</div>; }

/** The fallback for a scanner that does not read: a field for the code. */
export function TypeIn({ onCode, onClose }: { onCode: (code: string) => void; onClose: () => void }) {
  const t = useWords(), [code, set] = useState('');
  return (
    <Sheet title={t('run.code')} onClose={onClose} testid="typein">
      <form onSubmit={(e) => { e.preventDefault(); const c = code.trim(); if (c) { onClose(); onCode(c); } }}>
        <label class="field"><span>{t('run.code.label')}</span>
          <input autoFocus data-testid="typein-code" value={code} onInput={(e) => set(e.currentTarget.value)} autocomplete="off" autocapitalize="characters" spellcheck={false} enterkeyhint="done" /></label>
        <button class="primary wide" type="submit" data-testid="typein-go">{t('run.code.go')}</button>
      </form>
    </Sheet>
  );
}

/** "Due in 12 min", in words that fit the time. */
export function dueWords(s: ReturnType<typeof useStore>, o: Order): string {
  const t = s.t.value;
  if (!o.due) return t('due.none');
  const ms = Date.parse(o.due) - s.now.value, rel = s.times.value.relative(ms);
  return ms >= 0 ? t('due.in', { in: rel }) : t('due.since', { ago: rel });
}
export const who = (user: string): string => user.charAt(0).toUpperCase() + user.slice(1);
