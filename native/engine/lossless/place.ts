/** Where a source is read, and how it gets to where a piece begins, whatever its container makes of seeking. */
import { AVFMT_FLAG_GENPTS } from 'node-av/constants';
import type { Packet } from 'node-av/lib';
import { type Input, openInput } from '../input.ts';

/** Seconds before a piece from which on is read: what belongs to one moment does not lie in one place of a file. */
const preroll = { usual: 2, texts: 15 };
/** Containers that tell when each picture is shown; in others it is to be found out (AVI, raw streams). */
const timedContainers = /mov|matroska|flv|mxf|nut/;

export interface Place {
  /** Another one after goTo and restart. */
  input(): Input;
  read(packet: Packet): boolean;
  /** Goes to where all that plays at `seconds` is still to come. `texts`: also subtitles that are on the screen then. */
  goTo(seconds: number, texts: boolean): void;
  /** Goes to the very start: for a seek that came out too late. */
  restart(): void;
  /** The last move was a seek, which may have come out anywhere. */
  sought(): boolean;
  close(): void;
}

/** `use` says what is read of each input that is opened; `kept` is open already and stays so. */
export function createPlace(path: string, use: (input: Input) => void, kept: Input | null = null): Place {
  let input = kept ?? openTimed(path);
  let atStart = true;
  let sought = false;
  use(input);

  function restart(): void {
    if (!atStart) {
      if (input !== kept) input.close();
      input = openTimed(path);
      use(input);
    }
    atStart = true;
    sought = false;
  }

  return {
    input: () => input,
    read(packet) {
      atStart = false;
      return input.read(packet);
    },
    goTo(seconds, texts) {
      // QuickTime's index finds for each track what plays at a time; elsewhere a text lies where it begins.
      const before = texts && !/mov/.test(input.context.iformat?.name ?? '') ? preroll.texts : preroll.usual;
      const target = seconds - before;
      const start = Number(input.context.startTime) / 1e6;
      sought = !(target <= start && atStart) && input.seek(Math.max(target, start));
      if (sought) atStart = false;
      else restart();
    },
    restart,
    sought: () => sought,
    close() {
      if (input !== kept) input.close();
    },
  };
}

/** Opens a file so that every picture comes with its time. */
export function openTimed(path: string): Input {
  const input = openInput(path);
  if (!timedContainers.test(input.context.iformat?.name ?? '')) input.context.setFlags(AVFMT_FLAG_GENPTS);
  return input;
}
