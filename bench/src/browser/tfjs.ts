import type { Tf } from '../peers/tfjs-library.js';

/** TensorFlow.js in the page: build.ts puts a module of the same exports here where `pnpm bench:peers` has installed it. */
export const tfjs: (() => Promise<Tf>) | undefined = undefined;
