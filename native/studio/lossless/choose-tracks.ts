/** Which tracks go into the result, and why the others do not: the order's choice and rules, and what the container can hold. */
import { StudioError } from '../../contract/errors.ts';
import type { LosslessOrder, TargetId, TrackChoice, TrackRule } from '../../contract/lossless.ts';
import type { MediaInfo, StreamInfo } from '../../contract/media.ts';
import { audioOnly, containers, coverCodecs } from '../containers.ts';
import { convertedTo } from '../text-subtitles.ts';
import { sameLanguage } from './languages.ts';

/** How a track goes over: `copy` its packets, `convert` its text, `attach` a cover as a file inside the file. */
export type Fate = { action: 'copy' | 'attach' } | { action: 'convert'; to: string };

/** Why those are left out that a choice by hand does not name. */
export const notChosen = 'it was not chosen';

/** Why a track is left out. */
export interface Reason {
  /** What stands behind "is left out: "; empty where nobody would miss it. */
  text: string;
  /** The person asked for it: no loss. */
  asked: boolean;
}

export interface ChosenTrack {
  choice: TrackChoice;
  stream: StreamInfo;
  fate: Fate | Reason;
}

export type TakenTrack = ChosenTrack & { fate: Fate };
export const isTaken = (track: ChosenTrack): track is TakenTrack => 'action' in track.fate;

/**
 * Every track of all files (`files[0]` is the source): those of a choice by hand first, in its order, then the rest as they lie.
 * Throws bad-input where the choice names what is not there.
 */
export function chooseTracks(files: MediaInfo[], order: LosslessOrder, target: TargetId): ChosenTrack[] {
  const all = files.flatMap(({ streams }, file) => streams.map((stream): TrackChoice => ({ file, stream: stream.index, shift: 0 })));
  const find = ({ file, stream }: TrackChoice) => {
    const found = files[file]?.streams.find((one) => one.index === stream);
    if (!found) throw new StudioError('bad-input', `There is no track ${stream} in ${file === 0 ? 'this file' : `added file ${file}`}.`);
    return found;
  };
  const wanted = order.tracks ?? all;
  const names = wanted.map(nameOf);
  const twice = wanted.find((choice, index) => names.indexOf(nameOf(choice)) < index);
  if (twice) throw new StudioError('bad-input', `Track ${twice.stream}${ofFile(twice)} is chosen twice.`);

  const tracks = wanted.map((choice): ChosenTrack => {
    const stream = find(choice);
    const ruled = order.tracks === null && choice.file === 0 ? againstRules(stream, order) : null;
    return { choice, stream, fate: ruled ?? fateOf(stream, target) };
  });
  const unchosen = all.filter((choice) => !names.includes(nameOf(choice)));
  return [
    ...keepOnes(tracks, target),
    ...unchosen.map((choice): ChosenTrack => ({ choice, stream: find(choice), fate: { text: notChosen, asked: true } })),
  ];
}

/** " of added file 2", for tracks that are not the source's. */
export const ofFile = ({ file }: TrackChoice): string => (file > 0 ? ` of added file ${file}` : '');
const nameOf = ({ file, stream }: TrackChoice) => `${stream}/${file}`;
const asked = (text: string): Reason => ({ text, asked: true });
const unheld = (text: string): Reason => ({ text, asked: false });

const isWanted = (rule: TrackRule, language: string | null) =>
  rule === 'all' || (rule !== 'none' && rule.some((one) => sameLanguage(one, language)));

/** null where the rules keep it. */
function againstRules(stream: StreamInfo, { rules }: LosslessOrder): Reason | null {
  switch (stream.kind) {
    case 'video':
      if (stream.cover) return rules.attachments ? null : asked('no cover is wanted');
      return rules.video === 'all' ? null : asked('no picture is wanted');
    case 'audio':
      return isWanted(rules.audio, stream.language) ? null : asked('it is not wanted');
    case 'subtitle': {
      const wanted = rules.subtitles === 'forced' ? stream.disposition.includes('forced') : isWanted(rules.subtitles, stream.language);
      return wanted ? null : asked('it is not wanted');
    }
    case 'attachment':
      return rules.attachments ? null : asked('no attached files are wanted');
    case 'data':
      return null;
  }
}

/** Pictures that can be attached to Matroska as files; Ogg knows covers alone. */
const attachable = (target: TargetId) => (containers[target].attachments ? [...coverCodecs, 'gif', 'bmp', 'webp', 'tiff'] : coverCodecs);

function fateOf(stream: StreamInfo, target: TargetId): Fate | Reason {
  const container = containers[target];
  const { codec } = stream;
  const textOnly = container.audio.length === 0;
  const cannot = (what: string) => unheld(`${container.title} cannot hold ${what}`);
  const copied: Fate = { action: 'copy' };
  if (target === 'file')
    return stream.kind === 'attachment' || (stream.kind === 'video' && stream.cover) ? copied : asked('one file inside is wanted');
  switch (stream.kind) {
    case 'video':
      if (textOnly) return asked(`${container.title} is text`);
      if (stream.cover && container.cover === 'attached')
        return attachable(target).includes(codec) ? { action: 'attach' } : cannot(`${codec} covers`);
      if (stream.cover) return container.cover && coverCodecs.includes(codec) ? copied : cannot('a cover picture');
      if (audioOnly(target)) return asked(`${container.title} is for sound`);
      return container.video.includes(codec) ? copied : cannot(`${codec} pictures`);
    case 'audio':
      if (textOnly) return asked(`${container.title} is text`);
      return container.audio.includes(codec) ? copied : cannot(`${codec} sound`);
    case 'subtitle': {
      if (container.subtitle.includes(codec)) return copied;
      const to = convertedTo(stream, container);
      if (to !== null) return { action: 'convert', to };
      return container.subtitle.length === 0
        ? cannot('subtitles')
        : cannot(`${codec} subtitles${stream.text ? '' : ', which are pictures'}`);
    }
    case 'attachment':
      return container.attachments ? copied : cannot('attached files');
    case 'data':
      // Chapters and timecodes have tracks of their own in MP4, which are made anew.
      if (/^(text|tmcd)$/.test(stream.tag ?? '')) return { text: '', asked: false };
      return container.data.includes(stream.tag ?? codec) || container.data.includes(codec) ? copied : cannot('data tracks of this kind');
  }
}

/** Files of one sound track, one text or one file take the one that players would choose. */
function keepOnes(tracks: ChosenTrack[], target: TargetId): ChosenTrack[] {
  const { soundTracks, title, audio, cover, attachments } = containers[target];
  const rows: { applies: boolean; kinds: StreamInfo['kind'][]; why: Reason }[] = [
    { applies: soundTracks === 1, kinds: ['audio'], why: unheld(`${title} is written with one sound track`) },
    { applies: audio.length === 0, kinds: ['subtitle'], why: unheld('a file of text holds one track') },
    { applies: cover === 'attached' && !attachments, kinds: ['video'], why: unheld(`${title} is written with one cover`) },
    { applies: target === 'file', kinds: ['attachment', 'video'], why: asked('one file is taken out') },
  ];
  return rows.reduce((all, { applies, kinds, why }) => {
    const fitting = all.filter((track) => applies && isTaken(track) && kinds.includes(track.stream.kind));
    const kept = fitting.find((track) => (track.choice.disposition ?? track.stream.disposition).includes('default')) ?? fitting[0];
    return all.map((track) => (fitting.includes(track) && track !== kept ? { ...track, fate: why } : track));
  }, tracks);
}
