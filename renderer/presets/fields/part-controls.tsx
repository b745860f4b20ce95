/** Settings that are made of parts: borders, frame rate, watermark and further sound tracks. */
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { choicesFor } from '../../../native/contract/choices.ts';
import { audioFacts } from '../../../native/contract/codec-facts.ts';
import { fieldOf, type Range, settingAt } from '../../../native/contract/fields.ts';
import type { FieldKey, PresetSettings, TrackSettings, VideoSettings } from '../../../native/contract/preset.ts';
import { presetTemplate } from '../../../native/contract/preset-template.ts';
import { chooseFiles } from '../../export/add-files.ts';
import { fileName } from '../../format.ts';
import { Button, IconButton } from '../../parts/button.tsx';
import { Select } from '../../parts/select.tsx';
import type { ControlProps } from './editing.ts';
import { choiceWord, labelOf, unitWord, whyWords } from './field-words.ts';
import { NumberBox } from './number-box.tsx';

const partOf = (key: FieldKey, part: string) => fieldOf(key).parts?.[part] as Range;
const choiceOf = (key: FieldKey, settings: PresetSettings) =>
  choicesFor(key, settings).map(({ value, why }) => ({ value: String(value), label: choiceWord(key, value), why: why && whyWords(why) }));

/** A part's name beside its control. */
function Part({ label, children }: { label: string; children: ReactNode }): ReactNode {
  return (
    <div className="grid grid-cols-[96px_minmax(0,1fr)] items-center gap-2">
      <span className="text-muted">{label}</span>
      {children}
    </div>
  );
}

const sides = ['top', 'bottom', 'left', 'right'] as const;

export function CropControl({ field, editing: { settings, disabled = false, set } }: ControlProps): ReactNode {
  const { t } = useTranslation();
  const crop = settingAt(settings, field) as VideoSettings['crop'];
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <Select
        name={labelOf(field)}
        className="w-full"
        disabled={disabled}
        value={crop.mode}
        choices={choiceOf(field, settings)}
        onChange={(mode) => set({ [field]: mode === 'manual' ? { mode, top: 0, bottom: 0, left: 0, right: 0 } : { mode } })}
      />
      {crop.mode === 'manual' &&
        sides.map((side) => (
          <Part key={side} label={t(`fields:crop.${side}`)}>
            <NumberBox
              {...partOf(field, `manual.${side}`)}
              name={t(`fields:crop.${side}`)}
              unit={unitWord('px')}
              value={crop[side]}
              disabled={disabled}
              onCommit={(lines) => lines !== null && set({ [field]: { ...crop, [side]: lines } })}
            />
          </Part>
        ))}
    </div>
  );
}

export function FrameRateControl({ field, editing: { settings, disabled = false, set } }: ControlProps): ReactNode {
  const { t } = useTranslation();
  const rate = settingAt(settings, field) as VideoSettings['frameRate'];
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <Select
        name={labelOf(field)}
        className="w-full"
        disabled={disabled}
        value={rate.mode}
        choices={choiceOf(field, settings)}
        onChange={(mode) => set({ [field]: { mode, fps: mode === 'source' ? null : (rate.fps ?? (mode === 'peak' ? 30 : null)) } })}
      />
      {rate.mode !== 'source' && (
        <NumberBox
          {...partOf(field, 'fps')}
          name={t('fields:frameRate.fps')}
          unit={unitWord('fps')}
          {...(rate.mode === 'constant' && { empty: t('fields:empty.source') })}
          value={rate.fps}
          disabled={disabled}
          onCommit={(fps) => set({ [field]: { ...rate, fps } })}
        />
      )}
    </div>
  );
}

export function WatermarkControl({ field, editing: { settings, disabled = false, set } }: ControlProps): ReactNode {
  const { t } = useTranslation();
  const mark = settingAt(settings, field) as VideoSettings['watermark'];
  const choose = () =>
    chooseFiles(([path]) => path && set({ [field]: { position: 'bottom-right', width: 0.15, opacity: 0.8, ...mark, path } }));
  const share = (part: 'width' | 'opacity') => (
    <Part label={t(`fields:watermark.${part}`)}>
      <NumberBox
        least={partOf(field, part).least * 100}
        most={100}
        name={t(`fields:watermark.${part}`)}
        unit={unitWord('share')}
        value={Math.round((mark?.[part] ?? 0) * 100)}
        disabled={disabled}
        onCommit={(percent) => percent !== null && set({ [field]: { ...mark, [part]: percent / 100 } })}
      />
    </Part>
  );
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <div className="flex min-w-0 items-center gap-1">
        {mark && (
          <span className="min-w-0 flex-1 truncate" title={mark.path}>
            {fileName(mark.path)}
          </span>
        )}
        <Button disabled={disabled} onClick={choose}>
          {t('fields:watermark.choose')}
        </Button>
        {mark && (
          <IconButton
            icon={X}
            disabled={disabled}
            name={t('fields:remove', { name: labelOf(field) })}
            onClick={() => set({ [field]: null })}
          />
        )}
      </div>
      {mark && (
        <>
          <Part label={t('fields:watermark.position')}>
            <Select
              name={t('fields:watermark.position')}
              disabled={disabled}
              value={mark.position}
              choices={choiceOf(field, settings)}
              onChange={(position) => set({ [field]: { ...mark, position } })}
            />
          </Part>
          {share('width')}
          {share('opacity')}
        </>
      )}
    </div>
  );
}

const mostTracks = 4;

/** Further sound tracks, each with what it cannot be said of its own codec and container. */
export function TracksControl({ field, editing: { settings, disabled = false, set } }: ControlProps): ReactNode {
  const { t } = useTranslation();
  const { audio } = settings;
  if (!audio) return null;
  const put = (index: number, change: Partial<TrackSettings>) =>
    set({ [field]: audio.more.map((track, at) => (at === index ? { ...track, ...change } : track)) });
  const { tracks: _tracks, languages: _languages, loudness: _loudness, more: _more, ...standard } = presetTemplate.audio;
  return (
    <div className="flex min-w-0 flex-col gap-2">
      {audio.more.map((track, index) => {
        const place = index + 2;
        const own: PresetSettings = { ...settings, audio: { ...audio, ...track } };
        const { kbps } = audioFacts[track.codec];
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a track has no name but its place
          <div key={index} className="flex min-w-0 flex-wrap items-center gap-1">
            <Select
              name={t('fields:track.codec', { number: place })}
              disabled={disabled}
              value={track.codec}
              choices={choiceOf('audio.codec', own)}
              onChange={(codec) => put(index, { codec: codec as TrackSettings['codec'] })}
            />
            <Select
              name={t('fields:track.mixdown', { number: place })}
              disabled={disabled}
              value={track.mixdown}
              choices={choiceOf('audio.mixdown', own)}
              onChange={(mixdown) => put(index, { mixdown: mixdown as TrackSettings['mixdown'] })}
            />
            {kbps && (
              <NumberBox
                {...kbps}
                name={t('fields:track.kbps', { number: place })}
                unit={unitWord('kb/s')}
                value={track.kbps}
                disabled={disabled}
                onCommit={(next) => next !== null && put(index, { kbps: next })}
              />
            )}
            <IconButton
              icon={X}
              disabled={disabled}
              name={t('fields:remove', { name: t('fields:track.name', { number: place }) })}
              onClick={() => set({ [field]: audio.more.filter((_track, at) => at !== index) })}
            />
          </div>
        );
      })}
      <Button
        className="self-start"
        disabled={disabled || audio.more.length >= mostTracks}
        onClick={() => set({ [field]: [...audio.more, { ...standard, codec: audio.codec, kbps: audio.kbps }] })}
      >
        {t('fields:add')}
      </Button>
    </div>
  );
}
