import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Contender, Group } from '../contender.js';
import { isInstalled, notInstalled } from '../peers/installed.js';
import { NotInstalledError } from '../peers/peer.js';
import type { Values } from '../relative-error.js';
import type { Suite } from './suite.js';

const folder = fileURLToPath(new URL('../../', import.meta.url));

/** A program that imports something and computes a first result, in a process of its own. */
interface Program {
  readonly name: string;
  /** The packages that it imports; the first names it where it is a peer of bench/peers. */
  readonly imports: readonly string[];
  /** The peer that it stands for; our own have none. */
  readonly peer?: string;
  /** JavaScript that makes `c`, the product of the square matrices `a` and `b` (flat, of `n` rows), as a flat array. */
  readonly product?: string;
}

/** What a process tells of itself. */
interface Told {
  /** ms until everything is imported, and until the first result is there. */
  readonly imported: number;
  readonly finished: number;
  /** The first result's checksum. */
  readonly sum: number;
}

const n = 64;
/** Small whole numbers: every product of the matrices is exact in float32. */
const matrices = `const n = ${n}; const a = Float32Array.from({ length: n * n }, (_, i) => i % 7); const b = Float32Array.from({ length: n * n }, (_, i) => i % 5);`;

const ours = ([entry, product]: readonly [string, string?]): Program => ({
  name: entry,
  imports: [entry],
  ...(product === undefined ? {} : { product }),
});

const onWasm =
  'const c = m.matmul(m.tensor(a, { shape: [n, n] }), m.tensor(b, { shape: [n, n] })).dataSync();';
const onGpu =
  "const t = await import('@renyi/tensor'); const backend = await m.gpuBackend({ mode: 'webasm' });" +
  'const [x, y] = [a, b].map((values) => t.tensor(values, { shape: [n, n], backend })); const c = t.matmul(x, y).dataSync();';

const entries: readonly (readonly [string, string?])[] = [
  ['@renyi/tensor', onWasm],
  ['@renyi/tensor/threads'],
  ['@renyi/tensor/files'],
  ['@renyi/tensor/gpu', onGpu],
  ['@renyi/autodiff'],
  ['@renyi/nn'],
  ['@renyi/nn/data'],
  ['@renyi/nn/digits'],
  ['@renyi/nn/models'],
  ['@renyi/rdml'],
  ['@renyi/rdml/node'],
];

const tfjs = (backend: string): Program => ({
  name: `tfjs-${backend}`,
  peer: `tfjs-${backend}`,
  imports: ['@tensorflow/tfjs-core', `@tensorflow/tfjs-backend-${backend}`],
  product: `await m.setBackend('${backend}'); await m.ready(); const c = m.matMul(m.tensor(a, [n, n]), m.tensor(b, [n, n])).dataSync();`,
});

const rows = '(x) => Array.from({ length: n }, (_, i) => Array.from(x.subarray(i * n, i * n + n)))';

const programs: readonly Program[] = [
  ...entries.map(ours),
  {
    name: 'gpu.js',
    imports: ['gpu.js'],
    product:
      "const kernel = new m.GPU({ mode: 'webasm' }).createKernel('function (a, b) { let sum = 0; for (let i = 0; i < this.constants.n; i++) sum += a[this.thread.y][i] * b[i][this.thread.x]; return sum; }', { output: [n, n], constants: { n }, precision: 'single' }); const c = [...kernel(m.input(a, [n, n]), m.input(b, [n, n]))].flatMap((row) => [...row]);",
  },
  tfjs('cpu'),
  tfjs('wasm'),
  {
    name: 'jax-js',
    peer: 'jax-js',
    imports: ['@jax-js/jax'],
    product:
      "globalThis.navigator ??= {}; await m.init('wasm'); m.defaultDevice('wasm'); const c = m.numpy.matmul(m.numpy.array(a).reshape([n, n]), m.numpy.array(b).reshape([n, n])).dataSync();",
  },
  {
    name: 'js-pytorch',
    peer: 'js-pytorch',
    imports: ['js-pytorch'],
    product: `const rows = ${rows}; const c = m.torch.matmul(m.torch.tensor(rows(a)), m.torch.tensor(rows(b))).data.flat();`,
  },
];

/** Runs a program once. The clock starts when Node does what it was told: its own start is the same for all. */
function run({ imports, peer, product }: Program): Told {
  const [first, ...others] = imports.map((name) => `await import('${name}')`);
  // gpu.js is a CommonJS module.
  const script = `${matrices}
const start = performance.now();
const all = ${first}; ${others.join('; ')};
const m = all.GPU === undefined && all.default?.GPU !== undefined ? all.default : all;
const imported = performance.now() - start;
let sum = 0;
${product ?? 'const c = [];'}
const finished = performance.now() - start;
for (const value of c) sum += value;
console.log(JSON.stringify({ imported, finished, sum }));
process.exit();`;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: peer === undefined ? folder : `${folder}peers`,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return JSON.parse(output.trim().split('\n').at(-1) as string) as Told;
}

function contender(program: Program, figure: 'imported' | 'finished', expected: Values): Contender {
  return {
    name: program.name,
    expected,
    prepare: () => {
      if (program.peer !== undefined && !isInstalled(program.imports[0] as string))
        throw new NotInstalledError(notInstalled);
      // The first process fills the system's cache of files.
      let last = run(program);
      const sample = (): number => {
        last = run(program);
        return last[figure] * 1e6;
      };
      return {
        run: () => void sample(),
        sampler: { sample, runs: 1 },
        values: () => [[last.sum]],
      };
    },
  };
}

function checksum(): number {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) for (let k = 0; k < n; k++) sum += ((i * n + k) % 7) * ((k * n + j) % 5);
  }
  return sum;
}

/** What has to be waited for before anything is computed, in processes that know nothing yet. */
export const startUp: Suite = {
  summary: 'the time until a package is imported, and until it has a first result, each in a new process',
  async *groups({ peers }) {
    const taking = programs.filter(({ peer }) => peer === undefined || peers.has(peer));
    const common = { unit: 'ms', operations: 1, tolerance: 0 } as const;
    yield {
      name: 'until it is imported',
      ...common,
      contenders: taking.map((program) => {
        const { product: _, ...importing } = program;
        return contender(importing, 'imported', [[0]]);
      }),
    };
    yield {
      name: `until it has multiplied two ${n} x ${n} matrices, import included`,
      ...common,
      contenders: taking
        .filter(({ product }) => product !== undefined)
        .map((program) => contender(program, 'finished', [[checksum()]])),
    } satisfies Group;
  },
};
