/** Every kind of live source and what opens it. */
import type { LiveSource } from '../../contract/live.ts';
import type { Opener, OpenSource } from './source.ts';
import { openCamera } from './sources/camera.ts';
import { openFiles } from './sources/files.ts';
import { openPull } from './sources/pull.ts';
import { openRtmpListen } from './sources/rtmp-listen.ts';
import { openScreen } from './sources/screen.ts';
import { openSrt } from './sources/srt.ts';
import { openTestCard } from './sources/test-card.ts';

const openers: { [K in LiveSource['kind']]: Opener<K> } = {
  'rtmp-listen': openRtmpListen,
  srt: openSrt,
  pull: openPull,
  screen: openScreen,
  camera: openCamera,
  files: openFiles,
  'test-card': openTestCard,
};

export const openSource: OpenSource = (source, secrets, listener) => (openers[source.kind] as OpenSource)(source, secrets, listener);
