import { BackendError, DomainError, Generator, matmul } from '@renyi/tensor';
import { threadedBackend } from '@renyi/tensor/threads';
import { CommanderError } from 'commander';
import { expect, test } from 'vitest';
import { DivergedError } from '../index.js';
import { FileSystemError } from '../node.js';
import { InterruptedError, StoppedError, UsageError } from './exit-codes.js';
import { exitCodeOf, oneLine } from './one-line.js';

const fault = new DomainError('f', { expected: 'a', got: 'b', remedy: 'C' });
const step = { baseLoss: Number.NaN, mutualLoss: 0, loss: Number.NaN, gradientNorm: 1 };

test.each([
  [new UsageError(fault), 2, 'rdml: expected a; got b. C'],
  [fault, 1, 'rdml: expected a; got b. C'],
  [
    new CommanderError(1, 'commander.unknownOption', "error: unknown option '--x'"),
    2,
    'rdml: expected a flag',
  ],
  [new FileSystemError('f', 'runs/x', 'ENOSPC'), 1, 'runs/x; got ENOSPC (the disk is full). Mend that, or'],
  [new FileSystemError('f', 'runs/x', 'EWEIRD'), 1, 'runs/x; got EWEIRD. Mend that, or'],
  [
    new InterruptedError('SIGTERM'),
    143,
    'rdml: interrupted by SIGTERM before training began; nothing was written',
  ],
  [new StoppedError('diverged', new DivergedError(0, step)), 3, 'rdml: diverged'],
  [
    new RangeError('Array buffer allocation failed'),
    1,
    'rdml: expected networks and data that fit into memory',
  ],
  [
    new TypeError('x is not a function'),
    1,
    'unexpected failure: x is not a function. Run again with --verbose',
  ],
  ['a string', 1, 'unexpected failure: a string.'],
])('%s ends with %i', (error, exitCode, text) => {
  expect(exitCodeOf(error)).toBe(exitCode);
  expect(oneLine('rdml', error)).toContain(text);
});

test('a misspelled choice is told what was meant, in place of the remedy', () => {
  const told = (got: string): string =>
    oneLine(
      'rdml',
      new DomainError('f', { expected: 'a to be one of "some name", other', got, remedy: 'C' }),
    );
  expect(told('"some nmae"')).toBe(
    'rdml: expected a to be one of "some name", other; got "some nmae". Did you mean some name?',
  );
  expect(told('othr in settings.json')).toContain('got othr in settings.json. Did you mean other?');
  expect(told('nothing')).toBe('rdml: expected a to be one of "some name", other; got nothing. C');
});

test('a memory that is full tells of batches in place of scopes', () => {
  const backend = threadedBackend({ threads: 1, maximumBytes: 2 ** 20 });
  const x = new Generator(1).normal([512, 512], { backend });
  const told = (command: string, f: () => unknown): string => {
    try {
      f();
      return 'nothing';
    } catch (error) {
      return oneLine(command, error);
    }
  };
  const product = (): unknown => matmul(x, x);
  expect(told('rdml train', product)).toMatch(
    /^rdml train: expected \d+ bytes of linear memory; got \d+ of at most 1048576 bytes in use: it is full\. Make --batch-size smaller or --students fewer, or choose another --backend$/,
  );
  expect(told('rdml eval', product)).toMatch(/: it is full\. Choose another --backend$/);
  const device = new BackendError('f', { expected: 'memory on the device for the result', got: 'no more' });
  expect(oneLine('rdml sweep', device)).toMatch(/got no more\. Make --batch-size smaller/);
});

test('nothing breaks the line or commands the terminal', () => {
  const error = new DomainError('f', { expected: 'a\r\nb', got: '\u001b[2J\u0085\u2028\u202e' });
  expect(oneLine('rdml', error)).toBe('rdml: expected a\\x0d\\x0ab; got \\x1b[2J\\x85\\x2028\\x202e');
});
