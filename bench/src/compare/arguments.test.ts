import { expect, test } from 'vitest';
import { UsageError } from '../command-line.js';
import { parseCompareArguments } from './arguments.js';

const known = { suites: ['bind', 'growth'], shortSuites: ['bind'], backends: ['wasm', 'reference'] };

test('a commit is enough', () => {
  expect(parseCompareArguments(['HEAD~1'], known)).toEqual({
    base: 'HEAD~1',
    launches: 8,
    rounds: 5,
    choice: { suites: ['bind'], backends: ['wasm'], sizes: [128, 512] },
  });
  expect(parseCompareArguments(['--help'], known)).toBe('help');
});

test('everything may be chosen', () => {
  const words = 'main growth bind --launches 3 --rounds=7 --backend reference,wasm --sizes 64'.split(' ');
  expect(parseCompareArguments(words, known)).toEqual({
    base: 'main',
    launches: 3,
    rounds: 7,
    choice: { suites: ['growth', 'bind'], backends: ['reference', 'wasm'], sizes: [64] },
  });
});

test.each([
  [[], /^which commit to compare with\?/],
  [['main', 'softmax'], /^there is no suite softmax; there are bind, growth$/],
  [['main', '--backend', 'gpu'], /^there is no backend gpu; there are wasm, reference$/],
  // One launch alone shows nothing.
  [['main', '--launches', '1'], /^--launches takes a whole number from 2 to 4096, not '1'$/],
  [['main', '--rounds', '0'], /^--rounds takes a whole number from 1/],
  [['main', '--sizes', '64,x'], /^--sizes takes a whole number .* not 'x'$/],
  [['main', '--fast'], /--fast/],
])('%j is refused', (words, message) => {
  const parse = (): unknown => parseCompareArguments(words, known);
  expect(parse).toThrow(UsageError);
  expect(parse).toThrow(message);
});
