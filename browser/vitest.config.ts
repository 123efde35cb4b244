import { defineConfig } from 'vitest/config';
import root from '../vitest.config.js';

/** For `pnpm gpu:in-node` alone: the suite of the gpu backend in modes that need more than npm installs. */
export default defineConfig({
  ...(root.resolve !== undefined && { resolve: root.resolve }),
  test: { include: ['src/in-node/*.check.ts'], pool: 'forks', testTimeout: 300_000, hookTimeout: 300_000 },
});
