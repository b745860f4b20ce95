/** Tries a device in processes of its own: a driver that hangs or crashes costs one line of the table. */
import { constants, setPriority } from 'node:os';
import { refusalOf } from '../contract/device-refusals.ts';
import { StudioError, toErrorData } from '../contract/errors.ts';
import { type Device, type DeviceReport, deviceId, type HardwareCodec, type Refusal, type Trial } from '../contract/hardware.ts';
import type { TrialResult, WorkerCommands } from '../contract/worker-contract.ts';
import { deviceEncoders } from './device-encoders.ts';
import { deviceName } from './devices.ts';
import { softwareVideoEncoders } from './encoders.ts';
import { createPool, type Lease } from './pool.ts';
import type { SpawnWorker } from './worker-process.ts';

/** A driver that takes longer for a second of film is of no use. */
const patienceMs = 10_000;

/** A driver that hangs or crashes so often is not asked again: ten times its patience would be minutes. */
const mostBroken = 2;

type Order = WorkerCommands['tryDevice'];
type What = Order['what'];

/** Everything that is tried, in order. Decoders get what the software encoder of their codec made, quickly. */
const orders: Pick<Order, 'what' | 'codec' | 'bitDepth'>[] = (['encode', 'decode'] as What[]).flatMap((what) =>
  (['h264', 'hevc', 'av1'] as HardwareCodec[]).flatMap((codec) =>
    ([8, 10] as const).filter((bitDepth) => bitDepth === 8 || codec !== 'h264').map((bitDepth) => ({ what, codec, bitDepth })),
  ),
);

function encoderFor(device: Device, { what, codec }: Pick<Order, 'what' | 'codec'>) {
  const row =
    what === 'encode'
      ? deviceEncoders.find((one) => one.backend === device.backend && one.codec === codec)
      : softwareVideoEncoders.find((one) => one.codec === codec);
  if (!row) return null;
  const options = { ...row.always, ...row.speed(what === 'encode' ? 'fast' : 'ultrafast'), ...row.quality(28) };
  return { encoder: row.name, options };
}

export const emptyReport = (device: Device): DeviceReport => ({
  ...{ id: deviceId(device), ...device, name: deviceName(device), refusal: null, encoders: [], decoders: [], tried: null },
});

/** Never throws. `patience` is for each thing that is tried, ms. */
export async function tryDevice(spawn: SpawnWorker, device: Device, signal: AbortSignal, patience = patienceMs): Promise<DeviceReport> {
  const report = emptyReport(device);
  const pool = createPool({ spawn: givingWay(spawn), size: 1, warm: 1, graceMs: 0, keepAfterError: true });
  const lists: Record<What, Trial[]> = { encode: report.encoders, decode: report.decoders };
  let broken = 0;
  let gaveUp: Refusal | null = null;
  try {
    for (const order of orders) {
      const choice = encoderFor(device, order);
      if (!choice || signal.aborted) continue;
      const result: TrialResult = gaveUp
        ? { refusal: gaveUp, ofDevice: false }
        : await ask(pool.acquire, { ...order, ...choice, device }, signal, patience);
      if ('refusal' in result && result.ofDevice) {
        report.refusal = result.refusal;
        break;
      }
      const { codec, bitDepth, what } = order;
      const refusal: Refusal | null = 'refusal' in result ? result.refusal : null;
      lists[what].push({ codec, bitDepth, fps: 'fps' in result ? Math.round(result.fps) : null, refusal });
      if (refusal && ['crashed', 'timed-out'].includes(refusal.cause) && ++broken === mostBroken) gaveUp = refusal;
    }
    const nothingWorks = [...report.encoders, ...report.decoders].every((trial) => trial.fps === null);
    if (gaveUp && nothingWorks) return { ...emptyReport(device), refusal: gaveUp, tried: Date.now() };
    return { ...report, tried: Date.now() };
  } finally {
    await pool.close();
  }
}

/** Whoever exports meanwhile is not to notice: the processor's time is theirs first. */
const givingWay =
  (spawn: SpawnWorker): SpawnWorker =>
  () => {
    const started = spawn();
    try {
      if (started.pid) setPriority(started.pid, constants.priority.PRIORITY_BELOW_NORMAL);
    } catch {
      // It has ended already, or the system does not allow it.
    }
    return started;
  };

async function ask(acquire: () => Promise<Lease>, order: Order, signal: AbortSignal, patience: number): Promise<TrialResult> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new StudioError('timed-out', 'The driver did not answer.')), patience);
  let lease: Lease | undefined;
  try {
    lease = await acquire();
    return await lease.call('tryDevice', order, { work: 'Trying the device', signal: AbortSignal.any([signal, late.signal]) });
  } catch (thrown) {
    return { refusal: broken(order.device, toErrorData(thrown)), ofDevice: false };
  } finally {
    clearTimeout(timer);
    lease?.release();
  }
}

const broken = (device: Device, { code, message, detail }: { code: string; message: string; detail?: string }): Refusal =>
  refusalOf(
    code === 'timed-out' ? 'timed-out' : code === 'worker-crashed' ? 'crashed' : 'failed',
    device,
    [message, detail].filter(Boolean).join('\n'),
  );
