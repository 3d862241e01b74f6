// Words in the person's language. A catalogue is flat JSON; {braces} are filled from arguments; a key that ends
// in _one, _other and so on is a plural form, chosen by the argument n. Pure.
import en from './en.json';

export type Catalogue = Record<string, string>;
export type Args = Record<string, string | number>;
export type Words = (key: string, args?: Args) => string;
export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const;
export type Language = keyof typeof LANGUAGES;

/** Fills {braces}. A brace without an argument stays empty, so that no brace is ever shown to a person. */
export const fill = (text: string, args: Args = {}): string => text.replace(/\{(\w+)\}/g, (_, k: string) => String(args[k + '_called'] ?? args[k] ?? ''));

export function makeWords(lang: string, own: Catalogue): Words {
  const rules = new Intl.PluralRules(lang), num = new Intl.NumberFormat(lang);
  const find = (key: string) => own[key] ?? (en as Catalogue)[key];
  return (key, args) => {
    let text = find(key);
    if (text === undefined && typeof args?.n === 'number') text = find(`${key}_${rules.select(args.n)}`) ?? find(key + '_other');
    const shown: Args = {};
    for (const k in args) { const v = args[k]!; shown[k] = typeof v === 'number' ? num.format(v) : v; }
    return fill(text ?? key, shown);
  };
}
export const has = (own: Catalogue, key: string): boolean => key in own || key in (en as Catalogue);

/** The person's own kind of a language, as the device has it: in Britain it is Friday 20 November. */
export const localeOf = (lang: Language, device: readonly string[]): string => device.find((l) => l === lang || l.startsWith(lang + '-')) ?? lang;

/** Times as people say them, in the site's zone. */
export function makeTimes(lang: string, zone: string) {
  const safe = validZone(zone);
  const clock = new Intl.DateTimeFormat(lang, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: safe });
  const dayKey = new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', timeZone: safe });
  const weekday = new Intl.DateTimeFormat(lang, { weekday: 'long', day: 'numeric', month: 'long', timeZone: safe });
  const relative = new Intl.RelativeTimeFormat(lang, { numeric: 'auto', style: 'short' });
  const short = (s: string): string => (lang.startsWith('en') ? s.replace(/\./g, '') : s); // 12 min, as it is spoken and written on the floor
  const rel = (ms: number): string => {
    const min = Math.round(ms / 60_000), abs = Math.abs(min);
    if (abs < 90) return short(relative.format(min, 'minute'));
    if (abs < 36 * 60) return short(relative.format(Math.round(min / 60), 'hour'));
    return relative.format(Math.round(min / 1440), 'day');
  };
  return {
    /** 10:40; with the day before it when it is not today's. */
    time(iso: string, now: number): string {
      if (!iso) return '';
      const t = Date.parse(iso);
      return dayKey.format(t) === dayKey.format(now) ? clock.format(t) : `${relativeDay(t, now)} ${clock.format(t)}`;
    },
    clock: (t: number): string => clock.format(t),
    relative: rel,
    sameDay: (a: number, b: number): boolean => dayKey.format(a) === dayKey.format(b),
    day: (t: number, now: number): string => relativeDay(t, now),
  };
  function relativeDay(t: number, now: number): string {
    const days = Math.round((Date.parse(dayKey.format(t)) - Date.parse(dayKey.format(now))) / 86_400_000);
    if (Math.abs(days) > 1) return weekday.format(t);
    return new Intl.RelativeTimeFormat(lang, { numeric: 'auto' }).format(days, 'day');
  }
}
export type Times = ReturnType<typeof makeTimes>;
function validZone(zone: string): string | undefined {
  try { new Intl.DateTimeFormat('en', { timeZone: zone }); return zone || undefined; } catch { return undefined; }
}
