import { useEffect, useRef, useState } from 'preact/hooks';
import { ProblemError } from '../queue/queue';
import { Shape } from '../ui/shapes';
import { useScan, useStore, useWords } from '../ui/use';

/** Badge, then PIN: one question at a time. A scan of the badge answers the first. Where the box asks for a colleague's word, the same two of the colleague. */
export function SignIn() {
  const s = useStore(), t = useWords();
  const [badge, setBadge] = useState(''), [typed, setTyped] = useState(''), [pin, setPin] = useState('');
  const [wait, setWait] = useState(false), [said, say] = useState<{ words: string; hint: string } | null>(null);
  const [first, vouchFor] = useState<{ badge: string; pin: string } | null>(null); // who signs in, while a colleague vouches
  const theirs = s.queue.ops.value.filter((op) => !op.answer && op.user);
  const [mine, setMine] = useState(false);
  const take = (code: string) => { const b = code.trim(); if (b) { setBadge(b); setPin(''); say(null); } };
  useScan(take);
  const other = !first && theirs.find((op) => op.user !== (s.badges.value[badge.toLowerCase()] ?? badge.toLowerCase()));
  const go = async () => {
    if (!pin || wait) return;
    setWait(true); say(null);
    try { if (first) await s.signIn(first.badge, first.pin, { badge, pin }); else await s.signIn(badge, pin); } catch (e) {
      setPin('');
      if (e instanceof ProblemError && e.problem.type === 'urn:picket:problem:vouch') { vouchFor({ badge, pin }); setBadge(''); setTyped(''); return; }
      if (!(e instanceof ProblemError)) say({ words: t('signin.offline'), hint: t('signin.offline.hint') });
      else if (e.problem.status === 429) say({ words: t('signin.locked'), hint: t('signin.locked.hint', { wait: waitWords(s.settings.value.language, e.retryAfterMs) }) });
      else if (e.problem.status === 401) say({ words: t('signin.wrong'), hint: t('signin.wrong.hint') });
      else say({ words: e.problem.title ?? t('signin.offline'), hint: e.problem.detail ?? '' });
    } finally { setWait(false); }
  };
  return (
    <main class="signin" data-testid="signin">
      <header class="head"><div class="head-title"><h1>{t('app.name')}</h1><p class="small">{s.board.value?.site.name ?? t('signin.title')}</p></div></header>
      {!badge ? (
        <div class="signin-body">
          {first && <p class="say" role="status" data-testid="vouch"><Shape is="triangle" /> <span><strong>{t('signin.vouch')}</strong> {t('signin.vouch.hint', { badge: first.badge })}</span></p>}
          {first && <button class="link" data-testid="vouch-not" onClick={() => { vouchFor(null); say(null); }}>{t('signin.vouch.not')}</button>}
          {s.expired.value && <p class="say" role="status"><strong>{t('signin.over')}</strong> {t('signin.over.hint')}</p>}
          <div class="badge-art"><Shape is="badge" size={112} /></div>
          <h2 class="ask">{t(first ? 'signin.vouch.scan' : 'signin.scan')}</h2>
          <form onSubmit={(e) => { e.preventDefault(); take(typed); }}>
            <label class="field"><span>{t('signin.or')}</span>
              <input data-testid="badge" value={typed} onInput={(e) => setTyped(e.currentTarget.value)} aria-label={t('signin.badge')} autocomplete="username" autocapitalize="characters" spellcheck={false} enterkeyhint="next" /></label>
            <button class="primary wide" type="submit" data-testid="badge-next" disabled={!typed.trim()}>{t('signin.next')}</button>
          </form>
        </div>
      ) : other && !mine ? (
        <div class="signin-body">
          <p class="say" role="alert"><Shape is="triangle" /> {t('signin.theirs', { n: theirs.length, who: cap(other.user) })}</p>
          <button class="plain wide" onClick={() => setBadge('')} data-testid="other-badge">{t('signin.other')}</button>
          <button class="plain wide" onClick={() => setMine(true)} data-testid="send-mine">{t('signin.theirs.send')}</button>
        </div>
      ) : (
        <div class="signin-body">
          <div class="pin-head"><h2>{t('signin.pin', { badge })}</h2>
            <button class="link" data-testid="other-badge" onClick={() => { setBadge(''); setTyped(''); say(null); }}>{t('signin.other')}</button></div>
          <PinPad pin={pin} set={setPin} go={go} wait={wait} />
          {/* What went wrong stands where “asking” stood: on the smallest screen too, and nothing moves for it. */}
          <p class="small wait" role="status" hidden={!wait}>{wait ? t('signin.wait') : ''}</p>
          <div role="alert" data-testid="signin-said">{said && <p class="say"><Shape is="cross" /><span><strong>{said.words}</strong> {said.hint}</span></p>}</div>
        </div>
      )}
    </main>
  );
}
const cap = (u: string) => u.charAt(0).toUpperCase() + u.slice(1);
function waitWords(lang: string, ms: number): string {
  const min = ms >= 60_000;
  return new Intl.NumberFormat(lang, { style: 'unit', unit: min ? 'minute' : 'second', unitDisplay: 'long' }).format(Math.max(1, Math.ceil(ms / (min ? 60_000 : 1000))));
}

function PinPad({ pin, set, go, wait }: { pin: string; set: (f: (p: string) => string) => void; go: () => void; wait: boolean }) {
  const t = useWords(), field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const press = (d: string) => { set((p) => (p.length < 12 ? p + d : p)); field.current?.focus(); };
  return (
    <form class="pin" onSubmit={(e) => { e.preventDefault(); go(); }}>
      <input ref={field} class="pin-field" type="password" inputMode="none" autocomplete="off" aria-label={t('signin.pin.label')} data-testid="pin" value={pin}
        onInput={(e) => { const v = e.currentTarget.value.replace(/\D/g, ''); set(() => v); }} />
      <div class="pad">
        {['1', '2', '3', '4', '5', '6', '7', '8', '9'].map((d) => <button key={d} type="button" class="key" data-testid={'pin-' + d} onClick={() => press(d)}>{d}</button>)}
        <button type="button" class="key zero" data-testid="pin-0" onClick={() => press('0')}>0</button>
        <button type="button" class="key" aria-label={t('signin.clear')} data-testid="pin-back" onClick={() => set((p) => p.slice(0, -1))}><Shape is="back" /></button>
      </div>
      <button type="submit" class="primary wide" disabled={!pin || wait} data-testid="sign-in">{t('signin.go')}</button>
    </form>
  );
}
