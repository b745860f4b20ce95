/** The engine process of one live session: started, watched, started again when it dies, and ended in order. */
import { StudioError, toErrorData } from '../../contract/errors.ts';
import type { LiveChange, LivePlan, LiveReport } from '../../contract/live-plan.ts';
import { type Connection, connect } from '../../contract/wire.ts';
import type { SpawnWorker, WorkerProcess } from '../worker-process.ts';

export interface LiveEngine {
  /** Throws not-live when it is not running. */
  change(change: LiveChange): Promise<void>;
  /** Ends it in order, by force after some seconds. Resolves when the process is gone. */
  end(): Promise<void>;
}

export interface EngineListener {
  report(report: LiveReport): void;
  /** The process died and is started again with what `plan` tells then. `words` say how it died. */
  restarting(words: string): void;
  /** It could not be kept running. */
  failed(error: StudioError): void;
}

/** How long connections and the recording may take to be closed properly, ms: a stalled target's time-out and some more. */
const endMs = 8000;
/** An engine that gives no sign for so long is taken for hung and started again, ms. */
const silenceMs = 6000;
/** More deaths than this within the window are no accident. */
const most = { deaths: 5, withinMs: 60_000 };

/** `plan` is asked at every start: a restarted engine gets what holds by then. */
export function startEngine(spawn: SpawnWorker, plan: () => LivePlan, live: () => boolean, listener: EngineListener): LiveEngine {
  let process: WorkerProcess;
  let connection: Connection;
  let call = new AbortController();
  let ending = false;
  let watch: ReturnType<typeof setTimeout> | undefined;
  const deaths: number[] = [];

  const sign = () => {
    clearTimeout(watch);
    watch = setTimeout(() => process.kill(), silenceMs);
  };

  async function run(): Promise<void> {
    process = spawn();
    connection = connect(process.port);
    call = new AbortController();
    connection.onPush('live', (report) => {
      sign();
      listener.report(report as LiveReport);
    });
    sign();
    const running = connection.call('live', { plan: plan() }, call.signal);
    if (live()) void connection.call('changeLive', { change: { do: 'go-live' } satisfies LiveChange }).catch(() => {}); // it died: told below
    try {
      await running;
    } catch (thrown) {
      if (ending) return;
      const lost = thrown instanceof StudioError && thrown.code === 'disconnected';
      if (!lost) {
        process.kill();
        throw thrown;
      }
      const exit = await process.exited;
      const words = `The engine stopped unexpectedly (${exit.signal ?? `exit code ${exit.code}`}).`;
      const now = Date.now();
      deaths.push(now);
      if (deaths.filter((at) => now - at < most.withinMs).length > most.deaths)
        throw new StudioError(
          'worker-crashed',
          `${words} That was ${deaths.length} times in a minute, so it is not started again.`,
          exit.lastWords,
        );
      listener.restarting(words);
      return run();
    } finally {
      clearTimeout(watch);
    }
  }

  const done = run().catch((thrown) => {
    if (!ending) listener.failed(thrown instanceof StudioError ? thrown : StudioError.from(toErrorData(thrown)));
  });

  return {
    async change(change) {
      await connection.call('changeLive', { change });
    },
    async end() {
      ending = true;
      clearTimeout(watch);
      call.abort(new StudioError('cancelled', 'Ended.'));
      const timer = setTimeout(() => process.kill(), endMs);
      await done;
      process.kill(); // it has closed what it had; an engine is never used again
      await process.exited;
      clearTimeout(timer);
    },
  };
}
