import { expect, test } from 'vitest';
import { styleFor, wantsColor } from './color.js';

const terminal = { isTTY: true };
const pipe = {};

test.each([
  ['a terminal', terminal, {}, true, true],
  ['a pipe', pipe, {}, true, false],
  ['NO_COLOR', terminal, { NO_COLOR: '1' }, true, false],
  ['an empty NO_COLOR', terminal, { NO_COLOR: '' }, true, true],
  ['a dumb terminal', terminal, { TERM: 'dumb' }, true, false],
  ['FORCE_COLOR in a pipe', pipe, { FORCE_COLOR: '1' }, true, true],
  ['FORCE_COLOR=0', terminal, { FORCE_COLOR: '0' }, true, false],
  ['FORCE_COLOR and NO_COLOR', pipe, { FORCE_COLOR: '1', NO_COLOR: '1' }, true, true],
  ['--no-color and FORCE_COLOR', terminal, { FORCE_COLOR: '1' }, false, false],
])('%s', (_, stream, env, flag, expected) => {
  expect(wantsColor(stream, env, flag)).toBe(expected);
});

test('without colors text stays as it is', () => {
  expect(styleFor(false).bold('x')).toBe('x');
  expect(styleFor(true).bold('x')).toBe('\u001b[1mx\u001b[22m');
});
