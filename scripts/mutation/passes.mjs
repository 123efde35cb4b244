// @ts-check
/** What is mutated, and which tests have to notice. */

const src = 'packages/autodiff/src';

/**
 * @typedef {object} Pass
 * @property {string} name
 * @property {readonly string[]} mutate files, by their names in packages/autodiff/src
 * @property {readonly string[]} withoutTests tests of the package that are not run, since others have to notice first
 */

/** @type {readonly Pass[]} */
export const passes = [
  {
    name: 'rules',
    mutate: [
      'vjp/*',
      'jvp/*',
      'renyi-rules',
      'sum-to',
      'axes',
      'attained',
      'one-for-zero',
      'elementwise-factors',
    ],
    withoutTests: [],
  },
  {
    name: 'engine',
    mutate: [
      'tape',
      'recorder',
      'walk',
      'node',
      'region',
      'dual',
      'vjp',
      'jvp',
      'grad',
      'parameter',
      'vjp-parameters',
      'stop-gradient',
      'checks',
      'tree',
    ],
    // Every rule at every shape goes through the engine, which would be most of the time and little of the news.
    withoutTests: ['vjp-table', 'jvp-table', 'renyi-rules', 'definitions', 'golden-*'],
  },
];

/**
 * @param {Pass} pass
 * @returns {string} the module that Vitest is configured by
 */
export function vitestConfig({ withoutTests }) {
  const exclude = withoutTests.map((name) => `${src}/${name}.test.ts`);
  return `import base from './vitest.config.js';

export default {
  ...base,
  test: {
    ...base.test,
    include: ['${src}/**/*.test.ts'],
    exclude: ${JSON.stringify(exclude)},
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
    concurrency: 1,
    incremental: true,
    incrementalFile: `reports/${name}.incremental.json`,
    // There is nothing in it that has to be rewritten for a copy.
    tsconfigFile: 'none',
    timeoutMS: 60_000,
    reporters: ['json', 'progress-append-only'],
    jsonReporter: { fileName: `reports/${name}.json` },
  };
}
