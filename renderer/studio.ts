/** The page's only door to the studio: a mirror of its state as a store, and its commands. */
import { create } from 'zustand';
import { type Client, createClient } from '../native/contract/client.ts';
import type { Job, JobStatus, State } from '../native/contract/contract.ts';
import { portMessage } from '../native/contract/desktop.ts';
import { messagePort, socketPort } from '../native/contract/ports.ts';
import type { Port } from '../native/contract/wire.ts';
import { desktop } from './desktop.ts';

export interface Mirror extends State {
  connected: boolean;
  /** The host is there, and this page's token is not its token. */
  locked: boolean;
}

const openMs = 5000;

const client: Client = createClient(desktop ? openDesktopPort : openSocket);

export const useStudio = create<Mirror>(() => ({ ...client.state(), connected: false, locked: false }));
client.subscribe(() => useStudio.setState({ ...client.state(), connected: client.connected() }));

/** Calls a command; throws StudioError. */
export const call: Client['call'] = client.call;

/** Everything is known; before that the page shows that it is loading. */
export const isReady = (mirror: Mirror) => mirror.machine['studio'] !== undefined;

/** Resolves when everything is known, at once where it is. */
export function ready(): Promise<void> {
  return new Promise((resolve) => {
    const stop = useStudio.subscribe(look);
    look(useStudio.getState());
    function look(mirror: Mirror) {
      if (!isReady(mirror)) return;
      stop();
      resolve();
    }
  });
}

export const jobOf = (id: string): Job | undefined => useStudio.getState().jobs[id];
export const statusOf = (id: string): JobStatus | undefined => useStudio.getState().statuses[id];

let known: { jobs: State['jobs']; ids: string[] } = { jobs: {}, ids: [] };

/** Ids in the order the jobs run; the same array as long as no job changed. */
export function orderedIds({ jobs }: Pick<State, 'jobs'>): string[] {
  if (known.jobs === jobs) return known.ids;
  const sorted = Object.values(jobs)
    .sort((a, b) => a.order - b.order)
    .map((job) => job.id);
  const same = sorted.length === known.ids.length && sorted.every((id, index) => id === known.ids[index]);
  known = { jobs, ids: same ? known.ids : sorted };
  return known.ids;
}

/** Answers `open` with what an event brings, or fails in time. */
function inTime<T>(start: (resolve: (value: T) => void, reject: (reason: Error) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no answer')), openMs);
    const once =
      <A>(settle: (value: A) => void) =>
      (value: A) => {
        clearTimeout(timer);
        settle(value);
      };
    start(once(resolve), once(reject));
  });
}

function openDesktopPort(): Promise<Port> {
  return inTime((resolve) => {
    const listen = (event: MessageEvent) => {
      const [port] = event.ports;
      if (event.source !== window || event.data !== portMessage || !port) return;
      window.removeEventListener('message', listen);
      resolve(messagePort(port as never));
    };
    window.addEventListener('message', listen);
    desktop?.connect();
  });
}

async function openSocket(): Promise<Port> {
  const url = new URL('/wire', location.href);
  url.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(url);
  try {
    return await inTime((resolve, reject) => {
      socket.onopen = () => resolve(socketPort(socket));
      socket.onerror = () => reject(new Error('no connection'));
    });
  } catch (error) {
    socket.close(); // one that opens later would have no owner
    // A browser does not tell why a socket was refused: the host does.
    const answer = await fetch('/session').catch(() => null);
    useStudio.setState({ locked: answer?.status === 401 });
    throw error;
  }
}
