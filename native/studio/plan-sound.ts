/** Which sound tracks of a file are kept, and what is made of each. */
import { StudioError } from '../contract/errors.ts';
import type { AudioStream } from '../contract/media.ts';
import type { AudioEncode, Note, StreamCopy } from '../contract/plan.ts';
import type { AudioSettings, ContainerId, TrackSettings } from '../contract/preset.ts';
import { type AudioEncoderRow, audioEncoders } from './audio-encoders.ts';
import { audioOnly, containers, holds } from './containers.ts';
import { inLanguages } from './languages.ts';
import { askedBitRate, askedChannels, channelsOf, planAudio, rateOf } from './plan-audio.ts';
import { common, describeTrack } from './plan-words.ts';

/** One track of the output: copied where `row` is null. */
export interface SoundTrack {
  stream: AudioStream;
  settings: TrackSettings;
  row: AudioEncoderRow | null;
  /** Bits per second that are asked for. */
  asked: number;
}

/** Talk over the film, or a telling of what is to be seen: never the main track while there is another. */
const isBeside = ({ disposition, title }: AudioStream) =>
  disposition.some((mark) => ['comment', 'visual_impaired', 'descriptions'].includes(mark)) ||
  /comment|audio ?descri|descriptive|described/i.test(title ?? '');

function mainOf(tracks: AudioStream[]): AudioStream | undefined {
  const first = (some: AudioStream[]) => some.find(({ disposition }) => disposition.includes('default')) ?? some[0];
  return first(tracks.filter((track) => !isBeside(track))) ?? first(tracks);
}

/** The tracks that settings keep, in the order of the output; what is left out is told. */
export function chooseSound(all: AudioStream[], settings: AudioSettings, container: ContainerId, notes: Note[]): AudioStream[] {
  const main = mainOf(all);
  if (!main) return [];
  const asked = askedTracks(all, main, settings, notes);
  const kept = !audioOnly(container) ? asked : settings.tracks === 'all' ? [main] : asked.slice(0, 1);
  const why = settings.tracks === 'language' && kept.length === asked.length ? 'its language is not asked for' : 'one track is kept';
  for (const track of all) if (!kept.includes(track)) notes.push({ kind: 'loss', text: `${describeTrack(track)} is left out: ${why}.` });
  return kept;
}

function askedTracks(all: AudioStream[], main: AudioStream, { tracks, languages }: AudioSettings, notes: Note[]): AudioStream[] {
  if (tracks === 'first') return [main];
  if (tracks === 'all') return all;
  const found = inLanguages(all, languages);
  const proper = found.filter((track) => !isBeside(track));
  if (proper.length > 0) return [...proper, ...found.filter(isBeside)];
  if (languages.length > 0)
    notes.push({
      kind: 'info',
      text: `No sound track is in ${languages.join(', ')}: the main one, ${describeTrack(main).replace('Sound', 'sound')}, is kept.`,
    });
  return [main];
}

/** What is made of each track that is kept. Throws unsupported-codec where the container does not hold it. */
export function planTracks(kept: AudioStream[], settings: AudioSettings, container: ContainerId, notes: Note[]): SoundTrack[] {
  const one = audioOnly(container) && settings.more.length > 0;
  if (one && kept.length > 0)
    notes.push({ kind: 'info', text: `The further sound tracks of the preset are left out: ${containers[container].title} is for one.` });
  return kept.flatMap((stream) => {
    const made: SoundTrack[] = [];
    for (const track of [settings, ...(one ? [] : settings.more)]) {
      const next = planTrack(stream, track, settings.loudness, container);
      if (!made.some((other) => isSame(other, next))) made.push(next);
      else
        notes.push({
          kind: 'info',
          text: `${describeTrack(stream)} is not written as ${nameOf(next)} too: it would be no other than one already there.`,
        });
    }
    return made;
  });
}

function planTrack(stream: AudioStream, settings: TrackSettings, loudness: number | null, container: ContainerId): SoundTrack {
  const { title, audio } = containers[container];
  const untouched = settings.gain === 0 && loudness === null && (settings.sampleRate ?? stream.sampleRate) === stream.sampleRate;
  if (untouched && settings.passthrough.includes(stream.codec) && holds(audio, stream.codec))
    return { stream, settings, row: null, asked: stream.bitRate ?? 0 };
  const row = audioEncoders.find(({ codec }) => codec === settings.codec);
  if (!row || !holds(audio, row.codec === 'pcm' ? row.name : row.codec))
    throw new StudioError('unsupported-codec', `${title} cannot hold ${row?.title ?? settings.codec}. Choose another container or preset.`);
  return { stream, settings, row, asked: askedBitRate(stream, settings, row) };
}

const codecOf = ({ stream, row }: SoundTrack) => row?.codec ?? stream.codec;
const widthOf = ({ stream, settings, row }: SoundTrack) => (row ? channelsOf(stream, settings, row) : stream.channels);
const nameOf = ({ row, stream, settings }: SoundTrack) =>
  `${row?.title ?? stream.codec.toUpperCase()} ${settings.mixdown === 'source' ? '' : settings.mixdown}`.trim();

/** The same codec and channels; or more channels were asked for than the source has, and as many as it has are there. */
function isSame(there: SoundTrack, next: SoundTrack): boolean {
  if (widthOf(there) !== widthOf(next)) return false;
  const { mixdown } = next.settings;
  const short = next.row !== null && mixdown !== 'source' && askedChannels(next.settings) > next.stream.channels;
  return short || codecOf(there) === codecOf(next);
}

/** Streams of the plan; `limit` is what a file's size leaves for all sound, bits per second. */
export function soundStreams(tracks: SoundTrack[], settings: AudioSettings, limit: number, notes: Note[]): (AudioEncode | StreamCopy)[] {
  const asked = tracks.reduce((sum, track) => sum + track.asked, 0);
  const share = asked > limit ? limit / asked : 1;
  const main = defaultOf(tracks, settings);
  return tracks.map((track, index) => {
    const { stream, row } = track;
    const several = tracks.filter((other) => other.stream === stream).length > 1;
    const shared = { ...common(stream), codecTag: null, disposition: marksOf(stream, index === main) };
    if (!row) return { action: 'copy', kind: 'audio', codec: stream.codec, ...shared };
    const choice = planAudio(stream, track.settings, row, track.asked * share);
    if (settings.loudness !== null) Object.assign(choice, { gain: 0, loudness: settings.loudness });
    tell(track, row, choice, settings.loudness, notes);
    return { action: 'encode', kind: 'audio', ...shared, ...choice, tags: titled(shared.tags, stream, choice, several) };
  });
}

/** The source's own default stays it where all tracks do; by language it is the most wanted. */
function defaultOf(tracks: SoundTrack[], { tracks: rule }: AudioSettings): number {
  const main = rule === 'all' ? mainOf(tracks.map(({ stream }) => stream)) : tracks[0]?.stream;
  return tracks.findIndex(({ stream }) => stream === main);
}

const marksOf = ({ disposition }: AudioStream, isDefault: boolean) => [
  ...(isDefault ? ['default'] : []),
  ...disposition.filter((mark) => mark !== 'default'),
];

const widths: Record<number, string> = { 1: 'Mono', 2: 'Stereo' };
/** What titles say of a track's make, which another make belies. */
const make = /[([]?\b(?:surround|stereo|mono|[2-7]\.[01]|e?-?ac-?3|aac|dts(?:-hd)?(?: ma)?|truehd|atmos|flac|pcm)\b[)\]]?/gi;

/** A title that tells of channels or a codec tells of the new ones; several tracks made of one are told apart. */
function titled(tags: Record<string, string>, { channels }: AudioStream, choice: { channels: number; layout: string }, several: boolean) {
  const { title, ...others } = tags;
  const bare = title?.replace(make, '').replace(/\s+/g, ' ').trim() ?? '';
  const isBelied = title !== undefined && bare !== title && choice.channels !== channels;
  if (!several && !isBelied) return tags;
  const width = widths[choice.channels] ?? choice.layout;
  return { ...others, title: bare ? `${bare} (${width})` : width };
}

function tell(
  { stream, settings }: SoundTrack,
  row: AudioEncoderRow,
  choice: { channels: number; layout: string },
  loudness: number | null,
  notes: Note[],
) {
  const who = describeTrack(stream);
  if (choice.channels < stream.channels) notes.push({ kind: 'loss', text: `${who} is mixed down to ${choice.layout}.` });
  const rate = rateOf(stream, settings, row);
  if (settings.sampleRate !== null && rate !== settings.sampleRate)
    notes.push({ kind: 'info', text: `${who} becomes ${rate} Hz: ${row.title} has no ${settings.sampleRate} Hz.` });
  if (loudness !== null && settings.gain !== 0)
    notes.push({
      kind: 'info',
      text: `${who} is not made ${settings.gain > 0 ? 'louder' : 'quieter'} by ${Math.abs(settings.gain)} dB: its loudness is set to ${loudness} LUFS.`,
    });
}

/** For the split of a file's size: bits per second of all sound. */
export const askedOf = (tracks: SoundTrack[]): number => tracks.reduce((sum, { asked }) => sum + asked, 0);
