/** Reads the main inputs of a lossless job: whole files, pieces of them, and several one after the other, as one sequence of packets. */
import type { Stream } from 'node-av/lib';
import type { Rational } from '../../contract/media.ts';
import type { RemuxPlan, RemuxStream } from '../../contract/remux-plan.ts';
import type { Input } from '../input.ts';
import { type Adapt, hasOtherSets, unframed } from './adapter.ts';
import { createJoint } from './joints.ts';
import type { ResultTrack } from './lanes.ts';
import { type LossWatch, watchLosses } from './losses.ts';
import { nalCodec, withSets } from './nal.ts';
import { OVER, type PacketReader, type ReadTrack } from './packets.ts';
import { type Fit, openPiece, type PieceReader, streamIn } from './piece.ts';
import { createPlace, openTimed, type Place } from './place.ts';
import { recipeFor } from './recipe.ts';
import { createStretchCoder } from './stretch.ts';

/** Throws what opening a file throws, and source-vanished where it is not what was planned for. */
export function openMainReader(plan: RemuxPlan): PacketReader {
  const isMain = ({ from: [head] }: RemuxStream) => head !== undefined && plan.inputs[head.input]?.role === 'main';
  // The first file stays open: the result's tracks have its parameters.
  const first = openTimed(plan.inputs[0]?.path ?? '');
  const tracks = plan.streams.map((planned): ReadTrack | null => {
    const stream = isMain(planned) ? first.streams[planned.from[0]?.stream ?? -1] : undefined;
    return stream ? { stream, timeBase: plain(stream.timeBase), extradata: null, inBand: false } : null;
  });
  const fits = plan.streams.map((planned, index) => fitOf(plan, planned, tracks[index] ?? null, first));
  const broadcasts = tracks.map((track) => (track?.inBand && plan.muxer === 'mpegts' ? asBroadcast(track) : null));
  const results = tracks.map((track, index) => track && resultTrack(track.stream, index));
  const watches: LossWatch[] = [];
  let place: Place | null = null;
  let placed = -1;
  let piece: PieceReader | null = null;
  let next = 0;
  let at = 0;
  let bytes = 0;

  /** Moves on to the next piece; false after the last. */
  function advance(): boolean {
    const planned = plan.pieces[next];
    if (!planned) return false;
    const use = (input: Input) =>
      input.use(
        plan.streams.filter((stream) => isMain(stream) && stream.action !== 'attach').map((stream) => streamIn(stream, planned.input)),
      );
    if (!place || placed !== planned.input) {
      place?.close();
      place = createPlace(plan.inputs[planned.input]?.path ?? '', use, planned.input === 0 ? first : null);
      placed = planned.input;
      watches.at(-1)?.close();
      const { path = '', origin = 0 } = plan.inputs[placed] ?? {};
      watches.push(watchLosses(place.input(), path, origin));
    }
    piece = openPiece({ plan, index: next, place, watch: watches.at(-1) as LossWatch, at, results, fits });
    next++;
    return true;
  }

  return {
    tracks,
    next(packet) {
      for (;;) {
        if (!piece && !advance()) return OVER;
        const track = piece?.next(packet) ?? OVER;
        if (track !== OVER) {
          if (track >= 0) broadcasts[track]?.(packet);
          bytes += packet.size;
          return track;
        }
        if (piece) at = piece.end();
        piece?.close();
        piece = null;
      }
    },
    bytes: () => bytes,
    losses: () => watches.flatMap((watch) => watch.sentences()),
    warnings: () => warningsOf(plan, tracks),
    close() {
      piece?.close();
      watches.at(-1)?.close();
      place?.close();
      first.close();
    },
  };
}

/** What makes the pictures of a film fit together where pieces of it meet. Its header is completed here, before anything is read. */
function fitOf(plan: RemuxPlan, planned: RemuxStream, track: ReadTrack | null, input: Input): Fit | null {
  if (!track || planned.kind !== 'video' || planned.action !== 'copy' || planned.disposition.includes('attached_pic')) return null;
  const { stream } = track;
  const joint = createJoint(stream, plan.muxer);
  const mixed =
    nalCodec(stream.codecpar) !== null &&
    followers(plan, planned).some(({ path, index }) => hasOtherSets(path, [{ first: stream, index }]));
  if (plan.pieces.every(({ encoded }) => encoded.length === 0)) {
    track.inBand = mixed;
    return { stream, joint, coder: null, sameNumbers: false, mixed };
  }
  const recipe = recipeFor(stream);
  const coder = createStretchCoder(stream, recipe, input.name);
  if (recipe.sets === 'header' && stream.codecpar.extradata) track.extradata = withSets(stream.codecpar.extradata, coder.sets);
  track.inBand = recipe.sets === 'packets';
  return { stream, joint, coder, sameNumbers: recipe.sets === 'packets', mixed };
}

/** FFmpeg's own filter for transport streams puts the header's parameter sets before every keyframe, over those in the packet. */
function asBroadcast(track: ReadTrack): Adapt | null {
  const made = unframed(track.stream, track.extradata);
  if (made) track.extradata = made.extradata;
  return made?.adapt ?? null;
}

/** The files that follow the first, with the stream of each that goes to a track. */
const followers = ({ inputs }: RemuxPlan, planned: RemuxStream) =>
  inputs.flatMap(({ role, path }, input) => (role === 'main' && input > 0 ? [{ path, index: streamIn(planned, input) }] : []));

/** Marks of tracks whose parameters change midway, which some players do not know. */
const marks: Record<string, string> = { hevc: 'hev1', h264: 'avc3' };

function warningsOf({ target, streams }: RemuxPlan, tracks: (ReadTrack | null)[]): string[] {
  const mark = marks[streams.find((_, index) => tracks[index]?.inBand)?.codec ?? ''];
  if ((target !== 'mp4' && target !== 'mov') || !mark) return [];
  return [
    `The picture is marked ${mark}, because its parameters change midway. Should a player not show it, as some of Apple’s, write MKV instead.`,
  ];
}

const plain = ({ num, den }: Rational): Rational => ({ num, den });

function resultTrack(stream: Stream, index: number): ResultTrack {
  const { timeBase, avgFrameRate, codecpar } = stream;
  const usual = avgFrameRate.num > 0 ? Math.round((avgFrameRate.den * timeBase.den) / (avgFrameRate.num * timeBase.num)) : 1;
  return { index, timeBase: plain(timeBase), delay: codecpar.videoDelay, usualDuration: usual, lastDts: -Infinity, end: -Infinity };
}
