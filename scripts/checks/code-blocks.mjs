// @ts-check
/** Finds the code blocks of Markdown files and of doc comments, and makes programs of them. */

/**
 * @typedef {object} Program
 * @property {string} path the file it comes from
 * @property {number} line where its first block begins
 * @property {string} text TypeScript, each line with the number that it has in the file it comes from
 * @property {boolean} runs whether it is run, or only type-checked
 */

/**
 * @typedef {object} Block
 * @property {number} start index of the line that opens it
 * @property {string} mark what the fence says: the language and more
 * @property {{ index: number, code: string }[]} lines
 */

/**
 * Extracts the programs of a file.
 *
 * @param {import('../lib/sources.mjs').SourceFile} file a Markdown file or a TypeScript source
 * @returns {Program[]}
 */
export function extractPrograms({ path, text }) {
  const lines = path.endsWith('.md') ? text.split('\n') : docCommentLines(text);
  const blocks = [...fencedBlocks(lines), ...(path.endsWith('.md') ? [] : bareExamples(lines))];
  /** @type {Program[]} */
  const programs = [];
  for (const block of blocks.sort((a, b) => a.start - b.start)) {
    const [language, ...words] = block.mark.split(/\s+/);
    if (language !== 'ts') continue;
    const previous = words.includes('continue') ? programs.at(-1) : undefined;
    const program = previous ?? { path, line: block.start + 1, text: '', runs: !words.includes('no-run') };
    for (const { index, code } of block.lines) {
      // At the line number that it has in its file, so that an error message points there.
      const written = program.text.split('\n').length - 1;
      program.text += `${'\n'.repeat(index - written)}${code}\n`;
    }
    if (previous === undefined) programs.push(program);
  }
  return programs;
}

/**
 * @param {readonly string[]} lines
 * @returns {Block[]}
 */
function fencedBlocks(lines) {
  /** @type {Block[]} */
  const blocks = [];
  let [indent, open] = ['', ''];
  lines.forEach((line, index) => {
    const [, space = '', fence = '', mark = ''] = /^(\s*)(`{3,})\s*(.*?)\s*$/.exec(line) ?? [];
    if (open === '') {
      if (fence !== '') blocks.push({ start: index, mark, lines: [] });
      [indent, open] = [space, fence];
    } else if (fence === open && mark === '') {
      open = '';
    } else {
      const code = line.startsWith(indent) ? line.slice(indent.length) : line;
      blocks.at(-1)?.lines.push({ index, code });
    }
  });
  return blocks;
}

/**
 * What follows `@example` is code, as editors show it, unless it begins with a fence; it ends at the next tag or with the comment.
 *
 * @param {readonly string[]} lines of doc comments
 * @returns {Block[]}
 */
function bareExamples(lines) {
  return lines.flatMap((line, start) => {
    if (!/^@example\s*$/.test(line)) return [];
    const length = lines.slice(start + 1).findIndex((later) => later === endOfComment || /^@\w/.test(later));
    const block = lines.slice(start + 1, start + 1 + length);
    if (block.some((code) => code.startsWith('```'))) return [];
    return [{ start, mark: 'ts', lines: block.map((code, index) => ({ index: start + 1 + index, code })) }];
  });
}

/** Stands for a line on which a doc comment ends; no line of text contains it. */
const endOfComment = '\n';

/**
 * @param {string} text TypeScript
 * @returns {string[]} its lines, empty outside of doc comments and without the comments' stars
 */
function docCommentLines(text) {
  let inside = false;
  return text.split('\n').map((line) => {
    if (/^\s*\/\*\*/.test(line)) inside = true;
    const ends = inside && line.includes('*/');
    const content = inside ? line.replace(/^\s*\/?\*+ ?/, '') : '';
    if (ends) inside = false;
    return ends ? endOfComment : content;
  });
}
