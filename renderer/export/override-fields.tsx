/** The basics a file may have of its own. The first choice of each is what the preset says. */
import type { ReactNode } from 'react';
import type { ContainerId, Overrides, Preset, Speed } from '../../native/contract/preset.ts';
import { containerName } from '../format.ts';
import { CommitBox, Field } from '../parts/field.tsx';
import { Select } from '../parts/select.tsx';

const containers: ContainerId[] = ['mp4', 'mov', 'mkv', 'webm', 'm4a', 'mp3', 'flac', 'opus'];
const heights = [2160, 1440, 1080, 720, 540, 480, 360];
const audioRates = [64, 96, 128, 160, 192, 256, 320];
/** Steps on the codec's CRF scale around the preset: six make a file about half or twice as large (x264). */
const qualitySteps = [
  { step: -6, label: 'Much better, about twice the size' },
  { step: -3, label: 'Better, larger' },
  { step: 3, label: 'Smaller, softer' },
  { step: 6, label: 'About half the size' },
];
const speedWords: { speed: Speed; label: string }[] = [
  { speed: 'ultrafast', label: 'Fastest, largest files' },
  { speed: 'veryfast', label: 'Very fast' },
  { speed: 'fast', label: 'Fast' },
  { speed: 'medium', label: 'Medium' },
  { speed: 'slow', label: 'Slow, smaller files' },
  { speed: 'veryslow', label: 'Slowest, smallest files' },
];

interface Row {
  key: keyof Overrides;
  label: string;
  /** What the preset says, in short; null when the row has no meaning for it. */
  standard(preset: Preset): string | null;
  choices(preset: Preset): { value: string; label: string }[];
  read(text: string): Overrides[keyof Overrides];
  /** The choice that an own value is; null for one that another field shows. */
  write?(value: Overrides[keyof Overrides]): string | null;
}

const rows: Row[] = [
  {
    ...{ key: 'video.maxHeight', label: 'Picture size' },
    standard: ({ video }) => video && (video.maxHeight ? `at most ${video.maxHeight}p` : "the source's"),
    choices: () => heights.map((height) => ({ value: String(height), label: `At most ${height}p` })),
    read: Number,
  },
  {
    ...{ key: 'video.rate', label: 'Quality' },
    standard: ({ video }) => (video?.rate.mode === 'quality' ? `CRF ${video.rate.value}` : null),
    choices({ video }) {
      const value = video?.rate.mode === 'quality' ? video.rate.value : 0;
      return qualitySteps.map(({ step, label }) => ({
        value: String(Math.max(1, value + step)),
        label: `${label} (CRF ${Math.max(1, value + step)})`,
      }));
    },
    read: (text) => ({ mode: 'quality', value: Number(text) }),
    write: (rate) => (typeof rate === 'object' && rate && 'value' in rate ? String(rate.value) : null),
  },
  {
    ...{ key: 'video.speed', label: 'Speed' },
    standard: ({ video }) => (video && video.rate.mode !== 'fixed' ? video.speed : null),
    choices: () => speedWords.map(({ speed, label }) => ({ value: speed, label })),
    read: (text) => text as Speed,
  },
  {
    ...{ key: 'audio.kbps', label: 'Sound' },
    standard: ({ audio }) => (audio?.kbps ? `${audio.kbps} kb/s` : null),
    choices: () => audioRates.map((rate) => ({ value: String(rate), label: `${rate} kb/s` })),
    read: Number,
  },
  {
    ...{ key: 'subtitles.tracks', label: 'Subtitles' },
    standard: ({ video, subtitles }) => (video ? (subtitles.tracks === 'none' ? 'left out' : 'kept') : null),
    choices: () => [
      { value: 'all', label: 'Keep them' },
      { value: 'none', label: 'Leave them out' },
    ],
    read: (text) => text as 'all' | 'none',
  },
  {
    ...{ key: 'container', label: 'Container' },
    standard: ({ container }) => containerName(container),
    choices: () => containers.map((container) => ({ value: container, label: containerName(container) })),
    read: (text) => text as ContainerId,
  },
];

const asPreset = 'as-preset';

export function OverrideFields({
  preset,
  value,
  disabled = false,
  onChange,
}: {
  preset: Preset;
  value: Overrides;
  disabled?: boolean;
  onChange(next: Overrides): void;
}): ReactNode {
  const set = (key: keyof Overrides, next: Overrides[keyof Overrides] | undefined) => {
    const { [key]: _old, ...rest } = value;
    onChange(next === undefined ? rest : { ...rest, [key]: next });
  };
  return (
    <>
      {rows.map(({ key, label, standard, choices, read, write = String }) => {
        const said = standard(preset);
        if (said === null) return null;
        const own = value[key] === undefined ? null : write(value[key]);
        const listed = choices(preset);
        const known = own === null || listed.some((choice) => choice.value === own);
        return (
          <Field key={key} label={label}>
            <Select
              name={label}
              disabled={disabled}
              choices={[{ value: asPreset, label: `As the preset: ${said}` }, ...listed, ...(known ? [] : [{ value: own, label: own }])]}
              value={own ?? asPreset}
              onChange={(next) => set(key, next === asPreset ? undefined : read(next))}
            />
          </Field>
        );
      })}
      {preset.video && preset.video.rate.mode !== 'fixed' && (
        <Field label="Size at most" hint="In MB; takes two passes. Empty: no limit.">
          <CommitBox
            aria-label="Size at most, in MB"
            inputMode="decimal"
            disabled={disabled}
            placeholder={preset.video.rate.mode === 'size' ? String(preset.video.rate.megabytes) : 'No limit'}
            value={value['video.rate']?.mode === 'size' ? String(value['video.rate'].megabytes) : ''}
            onCommit={(text) => {
              const megabytes = Number(text.replace(',', '.'));
              if (text.trim() === '') set('video.rate', undefined);
              else if (megabytes >= 0.5 && megabytes <= 100_000) set('video.rate', { mode: 'size', megabytes });
            }}
          />
        </Field>
      )}
    </>
  );
}
