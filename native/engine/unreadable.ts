/** Why a film that FFmpeg cannot open cannot be read, where the file itself tells. */
import { StudioError } from '../contract/errors.ts';
import { openFile } from './chapters.ts';
import { boxes } from './mp4/boxes.ts';

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;

/** An MP4 or QuickTime file without an index, which is written last; null for whatever else is wrong with a file. */
export function missingIndex(path: string, name: string): StudioError | null {
  const file = openFile(path, 'r');
  try {
    const all = [...boxes(file, 0, file.size)];
    if (!all.some(({ type }) => ['ftyp', 'wide', 'mdat', 'free'].includes(type)) || all.some(({ type }) => type === 'moov')) return null;
    // The box that does not fit, if there is one, begins where the others end.
    const at = all.at(-1)?.end ?? 0;
    const head = file.read(at, 16);
    if (head.length < 8) return without(`${name} has no index: the recording was stopped before it was written`);
    if (head.toString('latin1', 4, 8) !== 'mdat')
      return new StudioError(
        'source-damaged',
        `${name} is damaged: its index is not where it should be, and without it nobody can tell where its pictures and sound lie. Copy it again from where it came.`,
      );
    const short = head.readUInt32BE(0);
    const size = short === 1 && head.length === 16 ? Number(head.readBigUInt64BE(8)) : short;
    return new StudioError(
      'source-truncated',
      `${name} was cut off: its index, which comes last, is missing, and without it nobody can tell where its pictures and sound lie. ` +
        `${megabytes(file.size)} of at least ${megabytes(at + size)} are here. Copy it again from where it came.`,
    );
  } finally {
    file.close();
  }
}

const without = (what: string) =>
  new StudioError(
    'source-truncated',
    `${what}, and without it nobody can tell where its pictures and sound lie. Many cameras mend such a file when the card is put ` +
      'back into them; else a program that rebuilds an index from a good film of the same camera may help.',
  );
