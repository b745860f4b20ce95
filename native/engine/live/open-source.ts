/** Every kind of live source and what opens it. */
import { openFiles } from './sources/files.ts';
import { openPull } from './sources/pull.ts';
import { openSrt } from './sources/srt.ts';
import { openTestCard } from './sources/test-card.ts';
import type { OpenSource, Opener } from './source.ts';
