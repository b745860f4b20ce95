/** Repairs: the index to the front without moving the media, fragments with chapters, and unfinished recordings. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readChapters } from '../native/engine/chapters.ts';
import { finishMp4 } from '../native/engine/mp4/finish.ts';
import { rewriteIndex } from '../native/engine/mp4/index.ts';
import { emptyRoom } from '../native/engine/mp4/room.ts';
import { boxTypes, films, makeFilm, numbered, packetsOf } from './fixtures/chapter-files.ts';
import { makeClip } from './fixtures/clips.ts';

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
