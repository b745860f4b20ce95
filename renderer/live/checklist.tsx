/** What should be true before going live, each line with what to do when it is not. */
import { Check, CircleAlert, CircleX } from 'lucide-react';
import type { ReactNode } from 'react';
import type { LiveSession, LiveStatus } from '../../native/contract/live.ts';
import { size } from '../format.ts';
import { useStudio } from '../studio.ts';
import { isRunning, needsKey } from './session.ts';
import { rate } from './words.ts';

interface Line {
  /** `stop` makes going live impossible; `mind` should be known. */
  state: 'good' | 'mind' | 'stop';
  text: string;
}

/** Hours a recording should have room for. */
const roomHours = 1;

function checks(session: LiveSession, status: LiveStatus, freeBytes: number | undefined): Line[] {
  const { targets, recording, encode, uplinkKbps } = session.setup;
  const enabled = targets.filter((target) => target.enabled);
  const lines: Line[] = [];
  const health = isRunning(status) ? status.health : null;
  if (isRunning(status) && !health) lines.push({ state: 'mind', text: 'The source is being opened.' });
  else if (!health) lines.push({ state: 'mind', text: 'The source was not looked at yet: start a preview.' });
  else if (health.source !== 'running')
    lines.push({ state: 'mind', text: 'The source is not there: the break card will be on air until it comes.' });
  else {
    lines.push({ state: 'good', text: 'The source runs.' });
    if (health.facts?.audioCodec == null) lines.push({ state: 'mind', text: 'The source has no sound: silence will be sent.' });
    else if (Math.max(...health.peakDb) <= -60) lines.push({ state: 'mind', text: 'The source is silent at the moment.' });
  }
  if (enabled.length === 0 && !recording) lines.push({ state: 'stop', text: 'There is nowhere to send to: add a target or a recording.' });
  for (const target of enabled.filter(needsKey)) lines.push({ state: 'stop', text: `The stream key for ${target.name} is missing.` });
  if (session.uplinkNeed > 0) {
    const need = rate(session.uplinkNeed);
    if (uplinkKbps === null)
      lines.push({
        state: 'mind',
        text: `The upload has to carry ${need}; how fast it is, is not known. It can be measured under Upload.`,
      });
    else if (!session.notes.some((note) => note.kind === 'loss')) lines.push({ state: 'good', text: `The upload carries ${need} easily.` });
  }
  for (const note of session.notes) lines.push({ state: 'mind', text: note.text });
  if (recording && freeBytes !== undefined) {
    const hour = ((encode.videoKbps + encode.audioKbps) / 8) * 1000 * 3600 * roomHours;
    const room = `${size(freeBytes)} are free, an hour takes about ${size(hour)}.`;
    lines.push({ state: freeBytes > hour ? 'good' : 'mind', text: `Recording: ${room}` });
  }
  return lines;
}

const signs = {
  good: { icon: Check, color: 'text-good', word: 'Good' },
  mind: { icon: CircleAlert, color: 'text-warn', word: 'Mind' },
  stop: { icon: CircleX, color: 'text-bad', word: 'Missing' },
};

export function Checklist({ session, status }: { session: LiveSession; status: LiveStatus }): ReactNode {
  const disk = useStudio((mirror) => mirror.disk['studio']);
  const error = status.phase === 'failed' ? status.error : null;
  return (
    <section aria-label="Before going live" className="px-4 py-4">
      <h2 className="pb-2 font-semibold">Before going live</h2>
      {error && (
        <div className="selectable mb-3 flex gap-2 rounded-md bg-bad-ground p-3" role="alert">
          <CircleX size={15} className="mt-0.5 shrink-0 text-bad" aria-hidden />
          <span className="min-w-0">
            {error.message}
            {error.detail && (
              <details className="pt-1 text-sm text-muted">
                <summary>Details</summary>
                <pre className="whitespace-pre-wrap">{error.detail}</pre>
              </details>
            )}
          </span>
        </div>
      )}
      <ul className="flex flex-col gap-1.5">
        {checks(session, status, disk?.freeBytes).map(({ state, text }) => {
          const { icon: Icon, color, word } = signs[state];
          return (
            <li key={text} className="flex gap-2">
              <Icon size={15} className={`mt-0.5 shrink-0 ${color}`} role="img" aria-label={word} />
              <span className="selectable">{text}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
