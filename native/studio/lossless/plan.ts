/** What lossless work keeps, converts and leaves out: (what the probe found, the order) → a resolved plan with notes in words. */
import { StudioError } from '../../contract/errors.ts';
import type { CutPlace, LosslessOrder, LosslessOutline, TargetId, TrackOutcome } from '../../contract/lossless.ts';
import type { MediaInfo } from '../../contract/media.ts';
import type { Note } from '../../contract/plan.ts';
import type { RemuxInput, RemuxPlan } from '../../contract/remux-plan.ts';
import { containers } from '../containers.ts';
import { describeTrack } from '../plan-words.ts';
import { conversionNote, subtitleTitle } from '../text-subtitles.ts';
import { type ChosenTrack, chooseTracks, isTaken, notChosen, ofFile, type TakenTrack } from './choose-tracks.ts';
import { fileTags } from './file-tags.ts';
import { joinMismatch } from './join.ts';
import { leftOut, list, markNotes } from './mark-notes.ts';
import { durationOf, estimateBytes, mainFile, piecesOf } from './pieces.ts';
import { resultChapters } from './result-chapters.ts';
import { resultTrack } from './result-track.ts';
import { extensionOf, sameContainer } from './target.ts';

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
export function makeRemuxPlan(sources: RemuxSources, order: LosslessOrder): { plan: RemuxPlan; outline: LosslessOutline } {
  const { media, joined, beside, places } = sources;
  const target = order.target === 'same' ? sameContainer(media) : order.target;
  const container = containers[target];
  checkOrder(order, target);

  const tracks = chooseTracks([media, ...beside], order, target);
  const taken = tracks.filter(isTaken);
  if (!isWorthIt(tracks, target)) throw nothingFits(tracks, target);
  const mismatch = joinMismatch(media, joined, taken);
  if (mismatch) throw new StudioError('join-mismatch', mismatch);

  const ofSource = taken.flatMap(({ choice, stream }) => (choice.file === 0 ? [stream] : []));
  const files = [media, ...joined].map((one) => mainFile(one, one === media ? ofSource : sameTracks(one, taken)));
  const pieces = piecesOf(files, places);
  const duration = durationOf(pieces, files);
  const { tags, lost } = fileTags(media, order, taken, target);
  const chaptersOf = (input: number) =>
    order.chapters === null ? (files[input]?.media.chapters ?? []) : input === 0 ? order.chapters : [];
  const chapters = resultChapters(pieces, files, chaptersOf);
  const mains = files.map((_, index) => index);

  const notes = [
    ...tracks.flatMap(trackNote),
    ...markNotes(taken, target),
    ...(lost.length > 0 ? [leftOut(target, `Tags of the file (${list(lost)})`, true)] : []),
    ...(chapters.length > 0 && !container.chapters ? [leftOut(target, `The chapters (${chapters.length})`, true)] : []),
  ];
  const { movflags: _layout, ...muxerOptions } = container.options;
  const isMp4 = container.options['movflags'] !== undefined;
  const plan: RemuxPlan = {
    inputs: [
      ...files.map((file): RemuxInput => ({ path: file.media.path, kind: 'media', role: 'main', origin: file.start })),
      ...beside.map((one): RemuxInput => ({ path: one.path, kind: kindOf(one), role: 'beside', origin: files[0]?.start ?? 0 })),
    ],
    target,
    muxer: container.muxer,
    // Dolby Vision, 3D and 360° in MP4, and some codecs, are behind FFmpeg's word for "not in every player".
    muxerOptions: { ...muxerOptions, ...(isMp4 && { strict: 'experimental' }) },
    layout: isMp4 ? order.layout : 'plain',
    pieces,
    streams: taken.map((track) => resultTrack(track, target, track.choice.file === 0 ? mains : [mains.length + track.choice.file - 1])),
    // Chapters of MP4 belong to a track of picture or sound.
    chapters: container.chapters && taken.some(isPlayed) ? chapters : [],
    tags,
    duration,
    durationIsExact: files.every((file) => file.media.durationIsExact),
    estimatedBytes: estimateBytes(pieces, files, taken, beside),
    notes,
  };
  const [only] = taken;
  const extension = target === 'file' && only ? extensionOf(only.stream) : container.extension;
  return { plan, outline: { target, extension, duration, tracks: tracks.map(outcomeOf), cuts: places } };
}

/** Muxers leave out what they cannot read. */
const isTime = /^\s*\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?\s*$/;

/** Orders that ask for two things at once, or for what cannot be written. */
function checkOrder(order: LosslessOrder, target: TargetId): void {
  const { join, files, segments, split } = order;
  const isPart = ['srt', 'ass', 'vtt', 'file'].includes(target);
  const created = order.tags?.['creation_time'];
  const contradiction =
    (join.length > 0 && files.length > 0 && 'Files cannot be joined and have tracks added in one go: join them first.') ||
    (join.length > 0 && segments.length > 0 && 'Files cannot be joined and cut in one go: join them first.') ||
    (join.length > 0 && isPart && 'A text or a file inside can only be taken out of one file: join none.') ||
    (split && segments.length > 1 && 'Every segment becomes a file of its own: plan them one by one.') ||
    (target === 'file' && segments.length > 0 && 'A file inside the file cannot be cut.') ||
    (created !== undefined && !isTime.test(created) && `“${created}” is no time of creation. Write it like 2024-05-31T18:30:00Z.`);
  if (contradiction) throw new StudioError('bad-input', contradiction);
}

const isPlayed = ({ stream }: ChosenTrack) => stream.kind === 'audio' || (stream.kind === 'video' && !stream.cover);

/** Fonts, pictures and the like, which no file is made of. */
const isInside = ({ stream }: ChosenTrack) => stream.kind === 'attachment' || (stream.kind === 'video' && stream.cover);
const isLost = (track: ChosenTrack) => isPlayed(track) && 'text' in track.fate && !track.fate.asked;

/** A film without the picture and sound that nobody wanted to lose is none, and sound files need sound. */
function isWorthIt(tracks: ChosenTrack[], target: TargetId): boolean {
  const taken = tracks.filter(isTaken);
  if (taken.some(isPlayed)) return true;
  const isMade = target === 'file' ? taken.length > 0 : !taken.every(isInside);
  return isMade && !tracks.some(isLost) && containers[target].soundTracks !== 1 && target !== 'm4a';
}

function nothingFits(tracks: ChosenTrack[], target: TargetId): StudioError {
  const { title } = containers[target];
  const reasons = tracks.flatMap(({ fate, stream }) =>
    'text' in fate && fate.text && fate.text !== notChosen ? [`${describeTrack(stream)}: ${fate.text}.`] : [],
  );
  const what =
    target === 'file'
      ? 'There is no file inside this one.'
      : tracks.some(isTaken) && !tracks.some(isLost)
        ? `Files inside make no ${title} of their own. Take one out as a file, or keep a track as well.`
        : `Nothing of this file can go into ${title} as it is.`;
  return new StudioError('nothing-to-export', `${what} ${reasons.slice(0, 3).join(' ')}`.trim());
}

/** Tracks of a joined file that follow those taken of the source. */
const sameTracks = (media: MediaInfo, taken: TakenTrack[]) =>
  taken.flatMap(({ stream }) => media.streams.filter((one) => one.index === stream.index));

/** Files that can only be added to a film are read by other means than FFmpeg's demuxers. */
function kindOf({ format, streams }: MediaInfo): RemuxInput['kind'] {
  if (/^(srt|ass|webvtt)$/.test(format)) return 'subtitle';
  return streams.every((stream) => stream.kind === 'video' && stream.cover) ? 'cover' : 'media';
}

function trackNote({ stream, fate, choice }: ChosenTrack): Note[] {
  if ('action' in fate) return fate.action === 'convert' && stream.kind === 'subtitle' ? [conversionNote(stream, fate.to)] : [];
  // What was chosen by hand needs no list of what was not.
  if (fate.text === '' || fate.text === notChosen) return [];
  return [{ kind: fate.asked ? 'info' : 'loss', text: `${describeTrack(stream)}${ofFile(choice)} is left out: ${fate.text}.` }];
}

function outcomeOf({ choice, stream, fate }: ChosenTrack): TrackOutcome {
  const { file } = choice;
  if (!('action' in fate)) return { file, stream: choice.stream, outcome: 'left', why: fate.text, asked: fate.asked };
  const converted = fate.action === 'convert' && stream.kind === 'subtitle';
  const why = converted
    ? `becomes ${subtitleTitle(fate.to)}`
    : fate.action === 'attach' && !stream.tags['filename']
      ? 'becomes an attached file'
      : '';
  return { file, stream: choice.stream, outcome: converted ? 'converted' : 'kept', why, asked: false };
}
