import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string): string => fileURLToPath(new URL(`packages/${path}`, import.meta.url));

/*
 * `pnpm test` forbids code from strings (`eval`, `new Function`), as many pages do: in this process and so in its worker
 * threads. What gpu.js takes part in needs it, and runs in processes of its own, which do not inherit the flag.
 */
const generatesCode = [
  'packages/tensor/src/gpu*/**/*.test.ts',
  'packages/tensor/src/gpu*.test.ts',
  'browser/src/**/*.test.ts',
  'bench/src/**/*.test.ts',
];

export default defineConfig({
  resolve: {
    // Tests read the sources, so that a failure points at the line that somebody wrote.
    alias: [
      { find: /^@renyi\/(\w+)$/, replacement: source('$1/src/index.ts') },
      { find: /^@renyi\/(\w+)\/([\w-]+)$/, replacement: source('$1/src/$2.ts') },
    ],
  },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'no code from strings',
          include: [
            'packages/*/src/**/*.test.ts',
            'conformance/src/**/*.test.ts',
            'examples/*.test.ts',
            'scripts/**/*.test.ts',
          ],
          exclude: generatesCode,
          // Worker threads start faster than processes, and no test changes the working directory or the environment.
          pool: 'threads',
        },
      },
      {
        extends: true,
        test: { name: 'gpu.js', include: generatesCode, pool: 'forks' },
      },
    ],
    // Vitest would leave one core idle, which is half of a small machine.
    maxWorkers: '100%',
    silent: 'passed-only',
    // Machines are shared: a slow test is no wrong one. What hangs still ends.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ['default', 'json'],
    outputFile: { json: '.reports/vitest.json' },
  },
});
