/** Lays inks over a frame, or over a copy where somebody else still looks at it: a decoder, or a filter that repeats it. */
import { Frame } from 'node-av/lib';
import { check } from '../av-error.ts';
import { apply, type Ink } from './ink.ts';

export function layInk(inks: Ink[], frame: Frame, next: (frame: Frame) => void): void {
  if (inks.length === 0 || frame.isWritable) {
    lay(inks, frame);
    next(frame);
    return;
  }
  const own = new Frame();
  own.alloc();
  try {
    check(own.ref(frame), 'filter', 'the picture');
    check(own.makeWritable(), 'filter', 'the picture');
    lay(inks, own);
    next(own);
  } finally {
    own.free();
  }
}

function lay(inks: Ink[], { data, linesize }: Frame): void {
  for (const ink of inks) apply(ink, { data: data ?? [], linesize });
}
