/** A screen, or a part of one, with or without a microphone. */
import { capture } from '../intake/capture.ts';
import { screenOrder } from '../intake/devices.ts';
import type { Opener } from '../source.ts';

export const openScreen: Opener<'screen'> = ({ screen, region, microphone }, _secrets, listener) =>
  capture(listener, () => screenOrder(screen, region), microphone);
