// What the store box says, as it says it. Times are RFC 3339 in UTC, weights are grams, quantities are units.

export type OrderState =
  | 'new' | 'ready' | 'picking' | 'picked' | 'packing' | 'packed' | 'awaiting_carrier'
  | 'shipped' | 'shipped_with_exceptions' | 'not_served' | 'put_back' | 'came_back'
  | 'incoming' | 'arrived' | 'staged' | 'ready_to_collect' | 'handed_over' | 'handed_over_with_exceptions';
export type UnitState = 'open' | 'closed' | 'departed' | 'void' | 'back';
export type JobState = 'pending' | 'held' | 'processing' | 'completed' | 'unknown' | 'canceled' | 'aborted';
/** A document's kind, as the box names it: shipping_label, packing_slip, manifest and so on. */
export type Doc = string;

export interface Site { id: string; name: string; zone: string }
export interface Short { reason: string; qty: number }
export interface BinStock { bin: string; on_hand: number }

export interface Line {
  line: string; sku: string; name: string; tell: string; picture: string; gtins: string[];
  qty: number; picked: number; to_pick: number; loose: number; short: number; shorts: Short[]; declined: number;
  bin: string; aisle: string; level: number; side: string; bins: BinStock[];
  accepted: boolean; cancelled: { cause: string; qty: number }[]; substituted: number; for: string;
  staged: number; told: number; handed: number; returned: number;
  to_pack: number; back: number; // reckoned here: picked and wanted, in no parcel; picked in vain, to be put back
}
export interface Content { line: string; sku: string; qty: number; got: number }
export interface Unit {
  unit: string; no: number; carton: string; state: UnitState; weight_g: number; contents: Content[]; labelled: boolean;
  in: string; missed: boolean; received: boolean; why: string;
}
export interface Job {
  id: string; doc: Doc; unit: string; copy: number; reason: string; station: string; state: JobState;
  reasons: string[]; printer: string; tries: number; no: number;
}
export interface Order {
  id: string; number: string; flow: string; due: string; priority: number; carrier: string; service: string; note: string;
  state: OrderState; picker: string; started: boolean; finished: boolean; qty: number; to_pick: number; seq: number;
  lines: Line[]; units: Unit[]; jobs: Job[];
  mode: string; source: string; hold: string; not_before: string; taken_back: boolean; twice: boolean; coming: number; paper: string;
  needs_permit: boolean; // nothing of it leaves before the centre says yes
}
export interface Item { sku: string; name: string; tell: string; picture: string; gtins: string[]; weight_g: number }
export type PrinterState = 'ready' | 'printing' | 'blocked' | 'silent' | 'offline' | 'stopped';
export interface Printer { id: string; name: string; state: PrinterState; reasons: string[]; words: string; waiting: number; at: string; stopped: string; elsewhere: string; stations: string[] }
/** What has papers of its own and is no order: a carrier's list, a return. */
export interface Papers { of: 'manifest' | 'return'; id: string; called: string; jobs: Job[] }
/** A scanner or a scale at the box. */
export interface Device { id: string; name: string; kind: 'scanner' | 'scale'; station: string; state: 'ready' | 'away'; reason: string; words: string; hint: string; since: string }
/** What the bench's scale says; only a settled one is a weight. */
export interface Weight { grams: number; settled: boolean; bad: string }
export interface Link { up: boolean; since: string; unsent: number; oldest: string; head: number; acked: number; blocked: string; replaced: boolean; recovering: { left: number; of: number } | null; skew: number }
export interface Reasons { short: string[]; decline: string[] }

export interface Board {
  log: string; seq: number; start: string; now: string; site: Site; // start: which start of the box gave it; '' when the box does not say
  orders: Order[]; items: Item[]; printers: Printer[]; devices: Device[]; papers: Papers[]; link: Link; reasons: Reasons;
}
export interface Marks { saved: number; applied: number; stable: number }
export interface Delta extends Partial<Marks> {
  log: string; seq: number; start?: string; now?: string;
  orders?: unknown[] | null; gone?: string[] | null; items?: unknown[] | null; printers?: unknown[] | null; devices?: unknown[] | null; link?: unknown;
  rows?: Record<string, unknown[]> | null; left?: Record<string, string[]> | null;
}

export interface Me { user: string; name: string; roles: string[]; expires: string; station: string }

export interface Refusal { code: string; args?: Record<string, string> | null; words?: string; hint?: string }
export type Outcome = 'accepted' | 'duplicate' | 'refused' | 'exception';
/** How the box and the centre do: GET /api/sync. */
/** One sentence of it, as a code and what it speaks of. */
export interface Note { code: string; n?: number; record?: number; type?: string; who?: string }
export interface Handheld { device: string; name?: string; last?: string }
export interface Sync {
  state: string; up: boolean; unsent: number; since: string; oldest: string; says: string[]; do: string[]; said: Note[]; todo: Note[]; hands: Handheld[];
  what: { what: string; count: number; oldest: string }[]; sorted: number; cause: string;
}
export interface Answer { n?: number; id: string; outcome: Outcome; seq: number; refusal?: Refusal | null; unit?: string; jobs?: string[] | null; told?: Record<string, string> | null }
export interface Reply extends Marks { answers: Answer[] | null; expect?: number; edge?: { log: string; seq: number }; recovering?: boolean }
export interface Problem { type?: string; title?: string; status: number; detail?: string; errors?: { location: string; message: string; value?: unknown }[]; taken?: Reply | null }

/** What a person did on this handheld. It is kept until the centre's backup has it (stable). */
export interface Op {
  install: string; n: number; id: string; type: string; work: string;
  seen: number; at: string; data: Record<string, unknown>;
  user: string; // who did it; the box learns it from the session
  answer?: Answer;
  under?: string; // the log of the box that the screen stood on
  log?: string; // of the box, under which it was answered
  told?: { log?: string; refused?: boolean; unit?: string }; // sent again: what the person was told at first
}
/** What is to become an operation. */
export interface Draft { type: string; order: string; data: Record<string, unknown> }
