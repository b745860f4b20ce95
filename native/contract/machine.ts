/** The machine the studio runs on: what it is, its disk, and its folders as a file browser shows them. */
import type { WhenDone } from './when-done.ts';

/** The machine the studio runs on. */
export interface Machine {
  /** Muxwell's own. */
  version: string;
  name: string;
  platform: string;
  processor: string;
  cores: number;
  memoryBytes: number;
  home: string;
  /** What a page may choose to follow the end of the queue. */
  whenDone: WhenDone[];
  /** Files can be put in the system's trash. */
  trash: boolean;
}

/** What this is and what it is made with, for whoever reports a trouble. */
export interface About {
  /** Muxwell's own version. */
  muxwell: string;
  /** `Node 24.9.0`, or Electron with the Node in it. */
  runtime: string;
  /** `FFmpeg 8.1 (node-av 6.1.1)`, or why no worker could tell. */
  ffmpeg: string;
  /** The folder of the application log; null where none is written. */
  logs: string | null;
}

/** The disk that results go to. */
export interface Disk {
  folder: string;
  freeBytes: number;
  totalBytes: number;
}

/** One folder as a file browser shows it. */
export interface Folder {
  path: string;
  /** null at the top. */
  parent: string | null;
  /** Where to jump from anywhere: home, the usual folders, drives, folders used before. */
  places: { name: string; path: string }[];
  /** Folders first, each kind by name; hidden ones are left out. */
  entries: FolderEntry[];
  /** Entries beyond the most that are sent. */
  more: number;
}

export interface FolderEntry {
  name: string;
  path: string;
  kind: 'folder' | 'media' | 'other';
  bytes: number;
  /** ms since 1970. */
  modified: number;
}
