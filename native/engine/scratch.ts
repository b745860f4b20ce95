/** The worker's own temporary folder. Whoever starts a worker names one and takes it away when the worker has ended, however that went. */
import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { scratchVariable } from '../contract/worker-contract.ts';

const own = process.env[scratchVariable];

/** Where files for a while may be made; the system's own place where no worker runs the engine. */
export function scratch(): string {
  if (own) mkdirSync(own, { recursive: true, mode: 0o700 });
  return own ?? tmpdir();
}

/** For an orphan, whose owner cannot do it any more. */
export function clearScratch(): void {
  if (own) rmSync(own, { recursive: true, force: true });
}
