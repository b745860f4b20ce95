/** Takes out of a text what a stranger must not read: keys, passphrases, tokens, home folders, the user's name. File names stay. */
import { realpathSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { basename, parse } from 'node:path';
import { splitKey } from '../contract/live-url.ts';

export interface Redactor {
  /** A text that is never to be seen again, wherever it stands. */
  hide(secret: string): void;
  clean(text: string): string;
  /** The same for every text inside a JSON-safe value. */
  cleanData(value: unknown): unknown;
}

const dots = '••••';
/** A shorter secret may be an ordinary word: it is hidden only where it stands alone. */
const unmistakable = 8;
const secretNames = /^(passphrase|stream_?id|key|stream_?key|token|secret|password|authorization|cookie)$/i;

/** What looks like a secret whoever it belongs to, in the order it is looked for. */
const patterns: [RegExp, string][] = [
  // rtmp://server/application/key
  [/\b(rtmp[a-z]*:\/\/[^/\s"”<>]+\/[^/\s"”<>?]+)\/[^\s"”<>]+/gi, `$1/${dots}`],
  // A login, and whatever is asked for: streamid, passphrase, a signed address
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^/\s"”<>]*@/gi, `$1${dots}@`],
  [/\b([a-z][a-z0-9+.-]*:\/\/[^\s"”<>?]*)\?[^\s"”<>]+/gi, `$1?${dots}`],
  [/\b(bearer)\s+[^\s"”<>]+/gi, `$1 ${dots}`],
  [/\b(passphrase|stream_?id|stream_?key|token|secret|passw(?:or)?d|key)(["']?=["']?)[^\s"'&,;]+/gi, `$1$2${dots}`],
  [/(--(?:token|passphrase|key)) +[^\s"']+/gi, `$1 ${dots}`],
];

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
const letter = '[\\p{L}\\p{N}_]';
const anyOf = (texts: string[]) => [...new Set(texts)].sort((a, b) => b.length - a.length).join('|');

/** `home` and `user` are this process's own unless a test says otherwise. */
export function createRedactor({ home = homedir(), user = userName() }: { home?: string; user?: string } = {}): Redactor {
  const secrets = new Set<string>();
  let hidden: RegExp | null = null;
  const homes = homePattern(home);
  const names = namePattern([user, homes ? basename(home) : '']);

  function hide(secret: string): void {
    const text = secret.trim().toWellFormed(); // half a character cannot stand in an address
    if (text === '' || secrets.has(text)) return;
    for (const one of [text, ...secretsIn(text)]) secrets.add(one);
    hidden = new RegExp(anyOf([...secrets].flatMap(writings)), 'gu');
  }

  function clean(text: string): string {
    let cleaned = hidden ? text.replace(hidden, dots) : text;
    for (const [pattern, instead] of patterns) cleaned = cleaned.replace(pattern, instead);
    if (homes) cleaned = cleaned.replace(homes, '~');
    return cleaned.replace(strangersHome, '~').replace(names, 'user');
  }

  function cleanData(value: unknown): unknown {
    if (typeof value === 'string') return clean(value);
    if (Array.isArray(value)) return value.map(cleanData);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => [clean(name), secretNames.test(name) && typeof one === 'string' ? dots : cleanData(one)]),
    );
  }

  return { hide, clean, cleanData };
}

/** Of an address that is a secret: its password, its key and what it asks for, each as it may stand alone. */
function secretsIn(address: string): string[] {
  const url = URL.parse(address);
  if (!url) return [];
  const parts = [url.password, decoded(url.password), splitKey(address).key ?? '', ...url.searchParams.values()];
  return parts.filter((part) => part.length >= unmistakable);
}

/** The same where it is not written as an address should be. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A secret as it is, in an address and in JSON. */
function writings(secret: string): string[] {
  const all = [secret, encodeURIComponent(secret), encodeURI(secret), JSON.stringify(secret).slice(1, -1)].map(escaped);
  return secret.length < unmistakable ? all.map((one) => `(?<!${letter})${one}(?!${letter})`) : all;
}

/** null where the home is the whole disk (some containers). */
function homePattern(home: string): RegExp | null {
  const all = [home, realOf(home)].map((path) => path.replace(/[\\/]+$/, '')).filter((path) => path !== '' && path !== parse(path).root);
  if (all.length === 0) return null;
  const written = all.flatMap((path) => [
    path,
    path.replaceAll('\\', '/'),
    path.replaceAll('\\', '\\\\'),
    encodeURI(path.replaceAll('\\', '/')),
  ]);
  return new RegExp(`(?<!${letter})(?:${anyOf(written.map(escaped))})(?![\\p{L}\\p{N}_-])`, 'giu');
}

/** Homes of others, and of a short name that Windows gives long ones. */
const strangersHome = /(?<![\p{L}\p{N}_.-])(?:\/home|\/Users|[A-Z]:(?:\\{1,2}|\/)Users)(?:\\{1,2}|\/)[^\\/\s"'”:;,]+/giu;

/** A user's name as a part of a path: /media/NAME/disk. Elsewhere it may be any word. */
function namePattern(names: string[]): RegExp {
  const known = names.filter((name) => name.length > 1).map(escaped);
  return known.length === 0 ? /(?!)/g : new RegExp(`(?<=[\\\\/])(?:${anyOf(known)})(?=\\.?(?:[\\\\/\\s"'”:;,]|$))`, 'giu');
}

function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Some containers run as a user that has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
}
