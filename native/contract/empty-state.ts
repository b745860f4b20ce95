/** The state before anything is known of it: what a mirror holds until its first push. Apart from the schemas, which stay out of a page. */
import type { State } from './contract.ts';

export const emptyState: State = {
  jobs: {},
  statuses: {},
  presets: {},
  settings: {},
  queue: {},
  run: {},
  hardware: {},
  machine: {},
  disk: {},
  update: {},
  watches: {},
  services: {},
  sessions: {},
  live: {},
  liveEvents: {},
  liveFigures: {},
  livePulse: {},
};
