/** What `npm start` does, step by step: Electron, or its download first, or the web host with one line that says why. */
import { main } from './cli.ts';
import { install, lookAround, nextStep, runElectron, type Step } from './electron-binary.ts';

/** `args` are for the web host. Returns the exit code. */
export async function start(project: string, args: string[]): Promise<number> {
  const before = lookAround(project, process.env);
  let step: Step = nextStep(before);
  if ('install' in step) {
    const failure = await waitAt('Downloading Electron, which is done once …', install(step.install));
    step = nextStep({ ...lookAround(project, process.env), failure: failure ?? 'it left no program' });
  }
  if ('run' in step) {
    const code = await runElectron(step.run, project);
    if (code !== null) return code;
    step = { host: `${step.run} could not be started, so the studio opens in a browser.` };
  }
  if ('host' in step && step.host) console.error(step.host);
  return main(['serve', ...(before.hasDisplay ? ['--open'] : []), ...args]);
}

/** Shows what is waited for while it is, where somebody sees it. */
async function waitAt<T>(words: string, work: Promise<T>): Promise<T> {
  if (!process.stderr.isTTY) return work;
  process.stderr.write(words);
  try {
    return await work;
  } finally {
    process.stderr.write('\r\u001b[K');
  }
}
