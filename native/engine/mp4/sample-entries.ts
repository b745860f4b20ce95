/** What an MP4 index says of a track's pictures (`stsd`), with what FFmpeg's muxer has left out. */
import type { Source } from '../chapters.ts';
import { type Box, boxes, boxOf } from './boxes.ts';
import { dolbyVisionBox, packingBox, type TrackExtras } from './extras.ts';

/** Of every entry, after its header: size, names and depth of pictures. */
const fixed = 78;
const dolbyVisionTypes = ['dvcC', 'dvvC', 'dvwC'];

export function rewriteEntries(moov: Buffer, source: Source, box: Box, own: TrackExtras | undefined): Buffer[] {
  if (!own?.dolbyVision && !own?.packing) return [moov.subarray(box.at, box.end)];
  const entries = [...boxes(source, box.body + 8, box.end)].flatMap((entry) => rewriteEntry(moov, source, entry, own));
  return boxOf('stsd', moov.subarray(box.body, box.body + 8), ...entries);
}

function rewriteEntry(moov: Buffer, source: Source, entry: Box, { dolbyVision, packing }: TrackExtras): Buffer[] {
  const children = [...boxes(source, entry.body + fixed, entry.end)];
  const parts = children.flatMap((child) => {
    const complete = child.type === 'vexu' && packing && ![...boxes(source, child.body, child.end)].some(({ type }) => type === 'pack');
    return complete ? boxOf('vexu', moov.subarray(child.body, child.end), ...packingBox(packing)) : [moov.subarray(child.at, child.end)];
  });
  const told = children.some(({ type }) => dolbyVisionTypes.includes(type));
  const rest = moov.subarray(children.at(-1)?.end ?? entry.body + fixed, entry.end);
  const added = dolbyVision && !told ? dolbyVisionBox(dolbyVision) : [];
  return boxOf(typeOf(entry, dolbyVision), moov.subarray(entry.body, entry.body + fixed), ...parts, ...added, rest);
}

/** Profile 5 has no colours that other players could show: its mark keeps them from trying. FFmpeg's QuickTime muxer does not know it. */
const typeOf = ({ type }: Box, dolbyVision: Buffer | null): string => (type === 'hvc1' && dolbyVision?.[2] === 5 ? 'dvh1' : type);
