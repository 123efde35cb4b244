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

test('a file that is there is not written over', async () => {
  const path = join(folder, 'metrics.jsonl');
  await (await MetricsLog.create(path)).close();
  await expect(MetricsLog.create(path)).rejects.toMatchObject({ name: 'FileSystemError', code: 'EEXIST' });
});
