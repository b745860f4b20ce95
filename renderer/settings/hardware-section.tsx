/** What encodes: the choice, and every device with what it can do or why not. Drivers' own words are folded away. */
import { Check, Minus } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { DeviceReport, HardwareChoice, Trial } from '../../native/contract/hardware.ts';
import { codecName, plural } from '../format.ts';
import { attempt } from '../notices.ts';
import { Button } from '../parts/button.tsx';
import { Field, Section } from '../parts/field.tsx';
import { Select } from '../parts/select.tsx';
import { call, useStudio } from '../studio.ts';

const codecs = ['h264', 'hevc', 'av1'] as const;

/** At least one encoder of it works. */
export const isUsable = (report: DeviceReport) => report.encoders.some((trial) => trial.fps !== null);

export function HardwareSection(): ReactNode {
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
      title="Hardware"
      aside={
        <Button look="ghost" disabled={waiting} onClick={tryAgain}>
          {waiting ? 'Trying…' : 'Try again'}
        </Button>
      }
    >
      <p role="status" className="pb-2">
        {usable.length > 0
          ? 'Your graphics card is used where it works.'
          : waiting
            ? 'Looking for graphics cards…'
            : 'Every export is made by the processor.'}
      </p>
      <Field label="Encode with" hint="Automatic: the graphics card for quick presets, the processor where small files matter more.">
        <Select
          name="Encode with"
          choices={[
            { value: 'automatic', label: 'Automatic' },
            { value: 'software', label: 'The processor only', text: machine && `${machine.processor}, ${plural(machine.cores, 'core')}` },
            ...usable.map((report) => ({ value: `device:${report.id}`, label: report.name, text: 'Always, also for careful presets.' })),
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
  return (
    <table className="mt-3 w-full table-fixed text-left">
      <thead className="text-sm text-muted">
        <tr className="h-7">
          <th className="w-56 font-normal">Device</th>
          {codecs.map((codec) => (
            <th key={codec} className="w-24 font-normal">
              {codecName(codec)}
            </th>
          ))}
          <th className="font-normal">Decodes</th>
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
  const { name, refusal, encoders, decoders, tried } = report;
  const details = [refusal, ...encoders.map((trial) => trial.refusal)].flatMap((one) => one?.detail || []);
  const decoded = codecs.filter((codec) => decoders.some((trial) => trial.codec === codec && trial.fps !== null));
  return (
    <tr className="border-t border-line align-top">
      <td className="py-2 pr-3">
        {name}
        {details.length > 0 && (
          <details className="text-sm text-muted">
            <summary>Details</summary>
            <pre className="selectable max-h-40 overflow-auto whitespace-pre-wrap">{[...new Set(details)].join('\n')}</pre>
          </details>
        )}
      </td>
      {refusal || tried === null || (!isUsable(report) && decoded.length === 0) ? (
        <td colSpan={4} className="py-2 text-muted">
          {refusal?.text ?? (tried === null ? 'Not tried yet.' : 'It has none of these codecs.')}
        </td>
      ) : (
        <>
          {codecs.map((codec) => (
            <td key={codec} className="py-2 pr-2">
              <Figures trials={encoders.filter((trial) => trial.codec === codec)} />
            </td>
          ))}
          <td className="py-2 text-muted">{decoded.map(codecName).join(', ') || 'Nothing'}</td>
        </>
      )}
    </tr>
  );
}

/** `142 fps, also 10 bit`, or a dash with the reason. */
function Figures({ trials }: { trials: Trial[] }): ReactNode {
  const best = trials.find((trial) => trial.fps !== null);
  if (!best) {
    const why = trials[0]?.refusal?.text ?? 'There is no such encoder.';
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
      <Check size={14} className="shrink-0 text-good" aria-label="Works" />
      {best.fps} fps{deep && <span className="text-sm text-muted">10 bit</span>}
    </span>
  );
}
