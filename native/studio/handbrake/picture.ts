/** The picture's part of a HandBrake preset. */
import type { Overrides, VideoSettings } from '../../contract/preset.ts';
import type { Reader } from './reader.ts';
import { speeds, strengths, svtSpeed, type VideoEncoder, videoEncoder } from './values.ts';

/** null where the encoder is not known: then nothing can be made of the preset. */
export function readPicture(read: Reader): Overrides | null {
  const encoder = videoEncoder(read.text('VideoEncoder'));
  if (!encoder) return null;
  if (encoder.device) read.note('VideoEncoder', 'which device encodes is the machine’s matter: the best that works is used');
  if (encoder.why) read.note('VideoEncoder', encoder.why);
  return {
    'video.codec': encoder.codec,
    'video.bitDepth': encoder.codec === 'ffv1' ? 'source' : encoder.bitDepth,
    'video.hdr': encoder.bitDepth === 10 || encoder.codec === 'ffv1' ? 'keep' : 'tonemap',
    'video.rate': readRate(read, encoder),
    ...readEncoder(read, encoder),
    ...readTiming(read),
    ...readSize(read),
    ...readFilters(read),
  };
}

function readRate(read: Reader, { codec, device }: VideoEncoder): VideoSettings['rate'] {
  const type = read.number('VideoQualityType', 2);
  const [quality, kbps] = [read.number('VideoQualitySlider', 20), read.number('VideoAvgBitrate', 0)];
  const twice = ['VideoMultiPass', 'VideoTwoPass'].map((key) => read.flag(key)).includes(true);
  const megabytes = read.number('VideoTargetSize', 0);
  if (['prores', 'dnxhr', 'ffv1'].includes(codec)) return { mode: 'fixed' };
  if (type === 0 && megabytes > 0) return { mode: 'size', megabytes: Math.max(0.1, megabytes) };
  if (type === 1) return { mode: 'bitrate', kbps: Math.min(400_000, Math.max(50, Math.round(kbps))), passes: twice ? 2 : 1 };
  const most = codec === 'av1' || codec === 'vp9' ? 63 : 51;
  if (device === 'vt') {
    read.note('VideoQualitySlider', 'VideoToolbox counts from 0 to 100, the better the higher: the nearest CRF is taken');
    return { mode: 'quality', value: Math.round(most * (1 - Math.min(100, Math.max(0, quality)) / 100)) };
  }
  if (device) read.note('VideoQualitySlider', 'the device’s own scale is read as CRF, which looks about the same');
  return { mode: 'quality', value: Math.min(most, Math.max(0, quality)) };
}

const parameterOptions: Record<string, string> = { h264: 'x264-params', hevc: 'x265-params', av1: 'svtav1-params' };
const usualProfiles = ['baseline', 'main', 'high', 'high10', 'high422', 'high444', 'main10', 'main422-10', 'main444-8', 'main444-10'];
const usualTunes = ['film', 'animation', 'grain', 'stillimage', 'psnr', 'ssim', 'fastdecode', 'zerolatency'];

/** In the encoder's own words, where it takes them as one text; else they are FFmpeg's own names. */
function furtherOptions(codec: string, text: string): Record<string, string> | null {
  if (text.length > 200) return null;
  const own = parameterOptions[codec];
  if (own) return { [own]: text };
  const pairs = text.split(':').map((pair) => pair.split('='));
  return pairs.every((pair) => pair.length === 2) ? Object.fromEntries(pairs) : null;
}

/** Effort, profile, tune and further options. */
function readEncoder(read: Reader, { codec, device }: VideoEncoder): Overrides {
  const preset = read.text('VideoPreset').toLowerCase();
  const speed = /^\d+$/.test(preset) ? { value: svtSpeed(Number(preset)) } : speeds[preset];
  if (preset !== '' && !speed) read.note('VideoPreset', 'no such speed is known: medium is taken');
  if (speed && 'why' in speed && speed.why) read.note('VideoPreset', speed.why);
  const software = device === null && ['h264', 'hevc'].includes(codec);

  const profile = read.text('VideoProfile').toLowerCase();
  const knowsProfile = software && usualProfiles.includes(profile);
  if (!['', 'auto'].includes(profile) && !knowsProfile) read.note('VideoProfile', 'the encoder finds the profile by itself');
  const level = read.text('VideoLevel');
  const knowsLevel = device === null && codec === 'h264' && /^\d(\.\d)?$/.test(level);
  if (!['', 'auto'].includes(level) && !knowsLevel) read.note('VideoLevel', 'the encoder finds the level by itself');

  const [tune = '', ...more] = read.text('VideoTune').toLowerCase().split(',').filter(Boolean);
  const knowsTune = software && usualTunes.includes(tune);
  if (tune !== '' && !knowsTune) read.note('VideoTune', 'this encoder has no such tuning here');
  if (knowsTune && more.length > 0) read.note('VideoTune', `one tuning at a time: ${tune} is taken`);

  const advanced = read.flag('x264UseAdvancedOptions') ? read.text('x264Option') : '';
  const extra = read.text('VideoOptionExtra') || advanced;
  const options = device === null && extra !== '' ? furtherOptions(codec, extra) : null;
  if (extra !== '' && !options) read.note('VideoOptionExtra', 'these options cannot be handed on to the encoder');
  return {
    'video.speed': speed?.value ?? 'medium',
    'video.profile': knowsProfile ? profile : null,
    'video.tune': knowsTune ? tune : null,
    'video.options': { ...(knowsLevel && { level }), ...options },
  };
}

function readTiming(read: Reader): Overrides {
  const rate = Number.parseFloat(read.text('VideoFramerate'));
  const fps = rate >= 1 && rate <= 240 ? rate : null;
  const mode = read.text('VideoFramerateMode').toLowerCase();
  if (mode === 'cfr') return { 'video.frameRate': { mode: 'constant', fps } };
  return { 'video.frameRate': fps === null ? { mode: 'source', fps: null } : { mode: 'peak', fps } };
}

function readSize(read: Reader): Overrides {
  const limit = (key: string) => {
    const pixels = Math.floor(read.number(key, 0) / 2) * 2;
    return pixels >= 16 && pixels <= 16_384 ? pixels : null;
  };
  const par = read.text('PicturePAR') || 'auto';
  if (par === 'custom') read.note('PicturePAR', 'pixels keep the source’s shape');
  return {
    'video.maxWidth': limit('PictureWidth'),
    'video.maxHeight': limit('PictureHeight'),
    'video.anamorphic': par === 'off' || par === '0' ? 'square' : 'keep',
    'video.crop': readCrop(read),
    ...readTurn(read),
  };
}

function readCrop(read: Reader): VideoSettings['crop'] {
  const side = (key: string) => Math.max(0, Math.round(read.number(key, 0)));
  const sides = {
    ...{ top: side('PictureTopCrop'), bottom: side('PictureBottomCrop') },
    ...{ left: side('PictureLeftCrop'), right: side('PictureRightCrop') },
  };
  const loose = read.flag('PictureLooseCrop');
  const older = read.flag('PictureAutoCrop', true) ? (loose ? 1 : 0) : 3;
  const mode = read.number('PictureCropMode', older);
  if (mode === 1) read.note('PictureCropMode', 'borders are cropped as exactly as they are found');
  if (mode === 0 || mode === 1) return { mode: 'auto' };
  const none = mode === 2 || Object.values(sides).every((pixels) => pixels === 0);
  return none ? { mode: 'off' } : { mode: 'manual', ...sides };
}

/** `angle=90:hflip=1`, or a bare angle. */
function readTurn(read: Reader): Overrides {
  const text = read.text('PictureRotate');
  const angle = Number(/angle=(-?\d+)/.exec(text)?.[1] ?? (/^\d+$/.test(text) ? text : 0));
  const quarter = ((Math.round(angle / 90) % 4) + 4) % 4;
  return { 'video.rotate': ([0, 90, 180, 270] as const)[quarter] ?? 0, 'video.flip': /hflip=1/.test(text) };
}

const isOff = (value: string) => ['', 'off', 'none', '0', 'false'].includes(value.toLowerCase());

function readFilters(read: Reader): Overrides {
  const strengthOf = (name: string, preset: string, tune: string) => {
    const [wanted, tuned] = [read.text(preset).toLowerCase(), read.text(tune)];
    if (isOff(read.text(name))) return 'off';
    if (wanted === 'custom') read.note(preset, 'figures of one’s own become medium');
    if (!isOff(tuned)) read.note(tune, 'the filter is not tuned for a kind of film');
    return strengths[wanted] ?? 'medium';
  };
  const denoiser = read.text('PictureDenoiseFilter').toLowerCase();
  if (!isOff(denoiser) && !['hqdn3d', 'nlmeans'].includes(denoiser)) read.note('PictureDenoiseFilter', 'hqdn3d is used in its place');
  return {
    'video.denoise': strengthOf('PictureDenoiseFilter', 'PictureDenoisePreset', 'PictureDenoiseTune'),
    'video.denoiser': denoiser === 'nlmeans' ? 'nlmeans' : 'hqdn3d',
    'video.sharpen': strengthOf('PictureSharpenFilter', 'PictureSharpenPreset', 'PictureSharpenTune'),
    'video.deband': strengthOf('PictureDebandPreset', 'PictureDebandPreset', 'PictureDebandTune'),
    'video.grayscale': read.flag('VideoGrayScale'),
    ...readDeinterlace(read),
  };
}

function readDeinterlace(read: Reader): Overrides {
  const filter = read.text('PictureDeinterlaceFilter');
  const preset = read.text('PictureDeinterlacePreset').toLowerCase();
  const detects = !isOff(read.text('PictureCombDetectPreset'));
  if (isOff(filter)) return { 'video.deinterlace': 'off' };
  if (!['', 'default', 'bob', 'skip-spatial', 'fast', 'slow', 'slower'].includes(preset))
    read.note('PictureDeinterlacePreset', 'bwdif is used in its place');
  return {
    'video.deinterlace': detects || filter === 'decomb' ? 'auto' : 'always',
    'video.deinterlaceTo': preset === 'bob' || preset === 'eedi2bob' ? 'fields' : 'frames',
  };
}
