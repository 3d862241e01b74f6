// What people do, as operations: each function judges on the device, saves, and says how it went.
import { readCode, scannerFault } from '../scan/codes';
import { backQty, backs, binOf, copyOf, inUnit, judgeBack, judgePack, judgePick, openUnit, pickedQty, stops, waiting, type Verdict } from '../model/stops';
import { newUnit } from '../model/replay';
import type { Draft, Line, Order, Unit } from '../model/types';
import type { Store } from './store';

const tail = (unit: string): string => unit.slice(-4);
const whole = (bin: string): string => bin.replace(/-/g, '\u2011'); // a bin code never breaks over two lines
const face = (x: { name: string; picture: string }) => ({ name: x.name, picture: x.picture });

/** Saves; a handheld that cannot save says so, and nothing has happened. */
async function save(s: Store, ...drafts: Draft[]): Promise<boolean> {
  try { await s.act(...drafts); return true; } catch {
    const t = s.t.value;
    s.say('wrong', { title: t('verdict.notsaved'), words: t('verdict.notsaved.line'), hint: t('verdict.notsaved.hint') });
    return false;
  }
}

export async function startPick(s: Store, o: Order, takeOver = false): Promise<void> {
  await save(s, { type: 'pick.start', order: o.id, data: takeOver ? { order: o.id, take_over: true } : { order: o.id } });
}

/** The last unit finishes the pick by itself: no tap between the last scan and packing. */
async function finishIfDone(s: Store, id: string): Promise<void> {
  const o = s.order(id);
  if (o && o.started && !o.finished && o.to_pick === 0) await save(s, { type: 'pick.finish', order: id, data: { order: id } });
}

/** The scan that took the last unit. The same code again, at once, is a second unit in the hand and not the first one packed. */
let lastPick = { order: '', raw: '', at: 0 };
const ONE_TOO_MANY_MS = 4000;

export async function pickScan(s: Store, id: string, raw: string): Promise<void> {
  const t = s.t.value, o = s.order(id);
  if (!o) return;
  if (!o.started || o.picker !== s.me.value?.user) {
    s.say('attention', { title: t('verdict.notstarted'), words: t('state.' + o.state), hint: t('verdict.notstarted.hint') });
    return;
  }
  const chosen = s.choices.value[id] ?? {};
  const at = stops(o, chosen)[0] ?? null;
  const v = judgePick(readCode(raw), o, at, at ? binOf(at, chosen) : '', s.items.value);
  if (v.kind === 'good') { await pickOne(s, o, v.line, raw); lastPick = { order: id, raw, at: Date.now() }; return; }
  tell(s, o, v, at ? binOf(at, chosen) : '', false);
}

/** One unit into the tote. code is empty when no barcode was read. */
export async function pickOne(s: Store, o: Order, l: Line, code = ''): Promise<void> {
  const t = s.t.value, bin = binOf(l, s.choices.value[o.id]);
  // Nobody could be asked: when the box hears of it, it is so, and what was too many is put back.
  const done = s.up.value ? {} : { done: true };
  const data = { order: o.id, line: l.line, sku: l.sku, qty: 1, ...(bin ? { bin } : {}), ...(code ? { code } : {}), ...done };
  if (!(await save(s, { type: 'pick.scan', order: o.id, data }))) return;
  const now = s.order(o.id)?.lines.find((x) => x.line === l.line);
  s.say('good', { title: l.name, words: t('run.ok', { name: l.name, picked: now?.picked ?? l.picked + 1, qty: l.qty }), hint: '' });
  await finishIfDone(s, o.id);
}
export async function undoOne(s: Store, o: Order, l: Line): Promise<void> {
  await save(s, { type: 'pick.undo', order: o.id, data: { order: o.id, line: l.line, qty: 1, ...(l.bin ? { bin: l.bin } : {}) } });
}
export async function shortPick(s: Store, o: Order, l: Line, qty: number, reason: string): Promise<void> {
  const bin = binOf(l, s.choices.value[o.id]);
  if (await save(s, { type: 'pick.short', order: o.id, data: { order: o.id, line: l.line, qty, reason, ...(bin ? { bin } : {}) } })) await finishIfDone(s, o.id);
}
export async function skipLine(s: Store, o: Order, l: Line): Promise<void> {
  const all = Object.values(s.choices.value[o.id] ?? {}).map((c) => c.skipped ?? 0);
  await s.choose(o.id, l.line, { skipped: Math.max(0, ...all) + 1 });
}
export async function decline(s: Store, o: Order, reason: string): Promise<void> {
  if (await save(s, { type: 'order.decline', order: o.id, data: { order: o.id, reason } })) await finishDeclined(s, o.id);
}
async function finishDeclined(s: Store, id: string): Promise<void> {
  const o = s.order(id);
  if (o && pickedQty(o) > 0) await finishIfDone(s, id);
}

/** A scan while goods go back: an item lies on its shelf again. */
export async function backScan(s: Store, id: string, raw: string): Promise<void> {
  const t = s.t.value, o = s.order(id);
  if (!o) return;
  const at = backs(o)[0] ?? null, bin = at ? binOf(at, s.choices.value[id]) : '';
  const v = judgeBack(readCode(raw), o, at, bin, s.items.value);
  switch (v.kind) {
    case 'good': await backOne(s, o, v.line); break;
    case 'bin': s.say('good', { title: '', words: t('run.rightbin'), hint: '' }); break;
    case 'shelf': if (at) { await s.choose(id, at.line, { bin: v.bin }); s.say('good', { title: '', words: t('back.shelf', { bin: whole(v.bin) }), hint: '' }); } break;
    case 'keep': s.say('attention', { title: t('back.keep'), words: t('back.keep.line', { name: v.line.name }), hint: t('back.keep.hint'), got: face(v.line) }); break;
    case 'wrong': s.say('wrong', { title: t('verdict.wrong'), words: t('verdict.wrong.pack', { got: v.got.name, number: o.number }), hint: t('back.wrong.hint'), got: face(v.got), ...(v.want ? { want: face(v.want) } : {}) }); break;
    case 'unknown': s.say('wrong', { title: t('verdict.unknown'), words: t('verdict.unknown.line', { code: v.code }), hint: unknownHint(s, v.code), ...(at ? { want: face(at) } : {}) }); break;
  }
}
/** One unit is on its shelf again. */
export async function backOne(s: Store, o: Order, l: Line): Promise<void> {
  const t = s.t.value, bin = binOf(l, s.choices.value[o.id]);
  if (!(await save(s, { type: 'putback.confirm', order: o.id, data: { order: o.id, line: l.line, qty: 1, ...(bin ? { bin } : {}), ...(s.up.value ? {} : { done: true }) } }))) return;
  const left = backQty(s.order(o.id) ?? o);
  s.say('good', { title: l.name, words: left > 0 ? t('back.ok', { name: l.name, n: left }) : t('back.done'), hint: '' });
}

/** A scan at packing: into the open parcel; the first one opens a parcel by itself. */
export async function packScan(s: Store, id: string, raw: string): Promise<void> {
  const o = s.order(id);
  if (!o) return;
  const v = judgePack(readCode(raw), o, s.items.value);
  if (v.kind === 'good' && lastPick.order === id && lastPick.raw === raw && !openUnit(o) && Date.now() - lastPick.at < ONE_TOO_MANY_MS) {
    lastPick.at = 0;
    tell(s, o, { kind: 'surplus', line: v.line, qty: v.line.picked }, '', false);
    return;
  }
  if (v.kind !== 'good') { tell(s, o, v, '', true); return; }
  await packQty(s, o, v.line, 1, raw);
}
async function packQty(s: Store, o: Order, l: Line, qty: number, code = ''): Promise<void> {
  const unit = openUnit(o)?.unit ?? (await openParcel(s, o));
  if (!unit) return;
  const data = { unit, line: l.line, sku: l.sku, qty, ...(code ? { code } : {}) };
  if (!(await save(s, { type: 'unit.add', order: o.id, data }))) return;
  const no = openUnit(s.order(o.id) ?? o)?.no ?? 1;
  s.say('good', { title: l.name, words: s.t.value('pack.ok', { name: l.name, no }), hint: '' });
}
export async function openParcel(s: Store, o: Order): Promise<string> {
  try {
    const [op] = await s.act({ type: 'unit.open', order: o.id, data: { order: o.id } });
    return op!.answer?.unit ?? newUnit(op!.id);
  } catch { await save(s); return ''; }
}
export async function packAll(s: Store, o: Order): Promise<void> {
  const unit = openUnit(o)?.unit ?? (await openParcel(s, o));
  if (!unit) return;
  const drafts = o.lines.filter((l) => l.to_pack > 0).map((l) => ({ type: 'unit.add', order: o.id, data: { unit, line: l.line, sku: l.sku, qty: l.to_pack } }));
  if (drafts.length > 0 && (await save(s, ...drafts))) s.say('good', { title: '', words: s.t.value('pack.full'), hint: '' });
}
export async function takeOut(s: Store, o: Order, u: Unit, line: string): Promise<void> {
  await save(s, { type: 'unit.take', order: o.id, data: { unit: u.unit, line, qty: 1 } });
}
export async function closeParcel(s: Store, o: Order, u: Unit, weight: number): Promise<void> {
  if (inUnit(u) === 0) return;
  await save(s, { type: 'unit.close', order: o.id, data: { unit: u.unit, ...(weight > 0 ? { weight_g: weight } : {}) } });
}
export async function voidParcel(s: Store, o: Order, u: Unit, reason: string): Promise<void> {
  await save(s, { type: 'unit.void', order: o.id, data: { unit: u.unit, reason } });
}
export async function requestLabel(s: Store, o: Order, u: Unit, doc: string, reason: string): Promise<void> {
  await save(s, { type: 'label.request', order: o.id, data: { unit: u.unit, doc, ...(reason ? { reason } : {}) } });
}
export async function labelIsOut(s: Store, o: Order, job: string): Promise<void> {
  await save(s, { type: 'label.printed', order: o.id, data: { job } });
}

/** A scan while labels are stuck on: it must be a label of this order. */
export function checkLabel(s: Store, o: Order, raw: string): void {
  const t = s.t.value, code = readCode(raw);
  const u = o.units.find((x) => x.unit === code.sscc);
  if (u?.state === 'void') s.say('wrong', { title: t('hand.void'), words: t('hand.void.line', { tail: tail(u.unit) }), hint: t('hand.void.hint') });
  else if (u) {
    // Both copies have the same barcode: only a person can see which one it is.
    const n = copyOf(o, u);
    if (n) s.say('attention', { title: t('label.copies', { n }), words: t('label.copies.line', { n }), hint: t('label.copies.hint') });
    else s.say('good', { title: '', words: t('verdict.parcel.match'), hint: '' });
  } else if (code.sscc) {
    s.say('wrong', { title: t('verdict.parcel'), words: t('verdict.parcel.other', { number: o.number }), hint: t('verdict.parcel.other.hint') });
  } else s.say('attention', { title: t('verdict.done'), words: t('label.check'), hint: '' });
}

/** A parcel leaves. It cannot be taken back, so the box must have said yes before anybody is told so. */
export async function handOver(s: Store, unit: string, carrier = ''): Promise<boolean> {
  const t = s.t.value, o = s.orders.value.find((x) => x.units.some((u) => u.unit === unit));
  const u = o?.units.find((x) => x.unit === unit);
  if (o && u?.state === 'void') { s.say('wrong', { title: t('hand.void'), words: t('hand.void.line', { tail: tail(unit) }), hint: t('hand.void.hint') }); return false; }
  if (!o || !u) { s.say('wrong', { title: t('hand.unknown'), words: t('hand.unknown.line', { tail: tail(unit) }), hint: t('hand.unknown.hint') }); return false; }
  if (u.state === 'departed') { s.say('attention', { title: t('hand.gone'), words: t('hand.gone.line', { tail: tail(unit) }), hint: '' }); return false; }
  if (!waiting(o).includes(u)) { s.say('wrong', { title: t('hand.notready'), words: t('hand.notready.line'), hint: t('hand.notready.hint') }); return false; }
  const offline = () => { s.say('attention', { title: t('hand.title'), words: t('hand.offline'), hint: t('hand.offline.hint') }); return false; };
  if (!s.up.value) return offline();
  const since = s.said;
  let answer;
  try { answer = await s.ask({ type: 'handover', order: o.id, data: { unit, ...(carrier ? { carrier } : {}) } }); } catch { await save(s); return false; }
  if (!answer) return offline();
  if (answer.outcome === 'refused') {
    const r = answer.refusal;
    const said = s.refusalWords(r?.code ?? '', r?.args ?? {}, r?.words ?? '', r?.hint ?? '');
    s.say('wrong', { title: t('hand.notready'), words: said.words, hint: said.hint });
    return false;
  }
  s.say('good', { title: '', words: t('hand.ok', { tail: tail(unit) }), hint: '' }, since);
  return true;
}
/** A parcel's label at the door. One that somebody has to look at first is returned, and has not left. */
export async function handOverScan(s: Store, raw: string): Promise<{ o: Order; u: Unit } | null> {
  const t = s.t.value, code = readCode(raw);
  if (!code.sscc) { s.say('wrong', { title: t('hand.notlabel'), words: code.plain, hint: t('hand.notlabel.hint') }); return null; }
  const o = s.orders.value.find((x) => waiting(x).some((u) => u.unit === code.sscc)), u = o?.units.find((x) => x.unit === code.sscc);
  if (o && u && lookFirst(s, o, u).length > 0) { s.notice.value = null; s.feel.play('attention'); return { o, u }; }
  await handOver(s, code.sscc);
  return null;
}
/** What is to be looked at before a parcel leaves for good. */
export function lookFirst(s: Store, o: Order, u: Unit): string[] {
  const t = s.t.value, n = copyOf(o, u);
  return [...(o.twice ? [t('flag.twice') + ' ' + t('flag.twice.hint')] : []), ...(n ? [t('label.copies.line', { n }) + ' ' + t('label.copies.hint')] : [])];
}

/** Says why a scan was not taken. */
/** What to do about a code nobody knows: it may be the scanner's doing. */
function unknownHint(s: Store, code: string): string {
  const t = s.t.value, fault = scannerFault(code);
  if (fault?.kind === 'keyboard') return t('verdict.unknown.keyboard');
  return fault ? t('verdict.unknown.extra', { extra: fault.extra }) : t('verdict.unknown.hint');
}

function tell(s: Store, o: Order, v: Exclude<Verdict, { kind: 'good' }>, bin: string, packing: boolean): void {
  const t = s.t.value;
  switch (v.kind) {
    case 'bin': s.say('good', { title: '', words: t('run.rightbin'), hint: '' }); break;
    case 'wrong_bin': s.say('wrong', { title: t('verdict.wrongbin'), words: t('verdict.wrongbin.line', { bin: whole(v.bin.toUpperCase()), want: whole(v.want) }), hint: t('verdict.wrongbin.hint', { want: whole(v.want) }) }); break;
    case 'wrong': s.say('wrong', packing
      ? { title: t('verdict.wrong'), words: t('verdict.wrong.pack', { got: v.got.name, number: o.number }), hint: t('verdict.wrong.hint'), got: face(v.got), ...(v.want ? { want: face(v.want) } : {}) }
      : v.want
        ? { title: t('verdict.wrong'), words: t('verdict.wrong.line', { got: v.got.name, want: v.want.name, bin: whole(bin) }), hint: t('verdict.wrong.hint'), got: face(v.got), want: face(v.want) }
        : { title: t('verdict.done'), words: t('verdict.wrong.pack', { got: v.got.name, number: o.number }), hint: t('verdict.done.hint') }); break;
    case 'surplus': s.say('attention', packing && v.line.to_pack <= 0
      ? { title: t('verdict.surplus'), words: t('verdict.surplus.pack', { got: v.line.name }), hint: t('verdict.surplus.hint') }
      : { title: t('verdict.surplus'), words: t('verdict.surplus.line', { n: v.qty, got: v.line.name }), hint: t('verdict.surplus.hint'), got: face(v.line) }); break;
    case 'unknown': s.say('wrong', { title: t('verdict.unknown'), words: t('verdict.unknown.line', { code: v.code }), hint: unknownHint(s, v.code), ...(v.want ? { want: face(v.want) } : {}) }); break;
    case 'parcel': if (packing) checkLabel(s, o, v.sscc); else s.say('wrong', { title: t('verdict.parcel'), words: t('verdict.parcel.line'), hint: '' }); break;
  }
}
