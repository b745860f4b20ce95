/** Times on a film's timeline, to the millisecond, as a person reads and types them: from 0 where the film begins. */
import { decimal } from '../format.ts';
import { t } from '../words/index.ts';

/** 3725.4 → `1:02:05.400`, 5.25 → `0:05.250`. */
export function exactTime(seconds: number): string {
  const total = Math.max(0, Math.round(seconds * 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes, rest] = [Math.floor(total / 3_600_000), Math.floor(total / 60_000) % 60, total % 60_000];
  const tail = `${two(Math.floor(rest / 1000))}.${String(rest % 1000).padStart(3, '0')}`;
  return hours > 0 ? `${hours}:${two(minutes)}:${tail}` : `${minutes}:${tail}`;
}

/** `1:02:05.4`, `2:05`, `125,4` → seconds; null where it is no time. */
export function readTime(text: string): number | null {
  const parts = text.trim().replace(',', '.').split(':');
  if (parts.length > 3 || parts.some((part, index) => !(index === parts.length - 1 ? /^\d+(\.\d*)?$/ : /^\d+$/).test(part))) return null;
  return parts.reduce((sum, part) => sum * 60 + Number(part), 0);
}

/** A difference in words: `1.2 s`, `40 ms`, `2:05`. */
export function span(seconds: number): string {
  const length = Math.abs(seconds);
  if (length < 0.1) return `${Math.round(length * 1000)} ms`;
  return length < 60 ? `${decimal(length)} s` : exactTime(length).replace(/\.\d+$/, '');
}

/** For a screen reader: `1 hour 2 minutes 5.4 seconds`. */
export function spokenTime(seconds: number): string {
  const whole = Math.max(0, seconds);
  const parts = [
    ['hour', Math.floor(whole / 3600)],
    ['minute', Math.floor(whole / 60) % 60],
    ['second', Math.round((whole % 60) * 100) / 100],
  ] as const;
  const told = parts.filter(([, value], index) => value > 0 || (index === 2 && whole < 60));
  return told.map(([unit, count]) => t(`lossless:spoken.${unit}`, { count })).join(' ');
}
