/**
 * What happened to each job, line by line: kept in memory while it runs, and with it for good when it has ended. Every line goes
 * to the application log, too.
 */
import type { LogLine } from '../contract/contract.ts';
import type { Log } from './log.ts';
import type { Storage } from './storage.ts';

/** Lines kept of a job that is tried again and again. */
const mostLines = 300;

export interface JobLog {
  add(id: string, text: string): void;
  read(id: string): LogLine[];
  /** Writes down what was added. */
  save(id: string): void;
  remove(ids: string[]): void;
}

export function openJobLog(storage: Storage, journal: Log): JobLog {
  /** Lines of jobs at work. */
  const open = new Map<string, LogLine[]>();
  const stored = (id: string) => storage.get<LogLine[]>('log', id) ?? [];
  return {
    add(id, text) {
      let lines = open.get(id);
      if (!lines) open.set(id, (lines = stored(id)));
      lines.push({ at: Date.now(), text });
      if (lines.length > mostLines) lines.shift();
      journal.info('job-log', { job: id, text });
    },
    read: (id) => open.get(id) ?? stored(id),
    save(id) {
      const lines = open.get(id);
      if (lines) storage.put('log', id, lines);
      open.delete(id);
    },
    remove(ids) {
      for (const id of ids) {
        open.delete(id);
        storage.remove('log', id);
      }
    },
  };
}
