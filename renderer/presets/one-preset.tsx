/** One preset as a person reads it: what it is for, what comes of it, and its settings by topic; one's own to be changed in place. */
import { Check } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { topics } from '../../native/contract/fields.ts';
import type { Preset, PresetSettings } from '../../native/contract/preset.ts';
import { ActionButton, ActionIcon } from '../parts/button.tsx';
import { Fold } from '../parts/field.tsx';
import { useStudio } from '../studio.ts';
import { PresetEditor } from './editor.tsx';
import { hourWords, playsWords, speedWords } from './facts.ts';
import { fieldsOf } from './fields/field-row.tsx';
import { labelOf, topicName, valueWords } from './fields/field-words.ts';
import { formatName } from './fields/simple-controls.tsx';
import { isOwn, usePresets } from './state.ts';
import { WhatFor } from './what-for.tsx';

export function OnePreset({ preset }: { preset: Preset }): ReactNode {
  const { t } = useTranslation();
  const own = isOwn(preset.id);
  const draft = usePresets((ui) => ui.drafts[preset.id]);
  const isStandard = useStudio((mirror) => mirror.settings['studio']?.preset === preset.id);
  const note = usePresets((ui) => ui.notes[preset.id] ?? '');
  const isFavourite = useStudio((mirror) => mirror.settings['studio']?.favourites.includes(preset.id) ?? false);
  const shown = draft?.settings ?? preset;
  return (
    <article aria-label={preset.name} className="flex min-w-0 flex-1 flex-col">
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="max-w-3xl">
          <header className="px-4 pt-5 pb-1">
            {own ? <WhatFor preset={preset} draft={draft} /> : <Names preset={preset} />}
            <div className="flex flex-wrap items-center gap-2 pt-3">
              {isStandard ? (
                <span className="flex h-8 items-center gap-2 pr-2 text-muted">
                  <Check size={15} aria-hidden />
                  {t('presets:isStandard')}
                </span>
              ) : (
                <ActionButton id="preset-use" look={draft ? 'plain' : 'primary'} />
              )}
              <ActionButton id="preset-duplicate" label={t(own ? 'presets:duplicate' : 'presets:duplicateToChange')} />
              <ActionIcon
                id="preset-favour"
                aria-pressed={isFavourite}
                {...(isFavourite && { className: '!text-accent-text [&_svg]:fill-current' })}
              />
              <ActionIcon id="preset-export" />
              {own && <ActionIcon id="preset-reset" />}
              {own && <ActionIcon id="preset-remove" />}
            </div>
          </header>
          <Facts settings={shown} />
          {own ? <PresetEditor preset={preset} draft={draft} /> : <Settings settings={preset} />}
          <p className="px-4 py-3 text-sm text-muted">
            {preset.source
              ? t('presets:source', { title: preset.source.title, date: preset.source.date })
              : t(own ? 'presets:yourOwn' : 'presets:ourOwn')}
          </p>
        </div>
      </div>
      {(draft || note) && <SaveBar id={preset.id} />}
    </article>
  );
}

function Names({ preset: { name, description } }: { preset: Preset }): ReactNode {
  return (
    <>
      <h2 className="selectable text-xl font-medium">{name}</h2>
      <p className="selectable pt-1 text-muted">{description}</p>
    </>
  );
}

/** What comes of it, in plain words. */
function Facts({ settings }: { settings: PresetSettings }): ReactNode {
  const { t } = useTranslation();
  const facts = [
    [t('presets:fact.plays'), playsWords(settings)],
    [t('presets:fact.size'), hourWords(settings)],
    [t('presets:fact.speed'), speedWords(settings)],
    [t('presets:fact.format'), formatName(settings.container, settings.video?.codec ?? null, settings.audio?.codec ?? null)],
  ];
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-3 border-b border-line px-4 py-4">
      {facts.map(([name, words]) => (
        <div key={name}>
          <dt className="text-sm text-muted">{name}</dt>
          <dd className="selectable">{words}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The settings of a preset that stays as it is. */
function Settings({ settings }: { settings: PresetSettings }): ReactNode {
  return topics.map((topic) => {
    const rows = fieldsOf(topic, { settings });
    if (rows.length === 0) return null;
    return (
      <Fold key={topic} title={topicName(topic)}>
        <dl>
          {rows.map((row) => (
            <div key={row.key} className="grid grid-cols-[168px_minmax(0,1fr)] gap-x-2 py-1">
              <dt className="text-muted">{labelOf(row.key)}</dt>
              <dd className="selectable break-words">{valueWords(row, settings)}</dd>
            </div>
          ))}
        </dl>
      </Fold>
    );
  });
}

/** Only while something is not saved or was moved along: what the last change moved along, what the studio refused, and the two ways out. */
function SaveBar({ id }: { id: string }): ReactNode {
  const { t } = useTranslation();
  const note = usePresets((ui) => ui.notes[id] ?? '');
  const error = usePresets((ui) => ui.errors[id] ?? '');
  return (
    <footer className="flex min-h-13 shrink-0 animate-appear items-center gap-2 border-t border-line bg-panel px-4 py-2">
      <p role="status" className={`min-w-0 flex-1 ${error ? 'text-bad' : 'text-muted'}`}>
        {error || note || t('presets:unsaved')}
      </p>
      <ActionButton id="preset-discard" label={t('presets:discard')} />
      <ActionButton id="preset-save" look="primary" label={t('presets:save')} />
    </footer>
  );
}
