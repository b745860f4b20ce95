/** The last minute of one figure as a small line. */
import { type ReactNode, useEffect, useRef, useState } from 'react';

const points = 60;
const [width, height] = [88, 20];

export function Sparkline({ id, value, name }: { id: string; value: number; name: string }): ReactNode {
  const [values, setValues] = useState<number[]>([]);
  const latest = useRef(value);
  latest.current = value;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another target begins anew
  useEffect(() => {
    setValues([]);
    const timer = setInterval(() => setValues((before) => [...before.slice(1 - points), latest.current]), 1000);
    return () => clearInterval(timer);
  }, [id]);
  const top = Math.max(1, ...values) * 1.1;
  const line = values.map((one, index) => `${(index / (points - 1)) * width},${height - (one / top) * (height - 2) - 1}`).join(' ');
  return (
    <svg width={width} height={height} role="img" aria-label={name} className="shrink-0 text-accent-text max-[1100px]:hidden">
      {values.length > 1 && <polyline points={line} fill="none" stroke="currentColor" strokeWidth={1.5} strokeLinejoin="round" />}
    </svg>
  );
}
