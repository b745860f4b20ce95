/** The changes most people make: how large the picture, how good, how fast, which sound, subtitles and container. */
import type { ReactNode } from 'react';
import { choicesFor } from '../../../native/contract/choices.ts';
import { audioFacts, videoFacts } from '../../../native/contract/codec-facts.ts';
import { fitted } from '../../../native/contract/fitted.ts';
import type { ContainerId, Overrides, PresetSettings, Speed } from '../../../native/contract/preset.ts';
import { speeds } from '../../../native/contract/preset-names.ts';
import { containerName } from '../../format.ts';
import type { Term } from '../../glossary/terms.ts';
import { type Choice, Select } from '../../parts/select.tsx';
import { t } from '../../words/index.ts';
import { ChangeRow } from './change-row.tsx';
import type { Edited } from './effective.ts';
import { RateFields } from './rate-fields.tsx';

/** Lines of a picture, as people name them. */
const heights = [2160, 1440, 1080, 720, 540, 480, 360];
/** Of a stereo track, kb/s. */
const audioRates = [64, 96, 128, 160, 192, 256, 320];

type Change = { [K in keyof Overrides]?: Overrides[K] };

interface Row {
  id: string;
  keys: (keyof Overrides)[];
  label(): string;
  term?: Term;
  /** What the preset says, in short; null where the row has no meaning. */
  standard(settings: PresetSettings): string | null;
  choices(settings: PresetSettings): Choice[];
  /** The choice that stands, by its value. */
  now(settings: PresetSettings): string;
  change(value: string, settings: PresetSettings): Change;
}

const rows: Row[] = [
  {
    ...{ id: 'size', keys: ['video.maxHeight', 'video.maxWidth'], term: 'resolution', label: () => t('export:change.pictureSize') },
    standard: ({ video }) =>
      video && (video.maxHeight ? t('export:change.atMost', { height: video.maxHeight }) : t('export:change.source')),
    choices: () => heights.map((height) => ({ value: String(height), label: t('export:change.atMost', { height }) })),
    now: ({ video }) => String(video?.maxHeight),
    change: (value) => ({ 'video.maxHeight': Number(value), 'video.maxWidth': null }),
  },
  {
    ...{ id: 'speed', keys: ['video.speed'], label: () => t('export:change.speed') },
    standard: ({ video }) => (video && videoFacts[video.codec].speeds ? t(`export:change.speeds.${video.speed}`) : null),
    choices: () => speeds.map((speed) => ({ value: speed, label: t(`export:change.speeds.${speed}`) })),
    now: ({ video }) => String(video?.speed),
    change: (value) => ({ 'video.speed': value as Speed }),
  },
  {
    ...{ id: 'sound', keys: ['audio.kbps'], term: 'bitrate', label: () => t('export:change.sound') },
    standard: ({ audio }) => (audio?.kbps ? t('export:change.soundRate', { rate: audio.kbps }) : null),
    choices({ audio }) {
      const bounds = audio && audioFacts[audio.codec].kbps;
      const held = audioRates.filter((rate) => bounds && rate >= bounds.least && rate <= bounds.most);
      return held.map((rate) => ({ value: String(rate), label: t('export:change.soundRate', { rate }) }));
    },
    now: ({ audio }) => String(audio?.kbps),
    change: (value) => ({ 'audio.kbps': Number(value) }),
  },
  {
    ...{ id: 'subtitles', keys: ['subtitles.tracks'], term: 'subtitles', label: () => t('export:change.subtitles') },
    standard: ({ video, subtitles }) => video && t(`export:change.subtitlesKinds.${subtitles.tracks}`),
    choices: () => (['all', 'none'] as const).map((value) => ({ value, label: t(`export:change.subtitlesKinds.${value}`) })),
    now: ({ subtitles }) => subtitles.tracks,
    change: (value) => ({ 'subtitles.tracks': value as 'all' | 'none' }),
  },
  {
    ...{ id: 'container', keys: ['container'], term: 'container', label: () => t('export:change.container') },
    standard: ({ container }) => containerName(container),
    choices: (settings) =>
      choicesFor('container', settings)
        .filter(({ why }) => why === null)
        .map(({ value }) => ({ value: String(value), label: containerName(value as ContainerId) })),
    now: ({ container }) => container,
    change(value, settings) {
      const { moved } = fitted(settings, 'container', value);
      return { container: value as ContainerId, ...Object.fromEntries(moved.map(({ key, to }) => [key, to])) };
    },
  },
];

const asPreset = 'as-preset';

export function SimpleChanges({ edited }: { edited: Edited }): ReactNode {
  const row = ({ id, keys, label, term, standard, choices, now, change }: Row): ReactNode => {
    const said = standard(edited.preset);
    if (said === null) return null;
    const own = keys.some((key) => edited.overrides[key] !== undefined);
    const differs = keys.some((key) => edited.differing.has(key));
    const listed = choices(edited.settings);
    const value = now(edited.settings);
    const known = !own || listed.some((choice) => choice.value === value);
    return (
      <ChangeRow key={id} edited={edited} keys={keys} label={label()} {...(term && { term })}>
        <Select
          name={label()}
          placeholder={t('export:many.differ')}
          choices={[
            { value: asPreset, label: said, text: t('export:change.asPreset') },
            ...listed.filter((choice) => choice.label !== said),
            ...(known ? [] : [{ value, label: value }]),
          ]}
          value={differs ? '' : own ? value : asPreset}
          onChange={(next) =>
            edited.set(next === asPreset ? Object.fromEntries(keys.map((key) => [key, undefined])) : change(next, edited.settings))
          }
        />
      </ChangeRow>
    );
  };
  const [size, ...others] = rows;
  return (
    <>
      {size && row(size)}
      <RateFields edited={edited} />
      {others.map(row)}
    </>
  );
}
