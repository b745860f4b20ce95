/** What a terminal writes for tracks and times: `--streams audio=eng`, `--cut 1:02.5-2:00`. */
import type { Job } from '../contract/contract.ts';
import { StudioError } from '../contract/errors.ts';
import type { LosslessInput, Segment } from '../contract/lossless.ts';

type Rules = NonNullable<LosslessInput['rules']>;

const usage = 'It must look like audio=eng,jpn or subtitles=forced or attachments=no, or be track numbers like 0,2,3.';

/** Rules by kind, each given once; or the numbers of the tracks to keep, in their new order. Throws bad-input. */
export function readTracks(texts: string[]): Pick<LosslessInput, 'rules' | 'tracks'> {
  const words = texts.flatMap((text) => text.split(/[\s;]+/)).filter(Boolean);
  if (words.length === 0) return {};
  if (words.every((word) => /^\d+(,\d+)*$/.test(word))) {
    const numbers = words.flatMap((word) => word.split(',')).map(Number);
    return { tracks: numbers.map((stream) => ({ stream })) };
  }
  const rules: Rules = {};
  for (const word of words) {
    const [, name = '', value = ''] = /^(\w+)=([\w,-]+)$/.exec(word) ?? [];
    const kind = kinds[name];
    if (!kind) throw new StudioError('bad-input', `--streams ${word} is not understood. ${usage}`);
    Object.assign(rules, kind(value.toLowerCase(), word));
  }
  return { rules };
}

const refuse = (word: string): never => {
  throw new StudioError('bad-input', `--streams ${word} is not understood. ${usage}`);
};
const languages = (value: string) => value.split(',').filter(Boolean);
const sound = (value: string): Rules => ({ audio: value === 'all' || value === 'none' ? value : languages(value) });
const text = (value: string): Rules => ({
  subtitles: value === 'all' || value === 'none' || value === 'forced' ? value : languages(value),
});

const kinds: Record<string, ((value: string, word: string) => Rules) | undefined> = {
  video: (value, word) => (value === 'all' || value === 'none' ? { video: value } : refuse(word)),
  audio: sound,
  subtitles: text,
  subs: text,
  attachments: (value, word) =>
    ['yes', 'all', 'no', 'none'].includes(value) ? { attachments: value === 'yes' || value === 'all' } : refuse(word),
};

/** `IN-OUT`, each as seconds or h:m:s, either of them left away for the beginning or the end. Throws bad-input. */
export function readSegment(written: string): Segment {
  const [, from = '', to = ''] = /^([\d:.]*)-([\d:.]*)$/.exec(written.trim()) ?? [];
  const [start, end] = [from, to].map((time) => (time === '' ? null : readTime(time)));
  const isWrong = start === undefined || end === undefined || (start === null && end === null);
  if (isWrong || Number.isNaN(start) || Number.isNaN(end) || (start !== null && end !== null && end <= start))
    throw new StudioError('bad-input', `“${written}” is no part of a film. Write it like 1:02.5-2:00, 90- or -30 (hours:minutes:seconds).`);
  return { start, end };
}

/** Seconds; NaN for what is no time. */
function readTime(written: string): number {
  if (!/^(?:(?:\d+:)?\d{1,2}:\d{1,2}|\d+)(?:\.\d*)?$/.test(written)) return Number.NaN;
  return written.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
}

/** A cut that falls nearer than this is where it was asked, seconds. */
const nearEnough = 0.05;

/** Where cuts fall that cannot fall where they were asked, in sentences. */
export function cutWords({ outline, lossless }: Pick<Job, 'outline' | 'lossless'>): string[] {
  const exactly = lossless?.cut === 'keyframe' ? ' --smart begins exactly there.' : '';
  return (outline?.cuts ?? []).flatMap(({ asked, start, end }) => {
    const early = asked.start === null ? 0 : asked.start - start;
    const late = asked.end === null || end === null ? 0 : end - asked.end;
    return [
      ...(early > nearEnough
        ? [`A part begins at ${seconds(start)} instead of ${seconds(asked.start ?? 0)}, at the keyframe before it.${exactly}`]
        : []),
      ...(late > nearEnough ? [`A part ends at ${seconds(end ?? 0)} instead of ${seconds(asked.end ?? 0)}.`] : []),
    ];
  });
}

const seconds = (value: number) => `${value.toFixed(2)} s`;
