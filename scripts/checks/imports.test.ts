import { describe, expect, test } from 'vitest';
import { checkImports } from './imports.mjs';

const faults = (path: string, text: string): string[] => checkImports([{ path, text }]);

describe('imports run one way', () => {
  test.each([
    ['packages/autodiff/src/tape.ts', "import { add } from '@renyi/tensor';"],
    ['packages/autodiff/src/tape.ts', "import { add } from './rules/add.js';"],
    ['packages/autodiff/src/tape.test.ts', "import { readFile } from 'node:fs/promises';"],
    ['packages/rdml/src/node.ts', "import { readFile } from 'node:fs/promises';"],
    ['packages/rdml/src/cli/main.ts', "import { Command } from 'commander';"],
    ['packages/rdml/src/cli/main.ts', "import { saveRun } from '@renyi/rdml/node';"],
    ['packages/tensor/src/gpu/kernels.ts', "import { GPU } from 'gpu.js';"],
    ['bench/src/main.ts', "import { GPU } from 'gpu.js'; import '@renyi/rdml';"],
    ['packages/nn/src/module.ts', 'const text = \'import x from "@renyi/rdml"\';'],
  ])('%s may contain: %s', (path, text) => {
    expect(faults(path, text)).toEqual([]);
  });

  test.each([
    ['packages/tensor/src/add.ts', "import { grad } from '@renyi/autodiff';"],
    ['packages/tensor/src/add.ts', "import type { Gradient } from '@renyi/autodiff';"],
    ['packages/tensor/src/add.ts', "export * from '@renyi/rdml';"],
    ['packages/tensor/src/add.ts', "type G = import('@renyi/autodiff').Gradient;"],
    ['packages/tensor/src/add.ts', "const nn = await import('@renyi/nn');"],
    ['packages/autodiff/src/tape.ts', "import { add } from '../../tensor/src/add.js';"],
    ['packages/nn/src/digits.ts', "import { gunzipSync } from 'node:zlib';"],
    ['packages/nn/src/digits.ts', "import { parse } from 'csv-parse';"],
    ['packages/nn/src/linear.ts', "import { close } from './close.testing.js';"],
    ['packages/tensor/src/index.ts', "import { GPU } from 'gpu.js';"],
    ['packages/tensor/src/index.ts', "export * from './gpu.js';"],
    ['packages/rdml/src/index.ts', "export * from './node.js';"],
    ['packages/rdml/src/trainer.ts', "import '@renyi/bench';"],
  ])('%s may not contain: %s', (path, text) => {
    expect(faults(path, text)).toHaveLength(1);
  });

  test('a fault names its place', () => {
    expect(faults('packages/tensor/src/add.ts', "\n\nimport '@renyi/nn';")[0]).toMatch(
      /^packages\/tensor\/src\/add\.ts:3: /,
    );
  });
});
