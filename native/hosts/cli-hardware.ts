/** `muxwell hardware`: tries every device now and says what came of it. */
import type { Machine } from '../contract/contract.ts';
import type { DeviceReport, Trial } from '../contract/hardware.ts';
import { hardwareFile } from '../studio/data-folder.ts';
import { createStudio } from '../studio/studio.ts';
import { childWorkers } from './child-worker.ts';

export interface HardwareOptions {
  json: boolean;
  /** A text for a bug report, with drivers' own words. */
  report: boolean;
}

/** Returns the exit code: no device is no failure. */
export async function runHardware({ json, report }: HardwareOptions, data: string, version: string): Promise<number> {
  const studio = createStudio({ spawn: childWorkers(), storage: ':memory:', hardware: hardwareFile(data), tryHardware: false, version });
  try {
    await studio.call('tryHardware', {});
    const devices = Object.values(studio.state.all('hardware'));
    const machine = studio.state.get('machine', 'studio') as Machine;
    if (json) console.log(JSON.stringify(devices, null, 2));
    else console.log([...(report ? [describeMachine(machine)] : []), ...devices.map((device) => describe(device, report))].join('\n'));
    return 0;
  } finally {
    await studio.close();
  }
}

const describeMachine = ({ version, platform, processor, cores }: Machine) =>
  `Muxwell ${version}, ${platform} ${process.arch}, Node ${process.versions.node}\n${processor}, ${cores} cores\n`;

function describe({ name, refusal, encoders, decoders }: DeviceReport, withDetails: boolean): string {
  const lines = refusal
    ? [`${name}: ${refusal.text}`]
    : [name, ...encoders.map((one) => line('encodes', one)), ...decoders.map((one) => line('decodes', one))];
  if (!withDetails) return lines.join('\n');
  const details = [refusal, ...[...encoders, ...decoders].map((one) => one.refusal)].flatMap((one) => one?.detail.split('\n') ?? []);
  return [...lines, ...[...new Set(details)].map((detail) => `    ${detail}`)].join('\n');
}

const titles = { h264: 'H.264', hevc: 'HEVC', av1: 'AV1' };
const line = (verb: string, { codec, bitDepth, fps, refusal }: Trial) =>
  `  ${verb} ${titles[codec]}${bitDepth === 10 ? ' 10 bit' : ''}: ${fps === null ? refusal?.text : `${fps} pictures a second at 1080p`}`;
