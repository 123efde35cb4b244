import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string): string => fileURLToPath(new URL(`packages/${path}`, import.meta.url));

export default defineConfig({
  resolve: {
    // Tests read the sources, so that a failure points at the line that somebody wrote.
    alias: [
      { find: /^@renyi\/(\w+)$/, replacement: source('$1/src/index.ts') },
      { find: /^@renyi\/(\w+)\/([\w-]+)$/, replacement: source('$1/src/$2.ts') },
    ],
  },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'bench/src/**/*.test.ts',
      'conformance/src/**/*.test.ts',
      'examples/*.test.ts',
      'browser/src/**/*.test.ts',
      'scripts/**/*.test.ts',
    ],
    // Worker threads start faster than processes, and no test changes the working directory or the environment.
    pool: 'threads',
    silent: 'passed-only',
    // Machines are shared: a slow test is no wrong one. What hangs still ends.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ['default', 'json'],
    outputFile: { json: '.reports/vitest.json' },
  },
});
