/** Repairs: the index to the front without moving the media, fragments with chapters, and unfinished recordings. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log, Packet } from 'node-av/lib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MediaInfo } from '../native/contract/media.ts';
import { lastWords, listenToLog } from '../native/engine/av-error.ts';
import { readChapters } from '../native/engine/chapters.ts';
import { openMainReader } from '../native/engine/lossless/main-reader.ts';
import { OVER } from '../native/engine/lossless/packets.ts';
import { finishMp4 } from '../native/engine/mp4/finish.ts';
import { rewriteIndex } from '../native/engine/mp4/index.ts';
import { emptyRoom } from '../native/engine/mp4/room.ts';
import { boxTypes, films, makeFilm, numbered, packetsOf } from './fixtures/chapter-files.ts';
import { type Clip, type ClipStream, makeClip, testPicture, tone } from './fixtures/clips.ts';
import { planOf } from './fixtures/cut-files.ts';
import { remuxFile } from './fixtures/remux-file.ts';
import { makePicture, remuxPlan, runRemux } from './fixtures/remux-files.ts';

let folder: string;
const at = (name: string) => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'muxwell-repair-'));
  Log.setLevel(AV_LOG_QUIET);
  makeFilm(at('film.mp4'), 'mp4');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('room for an index', () => {
  let files = 0;
  /** The film as it is while there is room before its brand, with something behind its index if asked. */
  function withRoom(bytes: number, behind = Buffer.alloc(0)): string {
    const path = at(`room-${++files}.mp4`);
    const film = readFileSync(at('film.mp4'));
    const start = film.lastIndexOf('moov') - 4;
    const room = emptyRoom(bytes);
    const index = rewriteIndex(film.subarray(start), { moved: (place) => place + room.length, wide: false, chapters: null });
    writeFileSync(path, Buffer.concat([room, film.subarray(0, start), ...index, behind]));
    return path;
  }
  const blocks = async (path: string, chapters = numbered(3, 1.9)) => {
    let moved = 0;
    await finishMp4(path, { chapters, faststart: true, onProgress: (done) => void (moved = done) });
    return moved;
  };

  test.each([
    { name: 'with room to spare', bytes: 10_000, moves: false, types: ['ftyp', 'moov', 'free', 'mdat', 'free', 'mdat'] },
    { name: 'with too little', bytes: 1000, moves: true, types: ['ftyp', 'moov', 'mdat', 'free', 'mdat'] },
    { name: 'with none', bytes: 0, moves: true, types: ['ftyp', 'moov', 'mdat', 'free', 'mdat'] },
  ])('$name: brand, index, titles, media, whatever it takes', async ({ bytes, moves, types }) => {
    const path = withRoom(bytes);
    const before = statSync(path).size;
    expect((await blocks(path)) > 0).toBe(moves);
    expect(boxTypes(path)).toEqual(types);
    expect(packetsOf(path)).toEqual(packetsOf(at('film.mp4')));
    expect(readChapters(path).length).toBe(3);
    if (!moves) expect(statSync(path).size).toBeLessThan(before);
  });

  test('every size of room leads to the same film, also the few that leave less than an empty box takes', async () => {
    const needed = await (async () => {
      const path = withRoom(20_000);
      await blocks(path);
      const left = readFileSync(path).readUInt32BE(readFileSync(path).indexOf('free') - 4);
      return 20_000 - left;
    })();
    const packets = packetsOf(at('film.mp4'));
    for (let more = -9; more <= 9; more++) {
      const path = withRoom(needed + more);
      const moved = (await blocks(path)) > 0;
      expect({ more, moved }).toEqual({ more, moved: more < 0 || (more > 0 && more < 8) });
      expect(boxTypes(path).at(-1)).toBe('mdat');
      expect(packetsOf(path)).toEqual(packets);
      expect(readChapters(path).length).toBe(3);
    }
  });

  test('what lies behind the old index stays where it is', async () => {
    const behind = Buffer.concat([Buffer.of(0, 0, 0, 16), Buffer.from('junk12345678')]);
    const path = withRoom(10_000, behind);
    expect(await blocks(path)).toBe(0);
    expect(boxTypes(path).slice(-3)).toEqual(['mdat', 'free', 'junk']);
    expect(packetsOf(path)).toEqual(packetsOf(at('film.mp4')));
    // Too little: they go together.
    const small = withRoom(1000, behind);
    expect(await blocks(small)).toBeGreaterThan(0);
    expect(readFileSync(small).subarray(-16).equals(behind)).toBe(true);
    expect(packetsOf(small)).toEqual(packetsOf(at('film.mp4')));
  });

  test('new chapters use the room that the last ones left', async () => {
    const path = withRoom(10_000);
    await blocks(path);
    const { size } = statSync(path);
    expect(await blocks(path, numbered(2, 1.9))).toBe(0);
    expect(statSync(path).size).toBe(size);
    expect(readChapters(path).length).toBe(2);
    expect(packetsOf(path)).toEqual(packetsOf(at('film.mp4')));
  });

  test('fragments take chapters where there is room, and every packet stays as it was', async () => {
    const { muxer, streams } = films['mp4'] as (typeof films)[string];
    const whole = makeClip(at('whole.mp4'), { muxer, streams, muxerOptions: { movflags: 'frag_keyframe+delay_moov+default_base_moof' } });
    const path = at('fragments.mp4');
    // Nothing in fragments like these tells a place from the file's beginning, but the list at its end, for which FFmpeg counts on.
    writeFileSync(path, Buffer.concat([emptyRoom(4000), readFileSync(whole)]));
    await finishMp4(path, { chapters: numbered(4, 1.9), faststart: true });
    expect(boxTypes(path).slice(0, 5)).toEqual(['ftyp', 'moov', 'free', 'mdat', 'moof']);
    expect(readChapters(path).map(({ title, end }) => [title, end.toFixed(3)])).toEqual(
      numbered(4, 1.9).map(({ title, end }) => [title, end.toFixed(3)]),
    );
    expect(packetsOf(path)).toEqual(packetsOf(whole));
  });
});

/** What the reader of lossless jobs says of a file: packets, and what could not be read. */
async function read(path: string): Promise<{ packets: number; losses: string[] }> {
  listenToLog();
  const plan = planOf([path]);
  // A container may not tell when it starts.
  for (const input of plan.inputs) if (!Number.isFinite(input.origin)) input.origin = 0;
  const reader = openMainReader(plan);
  const packet = new Packet();
  packet.alloc();
  let packets = 0;
  for (; reader.next(packet) !== OVER; packets++) packet.unref();
  await lastWords();
  const losses = reader.losses();
  reader.close();
  packet.free();
  return { packets, losses };
}

const picture: ClipStream = {
  ...testPicture(20, '160x120', 25),
  source: 'testsrc2=s=160x120:r=25:d=20,noise=alls=30:allf=t,format=yuv420p',
  options: { preset: 'ultrafast', crf: '30', g: '25' },
};

describe('recordings that were not finished', () => {
  const sources: Record<string, Omit<Clip, 'streams'>> = {
    mkv: { muxer: 'matroska' },
    'live.mkv': { muxer: 'matroska', muxerOptions: { live: '1' } },
    ts: { muxer: 'mpegts' },
    flv: { muxer: 'flv' },
    avi: { muxer: 'avi' },
    'front.mp4': { muxer: 'mp4', muxerOptions: { movflags: '+faststart' } },
    'fragments.mp4': { muxer: 'mp4', muxerOptions: { movflags: 'frag_keyframe+empty_moov+default_base_moof' } },
    'behind.mp4': { muxer: 'mp4' },
  };
  beforeAll(() => {
    for (const [name, clip] of Object.entries(sources)) makeClip(at(`whole.${name}`), { ...clip, streams: [picture, tone(20)] });
  });

  /** A copy of a film with something done to its bytes. */
  function changed(kind: string, change: (bytes: Buffer) => Buffer, name = `holiday.${kind}`): string {
    writeFileSync(at(name), change(readFileSync(at(`whole.${kind}`))));
    return at(name);
  }
  // Not on the border of anything.
  const cut = (bytes: Buffer) => bytes.subarray(0, Math.floor(bytes.length * 0.41) | 1);
  /** A stretch in the middle that was never written. */
  const holed = (bytes: Buffer) => Buffer.from(bytes).fill(0, bytes.length >> 1, (bytes.length >> 1) + 40_000);

  const promised = (name: string) =>
    new RegExp(
      `^holiday\\.${name} ends at (\\d\\.\\d) s of the 20\\.\\d s that its header promises: the last (1\\d\\.\\d) s are not in the result\\.$`,
    );
  const unpromised = (name: string) =>
    new RegExp(`^holiday\\.${name} was cut off: it ends at (\\d\\.\\d) s, in the middle of its media\\.`);

  test.each(Object.keys(sources).filter((kind) => kind !== 'behind.mp4'))(
    '%s: what was written last is told, and all before it is read',
    async (kind) => {
      const whole = await read(at(`whole.${kind}`));
      expect(whole.losses).toEqual([]);
      const { packets, losses } = await read(changed(kind, cut));
      expect(losses).toHaveLength(1);
      const opened = /live|ts|fragments/.test(kind);
      const [sentence, end, missing] = (opened ? unpromised : promised)(kind.replace('.', '\\.')).exec(losses[0] ?? '') ?? [losses[0]];
      expect({ sentence, end: Number(end) }).toMatchObject({ end: expect.closeTo((packets / whole.packets) * 20, 0) });
      if (!opened) expect(Number(end) + Number(missing)).toBeCloseTo(20, 0);
    },
  );

  test.each(['mkv', 'live.mkv', 'ts', 'flv'])('%s: a hole in the middle costs what was in it, and that is said', async (kind) => {
    const whole = await read(at(`whole.${kind}`));
    const { packets, losses } = await read(changed(kind, holed));
    expect(losses).toHaveLength(1);
    const sentence = /^holiday\.\S+ is damaged: (\S+) s of picture and (\S+) s of sound are missing at 0:(09|10)\.$/.exec(losses[0] ?? '');
    const lost = (20 * (whole.packets - packets)) / whole.packets;
    expect({ losses, picture: Number(sentence?.[1]), sound: Number(sentence?.[2]) }).toMatchObject({
      picture: expect.closeTo(lost, 0),
      sound: expect.closeTo(lost, 0),
    });
  });

  test('an index that leads into a hole: the broken pictures are counted', async () => {
    const { packets, losses } = await read(changed('front.mp4', holed));
    expect(packets).toBe((await read(at('whole.front.mp4'))).packets);
    expect(losses).toEqual([expect.stringMatching(/^\d+ pictures of holiday\.front\.mp4 are damaged\./)]);
  });

  test('fragments behind a hole are out of reach: that is said', async () => {
    const { losses } = await read(changed('fragments.mp4', holed));
    expect(losses[0]).toMatch(/^holiday\.fragments\.mp4 is damaged at 0:(09|10): the \d\.\d MB behind it could not be read\.$/);
  });

  test('AVI closes ranks over a hole: its header knows how long it was', async () => {
    const { losses } = await read(changed('avi', holed));
    expect(losses).toEqual([
      expect.stringMatching(/^holiday\.avi holds 19\.\d s of the 20\.0 s that its header promises: 0\.\d s could not be read\.$/),
    ]);
  });

  test.each(
    Object.keys(sources).flatMap((kind) =>
      kind === 'behind.mp4'
        ? []
        : ([
            ['mkv', kind],
            ['mp4', kind],
            ['ts', kind],
          ] as const),
    ),
  )('into %s: %s, cut off and holed, becomes a proved file that says what is missing', async (target, kind) => {
    for (const change of [cut, holed]) {
      const { result, warnings } = await remuxFile(changed(kind, change), { target, to: at(`rescued.${target}`) });
      expect(warnings.length).toBeGreaterThan(0);
      expect(warnings.join(' ')).toContain(`holiday.${kind}`);
      expect(result.duration).toBeGreaterThan(change === cut ? 7 : 9);
      expect(result.streams.map((stream) => stream.kind)).toEqual(['video', 'audio']);
    }
  });

  test('an MP4 without its index cannot be read, and the sentence says what can be done', async () => {
    await expect(read(changed('behind.mp4', cut, 'copied.mp4'))).rejects.toMatchObject({
      code: 'source-truncated',
      message: expect.stringMatching(/^copied\.mp4 was cut off: its index.*\d\.\d MB of at least \d\.\d MB are here\. Copy it again/),
    });
    // As a camera leaves it whose battery ran out: the length of the media was not written either.
    const unfinished = changed(
      'behind.mp4',
      (bytes) => {
        const media = bytes.indexOf('mdat') - 4;
        const begun = Buffer.from(bytes.subarray(0, bytes.length / 2));
        begun.writeUInt32BE(begun.length - media, media);
        return begun;
      },
      'camera.mp4',
    );
    await expect(read(unfinished)).rejects.toMatchObject({
      code: 'source-truncated',
      message: expect.stringMatching(/^camera\.mp4 has no index: the recording was stopped.*camera/),
    });
  });
});

describe('layouts of MP4', () => {
  /** Pictures out of order, sound that starts late, chapters, tags. */
  async function film(name: string, more: Partial<Clip> = {}): Promise<string> {
    const { streams } = films['mp4'] as (typeof films)[string];
    const path = makeClip(at(name), { muxer: 'mp4', streams, tags: { title: 'A film', comment: 'Größe' }, ...more });
    await finishMp4(path, { chapters: numbered(3, 1.9), faststart: false });
    return path;
  }
  const fragmented = (from: string, to: string) => remuxFile(from, { target: 'mp4', layout: 'fragmented', to: at(to) });
  const plain = (from: string, to: string) => remuxFile(from, { target: 'mp4', to: at(to) });
  const facts = ({ streams, tags, chapters }: MediaInfo) => ({
    streams: streams
      .filter((stream) => stream.kind !== 'data')
      .map(({ kind, codec, language, disposition, duration }) => ({ kind, codec, language, disposition, duration: duration?.toFixed(1) })),
    titles: [tags['title'], tags['comment']],
    chapters: chapters.map(({ title, start, end }) => [title, start.toFixed(2), end.toFixed(2)]),
  });

  test('plain to fragments and back: packets, times, tags and chapters are what they were', async () => {
    const source = await film('plain.mp4');
    const there = await fragmented(source, 'there.mp4');
    expect(boxTypes(there.path).slice(0, 5)).toEqual(['ftyp', 'moov', 'free', 'mdat', 'moof']);
    expect(there.plan.notes).toEqual([]);
    // Fragments put what belongs together in time in another order.
    expect(packetsOf(there.path).toSorted()).toEqual(packetsOf(source).toSorted());
    expect(facts(there.result)).toEqual(facts(there.source));
    const back = await plain(there.path, 'back.mp4');
    expect(boxTypes(back.path)).toEqual(['ftyp', 'moov', 'mdat', 'free', 'mdat']);
    expect(packetsOf(back.path).toSorted()).toEqual(packetsOf(source).toSorted());
    expect(facts(back.result)).toEqual(facts(there.source));
    expect([...there.warnings, ...back.warnings]).toEqual([]);
  });

  test('fragments are readable up to where they stop', async () => {
    const source = makeClip(at('long.mp4'), { muxer: 'mp4', streams: [picture, tone(20)] });
    const { path } = await fragmented(source, 'stopped.mp4');
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.subarray(0, bytes.length / 2));
    const { packets, losses } = await read(path);
    expect(packets).toBeGreaterThan(0.4 * (await read(source)).packets);
    expect(losses).toEqual([expect.stringContaining('was cut off')]);
  });

  test('sound alone is in fragments too, and so are pictures that are all keyframes', async () => {
    const count = (path: string) => boxTypes(path).filter((type) => type === 'moof').length;
    const sound = makeClip(at('sound.m4a'), { muxer: 'ipod', streams: [tone(25)] });
    expect(count((await fragmented(sound, 'sound.mp4')).path)).toBe(3);
    const intra = makeClip(at('intra.mp4'), { muxer: 'mp4', streams: [{ ...picture, options: { ...picture.options, g: '1' } }] });
    expect(count((await fragmented(intra, 'intra-fragments.mp4')).path)).toBe(20);
  });

  test('sound of transport streams, and AC-3, which FFmpeg alone does not put into fragments', async () => {
    for (const [muxer, encoder] of [
      ['mpegts', 'aac'],
      ['matroska', 'ac3'],
    ] as const) {
      const source = makeClip(at(`${encoder}.${muxer}`), { muxer, streams: [picture, { ...tone(3), encoder }] });
      const { result, warnings } = await fragmented(source, `${encoder}-fragments.mp4`);
      expect(warnings).toEqual([]);
      expect(result.streams.map(({ codec }) => codec)).toEqual(['h264', encoder]);
    }
  });

  test('with room for its index the media is where it was written', async () => {
    const source = await film('roomy.mp4');
    const { plan } = await plain(source, 'roomy-front.mp4');
    // As for a film of this length that is worth the room.
    const { out } = await runRemux({ ...plan, estimatedBytes: 17e6 }, at('kept.mp4'));
    expect(boxTypes(out).slice(0, 4)).toEqual(['ftyp', 'moov', 'free', 'mdat']);
    expect(packetsOf(out)).toEqual(packetsOf(source));
    const unused = readFileSync(out).readUInt32BE(readFileSync(out).indexOf('free') - 4);
    expect(unused).toBeLessThan(16_000);
    expect(readChapters(out).length).toBe(3);
  });

  test('with too little of it the media moves, and every packet is there', async () => {
    const source = makeClip(at('tables.mp4'), { muxer: 'mp4', streams: [picture, tone(20)] });
    const { plan } = await plain(source, 'tables-front.mp4');
    const { out } = await runRemux({ ...plan, estimatedBytes: 17e6, duration: 0.001, chapters: numbered(9, 19) }, at('moved.mp4'));
    expect(boxTypes(out).slice(0, 3)).toEqual(['ftyp', 'moov', 'mdat']);
    expect(packetsOf(out)).toEqual(packetsOf(source));
    expect(readChapters(out).length).toBe(9);
  });

  test('a cover is a part of the index, also where fragments follow it', async () => {
    const song = makeClip(at('song.m4a'), { muxer: 'ipod', streams: [tone(3)] });
    const cover = makePicture(at('cover.png'));
    expect(cover.length).toBeGreaterThan(0);
    const covered = at('covered.m4a');
    const beside = remuxPlan(song, 'm4a', {
      beside: [at('cover.png')],
      track: (stream) => (stream.kind === 'video' ? { ...stream, disposition: ['attached_pic'] } : stream),
    });
    await runRemux(beside, covered);
    const { plan, result } = await fragmented(covered, 'covered-fragments.mp4');
    expect(plan.notes).toEqual([]);
    expect(result.streams.map(({ kind, disposition }) => `${kind} ${disposition}`)).toEqual(['audio default', 'video attached_pic']);
  });
});

describe('a good file has lost nothing', () => {
  const { options } = picture;
  const coded = (encoder: string, more: Record<string, string> = {}, seconds = 3): ClipStream => ({
    source: `testsrc2=s=160x120:r=25:d=${seconds},format=yuv420p`,
    encoder,
    options: more,
  });
  const vp8 = coded('libvpx', { deadline: 'realtime', 'cpu-used': '8' });
  const opus: ClipStream = { ...tone(3), encoder: 'libopus', sampleFormat: 'flt', options: { b: '48000' } };
  const slides: ClipStream = { ...coded('libx264', { preset: 'ultrafast' }), source: 'testsrc2=s=160x120:r=1/2:d=20,format=yuv420p' };
  const good: [string, Clip][] = [
    ...['mp4', 'mov', 'matroska', 'mpegts', 'flv', 'avi'].map((muxer): [string, Clip] => [
      muxer,
      { muxer, streams: [{ ...picture, source: coded('').source, options: options ?? {} }, tone(3)] },
    ]),
    ['sound that is longer', { muxer: 'matroska', streams: [coded('libx264', { preset: 'ultrafast' }, 2), tone(6)] }],
    ['sound that is shorter', { muxer: 'mp4', streams: [coded('libx264', { preset: 'ultrafast' }, 6), tone(2)] }],
    ['sound that starts late', { muxer: 'matroska', streams: [coded('libx264', { preset: 'ultrafast' }, 6), { ...tone(3), delay: 2 }] }],
    ['sound with a pause', { muxer: 'matroska', streams: [coded('libx264', { preset: 'ultrafast' }, 6), { ...tone(6), gap: [2, 4] }] }],
    ['pictures with a pause', { muxer: 'mp4', streams: [{ ...coded('libx264', { preset: 'ultrafast' }, 6), gap: [2, 4] }, tone(6)] }],
    ['slides in Matroska', { muxer: 'matroska', streams: [slides, tone(20)] }],
    ['slides in MP4', { muxer: 'mp4', streams: [slides, tone(20)] }],
    ['slides in a transport stream', { muxer: 'mpegts', streams: [slides, tone(20)] }],
    ['slides in FLV', { muxer: 'flv', streams: [slides, tone(20)] }],
    ['WebM', { muxer: 'webm', streams: [vp8, opus] }],
    ['live Matroska', { muxer: 'matroska', muxerOptions: { live: '1' }, streams: [vp8, opus] }],
    [
      'fragments',
      {
        muxer: 'mp4',
        muxerOptions: { movflags: 'frag_keyframe+empty_moov' },
        streams: [coded('libx264', { preset: 'veryfast', bf: '2' }), tone(3)],
      },
    ],
    ['M2TS', { muxer: 'mpegts', muxerOptions: { mpegts_m2ts_mode: '1' }, streams: [coded('libx264', { preset: 'ultrafast' }), tone(3)] }],
    ['MPEG-4 in AVI', { muxer: 'avi', streams: [coded('mpeg4'), { ...tone(3), encoder: 'libmp3lame', sampleFormat: 's16p' }] }],
    ['HEVC', { muxer: 'mp4', streams: [coded('libx265', { preset: 'ultrafast', 'x265-params': 'log-level=none' }), tone(3)] }],
    [
      'MPEG-2 in a transport stream',
      { muxer: 'mpegts', streams: [coded('mpeg2video', { bf: '2' }), { ...tone(3), encoder: 'mp2', sampleFormat: 's16' }] },
    ],
    ['sound alone: M4A', { muxer: 'ipod', streams: [tone(3)] }],
    ['sound alone: Ogg', { muxer: 'ogg', streams: [opus] }],
    ['sound alone: FLAC', { muxer: 'flac', streams: [{ ...tone(3), encoder: 'flac', sampleFormat: 's16', options: {} }] }],
    ['sound alone: WAV', { muxer: 'wav', streams: [{ ...tone(3), encoder: 'pcm_s16le', sampleFormat: 's16', options: {} }] }],
    ['sound alone: MP3', { muxer: 'mp3', streams: [{ ...tone(3), encoder: 'libmp3lame', sampleFormat: 's16p' }] }],
  ];
  test.each(good)('%s', async (name, clip) => {
    expect((await read(makeClip(at(`good ${name.replace(/\W/g, ' ')}`), clip))).losses).toEqual([]);
  });

  const media = join(import.meta.dirname, '../../shared/media');
  const films = existsSync(media) ? readdirSync(media).filter((name) => !name.endsWith('.md')) : [];
  test.skipIf(films.length === 0).each(films.length > 0 ? films : ['films from outside'])('%s', async (name) => {
    expect((await read(join(media, name))).losses).toEqual([]);
  });
});
