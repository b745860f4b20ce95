/** How large and how good: a preset in one word, the figures one fold deeper. */
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { LiveEncode, LiveSession } from '../../native/contract/live.ts';
import { livePresets } from '../../native/contract/live-presets.ts';
import type { Speed } from '../../native/contract/preset.ts';
import { CommitBox, Field } from '../parts/field.tsx';
import { Select } from '../parts/select.tsx';
import { t } from '../words/index.ts';
import { changeSetup } from './session.ts';
import { rate } from './words.ts';

const own = 'own';
const speeds: Speed[] = ['ultrafast', 'superfast', 'veryfast', 'faster', 'fast', 'medium'];

const presetOf = (encode: LiveEncode) =>
  livePresets.find((preset) => Object.entries(preset.encode).every(([key, value]) => encode[key as keyof LiveEncode] === value));

type Preset = (typeof livePresets)[number];
const describePreset = ({ id, encode }: Preset) => t(`live:preset.${id}`, { rate: rate(encode.videoKbps + encode.audioKbps) });

export function EncodeFields({ session, disabled }: { session: LiveSession; disabled: boolean }): ReactNode {
  const { t } = useTranslation();
  const { encode } = session.setup;
  const change = (changed: Partial<LiveEncode>) => changeSetup(session, { encode: { ...encode, ...changed } });
  const preset = presetOf(encode);
  const secondHint = useId();
  const number = (key: 'videoKbps' | 'audioKbps' | 'fps' | 'height', least: number, most: number) => (text: string) => {
    const value = Number(text);
    if (Number.isFinite(value)) change({ [key]: Math.min(most, Math.max(least, key === 'fps' ? value : Math.round(value))) });
  };
  return (
    <>
      <Field
        label={t('live:encode.preset')}
        hint={
          preset
            ? describePreset(preset)
            : t('live:encode.summary', { height: encode.height, fps: encode.fps, rate: rate(encode.videoKbps) })
        }
      >
        <Select
          name={t('live:encode.presetName')}
          disabled={disabled}
          placeholder={t('live:encode.own')}
          choices={livePresets.map((one) => ({ value: one.id, label: one.id, text: describePreset(one) }))}
          value={preset?.id ?? own}
          onChange={(id) => change(livePresets.find((one) => one.id === id)?.encode ?? {})}
        />
      </Field>
      <details className="group">
        <summary className="flex h-7 list-none items-center gap-1.5 rounded-md text-sm text-muted">
          <span aria-hidden className="transition-transform duration-150 group-open:rotate-90">
            ›
          </span>
          {t('live:encode.figures')}
        </summary>
        <Field label={t('live:encode.picture')}>
          <CommitBox
            aria-label={t('live:encode.pictureName')}
            inputMode="numeric"
            disabled={disabled}
            value={String(encode.videoKbps)}
            onCommit={number('videoKbps', 100, 100_000)}
          />
        </Field>
        <Field label={t('live:encode.sound')}>
          <CommitBox
            aria-label={t('live:encode.soundName')}
            inputMode="numeric"
            disabled={disabled}
            value={String(encode.audioKbps)}
            onCommit={number('audioKbps', 32, 512)}
          />
        </Field>
        <Field label={t('live:encode.lines')}>
          <CommitBox
            aria-label={t('live:encode.lines')}
            inputMode="numeric"
            disabled={disabled}
            value={String(encode.height)}
            onCommit={number('height', 144, 4320)}
          />
        </Field>
        <Field label={t('live:encode.frames')}>
          <CommitBox
            aria-label={t('live:encode.framesName')}
            inputMode="decimal"
            disabled={disabled}
            value={String(encode.fps)}
            onCommit={number('fps', 1, 120)}
          />
        </Field>
        <Field label={t('live:encode.codec')}>
          <Select
            name={t('live:encode.codec')}
            disabled={disabled}
            choices={[
              { value: 'h264', label: 'H.264', text: t('live:encode.everyService') },
              { value: 'hevc', label: 'HEVC', text: t('live:encode.someServices') },
              { value: 'av1', label: 'AV1', text: t('live:encode.someServices') },
            ]}
            value={encode.codec}
            onChange={(codec) => change({ codec: codec as LiveEncode['codec'] })}
          />
        </Field>
        <Field label={t('live:encode.speed')} hint={t('live:encode.speedHint')}>
          <Select
            name={t('live:encode.speedName')}
            disabled={disabled}
            choices={speeds.map((speed) => ({ value: speed, label: speed }))}
            value={encode.speed}
            onChange={(speed) => change({ speed: speed as Speed })}
          />
        </Field>
        <Field label={t('live:encode.delay')}>
          <Select
            name={t('live:encode.delay')}
            disabled={disabled}
            choices={[
              { value: 'normal', label: t('live:encode.usual'), text: t('live:encode.usualText') },
              { value: 'low', label: t('live:encode.low'), text: t('live:encode.lowText') },
            ]}
            value={encode.latency}
            onChange={(latency) => change({ latency: latency as LiveEncode['latency'] })}
          />
        </Field>
        <Field label={t('live:encode.slowNetwork')}>
          <Select
            name={t('live:encode.slowNetworkName')}
            disabled={disabled}
            choices={[
              { value: 'adapt', label: t('live:encode.adapt') },
              { value: 'keep', label: t('live:encode.keep') },
            ]}
            value={encode.adaptive ? 'adapt' : 'keep'}
            onChange={(value) => change({ adaptive: value === 'adapt' })}
          />
        </Field>
        <label className="flex items-center gap-2 pt-1.5">
          <input
            type="checkbox"
            checked={encode.second}
            disabled={disabled}
            aria-describedby={secondHint}
            onChange={(event) => change({ second: event.target.checked })}
            className="size-4 accent-(--accent)"
          />
          {t('live:encode.second')}
        </label>
        <p id={secondHint} className="pl-6 text-sm text-muted">
          {t('live:encode.secondHint')}
        </p>
      </details>
    </>
  );
}
