/** `muxwell hardware`: tries every device now and says what came of it. */
import type { Machine } from '../contract/contract.ts';
import { withLog } from '../log/log-file.ts';
import { hardwareFile } from '../studio/data-folder.ts';
import { describeDevice } from '../studio/device-words.ts';
import type { Log } from '../studio/log.ts';
import { createStudio } from '../studio/studio.ts';
import { childWorkers } from './child-worker.ts';

export interface HardwareOptions {
  json: boolean;
  /** A text for a bug report, with drivers' own words. */
  report: boolean;
}

/** Returns the exit code: no device is no failure. */
export const runHardware = (options: HardwareOptions, data: string, version: string): Promise<number> =>
  withLog({ data, door: 'hardware', version, makes: false }, (log) => tryAll(options, data, version, log));

async function tryAll({ json, report }: HardwareOptions, data: string, version: string, log: Log): Promise<number> {
  const studio = createStudio({
    spawn: childWorkers(),
    storage: ':memory:',
    hardware: hardwareFile(data),
    tryHardware: false,
    version,
    log,
  });
  try {
    await studio.call('tryHardware', {});
    const devices = Object.values(studio.state.all('hardware'));
    const machine = studio.state.get('machine', 'studio') as Machine;
    if (json) console.log(JSON.stringify(devices, null, 2));
    else
      console.log([...(report ? [describeMachine(machine)] : []), ...devices.map((device) => describeDevice(device, report))].join('\n'));
    return 0;
  } finally {
    await studio.close();
  }
}

const describeMachine = ({ version, platform, processor, cores }: Machine) =>
  `Muxwell ${version}, ${platform} ${process.arch}, Node ${process.versions.node}\n${processor}, ${cores} cores\n`;
