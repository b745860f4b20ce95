/** What lossless work keeps, converts and leaves out: (what the probe found, the order) → a resolved plan with notes in words. */
import { StudioError } from '../../contract/errors.ts';
import type { CutPlace, LosslessOrder, LosslessOutline, TargetId, TrackChoice, TrackOutcome, TrackRule } from '../../contract/lossless.ts';
import type { MediaInfo, StreamInfo } from '../../contract/media.ts';
import type { Note } from '../../contract/plan.ts';
import type { Piece, RemuxInput, RemuxPlan, RemuxStream } from '../../contract/remux-plan.ts';
import { audioOnly, type ContainerRow, containers, coverCodecs, holds } from '../containers.ts';
import { describeTrack, keepTags, originOf, planChapters, tagFor } from '../plan-words.ts';

/** Everything the plan has to know of the files. */
export interface RemuxSources {
  media: MediaInfo;
  /** The order's `join`, read. */
  joined: MediaInfo[];
  /** The order's `files`, read. */
  beside: MediaInfo[];
  /** Where the order's segments really fall. */
  places: CutPlace[];
}

/** Throws nothing-to-export when nothing of the source fits, join-mismatch, or bad-input for an order that contradicts itself. */
export function makeRemuxPlan(
  { media, joined, beside, places }: RemuxSources,
  order: LosslessOrder,
): { plan: RemuxPlan; outline: LosslessOutline } {
  const target = order.target === 'same' ? sameContainer(media) : order.target;
  const container = containers[target];
  const notes: Note[] = [];
  const tracks: TrackOutcome[] = [];
  const streams: RemuxStream[] = [];
  const files = [media, ...beside];
  let soundTracks = 0;
  for (const choice of order.tracks ?? everyTrack(files)) {
    const stream = files[choice.file]?.streams[choice.stream];
    if (!stream) throw new StudioError('bad-input', `There is no track ${choice.stream} in file ${choice.file}.`);
    const why = leftOut(stream, order, container, target, soundTracks);
    tracks.push({
      file: choice.file,
      stream: choice.stream,
      outcome: why === null ? 'kept' : 'left',
      why: why?.text ?? '',
      asked: why?.asAsked ?? false,
    });
    if (why === null) {
      if (stream.kind === 'audio') soundTracks++;
      streams.push(copyOf(stream, choice, target, joined.length));
    } else if (why) notes.push({ kind: why.asAsked ? 'info' : 'loss', text: `${describeTrack(stream)} is left out: ${why.text}.` });
  }
  if (streams.length === 0)
    throw new StudioError('nothing-to-export', `${container.title} can hold nothing of this file as it is. ${notes[0]?.text ?? ''}`.trim());

  const timed = media.streams.filter((stream) => stream.kind === 'video' || stream.kind === 'audio');
  const origin = originOf(timed);
  const input = (path: string, role: RemuxInput['role'], from: number): RemuxInput => ({ path, kind: 'media', role, origin: from });
  const pieces: Piece[] =
    places.length > 0
      ? places.map(({ start, end, encoded }) => ({ input: 0, start, end, encoded }))
      : [media, ...joined].map((_, index) => ({ input: index, start: null, end: null, encoded: [] }));
  const plan: RemuxPlan = {
    inputs: [
      input(media.path, 'main', origin),
      ...joined.map((one) => input(one.path, 'main', originOf(one.streams))),
      ...beside.map((one) => input(one.path, 'beside', origin)),
    ],
    target,
    muxer: container.muxer,
    muxerOptions: {},
    layout: container.options['movflags'] ? order.layout : 'plain',
    pieces,
    streams,
    chapters: planChapters(media, container, origin, media.duration, notes),
    tags: order.tags ?? keepTags(media.tags, /^(major_brand|minor_version|compatible_brands|encoder|duration)$/i),
    duration: media.duration,
    durationIsExact: media.durationIsExact,
    estimatedBytes: media.bytes,
    notes,
  };
  return { plan, outline: { target, extension: container.extension, duration: plan.duration, tracks, cuts: places } };
}

/** Containers by FFmpeg's names of their demuxers. */
const sameContainers: [RegExp, TargetId][] = [
  [/\bmp4\b/, 'mp4'],
  [/matroska/, 'mkv'],
  [/mpegts/, 'ts'],
  [/^mp3$/, 'mp3'],
  [/^flac$/, 'flac'],
  [/^ogg$/, 'ogg'],
  [/^wav$/, 'wav'],
];
const sameContainer = ({ format }: MediaInfo): TargetId => sameContainers.find(([pattern]) => pattern.test(format))?.[1] ?? 'mkv';

const everyTrack = (files: MediaInfo[]): TrackChoice[] =>
  files.flatMap(({ streams }, file) => streams.map((_, stream) => ({ file, stream, shift: 0 })));

interface Reason {
  text: string;
  /** The person asked for it: no loss. */
  asAsked: boolean;
}

const asAsked = (text: string): Reason => ({ text, asAsked: true });
const unheld = (container: ContainerRow, what: string): Reason => ({ text: `${container.title} cannot hold ${what}`, asAsked: false });

/** null: it is kept. undefined: it is no loss that anyone could see (a timecode track that the muxer writes anew). */
function leftOut(
  stream: StreamInfo,
  { rules, tracks }: LosslessOrder,
  container: ContainerRow,
  target: TargetId,
  soundTracks: number,
): Reason | null | undefined {
  const byHand = tracks !== null;
  switch (stream.kind) {
    case 'video':
      if (stream.cover) {
        if (!byHand && !rules.attachments) return asAsked('no cover was asked for');
        return container.cover && coverCodecs.includes(stream.codec) ? null : unheld(container, 'a cover picture');
      }
      if (!byHand && rules.video === 'none') return asAsked('no picture was asked for');
      return holds(container.video, stream.codec) ? null : unheld(container, `${stream.codec} pictures`);
    case 'audio':
      if (!byHand && !isWanted(rules.audio, stream.language)) return asAsked('it was not asked for');
      if (audioOnly(target) && soundTracks > 0) return { text: `${container.title} holds one track`, asAsked: false };
      return holds(container.audio, stream.codec) ? null : unheld(container, `${stream.codec} sound`);
    case 'subtitle': {
      const wanted = rules.subtitles === 'forced' ? stream.disposition.includes('forced') : isWanted(rules.subtitles, stream.language);
      if (!byHand && !wanted) return asAsked('it was not asked for');
      return holds(container.subtitle, stream.codec) ? null : unheld(container, `${stream.codec} subtitles`);
    }
    case 'attachment':
      if (!byHand && !rules.attachments) return asAsked('no attached files were asked for');
      return container.attachments ? null : unheld(container, 'attached files');
    case 'data':
      return /^(tmcd|bin_data|none|unknown)$/.test(stream.codec) ? undefined : unheld(container, 'data tracks');
  }
}

const isWanted = (rule: TrackRule, language: string | null) =>
  rule === 'all' ? true : rule === 'none' ? false : rule.includes(language ?? 'und');

function copyOf(stream: StreamInfo, choice: TrackChoice, target: TargetId, joined: number): RemuxStream {
  const from = Array.from({ length: choice.file === 0 ? joined + 1 : 1 }, (_, index) => ({
    input: choice.file === 0 ? index : joined + choice.file,
    stream: choice.stream,
  }));
  return {
    from,
    kind: stream.kind as RemuxStream['kind'],
    action: 'copy',
    codec: stream.codec,
    to: null,
    tags: keepTags(stream.tags, /^(duration|number_of_|bps|_statistics_)/i),
    disposition: choice.disposition ?? stream.disposition,
    codecTag: tagFor(target, stream.codec),
    shift: choice.shift,
    rotation: choice.rotation ?? null,
    frameRate: stream.kind === 'video' ? stream.frameRate : null,
  };
}
