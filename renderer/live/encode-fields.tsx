/** How large and how good: a preset in one word, the figures one fold deeper. */
import { type ReactNode, useId } from 'react';
import type { LiveEncode, LiveSession } from '../../native/contract/live.ts';
import { livePresets } from '../../native/contract/live-presets.ts';
import type { Speed } from '../../native/contract/preset.ts';
import { CommitBox, Field } from '../parts/field.tsx';
import { Select } from '../parts/select.tsx';
import { changeSetup } from './session.ts';
import { rate } from './words.ts';

const own = 'own';
const speeds: Speed[] = ['ultrafast', 'superfast', 'veryfast', 'faster', 'fast', 'medium'];

const presetOf = (encode: LiveEncode) =>
  livePresets.find((preset) => Object.entries(preset.encode).every(([key, value]) => encode[key as keyof LiveEncode] === value));

export function EncodeFields({ session, disabled }: { session: LiveSession; disabled: boolean }): ReactNode {
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
      <Field label="Preset" hint={preset?.description ?? `${encode.height} lines at ${encode.fps} fps, ${rate(encode.videoKbps)}`}>
        <Select
          name="Live preset"
          disabled={disabled}
          placeholder="Own figures"
          choices={livePresets.map(({ id, name, description }) => ({ value: id, label: name, text: description }))}
          value={preset?.id ?? own}
          onChange={(id) => change(livePresets.find((one) => one.id === id)?.encode ?? {})}
        />
      </Field>
      <details className="group">
        <summary className="flex h-7 list-none items-center gap-1.5 rounded-md text-sm text-muted">
          <span aria-hidden className="transition-transform duration-150 group-open:rotate-90">
            ›
          </span>
          Figures
        </summary>
        <Field label="Picture, kb/s">
          <CommitBox
            aria-label="Rate of the picture in kilobits a second"
            inputMode="numeric"
            disabled={disabled}
            value={String(encode.videoKbps)}
            onCommit={number('videoKbps', 100, 100_000)}
          />
        </Field>
        <Field label="Sound, kb/s">
          <CommitBox
            aria-label="Rate of the sound in kilobits a second"
            inputMode="numeric"
            disabled={disabled}
            value={String(encode.audioKbps)}
            onCommit={number('audioKbps', 32, 512)}
          />
        </Field>
        <Field label="Lines">
          <CommitBox
            aria-label="Lines"
            inputMode="numeric"
            disabled={disabled}
            value={String(encode.height)}
            onCommit={number('height', 144, 4320)}
          />
        </Field>
        <Field label="Frames/s">
          <CommitBox
            aria-label="Frames a second"
            inputMode="decimal"
            disabled={disabled}
            value={String(encode.fps)}
            onCommit={number('fps', 1, 120)}
          />
        </Field>
        <Field label="Codec">
          <Select
            name="Codec"
            disabled={disabled}
            choices={[
              { value: 'h264', label: 'H.264', text: 'Every service takes it.' },
              { value: 'hevc', label: 'HEVC', text: 'YouTube and some servers of your own.' },
              { value: 'av1', label: 'AV1', text: 'YouTube and some servers of your own.' },
            ]}
            value={encode.codec}
            onChange={(codec) => change({ codec: codec as LiveEncode['codec'] })}
          />
        </Field>
        <Field label="Speed" hint="Slower looks better and takes more of the processor.">
          <Select
            name="Speed of the encoder"
            disabled={disabled}
            choices={speeds.map((speed) => ({ value: speed, label: speed }))}
            value={encode.speed}
            onChange={(speed) => change({ speed: speed as Speed })}
          />
        </Field>
        <Field label="Delay">
          <Select
            name="Delay"
            disabled={disabled}
            choices={[
              { value: 'normal', label: 'Usual', text: 'The better picture.' },
              { value: 'low', label: 'Low', text: 'For conversations.' },
            ]}
            value={encode.latency}
            onChange={(latency) => change({ latency: latency as LiveEncode['latency'] })}
          />
        </Field>
        <Field label="Slow network">
          <Select
            name="When the network is slow"
            disabled={disabled}
            choices={[
              { value: 'adapt', label: 'Lower the rate for a while' },
              { value: 'keep', label: 'Keep the rate, drop pictures' },
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
          Second encode where a service allows less
        </label>
        <p id={secondHint} className="pl-6 text-sm text-muted">
          It costs about as much of the processor again.
        </p>
      </details>
    </>
  );
}
