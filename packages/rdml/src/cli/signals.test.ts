import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { listenForStop } from './signals.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function listening(): { emitter: EventEmitter; heard: string[]; wait: () => void } {
  const emitter = new EventEmitter();
  const heard: string[] = [];
  const wait = listenForStop(
    { ask: (signal) => heard.push(`ask ${signal}`), leave: (signal) => heard.push(`leave ${signal}`) },
    emitter,
  );
  return { emitter, heard, wait };
}

test('the first signal asks to stop, the second leaves at once', () => {
  const { emitter, heard } = listening();
  emitter.emit('SIGINT');
  expect(heard).toEqual(['ask SIGINT']);
  emitter.emit('SIGTERM');
  expect(heard).toEqual(['ask SIGINT', 'leave SIGTERM']);
});

test('what does not stop within two seconds is left, unless it is saving', () => {
  const { emitter, heard } = listening();
  emitter.emit('SIGHUP');
  vi.advanceTimersByTime(1900);
  expect(heard).toEqual(['ask SIGHUP', 'leave SIGHUP']);
  const other = listening();
  other.emitter.emit('SIGINT');
  other.wait();
  vi.advanceTimersByTime(60_000);
  expect(other.heard).toEqual(['ask SIGINT']);
});
