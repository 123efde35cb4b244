import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MetricsLog } from './metrics-log.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rdml-metrics-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a line is in the file as soon as it is appended', async () => {
  const path = join(folder, 'metrics.jsonl');
  const log = await MetricsLog.create(path);
  await log.append({ epoch: 1, loss: 0.5 });
  expect(readFileSync(path, 'utf8')).toBe('{"epoch":1,"loss":0.5}\n');
  await log.append({ epoch: 2, loss: Number.POSITIVE_INFINITY });
  expect(readFileSync(path, 'utf8')).toBe('{"epoch":1,"loss":0.5}\n{"epoch":2,"loss":"inf"}\n');
  await log.close();
});

test('a file is gone on with behind the lines that count, of which the last is known', async () => {
  const path = join(folder, 'metrics.jsonl');
  const log = await MetricsLog.create(path);
  expect(log.last).toBeUndefined();
  for (const epoch of [1, 2, 3]) await log.append({ epoch });
  await log.close();
  const again = await MetricsLog.resume(path, 2);
  expect(again.last).toEqual({ epoch: 2 });
  await again.append({ epoch: 4 });
  await again.close();
  expect(readFileSync(path, 'utf8')).toBe('{"epoch":1}\n{"epoch":2}\n{"epoch":4}\n');
  await expect(MetricsLog.resume(path, 4)).rejects.toThrow(/expected 4 lines in .*; got 3/);
});

test('a file that is there is not written over', async () => {
  const path = join(folder, 'metrics.jsonl');
  await (await MetricsLog.create(path)).close();
  await expect(MetricsLog.create(path)).rejects.toMatchObject({ name: 'FileSystemError', code: 'EEXIST' });
});
