/** Names what a result has no place for, before it is made: one note for each kind of thing, however many tracks it concerns. */
import type { TargetId } from '../../contract/lossless.ts';
import type { StreamInfo } from '../../contract/media.ts';
import type { Note } from '../../contract/plan.ts';
import { marks } from '../container-marks.ts';
import { containers } from '../containers.ts';
import type { TakenTrack } from './choose-tracks.ts';
import { lostMarks } from './picture-marks.ts';
import { flagsFor, languageFor, tagsFor, wordsOf } from './result-track.ts';

/** "Titles of tracks are left out: MPEG-TS has no place for them." */
export function leftOut(target: TargetId, what: string, many: boolean): Note {
  const text = `${what} ${many ? 'are' : 'is'} left out: ${containers[target].title} has no place for ${many ? 'them' : 'it'}.`;
  return { kind: 'loss', text };
}

/** "artist, album, date and 4 more". */
export function list(names: string[], most = 6): string {
  const all = [...new Set(names)];
  const rest = all.length > most ? `${all.length - most + 1} more` : all.at(-1);
  return all.length < 2 ? all.join('') : `${all.slice(0, all.length > most ? most - 1 : -1).join(', ')} and ${rest}`;
}

const flagWords: Record<string, string> = {
  comment: 'commentary',
  hearing_impaired: 'for the hard of hearing',
  visual_impaired: 'for the blind',
  dub: 'dubbed',
  original: 'original language',
};

/** Names of handlers that programs write by themselves. */
const usualHandlers = /^(|.?(Video|Sound|Subtitle|Audio|Data|Text) ?Handler|Core Media .*|ISO Media file.*|.*Media Handler)$/i;
/** Further tags that are no loss of their own: programs that wrote a track, and what has notes of its own. */
const told = /^(encoder|handler_name|filename|mimetype|timecode|alpha_mode)$/;

/** What of the tracks' words, flags and pictures the target has no place for. */
export function markNotes(taken: TakenTrack[], target: TargetId): Note[] {
  const held = marks[target];
  const tracks = taken.map(({ stream, choice }) => ({ stream, choice, words: wordsOf(stream, choice) }));
  const notes: Note[] = [];
  const note = (what: string, many = true) => notes.push(leftOut(target, what, many));

  if (!held.titles && tracks.some(({ words }) => words.title)) note('Titles of tracks');
  const languages = tracks.flatMap(({ stream, words: { language } }) =>
    language && !isSaid(language, stream.kind, target) ? [language] : [],
  );
  if (languages.length > 0) note(`Languages of tracks (${list(languages)})`);

  const flags = tracks.map(({ stream, words }) => ({ kind: stream.kind, lost: flagsFor(target, stream, words.disposition).lost }));
  const further = flags.flatMap(({ lost }) => lost.filter((flag) => flag !== 'default'));
  if (further.length > 0) note(`Flags of tracks (${list(further.map((flag) => flagWords[flag] ?? flag))})`);
  // The first of its kind is played anyway.
  const isFirst = (index: number) => flags.findIndex(({ kind }) => kind === flags[index]?.kind) === index;
  if (flags.some(({ lost }, index) => lost.includes('default') && !isFirst(index))) note('Which tracks are played by default', false);

  const tags = tracks.map(({ stream, words }) => ({ stream, words, lost: tagsFor(target, words.tags).lost }));
  const handlers = tags.filter(({ words, lost }) => lost.includes('handler_name') && !usualHandlers.test(handlerOf(words.tags)));
  if (handlers.length > 0) note('Handler names of tracks');
  const others = tags.flatMap(({ stream, lost }) => lost.filter((key) => !told.test(key) && !isUsualCover(stream, key)));
  if (others.length > 0) note(`Tags of tracks (${list(others)})`);

  for (const { stream, choice } of tracks) {
    if (stream.kind !== 'video' || stream.cover) continue;
    for (const what of lostMarks(stream, choice.rotation ?? stream.rotation, target)) note(what, false);
  }
  return notes;
}

/** Music files say of a cover which side of the sleeve it is, and nearly always this. */
const isUsualCover = (stream: StreamInfo, key: string): boolean =>
  stream.kind === 'video' && stream.cover && key === 'comment' && /^(Cover \(front\)|Other)$/.test(stream.tags['comment'] ?? '');

const handlerOf = (tags: Record<string, string>) => tags['handler_name'] ?? tags['HANDLER_NAME'] ?? '';

function isSaid(language: string, kind: string, target: TargetId): boolean {
  if (marks[target].languages === 'file') return kind === 'audio';
  // MPEG-TS describes sound and subtitles by their languages, pictures not.
  return languageFor(target, language) !== null && (target !== 'ts' || kind !== 'video');
}
