/** What a change of container keeps, converts and leaves out: every stream the target can hold, in the source's order, with notes for the rest. */
import { StudioError } from '../contract/errors.ts';
import type { MediaInfo, StreamInfo } from '../contract/media.ts';
import type { Note, Plan, StreamCopy } from '../contract/plan.ts';
import type { RemuxSettings, TrackRule } from '../contract/remux.ts';
import { audioOnly, type ContainerRow, containers, coverCodecs, holds } from './containers.ts';
import { describeTrack, keepTags, originOf, planChapters, tagFor } from './plan-words.ts';

/** Throws nothing-to-export when nothing of the source fits. */
export function makeRemuxPlan(media: MediaInfo, settings: RemuxSettings): Plan {
  const container = containers[settings.target];
  const notes: Note[] = [];
  const streams: StreamCopy[] = [];
  let soundTracks = 0;
  for (const stream of media.streams) {
    const why = leftOut(stream, settings, container, soundTracks);
    if (why === null) {
      if (stream.kind === 'audio') soundTracks++;
      streams.push(copyOf(stream, settings));
    } else if (why) notes.push({ kind: why.asAsked ? 'info' : 'loss', text: `${describeTrack(stream)} is left out: ${why.text}.` });
  }
  if (!streams.some((stream) => stream.kind === 'video' || stream.kind === 'audio'))
    throw new StudioError('nothing-to-export', `${container.title} can hold nothing of this file as it is. ${notes[0]?.text ?? ''}`.trim());

  const kept = media.streams.filter((stream) => streams.some((one) => one.input === stream.index));
  const timed = kept.filter((stream) => stream.kind === 'video' || stream.kind === 'audio');
  const origin = originOf(timed);
  return {
    source: media.path,
    container: settings.target,
    muxer: container.muxer,
    muxerOptions: container.options,
    origin,
    duration: media.duration,
    durationIsExact: false, // what can be copied of a file that is cut off is rescued, not refused
    streams,
    chapters: planChapters(media, container, origin, media.duration, notes),
    tags: keepTags(media.tags, /^(major_brand|minor_version|compatible_brands|encoder|duration)$/i),
    passes: 1,
    sizeLimit: null,
    estimatedBytes: media.bytes,
    notes,
    chosen: '',
  };
}

interface Reason {
  text: string;
  /** The person asked for it: no loss. */
  asAsked: boolean;
}

const asAsked = (text: string): Reason => ({ text, asAsked: true });
const unheld = (container: ContainerRow, what: string): Reason => ({ text: `${container.title} cannot hold ${what}`, asAsked: false });

/** null: it is kept. undefined: it is no loss that anyone could see (a timecode track that the muxer writes anew). */
function leftOut(stream: StreamInfo, settings: RemuxSettings, container: ContainerRow, soundTracks: number): Reason | null | undefined {
  switch (stream.kind) {
    case 'video':
      if (stream.cover) {
        if (!settings.attachments) return asAsked('no cover was asked for');
        return container.cover && coverCodecs.includes(stream.codec) ? null : unheld(container, 'a cover picture');
      }
      if (settings.video === 'none') return asAsked('no picture was asked for');
      return holds(container.video, stream.codec) ? null : unheld(container, `${stream.codec} pictures`);
    case 'audio':
      if (!isWanted(settings.audio, stream.language)) return asAsked('it was not asked for');
      if (audioOnly(settings.target) && soundTracks > 0) return { text: `${container.title} holds one track`, asAsked: false };
      return holds(container.audio, stream.codec) ? null : unheld(container, `${stream.codec} sound`);
    case 'subtitle': {
      const { subtitles } = settings;
      const wanted = subtitles === 'forced' ? stream.disposition.includes('forced') : isWanted(subtitles, stream.language);
      if (!wanted) return asAsked('it was not asked for');
      return holds(container.subtitle, stream.codec) ? null : unheld(container, `${stream.codec} subtitles`);
    }
    case 'attachment':
      if (!settings.attachments) return asAsked('no attached files were asked for');
      return container.attachments ? null : unheld(container, 'attached files');
    case 'data':
      return /^(tmcd|bin_data|none|unknown)$/.test(stream.codec) ? undefined : unheld(container, 'data tracks');
  }
}

const isWanted = (rule: TrackRule, language: string | null) =>
  rule === 'all' ? true : rule === 'none' ? false : rule.includes(language ?? 'und');

function copyOf(stream: StreamInfo, { target }: RemuxSettings): StreamCopy {
  return {
    action: 'copy',
    kind: stream.kind as StreamCopy['kind'],
    codec: stream.codec,
    input: stream.index,
    tags: keepTags(stream.tags, /^(duration|number_of_|bps|_statistics_)/i),
    disposition: stream.disposition,
    codecTag: tagFor(target, stream.codec),
  };
}
