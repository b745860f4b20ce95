/** `muxwell report`: the text of a bug report, from the studio that runs, or about the machine alone where none does. */
import { StudioError } from '../contract/errors.ts';
import { withLog } from '../log/log-file.ts';
import { dataFolder, hardwareFile, presetFolder } from '../studio/data-folder.ts';
import type { Log } from '../studio/log.ts';
import { createStudio } from '../studio/studio.ts';
import { childWorkers } from './child-worker.ts';
import { usualHost } from './cli-queue.ts';
import { named } from './cli-queue-jobs.ts';
import { openRemoteStudio } from './remote-studio.ts';

export interface ReportOptions {
  /** Absent: this machine's, if one runs. */
  host?: string;
  token?: string;
}

/** `job` by the beginning of its id. Returns the exit code. */
export async function runReport(job: string | undefined, options: ReportOptions, version: string): Promise<number> {
  try {
    console.log(await reportOfRunning(job, options));
  } catch (thrown) {
    const wasAskedFor = job !== undefined || options.host !== undefined;
    if (wasAskedFor || !(thrown instanceof StudioError)) throw thrown;
    console.log(`> ${thrown.message} This is about the machine and its log: settings and jobs are not looked at.\n`);
    return withLog({ data: dataFolder(), door: 'report', version, makes: false }, (log) => reportOfMachine(version, log));
  }
  return 0;
}

async function reportOfRunning(name: string | undefined, { host = usualHost, token }: ReportOptions): Promise<string> {
  const studio = await openRemoteStudio({ host, token: token ?? (process.env['MUXWELL_TOKEN'] || undefined), data: dataFolder() });
  try {
    const job = name === undefined ? {} : { job: named(studio.state(), [name], {})[0] as string };
    return (await studio.call('report', job)).text;
  } finally {
    studio.close();
  }
}

async function reportOfMachine(version: string, log: Log): Promise<number> {
  const data = dataFolder();
  const studio = createStudio({
    ...{ spawn: childWorkers(), storage: ':memory:', hardware: hardwareFile(data), presets: presetFolder(data) },
    ...{ tryHardware: false, version, log },
  });
  try {
    console.log((await studio.call('report', {})).text);
    return 0;
  } finally {
    await studio.close();
  }
}
