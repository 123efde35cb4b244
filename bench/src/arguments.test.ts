import { expect, test } from 'vitest';
import { parseArguments } from './arguments.js';
import { UsageError } from './command-line.js';

const known = {
  suites: ['bind', 'matmul'],
  backends: ['wasm', 'reference'],
  peers: ['plain', 'torch'],
  usualPeers: ['plain'],
  quick: { suites: ['bind'], sizes: [128], seconds: 0.2, backends: ['wasm'], peers: ['plain'] },
};
const defaults = {
  help: false,
  save: false,
  full: true,
  suites: known.suites,
  sizes: [64, 256, 512],
  seconds: 1,
  backends: known.backends,
  peers: ['plain'],
};

test('without arguments, all suites run', () => {
  expect(parseArguments([], known)).toEqual(defaults);
});

test('suites run in the order in which they are named, each once', () => {
  expect(parseArguments(['matmul', 'bind', 'matmul'], known).suites).toEqual(['matmul', 'bind']);
});

test('a flag takes its value from the next word or after an equals sign', () => {
  const expected = { ...defaults, suites: ['matmul'], sizes: [64, 256], seconds: 0.5, json: 'out=1.json' };
  expect(
    parseArguments(['matmul', '--sizes', '64,256', '--json', 'out=1.json', '--seconds', '0.5'], known),
  ).toEqual(expected);
  expect(parseArguments(['--sizes=64,256', '--json=out=1.json', 'matmul', '--seconds=0.5'], known)).toEqual(
    expected,
  );
});

test('backends and peers are named, or all of them, or no peer', () => {
  expect(parseArguments(['--backend', 'reference', '--peers=torch,plain'], known)).toMatchObject({
    backends: ['reference'],
    peers: ['torch', 'plain'],
  });
  expect(parseArguments(['--backend=all', '--peers', 'none'], known)).toMatchObject({
    backends: known.backends,
    peers: [],
  });
});

test('a quick run has fewer of everything, but for what is named', () => {
  expect(parseArguments(['--quick'], known)).toEqual({ ...defaults, ...known.quick, full: false });
  expect(parseArguments(['--quick', 'matmul', '--sizes', '9'], known)).toEqual({
    ...defaults,
    ...known.quick,
    full: false,
    suites: ['matmul'],
    sizes: [9],
  });
});

test('what is kept is a run of all suites', () => {
  expect(parseArguments(['--save', '--peers=all'], known)).toMatchObject({
    save: true,
    suites: known.suites,
  });
  expect(() => parseArguments(['--save', 'bind'], known)).toThrow(
    /^--save keeps a run of all suites: name none$/,
  );
});

test.each([
  [['--peers', 'tfjs'], /^there is no peer tfjs; there are plain, torch$/],
  [['--backend', 'gpu'], /^there is no backend gpu; there are wasm, reference$/],
  [['softmax'], /^there is no suite softmax; there are bind, matmul$/],
  [['--fast'], /^there is no flag --fast; there are --help, /],
  [['--help=x'], /^--help takes no value$/],
  [['--json='], /^--json needs a value$/],
  [['-x'], /^there is no flag -x/],
  [['--json'], /^--json needs a value$/],
  [['--sizes', '64,'], /^--sizes takes a whole number .* not ''$/],
  [['--sizes', '-3'], /^--sizes takes a whole number/],
  [['--sizes', '1e9'], /^--sizes takes a whole number/],
  [['--seconds', 'soon'], /^--seconds takes a number from 0 to 3600, not 'soon'$/],
])('%j is refused in one line', (words, message) => {
  const parse = (): unknown => parseArguments(words, known);
  expect(parse).toThrow(UsageError);
  expect(parse).toThrow(message);
});
