/** Makes a preset of what a file changed of one, and lets the file go by it. */
import { type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { applyOverrides } from '../../native/contract/overrides.ts';
import type { Overrides, Preset } from '../../native/contract/preset.ts';
import { attempt } from '../notices.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { TextBox } from '../parts/field.tsx';
import { call, useStudio } from '../studio.ts';
import { closeDialog, notify } from '../ui-state.ts';

interface SaveProps {
  preset: string;
  overrides: Overrides;
  /** They go by the new preset from then on. */
  jobs: string[];
}

export function SavePresetDialog({ preset: id, overrides, jobs }: SaveProps): ReactNode {
  const { t } = useTranslation();
  const preset = useStudio((mirror) => mirror.presets[id]);
  const [name, setName] = useState(t('export:save.suffix', { name: preset?.name ?? '' }).slice(0, 80));
  const input = useRef<HTMLInputElement>(null);
  if (!preset) return null;
  const save = () => {
    if (name.trim() === '') return;
    closeDialog();
    attempt(keep(preset, overrides, jobs, name.trim()).then(() => notify({ kind: 'info', text: t('export:save.saved', { name }) })));
  };
  return (
    <Dialog title={t('export:save.title')} className="w-[420px]" initialFocus={input}>
      <form
        className="flex flex-col gap-3 p-4"
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <div className="flex flex-col gap-1">
          <span className="text-muted">{t('export:save.name')}</span>
          <TextBox
            ref={input}
            aria-label={t('export:save.name')}
            value={name}
            maxLength={80}
            onChange={(event) => setName(event.target.value)}
          />
        </div>
        <p className="text-sm text-muted">{t('export:save.text')}</p>
        <div className="flex justify-end">
          <Button type="submit" look="primary" disabled={name.trim() === ''}>
            {t('export:save.save')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** What belongs to the film stays with the job. */
async function keep({ version: _version, id: _id, ...preset }: Preset, overrides: Overrides, jobs: string[], name: string): Promise<void> {
  const { trim, 'video.crop': crop, ...settings } = overrides;
  const byHand = crop?.mode === 'manual';
  const changed = applyOverrides(preset, { ...settings, ...(crop && !byHand && { 'video.crop': crop }) });
  const { id } = await call('savePreset', {
    preset: { ...preset, ...changed, name, source: null },
  });
  const kept: Overrides = { ...(trim && { trim }), ...(crop && byHand && { 'video.crop': crop }) };
  await call('changeJobs', { ids: jobs, preset: id, overrides: kept });
}
