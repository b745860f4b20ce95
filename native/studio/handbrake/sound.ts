/** The sound's and the subtitles' part of a HandBrake preset. */
import type { ContainerId, Overrides, TrackSettings } from '../../contract/preset.ts';
import type { Entry } from './read.ts';
import { createReader, type Reader } from './reader.ts';
import { audioCodecs, copied, losslessAudio, mixdowns } from './values.ts';
import { noteWithout, trackWithoutCounterpart } from './without.ts';

/** A figure to a setting that is named itself, and one that the preset has for all tracks. */
const silent = new Set(['AudioTrackQuality', 'AudioEncoderFallback']);

export function readSound(read: Reader, container: ContainerId): Overrides {
  const behaviour = read.text('AudioTrackSelectionBehavior') || 'first';
  const wanted = languagesOf(read, 'AudioLanguageList');
  const mask = [...new Set(read.list('AudioCopyMask').flatMap((name) => copied[String(name).replace('copy:', '')] ?? []))];
  const fallback = audioCodecs[read.text('AudioEncoderFallback').toLowerCase()]?.value ?? (container === 'webm' ? 'opus' : 'aac');
  const seconds = read.flag('AudioSecondaryEncoderMode', true);
  const entries = read.list('AudioList').filter((one): one is Entry => typeof one === 'object' && one !== null);
  const [main, ...more] = entries.map((entry, index) => readTrack(read, entry, index, { mask, fallback }));
  if (behaviour === 'none' || !main) return { audio: null };
  if (!seconds && more.length > 0) read.note('AudioSecondaryEncoderMode', 'further tracks are made of every track that is kept');
  const { codec, kbps, mixdown, sampleRate, gain, passthrough } = main;
  return {
    'audio.codec': codec,
    'audio.kbps': kbps,
    'audio.mixdown': mixdown,
    'audio.sampleRate': sampleRate,
    'audio.gain': gain,
    'audio.passthrough': passthrough,
    'audio.tracks': wanted.length > 0 ? 'language' : behaviour === 'all' ? 'all' : 'first',
    'audio.languages': wanted,
    'audio.more': more.slice(0, 4),
  };
}

interface Copying {
  mask: string[];
  fallback: TrackSettings['codec'];
}

function readTrack(outer: Reader, entry: Entry, index: number, { mask, fallback }: Copying): TrackSettings {
  const read = createReader(entry, silent);
  const name = read.text('AudioEncoder').toLowerCase();
  const copies = /^copy(?::(.*))?$/.exec(name);
  const row = copies ? { value: fallback } : audioCodecs[name];
  if (!row) read.note('AudioEncoder', `this encoder is not known: ${fallback} is taken`);
  if (row && 'why' in row && row.why) read.note('AudioEncoder', row.why);
  const codec = row?.value ?? fallback;
  const mix = mixdowns[read.text('AudioMixdown').toLowerCase()];
  if (mix?.why) read.note('AudioMixdown', mix.why);
  noteWithout(read, trackWithoutCounterpart);
  const kbps = Math.round(read.number('AudioBitrate', 160));
  const gain = Math.min(40, Math.max(-40, read.number('AudioTrackGainSlider', 0)));
  const rate = read.number('AudioSamplerate', 0); // 'auto' is no number
  for (const one of read.unmapped()) outer.note(`AudioList ${index + 1}: ${one.setting}`, one.why);
  const mixdown = mix?.value ?? 'stereo';
  return {
    codec,
    // HandBrake's figure is the whole track's; here it is a stereo track's.
    kbps: losslessAudio.includes(codec) ? null : Math.min(1536, Math.max(16, Math.round((kbps * 2) / channels[mixdown]))),
    mixdown,
    sampleRate: rate >= 8000 ? rate : rate >= 8 && rate <= 192 ? Math.round(rate * 1000) : null,
    gain,
    passthrough: copies?.[1] ? [copied[copies[1]] ?? []].flat() : copies ? mask : [],
  };
}

/** A source whose channels are kept counts as 5.1, which is what such tracks are set up for. */
const channels: Record<TrackSettings['mixdown'], number> = { mono: 1, stereo: 2, '5.1': 6, '7.1': 8, source: 6 };

/** ISO 639-2 codes; `any` and `und` are no wish. */
const languagesOf = (read: Reader, key: string): string[] =>
  [...new Set(read.list(key).map(String))].filter((code) => /^[a-z]{3}$/.test(code) && !['any', 'und'].includes(code)).slice(0, 20);

const burns = { none: 'none', foreign: 'forced', first: 'first', foreign_first: 'first' } as const;

export function readSubtitles(read: Reader): Overrides {
  const behaviour = read.text('SubtitleTrackSelectionBehavior') || 'none';
  const wanted = languagesOf(read, 'SubtitleLanguageList');
  const burning = read.text('SubtitleBurnBehavior') || 'none';
  const burn = burns[burning as keyof typeof burns] ?? 'none';
  const searches = ['SubtitleAddForeignAudioSearch', 'SubtitleAddForeignAudioSubtitle'].map((key) => read.flag(key)).includes(true);
  if (behaviour === 'first' && wanted.length === 0) read.note('SubtitleTrackSelectionBehavior', 'all tracks are kept, not only the first');
  if (burning === 'foreign_first') read.note('SubtitleBurnBehavior', 'the first track that is chosen is drawn');
  for (const key of ['SubtitleBurnBDSub', 'SubtitleBurnDVDSub'])
    if (read.flag(key) && behaviour !== 'none')
      read.note(key, 'subtitles that are pictures are kept where the container can, and drawn only where drawing is chosen');
  if (behaviour === 'none') {
    // Only what translates foreign speech, as its search would find.
    const forced = searches && burn === 'forced';
    return { 'subtitles.tracks': forced ? 'all' : 'none', 'subtitles.forcedOnly': forced, 'subtitles.burn': forced ? 'forced' : 'none' };
  }
  return { 'subtitles.tracks': wanted.length > 0 ? 'language' : 'all', 'subtitles.languages': wanted, 'subtitles.burn': burn };
}
