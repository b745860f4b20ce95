/** A choice of preset: favourites and recent ones first, then by use, each with its sentence and what it would make of the files at hand. */
import { Combobox } from '@base-ui/react/combobox';
import { Check, ChevronsUpDown, Star } from 'lucide-react';
import { type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Preset } from '../../native/contract/preset.ts';
import { attempt } from '../notices.ts';
import { call, useStudio } from '../studio.ts';
import { t } from '../words/index.ts';
import { aboutSize, type Estimates, sourceBytes, useEstimates } from './estimates.ts';

interface Group {
  value: string;
  items: Item[];
}
interface Item {
  /** Its group and its preset: one preset may stand in several groups. */
  value: string;
  label: string;
  preset: Preset;
}

const noFiles: string[] = [];

interface PickerProps {
  /** null for files that differ. */
  value: string | null;
  /** The jobs that it is chosen for, whose sizes are told; none for files to come. */
  ids?: string[];
  disabled?: boolean;
  /** What is chosen, where that is not simply the preset. */
  name?: string;
  /** Shown where no preset is chosen. */
  placeholder?: string;
  onChange(preset: string): void;
}

export function PresetPicker({ value, ids = noFiles, disabled, name, placeholder, onChange }: PickerProps): ReactNode {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const presets = useStudio((mirror) => mirror.presets);
  const settings = useStudio((mirror) => mirror.settings['studio']);
  const groups = useMemo(() => grouped(presets, settings?.favourites ?? [], settings?.recent ?? []), [presets, settings]);
  const estimates = useEstimates(ids, open);
  const chosen = value === null ? undefined : presets[value];
  const current = groups.flatMap(({ items }) => items).find((item) => item.preset.id === value) ?? null;
  return (
    <Combobox.Root
      items={groups}
      value={current}
      open={open}
      onOpenChange={setOpen}
      disabled={disabled ?? false}
      filter={(item: Item, query) => fits(item.preset, query)}
      isItemEqualToValue={(item: Item, other: Item) => item.value === other.value}
      onValueChange={(item: Item | null) => item && onChange(item.preset.id)}
    >
      <Combobox.Trigger
        aria-label={name ?? t('export:preset.title')}
        className="flex h-8 w-full min-w-0 items-center justify-between gap-2 rounded-md border border-line bg-raised px-2.5 text-left hover:border-line-strong data-disabled:opacity-60"
      >
        <span className={`truncate ${chosen ? '' : 'text-muted'}`}>{chosen?.name ?? placeholder ?? t('export:preset.different')}</span>
        <ChevronsUpDown size={13} className="shrink-0 text-muted" aria-hidden />
      </Combobox.Trigger>
      {chosen && <p className="pt-1.5 text-sm text-muted">{chosen.description}</p>}
      <Combobox.Portal>
        <Combobox.Positioner sideOffset={4} align="end" className="z-50 outline-none">
          <Combobox.Popup
            aria-label={t('export:preset.title')}
            className="flex max-h-[min(560px,var(--available-height))] w-[440px] max-w-(--available-width) animate-appear flex-col rounded-md bg-raised shadow-float outline-none"
          >
            <Combobox.Input
              aria-label={t('export:preset.find')}
              placeholder={t('export:preset.find')}
              className="h-10 shrink-0 border-b border-line bg-transparent px-3 outline-none"
            />
            <Combobox.Empty className="empty:hidden p-4 text-muted">{t('export:preset.nothing')}</Combobox.Empty>
            <Combobox.List className="min-h-0 overflow-y-auto p-1 outline-none">
              {(group: Group) => (
                <Combobox.Group key={group.value} items={group.items}>
                  <Combobox.GroupLabel className="px-2 pt-2 pb-1 text-xs font-medium text-muted">{group.value}</Combobox.GroupLabel>
                  <Combobox.Collection>
                    {(item: Item) => (
                      <Row
                        key={item.value}
                        item={item}
                        chosen={item.preset.id === value}
                        favourite={settings?.favourites.includes(item.preset.id) ?? false}
                        estimate={estimates[item.preset.id]}
                        before={sourceBytes(ids)}
                      />
                    )}
                  </Combobox.Collection>
                </Combobox.Group>
              )}
            </Combobox.List>
          </Combobox.Popup>
        </Combobox.Positioner>
      </Combobox.Portal>
    </Combobox.Root>
  );
}

interface RowProps {
  item: Item;
  chosen: boolean;
  favourite: boolean;
  estimate: Estimates[string] | undefined;
  before: number;
}

function Row({ item, chosen, favourite, estimate, before }: RowProps): ReactNode {
  const { t } = useTranslation();
  const { preset } = item;
  return (
    <Combobox.Item value={item} className="flex gap-2 rounded-md px-2 py-1.5 outline-none data-highlighted:bg-selected">
      <span className="w-4 shrink-0 pt-0.5">{chosen && <Check size={14} aria-hidden />}</span>
      <span className="min-w-0 flex-1">
        <span className="block">{preset.name}</span>
        <span className="block text-sm text-muted">{preset.description}</span>
        {estimate?.refused && <span className="block text-sm text-warn">{estimate.refused}</span>}
        {estimate && estimate.bytes !== null && <span className="block text-sm">{aboutSize(estimate.bytes, before)}</span>}
      </span>
      {/* A second thing to press inside an option is nothing that a screen reader could reach: the Presets page has it, too. */}
      <span
        aria-hidden
        title={t(favourite ? 'export:preset.unfavour' : 'export:preset.favour', { name: preset.name })}
        className={`-mr-1 size-7 shrink-0 rounded-md p-1.5 hover:bg-hover ${favourite ? 'text-accent-text' : 'text-muted'}`}
        onPointerDown={(event) => event.preventDefault()}
        onClick={(event) => {
          event.preventDefault();
          event.stopPropagation();
          toggleFavourite(preset.id);
        }}
      >
        <Star size={14} {...(favourite && { fill: 'currentColor' })} />
      </span>
    </Combobox.Item>
  );
}

/** Puts a preset among those that are shown first, or takes it away. */
export function toggleFavourite(id: string): void {
  const favourites = useStudio.getState().settings['studio']?.favourites ?? [];
  const next = favourites.includes(id) ? favourites.filter((one) => one !== id) : [...favourites, id];
  attempt(call('changeSettings', { favourites: next }));
}

function fits({ name, group, description }: Preset, query: string): boolean {
  const text = `${name} ${group} ${description}`.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function grouped(presets: Record<string, Preset>, favourites: string[], recent: string[]): Group[] {
  const group = (value: string, some: Preset[]): Group => ({
    value,
    items: some.map((preset) => ({ value: `${value}/${preset.id}`, label: preset.name, preset })),
  });
  const all = Object.values(presets);
  const known = (ids: string[]) => ids.flatMap((id) => presets[id] ?? []);
  return [
    group(t('export:preset.favourites'), known(favourites)),
    group(t('export:preset.recent'), known(recent.filter((id) => !favourites.includes(id)).slice(0, 4))),
    ...[...new Set(all.map((preset) => preset.group))].map((name) =>
      group(
        name,
        all.filter((preset) => preset.group === name),
      ),
    ),
  ].filter(({ items }) => items.length > 0);
}
