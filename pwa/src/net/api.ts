// The box's HTTP API. A network that does not answer is an ordinary Error; what the box refuses is a ProblemError.
import { readBoard, readSaved } from '../model/board';
import type { Board, Me, Problem, Reply, Sync } from '../model/types';
import { ProblemError, type Batch } from '../queue/queue';
import { readSync } from '../model/sync';

export const TIMEOUT_MS = 10_000;

export class Api {
  constructor(private base = '', private fetcher: typeof fetch = (...a) => fetch(...a)) {}

  /** Told of the box's clock with every answer: it was asked for a moment ago. */
  heard: (box: number) => void = () => undefined;

  private async call(method: string, path: string, body?: unknown, timeout = TIMEOUT_MS, more: Record<string, string> = {}): Promise<unknown> {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), timeout);
    try {
      const res = await this.fetcher(this.base + path, {
        method, signal: stop.signal, credentials: 'same-origin', cache: 'no-store',
        headers: { Accept: 'application/json', ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...more },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      const date = Date.parse(res.headers.get('Date') ?? '');
      if (Number.isFinite(date)) this.heard(date);
      if (!res.ok) {
        const after = Number(res.headers.get('Retry-After')) || 0;
        const problem = (await res.json().catch(() => null)) as Problem | null;
        throw new ProblemError({ ...(problem ?? {}), status: res.status }, after * 1000);
      }
      return res.status === 204 ? null : await res.json().catch(() => null);
    } finally { clearTimeout(timer); }
  }

  me = async (): Promise<Me> => readMe(await this.call('GET', '/api/me', undefined, 4000));
  signIn = async (badge: string, pin: string, install: string, key: string, station: string, vouch?: { badge: string; pin: string }): Promise<Me> =>
    readMe(await this.call('POST', '/api/sign-in', { badge, pin, install, key, ...(station ? { station } : {}), ...(vouch ? { vouch } : {}) }));
  signOut = async (): Promise<void> => { await this.call('POST', '/api/sign-out'); };
  board = async (): Promise<{ board: Board; saved: number }> => {
    const all = await this.call('GET', '/api/board');
    return { board: readBoard(all), saved: readSaved(all) };
  };
  ops = async (b: Batch): Promise<Reply> => (await this.call('POST', '/api/ops', b)) as Reply;
  /** Prints a test label and says in words what became of it. */
  testPrint = async (printer: string): Promise<boolean> => ((await this.call('POST', `/api/printers/${encodeURIComponent(printer)}/test`, undefined, 25_000)) as { printed?: boolean } | null)?.printed === true;
  /** Sends what waits for a printer to another one, and says how many jobs stay because they cannot come out there. */
  sendJobs = async (from: string, to: string): Promise<number> => ((await this.call('POST', `/api/printers/${encodeURIComponent(from)}/send`, { to })) as { stay?: number } | null)?.stay ?? 0;
  /** Gives one command that is about no order and waits for nothing: what it is refused with, in words, or ''. */
  command = async (kind: string, data: Record<string, unknown>): Promise<string> => {
    const id = 'app.' + Date.now().toString(36) + Math.random().toString(36).slice(2, 10);
    const r = (await this.call('POST', `/api/commands/${kind}`, data, TIMEOUT_MS, { 'Idempotency-Key': id })) as { refusal?: { words?: string; hint?: string } } | null;
    return r?.refusal ? `${r.refusal.words ?? ''} ${r.refusal.hint ?? ''}`.trim() : '';
  };
  sync = async (): Promise<Sync> => readSync(await this.call('GET', '/api/sync', undefined, 5000));
  alive = async (): Promise<void> => { await this.call('GET', '/livez', undefined, 5000); };
}
function readMe(v: unknown): Me {
  const r = (v ?? {}) as Partial<Me>;
  return { user: r.user ?? '', name: r.name || r.user || '', roles: r.roles ?? [], expires: r.expires ?? '', station: r.station ?? '' };
}
/** The picture of a document. A job's id has slashes and colons: it travels as one path segment. */
export const previewUrl = (job: string): string => `/api/jobs/${encodeURIComponent(job)}/preview.png`;
