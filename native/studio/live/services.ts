/** The streaming services that are known, checked against their schema when they are loaded. */
import { type Service, serviceSchema } from '../../contract/services.ts';
import table from './services.json' with { type: 'json' };

export const services: readonly Service[] = table.services.map((row) => serviceSchema.parse(row));

/** null for `custom`, and for a service that is not in the table any more. */
export const findService = (id: string): Service | null => services.find((service) => service.id === id) ?? null;

/** Most kb/s that a service takes for a picture of this size and rate. */
export function mostKbps({ video, maxVideoKbps }: Service, height: number, fps: number): number {
  const fitting = video.filter((row) => row.height >= height && row.fps >= fps - 0.1);
  const least = fitting.sort((a, b) => a.height - b.height || a.fps - b.fps)[0];
  return least?.kbps ?? maxVideoKbps;
}

/** The largest picture within this size and rate that a service takes; one without a table takes any. */
export function mostSize({ video }: Service, height: number, fps: number): { height: number; fps: number } {
  if (video.length === 0) return { height, fps };
  const lines = Math.min(height, Math.max(...video.map((row) => row.height)));
  const rates = video.filter((row) => row.height >= lines).map((row) => row.fps);
  return { height: lines, fps: Math.min(fps, Math.max(...rates)) };
}
