/** What a terminal shows of a live session: what happens, line by line, and how it is, in one line that is drawn over. */
import type { LiveEvent, LiveHealth, LiveStatus, TargetState } from '../contract/live.ts';
import { clock, size } from '../contract/words.ts';
import type { Studio } from '../studio/studio.ts';
import { createProgressLine } from './progress-line.ts';

export interface LiveReporter {
  end(): void;
}

const marks: Record<LiveEvent['kind'], string> = { info: ' ', good: '✓', warning: '!', error: '✗' };

const targetWords: Record<TargetState, string> = {
  off: 'off',
  connecting: 'connecting',
  live: 'live',
  reconnecting: 'reconnecting',
  refused: 'refused',
  failed: 'failed',
  stopping: 'ending',
};

/** With `json` one object a line on standard output, for programs; else words on standard error, for people. */
export function createLiveReport(studio: Studio, id: string, json: boolean): LiveReporter {
  const line = createProgressLine(process.stderr);
  const tell = (value: Record<string, unknown>) => process.stdout.write(`${JSON.stringify(value)}\n`);
  let shown: LiveHealth | null = null;
  const stop = studio.state.subscribe((patch) => {
    for (const event of Object.values(patch.put['liveEvents'] ?? {}) as (LiveEvent & { session: string })[]) {
      if (event.session !== id) continue;
      const { session: _session, ...rest } = event;
      if (json) tell({ event: 'log', ...rest });
      else line.print(`${new Date(event.at).toLocaleTimeString('en-GB')} ${marks[event.kind]} ${event.text}`);
    }
    const status = patch.put['live']?.[id] as LiveStatus | undefined;
    if (!status || status.phase === 'off' || status.phase === 'failed' || !status.health || status.health === shown) return;
    shown = status.health;
    if (json) tell({ event: 'health', phase: status.phase, recording: status.recording, ...status.health });
    else line.show(null, describe(status.health));
  });
  return {
    end() {
      stop();
      line.clear();
      if (json)
        tell({ event: 'end', seconds: shown?.seconds ?? 0, frames: shown?.frames ?? 0, encoderDropped: shown?.encoderDropped ?? 0 });
    },
  };
}

function describe({ seconds, onAir, videoKbps, encoderDropped, targets, recordedBytes, speed }: LiveHealth): string[] {
  const dropped = encoderDropped + targets.reduce((sum, target) => sum + target.droppedFrames, 0);
  return [
    `● ${clock(seconds)}`,
    onAir === 'source' ? '' : 'break card',
    `${Math.round(videoKbps)} kb/s`,
    speed < 0.95 ? `encoder at ${speed.toFixed(2)}×` : '',
    `${dropped} dropped`,
    ...targets.map(({ id, state }) => `${id} ${targetWords[state]}`),
    recordedBytes === null ? '' : `recorded ${size(recordedBytes)}`,
  ];
}
