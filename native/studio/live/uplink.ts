/**
 * How fast the upload is, measured where it counts: a small picture with much filler goes to a target for some seconds, and what
 * its server takes is counted.
 */
import { StudioError } from '../../contract/errors.ts';
import type { TargetHealth } from '../../contract/live.ts';
import type { LivePlan, LiveReport, TargetPlan } from '../../contract/live-plan.ts';
import type { Service } from '../../contract/services.ts';
import { connect } from '../../contract/wire.ts';
import type { SpawnWorker } from '../worker-process.ts';

/** What is offered to the server, kb/s: more than any session sends. What is measured is never more. */
export const mostMeasured = 40_000;
/** Connections begin slowly: what is sent before counts for nothing, seconds of the test. */
const begin = 3;
const end = 9;
/** A server that takes nothing by then does not answer, ms. */
const patienceMs = 25_000;

/** The key for a test that nobody sees. Throws bad-input, with what to do instead, for a service that has none. */
export function testKey(service: Service | null, key: string): string {
  if (!service) return key;
  if (service.testKey !== null) return service.testKey.replace('{key}', key);
  throw new StudioError(
    'bad-input',
    `${service.name} has no test that nobody sees. Measure with another target, or enter what a speed test says.`,
  );
}

/** kb/s that the target's server took. Throws timed-out when it takes nothing, with its reason. */
export async function measureUplink(spawn: SpawnWorker, target: TargetPlan, certificates: string, signal: AbortSignal): Promise<number> {
  const worker = spawn();
  const connection = connect(worker.port);
  const samples: number[] = [];
  let trouble = '';
  const done = Promise.withResolvers<void>();
  const timer = setTimeout(() => done.resolve(), patienceMs);
  const leave = () => done.resolve();
  signal.addEventListener('abort', leave, { once: true });
  let sending = 0;
  connection.onPush('live', (report) => {
    const health: TargetHealth | undefined =
      'health' in (report as LiveReport) ? (report as { health: { targets: TargetHealth[] } }).health.targets[0] : undefined;
    if (!health) return;
    trouble = health.trouble;
    if (health.kbps > 0) sending++;
    if (sending > begin) samples.push(health.kbps);
    if (sending >= end) done.resolve();
  });
  try {
    const running = connection.call('live', { plan: planOf(target, certificates) });
    running.catch(() => done.resolve());
    await connection.call('changeLive', { change: { do: 'go-live' } });
    await done.promise;
    if (signal.aborted) throw new StudioError('cancelled', 'Cancelled.');
    if (samples.length === 0) throw new StudioError('timed-out', `${target.name} took nothing. ${trouble}`.trim());
    return Math.min(mostMeasured, Math.round(samples.reduce((sum, one) => sum + one, 0) / samples.length));
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', leave);
    worker.kill();
    await worker.exited;
  }
}

function planOf(target: TargetPlan, certificates: string): LivePlan {
  const bits = String(mostMeasured * 1000);
  return {
    source: { kind: 'test-card' },
    secrets: {},
    video: {
      encoders: [
        {
          encoder: 'libx264',
          options: { preset: 'ultrafast', b: bits, maxrate: bits, bufsize: bits, bf: '0' },
          pixelFormat: 'yuv420p',
          device: null,
        },
      ],
      ...{ width: 320, height: 180, fps: { num: 30, den: 1 }, kbps: mostMeasured, floorKbps: mostMeasured, adaptive: false, gop: 60 },
    },
    audio: { encoder: 'aac', kbps: 128, sampleRate: 48_000, channels: 2 },
    second: null,
    targets: [target],
    recording: null,
    slate: { file: null, text: '', music: null },
    preview: null,
    certificates,
  };
}
