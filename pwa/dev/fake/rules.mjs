// Rules enough for the app's tests: what the real box decides, in short. Refusals use its codes.
import { sscc } from './goods.mjs';

export class World {
  constructor(orders, printer) { this.orders = orders; this.printer = printer; this.serial = 440; this.seq = 100; }
  order(id) { return this.orders.find((o) => o.id === id); }
  ofUnit(unit) { for (const o of this.orders) for (const u of o.units ?? []) if (u.unit === unit) return [o, u]; return []; }
  ofJob(job) { for (const o of this.orders) for (const j of o.jobs ?? []) if (j.id === job) return [o, j]; return []; }

  /** {order} when it had its effect, {refusal} when not; unit and jobs it made. */
  decide(op, user) {
    const d = op.data, no = (code, args = {}) => ({ refusal: { code, args, words: `Refused: ${code}.`, hint: 'Ask your lead.' } });
    const o = d.order ? this.order(d.order) : d.unit ? this.ofUnit(d.unit)[0] : d.job ? this.ofJob(d.job)[0] : undefined;
    if (!o) return d.unit ? no('unknown_unit', { unit: d.unit }) : d.job ? no('unknown_job', { job: d.job }) : no('unknown_order', { order: d.order ?? '' });
    const l = o.lines.find((x) => x.line === d.line), u = (o.units ?? []).find((x) => x.unit === d.unit);
    switch (op.type) {
      case 'pick.start':
        if (o.started && o.picker !== user && !d.take_over) return no('taken_by_other', { who: o.picker, order: o.id });
        o.started = true; o.picker = user; break;
      case 'pick.scan':
        if (!l) return no('unknown_line', { order: o.id, line: d.line });
        if (o.picker !== user && !d.done) return no('taken_by_other', { who: o.picker, order: o.id });
        if (d.qty > l.to_pick && !d.done) return no('surplus', { qty: String(l.qty), got: l.name });
        l.picked += d.qty; break;
      case 'putback.confirm': if (d.qty > this.back(o, l)) return no('not_to_put_back', { left: String(this.back(o, l)), got: l.name, qty: String(d.qty) }); l.picked -= d.qty; break;
      case 'pick.undo': l.picked -= d.qty; o.finished = false; break;
      case 'pick.short': l.short += d.qty; l.shorts = [...(l.shorts ?? []), { reason: d.reason, qty: d.qty }]; break;
      case 'pick.finish': if (o.finished) return no('already_finished', { order: o.id }); o.finished = true; break;
      case 'order.decline': for (const x of o.lines) x.declined += x.to_pick; break;
      case 'unit.open': {
        const unit = sscc(++this.serial);
        (o.units ??= []).push({ unit, no: o.units.length + 1, carton: '', state: 'open', weight_g: 0, contents: null, labelled: false });
        this.sum(o); return { order: o, unit };
      }
      case 'unit.add': {
        if (d.qty > l.loose - this.surplus(l)) return no('not_picked', { left: String(l.loose), got: l.name, qty: String(d.qty) });
        const c = (u.contents ??= []).find((x) => x.line === d.line);
        if (c) c.qty += d.qty; else u.contents.push({ line: l.line, sku: l.sku, qty: d.qty });
        break;
      }
      case 'unit.take': { const c = u.contents.find((x) => x.line === d.line); c.qty -= d.qty; u.contents = u.contents.filter((x) => x.qty > 0); break; }
      case 'unit.close': {
        u.state = 'closed'; u.weight_g = d.weight_g ?? 0;
        const last = o.lines.every((x) => this.loose(o, x) - this.surplus(x) <= 0 && this.toPick(x) === 0);
        const jobs = [this.job(o, op, 1, u, 'shipping_label', '')];
        if (last) jobs.push(this.job(o, op, 2, u, 'packing_slip', ''));
        this.sum(o); return { order: o, jobs };
      }
      case 'unit.void': u.state = 'void'; for (const j of o.jobs ?? []) if (j.unit === u.unit) j.state = 'canceled'; break;
      case 'label.request': { const j = this.job(o, op, 0, u, d.doc, d.reason ?? ''); this.sum(o); return { order: o, jobs: [j] }; }
      case 'label.printed': this.ofJob(d.job)[1].state = 'completed'; break;
      case 'handover':
        if (u.state === 'departed') return no('unit_gone', { unit: u.unit });
        if (!u.labelled) return no('label_not_printed', { unit: u.unit });
        u.state = 'departed'; break;
      default: return no('unknown_command', { kind: op.type });
    }
    this.sum(o);
    return { order: o };
  }
  job(o, op, index, u, doc, reason) {
    for (const j of o.jobs ?? []) if (j.unit === u.unit && j.doc === doc && j.state === 'unknown') j.state = 'canceled';
    const copies = (o.jobs ?? []).filter((j) => j.unit === u.unit && j.doc === doc && j.tries > 0).map((j) => j.copy);
    const j = { id: `${op.id}/${index}`, doc, unit: u.unit, copy: Math.max(0, ...copies) + 1, reason, state: 'pending', printer: 'bench-2', tries: 0 };
    (o.jobs ??= []).push(j);
    return j.id;
  }
  wanted(l) { return Math.max(0, l.qty - l.short - l.declined - (l.cancelled ?? []).reduce((n, c) => n + c.qty, 0)); }
  surplus(l) { return Math.max(0, l.picked - this.wanted(l)); }
  back(o, l) { return Math.min(this.surplus(l), Math.max(0, this.loose(o, l))); }
  toPick(l) { return Math.max(0, this.wanted(l) - l.picked); }
  /** The centre takes an order back: its parcels are undone, and what was picked is to be put back. */
  recall(o, cause) {
    for (const u of o.units ?? []) if (u.state !== 'departed') { u.state = 'void'; u.why = 'the order was taken back'; for (const j of o.jobs ?? []) if (j.unit === u.unit) j.state = 'canceled'; }
    for (const l of o.lines) { l.cancelled = [{ cause, qty: this.wanted(l) }]; o.taken_back ||= l.picked > 0; }
    this.sum(o);
  }
  loose(o, l) { let n = l.picked; for (const u of o.units ?? []) if (u.state !== 'void') for (const c of u.contents ?? []) if (c.line === l.line) n -= c.qty; return n; }
  sum(o) {
    let packed = 0, awaiting = 0, shipped = 0, loose = 0, open = false, left = 0, back = 0;
    for (const u of o.units ?? []) u.labelled = (o.jobs ?? []).some((j) => j.unit === u.unit && j.doc === 'shipping_label' && j.state === 'completed');
    for (const l of o.lines) { l.to_pick = this.toPick(l); l.loose = this.loose(o, l); loose += Math.max(0, l.loose - this.surplus(l)); back += this.back(o, l); left += l.short + l.declined; }
    for (const u of o.units ?? []) {
      const n = (u.contents ?? []).reduce((s, c) => s + c.qty, 0);
      if (u.state === 'open') { open = true; loose += n; } else if (u.state === 'departed') shipped += n; else if (u.state === 'closed') { if (u.labelled) awaiting += n; else packed += n; }
    }
    o.to_pick = o.lines.reduce((s, l) => s + l.to_pick, 0);
    o.state = o.to_pick > 0 ? (o.started ? 'picking' : 'new') : open || (loose > 0 && packed + awaiting + shipped > 0) ? 'packing' : loose > 0 ? 'picked' : packed > 0 ? 'packed' : awaiting > 0 ? 'awaiting_carrier' : back > 0 ? 'put_back' : shipped > 0 ? (left > 0 ? 'shipped_with_exceptions' : 'shipped') : 'not_served';
    o.seq = this.seq;
  }
}
