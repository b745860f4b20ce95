/** One track of the result: kept or not, what it is, and, unfolded, what it says of itself. */
import { ChevronRight, Film, GripVertical, Image, type LucideIcon, Music, Paperclip, Subtitles } from 'lucide-react';
import type { KeyboardEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Job } from '../../../native/contract/contract.ts';
import type { TrackChoice } from '../../../native/contract/lossless.ts';
import type { StreamInfo } from '../../../native/contract/media.ts';
import { codecName, fileName, frameRate, layoutName, pictureName, streamKind } from '../../format.ts';
import { language, t } from '../../words/index.ts';
import { flagName, isFlag } from '../flags.ts';
import { languageName } from '../languages.ts';
import { shownWords, type TrackRow } from '../tracks.ts';
import { TrackFields } from './track-fields.tsx';

const kinds: Record<StreamInfo['kind'], LucideIcon> = {
  video: Film,
  audio: Music,
  subtitle: Subtitles,
  attachment: Paperclip,
  data: Paperclip,
};

interface TrackLineProps {
  job: Job;
  row: TrackRow;
  /** The added file it comes from; null for the source. */
  addedBy: string | null;
  pending: boolean;
  disabled: boolean;
  open: boolean;
  /** Where a dragged row would land. */
  line: 'before' | 'after' | null;
  onToggle(): void;
  /** `key` names what is changed, so that a word is undone as a whole. */
  onChange(choice: TrackChoice | null, key?: string): void;
  onMove(by: 1 | -1): void;
  drag: { start(): void; over(): void; end(): void; drop(): void; isOn: boolean };
}

export function TrackLine({
  job,
  row,
  addedBy,
  pending,
  disabled,
  open,
  line,
  onToggle,
  onChange,
  onMove,
  drag,
}: TrackLineProps): ReactNode {
  const { t } = useTranslation();
  const { info, choice, outcome } = row;
  const Icon = info.kind === 'video' && info.cover ? Image : kinds[info.kind];
  const name = nameOf(info);
  const isLeft = !pending && choice !== null && outcome?.outcome === 'left';
  const isConverted = !pending && choice !== null && outcome?.outcome === 'converted';
  const onKeyDown = (event: KeyboardEvent) => {
    if (!event.altKey || disabled || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    onMove(event.key === 'ArrowUp' ? -1 : 1);
  };
  return (
    <li
      draggable={!disabled && !open}
      onDragStart={drag.start}
      onDragEnd={drag.end}
      onDragOver={(event) => {
        if (!drag.isOn) return;
        event.preventDefault();
        drag.over();
      }}
      onDrop={drag.drop}
      className={`relative border-b border-line last:border-b-0 ${line === 'before' ? 'shadow-[inset_0_2px_var(--accent-text)]' : line === 'after' ? 'shadow-[inset_0_-2px_var(--accent-text)]' : ''}`}
    >
      <div className="group/track flex min-h-12 items-center gap-2 py-1 pr-1.5 pl-1 hover:bg-hover">
        <GripVertical
          size={14}
          aria-hidden
          className={`shrink-0 text-line-strong ${disabled ? 'invisible' : 'group-hover/track:text-muted'}`}
        />
        <input
          type="checkbox"
          aria-label={t('lossless:track.keep', { kind: inSentence(streamKind(info.kind)), index: info.index, name })}
          checked={choice !== null}
          disabled={disabled}
          onKeyDown={onKeyDown}
          onChange={(event) => onChange(event.target.checked ? { file: row.file, stream: info.index, shift: 0 } : null)}
          className="size-4 shrink-0 accent-(--accent)"
        />
        <button
          type="button"
          aria-expanded={open}
          onClick={onToggle}
          onKeyDown={onKeyDown}
          aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown"
          className="flex min-w-0 flex-1 items-center gap-2.5 rounded-md text-left"
        >
          <Icon size={15} aria-hidden className={`shrink-0 ${choice ? 'text-text' : 'text-muted'}`} />
          <span className="min-w-0 flex-1">
            <span className={`block truncate ${choice ? '' : 'text-muted line-through decoration-line-strong'}`}>{name}</span>
            <span className={`block truncate text-sm ${isLeft ? 'text-warn' : 'text-muted'}`} title={outcome?.why}>
              {isLeft
                ? t('lossless:track.leftOut', { why: outcome.why })
                : isConverted
                  ? t('lossless:track.converted', { why: outcome.why })
                  : describe(row, addedBy) || streamKind(info.kind)}
            </span>
          </span>
          <ChevronRight
            size={14}
            aria-hidden
            className={`shrink-0 text-muted transition-transform duration-150 ${open ? 'rotate-90' : ''}`}
          />
        </button>
      </div>
      {open && <TrackFields job={job} row={row} disabled={disabled} onChange={onChange} />}
    </li>
  );
}

/** `1080p25 H.264`, `5.1 AAC`, `SRT subtitles`, `Font.ttf`. */
function nameOf(info: StreamInfo): string {
  const codec = codecName(info.codec);
  if (info.kind === 'video') {
    const rate = frameRate(info);
    return info.cover
      ? t('lossless:track.cover', { codec })
      : `${pictureName(info)}${rate ? Math.round(rate) : ''} ${codec}${info.hdr ? ' HDR' : ''}`;
  }
  if (info.kind === 'audio') return `${layoutName(info)[0]?.toUpperCase()}${layoutName(info).slice(1)} ${codec}`;
  if (info.kind === 'subtitle') return t('lossless:track.subtitles', { codec });
  return info.tags['filename'] ?? info.title ?? t('lossless:track.other', { kind: streamKind(info.kind), codec });
}

/** In English a noun is small within a line; in German it never is. */
const inSentence = (word: string) => (language() === 'en' ? word.toLowerCase() : word);

/** `English · “Commentary” · default · 120 ms later`. */
function describe(row: TrackRow, addedBy: string | null): string {
  const { language, title, disposition } = shownWords(row);
  const shift = row.choice?.shift ?? 0;
  const rotation = row.choice?.rotation;
  const words = [
    language && languageName(language),
    title && t('common:media.quoted', { title }),
    ...disposition.flatMap((flag) => (isFlag(flag) && flag !== 'attached_pic' ? inSentence(flagName(flag)) : [])),
    shift !== 0 && t(shift > 0 ? 'lossless:track.later' : 'lossless:track.earlier', { ms: Math.round(Math.abs(shift) * 1000) }),
    rotation !== undefined && t('common:media.turned', { degrees: rotation }),
    addedBy && t('lossless:track.from', { name: fileName(addedBy) }),
  ];
  return words.filter(Boolean).join(' · ');
}
