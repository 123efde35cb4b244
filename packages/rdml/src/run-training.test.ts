import { Dataset, type StateDict } from '@renyi/nn';
import { describe, expect, it } from 'vitest';
import { epochs, runToEnd } from './run-training.js';
import { Training } from './training.js';

const data = new Dataset({
  inputs: Float32Array.from({ length: 120 }, (_, i) => Math.sin(i * i)),
  labels: Int32Array.from({ length: 60 }, (_, i) => i % 3),
  features: 2,
  classes: 3,
});

const config = { epochs: 4, hidden: [5], batchSize: 16, lastEpochs: 2 };

function bits(states: readonly StateDict[]): number[][] {
  return states.map((state) => Object.values(state).flatMap((x) => Array.from(x.dataSync())));
}

describe('a run that gives the thread back', () => {
  const whole = new Training(config, data);
  const running = whole.run();
  let result: unknown;
  for (;;) {
    const next = running.next();
    if (next.done !== true) continue;
    result = next.value;
    break;
  }

  it('yields every epoch, calls back for every step, and ends with the same bits', async () => {
    const training = new Training(config, data);
    const calls: string[] = [];
    const seen = [];
    const onStep = ({ step }: { step: number }): void => void calls.push(`step ${step}`);
    for await (const report of epochs(training, {
      onStep,
      onEpoch: ({ epoch }) => calls.push(`epoch ${epoch}`),
    }))
      seen.push(report);
    expect(seen).toEqual(whole.history);
    expect(calls).toHaveLength(4 * training.stepsPerEpoch + 4);
    expect(calls[training.stepsPerEpoch]).toBe('epoch 1');
    expect(bits(training.weights())).toEqual(bits(whole.weights()));
    expect(await runToEnd(new Training(config, data))).toEqual(result);
  });

  it('lets others have a turn while it runs', async () => {
    let turns = 0;
    let isOver = false;
    const count = (): void => {
      turns += 1;
      if (!isOver) setTimeout(count, 0);
    };
    setTimeout(count, 0);
    await runToEnd(new Training(config, data), { turn: 0 });
    isOver = true;
    expect(turns).toBeGreaterThan(4);
  });

  it('stops when it is told to, with the reason, and goes on from there to the same result', async () => {
    for (const after of [0, 1, 7]) {
      const training = new Training(config, data);
      const controller = new AbortController();
      const reason = new Error('enough');
      const onStep = ({ step }: { step: number }): void => {
        if (step === after) controller.abort(reason);
      };
      if (after === 0) controller.abort(reason);
      await expect(runToEnd(training, { signal: controller.signal, onStep })).rejects.toBe(reason);
      expect(training.step).toBe(after);
      const successor = new Training(config, data);
      successor.restore(training.state());
      expect(await runToEnd(successor)).toEqual(result);
      expect(await runToEnd(training)).toEqual(result);
    }
  });

  it('may be left in the middle of the loop, too', async () => {
    const training = new Training(config, data);
    for await (const { epoch } of epochs(training)) if (epoch === 2) break;
    expect(training.epoch).toBe(2);
    expect(await runToEnd(training)).toEqual(result);
  });
});
