/** What should be true before going live, each line with what to do when it is not. */
import { Check, CircleAlert, CircleX } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { LiveSession, LiveStatus } from '../../native/contract/live.ts';
import { size } from '../format.ts';
import { useStudio } from '../studio.ts';
import { t } from '../words/index.ts';
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
  if (isRunning(status) && !health) lines.push({ state: 'mind', text: t('live:check.opening') });
  else if (!health) lines.push({ state: 'mind', text: t('live:check.unseen') });
  else if (health.source !== 'running') lines.push({ state: 'mind', text: t('live:check.gone') });
  else {
    lines.push({ state: 'good', text: t('live:check.runs') });
    if (health.facts?.audioCodec == null) lines.push({ state: 'mind', text: t('live:check.noSound') });
    else if (Math.max(...health.peakDb) <= -60) lines.push({ state: 'mind', text: t('live:check.silent') });
  }
  if (enabled.length === 0 && !recording) lines.push({ state: 'stop', text: t('live:check.nowhere') });
  for (const target of enabled.filter(needsKey)) lines.push({ state: 'stop', text: t('live:check.keyMissing', { name: target.name }) });
  if (session.uplinkNeed > 0) {
    const need = rate(session.uplinkNeed);
    if (uplinkKbps === null)
      lines.push({
        state: 'mind',
        text: t('live:check.uploadUnknown', { need }),
      });
    else if (!session.notes.some((note) => note.kind === 'loss')) lines.push({ state: 'good', text: t('live:check.uploadFits', { need }) });
  }
  for (const note of session.notes) lines.push({ state: 'mind', text: note.text });
  if (recording && freeBytes !== undefined) {
    const hour = ((encode.videoKbps + encode.audioKbps) / 8) * 1000 * 3600 * roomHours;
    lines.push({ state: freeBytes > hour ? 'good' : 'mind', text: t('live:check.recording', { free: size(freeBytes), hour: size(hour) }) });
  }
  return lines;
}

const signs = {
  good: { icon: Check, color: 'text-good' },
  mind: { icon: CircleAlert, color: 'text-warn' },
  stop: { icon: CircleX, color: 'text-bad' },
};

export function Checklist({ session, status }: { session: LiveSession; status: LiveStatus }): ReactNode {
  const { t } = useTranslation();
  const disk = useStudio((mirror) => mirror.disk['studio']);
  const error = status.phase === 'failed' ? status.error : null;
  return (
    <section aria-label={t('live:check.title')} className="px-4 py-4">
      <h2 className="pb-2 font-semibold">{t('live:check.title')}</h2>
      {error && (
        <div className="selectable mb-3 flex gap-2 rounded-md bg-bad-ground p-3" role="alert">
          <CircleX size={15} className="mt-0.5 shrink-0 text-bad" aria-hidden />
          <span className="min-w-0">
            {error.message}
            {error.detail && (
              <details className="pt-1 text-sm text-muted">
                <summary>{t('common:details')}</summary>
                <pre className="whitespace-pre-wrap">{error.detail}</pre>
              </details>
            )}
          </span>
        </div>
      )}
      <ul className="flex flex-col gap-1.5">
        {checks(session, status, disk?.freeBytes).map(({ state, text }) => {
          const { icon: Icon, color } = signs[state];
          return (
            <li key={text} className="flex gap-2">
              <Icon size={15} className={`mt-0.5 shrink-0 ${color}`} role="img" aria-label={t(`live:check.sign.${state}`)} />
              <span className="selectable">{text}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
