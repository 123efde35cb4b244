import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Dataset, encodeSafetensors } from '@renyi/nn';
import { FormatError } from '@renyi/tensor';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Training, type TrainingOverrides } from '../index.js';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from './checkpoint.js';

let folder = '';
let path = '';
let previous = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rdml-checkpoint-'));
  path = join(folder, 'last.safetensors');
  previous = join(folder, 'previous.safetensors');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const data = new Dataset({
  inputs: Float32Array.from({ length: 60 }, (_, i) => Math.sin(i)),
  labels: Int32Array.from({ length: 30 }, (_, i) => i % 2),
  features: 2,
  classes: 2,
});
const config: TrainingOverrides = { epochs: 2, hidden: [3], alpha: 'inf', batchSize: 8 };

/** The checkpoint of a training after some steps and epochs. */
function after(events: number): { training: Training; checkpoint: Checkpoint } {
  const training = new Training(config, data);
  const running = training.run();
  for (let i = 0; i < events; i++) running.next();
  return { training, checkpoint: { config: training.config, state: training.state(), data: 'digest' } };
}

describe('a checkpoint', () => {
  it('is read back as it was, and training goes on from it bit for bit', async () => {
    const { training, checkpoint } = after(5);
    await writeCheckpoint(path, checkpoint);
    const read = await readCheckpoint(path);
    expect(read.config).toEqual(training.config);
    expect(read.data).toBe('digest');
    expect(read.state.progress).toEqual(checkpoint.state.progress);
    const resumed = new Training(read.config, data);
    resumed.restore(read.state);
    for (const one of [training, resumed]) for (const _ of one.run());
    const bits = (one: Training): number[][] =>
      one.weights().map((state) => Object.values(state).flatMap((x) => Array.from(x.dataSync())));
    expect(bits(resumed)).toEqual(bits(training));
  });

  it('takes the place of the one before it, which is kept, and read where the newer one is not there yet', async () => {
    await writeCheckpoint(path, after(3).checkpoint);
    await writeCheckpoint(path, after(7).checkpoint);
    expect((await readCheckpoint(path)).state.progress).toMatchObject({ epoch: 1, batch: 3 });
    rmSync(path);
    expect((await readCheckpoint(path)).state.progress).toMatchObject({ epoch: 0, batch: 3 });
  });

  it('is the same bytes for the same state', async () => {
    await writeCheckpoint(path, after(4).checkpoint);
    await writeCheckpoint(path, after(4).checkpoint);
    expect(readFileSync(path).equals(readFileSync(previous))).toBe(true);
  });
});

describe('a damaged one is refused', () => {
  it('wherever a bit is flipped or the file is cut, and the one before it is offered', async () => {
    await writeCheckpoint(path, after(3).checkpoint);
    await writeCheckpoint(path, after(4).checkpoint);
    const whole = readFileSync(path);
    const places = Array.from({ length: 40 }, (_, i) => Math.floor((whole.length * (i + 0.5)) / 40));
    for (const place of places) {
      const flipped = Buffer.from(whole);
      flipped[place] = (flipped[place] as number) ^ 4;
      for (const damaged of [flipped, whole.subarray(0, place)]) {
        writeFileSync(path, damaged);
        await expect(readCheckpoint(path), `byte ${place}`).rejects.toThrow(FormatError);
        await expect(readCheckpoint(path)).rejects.toThrow(
          /The one before it is whole.*put .*previous\.safetensors/,
        );
      }
    }
    renameSync(previous, path);
    expect((await readCheckpoint(path)).state.progress.batch).toBe(3);
  });

  it('and where there is no whole one before it, that is said', async () => {
    await writeCheckpoint(path, after(3).checkpoint);
    writeFileSync(path, readFileSync(path).subarray(0, 100));
    await expect(readCheckpoint(path)).rejects.toThrow(/There is no whole one before it: train anew/);
    expect(existsSync(previous)).toBe(false);
  });

  it('so are a file of weights, one of another version, and none', async () => {
    writeFileSync(path, encodeSafetensors({}, { role: 'student' }));
    await expect(readCheckpoint(path)).rejects.toThrow(/got a file of another kind/);
    writeFileSync(path, encodeSafetensors({}, { format: 'rdml-checkpoint', version: '9' }));
    await expect(readCheckpoint(path)).rejects.toThrow(/got version 9 of the format/);
    rmSync(path);
    await expect(readCheckpoint(path)).rejects.toThrow(/got no such file/);
    await expect(readCheckpoint(folder)).rejects.toThrow(/got EISDIR/);
  });
});
