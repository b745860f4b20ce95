/** What encodes: the choice, and every device with what it can do or why not. Drivers' own words are folded away. */
import { Check, Minus } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeviceReport, HardwareChoice, Trial } from '../../native/contract/hardware.ts';
import { codecName } from '../format.ts';
import { attempt } from '../notices.ts';
import { Button } from '../parts/button.tsx';
import { Field, Section } from '../parts/field.tsx';
import { Select } from '../parts/select.tsx';
import { call, useStudio } from '../studio.ts';

const codecs = ['h264', 'hevc', 'av1'] as const;

/** At least one encoder of it works. */
export const isUsable = (report: DeviceReport) => report.encoders.some((trial) => trial.fps !== null);

export function HardwareSection(): ReactNode {
  const { t } = useTranslation();
  const machine = useStudio((mirror) => mirror.machine['studio']);
  const hardware = useStudio((mirror) => mirror.hardware);
  const choice = useStudio((mirror) => mirror.settings['studio']?.hardware ?? 'automatic');
  const [trying, setTrying] = useState(false);
  const reports = Object.values(hardware);
  const waiting = trying || reports.some((report) => report.tried === null);
  const usable = reports.filter(isUsable);
  const tryAgain = () => {
    setTrying(true);
    attempt(call('tryHardware', {}).finally(() => setTrying(false)));
  };
  return (
    <Section
      title={t('settings:hardware.title')}
      aside={
        <Button look="ghost" disabled={waiting} onClick={tryAgain}>
          {t(waiting ? 'settings:hardware.trying' : 'settings:hardware.again')}
        </Button>
      }
    >
      <p role="status" className="pb-2">
        {t(usable.length > 0 ? 'settings:hardware.used' : waiting ? 'settings:hardware.looking' : 'settings:hardware.none')}
      </p>
      <Field label={t('settings:hardware.with')} hint={t('settings:hardware.withHint')}>
        <Select
          name={t('settings:hardware.with')}
          choices={[
            { value: 'automatic', label: t('settings:hardware.automatic') },
            {
              value: 'software',
              label: t('settings:hardware.software'),
              text: machine && t('settings:hardware.cores', { processor: machine.processor, count: machine.cores }),
            },
            ...usable.map((report) => ({ value: `device:${report.id}`, label: report.name, text: t('settings:hardware.always') })),
          ].map(({ text, ...rest }: { value: string; label: string; text?: string | undefined }) => ({ ...rest, ...(text && { text }) }))}
          value={choice}
          onChange={(next) => attempt(call('changeSettings', { hardware: next as HardwareChoice }))}
        />
      </Field>
      {reports.length > 0 && <DeviceTable reports={reports} />}
    </Section>
  );
}

function DeviceTable({ reports }: { reports: DeviceReport[] }): ReactNode {
  const { t } = useTranslation();
  return (
    <table className="mt-3 w-full table-fixed text-left">
      <thead className="text-sm text-muted">
        <tr className="h-7">
          <th className="w-56 font-normal">{t('settings:hardware.device')}</th>
          {codecs.map((codec) => (
            <th key={codec} className="w-24 font-normal">
              {codecName(codec)}
            </th>
          ))}
          <th className="font-normal">{t('settings:hardware.decodes')}</th>
        </tr>
      </thead>
      <tbody>
        {reports.map((report) => (
          <Row key={report.id} report={report} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ report }: { report: DeviceReport }): ReactNode {
  const { t } = useTranslation();
  const { name, refusal, encoders, decoders, tried } = report;
  const details = [refusal, ...encoders.map((trial) => trial.refusal)].flatMap((one) => one?.detail || []);
  const decoded = codecs.filter((codec) => decoders.some((trial) => trial.codec === codec && trial.fps !== null));
  return (
    <tr className="border-t border-line align-top">
      <td className="py-2 pr-3">
        {name}
        {details.length > 0 && (
          <details className="text-sm text-muted">
            <summary>{t('common:details')}</summary>
            <pre className="selectable max-h-40 overflow-auto whitespace-pre-wrap">{[...new Set(details)].join('\n')}</pre>
          </details>
        )}
      </td>
      {refusal || tried === null || (!isUsable(report) && decoded.length === 0) ? (
        <td colSpan={4} className="py-2 text-muted">
          {refusal?.text ?? t(tried === null ? 'settings:hardware.untried' : 'settings:hardware.noCodecs')}
        </td>
      ) : (
        <>
          {codecs.map((codec) => (
            <td key={codec} className="py-2 pr-2">
              <Figures trials={encoders.filter((trial) => trial.codec === codec)} />
            </td>
          ))}
          <td className="py-2 text-muted">{decoded.map(codecName).join(', ') || t('settings:hardware.nothing')}</td>
        </>
      )}
    </tr>
  );
}

/** `142 fps, also 10 bit`, or a dash with the reason. */
function Figures({ trials }: { trials: Trial[] }): ReactNode {
  const { t } = useTranslation();
  const best = trials.find((trial) => trial.fps !== null);
  if (!best) {
    const why = trials[0]?.refusal?.text ?? t('settings:hardware.noEncoder');
    return (
      <span className="flex items-center gap-1.5 text-muted" title={why}>
        <Minus size={14} aria-hidden />
        <span className="sr-only">{why}</span>
      </span>
    );
  }
  const deep = trials.some((trial) => trial.bitDepth === 10 && trial.fps !== null);
  return (
    <span className="flex items-center gap-1.5">
      <Check size={14} className="shrink-0 text-good" aria-label={t('settings:hardware.works')} />
      {t('settings:hardware.fps', { fps: best.fps ?? 0 })}
      {deep && <span className="text-sm text-muted">{t('settings:hardware.deep')}</span>}
    </span>
  );
}
