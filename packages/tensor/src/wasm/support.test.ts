import { describe, expect, it } from 'vitest';
import { validates } from './engine.js';
import { copyModule } from './modules/copy.js';
import { elementwiseModule, elementwiseNames } from './modules/elementwise.js';
import { matmulModule } from './modules/matmul.js';
import { reductionModule } from './modules/reductions.js';
import { slidingModule } from './modules/sliding.js';
import { softmaxModule } from './modules/softmax.js';
import { tileFor } from './support.js';

const memory = { initial: 0, maximum: 1, shared: false };
const modules = {
  copy: copyModule(memory),
  ...Object.fromEntries(elementwiseNames.map((name) => [name, elementwiseModule(memory, name)])),
  matmul: matmulModule(memory, tileFor()),
  'matmul, 6 rows': matmulModule(memory, { rows: 6, fused: false }),
  reductions: reductionModule(memory),
  sliding: slidingModule(memory, tileFor()),
  softmax: softmaxModule(memory),
};

describe('an emitted module', () => {
  it.each(Object.entries(modules))(
    'is valid, and smaller than what the engine is probed with: %s',
    (_, bytes) => {
      expect(validates(bytes)).toBe(true);
      expect(bytes.length).toBeLessThan(2 ** 15);
    },
  );
});
