/** The secret that opens a web host: made once, kept beside the queue, so that a page left open comes back after a restart. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StudioError } from '../contract/errors.ts';

const randomBytesInAToken = 24;
const shortest = 16;
const longest = 256;

export const makeToken = (): string => randomBytes(randomBytesInAToken).toString('base64url');

/** Takes the same time wherever the two differ. */
export function sameSecret(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

/** A token that a person chose, when it is good enough to be one. Throws bad-input. */
export function checkToken(token: string): string {
  if (token.length < shortest) throw new StudioError('bad-input', `The token is too short: it needs at least ${shortest} characters.`);
  if (token.length > longest || !/^[\x21-\x7e]+$/.test(token))
    throw new StudioError('bad-input', `A token is ${shortest} to ${longest} letters, digits and signs of the keyboard, without spaces.`);
  return token;
}

/** The token of a data folder. One that others on this machine could have read is replaced by a new one. */
export function keepToken(folder: string): string {
  const path = join(folder, 'token');
  const known = readToken(path);
  if (known) return known;
  const token = makeToken();
  try {
    rmSync(path, { force: true });
    writeFileSync(path, `${token}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    throw new StudioError('output-unwritable', `The token could not be written to ${path}.`, String(error));
  }
  return token;
}

/** null for none, and for anything but a file of our own that nobody else may read. */
function readToken(path: string): string | null {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  } catch {
    return null;
  }
  try {
    const { mode, uid } = fstatSync(file);
    const isOurs = process.platform === 'win32' || ((mode & 0o177077) === 0o100000 && uid === process.getuid?.());
    return isOurs ? checkToken(readFileSync(file, 'utf8').trim()) : null;
  } catch {
    return null; // a folder, or emptied or edited into something that is no token
  } finally {
    closeSync(file);
  }
}
