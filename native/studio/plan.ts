/** The pure heart of the studio: (what the probe found, preset, overrides, encoders) → a resolved plan with notes in words. */
import { StudioError } from '../contract/errors.ts';
import type { AttachmentStream, AudioStream, MediaInfo, StreamInfo, Survey, VideoStream } from '../contract/media.ts';
import { applyOverrides } from '../contract/overrides.ts';
import type { Note, Plan, StreamPlan, VideoEncode } from '../contract/plan.ts';
import type { Overrides, PresetSettings } from '../contract/preset.ts';
import type { QualityFound } from '../contract/quality.ts';
import { type ContainerRow, containers, coverCodecs, holds } from './containers.ts';
import { deviceName } from './devices.ts';
import { profileName } from './encoder-words.ts';
import { codecName, softwareVideoEncoders, type VideoEncoderRow } from './encoders.ts';
import { fitRate, splitSize, whyTooSmall } from './fit-size.ts';
import type { CodedPicture, Rung } from './hardware.ts';
import { isOnlyDrawn, planBurn, planWatermark } from './plan-burn.ts';
import { planChunks } from './plan-chunks.ts';
import { planPart } from './plan-part.ts';
import { askedOf, chooseSound, planTracks, soundStreams } from './plan-sound.ts';
import { chosenSubtitles, planSubtitles } from './plan-subtitles.ts';
import { planVideo } from './plan-video.ts';
import { common, describeTrack, keepTags, originOf, planChapters, tagFor } from './plan-words.ts';
import { settled } from './quality/target.ts';

export interface PlanInput {
  media: MediaInfo;
  settings: PresetSettings;
  overrides?: Overrides;
  /** What was found for the settings' target of quality. */
  quality?: QualityFound | null;
  /** What looking at the film's pictures told, where somebody looked. */
  found?: Partial<Survey>;
  /** Chooses what encodes, for settings and the source's picture; the processor where it is absent. */
  choose?(video: NonNullable<PresetSettings['video']>, source: CodedPicture | null): Rung | undefined;
}

/** Throws nothing-to-export, unsupported-codec or size-unreachable, with the reason in words. */
export function makePlan({ media, settings: preset, overrides = {}, quality = null, found = {}, choose = bySoftware }: PlanInput): Plan {
  const notes: Note[] = [];
  const asked = applyOverrides(preset, overrides);
  const settings = settled(asked, quality, notes);
  const container = containers[settings.container];
  const pick = <K extends StreamInfo['kind']>(kind: K) =>
    media.streams.filter((stream): stream is Extract<StreamInfo, { kind: K }> => stream.kind === kind);

  const films = usable(
    pick('video').filter((stream) => !stream.cover),
    settings.video !== null,
    'picture',
    notes,
  );
  const allSound = usable(pick('audio'), settings.audio !== null, 'sound', notes);
  const sound = settings.audio ? chooseSound(allSound, settings.audio, settings.container, notes) : [];
  if (films.length + sound.length === 0) throw nothingLeft(media, settings);
  if (settings.video && films.length === 0)
    notes.push({ kind: 'info', text: 'There is no picture in this file: only the sound is exported.' });

  const filmStart = originOf([...films, ...sound]);
  const wholeDuration = durationOf(media, [...films, ...sound], filmStart);
  const { origin, part, duration } = planPart(overrides.trim, filmStart, wholeDuration, notes);
  const rung = asked.video && choose(asked.video, films[0] ?? null);
  const videoRow = rung?.row;
  if (settings.video && !videoRow)
    throw new StudioError('unsupported-codec', `There is no encoder for ${settings.video.codec} on this machine.`);

  if (films.length > 0 && videoRow && !holds(container.video, codecName(videoRow.codec)))
    throw new StudioError('unsupported-codec', `${container.title} cannot hold ${videoRow.title}. Choose another container or preset.`);
  const tracks = settings.audio ? planTracks(sound, settings.audio, settings.container, notes) : [];

  const sizeLimit = settings.video?.rate.mode === 'size' ? Math.floor(settings.video.rate.megabytes * 1e6) : null;
  if (sizeLimit !== null && !duration)
    throw new StudioError('size-unreachable', 'The file does not tell how long it is, so it cannot be fitted into a size.');
  const budget = sizeLimit !== null && duration ? splitSize(sizeLimit, duration, askedOf(tracks)) : null;

  if (budget && sizeLimit !== null && duration && settings.video && films.length > 0) {
    const { codec } = settings.video;
    if (!fitRate(budget.video / films.length, codec))
      throw new StudioError(
        'size-unreachable',
        whyTooSmall(media.path.split(/[\\/]/).at(-1) ?? '', sizeLimit, duration, codec, askedOf(tracks)),
      );
  }

  const texts = chosenSubtitles(media, settings.subtitles);
  const burn = settings.video && films.length > 0 ? planBurn(texts, settings.subtitles.burn, notes) : null;
  const streams: StreamPlan[] = [];
  for (const stream of films) {
    if (!settings.video || !rung || !videoRow) continue;
    const choice = planVideo(media, stream, settings.video, rung, found, budget && Math.floor(budget.video / films.length), notes);
    const drawn = { burn: stream === films[0] ? burn : null, watermark: planWatermark(settings.video.watermark, choice) };
    const codecTag = tagFor(settings.container, videoRow.codec);
    streams.push({ action: 'encode', kind: 'video', ...common(stream), codecTag, ...choice, ...drawn });
  }
  if (settings.audio) streams.push(...soundStreams(tracks, settings.audio, budget?.audio ?? Infinity, notes));
  streams.push(
    ...planSubtitles(
      pick('subtitle').filter((stream) => !isOnlyDrawn(stream, burn)),
      texts,
      settings,
      notes,
    ),
    ...copies(pick('attachment'), pick('video'), container, notes),
  );
  const data = pick('data').filter((stream) => !/^(tmcd|bin_data|none|unknown)$/.test(stream.codec));
  if (data.length > 0)
    notes.push({ kind: 'loss', text: `${data.length === 1 ? 'A data track is' : `${data.length} data tracks are`} left out.` });

  const encodes = streams.filter((stream) => stream.action === 'encode');
  const twoPass = encodes.some(({ kind }) => kind === 'video') && twoPasses(settings, videoRow);
  const pictures = streams.filter((stream): stream is VideoEncode => stream.action === 'encode' && stream.kind === 'video');
  const chunks = planChunks(
    { duration, durationIsExact: media.durationIsExact, sizeLimit },
    pictures,
    settings.video?.rate.mode ?? null,
    media,
    notes,
  );
  return {
    source: media.path,
    container: settings.container,
    muxer: container.muxer,
    muxerOptions: { ...container.options, ...settings.muxerOptions },
    origin,
    part,
    duration,
    durationIsExact: media.durationIsExact,
    streams,
    chapters: planChapters(media, container, origin, duration, part.end !== null, notes),
    tags: keepTags(media.tags, /^(major_brand|minor_version|compatible_brands|encoder|duration)$/i),
    passes: twoPass || encodes.some((stream) => stream.kind === 'audio' && stream.loudness !== null) ? 2 : 1,
    twoPass,
    sizeLimit,
    chunks,
    estimatedBytes:
      quality?.estimatedBytes ?? estimate(streams, settings, videoRow, duration, media.bytes * shareOf(duration, wholeDuration), sizeLimit),
    notes,
    chosen: rung && films.length > 0 ? describeRung(rung) : '',
  };
}

const bySoftware = (video: NonNullable<PresetSettings['video']>): Rung | undefined => {
  const row = softwareVideoEncoders.find((one) => one.codec === video.codec);
  return row && { row, device: null, decodeOnDevice: false, why: '' };
};

/** "HEVC by VAAPI on renderD128, which decodes as well (hevc_vaapi). It did 212 pictures a second when it was tried." */
function describeRung({ row, device, decodeOnDevice, why }: Rung): string {
  const what = `${row.title} by ${device ? deviceName(device) : 'the processor'}${decodeOnDevice ? ', which decodes as well' : ''}`;
  return [`${what} (${row.name}).`, why].filter(Boolean).join(' ');
}

function usable<T extends VideoStream | AudioStream>(streams: T[], wanted: boolean, what: string, notes: Note[]): T[] {
  if (!wanted) {
    if (streams.length > 0) notes.push({ kind: 'info', text: `The ${what} is left out, as the preset says.` });
    return [];
  }
  for (const stream of streams)
    if (!stream.decodable)
      notes.push({ kind: 'loss', text: `${describeTrack(stream)} is left out: its codec (${stream.codec}) cannot be read.` });
  return streams.filter((stream) => stream.decodable);
}

function nothingLeft(media: MediaInfo, settings: PresetSettings): StudioError {
  const unreadable = media.streams.find((stream) => (stream.kind === 'video' || stream.kind === 'audio') && !stream.decodable);
  if (unreadable) return new StudioError('unsupported-codec', `The codec of this file (${unreadable.codec}) cannot be read.`);
  const missing = settings.video === null ? 'sound' : settings.audio === null ? 'picture' : 'picture or sound';
  return new StudioError('nothing-to-export', `There is no ${missing} in this file for this preset. Choose another preset.`);
}

function durationOf(media: MediaInfo, streams: (VideoStream | AudioStream)[], origin: number): number | null {
  const ends = streams.map((stream) => (stream.duration === null ? null : (stream.start ?? origin) + stream.duration - origin));
  return ends.every((end) => end !== null) && ends.length > 0 ? Math.max(...(ends as number[])) : media.duration;
}

const shareOf = (part: number | null, whole: number | null) => (part !== null && whole ? Math.min(1, part / whole) : 1);

function copies(attachments: AttachmentStream[], videos: VideoStream[], container: ContainerRow, notes: Note[]): StreamPlan[] {
  const out: StreamPlan[] = [];
  for (const stream of attachments) {
    if (container.attachments) out.push({ action: 'copy', kind: 'attachment', codec: stream.codec, ...common(stream), codecTag: null });
  }
  if (attachments.length > 0 && !container.attachments)
    notes.push({ kind: 'loss', text: `Attached files (fonts) are left out: ${container.title} cannot hold them.` });
  for (const stream of videos.filter((video) => video.cover)) {
    if (container.cover === 'track' && coverCodecs.includes(stream.codec)) {
      out.push({ action: 'copy', kind: 'video', codec: stream.codec, ...common(stream), codecTag: null });
    } else notes.push({ kind: 'loss', text: `The cover picture is left out: ${container.title} is written without one.` });
  }
  return out;
}

function twoPasses(settings: PresetSettings, row: VideoEncoderRow | null | undefined): boolean {
  const rate = settings.video?.rate;
  return Boolean(row?.twoPass && (rate?.mode === 'size' || (rate?.mode === 'bitrate' && rate.passes === 2)));
}

/** A rough size. Quality-driven encodes differ by a factor of three between films, so nothing may depend on it but a warning. */
function estimate(
  streams: StreamPlan[],
  settings: PresetSettings,
  row: VideoEncoderRow | null | undefined,
  duration: number | null,
  sourceBytes: number,
  sizeLimit: number | null,
): number | null {
  if (duration === null) return null;
  const bits = streams.reduce((sum, stream) => {
    if (stream.action !== 'encode') return sum;
    if (stream.kind === 'audio') return sum + (stream.bitRate || stream.sampleRate * stream.channels * 10);
    if (Number(stream.options['b'] ?? 0) > 0) return sum + Number(stream.options['b']); // NVENC's 0 is no rate at all
    if (!row) return sum;
    const { at, halving } = row.usual;
    const bitsPerPixel = row.profiles?.[(settings.video && profileName(settings.video, row)) ?? '']?.bitsPerPixel ?? row.usual.bitsPerPixel;
    const quality = settings.video?.rate.mode === 'quality' ? settings.video.rate.value : at;
    const perSecond = stream.frameRate ? stream.frameRate.num / stream.frameRate.den : 30;
    return sum + stream.width * stream.height * perSecond * bitsPerPixel * 2 ** ((at - quality) / halving);
  }, 0);
  const bytes = Math.round((bits * duration) / 8);
  const lossy = settings.video?.rate.mode === 'quality';
  // A film that is small already (a slide show, a static scene) stays in that order of size.
  return Math.min(sizeLimit ?? Infinity, lossy ? Math.min(bytes, sourceBytes * 4) : bytes);
}
