/** The plan of lossless work, pure: what is kept, converted and left out, and every loss said before anything starts. */
import { describe, expect, test } from 'vitest';
import { StudioError } from '../native/contract/errors.ts';
import { type CutPlace, type LosslessInput, losslessSchema, type TargetId } from '../native/contract/lossless.ts';
import type { MediaInfo } from '../native/contract/media.ts';
import { makeRemuxPlan, type RemuxSources } from '../native/studio/lossless/plan.ts';
import { chapter, cover, data, film, font, media, sound, subtitle } from './fixtures/media-info.ts';

function make(source: MediaInfo, order: LosslessInput = {}, more: Partial<RemuxSources> = {}) {
  const made = makeRemuxPlan({ media: source, joined: [], beside: [], places: [], ...more }, losslessSchema.parse(order));
  const { plan, outline } = made;
  return {
    ...made,
    notes: plan.notes.map(({ text }) => text),
    losses: plan.notes.filter(({ kind }) => kind === 'loss').map(({ text }) => text),
    kept: plan.streams.map(({ from, to }) => `${from.map(({ input, stream }) => `${input}:${stream}`).join('+')}${to ? ` ${to}` : ''}`),
    left: outline.tracks.filter(({ outcome }) => outcome === 'left').map(({ stream }) => stream),
  };
}

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof StudioError) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error('it was not refused');
}

const at = (start: number | null, end: number | null, more: Partial<CutPlace> = {}): CutPlace => ({
  asked: { start, end },
  start: start ?? 0,
  end,
  encoded: [],
  ...more,
});

/** Everything a Matroska film can have. */
const rich = media(
  [
    film({ title: 'Main', language: 'jpn', tags: { language: 'jpn', title: 'Main', HANDLER_NAME: 'Mine', DURATION: '00:01:00.0' } }),
    sound({ language: 'eng', disposition: ['default'], bitRate: 128_000 }),
    sound({ language: 'fre', title: 'Commentary', disposition: ['comment'], start: 0.5, duration: 59.5 }),
    subtitle('subrip', { language: 'eng', disposition: ['hearing_impaired'] }),
    subtitle('ass', { language: 'ger' }),
    subtitle('hdmv_pgs_subtitle', { language: 'ger', disposition: ['forced'] }),
    font('A.ttf'),
    cover({ tags: { filename: 'cover.jpg', mimetype: 'image/jpeg' } }),
  ],
  {
    chapters: [chapter(0, 20, 'One'), chapter(20, 40, 'Two'), chapter(40, 60, 'Three')],
    tags: { title: 'Film', ARTIST: 'Somebody', creation_time: '2020-05-06T07:08:09.000000Z', ENCODER: 'Lavf', MY_KEY: 'mine' },
  },
);

describe('what goes over', () => {
  test('Matroska to Matroska keeps everything, in order, without a word', () => {
    const { kept, notes, plan } = make(rich, { target: 'mkv' });
    expect(kept).toEqual(['0:0', '0:1', '0:2', '0:3', '0:4', '0:5', '0:6', '0:7']);
    expect(notes).toEqual([]);
    expect(plan.chapters).toHaveLength(3);
    expect(plan.tags).toEqual({ title: 'Film', ARTIST: 'Somebody', creation_time: '2020-05-06T07:08:09.000000Z', MY_KEY: 'mine' });
    expect(plan.streams[0]?.tags).toEqual({ language: 'jpn', title: 'Main', HANDLER_NAME: 'Mine' });
    expect(plan.streams.at(-1)).toMatchObject({
      action: 'attach',
      kind: 'video',
      tags: { filename: 'cover.jpg', mimetype: 'image/jpeg' },
    });
  });

  test('MP4 takes text in its own format, and says what it cannot hold', () => {
    const { kept, notes, plan } = make(rich, { target: 'mp4' });
    expect(kept).toEqual(['0:0', '0:1', '0:2', '0:3 mov_text', '0:4 mov_text', '0:7']);
    expect(notes).toEqual([
      'Subtitle track 3 (eng) is converted from SubRip to MP4 text.',
      'Subtitle track 4 (ger) is converted from ASS to MP4 text: fonts, places on the picture and effects are lost.',
      'Subtitle track 5 (ger) is left out: MP4 cannot hold hdmv_pgs_subtitle subtitles, which are pictures.',
      'Attachment 6 is left out: MP4 cannot hold attached files.',
    ]);
    expect(plan.streams.at(-1)).toMatchObject({ action: 'copy', disposition: ['attached_pic'], codec: 'mjpeg' });
    expect(plan).toMatchObject({ muxer: 'mp4', layout: 'faststart', muxerOptions: { strict: 'experimental' } });
  });

  test('MPEG-TS names every kind of thing once, however many tracks it concerns', () => {
    const { losses, plan } = make(rich, { target: 'ts' });
    expect(losses.filter((text) => !/^(Subtitle|Attachment|Picture)/.test(text))).toEqual([
      'Titles of tracks are left out: MPEG-TS has no place for them.',
      'Languages of tracks (jpn) are left out: MPEG-TS has no place for them.',
      'Flags of tracks (commentary) are left out: MPEG-TS has no place for them.',
      'Handler names of tracks are left out: MPEG-TS has no place for them.',
      'Tags of the file (title, artist, creation_time and my_key) are left out: MPEG-TS has no place for them.',
      'The chapters (3) are left out: MPEG-TS has no place for them.',
    ]);
    expect(plan.chapters).toEqual([]);
    expect(plan.streams[1]?.tags).toEqual({ language: 'eng' });
  });

  test.each([
    ['mp4', '/a.mp4', 'mov,mp4,m4a,3gp,3g2,mj2', 'isom', [film(), sound()]],
    ['mov', '/a.mov', 'mov,mp4,m4a,3gp,3g2,mj2', 'qt  ', [film(), sound()]],
    ['m4a', '/a.m4a', 'mov,mp4,m4a,3gp,3g2,mj2', 'M4A ', [sound(), cover()]],
    ['mkv', '/a.mkv', 'matroska,webm', '', [film(), sound()]],
    ['webm', '/a.webm', 'matroska,webm', '', [film({ codec: 'vp9' }), sound({ codec: 'opus' })]],
    ['mka', '/a.mka', 'matroska,webm', '', [sound()]],
    ['ts', '/a.m2ts', 'mpegts', '', [film()]],
    ['mkv', '/a.avi', 'avi', '', [film()]],
    ['mp3', '/a.mp3', 'mp3', '', [sound({ codec: 'mp3' })]],
    ['opus', '/a.opus', 'ogg', '', [sound({ codec: 'opus' })]],
    ['mkv', '/a.wav', 'wav', '', [sound({ codec: 'ac3' })]],
  ] as const)('the same container is %s for %s', (target, path, format, brand, streams) => {
    const source = media([...streams], { path, format, tags: brand ? { major_brand: brand } : {} });
    expect(make(source).outline.target).toBe(target);
  });

  test('HEVC is hvc1 for Apple, but Dolby Vision without a base that others can show is dvh1', () => {
    const tag = (target: TargetId, more = {}) => make(media([film({ codec: 'hevc', ...more })]), { target }).plan.streams[0]?.codecTag;
    expect([tag('mp4'), tag('mov'), tag('mkv')]).toEqual(['hvc1', 'hvc1', null]);
    expect(tag('mp4', { dolbyVision: { profile: 5, level: 6, compatibility: 0 } })).toBe('dvh1');
    expect(tag('mp4', { dolbyVision: { profile: 8, level: 6, compatibility: 1 } })).toBe('hvc1');
  });

  test('chapters and timecodes that have tracks of their own are made anew; telemetry is copied where it can be', () => {
    const source = media([
      film({ tags: { timecode: '01:00:00:00' } }),
      data('bin_data', 'text'),
      data('none', 'tmcd'),
      data('bin_data', 'gpmd'),
    ]);
    const mp4 = make(source, { target: 'mp4' });
    expect([mp4.kept, mp4.notes]).toEqual([['0:0', '0:3'], []]);
    expect(mp4.plan.streams[1]).toMatchObject({ kind: 'data', codecTag: 'gpmd' });
    expect(make(source, { target: 'mkv' }).losses).toEqual(['Data track 3 is left out: Matroska cannot hold data tracks of this kind.']);
    expect(make(source, { target: 'ts' }).losses).toContain('The timecode (01:00:00:00) is left out: MPEG-TS has no place for it.');
  });

  test('a timecode that QuickTime cannot count is named', () => {
    const lost = (timecode: string, frameRate: { num: number; den: number } | null) =>
      make(media([film({ tags: { TIMECODE: timecode }, frameRate })]), { target: 'mov' }).losses;
    expect(lost('01:00:00:00', { num: 24_000, den: 1001 })).toEqual([]);
    expect(lost('01:00:00;00', { num: 30_000, den: 1001 })).toEqual([]);
    expect(lost('01:00:00;00', { num: 25, den: 1 })).toHaveLength(1);
    expect(lost('01:00:00:00', null)).toHaveLength(1);
  });

  test('marks of the picture are named one by one where there is no place for them', () => {
    const marked = film({
      ...{ rotation: 90, flip: true, sar: { num: 4, den: 3 }, codedSar: { num: 1, den: 1 }, stereo: 'side by side', codec: 'hevc' },
      ...{ dolbyVision: { profile: 8, level: 6, compatibility: 1 }, contentLight: { max: 1000, average: 400 } },
    });
    const lost = (target: TargetId) => make(media([marked]), { target }).losses.map((text) => text.replace(/ (is|are) left out.*/, ''));
    expect(lost('mp4')).toEqual([]);
    expect(lost('mkv')).toEqual(['The mirror mark of the picture']);
    expect(lost('ts')).toEqual([
      'The rotation of the picture (90°)',
      'The mirror mark of the picture',
      'The shape of the pixels (4:3)',
      'The 3D layout (side by side)',
    ]);
    expect(make(media([film({ rotation: 90, spherical: 'equirectangular' })]), { target: 'mkv' }).losses).toHaveLength(1);
  });

  test('transparency beside VP9 is Matroska’s alone', () => {
    const source = media([film({ codec: 'vp9', tags: { alpha_mode: '1' } })]);
    expect(make(source, { target: 'webm' }).losses).toEqual([]);
    expect(make(source, { target: 'mp4' }).losses).toEqual(['The transparency of the picture is left out: MP4 has no place for it.']);
  });

  test('a flag that another stands for is no loss; which tracks are played by default is one where it says something', () => {
    const lost = (flags: string[][], target: TargetId) =>
      make(media([film(), ...flags.map((disposition) => sound({ disposition }))]), { target }).losses;
    expect(lost([['hearing_impaired', 'captions']], 'mkv')).toEqual([]);
    expect(lost([['captions']], 'mkv')).toHaveLength(1);
    expect(lost([['default'], []], 'ts')).toEqual([]);
    expect(lost([[], ['default']], 'ts')).toEqual(['Which tracks are played by default is left out: MPEG-TS has no place for it.']);
  });

  test('languages are packed into three letters where containers want them', () => {
    const said = (language: string, target: TargetId) => make(media([film(), sound({ language })]), { target });
    expect(said('de', 'mp4').plan.streams[1]?.tags['language']).toBe('deu');
    expect(said('pt-BR', 'ts').plan.streams[1]?.tags['language']).toBe('por');
    expect(said('pt-BR', 'mkv').plan.streams[1]?.tags['language']).toBe('pt-BR');
    expect(said('qu-PE', 'mp4').losses).toEqual([]);
    expect(said('nah-MX', 'mp4').losses).toEqual(['Languages of tracks (nah-MX) are left out: MP4 has no place for them.']);
  });
});

describe('sound, text and files taken out', () => {
  const songs = media([
    film(),
    sound({ codec: 'mp3', language: 'eng' }),
    sound({ codec: 'mp3', language: 'ger', disposition: ['default'] }),
    cover(),
  ]);

  test('a file of one track takes the default one; the picture is no loss there', () => {
    const { kept, plan } = make(songs, { target: 'mp3' });
    expect(kept).toEqual(['0:2', '0:3']);
    expect(plan.notes).toEqual([
      { kind: 'info', text: 'Picture 0 is left out: MP3 is for sound.' },
      { kind: 'loss', text: 'Sound track 1 (eng) is left out: MP3 is written with one sound track.' },
    ]);
    expect(plan.tags).toEqual({ language: 'ger' });
  });

  test('Ogg takes one cover, which is a front one without a word', () => {
    const front = cover({ tags: { comment: 'Cover (front)' } });
    const { kept, losses } = make(media([sound({ codec: 'opus' }), front, cover({ tags: { comment: 'Cover (back)' } })]), {
      target: 'opus',
    });
    expect(kept).toEqual(['0:0', '0:1']);
    expect(losses).toEqual(['Picture 2 is left out: Opus is written with one cover.']);
  });

  test('M4A and Matroska hold every sound track', () => {
    expect(make(rich, { target: 'm4a' }).kept).toEqual(['0:1', '0:2', '0:7']);
    expect(make(rich, { target: 'mka' }).kept).toEqual(['0:1', '0:2', '0:3', '0:4', '0:5', '0:6', '0:7']);
  });

  test('sound alone begins at 0; text keeps the time of its film', () => {
    const late = media([film({ start: 1 }), sound({ start: 1.5 }), subtitle('subrip', { start: 10 })]);
    const origin = (order: LosslessInput) => make(late, order).plan.inputs[0]?.origin;
    expect([origin({}), origin({ target: 'm4a' }), origin({ target: 'srt' })]).toEqual([1, 1.5, 1]);
  });

  test('a text file takes one track, converted where it has to be', () => {
    const { kept, plan, losses } = make(rich, { target: 'vtt', tracks: [{ stream: 4 }] });
    expect(kept).toEqual(['0:4 webvtt']);
    expect(plan.muxer).toBe('webvtt');
    expect(losses[0]).toContain('converted from ASS to WebVTT');
    expect(make(rich, { target: 'srt' }).kept).toEqual(['0:3']);
  });

  test('a file inside is named by its name, its kind or its codec', () => {
    const end = (stream: ReturnType<typeof font>) =>
      make(media([film(), stream]), { target: 'file', tracks: [{ stream: 1 }] }).outline.extension;
    expect(end(font('Noto Sans.OTF'))).toBe('otf');
    expect(end(font('', { tags: { mimetype: 'application/x-truetype-font' } }))).toBe('ttf');
    expect(end(font('', { tags: {}, codec: 'none' }))).toBe('bin');
    expect(make(media([film(), cover()]), { target: 'file' }).outline.extension).toBe('jpg');
  });
});

describe('choices and rules', () => {
  test('tracks chosen by hand come in that order, with the words they are given', () => {
    const { plan, outline, notes } = make(rich, {
      target: 'mkv',
      tracks: [
        { stream: 2, title: null, language: 'ger', disposition: ['default'], shift: -0.2 },
        { stream: 0, rotation: 90 },
      ],
    });
    expect(plan.streams[0]).toMatchObject({ tags: { language: 'ger' }, disposition: ['default'], shift: -0.2 });
    expect(plan.streams[1]).toMatchObject({ rotation: 90, tags: { title: 'Main' } });
    expect(notes).toEqual([]);
    expect(outline.tracks.filter(({ outcome }) => outcome === 'left').every(({ asked }) => asked)).toBe(true);
  });

  test('a mark that is taken away is no loss, and one that is given in vain is', () => {
    expect(make(rich, { target: 'ts', tracks: [{ stream: 2, title: null, disposition: [] }] }).losses.join()).not.toMatch(/Titles|Flags/);
    expect(make(media([film()]), { target: 'ts', tracks: [{ stream: 0, title: 'New', rotation: 180 }] }).losses).toEqual([
      'Titles of tracks are left out: MPEG-TS has no place for them.',
      'The rotation of the picture (180°) is left out: MPEG-TS has no place for it.',
    ]);
  });

  test('rules keep English sound and forced subtitles, in whatever letters a file says English', () => {
    const made = make(rich, { target: 'mkv', rules: { audio: ['en'], subtitles: 'forced', attachments: false } });
    expect(made.kept).toEqual(['0:0', '0:1', '0:5']);
    expect(made.losses).toEqual([]);
    expect(made.left).toEqual([2, 3, 4, 6, 7]);
    const german = media([film(), sound({ language: 'deu' }), sound({ language: 'ger' }), sound()]);
    expect(make(german, { target: 'mkv', rules: { audio: ['ger'] } }).kept).toEqual(['0:0', '0:1', '0:2']);
    expect(make(german, { target: 'mkv', rules: { audio: ['und'] } }).kept).toEqual(['0:0', '0:3']);
  });

  test('tracks of added files follow those of the source, whatever the rules say', () => {
    const beside = [
      media([sound({ codec: 'flac' })], { path: '/more.flac', format: 'flac' }),
      media([subtitle('subrip')], { path: '/more.srt', format: 'srt' }),
      media([cover({ codec: 'png' })], { path: '/cover.png', format: 'png_pipe' }),
    ];
    const { kept, plan } = make(
      media([film(), sound()]),
      { target: 'mkv', rules: { audio: 'none' }, files: ['/a', '/b', '/c'] },
      { beside },
    );
    expect(kept).toEqual(['0:0', '1:0', '2:0', '3:0']);
    expect(plan.inputs.map(({ kind, role }) => `${kind} ${role}`)).toEqual([
      'media main',
      'media beside',
      'subtitle beside',
      'cover beside',
    ]);
    expect(plan.streams.at(-1)).toMatchObject({ action: 'attach', tags: { filename: 'cover.png', mimetype: 'image/png' } });
  });

  test('tags and chapters take the place of the file’s', () => {
    const { plan } = make(rich, { target: 'mkv', tags: { title: 'Other' }, chapters: [{ start: 5, end: 10, title: 'Mine' }] });
    expect(plan.tags).toEqual({ title: 'Other' });
    expect(plan.chapters).toEqual([{ start: 5, end: 10, title: 'Mine' }]);
    expect(make(rich, { target: 'mkv', chapters: [], tags: {} }).plan).toMatchObject({ chapters: [], tags: {} });
  });

  test('a place that only Apple names is named for everyone, and a tag that is there twice goes once', () => {
    const place = '+48.8584+002.2945/';
    const source = media([film()], {
      tags: { 'com.apple.quicktime.location.ISO6709': place, 'title-eng': 'T', title: 'T', major_brand: 'qt  ', encoder: 'Lavf' },
    });
    expect(make(source, { target: 'mkv' }).plan.tags).toEqual({
      'com.apple.quicktime.location.ISO6709': place,
      title: 'T',
      location: place,
    });
  });
});

describe('cuts and joins', () => {
  const cut = (places: CutPlace[], more: LosslessInput = {}) =>
    make(rich, { target: 'mkv', segments: places.map(({ asked }) => asked), ...more }, { places });

  test('chapters move with what is kept, are clipped at its ends, and lose slivers', () => {
    const { plan } = cut([at(10, 30), at(39.8, 50)]);
    expect(plan.pieces).toMatchObject([
      { start: 10, end: 30 },
      { start: 39.8, end: 50 },
    ]);
    expect(plan.chapters).toEqual([
      { start: 0, end: 10, title: 'One' },
      { start: 10, end: 20, title: 'Two' },
      { start: expect.closeTo(20.2), end: expect.closeTo(30.2), title: 'Three' },
    ]);
    expect(plan.duration).toBeCloseTo(30.2);
  });

  test('a chapter out of whose middle something is cut stays one', () => {
    expect(cut([at(0, 5), at(15, 20)]).plan.chapters).toEqual([{ start: 0, end: 10, title: 'One' }]);
  });

  test('a length that is the time of the end counts from 0', () => {
    const late = (format: string) =>
      make(media([film({ start: 1, duration: null })], { format, duration: 11 }), { target: 'mkv' }).plan.duration;
    expect([late('matroska,webm'), late('flv'), late('mpegts')]).toEqual([10, 10, 11]);
  });

  test('a part of the time is a part of the bytes, and so is a part of the tracks', () => {
    expect(make(rich).plan.estimatedBytes).toBe(60_000_000);
    expect(cut([at(0, 30)]).plan.estimatedBytes).toBe(30_000_000);
    expect(make(rich, { target: 'mkv', tracks: [{ stream: 0 }] }).plan.estimatedBytes).toBe(60_000_000 - (128_000 / 8) * 60);
  });

  test('the outline shows where cuts really fall', () => {
    const places = [at(11, 30, { start: 10 })];
    expect(cut(places).outline).toMatchObject({ cuts: places, duration: 20, extension: 'mkv' });
  });

  const part = (path: string, more = {}) =>
    media([film({ header: 'same', start: 1, duration: 10 }), sound({ start: 1.2, duration: 9.8 })], {
      ...{ path, duration: 10, bytes: 1000, chapters: [chapter(1, 11, path)] },
      ...more,
    });

  test('joined files play one after the other, and so do their chapters', () => {
    const { plan, kept } = make(part('/a.mkv'), { join: ['/b.mkv'] }, { joined: [part('/b.mkv')] });
    expect(kept).toEqual(['0:0+1:0', '0:1+1:1']);
    expect(plan.pieces.map(({ input }) => input)).toEqual([0, 1]);
    expect(plan.inputs.map(({ origin }) => origin)).toEqual([1, 1]);
    expect(plan).toMatchObject({ duration: 20, estimatedBytes: 2000 });
    expect(plan.chapters).toEqual([chapter(0, 10, '/a.mkv'), chapter(10, 20, '/b.mkv')]);
  });

  test.each([
    ['picture 0 has a picture size of 1280×720 instead of 1920×1080', [film({ width: 1280, height: 720 }), sound()]],
    ['picture 0 has a codec of hevc instead of h264', [film({ codec: 'hevc' }), sound()]],
    ['sound track 1 has a sample rate of 44100 Hz instead of 48000 Hz', [film({ header: 'same' }), sound({ sampleRate: 44_100 })]],
    ['sound track 1 was encoded with other settings', [film({ header: 'same' }), sound({ header: 'other' })]],
    ['it has no sound track 1', [film({ header: 'same' })]],
  ])('files that differ are not joined: %s', (difference, streams) => {
    const joined = [media(streams, { path: '/films/b.mkv' })];
    expect(refusal(() => make(part('/films/a.mkv'), { join: ['/films/b.mkv'] }, { joined }))).toBe(
      `join-mismatch: b.mkv cannot follow a.mkv: ${difference}.`,
    );
  });

  test('H.264 of other settings can follow: its parameters go into the packets', () => {
    const joined = [media([film({ header: 'other' }), sound()], { path: '/b.mkv' })];
    expect(make(part('/a.mkv'), { join: ['/b.mkv'] }, { joined }).kept).toEqual(['0:0+1:0', '0:1+1:1']);
  });

  test('a difference in a track that is left out is none', () => {
    const joined = [media([film({ header: 'same' }), sound({ codec: 'ac3' })], { path: '/b.mkv' })];
    expect(make(part('/a.mkv'), { join: ['/b.mkv'], rules: { audio: 'none' } }, { joined }).kept).toEqual(['0:0+1:0']);
  });
});

describe('what is refused', () => {
  test('nothing fits: with the reasons', () => {
    expect(refusal(() => make(media([film({ codec: 'prores' }), sound({ codec: 'aac' })]), { target: 'webm' }))).toBe(
      'nothing-to-export: Nothing of this file can go into WebM as it is. Picture 0: WebM cannot hold prores pictures. ' +
        'Sound track 1: WebM cannot hold aac sound.',
    );
    expect(refusal(() => make(media([film()]), { target: 'file' }))).toContain('There is no file inside this one.');
    expect(refusal(() => make(media([film(), subtitle('hdmv_pgs_subtitle')]), { target: 'srt' }))).toContain('which are pictures');
  });

  test.each<[string, LosslessInput]>([
    ['There is no track 9 in this file.', { tracks: [{ stream: 9 }] }],
    ['There is no track 0 in added file 1.', { tracks: [{ file: 1, stream: 0 }] }],
    ['Track 0 is chosen twice.', { tracks: [{ stream: 0 }, { stream: 0 }] }],
    ['joined and cut in one go', { join: ['/b'], segments: [{ start: 0, end: 1 }] }],
    ['tracks added in one go', { join: ['/b'], files: ['/c'] }],
    ['can only be taken out of one file', { join: ['/b'], target: 'srt' }],
    ['cannot be cut', { target: 'file', segments: [{ start: 0, end: 1 }] }],
    ['“yesterday” is no time of creation', { tags: { creation_time: 'yesterday' } }],
    ['Files inside make no Matroska of their own', { target: 'mkv', tracks: [{ stream: 6 }, { stream: 7 }] }],
  ])('%s', (sentence, order) => {
    expect(refusal(() => make(rich, order))).toContain(sentence);
  });
});
