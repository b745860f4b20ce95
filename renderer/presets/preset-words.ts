/** A preset's settings as a person reads them, by topic. */
import type { Preset } from '../../native/contract/preset.ts';
import { codecName, containerName } from '../format.ts';

export interface Topic {
  title: string;
  rows: [string, string][];
}

export function describePreset(preset: Preset): Topic[] {
  const { video, audio } = preset;
  return [
    {
      title: 'File',
      rows: [
        ['Container', containerName(preset.container)],
        ['Subtitles', preset.subtitles.tracks !== 'none' ? 'Kept where the container can hold them' : 'Left out'],
      ],
    },
    ...(video ? [{ title: 'Picture', rows: pictureRows(video) }] : []),
    ...(audio ? [{ title: 'Sound', rows: soundRows(audio) }] : []),
  ];
}

function pictureRows(video: NonNullable<Preset['video']>): Topic['rows'] {
  const { rate, frameRate } = video;
  const quality = {
    quality: () => rate.mode === 'quality' && `The same throughout (CRF ${rate.value})`,
    bitrate: () => rate.mode === 'bitrate' && `${rate.kbps / 1000} Mb/s on average, ${rate.passes === 2 ? 'two passes' : 'one pass'}`,
    size: () => rate.mode === 'size' && `The whole file at most ${rate.megabytes} MB`,
    target: () => rate.mode === 'target' && `The smallest that measures ${rate.metric.toUpperCase()} ${rate.value}`,
    fixed: () => "The codec's own",
  }[rate.mode]();
  const rates = {
    source: "The source's",
    peak: `The source's, at most ${frameRate.fps ?? ''} fps`,
    constant: `Constant${frameRate.fps ? `, at most ${frameRate.fps} fps` : ''}`,
  };
  return [
    ['Codec', `${codecName(video.codec)}${video.profile ? `, ${video.profile}` : ''}`],
    ['Quality', quality || ''],
    [
      'Size',
      video.maxWidth || video.maxHeight ? `At most ${video.maxWidth ?? 'any'}×${video.maxHeight ?? 'any'}, never enlarged` : "The source's",
    ],
    ['Frame rate', rates[frameRate.mode]],
    ['Speed', video.rate.mode === 'fixed' ? "The codec's own" : video.speed],
    ['Bit depth', video.bitDepth === 'source' ? "The source's" : `${video.bitDepth} bit`],
    ['HDR', video.hdr === 'tonemap' ? 'Made to look right on any screen' : 'Kept'],
    ['Interlaced film', video.deinterlace === 'auto' ? 'Made progressive' : 'Left as it is'],
  ];
}

function soundRows(audio: NonNullable<Preset['audio']>): Topic['rows'] {
  return [
    ['Codec', codecName(audio.codec)],
    ['Bitrate', audio.kbps === null ? 'Lossless' : `${audio.kbps} kb/s for stereo`],
    ['Channels', audio.mixdown === 'source' ? "The source's" : `At most ${audio.mixdown}`],
    ['Tracks', audio.tracks === 'all' ? 'All' : 'The main one'],
    ...(audio.passthrough.length > 0 ? [['Copied as they are', audio.passthrough.map(codecName).join(', ')] as [string, string]] : []),
  ];
}
