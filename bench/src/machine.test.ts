import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { busyCores, formatLoad, isBusy, type Machine, processorTime } from './machine.js';

const machine: Machine = {
  cpu: 'A processor',
  cores: 2,
  memory: 16,
  system: 'linux x64',
  node: '20',
  v8: '11',
  load: 3,
};

test('what keeps cores busy is the work of others in the time between, without our own', () => {
  const before = { used: 5_000_000, own: 300, passed: 10_000 };
  expect(busyCores(before, { used: 5_001_700, own: 700, passed: 11_000 })).toBeCloseTo(1.3, 12);
  expect(busyCores(before, { used: 5_000_000, own: 305, passed: 11_000 })).toBe(0);
});

test('a machine is busy by what runs now, whatever the load average remembers', () => {
  expect(isBusy({ ...machine, busyCores: 0.02 })).toBe(false);
  expect(isBusy({ ...machine, busyCores: 0.02, load: 0 })).toBe(false);
  expect(isBusy({ ...machine, busyCores: 0.9, load: 0 })).toBe(true);
  // Of runs from before it was looked at.
  expect([0.4, 3].map((load) => isBusy({ ...machine, load }))).toEqual([false, true]);
});

test('the load is told with what runs now, where it was looked at', () => {
  expect(formatLoad({ ...machine, busyCores: 0.021 })).toBe(
    '0.02 of 2 cores busy with other work, load average 3.00',
  );
  expect(formatLoad(machine)).toBe('load average 3.00');
});

test('a process that does nothing but run is seen', async () => {
  const other = spawn(process.execPath, ['-e', 'console.log(1); for (;;);'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    await once(other.stdout, 'data');
    const before = processorTime();
    // However few turns it gets: until the system has counted some of its time.
    let seen = 0;
    for (let i = 0; i < 100 && seen < 0.1; i++) {
      await setTimeout(100);
      seen = busyCores(before, processorTime());
    }
    expect(seen).toBeGreaterThanOrEqual(0.1);
  } finally {
    other.kill();
  }
});
