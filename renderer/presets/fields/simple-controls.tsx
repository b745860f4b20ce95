/** What most people change, as one plain choice each: the format (container and codecs together) and the picture's size. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { audioFacts, videoFacts } from '../../../native/contract/codec-facts.ts';
import type { AudioCodec, ContainerId, FieldKey, VideoCodec } from '../../../native/contract/preset.ts';
import { containerName } from '../../format.ts';
import { Select } from '../../parts/select.tsx';
import { t } from '../../words/index.ts';
import type { Changes, ControlProps } from './editing.ts';

type Why = 'everywhere' | 'smaller' | 'smallest' | 'keeps' | 'web' | 'edit' | 'archive' | 'sound';

const pictures: [ContainerId, VideoCodec, AudioCodec, Why][] = [
  ['mp4', 'h264', 'aac', 'everywhere'],
  ['mp4', 'hevc', 'aac', 'smaller'],
  ['mp4', 'av1', 'aac', 'smallest'],
  ['mkv', 'h264', 'aac', 'keeps'],
  ['mkv', 'hevc', 'aac', 'keeps'],
  ['webm', 'vp9', 'opus', 'web'],
  ['webm', 'av1', 'opus', 'web'],
  ['mov', 'prores', 'pcm', 'edit'],
  ['mov', 'dnxhr', 'pcm', 'edit'],
  ['mkv', 'ffv1', 'flac', 'archive'],
];
const sounds: [ContainerId, AudioCodec, Why][] = [
  ['m4a', 'aac', 'sound'],
  ['mp3', 'mp3', 'sound'],
  ['opus', 'opus', 'sound'],
  ['flac', 'flac', 'archive'],
];

export const formatKeys: FieldKey[] = ['container', 'video.codec', 'audio.codec'];

/** "MP4, H.264, AAC". */
export const formatName = (container: ContainerId, video: VideoCodec | null, audio: AudioCodec | null) =>
  [containerName(container), video && videoFacts[video].title, audio && audioFacts[audio].title].filter(Boolean).join(', ');

export function FormatControl({ editing: { settings, disabled = false, set } }: Pick<ControlProps, 'editing'>): ReactNode {
  const { container, video, audio } = settings;
  const rows = video
    ? pictures.map(([holder, picture, sound, why]) => ({ holder, picture, sound, why }))
    : sounds.map(([holder, sound, why]) => ({ holder, picture: null, sound, why }));
  const at = rows.findIndex(
    ({ holder, picture, sound }) => holder === container && picture === (video?.codec ?? null) && (!audio || sound === audio.codec),
  );
  const choose = (index: string) => {
    const row = rows[Number(index)];
    if (!row) return;
    // The container comes first, so that codecs do not look for another one.
    const changes: Changes = { container: row.holder };
    if (row.picture) changes['video.codec'] = row.picture;
    if (audio) changes['audio.codec'] = row.sound;
    set(changes);
  };
  return (
    <Select
      name={t('fields:format.label')}
      className="w-full"
      disabled={disabled}
      value={String(at)}
      placeholder={formatName(container, video?.codec ?? null, audio?.codec ?? null)}
      choices={rows.map(({ holder, picture, sound, why }, index) => ({
        value: String(index),
        label: formatName(holder, picture, audio && sound),
        text: t(`fields:format.${why}`),
      }))}
      onChange={choose}
    />
  );
}

export const sizeKeys: FieldKey[] = ['video.maxHeight', 'video.maxWidth'];

const heights = [2160, 1440, 1080, 720, 576, 480, 360];
const source = 'source';
const wide = (height: number) => Math.round((height * 16) / 9 / 2) * 2;

export function SizeControl({ editing: { settings, disabled = false, set } }: Pick<ControlProps, 'editing'>): ReactNode {
  const { t } = useTranslation();
  const { maxHeight = null, maxWidth = null } = settings.video ?? {};
  const fits = maxHeight !== null && heights.includes(maxHeight) && (maxWidth === null || maxWidth >= wide(maxHeight));
  const other = t('fields:size.other', { width: maxWidth ?? t('fields:size.any'), height: maxHeight ?? t('fields:size.any') });
  return (
    <Select
      name={t('fields:size.label')}
      className="w-full"
      disabled={disabled}
      value={fits ? String(maxHeight) : maxHeight === null && maxWidth === null ? source : ''}
      placeholder={other}
      choices={[
        { value: source, label: t('fields:size.source') },
        ...heights.map((height) => ({ value: String(height), label: t('fields:size.atMost', { height }) })),
      ]}
      onChange={(chosen) => {
        const height = chosen === source ? null : Number(chosen);
        set({ 'video.maxHeight': height, 'video.maxWidth': height && wide(height) });
      }}
    />
  );
}
