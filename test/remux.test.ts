/** Lossless jobs from plan to proved result: every kind of track, files beside the source, covers, extraction, and what goes wrong. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RemuxStream } from '../native/contract/remux-plan.ts';
import type { Progress } from '../native/contract/worker-contract.ts';
import { createControl } from '../native/engine/control.ts';
import { probeExtra } from '../native/engine/extras.ts';
import { proveRemux } from '../native/engine/lossless/prove.ts';
import { placeText, spansOf } from '../native/engine/lossless/spans.ts';
import { probe } from '../native/engine/probe.ts';
import { beep, flash, makeClip, ordinaryClip, testPicture, tone } from './fixtures/clips.ts';
import { picturesOf, planOf, timesOf } from './fixtures/cut-files.ts';
import { measure } from './fixtures/measure.ts';
import { attachmentOf, makePicture, packetHash, remuxPlan, runRemux, tracksOf, type Wanted } from './fixtures/remux-files.ts';
import { readTrack } from './fixtures/subtitle-tracks.ts';

let folder: string;
const at = (name: string) => join(folder, name);
let made = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'muxwell-remux-'));
  Log.setLevel(AV_LOG_QUIET);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** One file made once. */
const once = (name: string, make: (path: string) => unknown): string => {
  if (!existsSync(at(name))) make(at(name));
  return at(name);
};

const font = Buffer.from('not really a font, but nobody looks into it');
const rich = () =>
  once('rich.mkv', (path) =>
    makeClip(path, {
      muxer: 'matroska',
      tags: { title: 'A film', comment: 'Two lines\nof words' },
      streams: [
        testPicture(4),
        { ...tone(4), tags: { language: 'eng', title: 'Main' } },
        { ...tone(4), source: 'sine=f=880:r=48000:d=4', tags: { language: 'fre' } },
      ],
      subtitles: [
        {
          tags: { language: 'ger' },
          lines: [
            { at: 0.5, seconds: 1, text: 'Guten <b>Tag</b>' },
            { at: 3, seconds: 0.5, text: 'Ende' },
          ],
        },
      ],
      fonts: [{ filename: 'Some.ttf', data: font }],
    }),
  );

/** Runs a plan for one source and looks at the result. */
async function run(source: string, target: Parameters<typeof remuxPlan>[1], wanted: Wanted = {}) {
  const plan = remuxPlan(source, target, wanted);
  const done = await runRemux(plan, at(`out-${++made}.${target}`));
  return { ...done, plan, info: target === 'file' ? probe(source) : probeExtra(done.out) };
}

const convert =
  (to: string) =>
  (stream: RemuxStream): RemuxStream | null =>
    stream.kind === 'attachment' ? null : stream.kind === 'subtitle' ? { ...stream, action: 'convert', to } : stream;
const only =
  (...kinds: string[]) =>
  (stream: RemuxStream) =>
    kinds.includes(stream.kind) ? stream : null;

describe('tracks', () => {
  test('everything goes over packet by packet, in order, with its words', async () => {
    const { info, out, result } = await run(rich(), 'mkv', { more: { tags: { title: 'A film' } } });
    expect(tracksOf(info)).toBe('video h264, audio aac (eng), audio aac (fre), subtitle subrip (ger), attachment ttf');
    for (const index of [0, 1, 2, 3]) expect(packetHash(out, index)).toBe(packetHash(rich(), index));
    expect(attachmentOf(out, 4)).toEqual(font);
    expect(info.streams[4]?.tags).toMatchObject({ filename: 'Some.ttf', mimetype: 'application/x-truetype-font' });
    expect(info.streams[1]).toMatchObject({ language: 'eng', title: 'Main' });
    expect(info.tags['title']).toBe('A film');
    expect(result.warnings).toEqual([]);
    expect(result.proof.streams).toHaveLength(5);
    expect(result.proof.bytes).toBe(info.bytes);
  });

  test.each([
    ['mp4', only('video', 'audio')],
    ['mov', only('video', 'audio')],
    ['ts', only('video', 'audio')],
    ['mka', only('audio')],
  ] as const)('in %s the pictures and samples are the same', async (target, track) => {
    const { out, info } = await run(rich(), target, { track });
    const kinds = info.streams.map(({ kind }) => kind).join(' ');
    expect(kinds).toBe(target === 'mka' ? 'audio audio' : 'video audio audio');
    if (target !== 'mka')
      expect(picturesOf(out).pictures.map(({ hash }) => hash)).toEqual(picturesOf(rich()).pictures.map(({ hash }) => hash));
    expect(measure(out).sound).toBeCloseTo(measure(rich()).sound, 1);
  });

  test('MP4 has its index in front, where that is asked for', async () => {
    const { out } = await run(rich(), 'mp4', { track: only('video', 'audio') });
    const bytes = readFileSync(out, 'latin1');
    expect(bytes.indexOf('moov')).toBeLessThan(bytes.indexOf('mdat'));
  });

  test('chapters are those of the plan', async () => {
    const chapters = [
      { start: 0, end: 1.5, title: 'One' },
      { start: 1.5, end: 4, title: 'Zwei – ß' },
    ];
    for (const target of ['mp4', 'mkv'] as const) {
      const { info } = await run(rich(), target, { track: only('video', 'audio'), more: { chapters } });
      expect(info.chapters.map(({ title }) => title)).toEqual(['One', 'Zwei – ß']);
      expect(info.chapters[1]?.start).toBeCloseTo(1.5, 2);
    }
  });

  test('a recording that begins at 10 s begins at 0, and delays between tracks stay', async () => {
    const late = once('late.ts', (path) =>
      makeClip(path, {
        muxer: 'mpegts',
        streams: [
          { ...flash(4), delay: 10 },
          { ...beep(4), delay: 10.5 },
        ],
      }),
    );
    for (const target of ['mkv', 'mp4', 'ts'] as const) {
      const { out } = await run(late, target);
      const { flashes, beeps } = measure(out);
      const [video, audio] = [0, 1].map((index) => timesOf(out, index)[0]?.pts ?? -1) as [number, number];
      expect(video).toBeGreaterThanOrEqual(0);
      expect(video).toBeLessThan(0.1);
      expect(audio - video).toBeCloseTo(0.5, 1);
      expect((beeps[0] ?? 0) - (flashes[0] ?? 0)).toBeCloseTo(0.5, 1);
    }
  });

  test('what an editor hid before the start stays hidden in MP4; elsewhere it is shown and told, and chapters come later', async () => {
    const source = once('hidden.mp4', (path) =>
      makeClip(path, {
        muxer: 'mp4',
        streams: [
          { ...flash(6), delay: -1.5 },
          { ...beep(6), delay: -1.5 },
        ],
      }),
    );
    const chapters = [
      { start: 0, end: 2, title: 'One' },
      { start: 2, end: 4.5, title: 'Two' },
    ];
    const mp4 = await run(source, 'mp4', { more: { chapters } });
    expect(mp4.result.warnings).toEqual([]);
    expect(mp4.result.proof.duration).toBeCloseTo(4.5, 1);
    const mkv = await run(source, 'mkv', { more: { chapters } });
    expect(mkv.result.warnings).toEqual([expect.stringContaining('hides its first 1.0 s')]);
    expect(mkv.result.proof.duration).toBeCloseTo(5.5, 1);
    expect(mkv.info.chapters.map(({ start }) => start)).toEqual([0, expect.closeTo(3, 1)]);
    const { flashes, beeps } = measure(mkv.out);
    expect(flashes.at(-1)).toBeCloseTo(beeps.at(-1) ?? 0, 1);
    const ts = await run(source, 'ts');
    expect(ts.result.proof.duration).toBeCloseTo(5.5, 0);
    const fragmented = await run(source, 'mp4', { more: { layout: 'fragmented' } });
    expect(fragmented.result.warnings).toEqual([]);
    // Behind another film its hidden keyframe would be missing.
    const joined = planOf([source, source], [], 'matroska');
    await expect(runRemux(joined, at('joined.mkv'))).rejects.toMatchObject({
      code: 'join-mismatch',
      message: expect.stringContaining('an editor hid its first pictures'),
    });
    expect(existsSync(at('joined.mkv'))).toBe(false);
  });

  test('packets that follow one another in less than a millisecond are not spread in Matroska', async () => {
    const source = once('short-packets.mkv', (path) =>
      makeClip(path, {
        muxer: 'matroska',
        streams: [testPicture(3), { ...tone(3), encoder: 'truehd', sampleFormat: 's16p', options: { strict: 'experimental' } }],
      }),
    );
    const { out } = await run(source, 'mkv');
    expect(timesOf(out, 1).map(({ pts }) => pts)).toEqual(timesOf(source, 1).map(({ pts }) => pts));
    // Nor lost where a cut looks at each.
    const cut = await run(source, 'mkv', { places: [{ asked: { start: 0, end: 2 }, start: 0, end: 2, encoded: [] }] });
    expect(timesOf(cut.out, 1)).toHaveLength(2 * 1200);
  });

  test('a time that MP4 tells in two places and two spellings is one time', async () => {
    const created = '2024-05-06T07:08:09Z';
    const source = once('two-times.mov', (path) =>
      makeClip(path, {
        muxer: 'mov',
        muxerOptions: { movflags: 'use_metadata_tags' },
        tags: { creation_time: created },
        streams: [tone(1)],
      }),
    );
    expect(probe(source).tags['creation_time']).toBe('2024-05-06T07:08:09.000000Z');
  });

  test('a rotation is told, not made', async () => {
    for (const target of ['mp4', 'mkv'] as const) {
      const turned = await run(rich(), target, { track: (stream) => (stream.kind === 'video' ? { ...stream, rotation: 90 } : null) });
      expect(turned.info.streams[0]).toMatchObject({ rotation: 90, width: 320 });
      const back = await run(turned.out, target, { track: (stream) => ({ ...stream, rotation: 0 }) });
      expect(back.info.streams[0]).toMatchObject({ rotation: 0 });
      expect(packetHash(back.out, 0)).toBe(packetHash(turned.out, 0));
    }
  });

  test.each([
    ['sound later', 'audio', 0.5, 0.5],
    ['sound earlier', 'audio', -0.5, -0.5],
    ['the picture earlier: the sound comes later instead', 'video', -0.5, 0.5],
  ])('%s', async (_what, kind, shift, apart) => {
    const source = once('marks.mp4', (path) => makeClip(path, { muxer: 'mp4', streams: [flash(6), beep(6)] }));
    for (const target of ['mp4', 'mkv'] as const) {
      const { out } = await run(source, target, { track: (stream) => (stream.kind === kind ? { ...stream, shift } : stream) });
      const { flashes, beeps } = measure(out);
      expect(flashes).toHaveLength(3);
      expect((beeps[0] ?? 0) - (flashes[0] ?? 0)).toBeCloseTo(apart, 1);
      expect(Math.min(...flashes, ...beeps)).toBeGreaterThanOrEqual(0);
    }
  });
});

test('a track that was moved out of the film is named', async () => {
  const moved = (stream: RemuxStream, index: number) => (index === 2 ? { ...stream, shift: -100 } : stream);
  const { result } = await run(rich(), 'mkv', { track: moved });
  expect(result.warnings).toEqual(['Nothing of sound track 2 of rich.mkv is in the result.']);
});

describe('subtitles', () => {
  const lines = [
    { data: Buffer.from('Guten <b>Tag</b>'), pts: 500, duration: 1000 },
    { data: Buffer.from('Ende'), pts: 3000, duration: 500 },
  ];

  test('SubRip becomes MP4 text and comes back as it was', async () => {
    const { out, info, result } = await run(rich(), 'mp4', { track: convert('mov_text') });
    expect(tracksOf(info)).toBe('video h264, audio aac (eng), audio aac (fre), subtitle mov_text (ger)');
    expect(result.warnings).toEqual([]);
    const back = await run(out, 'mkv', { track: convert('subrip') });
    expect(readTrack(back.out).packets).toMatchObject(lines);
    const web = await run(out, 'mkv', { track: convert('webvtt') });
    expect(readTrack(web.out)).toMatchObject({ codec: 'webvtt', packets: lines });
  });

  test('a converted track can be shifted', async () => {
    const track = (stream: RemuxStream) => {
      const one = convert('mov_text')(stream);
      return one?.kind === 'subtitle' ? { ...one, shift: -1 } : one;
    };
    const { out } = await run(rich(), 'mp4', { track });
    const shown = readTrack(out).packets.filter(({ data }) => data.length > 2);
    expect(shown.map(({ pts, duration }) => [Math.round(pts), Math.round(duration)])).toEqual([
      [0, 500],
      [2000, 500],
    ]);
  });

  test('what a conversion loses is told', async () => {
    const source = once('sized.mkv', (path) =>
      makeClip(path, {
        muxer: 'matroska',
        streams: [testPicture(1)],
        subtitles: [{ lines: [{ at: 0, seconds: 1, text: '<font size="40">Big</font>' }] }],
      }),
    );
    const { result } = await run(source, 'mp4', { track: convert('mov_text') });
    expect(result.warnings).toEqual(['The conversion could not keep fonts and sizes of the SubRip subtitles.']);
  });

  test.each([
    ['srt', 'subrip', /^1\n00:00:00,500 --> 00:00:01,500\nGuten <b>Tag<\/b>\n\n2\n/],
    ['ass', 'ass', /Dialogue: 0,0:00:00\.50,0:00:01\.50,Default,,0,0,0,,Guten \{\\b1\}Tag/],
    ['vtt', 'webvtt', /^WEBVTT\n\n00:00\.500 --> 00:01\.500\nGuten <b>Tag<\/b>/],
  ] as const)('a track can be taken out as %s', async (target, to, text) => {
    const { out, info, result } = await run(rich(), target, {
      track: (stream) => (stream.kind !== 'subtitle' ? null : target === 'srt' ? stream : { ...stream, action: 'convert', to }),
    });
    expect(readFileSync(out, 'utf8').replaceAll('\r', '')).toMatch(text);
    expect(info.streams).toMatchObject([{ kind: 'subtitle', codec: to }]);
    expect(result.proof.duration).toBeCloseTo(3.5, 1);
  });
});

describe('files beside the source', () => {
  const srt = '1\n00:00:01,000 --> 00:00:02,500\nHello <i>there</i>\n\n2\n00:00:05,000 --> 00:00:06,000\nStraße\n';
  const ass = [
    '[Script Info]\nScriptType: v4.00+\nPlayResX: 640\n\n[V4+ Styles]',
    'Format: Name, Fontname, Fontsize\nStyle: Sign,Comic Sans,44\n\n[Events]',
    'Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text',
    'Dialogue: 3,0:00:01.00,0:00:02.50,Sign,Ann,1,2,3,,{\\pos(10,20)}Hello, there\n',
  ].join('\n');
  const file = (name: string, text: string) =>
    once(name, (path) => {
      writeFileSync(path, text);
    });
  const film = () => once('film.mp4', (path) => makeClip(path, { muxer: 'mp4', streams: [flash(8), beep(8)] }));

  test('sound of another file goes between the packets of the film', async () => {
    const dub = once('dub.m4a', (path) => makeClip(path, { muxer: 'ipod', streams: [{ ...beep(8), tags: { language: 'spa' } }] }));
    const { out, info } = await run(film(), 'mkv', { beside: [dub] });
    expect(tracksOf(info)).toBe('video h264, audio aac, audio aac (spa)');
    expect(packetHash(out, 2)).toBe(packetHash(dub, 0));
    expect(timesOf(out, 2)[0]?.pts).toBeCloseTo(timesOf(out, 1)[0]?.pts ?? -1, 1);
  });

  test('subtitle files become tracks: as they are, or converted', async () => {
    const srtFile = file('film.eng.forced.srt', srt);
    const { out, info } = await run(film(), 'mkv', { beside: [srtFile] });
    expect(info.streams.at(-1)).toMatchObject({ codec: 'subrip', language: 'eng', disposition: ['forced'] });
    expect(readTrack(out).packets.map(({ data, pts, duration }) => [data.toString(), pts, duration])).toEqual([
      ['Hello <i>there</i>', 1000, 1500],
      ['Straße', 5000, 1000],
    ]);
    const mp4 = await run(film(), 'mp4', { beside: [srtFile], track: convert('mov_text') });
    const shown = readTrack(mp4.out).packets.filter(({ data }) => data.length > 2);
    expect(shown.map(({ pts }) => Math.round(pts))).toEqual([1000, 5000]);
    expect(shown[0]?.data.subarray(2, 13).toString()).toBe('Hello there');
  });

  test('an ASS file keeps its styles, fields and places', async () => {
    const { out } = await run(film(), 'mkv', { beside: [file('signs.ass', ass)] });
    const { codec, extradata, packets } = readTrack(out);
    expect(codec).toBe('ass');
    expect(extradata?.toString()).toContain('Style: Sign,Comic Sans,44');
    expect(packets.map(({ data }) => data.toString())).toEqual(['0,3,Sign,Ann,1,2,3,,{\\pos(10,20)}Hello, there']);
    expect(packets[0]).toMatchObject({ pts: 1000, duration: 1500 });
  });

  test('what is cut out of the film is cut out of them', async () => {
    const dub = once('dub.m4a', (path) => makeClip(path, { muxer: 'ipod', streams: [{ ...beep(8), tags: { language: 'spa' } }] }));
    const places = [
      { asked: { start: 4, end: 7 }, start: 4, end: 7, encoded: [] },
      { asked: { start: 0, end: 2 }, start: 0, end: 2, encoded: [] },
    ];
    const { out } = await run(film(), 'mkv', { beside: [dub, file('film.eng.forced.srt', srt)], places });
    const { flashes } = measure(out);
    expect(flashes.map((time) => Math.round(time * 10) / 10)).toEqual([1, 4]);
    const sound = timesOf(out, 2);
    expect(sound.length).toBeGreaterThan((5 * 48_000) / 1024 - 6);
    expect(sound.every(({ dts }, index) => index === 0 || dts > (sound[index - 1]?.dts ?? 0))).toBe(true);
    expect(readTrack(out).packets.map(({ data, pts, duration }) => [data.toString(), pts, duration])).toEqual([
      ['Straße', 1000, 1000],
      ['Hello <i>there</i>', 4000, 1000],
    ]);
  });

  test('where a moment plays is told by the pieces', () => {
    const input = { path: 'a', kind: 'media', role: 'main', origin: 10 } as const;
    const pieces = [
      { input: 0, start: 20, end: 25, encoded: [] },
      { input: 0, start: null, end: 15, encoded: [] },
    ];
    const spans = spansOf({ inputs: [input], pieces });
    expect(spans.map(({ from, to, delta }) => [from, to, delta])).toEqual([
      [10, 15, -10],
      [-Infinity, 5, 5],
    ]);
    expect(placeText(spans, 14, 16)).toEqual([{ start: 4, end: 5 }]);
    expect(placeText(spans, 2, 3)).toEqual([{ start: 7, end: 8 }]);
    expect(placeText(spans, 6, 9)).toEqual([]);
  });
});

describe('covers and files inside', () => {
  const png = () => once('cover.png', makePicture);
  const jpeg = () => once('cover.jpg', makePicture);
  const song = () => once('song.m4a', (path) => makeClip(path, { muxer: 'ipod', streams: [tone(3)] }));
  const attach = (stream: RemuxStream): RemuxStream =>
    stream.kind === 'video' && stream.disposition.includes('attached_pic') ? { ...stream, action: 'attach' } : stream;

  test.each([
    ['png', png],
    ['mjpeg', jpeg],
  ])('a %s picture is added, goes through every container with covers, and comes out as the same file', async (codec, picture) => {
    const bytes = readFileSync(picture());
    const isCover = { kind: 'video', codec, cover: true };
    const m4a = await run(song(), 'm4a', { beside: [picture()] });
    expect(m4a.info.streams).toMatchObject([{ kind: 'audio' }, isCover]);
    const mka = await run(m4a.out, 'mka', { track: attach });
    expect(mka.info.streams).toMatchObject([{ kind: 'audio' }, isCover]);
    const mp4 = await run(mka.out, 'mp4');
    expect(mp4.info.streams).toMatchObject([{ kind: 'audio' }, isCover]);
    const track = (stream: RemuxStream) => (stream.kind === 'video' ? stream : null);
    const { out } = await run(mp4.out, 'file', { track });
    expect(readFileSync(out).equals(bytes)).toBe(true);
  });

  test.each([
    ['mp3', 'libmp3lame', 's16p'],
    ['flac', 'flac', 's16'],
  ] as const)('%s takes a cover and gives it on', async (target, encoder, sampleFormat) => {
    const source = once(`plain.${target}`, (path) =>
      makeClip(path, { muxer: target, streams: [{ ...tone(3), encoder, sampleFormat, options: {} }] }),
    );
    const { info, out } = await run(source, target, { beside: [jpeg()] });
    expect(info.streams.map(({ kind }) => kind)).toEqual(['audio', 'video']);
    const mkv = await run(out, 'mkv', { track: attach });
    expect(mkv.info.streams[1]).toMatchObject({ kind: 'video', cover: true });
    const { out: picture } = await run(mkv.out, 'file', { track: (stream) => (stream.kind === 'video' ? stream : null) });
    expect(readFileSync(picture).equals(readFileSync(jpeg()))).toBe(true);
  });

  test('a font comes out as the same file', async () => {
    const { out, result } = await run(rich(), 'file', { track: only('attachment') });
    expect(readFileSync(out)).toEqual(font);
    expect(result.proof.bytes).toBe(font.length);
  });
});

describe('files that can be added', () => {
  const write = (name: string, text: string | Buffer) => {
    writeFileSync(at(name), text);
    return at(name);
  };
  test.each([
    ['a.en.srt', '1\n00:00:01,000 --> 00:00:02,000\nHi\n', 'srt', 'subrip', 'en', []],
    ['a.pt-BR.sdh.vtt', 'WEBVTT\n\n00:01.000 --> 00:02.000\nHi\n', 'webvtt', 'webvtt', 'pt-BR', ['hearing_impaired']],
    ['a.x265.ass', '[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,Hi\n', 'ass', 'ass', null, []],
  ] as const)('%s', (name, text, format, codec, language, disposition) => {
    const media = probeExtra(write(name, text));
    expect(media).toMatchObject({
      format,
      duration: 2,
      chapters: [],
      streams: [{ kind: 'subtitle', codec, language, disposition, text: true }],
    });
    expect(media.streams).toHaveLength(1);
  });

  test('a picture is a cover', () => {
    makePicture(at('some.png'));
    expect(probeExtra(at('some.png'))).toMatchObject({ streams: [{ kind: 'video', codec: 'png', cover: true, width: 160, height: 120 }] });
    expect(() => probe(at('some.png'))).toThrow(expect.objectContaining({ code: 'not-media' }));
  });

  test('films are films all the same, and nonsense is nonsense', () => {
    expect(probeExtra(rich()).streams).toHaveLength(5);
    expect(() => probeExtra(at('gone.srt'))).toThrow(expect.objectContaining({ code: 'source-missing' }));
    expect(() => probeExtra(write('words.srt', 'Nothing but words.\n'))).toThrow(expect.objectContaining({ code: 'not-media' }));
    expect(() => probeExtra(write('half.png', readFileSync(at('some.png')).subarray(0, 20)))).toThrow(
      expect.objectContaining({ code: 'not-media' }),
    );
  });
});

describe('a job that is watched', () => {
  const long = () => once('long.mp4', (path) => ordinaryClip(path, 40, '640x360'));
  /** Many blocks to be moved: no room for the index is kept without a planned length. */
  const plan = () => remuxPlan(long(), 'mp4', { more: { duration: null } });

  test('bytes rise evenly over copying and moving, never to the end before it is proved', async () => {
    const { progress, out } = await runRemux(plan(), at('watched.mp4'));
    const stages = progress.map(({ stage }) => stage);
    expect([...new Set(stages)]).toEqual(['copying', 'finishing', 'proving'].slice(stages[0] === 'copying' ? 0 : 1));
    const fractions = progress.map(({ fraction }) => fraction);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(Math.max(...fractions)).toBeLessThan(1);
    const last = progress.at(-1) as Progress;
    expect(last.bytes).toBeGreaterThan(probe(out).bytes * 1.5); // the move counts
    expect(last.plannedBytes).toBeGreaterThan(probe(out).bytes * 1.5);
  });

  test.each(['copying', 'finishing', 'proving'] as const)('cancelled while it is %s, it leaves nothing', async (stage) => {
    const abort = new AbortController();
    const before = readdirSync(folder).length;
    let seen = false;
    const onProgress = (now: Progress) => {
      if (now.stage !== stage || seen) return;
      seen = true;
      abort.abort();
    };
    // The first word of copying comes with the first turn of the event loop.
    const source = stage === 'copying' ? once('longer.mkv', (path) => ordinaryClip(path, 200, '640x360', 'matroska')) : long();
    const running = runRemux(stage === 'copying' ? remuxPlan(source, 'mkv') : plan(), at('cancelled'), {
      signal: abort.signal,
      onProgress,
    });
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    expect(seen).toBe(true);
    expect(existsSync(at('cancelled'))).toBe(false);
    expect(readdirSync(folder).length).toBe(before + (stage === 'copying' ? 1 : 0));
  });

  test('paused while it is finishing, it waits and goes on to a good end', async () => {
    let resumed = false;
    let movedWhilePaused = false;
    const { result } = await runRemux(plan(), at('paused.mp4'), {
      onProgress({ stage }, control) {
        if (stage === 'proving' && !resumed) movedWhilePaused = true;
        if (stage !== 'finishing' || resumed) return;
        control.pause();
        setTimeout(() => {
          resumed = true;
          control.resume();
        }, 300);
      },
    });
    expect(movedWhilePaused).toBe(false);
    expect(resumed).toBe(true);
    expect(result.proof.duration).toBeCloseTo(40, 0);
  });
});

describe('what goes wrong', () => {
  test('a full disk is called so, and nothing stays on it', async (context) => {
    const disk = at('disk');
    mkdirSync(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=60m', 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      context.skip('a small disk can only be mounted as root');
    }
    try {
      const source = once('noise.mkv', (path) =>
        makeClip(path, {
          muxer: 'matroska',
          streams: [{ source: 'testsrc2=s=640x360:r=30:d=8,noise=alls=90:allf=t,format=yuv420p', encoder: 'rawvideo' }],
        }),
      );
      const plan = remuxPlan(source, 'mkv', { more: { estimatedBytes: null } });
      await expect(runRemux(plan, join(disk, '.part'))).rejects.toMatchObject({
        code: 'disk-full',
        message: expect.stringMatching(/disk is full|free space/),
      });
      expect(readdirSync(disk)).toEqual([]);
      const known = remuxPlan(source, 'mkv');
      await expect(runRemux(known, join(disk, '.part'))).rejects.toMatchObject({
        code: 'disk-full',
        message: expect.stringContaining('free space'),
      });
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  test('a folder that is not there', async () => {
    await expect(runRemux(remuxPlan(rich(), 'mkv'), join(folder, 'nowhere', 'out.mkv'))).rejects.toMatchObject({
      code: 'output-unwritable',
    });
  });

  test('a file beside the source that is gone, and one that is no subtitle', async () => {
    const plan = remuxPlan(rich(), 'mkv', {
      beside: [once('gone.srt', (path) => writeFileSync(path, '1\n00:00:01,000 --> 00:00:02,000\nHi\n'))],
    });
    rmSync(at('gone.srt'));
    await expect(runRemux(plan, at('no.mkv'))).rejects.toMatchObject({ code: 'source-missing' });
    writeFileSync(at('gone.srt'), 'Nothing.');
    await expect(runRemux(plan, at('no.mkv'))).rejects.toMatchObject({ code: 'not-media' });
    expect(existsSync(at('no.mkv'))).toBe(false);
  });

  test('a track that was damaged before is copied, and that is told', async () => {
    const source = once('damaged.avi', (path) => {
      makeClip(path, {
        muxer: 'avi',
        streams: [
          { ...testPicture(1), encoder: 'mpeg4', options: {} },
          { ...tone(1), encoder: 'libmp3lame', sampleFormat: 's16p', options: {} },
        ],
      });
      const bytes = readFileSync(path);
      // Every picture is overwritten, the index and the sound stay.
      for (let from = bytes.indexOf('00dc'); from > 0; from = bytes.indexOf('00dc', from + 4))
        bytes.fill(0x55, from + 8, from + 8 + bytes.readUInt32LE(from + 4));
      writeFileSync(path, bytes);
    });
    const { result } = await run(source, 'mkv');
    expect(result.warnings).toContainEqual('Track 1 is as it was in damaged.avi, where the beginning of it cannot be decoded.');
  });

  test('a result that lost its end is not proved, nor one that lost a track, packets or chapters', async () => {
    const { out, plan } = await run(rich(), 'mkv');
    const control = createControl(new AbortController().signal);
    const written = plan.streams.map(({ kind }) =>
      kind === 'attachment' ? { last: 0, end: 0, packets: 0, early: 0 } : { last: 3.9, end: 4, packets: 5, early: 0 },
    );
    const order = { path: out, plan, written, name: 'rich.mkv', control };
    await expect(proveRemux(order)).resolves.toMatchObject({ warnings: [] });
    const refusal = (what: string) => ({ code: 'proof-failed', message: expect.stringContaining(what) });
    await expect(proveRemux({ ...order, plan: { ...plan, streams: plan.streams.slice(1) } })).rejects.toMatchObject(
      refusal('5 tracks instead of 4'),
    );
    const chapters = [{ start: 0, end: 1, title: 'x' }];
    await expect(proveRemux({ ...order, plan: { ...plan, chapters } })).rejects.toMatchObject(refusal('0 chapters instead of 1'));
    const mp4 = await run(rich(), 'mp4', { track: only('video', 'audio') });
    const fewer = mp4.plan.streams.map(() => ({ last: 3.9, end: 4, packets: 7, early: 0 }));
    await expect(proveRemux({ ...order, path: mp4.out, plan: mp4.plan, written: fewer })).rejects.toMatchObject(
      refusal('packets instead of 7'),
    );
    truncateSync(out, Math.floor(probe(out).bytes * 0.6));
    await expect(proveRemux(order)).rejects.toMatchObject(refusal('is not good'));
  });
});
