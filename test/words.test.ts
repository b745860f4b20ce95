/** The page's words: whole in both languages, all of them used, and none left in the code. Read from the sources, without a browser. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAst } from 'rolldown/parseAst';
import { describe, expect, test } from 'vitest';

const page = fileURLToPath(new URL('../renderer', import.meta.url));

/** Rooms whose words still stand in the code. */
const unconverted: string[] = [];
/** What is the same in every language. */
const names = new Set([
  'Muxwell',
  'Motion JPEG',
  'Dolby Digital',
  'Dolby Digital Plus',
  'Matroska (MKV)',
  'QuickTime (MOV)',
  'English',
  'Deutsch',
  'HDR *',
]);

// ---- catalogues

type Words = { [key: string]: string | Words };

/** Flat, `room:key.key` → its words. */
function catalogue(language: string): Map<string, string> {
  const words = new Map<string, string>();
  const add = (key: string, value: string | Words) => {
    if (typeof value === 'string') words.set(key, value);
    else for (const [name, one] of Object.entries(value)) add(`${key}${key.endsWith(':') ? '' : '.'}${name}`, one);
  };
  const folder = join(page, 'words', language);
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.json')))
    add(`${file.slice(0, -'.json'.length)}:`, JSON.parse(readFileSync(join(folder, file), 'utf8')) as Words);
  return words;
}

const languages = { en: catalogue('en'), de: catalogue('de') };
const rooms = readdirSync(join(page, 'words/en')).flatMap((name) => (name.endsWith('.json') ? [name.slice(0, -'.json'.length)] : []));
const form = /_(zero|one|two|few|many|other)$/;
/** What `t` is given for it: `files` for `files_one` and `files_other`. */
const asked = (key: string) => key.replace(form, '');
const placeholders = (words: string) => [...words.matchAll(/\{\{-?\s*(\w+)/g)].map(([, name]) => name ?? '').sort();
const tags = (words: string) => [...words.matchAll(/<\/?\w+\s*\/?>/g)].map(([tag]) => tag.replaceAll(' ', '')).sort();

// ---- sources

interface Node {
  type: string;
  start: number;
  [key: string]: unknown;
}
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';

interface Source {
  file: string;
  text: string;
  tree: Node;
}

const sources: Source[] = readdirSync(page, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.name.endsWith('.d.ts'))
  .map((entry) => {
    const path = join(entry.parentPath, entry.name);
    const text = readFileSync(path, 'utf8');
    return {
      file: posix.join(...relative(page, path).split(/[\\/]/)),
      text,
      tree: parseAst(text, { lang: path.endsWith('x') ? 'tsx' : 'ts' }) as unknown as Node,
    };
  });

function walk(node: unknown, visit: (node: Node, parents: Node[]) => void, parents: Node[] = []): void {
  if (Array.isArray(node)) for (const one of node) walk(one, visit, parents);
  if (!isNode(node)) return;
  visit(node, parents);
  for (const [key, child] of Object.entries(node)) if (key !== 'parent') walk(child, visit, [...parents, node]);
}

/** What a literal or a template says, `*` for what is put in; null for anything else. */
function said(node: unknown): string | null {
  if (!isNode(node)) return null;
  if (node.type === 'Literal' && typeof node['value'] === 'string') return node['value'];
  if (node.type !== 'TemplateLiteral') return null;
  return (node['quasis'] as { value: { cooked: string } }[]).map(({ value }) => value.cooked).join('*');
}

const lineOf = ({ text }: Source, node: Node) => text.slice(0, node.start).split('\n').length;
const at = (source: Source, node: Node, what: string) => `${source.file}:${lineOf(source, node)} ${what}`;

const isKey = (words: string) => new RegExp(`^(${rooms.join('|')}):[A-Za-z*][\\w.*-]*$`).test(words);

/** Every key that the sources name, `*` in it for what is only known when it runs. */
function keysIn(source: Source): { node: Node; key: string }[] {
  const found: { node: Node; key: string }[] = [];
  walk(source.tree, (node) => {
    const words = said(node);
    if (words !== null && isKey(words)) found.push({ node, key: words });
  });
  return found;
}

const pattern = (key: string) =>
  new RegExp(
    `^${key
      .split('*')
      .map((part) => part.replaceAll('.', '\\.'))
      .join('.+')}$`,
  );

/** Calls of `t` by any name it has: `t(…)` and `i18next.t(…)`. */
function callsIn(source: Source): Node[] {
  const calls: Node[] = [];
  walk(source.tree, (node) => {
    const callee = node['callee'];
    if (node.type !== 'CallExpression' || !isNode(callee)) return;
    if (callee['name'] === 't' || (isNode(callee['property']) && callee['property']['name'] === 't')) calls.push(node);
  });
  return calls;
}

/** Attributes and properties that a person reads or hears. */
const readable =
  /^(aria-(label|description|valuetext|roledescription)|title|placeholder|label|alt|hint|text|name|button|summary|empty|aside)$/;
const isAddress = (words: string) => /^[a-z]+:\/\/\S+$/.test(words);
const hasWord = (words: string) => /\p{L}{2,}/u.test(words) && !names.has(words.trim()) && !isAddress(words);
const isSentence = (words: string) => /^\p{Lu}\S* \S/u.test(words) || /\p{L}{3,}[.…?!]$/u.test(words);

/** Words in the code that a person would read: text between tags, attributes with words, sentences anywhere. */
function strayIn(source: Source): string[] {
  const stray: string[] = [];
  walk(source.tree, (node, parents) => {
    const parent = parents.at(-1);
    if (node.type === 'JSXText' && hasWord(String(node['value']))) stray.push(at(source, node, String(node['value']).trim()));
    const words = said(node);
    if (words === null || isKey(words) || !hasWord(words)) return;
    const holder = parents.findLast(({ type }) =>
      ['JSXAttribute', 'Property', 'ArrowFunctionExpression', 'CallExpression', 'MemberExpression'].includes(type),
    );
    const name = holder && ['JSXAttribute', 'Property'].includes(holder.type) ? nameOf(holder) : '';
    const isShown = parent?.type === 'JSXExpressionContainer' && parents.at(-2)?.type !== 'JSXAttribute';
    const isRead = holder?.type === 'JSXAttribute' && readable.test(name) && name !== 'name';
    if (isShown || isRead || (isSentence(words) && !/^(className|id|key|aria-keyshortcuts)$/.test(name) && !isError(parents)))
      stray.push(at(source, node, words));
  });
  return stray;
}

function nameOf(holder: Node): string {
  const key = holder['name'] ?? holder['key'];
  if (!isNode(key)) return '';
  return String(key['name'] ?? key['value'] ?? '');
}

/** A mistake in the code is told to whoever reads the console. */
const isError = (parents: Node[]) =>
  parents.some(({ type, ...node }) => type === 'NewExpression' && isNode(node['callee']) && node['callee']['name'] === 'Error');

const isConverted = ({ file }: Source) => !unconverted.some((room) => file === room || file.startsWith(`${room}/`));

describe('the catalogues', () => {
  test('German has the keys of English, and no other', () => {
    expect([...languages.de.keys()].sort()).toEqual([...languages.en.keys()].sort());
  });

  test('each has the placeholders and the elements of the other', () => {
    const differing = [...languages.en].filter(([key, words]) => {
      const other = languages.de.get(key) ?? '';
      const mayLackCount = (found: string[]) => (form.test(key) ? found.filter((name) => name !== 'count') : found).join();
      return mayLackCount(placeholders(words)) !== mayLackCount(placeholders(other)) || tags(words).join() !== tags(other).join();
    });
    expect(differing.map(([key]) => key)).toEqual([]);
  });

  test('none is empty, and none begins or ends with a space', () => {
    const odd = Object.entries(languages).flatMap(([language, words]) =>
      [...words].filter(([, one]) => one === '' || one !== one.trim()).map(([key]) => `${language} ${key}`),
    );
    expect(odd).toEqual([]);
  });

  test('what is counted has the forms that the language counts with', () => {
    const lacking = Object.entries(languages).flatMap(([language, words]) => {
      const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
      const counted = new Set([...words.keys()].filter((key) => form.test(key)).map(asked));
      return [...counted].flatMap((key) => forms.filter((one) => !words.has(`${key}_${one}`)).map((one) => `${language} ${key}_${one}`));
    });
    expect(lacking).toEqual([]);
  });
});

describe('the code', () => {
  const known = new Set([...languages.en.keys()].map(asked));
  const used = sources.flatMap((source) => keysIn(source).map((one) => ({ ...one, source })));

  test('every key that it names is there', () => {
    const missing = used.filter(({ key }) => ![...known].some((one) => pattern(key).test(one)));
    expect(missing.map(({ source, node, key }) => at(source, node, key))).toEqual([]);
  });

  test('every key that is there is named', () => {
    const patterns = [...new Set(used.map(({ key }) => key))].map(pattern);
    expect([...known].filter((key) => !patterns.some((one) => one.test(key)))).toEqual([]);
  });

  test('what a sentence leaves open is given to it', () => {
    const open = sources.flatMap((source) =>
      callsIn(source).flatMap((call) => {
        const [first, second] = call['arguments'] as Node[];
        const key = said(first);
        if (key === null || key.includes('*')) return [];
        const wanted = [...languages.en].filter(([one]) => asked(one) === key).flatMap(([, words]) => placeholders(words));
        const properties = second?.type === 'ObjectExpression' ? (second['properties'] as Node[]) : [];
        if ((second && second.type !== 'ObjectExpression') || properties.some(({ type }) => type === 'SpreadElement')) return [];
        const given = properties.map(nameOf);
        return [...new Set(wanted)].filter((name) => !given.includes(name)).map((name) => at(source, call, `${key} wants ${name}`));
      }),
    );
    expect(open).toEqual([]);
  });

  test('a key always names its room', () => {
    const bare = sources.flatMap((source) =>
      callsIn(source).flatMap((call) => {
        const key = said((call['arguments'] as Node[])[0]);
        return key !== null && !isKey(key) ? [at(source, call, key)] : [];
      }),
    );
    expect(bare).toEqual([]);
  });

  test('no words for a person stand in it', () => {
    expect(sources.filter(isConverted).flatMap(strayIn)).toEqual([]);
  });

  test('the list of rooms that are still to be done has none that is done', () => {
    const idle = unconverted.filter(
      (room) => !sources.some((one) => (one.file === room || one.file.startsWith(`${room}/`)) && strayIn(one).length > 0),
    );
    expect(idle).toEqual([]);
  });
});
