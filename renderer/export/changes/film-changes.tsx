/** What belongs to one film: the part of it that is taken, and what is cut off at its edges. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Job } from '../../../native/contract/contract.ts';
import type { VideoSettings } from '../../../native/contract/preset.ts';
import { clock } from '../../format.ts';
import { exactTime, readTime } from '../../lossless/time.ts';
import { CommitBox } from '../../parts/field.tsx';
import { Select } from '../../parts/select.tsx';
import { notify } from '../../ui-state.ts';
import { ChangeRow } from './change-row.tsx';
import { type Edited, latest } from './effective.ts';

export function FilmChanges({ edited }: { edited: Edited }): ReactNode {
  return (
    <>
      <Part edited={edited} />
      {edited.settings.video && <Crop edited={edited} crop={edited.settings.video.crop} />}
    </>
  );
}

/** The length of the shortest, seconds; null where one does not tell. */
function lengthOf(jobs: Job[]): number | null {
  const lengths = jobs.map(({ media }) => media?.duration ?? null);
  return lengths.every((length) => length !== null) ? Math.min(...(lengths as number[])) : null;
}

function Part({ edited }: { edited: Edited }): ReactNode {
  const { t } = useTranslation();
  const { start = null, end = null } = edited.overrides.trim ?? {};
  const whole = lengthOf(edited.jobs);
  const taken = (end ?? whole ?? 0) - (start ?? 0);
  const [first] = edited.jobs;
  const set = (change: { start?: number | null; end?: number | null }) => {
    const now = (edited.differing.has('trim') ? null : first && latest(first).trim) ?? { start: null, end: null };
    const next = { ...now, ...change };
    if (next.start !== null && next.end !== null && next.end <= next.start)
      return notify({ kind: 'info', text: t('export:change.notAfter') });
    edited.set({ trim: next.start === null && next.end === null ? undefined : next });
  };
  const box = (name: string, value: number | null, standard: number | null, commit: (seconds: number | null) => void) => (
    <CommitBox
      aria-label={name}
      inputMode="decimal"
      className="!px-1 text-center"
      placeholder={standard === null ? '' : exactTime(standard)}
      value={value === null ? '' : exactTime(value)}
      onCommit={(text) => {
        const seconds = readTime(text);
        if (text.trim() === '') commit(null);
        else if (seconds !== null) commit(seconds);
      }}
    />
  );
  return (
    <ChangeRow
      edited={edited}
      keys={['trim']}
      label={t('export:change.part')}
      hint={
        edited.differing.has('trim')
          ? t('export:many.differ')
          : (start !== null || end !== null) && whole !== null
            ? t('export:change.length', { length: clock(taken), whole: clock(whole) })
            : t('export:change.wholeFilm')
      }
    >
      <div className="flex items-center gap-1.5">
        {box(t('export:change.partFrom'), start, 0, (next) => set({ start: next }))}
        <span aria-hidden className="text-muted">
          –
        </span>
        {box(t('export:change.partTo'), end, whole, (next) => set({ end: next }))}
      </div>
    </ChangeRow>
  );
}

const sides = ['top', 'bottom', 'left', 'right'] as const;
const modes = ['off', 'auto', 'manual'] as const;

function Crop({ edited, crop }: { edited: Edited; crop: VideoSettings['crop'] }): ReactNode {
  const { t } = useTranslation();
  const [only] = edited.jobs;
  const found = edited.jobs.length === 1 ? only?.found?.crop : undefined;
  const hint =
    crop.mode === 'auto' && found
      ? sides.some((side) => found[side] > 0)
        ? t('export:change.cropFound', { ...found })
        : t('export:change.cropNone')
      : undefined;
  const change = (mode: string) => {
    if (mode === edited.preset.video?.crop.mode) edited.set({ 'video.crop': undefined });
    else if (mode === 'manual') edited.set({ 'video.crop': { mode, ...(found ?? { top: 0, bottom: 0, left: 0, right: 0 }) } });
    else edited.set({ 'video.crop': { mode: mode as 'off' | 'auto' } });
  };
  return (
    <>
      <ChangeRow edited={edited} keys={['video.crop']} label={t('export:change.crop')} term="crop" hint={hint}>
        <Select
          name={t('export:change.crop')}
          placeholder={t('export:many.differ')}
          choices={modes.map((value) => ({ value, label: t(`export:change.crops.${value}`) }))}
          value={edited.differing.has('video.crop') ? '' : crop.mode}
          onChange={change}
        />
      </ChangeRow>
      {crop.mode === 'manual' && (
        <div className="grid grid-cols-4 gap-2 py-1">
          {sides.map((side) => (
            <div key={side} className="text-sm text-muted">
              {t(`export:change.cropSides.${side}`)}
              <CommitBox
                aria-label={t('export:change.cropSide', { side: t(`export:change.cropSides.${side}`) })}
                inputMode="numeric"
                value={String(crop[side])}
                onCommit={(text) => {
                  const pixels = Number(text);
                  if (Number.isInteger(pixels) && pixels >= 0 && pixels <= 16_384) {
                    const now = only && latest(only)['video.crop'];
                    edited.set({ 'video.crop': { ...(now?.mode === 'manual' ? now : crop), [side]: pixels } });
                  }
                }}
              />
            </div>
          ))}
        </div>
      )}
    </>
  );
}
