/** A test card in real time: colour bars with the time of day, and a tone of 1 kHz at -20 dBFS. */
import { keepTrying } from '../intake/keep-trying.ts';
import { type InputOrder, openLiveInput } from '../intake/live-input.ts';
import { runInput } from '../intake/run-input.ts';
import type { Opener } from '../source.ts';

const name = 'The test card';
const size = 'size=1280x720:rate=30';
const tone = 'aevalsrc=0.1*sin(2*PI*1000*t):s=48000:c=stereo,aformat=flt';
const clock = "drawtext=text='%{localtime}':fontsize=h/12:fontcolor=white:box=1:boxcolor=black@0.6:boxborderw=16:x=(w-tw)/2:y=h/3";

const card = (picture: string): InputOrder => ({
  from: `${picture},format=yuv420p[out0];${tone}[out1]`,
  format: 'lavfi',
  name,
  patience: { open: 10, packet: 10 },
});
const withClock = card(`smptehdbars=${size},${clock}`);
/** For a machine without any font: this picture counts the seconds by itself. */
const withoutFont = card(`testsrc2=${size}`);

export const openTestCard: Opener<'test-card'> = (_source, _secrets, listener) =>
  keepTrying(listener, { state: 'connecting', words: 'Drawing the test card.' }, async (signal, heard) => {
    const input = await openLiveInput(withClock, signal).catch(() => openLiveInput(withoutFont, signal));
    await runInput(input, { listener: heard, words: `${name} is shown.`, tolerance: 2 }, signal);
    return { words: `${name} ended.`, next: 'now' };
  });
