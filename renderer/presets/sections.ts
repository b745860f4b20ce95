/** The list of presets as rows: favourites, those used last, one's own groups, then those that came with Muxwell, by use. */
import type { Settings } from '../../native/contract/contract.ts';
import type { Preset } from '../../native/contract/preset.ts';
import { t } from '../words/index.ts';
import { findPresets } from './search.ts';
import { isOwn } from './state.ts';

export type ListRow = { kind: 'heading'; key: string; title: string } | { kind: 'preset'; key: string; preset: Preset };

const mostRecent = 4;

export function rowsOf(presets: Record<string, Preset>, settings: Settings | undefined, search: string): ListRow[] {
  const all = Object.values(presets);
  if (search.trim()) return section('found', t('presets:list.found'), findPresets(all, search));
  const some = (ids: string[] = []) => ids.flatMap((id) => presets[id] ?? []);
  const groups = (list: Preset[], kind: string) =>
    [...new Set(list.map(({ group }) => group))].flatMap((group) =>
      section(
        `${kind}-${group}`,
        group,
        list.filter((preset) => preset.group === group),
      ),
    );
  const own = all.filter(({ id }) => isOwn(id)).sort((one, other) => one.name.localeCompare(other.name));
  const builtIn = all.filter(({ id }) => !isOwn(id));
  return [
    ...section('favourites', t('presets:list.favourites'), some(settings?.favourites)),
    ...section('recent', t('presets:list.recent'), some(settings?.recent).slice(0, mostRecent)),
    ...groups(own, 'own'),
    ...groups(builtIn, 'group'),
  ];
}

function section(key: string, title: string, presets: Preset[]): ListRow[] {
  if (presets.length === 0) return [];
  return [{ kind: 'heading', key, title }, ...presets.map((preset): ListRow => ({ kind: 'preset', key: `${key}/${preset.id}`, preset }))];
}

/** Where a row stands; where there is none of that name (any more), the first one of the same preset. */
export function placeOf(rows: ListRow[], at: string | null, id: string | undefined): number {
  const exact = rows.findIndex((row) => row.key === at);
  return exact >= 0 ? exact : rows.findIndex((row) => row.kind === 'preset' && row.preset.id === id);
}
