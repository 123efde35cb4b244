import { expect, test } from 'vitest';
import { checkLinks } from './links.mjs';

const paths = ['README.md', 'docs/math.md', 'packages/tensor/src/index.ts'];
const math = { path: 'docs/math.md', text: '# Rényi, and `alpha`\n' };

const faults = (text: string): string[] => checkLinks([{ path: 'README.md', text }, math], paths);

test.each([
  '[math](docs/math.md)',
  '[math](docs/math.md#rényi-and-alpha)',
  '[math](./docs/math.md "the title")',
  '[folder](packages/tensor)',
  '# Top\n[top](#top)',
  '[paper](https://arxiv.org/abs/2209.05732)',
  'a `[code](span.md)`',
  '```\n[code](block.md)\n```',
])('leads somewhere: %s', (text) => {
  expect(faults(text)).toEqual([]);
});

test.each([
  '[gone](docs/gone.md)',
  '[heading](docs/math.md#gone)',
  '[top](#gone)',
  '![image](gone.png)',
  '[a]: gone.md',
])('leads nowhere: %s', (text) => {
  expect(faults(`text\n${text}`)).toEqual([expect.stringMatching(/^README\.md:2: /)]);
});
