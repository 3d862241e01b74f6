// What an order's sums come to: the parts of each line, and the state of the whole. The rules are the floor's
// (edge/floor: state.go, parts.go), word for word: a test plays the floor's own histories through both. Pure.
import type { Line, Order, OrderState, Unit } from './types';

const sum = <T>(of: T[], n: (t: T) => number): number => of.reduce((s, x) => s + n(x), 0);
export const cancelledOf = (l: Line): number => sum(l.cancelled, (c) => c.qty);
/** What is still to be served. */
export const wanted = (l: Line): number => Math.max(0, l.qty - l.declined - l.short - cancelledOf(l) - l.substituted);
const taken = (l: Line): number => Math.max(l.picked, l.staged + l.handed);
/** Picked beyond what is wanted. */
export const surplus = (l: Line): number => Math.max(0, taken(l) - wanted(l));

const holds = (u: Unit, line: string): number => u.contents.find((c) => c.line === line)?.qty ?? 0;
const inUnits = (o: Order, line: string): number => sum(o.units, (u) => (u.state === 'void' ? 0 : holds(u, line)));
const onShelf = (l: Line): number => Math.max(0, l.staged - Math.max(0, surplus(l) - Math.max(0, l.loose)));

/** Reckons anew what follows from a line's sums: what lies loose, is to pick, to pack and to put back. */
export function tally(o: Order, l: Line): void {
  l.loose = l.picked - inUnits(o, l.line) - l.staged - l.handed;
  l.to_pick = Math.max(0, wanted(l) - taken(l));
  derive(l);
}
/** What the board's own line says without being asked. */
export function derive(l: Line): void {
  l.to_pack = Math.max(0, l.loose - surplus(l));
  l.back = Math.min(surplus(l), Math.max(0, l.loose) + l.staged);
}

type Parts = Partial<Record<'assigned' | 'accepted' | 'picking' | 'picked' | 'packed' | 'awaiting_carrier' | 'shipped' | 'put_back_due' | 'left'
  | 'incoming' | 'arrived' | 'staged' | 'ready' | 'handed_over' | 'returned' | 'undelivered' | 'in_transit' | 'received', number>>;

function unitPart(o: Order, u: Unit): keyof Parts {
  if (u.state === 'open') return 'picked';
  if (u.state === 'back') return 'undelivered';
  if (u.state === 'departed') return u.received ? 'received' : o.flow === 'transfer' ? 'in_transit' : 'shipped';
  return u.labelled && !u.missed ? 'awaiting_carrier' : 'packed';
}
function parts(o: Order): Parts {
  const n: Parts = {}, add = (k: keyof Parts, qty: number) => { if (qty > 0) n[k] = (n[k] ?? 0) + qty; };
  for (const l of o.lines) {
    let back = l.returned;
    for (const u of o.units) {
      if (u.state === 'void') continue;
      let in_ = holds(u, l.line);
      if (u.state === 'departed') { const came = Math.min(back, in_); back -= came; in_ -= came; }
      const got = u.contents.find((c) => c.line === l.line)?.got ?? 0;
      if (got > 0) { add('received', got); in_ -= got; }
      add(unitPart(o, u), in_);
    }
    const shelf = onShelf(l), told = Math.min(Math.max(0, l.told - l.handed), shelf), incoming = o.source === 'incoming';
    add('handed_over', l.handed - back);
    add('returned', l.returned);
    add('ready', told);
    add('staged', shelf - told);
    add(incoming ? 'arrived' : 'picked', l.to_pack);
    add(incoming ? 'incoming' : !l.accepted ? 'assigned' : o.started ? 'picking' : 'accepted', l.to_pick);
    add('put_back_due', l.back);
    add('left', l.short + l.declined + cancelledOf(l));
  }
  return n;
}

/** The state of an order, read off its parts. */
export function stateOf(o: Order): OrderState {
  const parts_ = parts(o), n = (...of: (keyof Parts)[]) => sum(of, (k) => parts_[k] ?? 0);
  const packing = o.units.some((u) => u.state === 'open'), whole = n('left') === 0;
  const gone = n('shipped', 'in_transit', 'received') + (o.flow === 'pickup' ? 0 : n('returned'));
  const handed = n('handed_over') + (o.flow === 'pickup' ? n('returned') : 0);
  if (n('picking') > 0 || o.started && n('accepted', 'assigned') > 0) return 'picking';
  if (n('assigned') > 0) return 'new';
  if (n('accepted') > 0) return 'ready';
  if (n('incoming') > 0) return 'incoming';
  if (n('arrived') > 0) return 'arrived';
  if (packing || n('picked') > 0 && n('packed', 'awaiting_carrier') + gone > 0) return 'packing';
  if (n('picked') > 0) return 'picked';
  if (n('packed') > 0) return 'packed';
  if (n('awaiting_carrier') > 0) return 'awaiting_carrier';
  if (n('staged', 'ready') > 0) return n('ready') === 0 ? 'staged' : 'ready_to_collect';
  if (n('undelivered') > 0) return 'came_back';
  if (n('put_back_due') > 0) return 'put_back';
  if (handed > 0) return whole ? 'handed_over' : 'handed_over_with_exceptions';
  if (gone > 0) return whole ? 'shipped' : 'shipped_with_exceptions';
  return 'not_served';
}
