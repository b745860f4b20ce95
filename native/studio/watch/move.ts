/** Puts a source that is through into another folder: never over another file, and never half. */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, mkdir, realpath, rename, rm, stat, utimes } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { StudioError } from '../../contract/errors.ts';

/**
 * Moves a file into a folder, under its name or the next free one, and tells its new path. Throws the system's error, or bad-input
 * for the folder that it lies in, by whatever name; the file is then where it was.
 */
export async function moveInto(file: string, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  if ((await realpath(folder)) === (await realpath(dirname(file))))
    throw new StudioError('bad-input', `${basename(file)} lies in that folder already.`);
  const extension = extname(file);
  const stem = basename(file, extension);
  for (let number = 1; ; number++) {
    const to = join(folder, number === 1 ? basename(file) : `${stem} (${number})${extension}`);
    try {
      await claim(file, to);
      return to;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** Throws EEXIST where the name is taken. */
async function claim(file: string, to: string): Promise<void> {
  try {
    await link(file, to); // unlike rename, never replaces
    await rm(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && (await isOneFile(file, to))) return rm(file); // a move that was cut short between its two steps
    if (code === 'EEXIST') throw error;
    if (code === 'EXDEV') return copyOver(file, to);
    // A file system without links.
    if (await stat(to).catch(() => null)) throw Object.assign(new Error(`${to} exists`), { code: 'EEXIST' });
    await rename(file, to);
  }
}

async function isOneFile(one: string, other: string): Promise<boolean> {
  const seen = (path: string) => stat(path, { bigint: true }).catch(() => null);
  const [a, b] = await Promise.all([seen(one), seen(other)]);
  return a !== null && b !== null && a.dev === b.dev && a.ino === b.ino;
}

/** To another disk: whole under a hidden name first, as large as it was, then named, and only then gone here. */
async function copyOver(file: string, to: string): Promise<void> {
  const partial = join(dirname(to), `.${basename(to)}.${randomUUID().slice(0, 8)}.part`);
  try {
    await copyFile(file, partial, constants.COPYFILE_EXCL);
    const [from, copied] = [await stat(file), await stat(partial)];
    if (from.size !== copied.size) throw new Error(`${file} changed while it was moved.`);
    await utimes(partial, from.atime, from.mtime);
    await link(partial, to).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') throw error;
      await rename(partial, to);
    });
  } finally {
    await rm(partial, { force: true });
  }
  await rm(file);
}
