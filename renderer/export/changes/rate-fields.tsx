/** How good or how large: the aim, and its figure. Quality is one scale over all codecs; the codec's own figure stands beside it. */
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { choicesFor } from '../../../native/contract/choices.ts';
import { videoFacts } from '../../../native/contract/codec-facts.ts';
import type { VideoSettings } from '../../../native/contract/preset.ts';
import { crfOf, isScaled, leastScale, scaleOf } from '../../../native/contract/quality-scale.ts';
import { decimal, number } from '../../format.ts';
import { CommitBox } from '../../parts/field.tsx';
import { Select } from '../../parts/select.tsx';
import { ChangeRow } from './change-row.tsx';
import type { Edited } from './effective.ts';

type Rate = VideoSettings['rate'];
type Mode = Rate['mode'];

/** What an aim begins with. Two passes and 40 dB are what most people who choose these want. */
function firstOf(mode: Mode, video: VideoSettings): Rate {
  const { crf, twoPass } = videoFacts[video.codec];
  const rates: Record<Mode, Rate> = {
    quality: { mode: 'quality', value: crf?.usual ?? 22 },
    size: { mode: 'size', megabytes: 10 },
    bitrate: { mode: 'bitrate', kbps: 6000, passes: twoPass ? 2 : 1 },
    target: { mode: 'target', metric: 'xpsnr', value: 40 },
    fixed: { mode: 'fixed' },
  };
  return rates[mode];
}

export function RateFields({ edited }: { edited: Edited }): ReactNode {
  const { t } = useTranslation();
  const { video } = edited.settings;
  if (!video) return null;
  const modes = choicesFor('video.rate', edited.settings).filter(({ why }) => why === null);
  const set = (rate: Rate) => edited.set({ 'video.rate': rate });
  const { rate } = video;
  const differs = edited.differing.has('video.rate');
  return (
    <>
      {modes.length > 1 && (
        <ChangeRow edited={edited} keys={['video.rate']} label={t('export:change.goal')} term="crf">
          <Select
            name={t('export:change.goal')}
            placeholder={t('export:many.differ')}
            choices={modes.map(({ value }) => ({ value: String(value), label: t(`export:change.goals.${value as Mode}`) }))}
            value={differs ? '' : rate.mode}
            onChange={(next) => {
              const { rate: standard } = edited.preset.video ?? video;
              if (next === standard.mode) edited.set({ 'video.rate': undefined });
              else if (next !== rate.mode) set(firstOf(next as Mode, video));
            }}
          />
        </ChangeRow>
      )}
      {!differs && <Figure rate={rate} video={video} set={set} />}
    </>
  );
}

function Line({ label, hint, children }: { label: string; hint?: string; children: ReactNode }): ReactNode {
  return (
    <div className="grid grid-cols-[108px_minmax(0,1fr)] items-center gap-x-2 py-1">
      <span className="text-muted">{label}</span>
      {children}
      {hint && <span className="col-start-2 pt-0.5 text-sm text-muted">{hint}</span>}
    </div>
  );
}

const read = (text: string, least: number, most: number): number | null => {
  const value = Number(text.trim().replace(',', '.'));
  return text.trim() !== '' && value >= least && value <= most ? value : null;
};

/** The figure of an aim. */
function Figure({ rate, video, set }: { rate: Rate; video: VideoSettings; set(rate: Rate): void }): ReactNode {
  const { t } = useTranslation();
  const box = (label: string, value: number, [least, most]: [number, number], commit: (value: number) => void) => (
    <CommitBox
      aria-label={label}
      inputMode="decimal"
      value={number(value)}
      onCommit={(text) => {
        const next = read(text, least, most);
        if (next !== null) commit(next);
      }}
    />
  );
  switch (rate.mode) {
    case 'quality':
      return isScaled(video.codec) ? (
        <Quality codec={video.codec} crf={rate.value} set={(value) => set({ mode: 'quality', value })} />
      ) : null;
    case 'size':
      return (
        <Line label={t('export:change.megabytes')} hint={t('export:change.megabytesHint')}>
          {box(t('export:change.megabytes'), rate.megabytes, [0.1, 100_000], (megabytes) => set({ ...rate, megabytes }))}
        </Line>
      );
    case 'bitrate':
      return (
        <Line label={t('export:change.kbps')} hint={t('export:change.kbpsHint')}>
          {box(t('export:change.kbps'), rate.kbps, [50, 400_000], (kbps) => set({ ...rate, kbps: Math.round(kbps) }))}
        </Line>
      );
    case 'target':
      return (
        <>
          <Line label={t('export:change.metric')}>
            <Select
              name={t('export:change.metric')}
              choices={[
                { value: 'xpsnr', label: 'XPSNR' },
                { value: 'ssim', label: 'SSIM' },
              ]}
              value={rate.metric}
              onChange={(metric) =>
                set(metric === 'ssim' ? { mode: 'target', metric, value: 0.98 } : { mode: 'target', metric: 'xpsnr', value: 40 })
              }
            />
          </Line>
          <Line label={t('export:change.target')} hint={t('export:change.targetHint')}>
            {box(t('export:change.target'), rate.value, [0, rate.metric === 'ssim' ? 1 : 100], (value) => set({ ...rate, value }))}
          </Line>
        </>
      );
    case 'fixed':
      return null;
  }
}

interface QualityProps {
  codec: Parameters<typeof crfOf>[0];
  crf: number;
  set(crf: number): void;
}

/** Told to the studio when the hand lets go, not at every step. */
function Quality({ codec, crf, set }: QualityProps): ReactNode {
  const { t } = useTranslation();
  const [moving, setMoving] = useState<number | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was set has arrived
  useEffect(() => setMoving(null), [crf, codec]);
  const scale = moving ?? scaleOf(codec, crf);
  const value = moving === null ? crf : crfOf(codec, moving);
  const commit = () => {
    if (moving !== null && value !== crf) set(value);
    else setMoving(null);
  };
  return (
    <Line label={t('export:change.quality')}>
      <div className="min-w-0">
        <input
          type="range"
          min={leastScale(codec)}
          max={100}
          step={1}
          value={scale}
          aria-label={t('export:change.quality')}
          aria-valuetext={`${t('export:change.qualityValue', { scale })}, ${t('export:change.crf', { value: crfText(value) })}`}
          onChange={(event) => setMoving(event.target.valueAsNumber)}
          onPointerUp={commit}
          onKeyUp={commit}
          onBlur={commit}
          className="block h-6 w-full accent-(--accent)"
        />
        <p className="flex justify-between text-sm text-muted" aria-hidden>
          <span>{t('export:change.lower')}</span>
          <span className="text-text">
            {scale} <span className="text-muted">· {t('export:change.crf', { value: crfText(value) })}</span>
          </span>
          <span>{t('export:change.higher')}</span>
        </p>
      </div>
    </Line>
  );
}

const crfText = (value: number) => (Number.isInteger(value) ? String(value) : decimal(value));
