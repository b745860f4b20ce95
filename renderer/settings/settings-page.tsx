/** Settings: how the studio works, how this page looks, what it runs on. */
import type { ReactNode } from 'react';
import { OutputFields } from '../export/output-fields.tsx';
import { PresetPicker } from '../export/preset-picker.tsx';
import { size } from '../format.ts';
import { attempt } from '../notices.ts';
import { Field, Section } from '../parts/field.tsx';
import { PageHeader } from '../parts/page-header.tsx';
import { Select } from '../parts/select.tsx';
import { call, useStudio } from '../studio.ts';
import { setTheme, type Theme, useUi } from '../ui-state.ts';
import { HardwareSection } from './hardware-section.tsx';

const themes: { value: Theme; label: string }[] = [
  { value: 'system', label: 'As the system' },
  { value: 'dark', label: 'Dark' },
  { value: 'light', label: 'Light' },
];

export function SettingsPage(): ReactNode {
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader title="Settings" />
      <div tabIndex={0} role="region" aria-label="Settings" className="min-h-0 flex-1 overflow-y-auto outline-none">
        <h2 className="sr-only">All settings</h2>
        <div className="max-w-3xl">
          <Appearance />
          <Queue />
          <HardwareSection />
          <About />
        </div>
      </div>
    </div>
  );
}

function Appearance(): ReactNode {
  const theme = useUi((ui) => ui.theme);
  return (
    <Section title="Appearance">
      <Field label="Colours">
        <Select name="Colours" choices={themes} value={theme} onChange={(next) => setTheme(next as Theme)} />
      </Field>
    </Section>
  );
}

function Queue(): ReactNode {
  const settings = useStudio((mirror) => mirror.settings['studio']);
  const cores = useStudio((mirror) => mirror.machine['studio']?.cores ?? 1);
  if (!settings) return null;
  const { parallel, preset, folder, template, overwrite } = settings;
  const numbers = [1, 2, 3, 4, 6, 8, 12, 16].filter((number) => number <= Math.max(2, cores) || number === parallel);
  return (
    <>
      <Section title="Queue">
        <Field label="Files at a time" hint="An encode uses several cores by itself: more files at a time are not always faster.">
          <Select
            name="Files at a time"
            choices={[
              { value: '0', label: 'Automatic, by the number of cores' },
              ...numbers.map((number) => ({ value: String(number), label: String(number) })),
            ]}
            value={String(parallel)}
            onChange={(next) => attempt(call('changeSettings', { parallel: Number(next) }))}
          />
        </Field>
      </Section>
      <Section title="New files">
        <PresetPicker value={preset} onChange={(next) => attempt(call('changeSettings', { preset: next }))} />
        <div className="pt-2">
          <OutputFields value={{ folder, template, overwrite }} onChange={(change) => attempt(call('changeSettings', change))} />
        </div>
      </Section>
    </>
  );
}

function About(): ReactNode {
  const machine = useStudio((mirror) => mirror.machine['studio']);
  const disk = useStudio((mirror) => mirror.disk['studio']);
  if (!machine) return null;
  return (
    <Section title="About">
      <Fact name="Muxwell" value={machine.version} />
      <Fact name="Runs on" value={`${machine.name} (${machine.platform}), ${size(machine.memoryBytes)} of memory`} />
      {disk && <Fact name="Results go to" value={`${disk.folder}, ${size(disk.freeBytes)} of ${size(disk.totalBytes)} free`} />}
    </Section>
  );
}

function Fact({ name, value }: { name: string; value: string }): ReactNode {
  return (
    <Field label={name}>
      <span className="selectable min-w-0 break-words">{value}</span>
    </Field>
  );
}
