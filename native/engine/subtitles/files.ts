/** Whole subtitle files: read, to be added to a film as a track, and written, when a track is taken out. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type ErrorCode, StudioError } from '../../contract/errors.ts';
import { readAssEvent, writeAssText } from './ass.ts';
import { plainHeader, readAssStyles } from './ass-styles.ts';
import { decodeFile } from './charset.ts';
import { assTime, type FileCue, longTime, readCues, readDialogue } from './cue-files.ts';
import { createEnds } from './ends.ts';
import { readSubripText, writeSubripText } from './subrip.ts';
import { type Cue, createLosses, type Lose, type StyledText } from './text.ts';
import { readStyles, readWebvttText, writeSettings, writeWebvttText } from './webvtt.ts';

export type SubtitleFileFormat = 'subrip' | 'webvtt' | 'ass';

export interface SubtitleFile {
  format: SubtitleFileFormat;
  /** What people call the format. */
  title: string;
  /** By rising start. */
  cues: Cue[];
  losses: string[];
}

/** A subtitle file is never larger, bytes. */
const largestFile = 100e6;

/** What stands between two times in SubRip. */
const timeArrow = /\d\s*-{1,3}>\s*-?\d/;

interface FileFormat {
  title: string;
  isIt(text: string): boolean;
  read(text: string, lose: Lose): { cue: FileCue; text: StyledText }[];
  write(cues: Cue[]): string;
}

/** The first format that says yes to a file is its format. */
const formats: Record<SubtitleFileFormat, FileFormat> = {
  webvtt: {
    title: 'WebVTT',
    isIt: (text) => /^\s*WEBVTT/.test(text),
    read(text, lose) {
      const classes = readStyles(text);
      return readCues(text, true).map((cue) => ({ cue, text: readWebvttText(cue.text, cue.settings, classes, lose) }));
    },
    write(cues) {
      const colors = new Set<string>();
      const bodies = cues.map(({ start, end, text }) => {
        const settings = writeSettings(text.position);
        const body = writeWebvttText(text, (color) => {
          colors.add(color);
          return className(color);
        });
        return `${longTime(start, '.')} --> ${longTime(end, '.')}${settings && ` ${settings}`}\n${body}\n`;
      });
      const styles = [...colors].map((color) => `::cue(.${className(color)}) { color: ${color}; }\n`);
      return ['WEBVTT\n', ...(styles.length > 0 ? [`STYLE\n${styles.join('')}`] : []), ...bodies].join('\n');
    },
  },
  ass: {
    title: 'ASS',
    isIt(text) {
      const start = text.search(/^(?:\[Script Info\]|\[Events\]|Dialogue:)/im);
      return start >= 0 && !timeArrow.test(text.slice(0, start));
    },
    read(text, lose) {
      const styles = readAssStyles(text, lose);
      return readDialogue(text, lose).map((cue) => ({ cue, text: readAssEvent(cue, styles, lose) }));
    },
    write: (cues) =>
      [
        plainHeader,
        ...cues.map(
          ({ start, end, text }) =>
            `Dialogue: 0,${assTime(start)},${assTime(Math.max(end, start + 10))},Default,,0,0,0,,${writeAssText(text)}\n`,
        ),
      ].join(''),
  },
  subrip: {
    title: 'SubRip',
    isIt: (text) => timeArrow.test(text),
    read: (text, lose) =>
      readCues(text, false).map((cue) => {
        if (cue.settings) lose('positions');
        return { cue, text: readSubripText(cue.text, lose) };
      }),
    write: (cues) =>
      cues
        .map(({ start, end, text }, index) => `${index + 1}\n${longTime(start, ',')} --> ${longTime(end, ',')}\n${writeSubripText(text)}\n`)
        .join('\n'),
  },
};

const className = (color: string) => `color${color.slice(1)}`;

/** Reads a file of any of the formats. Throws source-missing, source-unreadable or not-media. */
export function readSubtitleFile(path: string): SubtitleFile {
  const name = basename(path);
  try {
    if (statSync(path).size > largestFile) throw new StudioError('not-media', `${name} is too large to be a subtitle file.`);
    return parseSubtitleFile(readFileSync(path), name);
  } catch (error) {
    throw readingError(error, name);
  }
}

/** Reads what a file holds; its format is found out by its content. Throws not-media. */
export function parseSubtitleFile(bytes: Buffer, name: string): SubtitleFile {
  const text = decodeFile(bytes, name);
  const found = Object.entries(formats).find(([, row]) => row.isIt(text));
  if (!found) throw new StudioError('not-media', `${name} is not a subtitle file that Muxwell can read.`);
  const [format, row] = found as [SubtitleFileFormat, FileFormat];
  const { lose, words } = createLosses(row.title);
  const records = row.read(text, lose).sort((a, b) => a.cue.start - b.cue.start);
  const ends = createEnds(lose);
  const cues = records.flatMap(({ cue, text: styled }) => ends.add([styled], cue.start, cue.end - cue.start));
  cues.push(...ends.advance(Infinity));
  if (cues.length === 0) throw new StudioError('not-media', `${name} holds no subtitles.`);
  return { format, title: row.title, cues: cues.sort((a, b) => a.start - b.start), losses: words() };
}

/** What a file of this format holds. */
export const formatSubtitleFile = (cues: Cue[], format: SubtitleFileFormat): string => formats[format].write(cues);

/** Writes a file in UTF-8. Throws disk-full or output-unwritable. */
export function writeSubtitleFile(path: string, cues: Cue[], format: SubtitleFileFormat): void {
  try {
    writeFileSync(path, formatSubtitleFile(cues, format));
  } catch (error) {
    const full = codeOf(error) === 'ENOSPC';
    const message = full ? `The disk is full: ${basename(path)} could not be written.` : `${basename(path)} could not be written.`;
    throw new StudioError(full ? 'disk-full' : 'output-unwritable', message, String(error));
  }
}

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? error.code : null);

/** What reading failed of, by the system's code. */
const readingCauses: Record<string, { code: ErrorCode; message: string }> = {
  ENOENT: { code: 'source-missing', message: '% is not there any more.' },
  EACCES: { code: 'source-unreadable', message: 'You have no permission to read %.' },
  EISDIR: { code: 'not-media', message: '% is a folder.' },
};

function readingError(error: unknown, name: string): StudioError {
  if (error instanceof StudioError) return error;
  const cause = readingCauses[String(codeOf(error))] ?? { code: 'source-unreadable', message: '% could not be read.' };
  return new StudioError(cause.code, cause.message.replace('%', name), String(error));
}
