// Live updates: deltas since the board's seq. A line that broke is tried again, sooner when the device says it is back.
import type { Delta } from '../model/types';
import type { Clock } from '../queue/queue';

export interface LiveHandlers {
  hello(): { install: string; log: string; since: number; start?: string };
  delta(d: Delta): void;
  reload(): void;
  up(is: boolean): void;
  scan(code: string): void; // the bench's scanner
  weight(w: unknown): void; // the bench's scale
  refused(): void; // the box does not take us: the session has ended
}

export class Live {
  private socket: WebSocket | null = null;
  private cancel: (() => void) | null = null;
  private failures = 0;
  private on = false;
  private opened = 0;

  constructor(private url: string, private to: LiveHandlers, private clock: Clock, private make: (url: string) => WebSocket = (u) => new WebSocket(u)) {}

  start(): void { if (!this.on) { this.on = true; this.dial(); } }
  stop(): void { this.on = false; this.cancel?.(); this.cancel = null; this.close(); }
  /** Try now: the device came back. */
  wake(): void { if (this.on && !this.socket) { this.failures = 0; this.cancel?.(); this.dial(); } }
  /** The line is known to be dead though the socket has not noticed. */
  cut(): void { if (this.socket) { this.close(); this.to.up(false); this.again(); } }

  private close(): void {
    const s = this.socket;
    this.socket = null;
    if (s) { s.onopen = s.onmessage = s.onclose = s.onerror = null; s.close(); }
  }
  private dial(): void {
    this.cancel = null;
    let s: WebSocket;
    try { s = this.make(this.url); } catch { this.again(); return; }
    this.socket = s;
    let greeted = false, named = false; // named: nothing was heard yet behind a hello that says which start of the box gave the board
    s.onopen = () => {
      this.opened = this.clock.now().getTime();
      const hello = this.to.hello();
      s.send(JSON.stringify({ hello }));
      greeted = true; named = !!hello.start;
      this.to.up(true);
    };
    s.onmessage = (e) => {
      named = false;
      let m: { delta?: Delta; reload?: boolean; scan?: { code?: unknown }; weight?: unknown };
      try { m = JSON.parse(String(e.data)); } catch { return; }
      if (m.delta) { this.failures = 0; this.to.delta(m.delta); }
      if (typeof m.scan?.code === 'string') this.to.scan(m.scan.code);
      if (m.weight) this.to.weight(m.weight);
      if (m.reload) { this.failures = 0; this.to.reload(); }
    };
    s.onclose = (e) => {
      if (this.socket !== s) return;
      this.socket = null;
      this.to.up(false);
      if (e.code === 1008 && named) this.to.reload(); // a box with earlier software is there now, which knows no such word: its board says none
      if (e.code === 4401 || e.code === 1008 && !greeted) this.to.refused();
      if (greeted && this.clock.now().getTime() - this.opened > 10_000) this.failures = 0;
      this.again();
    };
    s.onerror = () => undefined; // close follows
  }
  private again(): void {
    if (!this.on || this.cancel) return;
    this.failures++;
    const cap = Math.min(15_000, 400 * 2 ** Math.min(this.failures, 6));
    this.cancel = this.clock.later(() => this.dial(), cap / 4 + this.clock.random() * cap * 0.75);
  }
}
