/** The command line: the same studio as behind the page, for one run. Exit codes: 0 all good, 1 something failed, 2 wrong usage. */
import { resolve } from 'node:path';
import { Command, CommanderError, Help, InvalidArgumentError, type Option } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { StudioError, toErrorData } from '../contract/errors.ts';
import { defaultLivePreset } from '../contract/live-presets.ts';
import { type WhenDone, whenDoneChoices } from '../contract/when-done.ts';
import { dataFolder } from '../studio/data-folder.ts';
import { describeMedia } from '../studio/media-words.ts';
import { defaultPresetId } from '../studio/preset.ts';
import { createStudio } from '../studio/studio.ts';
import { childWorkers } from './child-worker.ts';
import { type EncodeOptions, runEncode } from './cli-encode.ts';
import { type HardwareOptions, runHardware } from './cli-hardware.ts';
import { type IngestOptions, type LiveOptions, runIngest, runLive } from './cli-live.ts';
import { exportPresets, importPresets, listPresets, removePresets, showPreset } from './cli-presets.ts';
import { addQueueCommands } from './cli-queue.ts';
import { type RemuxOptions, runRemux } from './cli-remux.ts';
import { type ReportOptions, runReport } from './cli-report.ts';
import { runServe, type ServeOptions } from './cli-serve.ts';
import { runWatch, type WatchOptions } from './cli-watch.ts';
import { doneCommandOption, whenDoneOption } from './cli-when-done.ts';

/** A mistake of the caller's, as against a file that cannot be used. */
const usageCodes = new Set(['bad-input', 'unknown-preset', 'preset-built-in', 'preset-in-use', 'unknown-command', 'no-key']);

/** What can follow a run that ends with its program. */
const ownRun: WhenDone[] = ['sleep', 'shutdown'];

/** Defaults are told where there is something to tell. */
function optionDescription(option: Option): string {
  const isNothing = option.defaultValue === false || Array.isArray(option.defaultValue);
  return isNothing ? option.description : new Help().optionDescription(option);
}

/** Runs one command line and returns its exit code. */
export async function main(args: string[]): Promise<number> {
  let exitCode = 0;
  const program = new Command('muxwell')
    .description('Exports, checks and describes media files.')
    .version(packageJson.version)
    .exitOverride()
    .configureHelp({ optionDescription })
    .showHelpAfterError('(muxwell --help tells more)');

  program
    .command('encode')
    .description('Export files with a preset. Every result is opened again and checked before it gets its name.')
    .argument('<files...>', 'media files')
    .option('-p, --preset <name>', 'preset, by name or id', defaultPresetId)
    .option('--set <key=value>', 'change a setting of the preset by its name (muxwell presets show): video.speed=slow', collect, [])
    .option('--crop <borders>', 'auto, off or TOP:BOTTOM:LEFT:RIGHT in pixels')
    .option('--size <size>', 'the whole file at most, like 10MB')
    .option('--quality <quality>', 'from 0 to 100, the same for every codec; or measured, like xpsnr=40 or ssim=0.98')
    .option('--trim <in-out>', 'the part to export, like 1:02-2:30')
    .option('-o, --out <path>', 'folder for the results, or the result itself for a single file')
    .option('-j, --jobs <number>', 'files at a time (default: as many as get more done)', jobsNumber)
    .option('--overwrite', 'replace results that exist already, instead of adding a number', false)
    .option('--json', 'tell what happens as one JSON object a line', false)
    .addOption(whenDoneOption(ownRun))
    .addOption(doneCommandOption())
    .action(async (files: string[], options: EncodeOptions) => {
      exitCode = await runEncode(files, options, packageJson.version);
    });

  program
    .command('remux')
    .description('Change the container, tracks, cuts and joins without encoding again. Every result is opened again and checked.')
    .argument('<files...>', 'media files')
    .option('-t, --to <container>', "mp4, mkv, mov, webm, ts, m4a, mka, mp3, flac, ogg, wav, srt, … (default: the source's own)")
    .option('-o, --out <path>', 'folder for the results, or the result itself for a single file')
    .option('-s, --streams <rule>', 'what to keep: audio=eng,jpn, subtitles=forced, attachments=no, or track numbers 0,2', collect, [])
    .option('-c, --cut <in-out>', 'a part to keep, like 1:02.5-2:00; several are put together', collect, [])
    .option('--remove <in-out>', 'a part to leave out, in place of --cut', collect, [])
    .option('--smart', 'begin and end exactly there: the few pictures up to a keyframe are encoded again', false)
    .option('--split', 'every part becomes a file of its own', false)
    .option('--join', 'put the files together, in the order given', false)
    .option('-a, --add <file>', 'a sound, subtitle or cover file to put in', collect, [])
    .option('--fragmented', 'MP4 and QuickTime: in fragments, readable up to where writing stopped', false)
    .option('--no-dates', "do not give results their sources' modification time")
    .option('-j, --jobs <number>', 'files at a time (default: as many as get more done)', jobsNumber)
    .option('--overwrite', 'replace results that exist already, instead of adding a number', false)
    .option('--json', 'tell what happens as one JSON object a line', false)
    .addOption(whenDoneOption(ownRun))
    .addOption(doneCommandOption())
    .action(async (files: string[], options: RemuxOptions) => {
      exitCode = await runRemux(files, options, packageJson.version);
    });

  const withLiveOptions = (command: Command): Command =>
    command
      .option(
        '--to <target>',
        'where to send: rtmp://, rtmps://, srt://, or a service like twitch with its key in MUXWELL_TWITCH_KEY',
        collect,
        [],
      )
      .option('--record <file>', 'record into an .mp4 or .mkv that survives a crash')
      .option('-p, --preset <name>', '480p30, 720p30, 720p60, 1080p30 or 1080p60', defaultLivePreset)
      .option('--duration <seconds>', 'end by itself after so long', secondsNumber)
      .option('--json', 'tell what happens as one JSON object a line', false);

  withLiveOptions(
    program
      .command('live')
      .description('Send one source to any number of targets at once, until Ctrl-C. A target that drops costs the others nothing.')
      .argument('<source>', 'a file, test, screen, camera, or an rtmp://, rtsp://, srt:// or http(s):// address')
      .option('--loop', 'play a file again and again', false),
  ).action(async (source: string, options: LiveOptions) => {
    exitCode = await runLive(source, options, packageJson.version);
  });

  withLiveOptions(
    program
      .command('ingest')
      .description('Wait for an RTMP publisher (OBS, a camera, a phone) and send what comes to the targets and a recording.')
      .option('--port <number>', 'port to listen on, 0 for any', portNumber, 1935)
      .option('--app <name>', 'the application in rtmp://this-machine/APP/KEY', 'live')
      .option('--lan', 'let other machines publish, too; set MUXWELL_INGEST_KEY then', false),
  ).action(async (options: IngestOptions) => {
    exitCode = await runIngest({ ...options, loop: false }, packageJson.version);
  });

  program
    .command('watch')
    .description('Export what is put into a folder, as soon as it is whole, until Ctrl-C. Every file is exported once, also after a crash.')
    .argument('<folder>', 'the folder that is watched')
    .option('-p, --preset <name>', 'preset, by name or id', defaultPresetId)
    .option('-o, --out <folder>', 'where results go (default: a folder Exported in it)')
    .option('--done <folder>', 'where sources go when their result is proved (default: they stay)')
    .option('--failed <folder>', 'where sources go that could not be exported (default: they stay)')
    .option('-r, --subfolders', 'folders inside it, too', false)
    .option('-j, --jobs <number>', 'files at a time (default: as many as get more done)', jobsNumber)
    .option('--json', 'tell what happens as one JSON object a line', false)
    .action(async (folder: string, options: WatchOptions) => {
      exitCode = await runWatch(folder, options, packageJson.version);
    });

  program
    .command('serve')
    .description('Offer the studio to a browser, until Ctrl-C. Prints the address to open.')
    .option('--port <number>', 'port to listen on, 0 for any (default: 7390, or any when that is taken)', portNumber)
    .option('--host <address>', 'address to listen on; other than this machine it needs a token of your own', '127.0.0.1')
    .option('--token <token>', 'what opens the studio, 16 characters or more (default: MUXWELL_TOKEN, else one that is made and kept)')
    .option('--open', 'open it in the browser', false)
    .option('--data <folder>', 'folder for the queue, the settings and the token (default: MUXWELL_DATA, else the usual place)')
    .addOption(whenDoneOption(whenDoneChoices))
    .addOption(doneCommandOption())
    .option('--allow-commands', 'let pages choose a command that runs when the queue is done: any program of this machine', false)
    .action(async (options: ServeOptions) => {
      exitCode = await runServe(options);
    });

  addQueueCommands(program, (code) => {
    exitCode = code;
  });

  program
    .command('probe')
    .description('Say what a file is.')
    .argument('<file>')
    .option('--json', 'as JSON', false)
    .action(async (file: string, { json }: { json: boolean }) => {
      exitCode = await probe(file, json);
    });

  program
    .command('hardware')
    .description('Try the encoders of graphics cards and say what works. Exports use what is found here.')
    .option('--json', 'as JSON', false)
    .option('--report', "with the machine and the drivers' own words, for a bug report", false)
    .action(async (options: HardwareOptions) => {
      exitCode = await runHardware(options, dataFolder(), packageJson.version);
    });

  program
    .command('report')
    .description('Print a text for a bug report: versions, graphics cards, settings, the log; no keys and no names of home folders.')
    .argument('[job]', 'a job of the studio that runs, by the beginning of its id')
    .option('--host <address>', 'where the studio is (default: this machine)')
    .option('--token <token>', "what opens it (default: MUXWELL_TOKEN, else this machine's own)")
    .action(async (job: string | undefined, options: ReportOptions) => {
      exitCode = await runReport(job, options, packageJson.version);
    });

  const presets = program.command('presets').description('List, show, import, export and remove presets.');
  presets
    .command('list', { isDefault: true })
    .description('All presets by group.')
    .option('--json', 'as JSON', false)
    .action(({ json }: { json: boolean }) => listPresets(json));
  presets
    .command('show')
    .description('One preset with all its settings, by the names that encode --set takes.')
    .argument('<name>')
    .option('--json', 'as JSON', false)
    .action((name: string, { json }: { json: boolean }) => showPreset(name, json));
  presets
    .command('import')
    .description("Take presets out of a file, Muxwell's or HandBrake's, and say what could not be taken over.")
    .argument('<file>', '- reads standard input')
    .option('--dry-run', 'only say what would come of it', false)
    .option('--json', 'as JSON', false)
    .action((file: string, options: { json: boolean; dryRun: boolean }) => {
      exitCode = importPresets(file, options);
    });
  presets
    .command('export')
    .description('Write presets as a file that import takes.')
    .argument('<names...>')
    .option('-o, --out <file>', 'the file (default: standard output)')
    .action((names: string[], { out }: { out?: string }) => exportPresets(names, out));
  presets
    .command('remove')
    .description("Forget presets of one's own.")
    .argument('<names...>')
    .action((names: string[]) => removePresets(names));

  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2;
    const error = toErrorData(thrown);
    console.error(error.message);
    if (error.code === 'internal' && error.detail) console.error(error.detail);
    return thrown instanceof StudioError && usageCodes.has(thrown.code) ? 2 : 1;
  }
}

const collect = (value: string, before: string[]) => [...before, value];

function jobsNumber(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 64) throw new InvalidArgumentError('It must be a whole number from 1 to 64.');
  return number;
}

function secondsNumber(text: string): number {
  const number = Number(text);
  if (!(number > 0 && number < 1e7)) throw new InvalidArgumentError('It must be a number of seconds.');
  return number;
}

function portNumber(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > 65_535) throw new InvalidArgumentError('It must be a whole number from 0 to 65535.');
  return number;
}

async function probe(file: string, json: boolean): Promise<number> {
  const studio = createStudio({ spawn: childWorkers(), storage: ':memory:' });
  try {
    const media = await studio.call('probe', { path: resolve(file) });
    console.log(json ? JSON.stringify(media, null, 2) : describeMedia(media));
    return 0;
  } catch (thrown) {
    const error = toErrorData(thrown);
    if (json) console.log(JSON.stringify({ error }, null, 2));
    else console.error(error.message);
    return 1;
  } finally {
    await studio.close();
  }
}
