// Whether this handheld can start the app without a line, and why not.
import { signal } from '@preact/signals';

export type Ready = { is: 'ready' } | { is: 'wait' } | { is: 'not'; why: 'http' | 'nosw' | 'failed'; detail: string };

export class Shell {
  readonly ready = signal<Ready>({ is: 'wait' });
  /** A newer app waits; it is used only when the person is between tasks and nothing waits to be sent. */
  readonly update = signal<ServiceWorker | null>(null);

  async start(path = '/sw.js'): Promise<void> {
    if (!globalThis.isSecureContext) { this.ready.value = { is: 'not', why: 'http', detail: '' }; return; }
    if (!('serviceWorker' in navigator)) { this.ready.value = { is: 'not', why: 'nosw', detail: '' }; return; }
    try {
      const reg = await navigator.serviceWorker.register(path);
      const watch = (w: ServiceWorker | null) => {
        if (!w) return;
        const look = () => {
          if (w.state === 'redundant' && !reg.active) this.ready.value = { is: 'not', why: 'failed', detail: 'install' };
          if (w.state === 'installed' && navigator.serviceWorker.controller) this.update.value = w;
        };
        w.addEventListener('statechange', look); look();
      };
      watch(reg.waiting); watch(reg.installing);
      reg.addEventListener('updatefound', () => watch(reg.installing));
      await navigator.serviceWorker.ready;
      this.ready.value = { is: 'ready' };
      void navigator.storage?.persist?.().catch(() => false);
    } catch (e) { this.ready.value = { is: 'not', why: 'failed', detail: e instanceof Error ? e.message : String(e) }; }
  }
  takeOver(): void {
    const w = this.update.value;
    if (!w) return;
    navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
    w.postMessage('take-over');
  }
}
