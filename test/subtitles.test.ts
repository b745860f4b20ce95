/** Text subtitles from every format to every other: packets, whole files, real containers, and input that is meant to harm. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { StudioError } from '../native/contract/errors.ts';
import { subtitleConverter } from '../native/engine/subtitles/converter.ts';
import {
  formatSubtitleFile,
  parseSubtitleFile,
  readSubtitleFile,
  type SubtitleFileFormat,
  writeSubtitleFile,
} from '../native/engine/subtitles/files.ts';
import { createSubtitleReader, type SubtitlePacket, type SubtitleSource } from '../native/engine/subtitles/reader.ts';
import { type Cue, plainText } from '../native/engine/subtitles/text.ts';
import { createSubtitleWriter, type SubtitleTarget } from '../native/engine/subtitles/writer.ts';
import { type ClipStream, makeClip } from './fixtures/clips.ts';
import { assHeader, cue, cues, plainDescription, run, samples } from './fixtures/subtitle-samples.ts';
import { convertTrack, readTrack, writeTrack } from './fixtures/subtitle-tracks.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'muxwell-subtitles-'));
  Log.setLevel(AV_LOG_QUIET);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);

const targets: SubtitleTarget[] = ['subrip', 'ass', 'webvtt', 'mov_text'];
const fileFormats: SubtitleFileFormat[] = ['subrip', 'ass', 'webvtt'];

function convert(source: SubtitleSource, packets: SubtitlePacket[], to: SubtitleTarget) {
  const converter = subtitleConverter(source, to);
  const out = [...packets.flatMap((packet) => converter.convert(packet)), ...converter.finish()];
  return { out, extradata: converter.extradata, losses: converter.losses() };
}

function readAll(source: SubtitleSource, packets: SubtitlePacket[]) {
  const reader = createSubtitleReader(source);
  const found = [...packets.flatMap((packet) => reader.read(packet)), ...reader.finish()];
  return { cues: found, losses: reader.losses() };
}

/** Cues through a format and back. */
function through(list: Cue[], to: SubtitleTarget) {
  const writer = createSubtitleWriter(to, 'made');
  const packets = [...list.flatMap((one) => writer.write(one)), ...writer.finish()];
  return { packets, ...readAll({ codec: to, extradata: writer.extradata }, packets), lost: writer.losses() };
}

const packet = (data: string | Buffer, pts = 1000, duration = 1000): SubtitlePacket => ({ data: Buffer.from(data), pts, duration });
const told = (list: Cue[]) => list.map((one) => `${one.start}-${one.end} ${plainText(one.text)}`);
const srt = (text: string) => readAll({ codec: 'subrip', extradata: null }, [packet(text)]);
const ass = (text: string) =>
  readAll({ codec: 'ass', extradata: assHeader }, [packet(text.includes(',,') ? text : `0,0,Default,,0,0,0,,${text}`)]);
const vtt = (text: string, settings = '') => readAll({ codec: 'webvtt', extradata: null }, [{ ...packet(text), settings }]);
const runs = (found: { cues: Cue[] }) => found.cues.flatMap((one) => one.text.runs);

describe('every format to every other', () => {
  const pairs = Object.keys(samples).flatMap((from) => targets.map((to) => [from, to] as const));
  test.each(pairs)('%s to %s: letters, looks, lines and times are the same', (from, to) => {
    const source = samples[from];
    if (!source) throw new Error(from);
    const { out, extradata, losses } = convert(source, source.packets, to);
    expect(readAll({ codec: to, extradata }, out).cues).toEqual(cues);
    expect(losses).toEqual(from === 'ass' ? ['fonts and sizes of the ASS subtitles'] : []);
  });

  test('what is written is what other programs expect, byte by byte', () => {
    const [first, , third, fourth] = cues;
    const written = (to: SubtitleTarget, one = third) => through(one ? [one] : [], to).packets.map(({ data }) => data.toString('latin1'));
    expect(written('subrip')).toEqual(['<font color="#ff0000"><b>rot </b></font>und<b><i><u> beides</u></i></b>']);
    expect(written('ass')).toEqual(['0,0,Default,,0,0,0,,{\\b1\\c&H0000FF&}rot {\\b0\\c&HFFFFFF&}und{\\b1\\i1\\u1} beides']);
    expect(written('webvtt')).toEqual(['<c.red><b>rot </b></c>und<b><i><u> beides</u></i></b>']);
    expect(written('webvtt', fourth)).toEqual(['5 &lt; 6 &amp; 7 &gt; 3; {x}\nEnde']);
    expect(written('ass', fourth)).toEqual(['0,0,Default,,0,0,0,,5 < 6 & 7 > 3; \\{x\\}\\NEnde']);
    const styled = through([cue(0, 1, null, run('😀'), run('x', { bold: true }))], 'mov_text').packets[0]?.data;
    expect(styled?.subarray(-12).toString('hex')).toBe('00010002000101' + '12ffffffff');
    const sample = through(first ? [first] : [], 'mov_text').packets[0]?.data;
    const text = Buffer.from('Grüße, Ürümqi 😀👩‍👩‍👧!');
    expect(sample?.subarray(0, 2 + text.length)).toEqual(Buffer.concat([Buffer.from([0, text.length]), text]));
    expect(sample?.subarray(2 + text.length).toString('hex')).toBe('000000167374796c0001000000050001' + '0212ffffffff');
  });

  test('the sample description of MP4 is laid out as the 3GPP standard says', () => {
    const { extradata } = createSubtitleWriter('mov_text', '');
    expect(extradata?.subarray(0, 30)).toEqual(plainDescription.subarray(0, 30));
    expect(extradata?.subarray(30).toString('latin1')).toBe('\0\0\0\x17ftab\0\x01\0\x01\x0aSans-Serif');
  });

  test.each(targets)('%s: text that looks like markup stays text', (to) => {
    const texts = ['<b>not bold</b> </i> <x', 'a {\\an8} b {c}', 'back\\Nslash \\', '&amp; &lt;', '00:00:01,000 --> 00:00:02,000', '7'];
    const list = texts.map((text, index) => cue(index * 1000, index * 1000 + 900, null, run(text)));
    expect(through(list, to).cues).toEqual(list);
    const looks = [cue(0, 1000, null, run('a\\'), run('b<', { bold: true }), run('i>{', { italic: true }), run('\\i1}'))];
    expect(through(looks, to).cues).toEqual(looks);
  });

  test.each(targets)('%s: places are kept where the format has them', (to) => {
    const list = [1, 3, 4, 5, 6, 7, 8, 9].map((position, index) => cue(index * 1000, index * 1000 + 900, position, run('da')));
    const found = through(list, to);
    if (to === 'mov_text') expect(found.lost).toEqual(['positions on the picture of the made subtitles']);
    else expect([found.cues, found.lost]).toEqual([list, []]);
    expect(told(found.cues)).toEqual(told(list));
  });

  test('a stream that is not text is refused in words', () => {
    const open = () => subtitleConverter({ codec: 'hdmv_pgs_subtitle', extradata: null }, 'mov_text');
    expect(open).toThrow(StudioError);
    expect(open).toThrow('Subtitles of the kind hdmv_pgs_subtitle are not text that can be converted.');
    expect(() => subtitleConverter({ codec: 'constructor', extradata: null }, 'ass')).toThrow(StudioError);
  });
});

describe('SubRip', () => {
  test('sloppy tags: wrongly nested, never closed, unknown, in capitals', () => {
    expect(runs(srt('<b><i>x</b>y</i>z'))).toEqual([run('x', { bold: true, italic: true }), run('y', { italic: true }), run('z')]);
    expect(runs(srt('<I>on and on'))).toEqual([run('on and on', { italic: true })]);
    expect(runs(srt('</b>a<marquee>b</marquee><br/>c < d <3'))).toEqual([run('ab\nc < d <3')]);
  });
  test('colours by name, number and with quotes; white is no colour', () => {
    const color = (written: string) => runs(srt(`<font ${written}>x</font>`))[0]?.color;
    expect(['color="#F80"', "color='lime'", 'color=#00ff0080', 'face="Arial" color="Cyan"'].map(color)).toEqual([
      '#ff8800',
      '#00ff00',
      '#00ff00',
      '#00ffff',
    ]);
    expect(['color="#ffffff"', 'color="constructor"', 'size=7'].map(color)).toEqual([null, null, null]);
  });
  test('the tags of ASS that players take in SubRip, too', () => {
    const found = srt('{\\an8}{\\i1}oben{\\i0} <b>x</b>{\\fnArial}');
    expect(found.cues[0]?.text).toEqual({ runs: [run('oben', { italic: true }), run(' '), run('x', { bold: true })], position: 8 });
    expect(found.losses).toEqual(['fonts and sizes of the SubRip subtitles']);
  });
});

describe('ASS', () => {
  test('a style gives look and place; overrides change and reset it', () => {
    const found = ass('0,0,Thoughts,,0,0,0,,hm{\\i0\\b1}a{\\i}b{\\r}c{\\rDefault}d{\\1c&HFF0000&}e{\\r}f');
    const own = { italic: true, color: '#ffff00' };
    const want = [
      run('hm', own),
      run('a', { color: '#ffff00', bold: true }),
      run('b', { ...own, bold: true }),
      run('c', own),
      run('d'),
      run('e', { color: '#0000ff' }),
      run('f', own),
    ];
    expect(found.cues[0]?.text).toEqual({ runs: want, position: 8 });
  });
  test('drawings give nothing, and what is lost is told in words', () => {
    const found = ass('{\\p1}m 0 0 l 100 0 100 100{\\p0}Schild{\\pos(20,30)\\t(0,500,\\i1\\fs40)\\k50\\fnImpact}!');
    expect(told(found.cues)).toEqual(['1000-2000 Schild!']);
    expect(runs(found)).toEqual([run('Schild!')]);
    const kinds = ['fonts and sizes', 'positions on the picture', 'effects and animations', 'karaoke timing', 'drawings'];
    expect(found.losses.toSorted()).toEqual(kinds.map((kind) => `${kind} of the ASS subtitles`).toSorted());
    expect(ass('{\\p1}m 0 0 l 1 1').cues).toEqual([]);
  });
  test('comments in braces, breaks, hard spaces, commas; what is left open is text', () => {
    expect(told(ass('a{only a note}b\\Nc\\nd\\he, f{\\i1').cues)).toEqual(['1000-2000 ab\nc d\u00a0e, f{\\i1']);
  });
  test('SSA counts places in its own way', () => {
    const header = '[V4 Styles]\nFormat: Name, Fontname, Fontsize, Alignment\nStyle: Default,Arial,16,6\n';
    const text = (line: string) =>
      readAll({ codec: 'ssa', extradata: Buffer.from(header) }, [packet(`0,Marked=0,Default,,0,0,0,,${line}`)]).cues[0]?.text;
    expect([text('x')?.position, text('{\\a1}x')?.position, text('{\\a10}x')?.position, text('{\\a2}x')?.position]).toEqual([
      8,
      1,
      5,
      null,
    ]);
  });
  test('a packet without its fields is left out and told', () => {
    const found = ass('0,0,,broken');
    expect([found.cues, found.losses]).toEqual([[], ['fonts and sizes of the ASS subtitles', 'damaged texts of the ASS subtitles']]);
  });
});

describe('WebVTT', () => {
  test('references, classes, voices, ruby and times inside a text', () => {
    const found = vtt('<v Karl><00:00:01.500>R&amp;D&nbsp;&#x1F600;&rlm; &unknown; <ruby>漢<rt>kan</rt></ruby><c.yellow.bg_blue>y</c>');
    expect(runs(found)).toEqual([run('R&D\u00a0😀\u200f &unknown; 漢'), run('y', { color: '#ffff00' })]);
    const kinds = ['names of speakers', 'karaoke timing', 'reading aids (ruby)', 'effects and animations'];
    expect(found.losses).toEqual(kinds.map((kind) => `${kind} of the WebVTT subtitles`));
  });
  test('settings become the nearest place', () => {
    const place = (settings: string) => vtt('x', settings).cues[0]?.text.position;
    expect(
      ['', 'line:0', 'line:10% align:start', 'line:50%', 'align:end', 'line:-1', 'line:84%,end position:30%', 'align:constructor'].map(
        place,
      ),
    ).toEqual([null, 8, 7, 5, 3, null, null, null]);
    expect(vtt('x', 'line:0').losses).toEqual([]);
    expect(vtt('x', 'line:84%').losses).toEqual(['positions on the picture of the WebVTT subtitles']);
  });
  test('a colour it has no class for is lost in a packet and kept in a file', () => {
    const orange = [cue(1000, 2000, null, run('x', { color: '#ffa500' }))];
    expect(through(orange, 'webvtt')).toMatchObject({
      cues: [cue(1000, 2000, null, run('x'))],
      lost: ['colours that the new format does not know of the made subtitles'],
    });
    expect(parseSubtitleFile(Buffer.from(formatSubtitleFile(orange, 'webvtt')), 'x').cues).toEqual(orange);
  });
});

describe('MP4', () => {
  const flat = (list: Cue[]) =>
    through(list, 'mov_text').packets.map(
      ({ data, pts, duration }) => `${pts}-${pts + duration} ${data.subarray(2, 2 + data.readUInt16BE(0))}`,
    );
  const at2 = (start: number, end: number, text: string, position: number | null = null) => cue(start, end, position, run(text));

  test('overlapping texts share a sample, and each is shown from its start to its end', () => {
    expect(flat([at2(1000, 5000, 'A'), at2(2000, 3000, 'B'), at2(4000, 6000, 'C')])).toEqual([
      '1000-2000 A',
      '2000-3000 A\nB',
      '3000-4000 A',
      '4000-5000 A\nC',
      '5000-6000 C',
    ]);
    expect(flat([at2(1000, 2000, 'A'), at2(1000, 2000, 'B'), at2(1000, 2500, 'oben', 8)])).toEqual([
      '1000-2000 oben\nA\nB',
      '2000-2500 oben',
    ]);
  });
  test('the same text in layers is shown once, and one that goes on is one sample', () => {
    expect(flat([at2(1000, 2000, 'A'), at2(1000, 2000, 'A'), at2(2000, 3000, 'A'), at2(3000, 3040, 'A'), at2(3040, 3080, 'B')])).toEqual([
      '1000-3040 A',
      '3040-3080 B',
    ]);
  });
  test('a text is given out as soon as nothing can change it any more', () => {
    const converter = subtitleConverter({ codec: 'subrip', extradata: null }, 'mov_text');
    const count = (packets: SubtitlePacket[]) => packets.length;
    expect(count(converter.convert(packet('A', 1000, 2000)))).toBe(0);
    expect(count(converter.advance(2999))).toBe(0);
    expect(count(converter.advance(3001))).toBe(1);
    expect(count(converter.convert(packet('B', 4000, 0)))).toBe(0);
    expect(count(converter.advance(13_000))).toBe(0);
    expect(converter.advance(14_001).map(({ pts, duration }) => [pts, duration])).toEqual([[4000, 10_000]]);
    expect(count(converter.finish())).toBe(0);
  });
  test('lengths and gaps that the muxer could not write are cut', () => {
    const hour = 3600_000;
    const list = [at2(20 * hour, 29 * hour, 'A'), at2(30 * hour, 31 * hour, 'B')];
    expect(flat(list).map((line) => line.replaceAll('00000', ''))).toEqual([
      '144-144 ',
      '288-288 ',
      '432-432 ',
      '576-576 ',
      '720-864 A',
      '864-1008 A',
      '1008-1044 A',
      '1080-1116 B',
    ]);
  });
  test('a track whose own look is yellow and italic at the top', () => {
    const own = Buffer.from(plainDescription);
    own.set([1, 0], 4);
    own.set([2, 0x12, 0xff, 0xff, 0, 0xff], 24);
    const sample = Buffer.from('\0\x03abc\0\0\0\x16styl\0\x01\0\x01\0\x02\0\x01\x01\x12\0\0\0\0'.slice(0, 27), 'latin1');
    const found = readAll({ codec: 'mov_text', extradata: own }, [packet(sample)]);
    const look = { italic: true, color: '#ffff00' };
    expect(found.cues[0]?.text).toEqual({
      runs: [run('a', look), run('b', { bold: true, color: '#000000' }), run('c', look)],
      position: 8,
    });
  });
  test('a text that is repeated where another comes or a segment begins is one cue again', () => {
    const box = (type: string, content: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, content.length + 8]), Buffer.from(type), content]);
    const sample = (...texts: string[]) => Buffer.concat(texts.map((one) => box('vttc', box('payl', Buffer.from(one)))));
    const packets = [
      packet(sample('A'), 0),
      packet(sample('A', 'B'), 1000),
      packet(sample('B'), 2000),
      packet(box('vtte', Buffer.alloc(0)), 3000),
      packet(sample('B'), 4000),
      packet(sample('C'), 5000),
    ];
    const found = readAll({ codec: 'wvtt', extradata: null }, packets);
    expect([told(found.cues), found.losses]).toEqual([['0-2000 A', '1000-3000 B', '4000-5000 B', '5000-6000 C'], []]);
    const broken = packet(sample('A').fill(99, 0, 4));
    expect(readAll({ codec: 'wvtt', extradata: null }, [broken]).losses).toEqual(['damaged texts of the WebVTT subtitles']);
    const long = readAll(
      { codec: 'wvtt', extradata: null },
      Array.from({ length: 8 }, (_, index) => packet(sample('A'), index * 2000, 2000)),
    );
    expect(told(long.cues)).toEqual(['0-8000 A', '8000-16000 A']);
  });
  test('nothing is held back for so long that it would come too late in the file', () => {
    const converter = subtitleConverter({ codec: 'mov_text', extradata: null }, 'subrip');
    const sample = (text: string) => Buffer.concat([Buffer.from([0, text.length]), Buffer.from(text)]);
    expect(converter.convert(packet(sample('A'), 0, 7001)).length).toBe(1);
    expect(converter.convert(packet(sample('B'), 8000, 1000)).length).toBe(0);
    expect(converter.convert(packet(sample(''), 9000, 1000)).length).toBe(1);
    expect(converter.convert(packet(sample('C'), 10_000, 1000)).length).toBe(0);
    expect(converter.advance(11_000).length).toBe(0);
    expect(converter.advance(11_001).length).toBe(1);
    expect(converter.finish()).toEqual([]);
  });
  test('lengths that lie, styles beyond the text, unknown and broken boxes', () => {
    const read = (...parts: string[]) => readAll({ codec: 'mov_text', extradata: null }, [packet(Buffer.from(parts.join(''), 'latin1'))]);
    expect(told(read('\xff\xffabc').cues)).toEqual(['1000-2000 abc']);
    expect(read('\xff\xffabc').losses).toEqual(['damaged texts of the MP4 subtitles']);
    expect(told(read('\0\x03abc', '\0\0\0\x16styl\xff\xff\0\0\xff\xff\0\x01\x01\x12\xff\0\0\xff').cues)).toEqual(['1000-2000 abc']);
    expect(read('\0\x03abc', '\0\0\0\x0chlit\0\0\0\x01', '\0\0\0\x08xyzw', '\0\0\0\0').losses).toEqual(['highlights of the MP4 subtitles']);
    const cut = read('\0\x03abc', '\0\0\0\x2estyl\0\x03\0\0\0\x01\0\x01\x01\x12\xff\0\0\xff\0\x01');
    expect([told(cut.cues), cut.losses]).toEqual([['1000-2000 abc'], ['damaged texts of the MP4 subtitles']]);
    expect([read('').cues, read('\0').cues, read('\0\0').cues]).toEqual([[], [], []]);
  });
  test('a text longer than a sample can be ends at a whole character', () => {
    const found = through([cue(0, 1000, null, run('ä'.repeat(40_000), { bold: true }))], 'mov_text');
    expect(plainText(found.cues[0]?.text ?? cue(0, 1, null).text)).toBe('ä'.repeat(32_767));
    expect([found.lost, found.losses]).toEqual([['the rest of overlong texts of the made subtitles'], []]);
  });
});

describe('times', () => {
  const of = (...times: [number, number][]) =>
    told(
      readAll(
        { codec: 'subrip', extradata: null },
        times.map(([pts, duration]) => packet('x', pts, duration)),
      ).cues,
    );
  test('a text without an end stays until the next, and ten seconds at most', () => {
    expect(of([1000, 0], [4000, 0], [30_000, -5], [30_000, 500])).toEqual([
      '1000-4000 x',
      '4000-14000 x',
      '30000-30500 x',
      '30000-40000 x',
    ]);
  });
  test('what lies before the start is cut, and what cannot be is left out', () => {
    expect(of([-500, 1000], [-5000, 1000], [Number.NaN, 1], [1e15, 1000], [100.4, 99.7])).toEqual(['0-500 x', '100-200 x']);
    expect(of([1000, 1e12])).toEqual(['1000-11000 x']);
  });
});

describe('whole files', () => {
  const parse = (text: string | Buffer) => parseSubtitleFile(Buffer.from(text), 'the file');
  const text = '1\r\n00:00:01,000 --> 00:00:02,500\r\nGrüße, €uro – “so”\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\nzwei\r\n';
  const want = ['1000-2500 Grüße, €uro – “so”', '3000-4000 zwei'];
  const windows = Buffer.from(text.replace('€', '\x80').replace('–', '\x96').replace('“', '\x93').replace('”', '\x94'), 'latin1');
  const encodings: Record<string, Buffer> = {
    'UTF-8': Buffer.from(text),
    'UTF-8 with a mark': Buffer.from(`\uFEFF${text}`),
    'UTF-16, low byte first': Buffer.from(`\uFEFF${text}`, 'utf16le'),
    'UTF-16, high byte first': Buffer.from(`\uFEFF${text}`, 'utf16le').swap16(),
    'UTF-16 without a mark': Buffer.from(text, 'utf16le'),
    'UTF-16, high byte first, without a mark': Buffer.from(text, 'utf16le').swap16(),
    'Windows-1252': windows,
    'old line ends': Buffer.from(text.replaceAll('\r\n', '\r')),
  };
  test.each(Object.entries(encodings))('%s', (_name, bytes) => expect(told(parse(bytes).cues)).toEqual(want));

  const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
  // As iconv writes them.
  test.each<[string, string, Buffer, string]>([
    ['Cyrillic', 'x.srt', hex('cff0e8e2e5f22c20eae0ea20e4e5ebe0'), 'Привет, как дела'],
    ['Japanese', 'x.srt', hex('82b182f182c982bf82cd90a28a45'), 'こんにちは世界'],
    ['Chinese', 'x.srt', hex('c4e3bac3cac0bde7'), '你好世界'],
    ['Korean', 'x.srt', hex('bec8b3e7c7cfbcbcbfe4'), '안녕하세요'],
    ['Polish by its name', 'film.pol.forced.srt', hex('bff3b3e6'), 'żółć'],
    ['Greek by its name', 'film.el.srt', hex('e3e5e9dc'), 'γειά'],
    ['Chinese of Taiwan by its name', 'film.zh-TW.srt', hex('a741a66e'), '你好'],
    ['Spanish with a Greek-looking article', 'Narcos.El.Patron.srt', Buffer.from('¿Qué hay de nuevo?', 'latin1'), '¿Qué hay de nuevo?'],
    ['French, whatever else it could be', 'film.fr.srt', Buffer.from('Père Noël', 'latin1'), 'Père Noël'],
  ])('%s from before UTF-8', (_what, name, bytes, words) => {
    const file = Buffer.concat([Buffer.from('1\n00:00:01,000 --> 00:00:02,000\n'), bytes, Buffer.from('\n')]);
    expect(told(parseSubtitleFile(file, name).cues)).toEqual([`1000-2000 ${words}`]);
  });

  test('UTF-8 with one damaged byte stays UTF-8', () => {
    const damaged = Buffer.concat([Buffer.from('1\n00:00:01,000 --> 00:00:02,000\näöüäöü'), Buffer.from([0xc3]), Buffer.from('x')]);
    expect(told(parse(damaged).cues)).toEqual(['1000-2000 äöüäöü\uFFFDx']);
  });

  test('sloppy SubRip: no numbers, no empty lines, dots, short times, negative times, out of order, overlapping', () => {
    const sloppy = [
      '00:00:10.000 --> 00:00:11,5',
      'erste\n\nmit Lücke',
      '17',
      '-00:00:01,000 -> 00:00:02,000',
      '<i>früher</i>',
      '42',
      '',
      '3',
      '0:0:3:250 --> 0:0:2',
      'Ende vor Anfang',
      '01:02.5 --> 01:03,25 X1:100 Y1:200',
      'ohne Stunden',
    ];
    const found = parse(sloppy.join('\n'));
    expect(told(found.cues)).toEqual([
      '0-2000 früher\n42',
      '3250-10000 Ende vor Anfang',
      '10000-11500 erste\nmit Lücke',
      '62500-63250 ohne Stunden',
    ]);
    expect(found.losses).toEqual(['positions on the picture of the SubRip subtitles']);
  });

  test('WebVTT with a header, comments, styles, names, settings and no hours', () => {
    const file =
      'WEBVTT - Titel\nX: y\n\nSTYLE\n::cue(.loud) { font-size: 2em; color: rgb(255, 128, 0) }\n\nNOTE nichts\nzu sehen\n\nname\n00:01.000 --> 00:02.000 line:0\n<c.loud>LAUT</c>\n\nNOTE\n\n10:00:00.000 --> 10:00:01.000\nspät\n';
    expect(parse(file)).toMatchObject({
      format: 'webvtt',
      cues: [cue(1000, 2000, 8, run('LAUT', { color: '#ff8000' })), cue(36_000_000, 36_001_000, null, run('spät'))],
    });
  });

  test('ASS with its own order of fields, comments and text that has commas', () => {
    const file = `${assHeader.toString().replace(/Format: Layer.*\r\n/, '')}Format: Layer, Style, Start, End, Effect, Text\r\nComment: 0,Default,0:00:00.00,0:00:09.00,,nein\r\nDialogue: 0,Thoughts,0:00:01.05,0:00:02.10,,ja, so\r\nDialogue: 0,Default,kaputt\r\n`;
    expect(parse(file)).toMatchObject({
      format: 'ass',
      cues: [cue(1050, 2100, 8, run('ja, so', { italic: true, color: '#ffff00' }))],
      losses: ['fonts and sizes of the ASS subtitles', 'damaged texts of the ASS subtitles'],
    });
  });

  test.each(fileFormats)('%s is written and read back the same, to the precision of its clock', (format) => {
    const path = at(`file.${format}`);
    const overlapping = [...cues, cue(8000, 9000, 8, run('oben', { color: '#123456' }))];
    writeSubtitleFile(path, overlapping, format);
    const found = readSubtitleFile(path);
    const coarse = format === 'ass' ? 10 : 1;
    const rounded = overlapping.map((one) => ({
      ...one,
      start: Math.round(one.start / coarse) * coarse,
      end: Math.round(one.end / coarse) * coarse,
    }));
    expect(found).toEqual({ format, title: found.title, cues: rounded, losses: [] });
  });

  test('ASS: a text shorter than its clock can tell is not without an end', () => {
    const short = formatSubtitleFile([cue(1001, 1004, null, run('kurz'))], 'ass');
    expect(told(parse(short).cues)).toEqual(['1000-1010 kurz']);
  });

  test('a file becomes a track', () => {
    const file = parse(text);
    const writer = createSubtitleWriter('mov_text', file.title);
    expect([...file.cues.flatMap((one) => writer.write(one)), ...writer.finish()].map(({ pts, duration }) => [pts, duration])).toEqual([
      [1000, 1500],
      [3000, 1000],
    ]);
  });

  test('what is no subtitle file is refused in words', () => {
    const codeOf = (work: () => unknown) => {
      try {
        work();
      } catch (error) {
        if (error instanceof StudioError) return `${error.code}: ${error.message}`;
      }
      return 'nothing';
    };
    expect(codeOf(() => parse('Hello'))).toBe('not-media: the file is not a subtitle file that Muxwell can read.');
    expect(codeOf(() => parse(''))).toBe('not-media: the file is not a subtitle file that Muxwell can read.');
    expect(codeOf(() => parse('WEBVTT\n\n'))).toBe('not-media: the file holds no subtitles.');
    expect(codeOf(() => readSubtitleFile(at('none.srt')))).toBe('source-missing: none.srt is not there any more.');
    expect(codeOf(() => readSubtitleFile(folder))).toContain('not-media:');
    expect(codeOf(() => writeSubtitleFile(at('no/such/folder.srt'), cues, 'subrip'))).toBe(
      'output-unwritable: folder.srt could not be written.',
    );
    writeFileSync(at('noise.srt'), Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 7919) % 256)));
    expect(codeOf(() => readSubtitleFile(at('noise.srt')))).toContain('not-media:');
  });
});

describe('through real containers', () => {
  const picture: ClipStream = {
    source: 'testsrc2=s=64x48:r=10:d=14,format=yuv420p',
    encoder: 'libvpx-vp9',
    options: { deadline: 'realtime', 'cpu-used': '8', g: '10' },
  };
  const sound: ClipStream = { source: 'sine=f=440:r=48000:d=14', encoder: 'libopus', options: { b: '48000' }, sampleFormat: 'flt' };
  const lines = [
    { at: 0, seconds: 1, text: '<i>Grüße</i>, 😀' },
    { at: 1, seconds: 1, text: 'שלום\nعالم' },
    { at: 2.345, seconds: 0.655, text: '<font color="#ff0000">rot</font> <b>und</b> plain' },
    { at: 5, seconds: 4, text: 'lang' },
    { at: 11, seconds: 1.5, text: '5 < 6 & 7' },
  ];
  const make = (name: string, subtitles = lines) =>
    makeClip(at(name), { muxer: 'matroska', streams: [picture, sound], subtitles: [{ lines: subtitles }] });
  const cuesOf = (path: string) => {
    const track = readTrack(path);
    return readAll(track, track.packets).cues;
  };

  test('a track that goes through every container keeps its texts, looks and times', () => {
    const source = make('chain.mkv');
    const before = cuesOf(source);
    expect(told(before)).toEqual([
      '0-1000 Grüße, 😀',
      '1000-2000 שלום\nعالم',
      '2345-3000 rot und plain',
      '5000-9000 lang',
      '11000-12500 5 < 6 & 7',
    ]);
    const chain: [string, string, SubtitleTarget][] = [
      ['chain.mp4', 'mp4', 'mov_text'],
      ['chain-2.mkv', 'matroska', 'subrip'],
      ['chain.webm', 'webm', 'webvtt'],
      ['chain-3.mkv', 'matroska', 'ass'],
      ['chain.mov', 'mov', 'mov_text'],
      ['chain-4.mkv', 'matroska', 'webvtt'],
      ['chain-2.mp4', 'mp4', 'mov_text'],
    ];
    let path = source;
    for (const [name, muxer, codec] of chain) {
      if (muxer === 'mov') {
        // QuickTime holds neither VP9 nor Opus: its track goes on from a file without them.
        const other = makeClip(at('other.mkv'), {
          muxer: 'matroska',
          streams: [{ ...picture, encoder: 'mpeg4', options: {} }],
          subtitles: [],
        });
        const { extradata, timeBase, ...converter } = subtitleConverter(readTrack(path), codec);
        const all = readTrack(path).packets.flatMap((one) => converter.convert(one));
        const packetsUntil = (time: number) => (time === Infinity ? [...all, ...converter.finish()] : []);
        writeTrack(other, at(name), muxer, { codec, extradata, timeBase, packetsUntil });
        path = at(name);
        expect(cuesOf(path)).toEqual(before);
        path = at('chain-3.mkv');
        continue;
      }
      expect(convertTrack(path, at(name), muxer, codec)).toEqual([]);
      path = at(name);
      expect(readTrack(path).codec).toBe(codec);
      expect(cuesOf(path)).toEqual(before);
    }
  });

  test('places go along where the container keeps them', () => {
    const source = make('placed.mkv', [
      { at: 1, seconds: 1, text: '{\\an8}oben' },
      { at: 3, seconds: 1, text: '{\\an1}unten' },
    ]);
    convertTrack(source, at('placed.webm'), 'webm', 'webvtt');
    expect(readTrack(at('placed.webm')).packets.map((one) => one.settings)).toEqual(['line:0', 'align:left']);
    convertTrack(at('placed.webm'), at('placed-2.mkv'), 'matroska', 'ass');
    expect(cuesOf(at('placed-2.mkv')).map((one) => one.text.position)).toEqual([8, 1]);
    expect(convertTrack(at('placed-2.mkv'), at('placed.mp4'), 'mp4', 'mov_text')).toEqual([
      'positions on the picture of the ASS subtitles',
    ]);
  });

  test('MP4: one text right after the other has no empty sample between, a gap has one, overlapping ones are all there', () => {
    const source = make('packed.mkv', [
      { at: 1, seconds: 1, text: 'A' },
      { at: 2, seconds: 1, text: 'B' },
      { at: 3, seconds: 4, text: 'C' },
      { at: 4, seconds: 1, text: 'D' },
      { at: 8, seconds: 1, text: 'E' },
    ]);
    convertTrack(source, at('packed.mp4'), 'mp4', 'mov_text');
    const samplesOf = (path: string) => readTrack(path).packets.map(({ data, pts, duration }) => `${pts}+${duration} ${data.subarray(2)}`);
    expect(samplesOf(at('packed.mp4'))).toEqual([
      '0+1000 ',
      '1000+1000 A',
      '2000+1000 B',
      '3000+1000 C',
      '4000+1000 C\nD',
      '5000+2000 C',
      '7000+1000 ',
      '8000+1000 E',
    ]);
  });

  test('MP4: a gap and a text longer than the muxer can write', () => {
    const source = make('long.mkv');
    const { extradata, timeBase, ...writer } = createSubtitleWriter('mov_text', '');
    const far = [cue(1000, 2000, null, run('A')), cue(30 * 3600_000, 38 * 3600_000, null, run('B'))];
    const packetsUntil = (time: number) => (time === Infinity ? [...far.flatMap((one) => writer.write(one)), ...writer.finish()] : []);
    writeTrack(source, at('long.mp4'), 'mp4', { codec: 'mov_text', extradata, timeBase, packetsUntil });
    expect(told(cuesOf(at('long.mp4')))).toEqual(['1000-2000 A', '108000000-122400000 B', '122400000-136800000 B']);
  });
});

describe('input that is meant to harm', () => {
  /** The same numbers for the same seed (mulberry32). */
  const numbers = (seed: number) => {
    let state = seed;
    return (below: number) => {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
    };
  };
  const scraps = [
    ...[
      'a',
      'Grüße',
      '😀',
      '\ud83d',
      'שלום',
      ' ',
      '  ',
      '\n',
      '\r\n',
      '\r',
      '\0',
      '\x1b',
      '\u2028',
      '\uFEFF',
      '\u0085',
      '\t',
      '0',
      '7',
      ',',
      ';',
      ':',
      '.',
      '-->',
      '--',
      '->',
      '"',
      "'",
    ],
    ...[
      '<',
      '>',
      '</',
      '<b>',
      '</b>',
      '<i>',
      '</i>',
      '<u>',
      '</u>',
      '<font color="red">',
      '<font color=#12',
      '</font>',
      '<c.lime>',
      '<c.x>',
      '</c>',
      '<rt>',
      '</rt>',
      '<v X>',
      '<br>',
      '<00:01.000>',
    ],
    ...[
      '{',
      '}',
      '\\',
      '{\\i1}',
      '{\\b0',
      '{\\an8}',
      '{\\p1}',
      '{\\p0}',
      '{\\r',
      '{\\c&H',
      '&HFF&}',
      '{\\t(',
      '(',
      ')',
      '{\\pos(1,2)}',
      '{\\k9}',
      '\\N',
      '\\n',
      '\\h',
      '\\{',
      '{x}',
    ],
    ...[
      '&',
      '&amp;',
      '&lt',
      '&#0;',
      '&#x110000;',
      '&#xD800;',
      '&lrm;',
      '00:00:01,000 --> 00:00:02,000',
      'WEBVTT',
      'NOTE',
      'STYLE',
      '::cue(.x){color:#0ff}',
      '[Script Info]',
      '[Events]',
      'Dialogue: 0,0:00:00.00,0:00:01.00,,,,,,,x',
    ],
    ...[
      '\0\x03abc',
      '\0\0\0\x16styl\0\x01\0\0\0\x01\0\x01\x01\x12\xff\0\0\xff',
      '\0\0\0\x10vttc',
      '\0\0\0\x08payl',
      '\xff\xff\xff\xff',
      '__proto__',
      'constructor',
    ],
  ];
  const mess = (next: (below: number) => number) => {
    const text = Array.from({ length: next(25) }, () => scraps[next(scraps.length)]).join('');
    const bytes = next(4) === 0 ? Buffer.from(text, 'latin1') : Buffer.from(text);
    if (bytes.length > 0 && next(3) === 0) bytes[next(bytes.length)] = next(256);
    return next(10) === 0 ? Buffer.from(Array.from({ length: next(80) }, () => next(256))) : bytes;
  };
  /** A packet's data that gets past the first look at it. */
  const shaped = (codec: string, next: (below: number) => number): Buffer => {
    const body = mess(next);
    if (next(5) === 0) return body;
    if (codec === 'ass') return Buffer.concat([Buffer.from('0,0,Thoughts,,0,0,0,,'), body]);
    if (codec === 'mov_text') return Buffer.concat([Buffer.from([0, Math.min(255, body.length)]), body, mess(next)]);
    if (codec !== 'wvtt') return body;
    const head = (type: string, length: number) => Buffer.from([0, 0, length >> 8, length & 255, ...Buffer.from(type)]);
    return Buffer.concat([head('vttc', body.length + 16), head('payl', body.length + 8), body]);
  };
  const headers: Record<string, Buffer | null> = { ass: assHeader, mov_text: plainDescription };
  /** Texts may gain invisible joiners, and colours have to be ones that WebVTT knows. */
  const essence = (list: Cue[], to: SubtitleTarget) =>
    list.map(({ start, end, text }) => ({
      start,
      end,
      text: plainText(text).replaceAll('\u2060', ''),
      looks: to === 'webvtt' ? null : text.runs.map(({ text: _text, ...look }) => look),
    }));

  test('2,000 rounds through every converter: nothing throws, and what comes out reads back as what went in', () => {
    const seen = { cues: 0, samples: 0 };
    for (let round = 0; round < 2000; round++) {
      const next = numbers(round);
      const codec = Object.keys(samples)[round % 5] ?? '';
      const to = targets[Math.floor(round / 5) % 4] ?? 'ass';
      const source = { codec, extradata: next(3) === 0 ? mess(next) : (headers[codec] ?? null) };
      let time = 0;
      const packets = Array.from({ length: 1 + next(8) }, () => {
        time += next(12) === 0 ? -next(1e4) : next(3000);
        const pts = next(40) === 0 ? ([Number.NaN, -Infinity, 1e300, -1e15][next(4)] ?? 0) : time + next(100) / 100;
        return {
          data: shaped(codec, next),
          pts,
          duration: next(6) === 0 ? ([0, -1, Number.NaN, 1e15][next(4)] ?? 0) : next(4000),
          settings: mess(next).toString(),
        };
      });
      const { out, extradata } = convert(source, packets, to);
      const before = readAll(source, packets).cues;
      const after = readAll({ codec: to, extradata }, out);
      expect(after.losses).not.toContainEqual(expect.stringMatching(/damaged|karaoke|drawings|effects|fonts|rest of/));
      for (const { pts, duration, data } of out) {
        expect(Number.isSafeInteger(pts) && Number.isSafeInteger(duration) && pts >= 0 && duration >= 0).toBe(true);
        if (to !== 'mov_text')
          expect(
            data.toString().isWellFormed() && !/\p{Cc}/u.test(data.toString().replaceAll('\n', '')) && !data.toString().includes('\n\n'),
          ).toBe(true);
      }
      seen.cues += before.length;
      if (to !== 'mov_text') expect(essence(after.cues, to)).toEqual(essence(before, to));
      else {
        seen.samples += out.length;
        out.reduce((end, { pts, duration }) => {
          expect(pts).toBeGreaterThanOrEqual(end);
          return pts + duration;
        }, 0);
        const lines = new Set(after.cues.flatMap((one) => plainText(one.text).split('\n')));
        const missing = before.filter(
          (one) =>
            !plainText(one.text)
              .split('\n')
              .every((line) => lines.has(line)),
        );
        // A text may only be missing where it came too late.
        for (const one of missing)
          expect(before.some((other) => before.indexOf(other) < before.indexOf(one) && other.end >= one.end)).toBe(true);
      }
    }
    expect(seen.cues).toBeGreaterThan(2000);
    expect(seen.samples).toBeGreaterThan(400);
  });

  test('2,000 rounds of broken files: read or refused, and written again the same', () => {
    let read = 0;
    for (let round = 0; round < 2000; round++) {
      const next = numbers(round + 1e6);
      const start = ['', 'WEBVTT\n\n', assHeader.toString(), '1\n'][round % 4] ?? '';
      const line = () =>
        round % 4 === 2
          ? `Dialogue: 0,0:00:0${next(10)}.00,0:00:0${next(10)}.50,Thoughts,,0,0,0,,`
          : `00:00:0${next(10)},000 --> 00:0${next(2)}:00.5\n`;
      const bytes = Buffer.concat([
        Buffer.from(start),
        ...Array.from({ length: next(6) }, () => Buffer.concat([Buffer.from(line()), mess(next), Buffer.from('\n\n')])),
      ]);
      try {
        const file = parseSubtitleFile(bytes, 'x');
        read++;
        for (const format of fileFormats) {
          const again = parseSubtitleFile(Buffer.from(formatSubtitleFile(file.cues, format)), 'x');
          expect(again.format).toBe(format);
          expect(again.cues.length).toBe(file.cues.length);
          expect(essence(again.cues, 'webvtt').map(({ text }) => text)).toEqual(essence(file.cues, 'webvtt').map(({ text }) => text));
        }
      } catch (error) {
        if (!(error instanceof StudioError)) throw error;
      }
    }
    expect(read).toBeGreaterThan(1000);
  });

  const patterns = [
    '<',
    '{',
    '<b>',
    '</b>',
    '<b',
    '{\\',
    '{\\i1',
    '{\\i1}',
    '{\\t(',
    '\\',
    '&',
    '&amp;',
    '&#',
    '<font color=',
    '<font color="red">',
    '<c.a.b>',
    ' ',
    '\n',
    '\r\n ',
    'a\n',
    '-',
    '0:',
    '00:00:00 -->',
    '::cue(',
    '::cue(.x){',
    'Dialogue: ',
    '[',
    ',',
    'ä',
    '\ud83d',
    '\0',
  ];
  const most = (pattern: string, bytes: number) => pattern.repeat(Math.ceil(bytes / pattern.length));
  const quick = (pattern: string, work: () => void) => {
    const began = performance.now();
    work();
    expect(performance.now() - began, `${JSON.stringify(pattern)} took too long`).toBeLessThan(10_000);
  };
  test.each(Object.keys(samples))('%s: megabytes of the same few characters in one text take a moment', (codec) => {
    for (const [index, pattern] of ['<b>', 'x', ...patterns].entries()) {
      const text = Buffer.from(most(pattern, index < 2 ? 10e6 : 1e6));
      const data =
        { ass: Buffer.concat([Buffer.from('0,0,Default,,0,0,0,,'), text]), mov_text: Buffer.concat([Buffer.from([0xff, 0xff]), text]) }[
          codec
        ] ?? text;
      quick(pattern, () => {
        const { out } = convert({ codec, extradata: headers[codec] ?? null }, [packet(data)], targets[index % 4] ?? 'ass');
        expect(out.reduce((sum, one) => sum + one.data.length, 0)).toBeLessThan(2e6);
      });
    }
  });
  test.each(['', 'WEBVTT\n\n', assHeader.toString()])(
    'a file that begins %j and goes on so for megabytes is read or refused in a moment',
    (start) => {
      for (const pattern of patterns) {
        quick(pattern, () => {
          try {
            parseSubtitleFile(Buffer.from(`${start}00:00:01,000 --> 00:00:02,000\n${most(pattern, 1e6)}`), 'x');
          } catch (error) {
            if (!(error instanceof StudioError)) throw error;
          }
        });
      }
    },
  );

  test('100,000 samples that lie on each other', () => {
    for (const [step, length] of [
      [1, 1000],
      [1, 3_600_000],
      [0, 1000],
    ] as const) {
      quick('samples', () => {
        const packets = Array.from({ length: 100_000 }, (_, index) => packet(`\0\x05${10_000 + (index % 90_000)}`, index * step, length));
        expect(convert({ codec: 'mov_text', extradata: null }, packets, 'subrip').out.length).toBeGreaterThan(0);
      });
    }
  });
  test('100,000 texts, one after the other, all at once, and all without an end', () => {
    for (const [step, length] of [
      [500, 400],
      [1, 3_600_000],
      [0, 1000],
      [0, 0],
    ] as const) {
      for (const to of step === 500 ? targets : (['mov_text'] as const)) {
        const began = performance.now();
        const packets = Array.from({ length: 100_000 }, (_, index) => packet(`<i>Zeile</i> ${index}`, index * step, length));
        const { out } = convert({ codec: 'subrip', extradata: null }, packets, to);
        if (step === 500) expect(out.length).toBe(100_000);
        expect(performance.now() - began).toBeLessThan(15_000);
      }
    }
  });
});
