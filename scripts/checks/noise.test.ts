import { expect, test } from 'vitest';
import { checkNoise } from './noise.mjs';

const faults = (text: string): string[] => checkNoise([{ path: 'a.ts', text }]);

// Each is cut in two, so that this file passes the check itself.
test.each([
  `// ${'TO'}${'DO'}: later`,
  `// ${'FIX'}${'ME'} soon`,
  `// @ts-${'ignore'}`,
  `test.${'only'}('a', run);`,
  `describe.${'skip'}('a', run);`,
  `test.concurrent.${'only'}('a', run);`,
])('finds: %s', (line) => {
  expect(faults(`const a = 1;\n${line}\n`)).toEqual([expect.stringMatching(/^a\.ts:2: /)]);
});

test.each([
  'iterator.skip(3)',
  'test.skipIf(slow)(name, run);',
  'const todos = 1;',
  '// @ts-expect-error the shape is wrong',
])('allows: %s', (line) => {
  expect(faults(line)).toEqual([]);
});
