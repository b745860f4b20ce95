/** Settings made possible again after one of them changed: what contradicts the change gives way, and is told. */
import { audioFacts, type BitDepth, containerFacts, mixdownChannels, movedCrf, videoFacts } from './codec-facts.ts';
import { settingAt } from './fields.ts';
import { applyOverrides } from './overrides.ts';
import type { AudioSettings, ContainerId, FieldKey, Overrides, PresetSettings, TrackSettings, VideoSettings } from './preset.ts';

/** What gave way, by its place; `video` where the picture is left out for a container of sound. */
export interface Moved {
  key: FieldKey | 'video';
  from: unknown;
  to: unknown;
}

export interface Fitted {
  settings: PresetSettings;
  moved: Moved[];
}

/** The settings with one changed (`video.codec` to `prores`) and all others that can be kept. */
export function fitted(before: PresetSettings, key: FieldKey, value: unknown): Fitted {
  const asked = applyOverrides(before, { [key]: value } as Overrides);
  const settings = fitContainer(asked, key);
  if (settings.video) settings.video = fitVideo(settings.video, before.video, key);
  if (settings.audio) settings.audio = fitAudio(settings.audio, settings.container);
  return { settings, moved: differences(asked, settings) };
}

/** A container that was chosen decides about the codecs; a codec that was chosen, about the container. */
function fitContainer(asked: PresetSettings, key: FieldKey): PresetSettings {
  const settings = structuredClone(asked);
  const { video, audio } = settings;
  const holds = (id: ContainerId, sound: boolean) => {
    const facts = containerFacts[id];
    return (!video || facts.video.includes(video.codec)) && (!sound || !audio || facts.audio.includes(audio.codec));
  };
  if (key !== 'container' && !holds(settings.container, true)) {
    const home = video ? [videoFacts[video.codec].home] : [];
    const all = [settings.container, ...home, ...(Object.keys(containerFacts) as ContainerId[])];
    const chosen = all.find((id) => holds(id, true)) ?? all.find((id) => holds(id, key !== 'video.codec'));
    if (chosen) settings.container = chosen;
  }
  const facts = containerFacts[settings.container];
  const [firstVideo] = facts.video;
  const [firstAudio] = facts.audio;
  if (video && !firstVideo) settings.video = null;
  else if (video && firstVideo && !facts.video.includes(video.codec)) video.codec = firstVideo;
  if (audio && firstAudio && !facts.audio.includes(audio.codec)) audio.codec = firstAudio;
  return settings;
}

function fitVideo(video: VideoSettings, before: VideoSettings | null, key: FieldKey): VideoSettings {
  const facts = videoFacts[video.codec];
  const next = { ...video };
  const anotherCodec = before !== null && before.codec !== video.codec;
  if (!facts.rates.includes(next.rate.mode)) {
    next.rate = facts.crf ? { mode: 'quality', value: facts.crf.usual } : { mode: 'fixed' };
  } else if (next.rate.mode === 'quality' && facts.crf) {
    const value = anotherCodec ? movedCrf(next.rate.value, before.codec, video.codec) : next.rate.value;
    next.rate = { mode: 'quality', value: Math.min(facts.crf.worst, Math.max(facts.crf.best, value)) };
  } else if (next.rate.mode === 'bitrate' && !facts.twoPass) next.rate = { ...next.rate, passes: 1 };
  if (anotherCodec) next.options = {}; // they are that encoder's own

  const known = facts.profiles.find(({ name }) => name === next.profile);
  if (!known) next.profile = null;
  const depths = key === 'video.profile' && known ? known.bitDepths : facts.bitDepths;
  next.bitDepth = nearestDepth(next, depths, key === 'video.hdr');
  if (known && !known.bitDepths.includes(next.bitDepth)) next.profile = null;
  if (next.hdr === 'keep' && next.bitDepth === 8) next.hdr = 'tonemap';
  if (next.tune && !facts.tunes.includes(next.tune)) next.tune = null;
  const bFrames = known?.bFrames ?? facts.bFrames;
  if (next.bFrames !== null && next.bFrames > bFrames) next.bFrames = facts.bFrames > 0 ? bFrames : null;
  return next;
}

/** Kept where it can be; HDR that was asked for brings its bits along. */
function nearestDepth({ bitDepth, hdr }: VideoSettings, depths: BitDepth[], hdrWasAsked: boolean): BitDepth {
  const wanted = hdrWasAsked && hdr === 'keep' && bitDepth === 8 ? 10 : bitDepth;
  const deepest = depths.at(-1) ?? 8;
  return depths.includes(wanted) ? wanted : depths.includes(bitDepth) ? bitDepth : deepest;
}

function fitAudio(audio: AudioSettings, container: ContainerId): AudioSettings {
  const held = containerFacts[container].audio;
  const more = audio.more.filter(({ codec }) => held.includes(codec)).map(fitTrack);
  return { ...audio, ...fitTrack(audio), more };
}

function fitTrack(track: TrackSettings): TrackSettings {
  const { kbps, channels, sampleRates } = audioFacts[track.codec];
  const tooMany = track.mixdown !== 'source' && mixdownChannels[track.mixdown] > channels;
  return {
    ...track,
    kbps: kbps && Math.min(kbps.most, Math.max(kbps.least, track.kbps ?? kbps.usual)),
    mixdown: tooMany ? (channels >= 6 ? '5.1' : 'stereo') : track.mixdown,
    sampleRate: track.sampleRate !== null && sampleRates !== 'any' && !sampleRates.includes(track.sampleRate) ? null : track.sampleRate,
  };
}

function differences(asked: PresetSettings, settings: PresetSettings): Moved[] {
  const keys = [
    'container',
    ...(settings.video ? Object.keys(settings.video).map((name) => `video.${name}`) : []),
    ...(settings.audio ? Object.keys(settings.audio).map((name) => `audio.${name}`) : []),
  ] as FieldKey[];
  const moved: Moved[] = asked.video && !settings.video ? [{ key: 'video', from: asked.video, to: null }] : [];
  for (const key of keys) {
    const [from, to] = [settingAt(asked, key), settingAt(settings, key)];
    if (JSON.stringify(from) !== JSON.stringify(to)) moved.push({ key, from, to });
  }
  return moved;
}
