// How the box and the centre do, in the person's language: the box says what is the matter as codes (GET /api/sync), and the words
// stand in the catalogues. Pure.
import type { Handheld, Note, Sync } from './types';

type T = (key: string, args?: Record<string, string | number>) => string;

/** A handheld by who was signed in there last: nobody knows its number. */
function handheld(t: T, time: (iso: string) => string, h: Handheld): string {
  if (!h.name) return t('sync.hand.nobody', { id: '…' + h.device.slice(-4) });
  return h.last ? t('sync.hand.seen', { name: h.name, time: time(h.last) }) : h.name;
}

/** What the box says is the matter, and what to do about it, in the person's language; a code of a box that knows more is said in the box's words. */
export function syncSays(t: T, x: Sync, time: (iso: string) => string): { says: string[]; todo: string[] } {
  const who = x.hands.map((h) => handheld(t, time, h)).join('; ');
  const words = (raw: string[], notes: Note[]) => raw.map((text, i) => {
    const n = notes[i];
    if (!n) return text;
    const key = 'sync.' + n.code, said = t(key, { n: n.n ?? 0, record: String(n.record ?? ''), type: n.type ?? '', who: who || n.who || '' });
    return said === key ? text : said;
  });
  return { says: words(x.says, x.said), todo: words(x.do, x.todo) };
}

export function readSync(v: unknown): Sync {
  const r = (v ?? {}) as Partial<Sync>;
  const list = <T>(v: T[] | null | undefined): T[] => (Array.isArray(v) ? v : []);
  return { state: r.state ?? '', up: !!r.up, unsent: r.unsent ?? 0, since: r.since ?? '', oldest: r.oldest ?? '', says: list(r.says), do: list(r.do), said: list(r.said), todo: list(r.todo), hands: list(r.hands), what: list(r.what), sorted: r.sorted ?? 0, cause: r.cause ?? '' };
}
