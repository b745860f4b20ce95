/** Brings a queue's file to this version: a copy of it first, then all steps at once or none. One of a newer Muxwell is left as it is. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { StudioError } from '../contract/errors.ts';
import { storageSteps } from './storage-steps.ts';

/** Raised with every change of the records, together with a step that brings older files here and a kept file of the new version. */
export const version = 2;

/** What a file has; 0 for an empty one. Throws library-busy for a newer one, which nothing was written to. */
export function foundVersion(db: DatabaseSync): number {
  const found = Number(Object.values(db.prepare('PRAGMA user_version').get() ?? {})[0]);
  if (found > version)
    throw new StudioError('library-busy', 'This queue was made by a newer Muxwell, and is left as it is. Update this one to open it.');
  return found;
}

/** `path` is where the file lies, or `:memory:`. Throws write-failed, with everything as it was. */
export function upgrade(db: DatabaseSync, path: string, found: number): void {
  try {
    if (found > 0 && found < version && path !== ':memory:') keepCopy(db, `${path}.version-${found}`);
    db.exec('BEGIN IMMEDIATE');
    for (let from = found || 1; from < version; from++) takeStep(db, from);
    db.exec(`PRAGMA user_version = ${version}; COMMIT`);
  } catch (error) {
    throw new StudioError(
      'write-failed',
      'The queue of an earlier Muxwell could not be brought up to date. It is as it was.',
      String(error),
    );
  }
}

function takeStep(db: DatabaseSync, from: number): void {
  const select = db.prepare('SELECT id, body FROM record WHERE kind = ?');
  const update = db.prepare('UPDATE record SET body = ? WHERE kind = ? AND id = ?');
  for (const { kind, change } of storageSteps[from] ?? []) {
    for (const { id, body } of select.all(kind)) update.run(JSON.stringify(change(JSON.parse(String(body)))), kind, String(id));
  }
}

/** A copy of the whole file as it is, which an earlier Muxwell opens. It has its name only when it is whole and on the disk. */
function keepCopy(db: DatabaseSync, copy: string): void {
  const unfinished = `${copy}.new`;
  rmSync(unfinished, { force: true });
  closeSync(openSync(unfinished, 'a', 0o600)); // SQLite fills an empty file and leaves its rights
  db.prepare('VACUUM INTO ?').run(unfinished);
  const file = openSync(unfinished, 'r+');
  try {
    fsyncSync(file); // which SQLite leaves to others
  } finally {
    closeSync(file);
  }
  renameSync(unfinished, copy);
}
