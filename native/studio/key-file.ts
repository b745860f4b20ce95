/** Seals secrets with a key of the data folder that only its owner may read: for hosts without a system key store. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { closeSync, constants, fstatSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StudioError } from '../contract/errors.ts';
import type { Seal } from './secrets.ts';

const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/** The key is made at the first secret and kept in `folder`/key with mode 0600. AES-256-GCM, a nonce for each secret. */
export function keyFileSeal(folder: string): Seal {
  let key: Buffer | null = null;
  const theKey = () => (key ??= readKey(join(folder, 'key')) ?? makeKey(folder));
  return {
    seal(secret) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', theKey(), nonce);
      const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64');
    },
    open(sealed) {
      const bytes = Buffer.from(sealed, 'base64');
      const decipher = createDecipheriv('aes-256-gcm', theKey(), bytes.subarray(0, nonceBytes));
      decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
      return Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()]).toString('utf8');
    },
  };
}

/** null when there is none. Throws no-key for one that others could have read: it seals nothing any more. */
function readKey(path: string): Buffer | null {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new StudioError('no-key', `The key file ${path} cannot be read.`, String(error));
  }
  try {
    const { mode, uid } = fstatSync(file);
    const isOurs = process.platform === 'win32' || ((mode & 0o177077) === 0o100000 && uid === process.getuid?.());
    const key = readFileSync(file);
    if (isOurs && key.length === keyBytes) return key;
    throw new StudioError('no-key', `The key file ${path} can be read by others. Delete it and enter the stream keys again.`);
  } finally {
    closeSync(file);
  }
}

function makeKey(folder: string): Buffer {
  const key = randomBytes(keyBytes);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, 'key'), key, { flag: 'wx', mode: 0o600 });
  return key;
}
