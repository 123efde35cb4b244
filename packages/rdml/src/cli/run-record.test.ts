import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadDigits } from '@renyi/nn/digits';
import { expect, test } from 'vitest';
import { Training } from '../index.js';
import { readCheckpoint, RunFolder } from '../node.js';
import { RunRecord } from './run-record.js';
import { temporaryFolder } from './testing/run-cli.js';

test('each epoch is saved before the next one begins: a process that is killed loses one at most', async () => {
  const dataset = await loadDigits();
  const training = new Training({ epochs: 5, hidden: [4], batchSize: 512, baseline: false }, dataset);
  const folder = await RunFolder.make(join(temporaryFolder(), 'run'));
  const data = { file: undefined, label: undefined };
  const record = await RunRecord.start(training, folder, {
    version: '0',
    words: [],
    loaded: { dataset },
    data,
  });
  const saved: number[] = [];
  const logged: number[] = [];
  for (const event of training.run()) {
    if (event.kind === 'epoch') await record.epoch(event.report, training.step);
    const { state } = await readCheckpoint(folder.file('last.safetensors'));
    saved.push(state.progress.epoch);
    logged.push((readFileSync(folder.file('metrics.jsonl'), 'utf8').match(/\n/g) ?? []).length);
  }
  expect(saved).toEqual(logged);
  expect(new Set(saved)).toEqual(new Set([0, 1, 2, 3, 4, 5]));
  await record.close();
});
