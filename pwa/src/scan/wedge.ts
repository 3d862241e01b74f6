// Keyboard-wedge scans: a burst of keys that no hand can type, ended by Enter or Tab. Pure but for the events fed in.
// Two paths may carry the same scan: key events, and the text of a focused hidden field (DataWedge types through
// an input method of its own, so that key events may carry nothing). One scan is one event whichever came first.

export const MIN_CHARS = 4;
export const MAX_GAP_MS = 80;
export const SAME_SCAN_MS = 40;
/** A scanner may type here and send to the box at once: what the box passes on comes later than the keys, or sooner. */
export const SAME_PULL_MS = 700;

export type Path = 'keys' | 'field' | 'bench';

/** Joins keys to scans. Times are the events' own, so that a busy screen breaks no burst and glues no two scans. */
export class Burst {
  private text = '';
  private last = -Infinity;

  /** A key went down: gives a scan when this key ended one. */
  key(key: string, at: number): string | null {
    const fast = at - this.last <= MAX_GAP_MS;
    if (key === 'Enter' || key === 'Tab') {
      const scan = fast && this.text.length >= MIN_CHARS ? this.text : null;
      this.clear();
      return scan;
    }
    const char = key === 'GroupSeparator' ? '\x1d' : key;
    if ([...char].length !== 1) return null; // Shift and its like
    this.text = fast ? this.text + char : char;
    this.last = at;
    return null;
  }
  /** Whether keys are coming faster than a hand types. */
  get running(): boolean { return this.text.length >= 2; }
  clear(): void { this.text = ''; this.last = -Infinity; }
}

/** Lets one scan through once, though two paths brought it. Each scan let through is matched once, the oldest first: however one
 *  path lags behind the other, a pull is one scan and two pulls of the same are two. */
export class Once {
  private passed: { code: string; path: Path; at: number }[] = [];

  pass(code: string, path: Path, at: number): boolean {
    const bare = code.trim().replace(/^\][A-Za-z][0-9A-Za-z]/, '');
    this.passed = this.passed.filter((p) => at - p.at <= SAME_PULL_MS);
    const i = this.passed.findIndex((p) => p.code === bare && p.path !== path && at - p.at <= (path === 'bench' || p.path === 'bench' ? SAME_PULL_MS : SAME_SCAN_MS));
    if (i >= 0) { this.passed.splice(i, 1); return false; }
    this.passed.push({ code: bare, path, at });
    return true;
  }
}

/** Hands scans on one at a time, in the order they came, however long each takes. */
export class Line {
  private tail: Promise<void> = Promise.resolve();
  constructor(private take: (code: string) => Promise<void> | void) {}
  push(code: string): Promise<void> {
    const run = this.tail.then(() => this.take(code));
    this.tail = run.then(() => undefined, () => undefined);
    return run;
  }
}

/** What a key of a scanner stands for: '' is a shortcut of the screen's and none of a scan. AltGr is Ctrl and Alt on some systems,
 *  and a German keyboard has its ] there. Scanners send FNC1 as F8, or as Ctrl and ]. */
export function keyOf(e: { key: string; ctrlKey: boolean; altKey: boolean; metaKey: boolean }, altGr: boolean): string {
  if (e.key === 'F8' || (e.ctrlKey && !e.altKey && !e.metaKey && e.key === ']')) return 'GroupSeparator';
  if (altGr && !e.metaKey && [...e.key].length === 1) return e.key;
  return e.ctrlKey || e.altKey || e.metaKey ? '' : e.key;
}

/** Whether typing goes into a field of the page, so that keys are no scan. */
export function typing(el: Element | null, hidden: Element): boolean {
  if (!el || el === hidden) return false;
  const tag = el.tagName;
  return tag === 'TEXTAREA' || tag === 'SELECT' || (el as HTMLElement).isContentEditable ||
    (tag === 'INPUT' && !['button', 'checkbox', 'radio', 'submit', 'range'].includes((el as HTMLInputElement).type));
}

/** Listens for scans until the returned function is called. hidden is the field that keeps the focus while no other has it. What is
 *  typed while Caps Lock is on has its letters the wrong way round, and is no scan: a lot would be taken for another. */
export function listen(doc: Document, hidden: HTMLInputElement, onScan: (code: string) => void, once = new Once(), onCaps: () => void = () => undefined): () => void {
  const burst = new Burst();
  let flush: ReturnType<typeof setTimeout> | undefined, caps = false;
  const emit = (code: string, path: Path, at: number) => {
    if (!once.pass(code, path, at)) return;
    if (caps && /[a-z]/i.test(code)) onCaps(); else onScan(code);
  };

  const fromField = (at: number) => {
    clearTimeout(flush);
    const code = hidden.value.trim();
    hidden.value = '';
    if (code.length >= MIN_CHARS) emit(code, 'field', at);
  };
  const onKey = (e: KeyboardEvent) => {
    caps = e.getModifierState('CapsLock');
    const key = keyOf(e, e.getModifierState('AltGraph'));
    if (key === '') return;
    if (typing(doc.activeElement, hidden)) { burst.clear(); return; }
    const scan = burst.key(key, e.timeStamp);
    if (scan !== null) {
      e.preventDefault(); e.stopPropagation(); // a focused button must not take the scanner's Enter for a press
      hidden.value = ''; // keys brought it whole
      clearTimeout(flush);
      emit(scan, 'keys', e.timeStamp);
    } else if ((e.key === 'Enter' || e.key === 'Tab') && doc.activeElement === hidden && hidden.value.length >= MIN_CHARS) {
      e.preventDefault();
      fromField(e.timeStamp);
    } else if (burst.running && e.key === ' ') e.preventDefault();
  };
  const onInput = () => {
    clearTimeout(flush);
    flush = setTimeout(() => fromField(performance.now()), MAX_GAP_MS * 2); // an input method that sends no Enter
  };
  const home = () => {
    const a = doc.activeElement;
    if (!doc.querySelector('dialog[open]') && (!a || a === doc.body)) hidden.focus({ preventScroll: true });
  };
  const later = () => setTimeout(home, 0);
  doc.addEventListener('keydown', onKey, true);
  hidden.addEventListener('input', onInput);
  doc.addEventListener('focusout', later);
  doc.addEventListener('pointerup', later);
  home();
  return () => {
    clearTimeout(flush);
    doc.removeEventListener('keydown', onKey, true);
    hidden.removeEventListener('input', onInput);
    doc.removeEventListener('focusout', later);
    doc.removeEventListener('pointerup', later);
  };
}
