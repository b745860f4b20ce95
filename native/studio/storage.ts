/** What outlives the process: records by kind and id in one SQLite file. Every write is on disk when the call returns. */
import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StudioError } from '../contract/errors.ts';
import { foundVersion, upgrade } from './storage-upgrade.ts';

export interface Storage {
  all<T>(kind: string): Map<string, T>;
  get<T>(kind: string, id: string): T | undefined;
  put(kind: string, id: string, record: unknown): void;
  remove(kind: string, id: string): void;
  /** All writes inside are kept together or not at all. */
  together(work: () => void): void;
  close(): void;
}

/** `path` may be `:memory:` for a studio that leaves nothing behind. Throws library-busy when another process has it open, or a newer Muxwell made it. */
export function openStorage(path: string): Storage {
  if (path !== ':memory:') {
    mkdirSync(dirname(path), { recursive: true });
    closeSync(openSync(path, 'a', 0o600)); // SQLite makes its other files with the same rights
    chmodSync(path, 0o600);
  }
  const db = new DatabaseSync(path);
  try {
    // Held until the process ends, however it ends: two studios on one queue would run every job twice.
    db.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; COMMIT');
    const found = foundVersion(db);
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    db.exec(
      'BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS record (kind TEXT, id TEXT, body TEXT NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID; COMMIT;',
    );
    upgrade(db, path, found);
  } catch (error) {
    db.close();
    if (/locked|busy/i.test(String(error)) && !(error instanceof StudioError))
      throw new StudioError('library-busy', 'Another Muxwell is running with this queue. Close it first.');
    throw error;
  }
  const select = db.prepare('SELECT id, body FROM record WHERE kind = ?');
  const selectOne = db.prepare('SELECT body FROM record WHERE kind = ? AND id = ?');
  const upsert = db.prepare('INSERT INTO record (kind, id, body) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body');
  const drop = db.prepare('DELETE FROM record WHERE kind = ? AND id = ?');

  return {
    all: <T>(kind: string) => new Map(select.all(kind).map((row) => [String(row['id']), JSON.parse(String(row['body'])) as T])),
    get: <T>(kind: string, id: string) => {
      const row = selectOne.get(kind, id);
      return row && (JSON.parse(String(row['body'])) as T);
    },
    put: (kind, id, record) => void upsert.run(kind, id, JSON.stringify(record)),
    remove: (kind, id) => void drop.run(kind, id),
    together(work) {
      if (db.isTransaction) {
        work(); // kept with what it is a part of
        return;
      }
      db.exec('BEGIN IMMEDIATE');
      try {
        work();
        db.exec('COMMIT');
      } catch (error) {
        db.exec('ROLLBACK');
        throw error;
      }
    },
    close: () => db.close(),
  };
}
