// What the bench's scale says to whoever closes a parcel, as a key of the words. Pure.
import type { Device, Weight } from './types';

type Plain = '' | 'scale.rests' | 'scale.moves' | 'scale.empty' | 'scale.below' | 'scale.over' | 'scale.nozero' | 'scale.unit' | 'scale.fault';
export type ScaleSays = { key: Plain } | { key: 'scale.bad'; why: string } | { key: 'scale.away'; name: string };

/** The box's own words for why a scale gives no weight, in the words of this screen. */
const known: [RegExp, Plain][] = [
  [/^less lies/, 'scale.below'], [/^more(, or less,)? lies/, 'scale.over'], [/found its zero/, 'scale.nozero'], [/a unit that is not known/, 'scale.unit'], [/a fault of its own/, 'scale.fault'],
];

/** live is what it said within the last seconds; devices are the site's, station the one of this screen. */
export function scaleSays(live: Weight | null, devices: Device[], station: string): ScaleSays {
  if (!live) {
    const away = station === '' ? undefined : devices.find((d) => d.kind === 'scale' && d.station === station && d.state === 'away');
    return away ? { key: 'scale.away', name: away.name } : { key: '' };
  }
  if (live.bad) {
    const key = known.find(([is]) => is.test(live.bad))?.[1];
    return key ? { key } : { key: 'scale.bad', why: live.bad };
  }
  if (!live.settled) return { key: 'scale.moves' };
  return { key: live.grams > 0 ? 'scale.rests' : live.grams < 0 ? 'scale.below' : 'scale.empty' };
}
