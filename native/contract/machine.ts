/** The machine the studio runs on: what it is, its disk, and its folders as a file browser shows them. */

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
  /** Files can be put in the system's trash. */
  trash: boolean;
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
