/** A HandBrake preset as one of ours, with every setting that has no counterpart named. */
import { applyOverrides } from '../../contract/overrides.ts';
import type { Preset, PresetSettings } from '../../contract/preset.ts';
import type { ImportedPreset } from '../../contract/preset-import.ts';
import { readPicture } from './picture.ts';
import type { Entry, FoundEntry } from './read.ts';
import { createReader } from './reader.ts';
import { readSound, readSubtitles } from './sound.ts';
import { containers } from './values.ts';
import { noteWithout, withoutCounterpart } from './without.ts';

/** What says nothing of the result by itself: HandBrake's own window, how fast a first pass is, what is always so here, figures to a setting that is read. */
const silent = new Set([
  ...['PresetName', 'PresetDescription', 'PresetDisabled', 'Default', 'Folder', 'FolderOpen', 'ChildrenArray', 'Type'],
  ...['UsesPictureFilters', 'UsesPictureSettings', 'UsesMaxPictureSettings', 'PictureUseMaximumSize'],
  ...['VideoTurboTwoPass', 'VideoTurboMultiPass', 'VideoQSVDecode', 'VideoQSVAsyncDepth', 'VideoHWDecode'],
  ...['Optimize', 'Mp4HttpOptimize', 'PicturePARWidth', 'PicturePARHeight', 'PictureDARWidth', 'PicturePadColor'],
  ...['PictureDenoiseCustom', 'PictureSharpenCustom', 'PictureDeblockCustom', 'PictureDeblockTune', 'PictureChromaSmoothCustom'],
  ...[
    'PictureChromaSmoothTune',
    'PictureColorspaceCustom',
    'PictureDetelecineCustom',
    'PictureCombDetectCustom',
    'PictureDeinterlaceCustom',
  ],
  ...['x264Option', 'PicturePadTop', 'PicturePadBottom', 'PicturePadLeft', 'PicturePadRight', 'PictureDebandCustom', 'PresetBuildNumber'],
]);

/** Everything of a preset but its id and version. */
export type PresetDraft = Omit<Preset, 'id' | 'version'>;

export type Converted = { draft: PresetDraft; unmapped: ImportedPreset['unmapped'] } | { name: string; why: string };

/** Names that settings had in HandBrake 0.9 and 0.10. */
const oldNames: Record<string, string> = {
  ...{ x264Preset: 'VideoPreset', x264Tune: 'VideoTune', h264Profile: 'VideoProfile', h264Level: 'VideoLevel' },
};
const renamed = (entry: Entry): Entry => ({
  ...Object.fromEntries(Object.entries(oldNames).flatMap(([old, name]) => (old in entry ? [[name, entry[old]]] : []))),
  ...Object.fromEntries(Object.entries(entry).filter(([key]) => !(key in oldNames))),
});

/** `template` is what a setting is where the file says nothing. */
export function convertHandBrake({ entry, folders }: FoundEntry, template: PresetSettings): Converted {
  const read = createReader(renamed(entry), silent);
  const name = String(entry['PresetName']).trim().slice(0, 80) || 'HandBrake';
  const container = containers[read.text('FileFormat').toLowerCase()];
  if (!container) return { name, why: `its container (${read.text('FileFormat') || 'none'}) is not made here` };
  const picture = readPicture(read);
  if (!picture) return { name, why: `its video encoder (${read.text('VideoEncoder') || 'none'}) is not known here` };
  noteWithout(read, withoutCounterpart);
  const settings = applyOverrides(template, {
    container: container.value,
    ...picture,
    ...readSound(read, container.value),
    ...readSubtitles(read),
  });
  const draft: PresetDraft = {
    ...settings,
    name,
    group: (folders.join(' / ') || 'HandBrake').slice(0, 40),
    description: read.text('PresetDescription').slice(0, 200),
    source: { title: 'A HandBrake preset file', date: '' },
  };
  return { draft, unmapped: read.unmapped() };
}
