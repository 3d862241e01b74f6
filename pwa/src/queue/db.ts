// This handheld's memory: one IndexedDB. NEVER says "saved" before the disk has it (durability: strict).
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { Board, Me, Op } from '../model/types';

export interface Card { id: string; at: string; title: string; words: string; hint: string; kind: 'refused' | 'exception' | 'fault' | 'changed'; code: string; args: Record<string, string>; what: string; order: string; item: string }

interface Schema extends DBSchema {
  meta: { key: string; value: unknown };          // install, key, next, board, me, settings, choices
  ops: { key: [string, number]; value: Op };      // by install and number
  cards: { key: string; value: Card };            // late refusals, until read
}
export type Db = IDBPDatabase<Schema>;

const NAME_KEY = 'picket.db';
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';

/** A new name for this installation: it names every operation from here on, so it never comes twice. */
export function mintInstall(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return 'hh-' + Array.from(bytes, (b) => ALPHABET[b % ALPHABET.length]).join('');
}

/** This installation's own secret: it shows the box that the name is this handheld's. It leaves only when somebody signs in. */
export function mintKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return Array.from(bytes, (b) => ALPHABET[b % ALPHABET.length]).join('');
}

async function open(name: string): Promise<Db> {
  const db = await openDB<Schema>(name, 1, {
    upgrade(d) {
      d.createObjectStore('meta');
      d.createObjectStore('ops', { keyPath: ['install', 'n'] });
      d.createObjectStore('cards', { keyPath: 'id' });
    },
    blocking: () => db.close(), // a newer app wants to upgrade: this page must not hold it up
  });
  return db;
}

export interface Opened { db: Db; install: string; key: string; fresh: boolean; lost: boolean }

/**
 * Opens the memory. A store the browser can no longer open never heals: then a new one is begun under a new
 * name and installation, and lost says so, so that a person is told (the box knows the last number it got).
 */
export async function openMemory(names: Pick<Storage, 'getItem' | 'setItem'> | null = safeStorage()): Promise<Opened> {
  const name = names?.getItem(NAME_KEY) ?? 'picket';
  try {
    return { ...(await begin(await open(name))), lost: false };
  } catch (cause) {
    const next = 'picket-' + Array.from(crypto.getRandomValues(new Uint8Array(4)), (b) => b.toString(16)).join('');
    const db = await open(next).catch(() => { throw cause; });
    names?.setItem(NAME_KEY, next);
    return { ...(await begin(db)), lost: true };
  }
}
async function begin(db: Db): Promise<{ db: Db; install: string; key: string; fresh: boolean }> {
  const tx = db.transaction('meta', 'readwrite', { durability: 'strict' });
  let install = (await tx.store.get('install')) as string | undefined;
  const fresh = !install;
  if (!install) {
    install = mintInstall();
    await tx.store.put(install, 'install');
    await tx.store.put(1, 'next');
  }
  let key = (await tx.store.get('key')) as string | undefined;
  if (!key) await tx.store.put(key = mintKey(), 'key');
  await tx.done;
  return { db, install, key, fresh };
}
function safeStorage(): Storage | null {
  try { return globalThis.localStorage ?? null; } catch { return null; }
}

export const loadBoard = async (db: Db) => (await db.get('meta', 'board')) as Board | undefined;
/** Committed by name, so that it is written also where the page ends right behind it. */
export const saveBoard = async (db: Db, b: Board) => {
  const tx = db.transaction('meta', 'readwrite');
  const put = tx.store.put(b, 'board');
  tx.commit();
  await Promise.all([put, tx.done]);
};
export const loadMe = async (db: Db) => (await db.get('meta', 'me')) as Me | undefined;
export const saveMe = (db: Db, me: Me | null) => (me ? db.put('meta', me, 'me') : db.delete('meta', 'me'));
