/** What becomes of the sound tracks that are kept: the main track of each, and further ones made of it. */
import { StudioError } from '../contract/errors.ts';
import type { AudioStream } from '../contract/media.ts';
import type { AudioEncode, Note, StreamCopy } from '../contract/plan.ts';
import type { AudioSettings, TrackSettings } from '../contract/preset.ts';
import { type ContainerRow, holds } from './containers.ts';
import { type AudioEncoderRow, audioEncoders } from './encoders.ts';
import { type AudioChoice, askedBitRate, channelsOf, mixdowns, planAudio } from './plan-audio.ts';
import { describeTrack } from './plan-words.ts';

/** One track of the result, without its tags and flags. */
export type SoundPlan = { stream: AudioStream } & (
  | ({ action: 'encode' } & Omit<AudioEncode, 'action' | 'kind' | 'input' | 'tags' | 'disposition' | 'codecTag'>)
  | Pick<StreamCopy, 'action' | 'codec'>
);

interface Wanted {
  stream: AudioStream;
  track: TrackSettings;
  row: AudioEncoderRow;
  copied: boolean;
}

/** What is made of each track, before anything is known of a size limit. Throws unsupported-codec for what the container cannot hold. */
export function wantedSound(sound: AudioStream[], settings: AudioSettings, container: ContainerRow, notes: Note[]): Wanted[] {
  const most = container.soundTracks === 1 ? 0 : settings.more.length;
  const tracks: TrackSettings[] = [settings, ...settings.more.slice(0, most)];
  const rows = sound.length > 0 ? tracks.map((track) => rowFor(track, container)) : [];
  return sound.flatMap((stream) => {
    const made: Wanted[] = [];
    for (const [index, track] of tracks.entries()) {
      const row = rows[index] as AudioEncoderRow;
      const copied = isCopied(stream, track, settings, container);
      const one = { stream, track, row, copied };
      const like = made.find((other) => channels(other) === channels(one) && wantsMore(one));
      if (like) {
        const text = `No further ${row.title} track is made of ${describeTrack(stream)}: it has no more channels than the ${like.row.title} one.`;
        notes.push({ kind: 'info', text });
      } else made.push(one);
    }
    return made;
  });
}

/** A track for more channels than its source has would be the same again. */
const wantsMore = ({ stream, track }: Wanted) => ['5.1', '7.1', 'source'].includes(track.mixdown) && stream.channels <= 2;
const channels = ({ stream, track, row, copied }: Wanted) => (copied ? stream.channels : channelsOf(stream, track, row));

function rowFor(track: TrackSettings, container: ContainerRow): AudioEncoderRow {
  const row = audioEncoders.find(({ codec }) => codec === track.codec);
  if (!row) throw new StudioError('unsupported-codec', `There is no encoder for ${track.codec} here.`);
  if (!holds(container.audio, row.codec === 'pcm' ? row.name : row.codec))
    throw new StudioError('unsupported-codec', `${container.title} cannot hold ${row.title}. Choose another container or preset.`);
  return row;
}

/** Copied as it is, where the preset allows it and nothing is to be done to the sound. */
function isCopied(stream: AudioStream, track: TrackSettings, settings: AudioSettings, container: ContainerRow): boolean {
  const otherRate = track.sampleRate !== null && track.sampleRate !== stream.sampleRate;
  const isMixed = stream.channels > mixdowns[track.mixdown];
  const isChanged = track.gain !== 0 || settings.loudness !== null || otherRate || isMixed;
  return !isChanged && track.passthrough.includes(stream.codec) && holds(container.audio, stream.codec);
}

/** Bits per second that all encoded sound gets before any size limit. */
export const askedSound = (wanted: Wanted[]): number =>
  wanted.reduce((sum, { stream, track, row, copied }) => sum + (copied ? (stream.bitRate ?? 0) : askedBitRate(stream, track, row)), 0);

/** `share` is the part of what was asked that a size limit leaves, 0 to 1. */
export function planSound(wanted: Wanted[], settings: AudioSettings, share: number, notes: Note[]): SoundPlan[] {
  return wanted.map(({ stream, track, row, copied }) => {
    if (copied) return { stream, action: 'copy', codec: stream.codec };
    const choice: AudioChoice = planAudio(stream, track, row, share);
    if (choice.channels < stream.channels)
      notes.push({ kind: 'loss', text: `${describeTrack(stream)} is mixed down to ${choice.layout}.` });
    if (track.sampleRate !== null && choice.sampleRate !== track.sampleRate)
      notes.push({ kind: 'info', text: `${row.title} does not know ${track.sampleRate} Hz: ${choice.sampleRate} Hz is made.` });
    return { stream, action: 'encode', ...choice, gain: track.gain, loudness: settings.loudness };
  });
}
