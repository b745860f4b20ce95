/** Figures as people read them, the same in a page and a terminal. */

/** 3725 → `1:02:05`, 65.4 → `1:05`. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

const units = ['B', 'kB', 'MB', 'GB', 'TB'];

/** Decimal units, as disks and upload limits are sold: 1234567 → `1.2 MB`. `decimal` writes a number with one decimal. */
export function size(bytes: number, decimal = (value: number) => value.toFixed(1)): string {
  const step = bytes > 0 ? Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3)) : 0;
  const value = bytes / 1000 ** step;
  return `${step === 0 || value >= 100 ? Math.round(value) : decimal(value)} ${units[step]}`;
}
