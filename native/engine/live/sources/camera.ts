/** A camera, with or without a microphone. */
import { capture } from '../intake/capture.ts';
import { cameraOrder } from '../intake/devices.ts';
import type { Opener } from '../source.ts';

export const openCamera: Opener<'camera'> = ({ camera, microphone }, _secrets, listener) =>
  capture(listener, () => cameraOrder(camera), microphone);
