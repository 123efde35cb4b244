import { rm } from 'node:fs/promises';
import { afterAll, expect, test } from 'vitest';
import { root } from '../lib/run.mjs';
import { extractPrograms } from './code-blocks.mjs';
import { checkDocs } from './docs.mjs';

const fence = '```';
const block = (code: string, mark = 'ts'): string => `Text.\n\n${fence}${mark}\n${code}\n${fence}\n`;
const folder = `${root}.docs-check-test`;

const faults = (...documents: string[]): Promise<string[]> =>
  checkDocs(
    documents.map((text, index) => ({ path: `docs/${index}.md`, text })),
    folder,
  );

afterAll(() => rm(folder, { recursive: true, force: true }));

test('what the comments state is compared with what is printed', async () => {
  const right = [
    block('console.log(1 + 1); // => 2'),
    block("console.log('two\\nlines');\n// => two\n// => lines"),
    block("console.log('took', performance.now(), 'ms'); // => took … ms"),
    `${block('const a = 1;')}${block('console.log(a); // => 1', 'ts continue')}`,
    block("throw new Error('not run');", 'ts no-run'),
  ];
  expect(await faults(...right)).toEqual([]);

  const wrong = [
    block('console.log(1 + 1); // => 3'),
    block('console.log(1);'),
    block('const a = 1; // => 1'),
    block("throw new Error('broken');"),
  ];
  expect(await faults(...wrong)).toEqual([
    'docs/0.md:3: prints: 2\n  and states: 3',
    'docs/1.md:3: prints a line that no comment states: 1',
    'docs/2.md:3: does not print: 1',
    expect.stringMatching(/^docs\/3\.md:3: fails:[\s\S]*broken/),
  ]);
});

test('a type error is a fault, at its place in the document, and the other programs still run', async () => {
  const wrong = [
    block("\nconst a: number = 'text';"),
    block('const b: string = 1;', 'ts no-run'),
    block('console.log(1); // => 2'),
  ];
  expect(await faults(...wrong)).toEqual([
    expect.stringMatching(/^docs\/0\.md:5: error TS2322/),
    expect.stringMatching(/^docs\/1\.md:4: error TS2322/),
    'docs/2.md:3: prints: 1\n  and states: 2',
  ]);
});

test('doc comments: fenced blocks, and examples without a fence', () => {
  const text = [
    '/**',
    ' * Doubles.',
    ' * ```ts',
    ' * first();',
    ' * ```',
    ' * @example',
    ' * second();',
    ' *   indented();',
    ' * @example',
    ' * ```ts no-run',
    ' * third();',
    ' * ```',
    ' */',
    '// ```ts',
  ];
  const at = (line: number, code: string): string => `${'\n'.repeat(line - 1)}${code}\n`;
  expect(extractPrograms({ path: 'packages/nn/src/a.ts', text: text.join('\n') })).toEqual([
    { path: 'packages/nn/src/a.ts', line: 3, text: at(4, 'first();'), runs: true },
    { path: 'packages/nn/src/a.ts', line: 6, text: at(7, 'second();\n  indented();'), runs: true },
    { path: 'packages/nn/src/a.ts', line: 10, text: at(11, 'third();'), runs: false },
  ]);
});
