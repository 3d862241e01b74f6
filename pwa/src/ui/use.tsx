// What every screen can reach: the store, the words, and the scanner.
import { createContext } from 'preact';
import { useContext, useLayoutEffect, useRef } from 'preact/hooks';
import type { Store } from '../app/store';

export const StoreContext = createContext<Store>(null as unknown as Store);
export const useStore = (): Store => useContext(StoreContext);
export const useWords = () => useStore().t.value;

/** The screen that takes scans now. The last one that asked has it. */
export class Scans {
  private takers: ((code: string) => Promise<void> | void)[] = [];
  /** Takes what no screen wants. */
  otherwise: (code: string) => void = () => undefined;
  async take(code: string): Promise<void> { await (this.takers[this.takers.length - 1] ?? this.otherwise)(code); }
  claim(take: (code: string) => Promise<void> | void): () => void {
    this.takers.push(take);
    return () => { this.takers = this.takers.filter((t) => t !== take); };
  }
}
export const ScansContext = createContext<Scans>(new Scans());

/** Takes scans while the component is on the screen. */
export function useScan(take: (code: string) => Promise<void> | void): void {
  const scans = useContext(ScansContext), last = useRef(take);
  last.current = take;
  // Before the screen is painted, so that no scan falls between two screens.
  useLayoutEffect(() => scans.claim((code) => last.current(code)), [scans]);
}
