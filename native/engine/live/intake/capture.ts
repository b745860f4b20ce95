/** A picture and a sound from two devices on one timeline; without its microphone a show still goes on. */

import type { RunningSource, SourceListener } from '../source.ts';
import { microphoneOrder } from './devices.ts';
import { type Ending, keepTrying } from './keep-trying.ts';
import { type InputOrder, openLiveInput } from './live-input.ts';
import { bestStreams, play } from './play.ts';
import { createPresenter } from './presenter.ts';
import { createTimeline } from './timeline.ts';
import { inWords } from './trouble.ts';

/** Stamps this near to the clock on the wall, in seconds, are taken from it. */
const wallClock = 10;

/** Where a device's first packet lies: by its own stamp where that is the time of day, else by when it came. */
function createClock(): (own: number) => number {
  const began = Date.now() / 1000;
  return (own) => {
    const now = Date.now() / 1000;
    return (Math.abs(own - now) < wallClock ? own : now) - began;
  };
}

export function capture(listener: SourceListener, picture: () => Promise<InputOrder>, microphone: string | null): RunningSource {
  return keepTrying(listener, { state: 'connecting', words: 'Opening the devices.' }, async (outer, heard): Promise<Ending> => {
    const abort = new AbortController();
    const signal = AbortSignal.any([outer, abort.signal]);
    const order = await picture();
    const words = `${order.name} is captured.`;
    const clock = createClock();
    const presenter = createPresenter({
      listener: heard,
      name: order.name,
      words,
      kinds: microphone === null ? ['video'] : ['video', 'audio'],
    });

    async function playDevice(device: InputOrder): Promise<void> {
      const input = await openLiveInput(device, signal);
      try {
        await play(input, bestStreams(input), { presenter, timeline: createTimeline(clock), pacing: null });
      } finally {
        await input.close();
      }
    }

    async function playMicrophone(id: string): Promise<void> {
      try {
        await playDevice(await microphoneOrder(id));
      } catch (error) {
        if (!signal.aborted) heard.notice(`There is no sound: ${inWords(error)}`);
      }
    }

    const sound = microphone === null ? null : playMicrophone(microphone);
    try {
      await playDevice(order);
      return { words: `${order.name} is gone.`, next: 'later' };
    } finally {
      abort.abort();
      await sound;
      presenter.close();
    }
  });
}
