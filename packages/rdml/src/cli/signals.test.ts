import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { InterruptedError } from './exit-codes.js';
import { listenForStop } from './signals.js';

test('the first signal asks to stop, the second leaves at once', () => {
  const emitter = new EventEmitter();
  const left: number[] = [];
  const stop = listenForStop((exitCode) => left.push(exitCode), emitter);
  expect(stop.aborted).toBe(false);
  emitter.emit('SIGINT');
  expect(stop.reason).toBeInstanceOf(InterruptedError);
  expect(stop.reason).toMatchObject({ signal: 'SIGINT' });
  expect(left).toEqual([]);
  emitter.emit('SIGTERM');
  expect(left).toEqual([143]);
  expect(stop.reason).toMatchObject({ signal: 'SIGINT' });
});
