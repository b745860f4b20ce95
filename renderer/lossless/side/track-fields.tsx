/** What one track says of itself: language, title, flags, its time against the others, its rotation; or the track alone. */
import { FileOutput } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { Job } from '../../../native/contract/contract.ts';
import type { TrackChoice } from '../../../native/contract/lossless.ts';
import { attempt } from '../../notices.ts';
import { Button } from '../../parts/button.tsx';
import { CommitBox, Field } from '../../parts/field.tsx';
import { Select } from '../../parts/select.tsx';
import { notify } from '../../ui-state.ts';
import { extract } from '../files.ts';
import { type Flag, flagName, isFlag } from '../flags.ts';
import { languageName, languages, readLanguage } from '../languages.ts';
import { shownWords, type TrackRow, targetOf } from '../tracks.ts';
import { targetName } from '../words.ts';

interface FieldsProps {
  job: Job;
  row: TrackRow;
  disabled: boolean;
  onChange(choice: TrackChoice, key?: string): void;
}

/** Flags that mean something for a kind of track. */
const flagsFor: Record<string, Flag[]> = {
  video: ['default', 'original', 'attached_pic'],
  audio: ['default', 'original', 'dub', 'comment', 'hearing_impaired', 'visual_impaired', 'descriptions'],
  subtitle: ['default', 'forced', 'original', 'comment', 'hearing_impaired', 'captions', 'lyrics'],
};

export function TrackFields({ job, row, disabled, onChange }: FieldsProps): ReactNode {
  const { t } = useTranslation();
  const list = useId();
  const { info, choice } = row;
  const off = disabled || choice === null;
  const { language, title, disposition } = shownWords(row);
  const set = (change: Partial<TrackChoice>, key = '') => choice && onChange({ ...choice, ...change }, key);
  const flags = flagsFor[info.kind] ?? [];
  const isTimed = info.kind === 'video' || info.kind === 'audio' || info.kind === 'subtitle';
  const target = targetOf(info);
  return (
    <div className="bg-ground px-3 pt-1 pb-3 pl-9">
      {isTimed && (
        <Field label={t('lossless:track.language')}>
          <CommitBox
            aria-label={t('lossless:track.language')}
            leaves
            list={list}
            placeholder={t('lossless:notTold')}
            disabled={off}
            value={language ? languageName(language) : ''}
            onCommit={(text) => {
              const code = text.trim() === '' ? null : readLanguage(text);
              if (code === null && text.trim() !== '') notify({ kind: 'info', text: t('lossless:track.noLanguage', { text }) });
              else set({ language: code });
            }}
          />
          <datalist id={list}>
            {languages.map((code) => (
              <option key={code} value={languageName(code)} />
            ))}
          </datalist>
        </Field>
      )}
      <Field label={t('lossless:track.title')}>
        <CommitBox
          aria-label={t('lossless:track.title')}
          leaves
          placeholder={t('lossless:track.none')}
          disabled={off}
          maxLength={1000}
          value={title ?? ''}
          onCommit={(text) => set({ title: text.trim() || null })}
        />
      </Field>
      {isTimed && !(info.kind === 'video' && info.cover) && (
        <Field label={t('lossless:track.shift')} hint={t('lossless:track.shiftHint')}>
          <CommitBox
            aria-label={t('lossless:track.shiftName')}
            leaves
            inputMode="numeric"
            disabled={off}
            value={String(Math.round((choice?.shift ?? 0) * 1000))}
            onCommit={(text) => {
              const shift = Number(text.replace(',', '.')) / 1000;
              if (Number.isFinite(shift) && Math.abs(shift) <= 86_400) set({ shift });
              else notify({ kind: 'info', text: t('lossless:track.shiftLimit') });
            }}
          />
        </Field>
      )}
      {info.kind === 'video' && !info.cover && (
        <Field label={t('lossless:track.turned')}>
          <Select
            name={t('lossless:track.turned')}
            disabled={off}
            choices={[
              { value: 'source', label: t('lossless:track.asItIs', { degrees: info.rotation }) },
              ...[0, 90, 180, 270].map((degrees) => ({ value: String(degrees), label: t('lossless:track.clockwise', { degrees }) })),
            ]}
            value={choice?.rotation === undefined ? 'source' : String(choice.rotation)}
            onChange={(value) => {
              if (!choice) return;
              const { rotation: _old, ...rest } = choice;
              onChange(value === 'source' ? rest : { ...rest, rotation: Number(value) as 0 | 90 | 180 | 270 });
            }}
          />
        </Field>
      )}
      {flags.length > 0 && (
        <fieldset disabled={off} className="flex flex-wrap gap-1 py-1.5 disabled:opacity-60">
          <legend className="sr-only">{t('lossless:track.flags')}</legend>
          {flags.map((flag) => {
            const isOn = disposition.includes(flag);
            return (
              <button
                key={flag}
                type="button"
                aria-pressed={isOn}
                onClick={() => {
                  const kept = disposition.filter((one): one is Flag => isFlag(one) && one !== flag);
                  set({ disposition: isOn ? kept : [...kept, flag] });
                }}
                className="h-6 rounded-full border border-line px-2 text-xs text-muted hover:border-line-strong aria-pressed:border-accent-text aria-pressed:bg-selected aria-pressed:text-text"
              >
                {flagName(flag)}
              </button>
            );
          })}
        </fieldset>
      )}
      {row.file === 0 && info.kind !== 'data' && (
        <Button
          icon={FileOutput}
          className="mt-1.5 !h-7 !px-2 text-sm"
          onClick={() => attempt(extract(job, { target, tracks: [{ file: 0, stream: info.index }] }))}
        >
          {target === 'same' ? t('lossless:track.alone') : t('lossless:track.aloneAs', { target: targetName(target) })}
        </Button>
      )}
    </div>
  );
}
