/** What a result lacks of its source, in sentences: by what the proof found in it, the plan's notes and the run's warnings. */
import type { Job, JobStatus } from '../contract/contract.ts';
import type { MediaInfo, StreamInfo, VideoStream } from '../contract/media.ts';
import type { Proof, ProvedStream } from '../contract/plan.ts';
import { clock } from '../contract/words.ts';

type Done = Extract<JobStatus, { phase: 'done' }>;

/** What is counted in both. Tracks of data are told by the plan's notes alone: muxers write some of them anew. */
const kinds: { one: string; many: string; kind: StreamInfo['kind']; cover?: boolean }[] = [
  { one: 'picture', many: 'pictures', kind: 'video', cover: false },
  { one: 'cover picture', many: 'cover pictures', kind: 'video', cover: true },
  { one: 'sound track', many: 'sound tracks', kind: 'audio' },
  { one: 'subtitle track', many: 'subtitle tracks', kind: 'subtitle' },
  { one: 'attached file', many: 'attached files', kind: 'attachment' },
];

/** A container's clock and an encoder's padding may take this much off the end; where the source's length is a guess, more, seconds. */
const tolerance = (length: number, isExact: boolean) => (isExact ? 0.25 + length * 0.001 : length * 0.05);
/** Rates that differ by less are the same, told by other clocks. */
const sameRate = 0.98;

/** Empty where nothing is missing. */
export function whatIsMissing({ notes }: Job, media: MediaInfo, { proof, warnings }: Done): string[] {
  const lost = notes.filter((note) => note.kind === 'loss').map((note) => note.text);
  return [...missingTracks(media, proof), ...missingTime(media, proof), ...missingPicture(media, proof), ...lost, ...warnings];
}

function missingTracks(media: MediaInfo, proof: Proof): string[] {
  return kinds.flatMap(({ one, many, kind, cover }) => {
    const fits = (stream: { kind: string }, isCover: boolean | undefined) => stream.kind === kind && (cover ?? isCover) === isCover;
    const before = media.streams.filter((stream) => fits(stream, stream.kind === 'video' ? stream.cover : undefined)).length;
    const gone = before - proof.streams.filter((stream) => fits(stream, stream.picture?.cover)).length;
    if (gone <= 0) return [];
    return `${gone === before && gone === 1 ? `The ${one} is` : `${gone} ${gone === 1 ? `${one} is` : `${many} are`}`} not in the result.`;
  });
}

function missingTime({ duration, durationIsExact }: MediaInfo, proof: Proof): string[] {
  if (duration === null) return ['The source does not tell how long it is, so nobody knows whether all of it is in the result.'];
  if (proof.duration >= duration - tolerance(duration, durationIsExact)) return [];
  return [`Only ${clock(proof.duration)} of ${clock(duration)} are in the result.`];
}

function missingPicture(media: MediaInfo, proof: Proof): string[] {
  const results = proof.streams.flatMap(({ picture }) => (picture && !picture.cover ? [picture] : []));
  return films(media).flatMap((film, index) => {
    const result = results[index];
    return result ? [...smaller(film, result), ...slower(film, result)] : [];
  });
}

const films = ({ streams }: MediaInfo) => streams.filter((stream): stream is VideoStream => stream.kind === 'video' && !stream.cover);

type Picture = NonNullable<ProvedStream['picture']>;

/** A picture that lies on its side in the source may stand upright in the result. */
function smaller(film: VideoStream, result: Picture): string[] {
  const sides = ({ width, height }: { width: number; height: number }) => [Math.max(width, height), Math.min(width, height)];
  const [before, after] = [sides(film), sides(result)];
  const isSmaller = after.some((side, index) => side < (before[index] ?? 0));
  return isSmaller ? [`The picture has ${result.width}×${result.height} pixels instead of ${film.width}×${film.height}.`] : [];
}

function slower({ frameRate }: VideoStream, result: Picture): string[] {
  const before = frameRate && frameRate.num / frameRate.den;
  if (!before || !result.frameRate || result.frameRate >= before * sameRate) return [];
  return [`${round(result.frameRate)} of ${round(before)} pictures a second are in the result.`];
}

const round = (rate: number) => Math.round(rate * 100) / 100;
