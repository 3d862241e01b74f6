// The app: what is known, who is here, what waits, and what was said about the last scan.
import { batch, computed, signal } from '@preact/signals';
import { applyDelta, byDue, follows, older, replaces } from '../model/board';
import { newsOf } from '../model/news';
import { concerns, pending, replay } from '../model/replay';
import type { Choices } from '../model/stops';
import type { Weight, Answer, Board, Delta, Draft, Item, Me, Op, Order } from '../model/types';
import { fill, has, localeOf, makeTimes, makeWords, type Catalogue, type Language } from '../i18n/words';
import de from '../i18n/de.json';
import en from '../i18n/en.json';
import { Api } from '../net/api';
import { Live } from '../net/live';
import { loadBoard, loadMe, saveBoard, saveMe, type Card, type Opened } from '../queue/db';
import { ProblemError, Queue, type Clock } from '../queue/queue';
import { Feeler, type Feel } from './feel';
import { Shell } from './offline';
import { readRoute, writeRoute, type Route } from './route';

export interface Settings { hand: 'right' | 'left'; theme: 'auto' | 'light' | 'dark' | 'sun'; sound: boolean; language: Language; station: string }
export interface Notice { kind: Feel; title: string; words: string; hint: string; got?: { name: string; picture: string }; want?: { name: string; picture: string }; key: number }
export type LineState = { is: 'wait' | 'centre' | 'cut' | 'nobox'; n: 0; since: string } | { is: 'way' | 'kept' | 'device'; n: number; since: string };

const catalogues: Record<Language, Catalogue> = { en, de };
/** From when on two clocks differ so far that people are told. */
const CLOCK_OFF_MS = 2 * 60_000;
const DEFAULTS: Settings = { hand: 'right', theme: 'auto', sound: true, language: 'en', station: '' };

export class Store {
  readonly me = signal<Me | null>(null);
  readonly expired = signal(false);
  readonly board = signal<Board | null>(null);
  readonly route = signal<Route>({ at: 'list' });
  readonly up = signal(false);          // the live line to the box
  readonly tried = signal(false);       // whether the box was asked at all since the start
  readonly downSince = signal('');      // when the box was last lost
  readonly now = signal(Date.now());    // the box's time, as far as known
  readonly clockOff = signal(0);        // by how many milliseconds the box is ahead of this handheld, when that is too much
  readonly clockSaid = signal('');      // what the box said of a step whose time cannot be
  readonly settings = signal<Settings>(DEFAULTS);
  readonly choices = signal<Record<string, Choices>>({});
  readonly badges = signal<Record<string, string>>({}); // whose badge is whose, of those who signed in here
  readonly cards = signal<Card[]>([]);
  readonly notice = signal<Notice | null>(null);
  readonly flash = signal<{ words: string; key: number } | null>(null);
  readonly weight = signal<(Weight & { at: number }) | null>(null); // what lies on this bench's scale
  /** Takes what this bench's own scanner reads. */
  onBench: (code: string) => void = () => undefined;
  readonly feel = new Feeler();
  readonly shell = new Shell();
  readonly queue: Queue;
  readonly api: Api;
  private live: Live;
  private drift = 0;
  private saving: (() => void) | null = null;
  private shown = ''; // the start of the box that was shown last how far this screen had come
  private asking = false;
  private waiters = new Map<string, (a: Answer) => void>();
  private count = 0;

  /** The orders as a person should see them: the board's, with what was done here and is not there yet. */
  readonly orders = computed<Order[]>(() => {
    const b = this.board.value;
    if (!b) return [];
    const due = pending(this.queue.ops.value, b, this.queue.marks.value.saved);
    return b.orders.map((o) => replay(o, due.filter((op) => concerns(o, op)))).sort(byDue);
  });
  readonly items = computed<Item[]>(() => this.board.value?.items ?? []);
  readonly catalogue = computed(() => catalogues[this.settings.value.language]);
  readonly t = computed(() => makeWords(this.settings.value.language, this.catalogue.value));
  readonly times = computed(() => makeTimes(localeOf(this.settings.value.language, navigator.languages ?? []), this.board.value?.site.zone ?? ''));
  readonly line = computed<LineState>(() => {
    const unsent = this.queue.ops.value.filter((op) => !op.answer);
    const link = this.board.value?.link;
    const here = this.up.value || this.queue.reached.value === true;
    if (!here && unsent.length > 0) return { is: 'device', n: unsent.length, since: unsent[0]!.at };
    if (!here) return { is: this.tried.value ? 'nobox' : 'wait', n: 0, since: this.downSince.value };
    if (link && link.unsent > 0) return { is: link.up ? 'way' : 'kept', n: link.unsent, since: link.oldest || link.since };
    if (link && !link.up) return { is: 'cut', n: 0, since: link.since };
    return { is: 'centre', n: 0, since: '' };
  });

  constructor(private opened: Opened, readonly clock: Clock, wsUrl: string, api = new Api()) {
    this.api = api;
    api.heard = (box) => this.heard(box);
    this.queue = new Queue(opened.db, opened.install, api.ops, clock, () => ({ log: this.board.value?.log ?? '', seq: this.board.value?.seq ?? 0 }), (op, a) => this.answered(op, a), alone);
    this.queue.locked.subscribe((is) => { if (is && this.me.peek()) this.lock(); });
    this.live = new Live(wsUrl, {
      hello: () => {
        const b = this.board.value;
        return { install: this.queue.install, log: b?.log ?? '', since: b?.seq ?? 0, ...(b?.start ? { start: b.start } : {}) };
      },
      delta: (d) => this.delta(d),
      reload: () => void this.refresh(),
      up: (is) => this.lineUp(is),
      scan: (code) => this.onBench(code),
      weight: (w) => { const r = w as Partial<Weight>; this.weight.value = { grams: Math.round(Number(r.grams) || 0), settled: r.settled === true, bad: String(r.bad ?? ''), at: Date.now() }; },
      refused: () => this.lock(),
    }, clock);
  }

  /** Reads what is kept here, shows it, and only then asks the box. */
  async start(): Promise<void> {
    const db = this.opened.db;
    const [board, me, settings, choices, cards, badges] = await Promise.all([
      loadBoard(db), loadMe(db), db.get('meta', 'settings'), db.get('meta', 'choices'), db.getAll('cards'), db.get('meta', 'badges'), this.queue.load(),
    ]);
    const language: Language = (navigator.language || 'en').startsWith('de') ? 'de' : 'en';
    batch(() => {
      this.settings.value = { ...DEFAULTS, language, ...((settings as Partial<Settings>) ?? {}) };
      this.choices.value = (choices as Record<string, Choices>) ?? {};
      this.cards.value = cards;
      this.badges.value = (badges as Record<string, string>) ?? {};
      this.board.value = board ?? null;
      if (board) void this.queue.kept(board);
      this.route.value = readRoute(location.hash);
      if (me && (!me.expires || Date.parse(me.expires) > Date.now())) this.me.value = me;
    });
    this.feel.sound = this.settings.value.sound;
    if (this.opened.lost) await this.card({ kind: 'fault', code: 'memory', title: this.t.value('card.lost'), words: this.t.value('card.lost'), hint: this.t.value('card.lost.hint') });
    addEventListener('hashchange', () => { this.route.value = readRoute(location.hash); this.notice.value = null; });
    addEventListener('online', () => this.wake());
    addEventListener('offline', () => { this.live.cut(); this.queue.reached.value = false; });
    document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible') this.wake(); else void this.save(); });
    addEventListener('pagehide', () => void this.save()); // the last moment of a page that is closed
    this.tabs();
    this.tick();
    this.heartbeat();
    void this.shell.start();
    await this.whoAmI();
  }
  private tick(): void {
    this.now.value = Date.now() + this.drift;
    this.clock.later(() => this.tick(), 5000);
  }
  /** A dead Wi-Fi leaves sockets open for minutes: ask now and then, and cut what does not answer. */
  private heartbeat(): void {
    this.clock.later(() => {
      const next = () => this.heartbeat();
      if (!this.up.value || document.visibilityState !== 'visible') { next(); return; }
      this.api.alive().then(next, (e) => { if (!(e instanceof ProblemError)) { this.queue.reached.value = false; this.live.cut(); } next(); });
    }, 20_000);
  }
  private tabs(): void {
    if (typeof BroadcastChannel === 'undefined') return;
    const ch = new BroadcastChannel('picket');
    let mine = this.queue.ops.value;
    ch.onmessage = () => void this.queue.load().then(() => { mine = this.queue.ops.value; });
    this.queue.ops.subscribe((ops) => { if (ops !== mine) { mine = ops; ch.postMessage('ops'); } });
  }
  private wake(): void { this.live.wake(); this.queue.wake(); }

  private async whoAmI(): Promise<void> {
    try {
      const me = await this.api.me();
      this.tried.value = true;
      await this.welcome(me);
    } catch (e) {
      this.tried.value = true;
      if (e instanceof ProblemError && e.problem.status === 401) this.lock();
      else if (this.me.value) { this.lost(); this.live.start(); this.queue.wake(); } // go on with what is here
    }
  }
  private async welcome(me: Me): Promise<void> {
    batch(() => { this.me.value = me; this.expired.value = false; });
    await saveMe(this.opened.db, me);
    this.queue.unlock();
    if (!this.board.value?.papers) await this.refresh(); // a board kept by an earlier version of the app lacks them
    this.live.start();
  }
  async signIn(badge: string, pin: string, vouch?: { badge: string; pin: string }): Promise<void> {
    const ask = () => this.api.signIn(badge, pin, this.queue.install, this.opened.key, this.settings.value.station, vouch);
    const me = await ask().catch(async (e) => {
      if (!(e instanceof ProblemError) || e.problem.type !== 'urn:picket:problem:another-device') throw e;
      await this.queue.anew();
      return ask();
    });
    this.live.stop();
    this.badges.value = { ...this.badges.value, [badge.toLowerCase()]: me.user };
    await this.opened.db.put('meta', this.badges.value, 'badges');
    await this.welcome(me);
  }
  async signOut(): Promise<void> {
    this.live.stop();
    await this.api.signOut().catch(() => undefined);
    await saveMe(this.opened.db, null);
    batch(() => { this.me.value = null; this.up.value = false; });
    this.queue.locked.value = true;
    this.go({ at: 'list' });
  }
  /** The session has ended: what is known stays, and the person signs in again. */
  private lock(): void {
    if (!this.queue.locked.peek()) this.queue.locked.value = true;
    this.live.stop();
    if (this.me.value) this.expired.value = true;
    batch(() => { this.me.value = null; this.up.value = false; });
  }
  async refresh(): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    try {
      const { board: b, saved } = await this.api.board();
      this.clockOf(b.now);
      if (this.board.value && older(this.board.value, b) && this.shown !== b.start) {
        // The box was put back and nobody told it: it learns that from how far this screen has come. Then its board is taken.
        if (await this.queue.show()) this.shown = b.start;
        this.clock.later(() => void this.refresh(), 1000);
        return;
      }
      const had = this.board.value, before = this.orders.value;
      // Board and mark change together here too: what was sent, and not answered yet, may be in this board.
      if (!had || replaces(had, b)) batch(() => {
        this.board.value = b;
        if (saved > this.queue.marks.value.saved) void this.queue.mark({ saved });
      });
      this.tell(before);
      if (had && had.log !== b.log) void this.queue.show();
      void this.queue.say(b.start);
      this.queue.reached.value = true;
      void this.save(); // at once: a page that is closed now shows the work again, out of reach too
      void this.queue.drain();
    } catch (e) {
      if (e instanceof ProblemError && e.problem.status === 401) this.lock();
      else this.clock.later(() => void this.refresh(), 2000);
    } finally { this.asking = false; }
  }
  private delta(d: Delta): void {
    const b = this.board.value;
    if (!b || !follows(b, d)) { void this.refresh(); return; }
    const before = this.orders.value;
    // Board and marks change together: between them an operation would count twice, or not at all.
    batch(() => {
      this.board.value = applyDelta(b, d);
      const marks = Object.fromEntries(Object.entries({ saved: d.saved, applied: d.applied, stable: d.stable }).filter(([, v]) => v !== undefined));
      void this.queue.mark(marks);
    });
    if (d.now) this.clockOf(d.now);
    this.tell(before);
    this.keep();
  }
  /** Tells whoever has an order in hand what others did to it: what goes back now, and what it is instead. */
  private tell(before: Order[]): void {
    const me = this.me.value?.user ?? '', at = this.route.value, t = this.t.value;
    for (const n of newsOf(before, this.orders.value, (o) => o.started && o.picker === me || at.at === 'order' && at.id === o.id)) {
      const number = n.order.number;
      if (n.is === 'back') {
        const why = t('back.why.' + n.why);
        this.say('attention', { title: t('back.news'), words: t('back.news.line', { number, why, n: n.qty }), hint: t(n.more ? 'back.news.hint.more' : 'back.news.hint') });
      } else if (n.is === 'gone') this.say('attention', { title: t('back.none'), words: t('order.title', { number }), hint: t('order.gone.hint') });
      else {
        const words = n.what.map((w) => t('changed.' + w.key, w.args)).join(' ');
        void this.card({ id: `changed/${n.order.id}/${n.order.seq}`, kind: 'changed', title: t('changed.title', { number }), words, order: n.order.id });
        this.feel.play('attention');
      }
    }
  }
  /** What lay unread while the handheld slept is old: only an answer that was just asked for says that a clock is wrong. */
  private heard(box: number): void {
    const off = box - Date.now();
    this.clockOff.value = Math.abs(off) > CLOCK_OFF_MS ? off : 0;
  }
  private clockOf(now: string): void {
    const t = Date.parse(now);
    if (Number.isFinite(t)) { this.drift = t - Date.now(); this.now.value = t; }
  }
  private keep(): void {
    if (this.saving) return;
    this.saving = this.clock.later(() => { this.saving = null; void this.save(); }, 300);
  }
  private async save(): Promise<void> {
    const b = this.board.value;
    if (b) await saveBoard(this.opened.db, b).then(() => this.queue.kept(b)).catch(() => undefined);
  }
  private lineUp(is: boolean): void {
    this.up.value = is;
    if (is) { this.downSince.value = ''; this.queue.wake(); return; }
    this.lost();
    void this.api.me().then(() => undefined, (e) => { if (e instanceof ProblemError && e.problem.status === 401) this.lock(); });
  }
  private lost(): void {
    if (this.queue.reached.value) this.queue.reached.value = false;
    if (!this.downSince.value) this.downSince.value = new Date(this.clock.now()).toISOString();
  }

  go(r: Route): void { location.hash = writeRoute(r); this.route.value = r; }
  order(id: string): Order | undefined { return this.orders.value.find((o) => o.id === id); }
  async set(s: Partial<Settings>): Promise<void> {
    this.settings.value = { ...this.settings.value, ...s };
    this.feel.sound = this.settings.value.sound;
    await this.opened.db.put('meta', this.settings.value, 'settings');
  }
  async choose(order: string, line: string, c: Choices[string]): Promise<void> {
    const all = this.choices.value, of = all[order] ?? {};
    const open = new Set(this.orders.value.map((o) => o.id));
    const kept = Object.fromEntries(Object.entries(all).filter(([id]) => open.has(id)));
    this.choices.value = { ...kept, [order]: { ...of, [line]: { ...of[line], ...c } } };
    await this.opened.db.put('meta', this.choices.value, 'choices');
  }

  /** Does something: it is saved on this handheld when this returns. */
  async act(...drafts: Draft[]): Promise<Op[]> { return this.queue.append(drafts, this.me.value?.user ?? ''); }
  /** Does something irrevocable: returns the box's answer, or null when it did not come in time. */
  async ask(draft: Draft, waitMs = 6000): Promise<Answer | null> {
    const [op] = await this.act(draft);
    const done = this.queue.ops.value.find((o) => o.id === op!.id)?.answer;
    if (done) return done;
    return new Promise((resolve) => {
      const stop = this.clock.later(() => { this.waiters.delete(op!.id); resolve(null); }, waitMs);
      this.waiters.set(op!.id, (a) => { stop(); resolve(a); });
    });
  }
  private answered(op: Op, a: Answer): void {
    if (a.told?.clock) this.clockSaid.value = a.told.clock;
    const waits = this.waiters.get(op.id);
    if (waits) { this.waiters.delete(op.id); waits(a); if (a.outcome !== 'exception') return; }
    if (a.outcome !== 'refused' && a.outcome !== 'exception') return;
    if (op.type === 'pick.finish' && a.refusal?.code === 'already_finished') return; // it is what was wanted
    const d = op.data as Record<string, string>;
    const order = this.orders.value.find((o) => concerns(o, op));
    const line = order?.lines.find((l) => l.line === d.line);
    void this.card({
      kind: a.outcome, code: a.refusal?.code ?? '', words: a.refusal?.words ?? '', hint: a.refusal?.hint ?? '', args: a.refusal?.args ?? {},
      what: op.type, order: order?.id ?? op.work.replace(/^order\//, ''), item: line?.name ?? d.sku ?? '', id: op.id, at: op.at,
    });
    if (a.outcome === 'refused') this.feel.play('wrong');
  }
  /** A refusal in the person's language, or the box's own words when the app has none. */
  refusalWords(code: string, args: Record<string, string>, words: string, hint: string): { words: string; hint: string } {
    const own = this.catalogue.value, t = this.t.value, key = 'refusal.' + code;
    if (args.who) args = { ...args, who: args.who.charAt(0).toUpperCase() + args.who.slice(1) };
    if (!has(own, key)) return { words: words || code, hint };
    return { words: fill(t(key, args), args), hint: fill(t(key + '.hint', args), args) };
  }
  async card(c: Partial<Card>): Promise<void> {
    const card: Card = { id: 'card-' + this.clock.now().getTime() + '-' + this.count++, at: this.clock.now().toISOString(), title: '', words: '', hint: '', kind: 'refused', code: '', args: {}, what: '', order: '', item: '', ...c };
    this.cards.value = [...this.cards.value.filter((x) => x.id !== card.id), card];
    await this.opened.db.put('cards', card);
  }
  async readCard(id: string): Promise<void> {
    this.cards.value = this.cards.value.filter((c) => c.id !== id);
    await this.opened.db.delete('cards', id);
  }

  /** How many verdicts were said so far. */
  get said(): number { return this.count; }
  /**
   * Shows, sounds and buzzes a verdict. Good flashes; the others stay until the next scan or a tap. A good one that
   * answers an earlier step takes nothing away that was said since.
   */
  say(kind: Feel, v: Omit<Notice, 'kind' | 'key'>, since = Infinity): void {
    if (kind === 'good' && (this.notice.value?.key ?? 0) > since) return;
    this.feel.play(kind);
    const key = ++this.count;
    batch(() => {
      if (kind === 'good') { this.notice.value = null; this.flash.value = { words: v.words || v.title, key }; }
      else { this.flash.value = null; this.notice.value = { ...v, kind, key }; }
    });
    if (kind === 'good') this.clock.later(() => { if (this.flash.value?.key === key) this.flash.value = null; }, 900);
  }
}

/** One page sends at a time where the browser can say so; elsewhere the box knows a repeat when it sees one. */
async function alone<T>(run: () => Promise<T>): Promise<T | undefined> {
  if (!navigator.locks) return run();
  return navigator.locks.request('picket.send', run);
}
export const browserClock: Clock = {
  now: () => new Date(),
  later: (run, ms) => { const h = setTimeout(run, ms); return () => clearTimeout(h); },
  random: Math.random,
};
