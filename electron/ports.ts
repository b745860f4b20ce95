/** Electron's two kinds of ports: utility processes as the studio's workers, and a message channel to the page. */
import { setTimeout as sleep } from 'node:timers/promises';
import { app, MessageChannelMain, type MessagePortMain, utilityProcess, type WebFrameMain } from 'electron';
import { portMessage } from '../native/contract/desktop.ts';
import { type MessagePortLike, messagePort, utilityPort } from '../native/contract/ports.ts';
import type { Studio } from '../native/studio/studio.ts';
import type { SpawnWorker, WorkerExit } from '../native/studio/worker-process.ts';
import { createWorkerSurroundings } from '../native/studio/worker-surroundings.ts';

const keptWords = 4000;
/** Electron tells exit code, reason and last words one after the other, in no fixed order: how long to wait for all of them, ms. */
const settleMs = 500;

/** Why a process is gone, where its exit code does not tell. */
const reasons: Record<string, string> = {
  oom: 'out of memory',
  'memory-eviction': 'out of memory',
  crashed: 'crashed',
  killed: 'killed',
  'launch-failed': 'could not be started',
};

/** Processes are told apart by their number. */
let started = 0;

/** `program` is the worker's script. */
export function utilityWorkers(program: string): SpawnWorker {
  const gone = new Map<string, (reason: string) => void>();
  app.on('child-process-gone', (_event, { name = '', reason }) => gone.get(name)?.(reason));

  return () => {
    const serviceName = `Muxwell worker ${++started}`;
    const { env, clear } = createWorkerSurroundings();
    const child = utilityProcess.fork(program, [], { serviceName, env, stdio: ['ignore', 'ignore', 'pipe'] });
    const exit: WorkerExit = { code: null, signal: null, lastWords: '' };
    const hear = (text: string) => {
      exit.lastWords = (exit.lastWords + text).slice(-keptWords);
    };
    const { stderr } = child; // Electron forgets it with the process
    stderr?.setEncoding('utf8').on('data', hear);
    child.on('error', (type, location) => hear(`${type} in ${location}\n`));
    const silent = new Promise((resolve) => stderr?.once('end', resolve));
    const explained = new Promise<string>((resolve) => gone.set(serviceName, resolve)).then((reason) => {
      exit.signal = reasons[reason] ?? null;
    });
    const exited = new Promise<number>((resolve) => child.once('exit', resolve)).then(async (code) => {
      await Promise.race([Promise.all([silent, explained]), sleep(settleMs)]);
      gone.delete(serviceName);
      clear();
      return { ...exit, code };
    });
    const kill = () => {
      if (child.pid === undefined) return void child.once('spawn', kill); // there is nothing to kill yet
      try {
        process.kill(child.pid, 'SIGKILL'); // Electron's own kill is a polite SIGTERM
      } catch {} // it has just ended by itself
    };
    return {
      get pid() {
        return child.pid;
      },
      port: utilityPort(child),
      kill,
      exited,
    };
  };
}

/** Gives a page its own port to the studio. It closes with the page. */
export function connectPage(studio: Studio, frame: WebFrameMain): void {
  const { port1, port2 } = new MessageChannelMain();
  studio.connect(messagePort(likeDom(port1)));
  frame.postMessage(portMessage, null, [port2]);
}

const likeDom = (port: MessagePortMain): MessagePortLike => ({
  postMessage: (value) => port.postMessage(value),
  addEventListener: (type, listener) =>
    void port.on(type as 'message', (event?: { data: unknown }) => listener({ type, data: event?.data })),
  start: () => port.start(),
  close: () => port.close(),
});
