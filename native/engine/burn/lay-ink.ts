/** Lays inks over a frame: over a copy, because the decoder still looks at what it gave. */
import { Frame } from 'node-av/lib';
import { check } from '../av-error.ts';
import { apply, type Ink } from './ink.ts';

export function layInk(inks: Ink[], frame: Frame, next: (frame: Frame) => void): void {
  if (inks.length === 0) {
    next(frame);
    return;
  }
  const own = new Frame();
  own.alloc();
  try {
    check(own.ref(frame), 'filter', 'the picture');
    check(own.makeWritable(), 'filter', 'the picture');
    const planes = { data: own.data ?? [], linesize: own.linesize };
    for (const ink of inks) apply(ink, planes);
    next(own);
  } finally {
    own.free();
  }
}
