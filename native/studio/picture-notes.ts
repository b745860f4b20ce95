/** What is changed about a picture, in words. */
import type { Survey, VideoStream } from '../contract/media.ts';
import type { Note, VideoEncode } from '../contract/plan.ts';
import type { VideoSettings } from '../contract/preset.ts';
import { isSoftware, type VideoEncoderRow } from './encoders.ts';
import { bitsOf, denoiserFor } from './plan-filters.ts';
import { uprightSize } from './plan-shape.ts';

type Made = Pick<VideoEncode, 'pixelFormat' | 'crop' | 'deinterlace' | 'toneMap' | 'timing' | 'frameRate' | 'device'>;

export function pictureNotes(
  stream: VideoStream,
  settings: VideoSettings,
  encoder: VideoEncoderRow,
  found: Partial<Survey>,
  made: Made,
): Note[] {
  const { pixelFormat, toneMap, timing, frameRate } = made;
  const bits = bitsOf(pixelFormat);
  const notes: Note[] = [];
  const info = (text: string) => notes.push({ kind: 'info', text });
  const loss = (text: string) => notes.push({ kind: 'loss', text });

  const crop = cropWords(stream, settings, found, made);
  if (crop) info(crop);
  if (toneMap)
    loss(
      `HDR is turned into standard colours${settings.hdr === 'tonemap' ? ', as the preset says.' : `: ${encoder.title} here has 8 bits.`}`,
    );
  if (stream.alpha && !/^(yuva|gbrap|bgra|rgba|argb|abgr|ya)/.test(pixelFormat))
    loss(`Transparency is left out: ${encoder.title} here has none.`);
  if (bits === 8 && stream.bitDepth > 8 && !toneMap) loss(`${stream.bitDepth}-bit colour becomes 8-bit.`);
  const interlaced = fieldWords(settings, made);
  if (interlaced) info(interlaced);
  if (timing === 'peak' && frameRate) info(`The frame rate is lowered to ${fps(frameRate)} frames a second.`);
  if (settings.denoise !== 'off' && denoiserFor(settings, stream.bitDepth) !== settings.denoiser)
    info(`hqdn3d takes the noise out: nlmeans would take this picture’s ${stream.bitDepth} bits down to 8.`);
  if (settings.rate.mode === 'bitrate' && settings.rate.passes === 2 && !encoder.twoPass)
    info(`One pass is made instead of two: ${encoder.name} has no second one here.`);
  if (!isSoftware(encoder) && (settings.tune || Object.keys(settings.options).length > 0))
    info('Tuning and further options are left out: they are the software encoder’s. Choose the processor in the settings to use them.');
  return notes;
}

const fps = ({ num, den }: { num: number; den: number }) => String(Math.round((num / den) * 1000) / 1000);

/** "Black borders are cut off: 60 lines at the top, 60 at the bottom. 1920×960 are left." */
function cropWords(stream: VideoStream, { crop }: VideoSettings, found: Partial<Survey>, made: Made): string | null {
  if (crop.mode === 'off') return null;
  if (!made.crop) return crop.mode === 'auto' && found.crop ? 'There are no black borders to be cut off.' : null;
  const edges = crop.mode === 'auto' ? found.crop : crop;
  if (!edges) return null;
  const { width, height } = uprightSize(stream);
  const left = `${width - edges.left - edges.right}×${height - edges.top - edges.bottom}`;
  const where = (['top', 'bottom', 'left', 'right'] as const).filter((edge) => edges[edge] > 0).map((edge) => `${edge} ${edges[edge]}`);
  return `${crop.mode === 'auto' ? 'Black borders are cut off' : 'The picture is cropped'}: ${where.join(', ')} pixels. ${left} are left.`;
}

function fieldWords(settings: VideoSettings, { deinterlace, frameRate }: Made): string | null {
  if (!deinterlace) return null;
  const why = settings.deinterlace === 'always' ? 'Every picture is' : 'Interlaced: it is';
  const rate = deinterlace.to === 'fields' && frameRate ? `, to ${fps(frameRate)} pictures a second` : '';
  const kept = settings.deinterlaceTo === 'fields' && !rate ? ', a picture for each frame: the frame rate allows no more' : '';
  return `${why} deinterlaced${rate}${kept}.`;
}
