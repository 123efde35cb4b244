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
      'covariance',
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
      'normalize-rule',
      'products',
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
    name: 'recording',
    mutate: ['cotangent-memory', 'dual', 'node', 'recorder', 'region', 'tape', 'walk'],
    // Every rule at every shape goes through the engine, which would be most of the time and little of the news.
    tests: [
      'engine-messages',
      'engine',
      'grad',
      'jvp',
      'planted-rules',
      'vjp',
      'seeing/step-through',
      'walk',
      'checkpoint',
      'checkpoint-levels',
      'custom',
      'custom-levels',
      'variable',
      'variable-graph',
      'tape',
    ],
  },
  {
    name: 'custom',
    mutate: ['custom', 'custom-call', 'custom-jvp', 'custom-vjp', 'parts'],
    tests: ['engine-messages', 'custom', 'custom-levels', 'checkpoint', 'checkpoint-levels'],
  },
  {
    name: 'variable',
    mutate: ['checkpoint', 'variable', 'zero-grad'],
    tests: ['engine-messages', 'variable', 'variable-graph', 'checkpoint', 'checkpoint-levels'],
  },
  {
    name: 'transforms',
    mutate: ['grad', 'hessian', 'jacobian', 'jvp', 'parameter', 'stop-gradient', 'vjp', 'vjp-parameters'],
    tests: [
      'engine-messages',
      'grad',
      'value-and-grad',
      'parameter',
      'stop-gradient',
      'trees',
      'jacobian',
      'jvp',
      'vjp',
      'variable',
      'residuals',
      'checkpoint',
    ],
  },
  {
    name: 'doors',
    mutate: ['checks', 'tree'],
    tests: ['engine-messages', 'trees', 'grad', 'jvp', 'vjp', 'custom', 'variable', 'checkpoint-levels'],
  },
];

/**
 * What is not mutated: types and lists of names, the tools that look on and change nothing, and the checker, which planted rules
 * hold to account. By their names in packages/autodiff/src.
 *
 * @type {readonly RegExp[]}
 */
export const leftOut = [/^index$/, /^[jv][vj]p-rule$/, /^seeing\//, /^check-gradients$/, /^gradient-report$/];

/** Where the tensor package is as one file. */
export const bundle = 'packages/tensor/dist/index.js';

/**
 * The tests of a pass as one file.
 *
 * @param {Pass} pass
 * @returns {{ path: string, text: string }}
 */
export function testFile({ name, tests }) {
  return {
    path: `${src}/mutation-${name}.test.ts`,
    text: tests.map((test) => `import './${test}.test.js';\n`).join(''),
  };
}

/**
 * Each mutant is a run of its own, and most of a short run is the loading of modules: so what is mutated and its tests are made one
 * module, and what is not mutated is loaded as it is.
 *
 * @param {Pass} pass
 * @returns {string} the module that Vitest is configured by
 */
export function vitestConfig(pass) {
  const tests = testFile(pass).path;
  return `import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const path = (file) => fileURLToPath(new URL(file, import.meta.url));
const tensor = path('${bundle}');
const tests = '${tests.replace('.ts', '.mjs')}';
const build = await rolldown({
  input: path('${tests}'),
  external: (id) => /^(node:|vitest$|fast-check$|@renyi\\/tensor$)/.test(id),
  treeshake: false,
});
await build.write({ file: path(tests), format: 'esm' });

export default {
  resolve: { alias: { '@renyi/tensor': tensor } },
  test: {
    include: [tests],
    server: { deps: { external: [tensor] } },
    testTimeout: 600_000,
    reporters: ['default'],
  },
};
`;
}

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
    // There is nothing in it that has to be rewritten for a copy.
    tsconfigFile: 'none',
    // What runs out of time counts as noticed: nothing may do so because the machine is busy. Endless loops are known by their counts.
    timeoutMS: 120_000,
    dryRunTimeoutMinutes: 60,
    reporters: ['json', 'progress-append-only'],
    jsonReporter: { fileName: `reports/${name}.json` },
  };
}
