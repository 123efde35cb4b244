import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import type { Contender } from '../contender.js';
import { isInstalled, notInstalled } from '../peers/installed.js';
import { NotInstalledError } from '../peers/peer.js';
import type { Suite } from './suite.js';

const folder = fileURLToPath(new URL('../../', import.meta.url));

/** What somebody may put into a page. */
interface Package {
  readonly name: string;
  /** What is exported of it, as JavaScript. */
  readonly script: string;
  /** The package that it takes of bench/peers, and the peer that it stands for; our own have none. */
  readonly installed?: string;
  readonly peer?: string;
  /** The package whose .wasm files a page has to fetch as well: one of them, the one with SIMD. */
  readonly wasm?: string;
}

const everything = (name: string): Package => ({ name, script: `export * from '${name}';` });

const packages: readonly Package[] = [
  ...[
    '@renyi/tensor',
    '@renyi/tensor/threads',
    '@renyi/tensor/files',
    '@renyi/tensor/gpu',
    '@renyi/autodiff',
    '@renyi/nn',
    '@renyi/nn/data',
    '@renyi/nn/digits',
    '@renyi/nn/models',
    '@renyi/rdml',
    '@renyi/rdml/node',
  ].map(everything),
  {
    name: 'of @renyi/tensor: tensor, matmul',
    script: "export { matmul, tensor } from '@renyi/tensor';",
  },
  {
    name: 'of rdml and nn: Cohort, mlp, SGD',
    script: "export { Cohort } from '@renyi/rdml'; export { mlp, SGD } from '@renyi/nn';",
  },
  { name: 'gpu.js', script: "export { GPU } from 'gpu.js';" },
  {
    name: 'tfjs (cpu and WebGL)',
    installed: '@tensorflow/tfjs',
    peer: 'tfjs-cpu',
    script: "export * from '@tensorflow/tfjs';",
  },
  {
    name: 'tfjs-core and its wasm backend',
    installed: '@tensorflow/tfjs-backend-wasm',
    peer: 'tfjs-wasm',
    script: "export * from '@tensorflow/tfjs-core'; export * from '@tensorflow/tfjs-backend-wasm';",
    wasm: '@tensorflow/tfjs-backend-wasm',
  },
  {
    name: 'jax-js',
    installed: '@jax-js/jax',
    peer: 'jax-js',
    script: "export * from '@jax-js/jax';",
  },
  {
    name: 'js-pytorch',
    installed: 'js-pytorch',
    peer: 'js-pytorch',
    script: "export * from 'js-pytorch';",
  },
];

/** Bytes of a bundle, as it is and as a server sends it. */
interface Size {
  readonly minified: number;
  readonly gzipped: number;
}

const known = new Map<Package, Promise<Size>>();

function sizeOf(one: Package): Promise<Size> {
  const size = known.get(one) ?? bundle(one);
  known.set(one, size);
  return size;
}

/** Bundled and minified by rolldown for a browser; modules of Node, and gpu.js where it is an optional peer, stay outside. */
async function bundle({ name, script, installed, wasm }: Package): Promise<Size> {
  if (installed !== undefined && !isInstalled(installed)) throw new NotInstalledError(notInstalled);
  const base = installed === undefined ? folder : `${folder}peers/`;
  const entry = `${base}bundled-by-the-benchmark.js`;
  const build = await rolldown({
    input: entry,
    platform: 'browser',
    external: name === 'gpu.js' ? /^node:/ : /^node:|^gpu\.js$/,
    onLog: () => undefined,
    plugins: [
      {
        name: 'entry',
        resolveId: (id: string) => (id === entry ? entry : null),
        load: (id: string) => (id === entry ? script : null),
      },
    ],
  });
  const { output } = await build.generate({ format: 'esm', minify: true });
  await build.close();
  const parts: Uint8Array[] = output.map((part) =>
    part.type === 'chunk' ? Buffer.from(part.code) : Buffer.from(part.source),
  );
  if (wasm !== undefined) parts.push(withSimd(wasm));
  const total = (sizes: readonly number[]): number => sizes.reduce((a, b) => a + b, 0);
  return {
    minified: total(parts.map(({ length }) => length)),
    gzipped: total(parts.map((part) => gzipSync(part).length)),
  };
}

/** The .wasm file that a browser with SIMD and without threads fetches. */
function withSimd(name: string): Buffer {
  const dist = realpathSync(path.join(folder, 'peers', 'node_modules', name, 'dist'));
  const file = readdirSync(dist).find((one) => /^[\w-]*-simd\.wasm$/.test(one) && !one.includes('threaded'));
  if (file === undefined || !existsSync(path.join(dist, file))) throw new Error('no .wasm file with SIMD');
  return readFileSync(path.join(dist, file));
}

function contender(one: Package, figure: keyof Size): Contender {
  return {
    name: one.name,
    expected: [[0]],
    prepare: async () => {
      const size = await sizeOf(one);
      return {
        run: () => undefined,
        values: () => [[0]],
        sampler: { sample: () => size[figure], runs: 1 },
      };
    },
  };
}

/** What a page has to load. */
export const sizes: Suite = {
  summary: 'bytes of each package when it is bundled and minified, and gzipped on top',
  async *groups({ peers }) {
    const taking = packages.filter(({ peer }) => peer === undefined || peers.has(peer));
    for (const figure of ['minified', 'gzipped'] as const) {
      yield {
        name: figure === 'minified' ? 'bundled and minified' : 'bundled, minified and gzipped',
        unit: 'B',
        operations: 1,
        tolerance: 0,
        contenders: taking.map((one) => contender(one, figure)),
      };
    }
  },
};
