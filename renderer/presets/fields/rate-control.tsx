/** What decides about quality and size, as one control: the way, and what belongs to it. */
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { boundsFor, choicesFor } from '../../../native/contract/choices.ts';
import { videoFacts } from '../../../native/contract/codec-facts.ts';
import { fieldOf } from '../../../native/contract/fields.ts';
import type { VideoSettings } from '../../../native/contract/preset.ts';
import { crfOf, isScaled, leastScale, scaleOf } from '../../../native/contract/quality-scale.ts';
import { number } from '../../format.ts';
import { Select } from '../../parts/select.tsx';
import type { ControlProps } from './editing.ts';
import { choiceWord, unitWord, whyWords } from './field-words.ts';
import { NumberBox } from './number-box.tsx';

type Rate = VideoSettings['rate'];

/** What each way begins with; targets are where most people see no difference from the source. */
const begin: Record<Rate['mode'], (video: VideoSettings) => Rate> = {
  quality: ({ codec }) => ({ mode: 'quality', value: videoFacts[codec].crf?.usual ?? 22 }),
  bitrate: ({ codec }) => ({ mode: 'bitrate', kbps: 6000, passes: videoFacts[codec].twoPass ? 2 : 1 }),
  size: () => ({ mode: 'size', megabytes: 100 }),
  target: () => ({ mode: 'target', metric: 'xpsnr', value: 40 }),
  fixed: () => ({ mode: 'fixed' }),
};
const metrics = {
  xpsnr: { usual: 40, least: 20, most: 60, step: 0.1, unit: 'dB' },
  ssim: { usual: 0.98, least: 0.5, most: 1, step: 0.001 },
};

export function RateControl({ field, editing }: ControlProps): ReactNode {
  const { t } = useTranslation();
  const { settings, disabled = false, set } = editing;
  const { video } = settings;
  if (!video) return null;
  const change = (rate: Rate) => set({ [field]: rate });
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <Select
        name={t('fields:rate.way')}
        className="w-full"
        disabled={disabled}
        value={video.rate.mode}
        choices={choicesFor(field, settings).map(({ value, why }) => ({
          value: value as string,
          label: choiceWord(field, value),
          why: why && whyWords(why),
        }))}
        onChange={(mode) => change(begin[mode as Rate['mode']](video))}
      />
      <RateParts video={video} disabled={disabled} bounds={boundsFor(field, settings)} onChange={change} />
    </div>
  );
}

interface PartsProps {
  video: VideoSettings;
  disabled: boolean;
  bounds: { least: number; most: number } | null;
  onChange(rate: Rate): void;
}

function RateParts({ video, disabled, bounds, onChange }: PartsProps): ReactNode {
  const { t } = useTranslation();
  const { rate, codec } = video;
  const ranges = fieldOf('video.rate').parts;
  switch (rate.mode) {
    case 'quality':
      return isScaled(codec) ? (
        <QualityScale codec={codec} crf={rate.value} disabled={disabled} onChange={(value) => onChange({ mode: 'quality', value })} />
      ) : (
        <NumberBox
          {...(bounds ?? { least: 0, most: 63 })}
          name="CRF"
          step={0.5}
          value={rate.value}
          disabled={disabled}
          onCommit={(value) => value !== null && onChange({ mode: 'quality', value })}
        />
      );
    case 'bitrate': {
      const { title, twoPass } = videoFacts[codec];
      return (
        <>
          <NumberBox
            {...(ranges?.['bitrate.kbps'] as { least: number; most: number })}
            step={1}
            name={t('fields:rate.bitrate')}
            unit={unitWord('kb/s')}
            value={rate.kbps}
            disabled={disabled}
            onCommit={(kbps) => kbps !== null && onChange({ ...rate, kbps })}
          />
          <Select
            name={t('fields:rate.passes')}
            className="w-full"
            disabled={disabled}
            value={String(rate.passes)}
            choices={[
              { value: '1', label: t('fields:rate.onePass') },
              { value: '2', label: t('fields:rate.twoPasses'), why: twoPass ? null : t('fields:rate.onePassOnly', { codec: title }) },
            ]}
            onChange={(passes) => onChange({ ...rate, passes: passes === '2' ? 2 : 1 })}
          />
        </>
      );
    }
    case 'size':
      return (
        <>
          <NumberBox
            {...(ranges?.['size.megabytes'] as { least: number; most: number; step: number })}
            name={t('fields:rate.size')}
            unit={unitWord('MB')}
            value={rate.megabytes}
            disabled={disabled}
            onCommit={(megabytes) => megabytes !== null && onChange({ mode: 'size', megabytes })}
          />
          <p className="text-sm text-muted">{t('fields:rate.sizeHint')}</p>
        </>
      );
    case 'target': {
      const { usual: _usual, ...metric } = metrics[rate.metric];
      return (
        <>
          <Select
            name={t('fields:rate.metric')}
            className="w-full"
            disabled={disabled}
            value={rate.metric}
            choices={Object.keys(metrics).map((name) => ({ value: name, label: name.toUpperCase() }))}
            onChange={(name) => onChange({ mode: 'target', metric: name as 'ssim', value: metrics[name as 'ssim'].usual })}
          />
          <NumberBox
            {...metric}
            name={t('fields:rate.target')}
            value={rate.value}
            disabled={disabled}
            onCommit={(value) => value !== null && onChange({ ...rate, value })}
          />
          <p className="text-sm text-muted">{t('fields:rate.targetHint')}</p>
        </>
      );
    }
    case 'fixed':
      return null;
  }
}

interface ScaleProps {
  codec: Parameters<typeof scaleOf>[0];
  crf: number;
  disabled: boolean;
  onChange(crf: number): void;
}

/** The scale that is alike for all codecs, with the codec's own figure beside it; told when the handle is let go. */
function QualityScale({ codec, crf, disabled, onChange }: ScaleProps): ReactNode {
  const { t } = useTranslation();
  const [moving, setMoving] = useState<number | null>(null);
  const scale = moving ?? scaleOf(codec, crf);
  const shown = moving === null ? crf : crfOf(codec, moving);
  const words = t('fields:rate.quality', { scale, value: number(shown) });
  const settle = () => {
    if (moving !== null && shown !== crf) onChange(shown);
    setMoving(null);
  };
  return (
    <div className="flex items-center gap-3">
      <input
        type="range"
        aria-label={t('fields:rate.scale')}
        aria-valuetext={words}
        className="h-8 min-w-0 flex-1 accent-accent"
        min={leastScale(codec)}
        max={100}
        value={scale}
        disabled={disabled}
        onChange={(event) => setMoving(Number(event.target.value))}
        onPointerUp={settle}
        onKeyUp={settle}
        onBlur={settle}
      />
      <span aria-hidden className="w-20 shrink-0 text-right whitespace-nowrap">
        {scale} <span className="text-sm text-muted">{t('fields:rate.crf', { value: number(shown) })}</span>
      </span>
    </div>
  );
}
