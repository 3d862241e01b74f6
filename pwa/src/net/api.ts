// The box's HTTP API. A network that does not answer is an ordinary Error; what the box refuses is a ProblemError.
import { readBoard } from '../model/board';
import type { Board, Me, Problem, Reply } from '../model/types';
import { ProblemError, type Batch } from '../queue/queue';

export const TIMEOUT_MS = 10_000;

export class Api {
  constructor(private base = '', private fetcher: typeof fetch = (...a) => fetch(...a)) {}

  private async call(method: string, path: string, body?: unknown, timeout = TIMEOUT_MS): Promise<unknown> {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), timeout);
    try {
      const res = await this.fetcher(this.base + path, {
        method, signal: stop.signal, credentials: 'same-origin', cache: 'no-store',
        headers: { Accept: 'application/json', ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      if (!res.ok) {
        const after = Number(res.headers.get('Retry-After')) || 0;
        const problem = (await res.json().catch(() => null)) as Problem | null;
        throw new ProblemError({ ...(problem ?? {}), status: res.status }, after * 1000);
      }
      return res.status === 204 ? null : await res.json().catch(() => null);
    } finally { clearTimeout(timer); }
  }

  me = async (): Promise<Me> => readMe(await this.call('GET', '/api/me', undefined, 4000));
  signIn = async (badge: string, pin: string, install: string, station: string): Promise<Me> =>
    readMe(await this.call('POST', '/api/sign-in', { badge, pin, install, ...(station ? { station } : {}) }));
  signOut = async (): Promise<void> => { await this.call('POST', '/api/sign-out'); };
  board = async (): Promise<Board> => readBoard(await this.call('GET', '/api/board'));
  ops = async (b: Batch): Promise<Reply> => (await this.call('POST', '/api/ops', b)) as Reply;
  alive = async (): Promise<void> => { await this.call('GET', '/livez', undefined, 5000); };
}
function readMe(v: unknown): Me {
  const r = (v ?? {}) as Partial<Me>;
  return { user: r.user ?? '', name: r.name || r.user || '', roles: r.roles ?? [], expires: r.expires ?? '' };
}
/** The picture of a document. A job's id has slashes and colons: it travels as one path segment. */
export const previewUrl = (job: string): string => `/api/jobs/${encodeURIComponent(job)}/preview.png`;
