/** Where the parts of a finished MP4 file lie, and where its index can go. */
import { StudioError } from '../../contract/errors.ts';
import type { OpenFile } from '../chapters.ts';
import { type Box, boxes, findBox } from './boxes.ts';

export interface Layout {
  moov: Box;
  /** Before the media already. */
  isFront: boolean;
  /** Where an index in front goes. */
  room: Room;
  quickTime: boolean;
  fragmented: boolean;
}

/** A stretch before the media that can be written anew: the index that lies there, and unused space. */
export interface Room {
  at: number;
  end: number;
  /** The file's brand, where it lies inside of the room: it goes first again. */
  brand: Buffer;
}

/** Throws muxer-failed where nothing can be put into the file. */
export function readLayout(file: OpenFile): Layout {
  const all = [...boxes(file, 0, file.size)];
  const find = (type: string) => all.find((box) => box.type === type);
  const [moov, media, brand, meta] = [find('moov'), find('mdat'), find('ftyp'), find('meta')];
  if (!moov) throw refuse(file, 'it has no index');
  const fragmented = find('moof') !== undefined || findBox(file, moov, 'mvex') !== null;
  if (!fragmented && all.at(-1)?.end !== file.size) throw refuse(file, 'it has no proper end');
  if (meta) throw refuse(file, 'it holds pictures instead of a film');
  const isFront = media === undefined || moov.at < media.at;
  return {
    moov,
    isFront,
    room: roomOf(file, all, isFront ? moov : null, brand),
    quickTime: !brand || file.read(brand.body, 4).toString('latin1') === 'qt  ',
    fragmented,
  };
}

/** Empty boxes of eight bytes are FFmpeg's, for a longer header of the media behind them. */
const isSpare = (box: Box) => ['free', 'skip'].includes(box.type) && box.end - box.at > 8;

/** All that can be written anew around an index in front, or else behind the brand. */
function roomOf(file: OpenFile, all: Box[], moov: Box | null, brand: Box | undefined): Room {
  // Room that was kept free while FFmpeg wrote lies before the brand (room.ts).
  const reserved = brand !== undefined && all[1] === brand && all[0] !== undefined && isSpare(all[0]);
  const usable = (box: Box) => isSpare(box) || box === moov || (reserved && box === brand);
  const behindBrand = brand?.at === 0 ? brand.end : 0;
  const inside = reserved ? 0 : moov ? all.indexOf(moov) : all.findIndex((box) => box.at === behindBrand);
  let [first, last] = [inside, inside];
  while (first > 0 && usable(all[first - 1] as Box)) first--;
  while (last < all.length && usable(all[last] as Box)) last++;
  const at = all[first]?.at ?? behindBrand;
  return {
    at,
    end: all[last - 1] && last > first ? (all[last - 1] as Box).end : at,
    brand: reserved ? file.read(brand.at, brand.end - brand.at) : Buffer.alloc(0),
  };
}

/** The error of a file that cannot be finished. */
export const refuse = (file: OpenFile, why: string, cause?: Error) =>
  new StudioError('muxer-failed', `The result of ${file.name} could not be finished: ${why}.`, cause?.stack);
