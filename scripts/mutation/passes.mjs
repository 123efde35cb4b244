// @ts-check
/** What is mutated, and which tests have to notice. */

export const src = 'packages/autodiff/src';

/**
 * @typedef {object} Pass
 * @property {string} name
 * @property {readonly string[]} mutate files, by their names in packages/autodiff/src
 * @property {readonly string[]} tests the tests that run, in this order until one fails: what fails soonest and most often stands first
 */

/** @type {readonly Pass[]} */
export const passes = [
  {
    name: 'rules',
    mutate: [
      'vjp/*',
      'jvp/*',
      'vjp-table',
      'jvp-table',
      'affine',
      'attained',
      'axes',
      'elementwise-factors',
      'log-sum-exp-weights',
      'normalize-rule',
      'one-for-zero',
      'sum-to',
      'triangles',
    ],
    tests: [
      'sum-to',
      'derivative-facts',
      'second-order-facts',
      'reduction-derivatives',
      'pooling-derivatives',
      'products',
      'definitions',
      'jvp-table',
      'vjp-table',
    ],
  },
  {
    name: 'renyi',
    mutate: ['renyi-rules'],
    tests: ['definitions', 'renyi-rules'],
  },
  {
    name: 'engine',
    mutate: [
      'checks',
      'cotangent-memory',
      'dual',
      'grad',
      'jvp',
      'node',
      'parameter',
      'recorder',
      'region',
      'stop-gradient',
      'tape',
      'tree',
      'vjp',
      'vjp-parameters',
      'walk',
      'zero-grad',
    ],
    // Every rule at every shape goes through the engine, which would be most of the time and little of the news.
    tests: [
      'engine-messages',
      'engine',
      'grad',
      'trees',
      'jvp',
      'value-and-grad',
      'parameter',
      'stop-gradient',
      'planted-rules',
      'vjp',
      'seeing/step-through',
      'walk',
      'checkpoint',
      'custom',
      'variable',
      'tape',
    ],
  },
  {
    name: 'transforms',
    mutate: [
      'checkpoint',
      'custom',
      'custom-call',
      'custom-jvp',
      'custom-vjp',
      'hessian',
      'jacobian',
      'parts',
      'variable',
    ],
    tests: ['jacobian', 'custom', 'checkpoint', 'variable', 'walk', 'laws'],
  },
];

/**
 * What is not mutated: types and lists of names, the tools that look on and change nothing, and the checker, which planted rules
 * hold to account. By their names in packages/autodiff/src.
 *
 * @type {readonly RegExp[]}
 */
export const leftOut = [/^index$/, /^[jv][vj]p-rule$/, /^seeing\//, /^check-gradients$/, /^gradient-report$/];

/**
 * @param {Pass} pass
 * @returns {string} the module that Vitest is configured by
 */
export function vitestConfig({ tests }) {
  const files = tests.map((name) => `${src}/${name}.test.ts`);
  return `import { fileURLToPath } from 'node:url';
import { BaseSequencer } from 'vitest/node';

const files = ${JSON.stringify(files)};
const rank = ({ moduleId }) => files.findIndex((file) => moduleId.endsWith(file));

class InOrder extends BaseSequencer {
  async sort(specifications) {
    return [...specifications].sort((a, b) => rank(a) - rank(b));
  }
}

export default {
  // What is not mutated is one file, that is loaded as it is: most of a short run is the loading of modules.
  resolve: { alias: { '@renyi/tensor': fileURLToPath(new URL('${bundle}', import.meta.url)) } },
  test: {
    include: files,
    sequence: { sequencer: InOrder },
    server: { deps: { external: [/tensor\\/dist\\//] } },
    testTimeout: 120_000,
    reporters: ['default'],
  },
};
`;
}

/** Where the tensor package is as one file. */
export const bundle = './packages/tensor/dist/index.js';

/**
 * @param {Pass} pass
 * @returns {object} the options of Stryker
 */
export function strykerConfig({ name, mutate }) {
  return {
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner'],
    vitest: { configFile: `vitest.${name}.config.ts`, related: false },
    mutate: [...mutate.map((file) => `${src}/${file}.ts`), `!${src}/**/*.{test,testing,test-d}.ts`],
    coverageAnalysis: 'perTest',
    concurrency: 2,
    incremental: true,
    incrementalFile: `reports/${name}.incremental.json`,
    // There is nothing in it that has to be rewritten for a copy.
    tsconfigFile: 'none',
    // What runs out of time counts as noticed: nothing may do so because the machine is busy.
    timeoutMS: 180_000,
    reporters: ['json', 'progress-append-only'],
    jsonReporter: { fileName: `reports/${name}.json` },
  };
}
