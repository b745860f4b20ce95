/** One line at the bottom of a terminal that is drawn over; lines that stay are printed above it. Without a terminal only those. */
import type { WriteStream } from 'node:tty';

export interface ProgressLine {
  /** `fraction` 0 to 1, null without a bar; empty facts are left out. */
  show(fraction: number | null, facts: string[]): void;
  print(text: string): void;
  clear(): void;
}

const barWidth = 24;
const redrawMs = 100;

function barOf(fraction: number): string {
  const filled = Math.round(fraction * barWidth);
  return `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} ${(fraction * 100).toFixed(0).padStart(3)} %  `;
}

export function createProgressLine(out: WriteStream): ProgressLine {
  let last = 0;
  let shown = '';
  const clear = () => {
    if (shown) out.write('\r\u001b[K');
    shown = '';
  };
  return {
    show(fraction, facts) {
      if (!out.isTTY || performance.now() - last < redrawMs) return;
      last = performance.now();
      const text = `${fraction === null ? '' : barOf(fraction)}${facts.filter(Boolean).join(' · ')}`;
      shown = text.slice(0, Math.max(10, (out.columns ?? 80) - 1));
      out.write(`\r\u001b[K${shown}`);
    },
    print(text) {
      const again = shown;
      clear();
      out.write(`${text}\n`);
      if (again && out.isTTY) out.write((shown = again));
    },
    clear,
  };
}
