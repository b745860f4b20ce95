/** Lists of tags and covers in an MP4 or QuickTime index: new ones, and entries added to one that is there. */
import type { Source } from '../chapters.ts';
import { type Box, boxes, boxOf, findBox } from './boxes.ts';
import { iTunesEntries, iTunesList, quickTimeList } from './extras.ts';

export interface NoteExtras {
  /** QuickTime keeps lists beside its tracks, in a form of its own. */
  quickTime: boolean;
  tags: [key: string, value: string][];
  covers: Buffer[];
}

/** A list of its own. */
export const noteBoxes = ({ quickTime, tags, covers }: NoteExtras): Buffer[] =>
  quickTime ? quickTimeList(tags, covers) : iTunesList(iTunesEntries(tags, covers));

/** The list of an MP4 file (`meta`) with more entries; covers only where it has none. */
export function addToNotes(moov: Buffer, source: Source, meta: Box, { tags, covers }: NoteExtras): Buffer[] {
  const children = [...boxes(source, meta.body + 4, meta.end)];
  const parts = children.flatMap((child) => {
    const raw = moov.subarray(child.at, child.end);
    if (child.type !== 'ilst') return [raw];
    const missing = findBox(source, child, 'covr') ? [] : covers;
    return boxOf('ilst', moov.subarray(child.body, child.end), ...iTunesEntries(tags, missing));
  });
  return boxOf('meta', moov.subarray(meta.body, meta.body + 4), ...parts);
}
