// @ts-check
/** Every relative link in a Markdown file leads to a file that exists, and to a heading that is there. */

import { posix } from 'node:path';

/**
 * Finds the relative links that lead nowhere.
 *
 * @param {readonly import('../lib/sources.mjs').SourceFile[]} documents Markdown files
 * @param {readonly string[]} paths every file of the repository
 * @returns {string[]} one line per broken link
 */
export function checkLinks(documents, paths) {
  const targets = new Set(paths.flatMap((path) => [path, ...foldersOf(path)]));
  const headings = new Map(documents.map(({ path, text }) => [path, slugsOf(text)]));
  return documents.flatMap(({ path, text }) =>
    linksOf(text).flatMap(({ link, line }) => {
      const [file = '', anchor] = decodeURI(link).split('#');
      const target = file === '' ? path : posix.join(posix.dirname(path), file).replace(/\/$/, '');
      if (!targets.has(target)) return [`${path}:${line}: ${link}: there is no ${target}`];
      const known = headings.get(target);
      if (anchor === undefined || known === undefined || known.has(anchor)) return [];
      return [`${path}:${line}: ${link}: ${target} has no such heading`];
    }),
  );
}

/**
 * @param {string} path
 * @returns {string[]} the folders that a file lies in, and the root
 */
function foldersOf(path) {
  const parts = path.split('/').slice(0, -1);
  return ['.', ...parts.map((_, index) => parts.slice(0, index + 1).join('/'))];
}

/**
 * @param {string} text
 * @returns {{ link: string, line: number }[]} the links that are neither absolute nor inside code
 */
function linksOf(text) {
  return proseLines(text).flatMap((prose, index) => {
    const inline = [...prose.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g)];
    const definitions = [...prose.matchAll(/^\s*\[[^\]]+\]:\s+(\S+)/g)];
    const links = [...inline, ...definitions].flatMap((match) => match[1] ?? []);
    return links.filter((link) => !/^([a-z]+:|\/\/)/i.test(link)).map((link) => ({ link, line: index + 1 }));
  });
}

/**
 * @param {string} text
 * @returns {string[]} its lines; those of code blocks are empty, and code spans are cut out
 */
function proseLines(text) {
  let fence = '';
  return text.split('\n').map((line) => {
    const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence !== '') {
      if (mark?.startsWith(fence)) fence = '';
      return '';
    }
    if (mark !== undefined) fence = mark;
    return mark === undefined ? line.replace(/`[^`]*`/g, '') : '';
  });
}

/**
 * The anchors that GitHub gives to headings: lower case, without punctuation, with dashes for spaces, numbered when they repeat.
 *
 * @param {string} text
 * @returns {Set<string>}
 */
function slugsOf(text) {
  const slugs = new Set();
  let fenced = false;
  for (const line of text.split('\n')) {
    if (/^\s*(```|~~~)/.test(line)) fenced = !fenced;
    const title = fenced ? undefined : /^#{1,6}\s+(.*?)\s*#*$/.exec(line)?.[1];
    if (title === undefined) continue;
    const slug = title
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M} _-]/gu, '')
      .replaceAll(' ', '-');
    let unique = slug;
    for (let count = 1; slugs.has(unique); count++) unique = `${slug}-${count}`;
    slugs.add(unique);
  }
  return slugs;
}
