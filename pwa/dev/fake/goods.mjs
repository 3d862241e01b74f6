// The goods and orders of the fake store box. GTINs use the GS1 demonstration prefix 952.
const check = (body) => { let s = 0; for (let i = 0; i < body.length; i++) s += Number(body[body.length - 1 - i]) * (i % 2 === 0 ? 3 : 1); return String((10 - (s % 10)) % 10); };
/** A valid GTIN-13 of the demonstration prefix. */
export const ean = (n) => { const body = '952123' + String(n).padStart(6, '0'); return body + check(body); };
/** A valid SSCC of the demonstration prefix. */
export const sscc = (n) => { const body = '09521234' + String(n).padStart(9, '0'); return body + check(body); };

const NAMES = [
  ['oat-1l', 'Oat drink 1 l', 'blue cap', 1040], ['rice-1l', 'Rice drink 1 l', 'green cap', 1035], ['tea-green', 'Green tea, 20 bags', 'square tin', 60],
  ['coffee-500', 'Coffee beans 500 g', 'red bag', 510], ['pasta-500', 'Spaghetti no. 5, 500 g', 'blue box', 520], ['soap-lav', 'Lavender soap', 'wrapped in paper', 110],
  ['mug-grey', 'Stoneware mug, speckled grey', 'no handle dots', 340], ['candle-s', 'Beeswax candle, small', 'short one', 90], ['choc-70', 'Dark chocolate 70 %', 'gold foil', 100],
];
export const items = NAMES.map(([sku, name, tell, weight_g], i) => ({ sku, name, tell, picture: '', gtins: ['0' + ean(i + 1)], weight_g }));
export const ofSku = (sku) => items.find((i) => i.sku === sku);
export const code = (sku) => ofSku(sku).gtins[0].slice(1);

const BINS = { 'oat-1l': ['A-07-3-2', '7', 3, 'left'], 'rice-1l': ['A-07-3-3', '7', 3, 'left'], 'tea-green': ['A-09-1-1', '9', 1, 'right'], 'coffee-500': ['B-02-2-1', '2', 2, 'left'], 'pasta-500': ['B-04-1-2', '4', 1, 'right'], 'soap-lav': ['C-01-4-1', '1', 4, 'left'], 'mug-grey': ['C-03-2-2', '3', 2, 'right'], 'candle-s': ['C-05-1-1', '5', 1, 'left'], 'choc-70': ['D-11-2-4', '11', 2, 'right'] };

export function order(id, minutes, lines, more = {}) {
  const o = {
    id, number: id, flow: 'ship', due: minutes === null ? '0001-01-01T00:00:00Z' : new Date(Date.now() + minutes * 60_000).toISOString(), priority: 0,
    carrier: 'Northline', service: 'Standard', note: '', state: 'new', picker: '', started: false, finished: false, qty: 0, to_pick: 0, seq: 1, units: null, jobs: null,
    lines: lines.map(([sku, qty], i) => {
      const it = ofSku(sku), [bin, aisle, level, side] = BINS[sku];
      return { line: String(i + 1), sku, name: it.name, tell: it.tell, picture: it.picture, gtins: it.gtins, qty, picked: 0, to_pick: qty, loose: 0, short: 0, shorts: null, declined: 0, bin, aisle, level, side, bins: sku === 'oat-1l' ? [{ bin, on_hand: 4 }, { bin: 'B-02-1-1', on_hand: 6 }] : [{ bin, on_hand: 9 }], parts: null };
    }), ...more,
  };
  o.qty = o.to_pick = o.lines.reduce((s, l) => s + l.qty, 0);
  return o;
}
export const orders = () => [
  order('O-1041', 12, [['oat-1l', 4], ['rice-1l', 1], ['tea-green', 2]], { priority: 1, service: 'Express', note: 'Gift: no prices inside.' }),
  order('O-1042', 38, [['coffee-500', 2], ['choc-70', 3]]),
  order('O-1043', 95, [['pasta-500', 6], ['soap-lav', 1], ['mug-grey', 2], ['candle-s', 4]]),
  order('O-1044', -20, [['mug-grey', 1]], { started: true, picker: 'ben', state: 'picking' }),
  order('O-1045', 60 * 22, [['candle-s', 15]]),
];
