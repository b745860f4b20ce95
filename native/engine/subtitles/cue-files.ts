/** The text of SubRip, WebVTT and ASS files as records: sloppy ones too, as players read them. */

import { splitFields } from './ass.ts';
import { eventFields, fieldNames, lineValue } from './ass-styles.ts';
import type { Lose } from './text.ts';

/** One text of a file and its times as they are written, milliseconds; they need not make sense. */
export interface FileCue {
  start: number;
  end: number;
  text: string;
  /** WebVTT's cue settings. */
  settings: string;
  /** The style and the effect of ASS. */
  style: string;
  effect: string;
}

const clock = String.raw`(-?)(?:(\d{1,5})\s?:\s?)?(\d{1,5})\s?:\s?(\d{1,5})(?:\s?[.,:]\s?(\d{1,9}))?`;
const timeLine = new RegExp(String.raw`^\s*${clock}\s*-{1,3}>\s*${clock}(.*)$`, 's');
const oneTime = new RegExp(`^${clock}$`);

/** Sign, hours, minutes, seconds and decimals of a second; the hours may be missing. */
function milliseconds([sign, hours, minutes, seconds, decimals]: (string | undefined)[]): number {
  const whole = Number(hours ?? 0) * 3600 + Number(minutes) * 60 + Number(seconds);
  const value = Math.round((whole + Number(`0.${decimals ?? 0}`)) * 1000);
  return sign ? -value : value;
}

/** A time of ASS; null where it is none. */
export function assMilliseconds(text: string): number | null {
  const match = oneTime.exec(text.trim());
  return match && milliseconds(match.slice(1));
}

/** Cues under a line with `-->`. `strict` ends a text at the first empty line, as WebVTT does; otherwise at the next cue. */
export function readCues(text: string, strict: boolean): FileCue[] {
  const lines = text.split(/\r\n|\n|\r/);
  const cues: FileCue[] = [];
  let open: { cue: FileCue; lines: string[] } | null = null;
  const close = (beforeNext: boolean) => {
    if (!open) return;
    const own = open.lines;
    // The next cue's number, which stands right above its times.
    if (beforeNext && /^\s*\d+\s*$/.test(own.at(-1) ?? '')) own.pop();
    open.cue.text = own.join('\n');
    cues.push(open.cue);
    open = null;
  };
  for (const line of lines) {
    const times = line.includes('->') ? timeLine.exec(line) : null;
    if (times) {
      close(true);
      const [start, end] = [milliseconds(times.slice(1, 6)), milliseconds(times.slice(6, 11))];
      open = { cue: { start, end, text: '', settings: (times[11] ?? '').trim(), style: '', effect: '' }, lines: [] };
    } else if (strict && line.trim() === '') close(false);
    else open?.lines.push(line);
  }
  close(false);
  return cues;
}

/** The dialogue of an ASS or SSA file. */
export function readDialogue(text: string, lose: Lose): FileCue[] {
  const cues: FileCue[] = [];
  let fields = fieldNames(eventFields);
  let inEvents = false;
  for (const line of text.split(/[\r\n]+/)) {
    if (/^\[.*\]\s*$/.test(line)) inEvents = /^\[events\]/i.test(line);
    const format = inEvents ? lineValue(line, 'format') : null;
    if (format !== null) fields = fieldNames(format);
    const event = lineValue(line, 'dialogue');
    if (event === null) continue;
    const values = splitFields(event, fields.length);
    const field = (name: string) => values[fields.indexOf(name)] ?? '';
    const [start, end] = ['start', 'end'].map((name) => oneTime.exec(field(name).trim()));
    if (!start || !end || values.length < fields.length) lose('damage');
    else
      cues.push({
        start: milliseconds(start.slice(1)),
        end: milliseconds(end.slice(1)),
        text: field('text'),
        settings: '',
        style: field('style'),
        effect: field('effect'),
      });
  }
  return cues;
}

const two = (value: number) => String(value).padStart(2, '0');

/** 3725042 → `01:02:05,042`, or with another decimal sign. */
export function longTime(time: number, decimalSign: ',' | '.'): string {
  const seconds = Math.floor(time / 1000);
  const decimals = String(time % 1000).padStart(3, '0');
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}${decimalSign}${decimals}`;
}

/** 3725042 → `1:02:05.04`, as ASS counts. */
export function assTime(time: number): string {
  const hundredths = Math.round(time / 10);
  const seconds = Math.floor(hundredths / 100);
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}.${two(hundredths % 100)}`;
}
