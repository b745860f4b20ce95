/** The presets by use, and one of them as a person reads it. Making own ones comes later. */
import { Star } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { Preset } from '../../native/contract/preset.ts';
import { plural } from '../format.ts';
import { attempt } from '../notices.ts';
import { Button } from '../parts/button.tsx';
import { Section } from '../parts/field.tsx';
import { PageHeader } from '../parts/page-header.tsx';
import { call, useStudio } from '../studio.ts';
import { describePreset } from './preset-words.ts';

export function PresetsPage(): ReactNode {
  const presets = useStudio((mirror) => mirror.presets);
  const standard = useStudio((mirror) => mirror.settings['studio']?.preset ?? '');
  const [chosen, setChosen] = useState(standard);
  const all = Object.values(presets);
  const groups = [...new Set(all.map((preset) => preset.group))];
  const preset = presets[chosen] ?? all[0];
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHeader title="Presets">
        <span className="text-muted">{plural(all.length, 'preset')}. Presets of your own are not here yet.</span>
      </PageHeader>
      <div className="flex min-h-0 flex-1">
        <nav aria-label="Presets" className="w-72 shrink-0 overflow-y-auto border-r border-line bg-panel p-2">
          {groups.map((group) => (
            <section key={group} className="pb-2">
              <h2 className="px-2 py-1 text-sm font-semibold text-muted">{group}</h2>
              {all
                .filter((one) => one.group === group)
                .map((one) => (
                  <button
                    key={one.id}
                    type="button"
                    aria-current={one === preset ? 'true' : undefined}
                    onClick={() => setChosen(one.id)}
                    className="flex h-8 w-full items-center gap-2 rounded-md px-2 text-left hover:bg-hover aria-[current]:bg-selected"
                  >
                    <span className="min-w-0 flex-1 truncate">{one.name}</span>
                    {one.id === standard && <Star size={13} className="text-accent-text" aria-label="For new files" />}
                  </button>
                ))}
            </section>
          ))}
        </nav>
        {preset && <OnePreset preset={preset} isStandard={preset.id === standard} />}
      </div>
    </div>
  );
}

function OnePreset({ preset, isStandard }: { preset: Preset; isStandard: boolean }): ReactNode {
  return (
    <article className="min-w-0 flex-1 overflow-y-auto">
      <div className="max-w-2xl">
        <header className="px-4 pt-5 pb-3">
          <h2 className="text-xl font-medium">{preset.name}</h2>
          <p className="pt-1 text-muted">{preset.description}</p>
          <div className="pt-3">
            <Button
              look={isStandard ? 'plain' : 'primary'}
              icon={Star}
              disabled={isStandard}
              onClick={() => attempt(call('changeSettings', { preset: preset.id }))}
            >
              {isStandard ? 'Used for new files' : 'Use for new files'}
            </Button>
          </div>
        </header>
        {describePreset(preset).map(({ title, rows }) => (
          <Section key={title} title={title}>
            <dl>
              {rows.map(([name, value]) => (
                <div key={name} className="grid grid-cols-[150px_minmax(0,1fr)] py-1">
                  <dt className="text-muted">{name}</dt>
                  <dd className="selectable">{value}</dd>
                </div>
              ))}
            </dl>
          </Section>
        ))}
        <p className="px-4 py-3 text-sm text-muted">
          {preset.source ? `Figures from ${preset.source.title}, ${preset.source.date}.` : 'Our own choice of figures.'}
        </p>
      </div>
    </article>
  );
}
