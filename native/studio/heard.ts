/** What goes wrong between processes, as the application log hears it: workers that end by themselves, commands that are refused. */
import { type ErrorCode, toErrorData } from '../contract/errors.ts';
import type { Service } from '../contract/wire.ts';
import type { Log } from './log.ts';
import type { SpawnWorker, WorkerProcess } from './worker-process.ts';

/** Workers whose end is told, with their last words, unless they were killed on purpose. */
export const heardWorkers =
  (spawn: SpawnWorker, log: Log): SpawnWorker =>
  () => {
    const worker = spawn();
    let wasKilled = false;
    void worker.exited.then(({ code, signal, lastWords }) => {
      if (!wasKilled) log.error('worker-ended', { worker: worker.pid, code, signal, lastWords });
    });
    // Electron knows a process's number only when it runs: what is asked for later is asked of the worker itself.
    return Object.assign(Object.create(worker) as WorkerProcess, {
      kill() {
        wasKilled = true;
        worker.kill();
      },
    });
  };

/** What was called off is nobody's trouble. */
const calledOff = new Set<ErrorCode>(['cancelled', 'disconnected']);

/** A service whose refusals are told, never with the input: it may hold a key. */
export function heardService({ parse, handle }: Service, log: Log): Service {
  const refused = (command: string, thrown: unknown) => {
    const error = toErrorData(thrown);
    if (!calledOff.has(error.code))
      log[error.code === 'internal' ? 'error' : 'warn']('command-refused', { command: command.slice(0, 80), ...error });
  };
  return {
    parse(method, input) {
      try {
        return parse(method, input);
      } catch (thrown) {
        refused(method, thrown);
        throw thrown;
      }
    },
    async handle(method, input, signal) {
      try {
        return await handle(method, input, signal);
      } catch (thrown) {
        refused(method, thrown);
        throw thrown;
      }
    },
  };
}
