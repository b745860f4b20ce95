/** Subtitle files as packets of their own format: nothing is read into them and nothing is lost. */
import { splitFields } from './ass.ts';
import { eventFields, fieldNames, lineValue } from './ass-styles.ts';
import { decodeFile } from './charset.ts';
import { assMilliseconds, readCues } from './cue-files.ts';
import { longestCue } from './ends.ts';
import type { SubtitleFileFormat } from './files.ts';
import type { SubtitlePacket } from './reader.ts';
import { createLosses } from './text.ts';

export interface OwnPackets {
  /** For the stream's parameters. */
  extradata: Buffer | null;
  packets: SubtitlePacket[];
  /** In words that end with "of the ASS subtitles". */
  losses: string[];
}

const readers: Record<SubtitleFileFormat, (text: string) => OwnPackets> = {
  subrip: readTimed(false),
  webvtt: readTimed(true),
  ass: readAss,
};

/** null where some of the texts have no proper times, which only reading them can mend. */
export function readOwnPackets(bytes: Buffer, format: SubtitleFileFormat): OwnPackets | null {
  const own = readers[format](decodeFile(bytes));
  const isProper = ({ pts, duration }: SubtitlePacket) => pts >= 0 && duration > 0 && duration <= longestCue;
  return own.packets.length > 0 && own.packets.every(isProper) ? own : null;
}

function readTimed(strict: boolean) {
  return (text: string): OwnPackets => ({
    extradata: null,
    losses: [],
    packets: readCues(text, strict).map(({ start, end, text: body, settings }) => {
      const data = Buffer.from(body.replace(/\s+$/, ''));
      return { data, pts: start, duration: end - start, ...(strict && settings && { settings }) };
    }),
  });
}

/** Fields of a packet, behind its place in the order of reading. */
const packetFields = ['layer', 'style', 'name', 'marginl', 'marginr', 'marginv', 'effect', 'text'];

/** Every line but the dialogue is the header, as Matroska has it: styles, fonts, and what programs keep for themselves. */
function readAss(text: string): OwnPackets {
  const header: string[] = [];
  const packets: SubtitlePacket[] = [];
  const { lose, words } = createLosses('ASS');
  let fields = fieldNames(eventFields);
  let inEvents = false;
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (/^\[.*\]\s*$/.test(line)) inEvents = /^\[events\]/i.test(line);
    const format = inEvents ? lineValue(line, 'format') : null;
    if (format !== null) fields = fieldNames(format);
    const event = lineValue(line, 'dialogue');
    if (event === null) {
      // The order of fields is a packet's own.
      header.push(format === null ? line : `Format: ${eventFields}`);
      continue;
    }
    const values = splitFields(event, fields.length);
    const field = (name: string) => values[fields.indexOf(name)] ?? '';
    const [start, end] = [assMilliseconds(field('start')), assMilliseconds(field('end'))];
    const isWhole = start !== null && end !== null && values.length === fields.length;
    if (!isWhole) lose('damage');
    // What is over when it begins is not seen.
    if (!isWhole || end <= start) continue;
    const body = [packets.length, ...packetFields.map((name) => field(name) || (name === 'layer' ? '0' : ''))].join(',');
    packets.push({ data: Buffer.from(body), pts: start, duration: end - start });
  }
  return { extradata: Buffer.from(`${header.join('\n').trimEnd()}\n`), packets, losses: words() };
}
