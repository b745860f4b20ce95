/** What settings do to pictures, seen in decoded frames: cropped, turned, scaled, deinterlaced, cleaned, brought to other colours, cut. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AV_LOG_QUIET,
  AV_PKT_DATA_CONTENT_LIGHT_LEVEL,
  AV_PKT_DATA_DISPLAYMATRIX,
  AV_PKT_DATA_MASTERING_DISPLAY_METADATA,
} from 'node-av/constants';
import { Log } from 'node-av/lib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MediaInfo, Survey, VideoStream } from '../native/contract/media.ts';
import type { Plan, VideoEncode } from '../native/contract/plan.ts';
import type { Overrides, PresetSettings, VideoSettings } from '../native/contract/preset.ts';
import { presetTemplate } from '../native/contract/preset-template.ts';
import type { EncodeResult } from '../native/contract/worker-contract.ts';
import { createControl } from '../native/engine/control.ts';
import { encode } from '../native/engine/encode.ts';
import { writeContentLight, writeMastering } from '../native/engine/hdr-metadata.ts';
import { writeMatroskaChapters } from '../native/engine/matroska/write.ts';
import { probe } from '../native/engine/probe.ts';
import { survey } from '../native/engine/survey.ts';
import { makePlan } from '../native/studio/plan.ts';
import { surveyFor } from '../native/studio/survey.ts';
import { beep, type Clip, type ClipStream, flash, makeClip } from './fixtures/clips.ts';
import { measure } from './fixtures/measure.ts';
import { detail, difference, firstPicture, levels, mean, meanOf, readPictures, valueAt } from './fixtures/pictures.ts';
import { readTrack } from './fixtures/subtitle-tracks.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'muxwell-picture-'));
  Log.setLevel(AV_LOG_QUIET);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let made = 0;
const fresh = (extension: string) => join(folder, `${++made}.${extension}`);

/** A clip of one picture, kept without loss unless another encoder is asked for. */
function clip(source: string, stream: Partial<ClipStream> = {}, more: Partial<Clip> = {}): string {
  return makeClip(fresh('mkv'), { muxer: 'matroska', ...more, streams: [{ source, encoder: 'ffv1', ...stream }] });
}

interface Export {
  plan: Plan;
  film: VideoEncode;
  out: string;
  info: MediaInfo;
  video: VideoStream;
  result: EncodeResult;
}

interface Asked {
  settings?: Partial<PresetSettings>;
  overrides?: Overrides;
  found?: Partial<Survey>;
}

const planOf = (media: MediaInfo, video: Partial<VideoSettings>, { settings, overrides, found }: Asked = {}) =>
  makePlan({
    media,
    settings: { ...presetTemplate, container: 'mkv', video: { ...presetTemplate.video, speed: 'ultrafast', ...video }, ...settings },
    ...(overrides && { overrides }),
    ...(found && { found }),
  });
const words = (plan: Plan) => plan.notes.map(({ text }) => text).join('\n');
const videoOf = (info: MediaInfo) => info.streams.find((stream): stream is VideoStream => stream.kind === 'video') as VideoStream;

async function exportFile(source: string, video: Partial<VideoSettings>, asked: Asked = {}): Promise<Export> {
  const plan = planOf(probe(source), video, asked);
  const out = fresh(plan.container);
  const result = await encode({ plan, partial: out, threads: 1 }, createControl(new AbortController().signal), () => {});
  const info = probe(out);
  return { plan, film: plan.streams[0] as VideoEncode, out, info, video: videoOf(info), result };
}

/** Nearly lossless, so that what is seen is the filter's doing. */
const fine = { rate: { mode: 'quality', value: 4 } } as const;
const matrix = (cells: number[]) => Buffer.from(new Int32Array(cells).buffer);
/** Display matrices: a turn by 90° clockwise, and the same of a mirrored picture. */
const quarterTurn = matrix([0, 65536, 0, -65536, 0, 0, 0, 0, 1 << 30]);

describe('crop', () => {
  /** 320×240 with a grey picture inside a black border: 20 above, 30 below, 40 left, 10 right. */
  const bordered = (extra: Partial<ClipStream> = {}) =>
    clip('color=c=0x808080:s=270x190:r=10:d=0.3,format=yuv420p,pad=320:240:40:20:black', extra);
  const borders = { top: 20, bottom: 30, left: 40, right: 10 };

  test('by hand takes the border and nothing else', async () => {
    const { video, out, plan } = await exportFile(bordered(), { ...fine, crop: { mode: 'manual', ...borders } });
    expect(video).toMatchObject({ width: 270, height: 190 });
    const picture = firstPicture(out);
    for (const [left, top, right, bottom] of [
      [0, 0, 0.02, 1],
      [0.98, 0, 1, 1],
      [0, 0, 1, 0.02],
      [0, 0.98, 1, 1],
    ] as const)
      expect(meanOf(picture.luma, left, top, right, bottom)).toBeGreaterThan(120);
    expect(words(plan)).toContain('cropped: top 20, bottom 30, left 40, right 10 pixels. 270×190 are left');
  });

  test('counts on the upright picture: of one that is turned by its file other edges are taken as they lie there', async () => {
    const source = bordered({ parameters: (parameters) => parameters.addCodedSideData(AV_PKT_DATA_DISPLAYMATRIX, quarterTurn) });
    // Turned clockwise, the left edge is at the top and the top at the right.
    expect(videoOf(probe(source))).toMatchObject({ rotation: 90 });
    const upright = { top: 40, right: 20, bottom: 10, left: 30 };
    const { video, out, film } = await exportFile(source, { ...fine, crop: { mode: 'manual', ...upright } });
    expect(film.crop).toEqual(borders);
    expect(video).toMatchObject({ width: 190, height: 270, rotation: 0 });
    const picture = firstPicture(out);
    expect(meanOf(picture.luma, 0, 0, 0.02, 1)).toBeGreaterThan(120);
    expect(meanOf(picture.luma, 0, 0.98, 1, 1)).toBeGreaterThan(120);
  });

  test('limits hold against what is left of the picture', async () => {
    const { video } = await exportFile(bordered(), { crop: { mode: 'manual', ...borders }, maxHeight: 96 });
    expect(video).toMatchObject({ width: 136, height: 96 });
  });

  test('that leaves nothing is refused in a sentence', () => {
    const media = probe(bordered());
    expect(() => planOf(media, { crop: { mode: 'manual', top: 120, bottom: 110, left: 0, right: 0 } })).toThrow(
      'The crop leaves too little of the picture, which is 320×240',
    );
  });

  test('of what was found is told, and of nothing found, too', () => {
    const media = probe(bordered());
    expect(words(planOf(media, { crop: { mode: 'auto' } }, { found: { crop: borders } }))).toContain(
      'Black borders are cut off: top 20, bottom 30, left 40, right 10 pixels. 270×190 are left',
    );
    const none = { top: 0, bottom: 0, left: 0, right: 0 };
    expect(words(planOf(media, { crop: { mode: 'auto' } }, { found: { crop: none } }))).toContain('no black borders');
  });
});

describe('turned and mirrored', () => {
  /** Brightness of the four quarters: left top, right top, left bottom, right bottom. */
  const quarters = (path: string) => {
    const { luma } = firstPicture(path);
    return [
      [0.1, 0.1],
      [0.6, 0.1],
      [0.1, 0.6],
      [0.6, 0.6],
    ].map(([x = 0, y = 0]) => Math.round(meanOf(luma, x, y, x + 0.3, y + 0.3) / 50));
  };
  const grey = (level: number) => `0x${level.toString(16).padStart(2, '0').repeat(3)}`;
  /** Quarters of about 50, 100, 150 and 200. */
  const source = () =>
    clip(
      `color=c=${grey(40)}:s=160x96:r=10:d=0.2,drawbox=x=80:w=80:h=48:c=${grey(98)}:t=fill,drawbox=y=48:w=80:h=48:c=${grey(156)}:t=fill,drawbox=x=80:y=48:w=80:h=48:c=${grey(214)}:t=fill,format=yuv420p`,
    );
  const [a, b, c, d] = [1, 2, 3, 4];

  test.each([
    [0, false, [a, b, c, d]],
    [90, false, [c, a, d, b]],
    [180, false, [d, c, b, a]],
    [270, false, [b, d, a, c]],
    [0, true, [b, a, d, c]],
    [90, true, [a, c, b, d]],
  ] as const)('%i degrees clockwise, mirrored: %s', async (rotate, flip, expected) => {
    const { out, video } = await exportFile(source(), { ...fine, rotate, flip });
    expect(quarters(out)).toEqual(expected);
    expect(video).toMatchObject(rotate % 180 === 0 ? { width: 160, height: 96 } : { width: 96, height: 160 });
  });

  test('on top of what the file says of itself', async () => {
    const turned = makeClip(fresh('mp4'), {
      muxer: 'mp4',
      streams: [
        {
          source: `color=c=${grey(40)}:s=160x96:r=10:d=0.2,drawbox=x=80:w=80:h=48:c=${grey(98)}:t=fill,drawbox=y=48:w=80:h=48:c=${grey(156)}:t=fill,drawbox=x=80:y=48:w=80:h=48:c=${grey(214)}:t=fill,format=yuv420p`,
          encoder: 'libx264',
          options: { crf: '4', preset: 'ultrafast' },
          parameters: (parameters) => parameters.addCodedSideData(AV_PKT_DATA_DISPLAYMATRIX, quarterTurn),
        },
      ],
    });
    expect(quarters((await exportFile(turned, fine)).out)).toEqual([c, a, d, b]);
    expect(quarters((await exportFile(turned, { ...fine, rotate: 90 })).out)).toEqual([d, c, b, a]);
    expect(quarters((await exportFile(turned, { ...fine, rotate: 270 })).out)).toEqual([a, b, c, d]);
    expect(quarters((await exportFile(turned, { ...fine, flip: true })).out)).toEqual([a, c, b, d]);
  });
});

test('pixels that are not square are kept, or made square without showing anything smaller', async () => {
  const wide = clip('testsrc2=s=160x120:r=10:d=0.2,setsar=2/1,format=yuv420p');
  expect((await exportFile(wide, { anamorphic: 'keep' })).video).toMatchObject({ width: 160, height: 120, sar: { num: 2, den: 1 } });
  expect((await exportFile(wide, { anamorphic: 'square' })).video).toMatchObject({ width: 320, height: 120, sar: { num: 1, den: 1 } });
  expect((await exportFile(wide, { anamorphic: 'square', maxWidth: 240 })).video).toMatchObject({ width: 240, height: 90 });
  const tall = clip('testsrc2=s=160x120:r=10:d=0.2,setsar=1/2,format=yuv420p');
  expect((await exportFile(tall, { anamorphic: 'square' })).video).toMatchObject({ width: 160, height: 240, sar: { num: 1, den: 1 } });
});

describe('deinterlacing', () => {
  /** A bar that moves 8 pixels a field, in 25 interlaced frames a second. */
  const moving = "color=c=black:s=320x240:r=50:d=0.4,format=yuv420p,geq=lum='if(between(X,8*N,8*N+24),235,16)':cb=128:cr=128";
  const interlaced = (marked: boolean) =>
    clip(`${moving},tinterlace=interleave_top${marked ? ',setfield=tff' : ',setfield=prog'}`, {
      encoder: 'mpeg2video',
      options: marked ? { b: '6000000', flags: '+ildct+ilme', field_order: 'tt' } : { b: '6000000' },
    });
  /** Lines that differ from the next by more than one that lies two further: teeth. */
  const combing = (path: string) =>
    readPictures(path).map(({ luma }) => {
      const { width, height } = luma;
      let teeth = 0;
      for (let y = 0; y + 2 < height; y++)
        for (let x = 0; x < width; x++) {
          const [one, two, three] = [valueAt(luma, x, y), valueAt(luma, x, y + 1), valueAt(luma, x, y + 2)];
          if (Math.abs(one - two) > 60 && Math.abs(one - three) < 20) teeth++;
        }
      return teeth / (width * height);
    });
  const most = (values: number[]) => Math.max(...values.slice(1));

  test('takes the teeth out of what is marked, and keeps the film’s length and rate', async () => {
    const source = interlaced(true);
    expect(most(combing(source))).toBeGreaterThan(0.02);
    const { out, plan, video } = await exportFile(source, fine);
    expect(most(combing(out))).toBeLessThan(0.004);
    expect(words(plan)).toContain('Interlaced: it is deinterlaced.');
    expect(readPictures(out).map(({ at }) => Math.round(at * 1000))).toEqual([0, 40, 80, 120, 160, 200, 240, 280, 320, 360]);
    expect(video.frameRate).toEqual({ num: 25, den: 1 });
  });

  test('to fields makes twice as many pictures, evenly spaced, each with a bar in a place of its own', async () => {
    const { out, plan, video } = await exportFile(interlaced(true), { ...fine, deinterlaceTo: 'fields' });
    const pictures = readPictures(out);
    expect(pictures.map(({ at }) => Math.round(at * 1000))).toEqual(Array.from({ length: 20 }, (_, index) => index * 20));
    expect(video.frameRate).toEqual({ num: 50, den: 1 });
    expect(most(combing(out))).toBeLessThan(0.004);
    expect(words(plan)).toContain('deinterlaced, to 50 pictures a second');
    const centres = pictures.map(({ luma }) => {
      let [sum, weight] = [0, 0];
      for (let x = 0; x < luma.width; x++) {
        const value = Math.max(0, valueAt(luma, x, 120) - 60);
        [sum, weight] = [sum + x * value, weight + value];
      }
      return sum / weight;
    });
    for (const [index, centre] of centres.slice(4, 18).entries()) expect(centre - (centres[index + 3] ?? 0)).toBeCloseTo(8, -0.5);
  });

  test('to fields is given up where the frame rate may not be so high', async () => {
    const { plan, video } = await exportFile(interlaced(true), { deinterlaceTo: 'fields', frameRate: { mode: 'peak', fps: 30 } });
    expect(video.frameRate).toEqual({ num: 25, den: 1 });
    expect(words(plan)).toContain('the frame rate allows no more');
  });

  test('of every picture is for films that do not say what they are; `off` leaves even marked ones', async () => {
    const source = interlaced(false);
    expect(videoOf(probe(source)).interlaced).toBe(false);
    expect(most(combing((await exportFile(source, fine)).out))).toBeGreaterThan(0.02);
    expect(most(combing((await exportFile(source, { ...fine, deinterlace: 'always' })).out))).toBeLessThan(0.004);
    expect(most(combing((await exportFile(interlaced(true), { ...fine, deinterlace: 'off' })).out))).toBeGreaterThan(0.02);
  });

  test('of what was found to be interlaced goes by the field that was found first', async () => {
    const { out, plan, film } = await exportFile(interlaced(false), { ...fine, deinterlace: 'always' }, { found: { fields: 'top' } });
    expect(film.deinterlace).toEqual({ which: 'all', to: 'frames', first: 'top' });
    expect(most(combing(out))).toBeLessThan(0.004);
    expect(words(plan)).toContain('Every picture is deinterlaced.');
    expect(planOf(probe(interlaced(false)), fine, { found: { fields: 'top' } }).streams[0]).toMatchObject({ deinterlace: null });
  });
});

describe('noise, edges, steps, colours', () => {
  const scene = 'mandelbrot=s=160x120:r=10:start_scale=0.5:end_scale=0.45,trim=duration=0.6,format=yuv420p';
  const clean = () => readPictures(clip(scene));

  test.each([
    ['hqdn3d', 12],
    ['nlmeans', 20],
  ] as const)('%s brings a noisy picture nearer to the clean one, and more so the stronger it is', async (denoiser, noise) => {
    const reference = clean();
    const noisy = clip(`${scene},noise=alls=${noise}:allf=t:all_seed=7`);
    const left = async (denoise: VideoSettings['denoise']) => {
      const pictures = readPictures((await exportFile(noisy, { ...fine, denoise, denoiser })).out);
      return mean({
        width: 4,
        height: 1,
        values: Float64Array.from(pictures.slice(2), ({ luma }, index) => difference(luma, reference[index + 2]?.luma ?? luma)),
      });
    };
    const [off, light, medium, strong] = [await left('off'), await left('light'), await left('medium'), await left('strong')];
    expect(light).toBeLessThanOrEqual(off);
    expect(medium).toBeLessThan(light);
    expect(strong).toBeLessThan(medium);
    expect(strong).toBeLessThan(off * 0.75);
  });

  test('nlmeans gives way to hqdn3d where it would cost bits, and a note says so', async () => {
    const source = clip(`${scene},format=yuv420p10le`);
    const { film, plan, out } = await exportFile(source, { codec: 'hevc', bitDepth: 10, denoise: 'light', denoiser: 'nlmeans' });
    expect(film.clean).toEqual(['hqdn3d=2:1:2:3']);
    expect(words(plan)).toContain('nlmeans would take');
    expect(firstPicture(out).format).toBe('yuv420p10le');
  });

  test('sharpening makes edges steeper, and more so the stronger it is', async () => {
    const soft = clip(`${scene},gblur=1.2`);
    const steps: number[] = [];
    for (const sharpen of ['off', 'light', 'medium', 'strong'] as const)
      steps.push(detail(firstPicture((await exportFile(soft, { ...fine, sharpen })).out).luma));
    const [off = 0, light = 0, medium = 0, strong = 0] = steps;
    expect(light).toBeGreaterThan(off * 1.1);
    expect(medium).toBeGreaterThan(light);
    expect(strong).toBeGreaterThan(medium);
  });

  test('debanding fills the steps of a ramp in, where sharpening or nothing leaves them', async () => {
    // A dark sky of six steps, each 50 columns wide.
    const banded = clip("color=c=black:s=300x100:r=10:d=0.2,format=yuv420p,geq=lum='40+3*floor(X/50)':cb=128:cr=128");
    const column = (path: string) => {
      const { luma } = firstPicture(path);
      return Array.from({ length: luma.width }, (_, x) => meanOf(luma, x / luma.width, 0, (x + 1) / luma.width, 1));
    };
    const steepest = (columns: number[]) => Math.max(...columns.slice(1).map((value, x) => Math.abs(value - (columns[x] ?? 0))));
    const lossless = { codec: 'ffv1', rate: { mode: 'fixed' }, bitDepth: 'source' } as const;
    expect(steepest(column((await exportFile(banded, lossless)).out))).toBe(3);
    expect(steepest(column((await exportFile(banded, { ...lossless, deband: 'medium' })).out))).toBeLessThan(1.6);
  });

  test.each([
    ['H.264', 'yuv420p', { codec: 'h264', ...fine }, [128, 128]],
    ['HEVC in 10 bits', 'yuv420p10le', { codec: 'hevc', bitDepth: 10 }, [512, 512]],
    ['FFV1 of RGB', 'bgr0', { codec: 'ffv1', rate: { mode: 'fixed' }, bitDepth: 'source' }, null],
  ] as const)('grey has no colour left: %s', async (_name, format, video, chroma) => {
    const { out } = await exportFile(clip(`testsrc2=s=160x120:r=10:d=0.2,format=${format}`), { ...video, grayscale: true });
    const { luma, chroma: planes } = firstPicture(out);
    if (chroma) for (const plane of planes) expect([mean(plane), levels(plane)]).toEqual([chroma[0], 1]);
    else for (const plane of planes) expect(difference(plane, luma)).toBe(0);
    expect(levels(luma)).toBeGreaterThan(5);
  });
});

describe('frame rates', () => {
  const uneven = () =>
    makeClip(fresh('mp4'), {
      muxer: 'mp4',
      streams: [
        {
          source: "testsrc2=s=160x120:r=60:d=2,select='if(lt(t,1),1,not(mod(n,4)))',format=yuv420p",
          encoder: 'libx264',
          options: { preset: 'ultrafast' },
        },
      ],
    });
  const gaps = (path: string) => {
    const times = readPictures(path).map(({ at }) => at);
    return times.slice(1).map((at, index) => Math.round((at - (times[index] ?? 0)) * 1000));
  };

  test('as the source has it: an uneven one keeps the time of every frame', async () => {
    const source = uneven();
    const { out } = await exportFile(source, { frameRate: { mode: 'source', fps: null } });
    expect(readPictures(out).map(({ at }) => Math.round(at * 1000))).toEqual(readPictures(source).map(({ at }) => Math.round(at * 1000)));
    expect(new Set(gaps(out)).size).toBeGreaterThan(1);
  });

  test('at most: only what is faster loses frames', async () => {
    const { out, plan } = await exportFile(uneven(), { frameRate: { mode: 'peak', fps: 30 } });
    const found = gaps(out);
    // The fast second has every other frame left, the slow one all.
    expect(found.filter((gap) => Math.abs(gap - 33) <= 1).length).toBeGreaterThanOrEqual(28);
    expect(found.filter((gap) => Math.abs(gap - 67) <= 1).length).toBeGreaterThanOrEqual(13);
    expect(Math.min(...found)).toBeGreaterThanOrEqual(32);
    expect(words(plan)).toContain('lowered to 30 frames a second');
  });

  test('even: frames are repeated and dropped until all are equally far apart', async () => {
    const { out, video } = await exportFile(uneven(), { frameRate: { mode: 'constant', fps: 25 } });
    expect(new Set(gaps(out))).toEqual(new Set([40]));
    expect(readPictures(out).length).toBeCloseTo(50, -0.5);
    expect(video.variableRate).toBe(false);
  });

  test('an even share of a higher rate, never a stutter', async () => {
    const sixty = clip('testsrc2=s=160x120:r=60:d=0.5,format=yuv420p');
    for (const mode of ['peak', 'constant'] as const) {
      const { out, video } = await exportFile(sixty, { frameRate: { mode, fps: 25 } });
      expect(video.frameRate).toEqual({ num: 20, den: 1 });
      expect(new Set(gaps(out))).toEqual(new Set([50]));
    }
    expect((await exportFile(sixty, { frameRate: { mode: 'peak', fps: 60 } })).video.frameRate).toEqual({ num: 60, den: 1 });
  });
});

describe('HDR', () => {
  const mastering = {
    ...{ red: [0.68, 0.32], green: [0.265, 0.69], blue: [0.15, 0.06], white: [0.3127, 0.329] },
    ...{ minLuminance: 0.005, maxLuminance: 1000 },
  } as NonNullable<VideoStream['mastering']>;
  const light = { max: 1000, average: 400 };
  const transfers = { pq: 16, hlg: 18 } as const;

  /** Grey columns, each a step of the signal from black to white, in 10 bits of BT.2020. */
  const steps = 16;
  const ramp = `color=c=black:s=256x64:r=10:d=0.3,format=yuv420p10le,geq=lum='64+876*floor(X/16)/${steps}':cb=512:cr=512`;
  const hdr = (kind: keyof typeof transfers, container = 'mp4'): string =>
    makeClip(fresh(container), {
      muxer: container === 'mp4' ? 'mp4' : 'matroska',
      streams: [
        {
          source: ramp,
          encoder: 'libx265',
          options: { preset: 'ultrafast', crf: '4', 'x265-params': 'log-level=none' },
          configure(context) {
            context.colorPrimaries = 9 as never;
            context.colorTrc = transfers[kind] as never;
            context.colorSpace = 9 as never;
            context.colorRange = 1 as never;
          },
          parameters(parameters) {
            if (kind === 'hlg') return;
            parameters.addCodedSideData(AV_PKT_DATA_MASTERING_DISPLAY_METADATA, writeMastering(mastering));
            parameters.addCodedSideData(AV_PKT_DATA_CONTENT_LIGHT_LEVEL, writeContentLight(light));
          },
        },
      ],
    });
  const kept = { hdr: 'keep', bitDepth: 10 } as const;

  /** The file is read through another container, so that only what the pictures' own stream says is left. */
  test.each([
    ['hevc', 'mp4'],
    ['hevc', 'mkv'],
    ['av1', 'mp4'],
    ['av1', 'mkv'],
  ] as const)(
    'HDR10 stays HDR10, with mastering and light level, in the container and in the pictures: %s in %s',
    async (codec, container) => {
      const { video, out, plan } = await exportFile(hdr('pq'), { ...kept, codec }, { settings: { container } });
      expect(video).toMatchObject({
        hdr: 'pq',
        bitDepth: 10,
        color: { primaries: 9, transfer: 16, matrix: 9, range: 'tv' },
        contentLight: light,
      });
      for (const key of ['red', 'green', 'blue', 'white'] as const)
        for (const at of [0, 1] as const) expect(video.mastering?.[key][at]).toBeCloseTo(mastering[key][at], 3);
      expect(video.mastering?.maxLuminance).toBeCloseTo(1000, 1);
      expect(video.mastering?.minLuminance).toBeCloseTo(0.005, 3);
      expect(firstPicture(out).hasHdrData).toBe(true);
      expect(words(plan)).not.toContain('HDR');
    },
  );

  test.each(['hevc', 'av1', 'vp9'] as const)('HLG stays HLG: %s', async (codec) => {
    const { video } = await exportFile(hdr('hlg'), { ...kept, codec });
    expect(video).toMatchObject({ hdr: 'hlg', bitDepth: 10, color: { primaries: 9, transfer: 18, matrix: 9 }, mastering: null });
  });

  /** ST 2084 and BT.2100 HLG (1000 cd/m², gamma 1.2) as light, cd/m². */
  const pq = { m1: 2610 / 16384, m2: (2523 / 4096) * 128, c1: 3424 / 4096, c2: (2413 / 4096) * 32, c3: (2392 / 4096) * 32 };
  const fromPq = (signal: number) => {
    const power = signal ** (1 / pq.m2);
    return 10_000 * (Math.max(0, power - pq.c1) / (pq.c2 - pq.c3 * power)) ** (1 / pq.m1);
  };
  const toPq = (nits: number) => {
    const power = (nits / 10_000) ** pq.m1;
    return ((pq.c1 + pq.c2 * power) / (1 + pq.c3 * power)) ** pq.m2;
  };
  const fromHlg = (signal: number) => {
    const [a, b, c] = [0.17883277, 0.28466892, 0.55991073];
    const scene = signal <= 0.5 ? signal ** 2 / 3 : (Math.exp((signal - c) / a) + b) / 12;
    return 1000 * scene ** 1.2;
  };
  /** BT.2390's curve from the source's peak to a screen of 203 cd/m², then BT.1886: 8 bits of limited range. */
  const expected = (nits: number, peak: number, screen = 203) => {
    const most = toPq(screen) / toPq(peak);
    const knee = 1.5 * most - 0.5;
    const signal = Math.min(1, toPq(nits) / toPq(peak));
    const t = (signal - knee) / (1 - knee);
    const spline = (2 * t ** 3 - 3 * t ** 2 + 1) * knee + (t ** 3 - 2 * t ** 2 + t) * (1 - knee) + (-2 * t ** 3 + 3 * t ** 2) * most;
    const shown = fromPq((signal < knee ? signal : spline) * toPq(peak));
    return 16 + 219 * Math.min(1, shown / screen) ** (1 / 2.4);
  };

  test.each([
    ['pq', fromPq],
    ['hlg', fromHlg],
  ] as const)('%s becomes standard colours: no HDR data left, and every grey as bright as BT.2390 has it', async (kind, light) => {
    const { video, out, plan } = await exportFile(hdr(kind), { ...fine, hdr: 'tonemap' });
    expect(video).toMatchObject({ hdr: null, mastering: null, contentLight: null, bitDepth: 8 });
    expect(video.color).toEqual({ primaries: 1, transfer: 1, matrix: 1, range: 'tv' });
    const picture = firstPicture(out);
    expect(picture.hasHdrData).toBe(false);
    const { luma, chroma } = picture;
    const column = (index: number) => meanOf(luma, (index + 0.3) / steps, 0.1, (index + 0.7) / steps, 0.9);
    const found = Array.from({ length: steps }, (_, index) => column(index));
    for (const [index, value] of found.entries())
      expect(Math.abs(value - Math.min(235, expected(light(index / steps), 1000)))).toBeLessThan(9);
    for (const [index, value] of found.slice(1).entries()) expect(value).toBeGreaterThanOrEqual((found[index] ?? 0) - 0.5);
    for (const plane of chroma) expect(Math.abs(mean(plane) - 128)).toBeLessThan(1.5);
    expect(words(plan)).toContain('HDR is turned into standard colours, as the preset says.');
  });

  test('in an 8-bit codec it is turned into standard colours all the same, and the note gives that reason', async () => {
    const { film, plan } = await exportFile(hdr('pq'), { hdr: 'keep', bitDepth: 8 });
    expect(film.toneMap).toEqual({ peak: 1000 });
    expect(words(plan)).toContain('HDR is turned into standard colours: H.264 here has 8 bits.');
  });
});

describe('codecs and profiles', () => {
  const source = () => clip('testsrc2=s=320x240:r=10:d=0.3,format=yuv420p');
  const fixed = { rate: { mode: 'fixed' }, bitDepth: 10 } as const;

  test.each([
    ['vp9', 'webm', null, { bitDepth: 8 }, 'yuv420p'],
    ['vp9', 'mkv', null, { bitDepth: 10 }, 'yuv420p10le'],
    ['prores', 'mov', 'proxy', fixed, 'yuv422p10le'],
    // Its decoder gives what there may be in it.
    ['prores', 'mov', '4444', fixed, 'yuv444p12le'],
    ['dnxhr', 'mov', null, { ...fixed, bitDepth: 8 }, 'yuv422p'],
    ['dnxhr', 'mov', 'dnxhr_lb', { ...fixed, bitDepth: 8 }, 'yuv422p'],
    ['dnxhr', 'mkv', null, fixed, 'yuv422p10le'],
    ['dnxhr', 'mov', 'dnxhr_444', fixed, 'yuv444p10le'],
    ['cineform', 'mov', 'film2', fixed, 'yuv422p10le'],
    ['cineform', 'mkv', null, fixed, 'yuv422p10le'],
  ] as const)('%s in %s, profile %s', async (codec, container, profile, video, format) => {
    const asked = { codec, profile, rate: { mode: 'quality', value: 31 }, ...video } as Partial<VideoSettings>;
    const { video: made, out } = await exportFile(source(), asked, { settings: { container, audio: null } });
    expect(made).toMatchObject({ width: 320, height: 240, pixelFormat: format });
    expect(readPictures(out)).toHaveLength(3);
  });

  test('ProRes 4444 and CineForm keep transparency', async () => {
    const see = clip('testsrc2=s=160x96:r=10:d=0.2,format=yuva420p,geq=lum=lum(X\\,Y):cb=cb(X\\,Y):cr=cr(X\\,Y):a=128');
    const settings = { container: 'mov' } as const;
    expect((await exportFile(see, { ...fixed, codec: 'prores', profile: '4444' }, { settings })).video.alpha).toBe(true);
    expect((await exportFile(see, { ...fixed, codec: 'cineform' }, { settings })).video.alpha).toBe(true);
  });

  test('CineForm’s width is a multiple of 16, and DNxHR refuses small pictures in a sentence', async () => {
    const odd = clip('testsrc2=s=330x242:r=10:d=0.2,format=yuv420p');
    expect((await exportFile(odd, { ...fixed, codec: 'cineform' }, { settings: { container: 'mov' } })).video).toMatchObject({
      width: 320,
      height: 242,
    });
    const small = probe(clip('testsrc2=s=160x96:r=10:d=0.2,format=yuv420p'));
    expect(() => planOf(small, { ...fixed, codec: 'dnxhr' }, { settings: { container: 'mov' } })).toThrow(
      'DNxHR takes pictures of 256×120 or more; this one has 160×96',
    );
  });

  test('tune and further options reach the encoder, the options over all else', async () => {
    const { film } = await exportFile(source(), { tune: 'grain', options: { crf: '40', 'x264-params': 'keyint=2' } });
    expect(film.options).toMatchObject({ tune: 'grain', crf: '40', 'x264-params': 'keyint=2' });
    expect((await exportFile(source(), { codec: 'av1', tune: 'psnr' })).film.options['svtav1-params']).toBe('tune=1');
  });

  test.each([
    [{ tune: 'cinema' }, 'H.264 cannot be tuned for “cinema”. It knows: film, animation'],
    [{ codec: 'prores', tune: 'film', ...fixed }, 'ProRes cannot be tuned for “film”. It knows none.'],
    [{ options: { crff: '20' } }, 'The encoder libx264 does not take crff=20.'],
    [{ options: { 'x264-params': 'no-such=1' } }, 'The encoder libx264 does not take no-such as it is set.'],
    [{ codec: 'hevc', options: { 'x265-params': 'no-such=1' } }, 'The encoder libx265 does not take no-such as it is set.'],
    [{ codec: 'av1', options: { 'svtav1-params': 'no-such=1' } }, 'The encoder libsvtav1 does not take no-such as it is set.'],
    [{ profile: 'high', bitDepth: 10 }, 'The profile high of H.264 has 8 bits, not 10.'],
    [{ profile: 'lofty' }, '“lofty” is not a profile of H.264. There are: baseline, main, high, high10.'],
  ] as const)('%j is refused in a sentence', async (video, sentence) => {
    await expect(exportFile(source(), video as Partial<VideoSettings>)).rejects.toThrow(sentence);
  });
});

describe('a part of the film', () => {
  /** Flashes and beeps at 1, 3, 5… s, keyframes a second apart, texts that stand across them. */
  const film = (muxer = 'matroska', more: Partial<Clip> = {}) =>
    makeClip(fresh(muxer === 'matroska' ? 'mkv' : 'mp4'), {
      muxer,
      streams: [{ ...flash(10), options: { preset: 'veryfast', bf: '2', g: '30', crf: '20' } }, beep(10)],
      ...more,
    });
  const texts = {
    subtitles: [
      {
        lines: [
          { at: 0, seconds: 1, text: 'before' },
          { at: 1, seconds: 2.5, text: 'across the start' },
          { at: 4, seconds: 1, text: 'inside' },
          { at: 6, seconds: 3, text: 'across the end' },
          { at: 9, seconds: 1, text: 'after' },
        ],
      },
    ],
  };
  const trim = (start: number | null, end: number | null): Asked => ({ overrides: { trim: { start, end } } });
  const at = (times: number[]) => times.map((time) => Math.round(time * 100) / 100);

  test.each(['matroska', 'mp4'])(
    'begins and ends exactly where it was asked, between keyframes, picture and sound together (%s)',
    async (muxer) => {
      const { out, plan, info } = await exportFile(film(muxer), fine, trim(2.5, 7.2));
      const found = measure(out);
      expect(found.frames.length).toBe(141);
      expect(found.frames[0]).toBe(0);
      expect(at(found.flashes)).toEqual([0.5, 2.5, 4.5]);
      for (const [index, beeped] of found.beeps.entries()) expect(Math.abs(beeped - (index * 2 + 0.5))).toBeLessThan(0.03);
      expect(found.beeps).toHaveLength(3);
      expect(found.sound).toBeCloseTo(4.7, 1);
      expect(info.duration).toBeCloseTo(4.7, 1);
      expect(plan).toMatchObject({ origin: 2.5, part: { start: 2.5, end: 7.2 } });
      expect(plan.duration).toBeCloseTo(4.7, 6);
      expect(words(plan)).toContain('Only the part from 2.5 s to 7.2 s is exported.');
    },
  );

  test('only its end, only its beginning, and times outside of the film', async () => {
    const source = film();
    expect(at(measure((await exportFile(source, fine, trim(null, 3.5))).out).flashes)).toEqual([1, 3]);
    expect(at(measure((await exportFile(source, fine, trim(8.5, null))).out).flashes)).toEqual([0.5]);
    const media = probe(source);
    expect(planOf(media, fine, trim(0, 100)).part).toEqual({ start: null, end: null });
    expect(() => planOf(media, fine, trim(12, null))).toThrow('The part to be exported begins at 12 s, when the film is over.');
    expect(() => planOf(media, fine, trim(5, 5))).toThrow('The part to be exported ends at 5 s, before it begins at 5 s.');
  });

  test('a start between two pictures shows the one that is seen then', async () => {
    const { out } = await exportFile(film(), fine, trim(1.01, 2));
    const found = measure(out);
    expect(found.frames[0]).toBe(0);
    expect(found.luma[0]).toBeGreaterThan(200); // the flash of 1 s, of which most is left
    // The next ones where they were, but for the rounding of a quarter of a picture.
    for (const [index, time] of found.frames.slice(1, 3).entries()) expect(Math.abs(time - (index + 1) / 30 + 0.01)).toBeLessThan(0.009);
  });

  test('sound that is copied is cut to the same part, and so are texts and chapters', async () => {
    const source = film('matroska', texts);
    const chapters = [
      { start: 0, end: 2, title: 'One' },
      { start: 2, end: 5, title: 'Two' },
      { start: 5, end: 10, title: 'Three' },
    ];
    writeMatroskaChapters(source, chapters);
    const audio = { ...presetTemplate.audio, passthrough: ['aac'] };
    for (const container of ['mkv', 'mp4'] as const) {
      const { out, info, plan } = await exportFile(source, fine, { settings: { container, audio }, ...trim(2.5, 7.5) });
      expect(plan.streams.map(({ action }) => action)).toEqual(['encode', 'copy', container === 'mkv' ? 'copy' : 'convert']);
      const found = measure(out);
      expect(at(found.flashes)).toEqual([0.5, 2.5, 4.5]);
      for (const [index, beeped] of found.beeps.entries()) expect(Math.abs(beeped - (found.flashes[index] ?? 0))).toBeLessThan(0.04);
      expect(found.sound).toBeCloseTo(5, 1);
      expect(info.chapters.map(({ title, start, end }) => [title, ...at([start, end])])).toEqual([
        ['Two', 0, 2.5],
        ['Three', 2.5, 5],
      ]);
      const { packets } = readTrack(out);
      // MP4 puts two bytes of length before a text, and empty texts between them.
      const lines = packets.map(({ data, pts, duration }) => ({ text: data.toString().replace(/^\0./, ''), pts, end: pts + duration }));
      expect(lines.filter(({ text }) => text !== '').map(({ text, pts, end }) => [text, ...at([pts / 1000, end / 1000])])).toEqual([
        ['across the start', 0, 1],
        ['inside', 1.5, 2.5],
        ['across the end', 3.5, 5],
      ]);
    }
  });

  test('two passes, a size and its estimate are of the part alone', async () => {
    const source = film();
    const whole = planOf(probe(source), {}).estimatedBytes ?? 0;
    const { plan, result, out } = await exportFile(source, { rate: { mode: 'bitrate', kbps: 200, passes: 2 } }, trim(2, 5));
    expect(plan.passes).toBe(2);
    expect(at(measure(out).flashes)).toEqual([1]);
    expect(result.proof.duration).toBeCloseTo(3, 1);
    expect(planOf(probe(source), {}, trim(2, 5)).estimatedBytes).toBeLessThan(whole * 0.4);
  });

  test('films without an index and with pictures that reach over keyframes are cut as exactly, and nothing is called damaged', async () => {
    const open = { preset: 'veryfast', bf: '3', g: '30', 'x264-params': 'open-gop=1:scenecut=0' };
    const ts = makeClip(fresh('ts'), { muxer: 'mpegts', streams: [{ ...flash(8), options: open }, beep(8)] });
    const start = videoOf(probe(ts)).start ?? 0;
    const cut = await exportFile(ts, fine, trim(start + 2.5, start + 6));
    expect(at(measure(cut.out).flashes)).toEqual([0.5, 2.5]);
    const mkv = makeClip(fresh('mkv'), { muxer: 'matroska', streams: [{ ...flash(8), options: open }, beep(8)] });
    const { out, result } = await exportFile(mkv, fine, trim(4.03, 7));
    expect(at(measure(out).flashes)).toEqual([0.97]);
    expect(result.warnings).toEqual([]);
    const sound = await exportFile(
      makeClip(fresh('flac'), { muxer: 'flac', streams: [{ ...beep(6), encoder: 'flac', options: {}, sampleFormat: 's16' }] }),
      fine,
      {
        settings: { container: 'flac', video: null, audio: { ...presetTemplate.audio, codec: 'flac', kbps: null } },
        ...trim(2.5, 5.5),
      },
    );
    expect(at(measure(sound.out).beeps)).toEqual([0.5, 2.5]);
    expect(measure(sound.out).sound).toBeCloseTo(3, 3);
  });
});

describe('a look at the whole film', () => {
  const look = (path: string) => survey({ path, stream: 0 }, createControl(new AbortController().signal));
  const none = { top: 0, bottom: 0, left: 0, right: 0 };

  test('finds the border that every scene has: black pictures and darker scenes do not count, the smallest border does', async () => {
    // Two seconds black, then a bright one of 200 lines, and at the end one that reaches twenty lines higher.
    const source = clip(
      "color=c=black:s=320x240:r=10:d=8,format=yuv420p,drawbox=x=8:y=22:w=304:h=200:c=0x909090:t=fill:enable='between(t,2,6)',drawbox=x=8:y=12:w=304:h=210:c=0x909090:t=fill:enable='gt(t,6)'",
      { encoder: 'libx264', options: { preset: 'ultrafast', crf: '10', g: '5' } },
    );
    const { crop } = await look(source);
    expect(crop).toEqual({ top: 12, bottom: 18, left: 8, right: 8 });
    const { video, plan } = await exportFile(source, { crop: { mode: 'auto' } }, { found: { crop } });
    expect(video).toMatchObject({ width: 304, height: 210 });
    expect(words(plan)).toContain('Black borders are cut off: top 12, bottom 18, left 8, right 8 pixels');
  });

  test('takes nothing of a dark film, nor of one without borders', async () => {
    expect((await look(clip('color=c=0x101010:s=160x120:r=10:d=3,format=yuv420p'))).crop).toEqual(none);
    expect((await look(clip('color=c=black:s=160x120:r=10:d=3,format=yuv420p,drawbox=x=70:y=50:w=20:h=20:c=white:t=fill'))).crop).toEqual(
      none,
    );
    expect(await look(clip('testsrc2=s=160x120:r=10:d=3,format=yuv420p'))).toEqual({ crop: none, fields: null });
  });

  test('counts edges on the upright picture', async () => {
    const source = clip('testsrc2=s=270x190:r=10:d=2,format=yuv420p,pad=320:240:40:20:black', {
      parameters: (parameters) => parameters.addCodedSideData(AV_PKT_DATA_DISPLAYMATRIX, quarterTurn),
    });
    expect((await look(source)).crop).toEqual({ top: 40, right: 20, bottom: 10, left: 30 });
  });

  test('tells films whose fields are interlaced without a word, by which comes first, from those that only move', async () => {
    const moving = 'testsrc2=s=320x240:r=50:d=6,scroll=h=0.02,format=yuv420p';
    const plain = { encoder: 'mpeg2video', options: { b: '6000000' } };
    expect((await look(clip(`${moving},tinterlace=interleave_top,setfield=prog`, plain))).fields).toBe('top');
    expect((await look(clip(`${moving},tinterlace=interleave_bottom,setfield=prog`, plain))).fields).toBe('bottom');
    expect((await look(clip(`${moving},fps=25`, plain))).fields).toBe(null);
  });

  test('is only asked for where the borders are to be found, and not where they are known', async () => {
    const media = probe(clip('testsrc2=s=160x120:r=10:d=1,format=yuv420p'));
    let asked = 0;
    const prober = { survey: async () => ({ crop: none, fields: null, asked: ++asked }) };
    const signal = new AbortController().signal;
    const settings = { ...presetTemplate, video: { ...presetTemplate.video, crop: { mode: 'auto' } } } as PresetSettings;
    expect(await surveyFor(prober, media, presetTemplate, {}, {}, signal)).toEqual({});
    expect(await surveyFor(prober, media, settings, {}, { crop: none, fields: 'top' }, signal)).toEqual({ crop: none, fields: 'top' });
    expect(asked).toBe(0);
    await surveyFor(prober, media, settings, {}, {}, signal);
    await surveyFor(prober, media, presetTemplate, { 'video.crop': { mode: 'auto' } }, {}, signal);
    expect(asked).toBe(2);
  });
});
