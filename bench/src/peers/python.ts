import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Prepared } from '../contender.js';
import { threadsText } from '../limits/format-limits.js';
import type { Sampler } from '../sampler.js';
import { NotInstalledError, type Peer } from './peer.js';
import { PipedProcess } from './piped-process.js';
import type { TaskName, Tasks } from './task.js';

type Library = 'torch' | 'numpy';

const script = fileURLToPath(new URL('../../peers/contender.py', import.meta.url));
/** The first is the user's own; the second the system's, which has what its package manager installed. */
const interpreters = ['python3', '/usr/bin/python3'];
const sampleSeconds = 0.02;

/**
 * How long OpenMP's threads wait for more work with a core to themselves, instead of some milliseconds (GNU) or 200 (LLVM and Intel): long
 * enough to find the next operation of the same loop, and over before another contender's sample. protocol.md has the figures.
 */
const shortWaits = { GOMP_SPINCOUNT: '5000', KMP_BLOCKTIME: '1' };

/** What contender.py can do. */
const abilities: Readonly<Record<Library, readonly TaskName[]>> = {
  numpy: ['matmul', 'batchedMatmul', 'elementwise', 'reduce'],
  torch: [
    'matmul',
    'batchedMatmul',
    'elementwise',
    'softmax',
    'divergence',
    'reduce',
    'convolution',
    'pooling',
    'batchNorm',
    'chain',
    'grad',
    'step',
    'cnn',
  ],
};
/** Each run of these starts where the one before ended: only the first can be held against another library. */
const trains: readonly string[] = ['step', 'cnn'];

/**
 * PyTorch, or NumPy with whatever BLAS it was built with, in a Python process of its own with the given number of
 * threads. The process keeps the time itself; what is exchanged goes over named pipes, which both sides can wait for.
 */
export function python(library: Library, threads: number): () => Promise<Peer> {
  return () => {
    const task =
      <N extends TaskName>(name: N) =>
      (input: Tasks[N]): Prepared =>
        contender(library, threads, name, input);
    const tasks: Peer['tasks'] = Object.fromEntries(abilities[library].map((name) => [name, task(name)]));
    return Promise.resolve({ name: `${library}, ${threadsText(threads)}`, tasks });
  };
}

/** Unless whoever runs this has said otherwise. */
function waiting(): Record<string, string> {
  return Object.fromEntries(Object.entries(shortWaits).filter(([name]) => process.env[name] === undefined));
}

function contender(library: Library, threads: number, task: string, input: unknown): Prepared {
  const process = new PipedProcess([interpreterWith(library), script], {
    OMP_NUM_THREADS: String(threads),
    OPENBLAS_NUM_THREADS: String(threads),
    ...waiting(),
    // No compiled copies of the scripts beside them.
    PYTHONDONTWRITEBYTECODE: '1',
  });
  try {
    process.ask({ library, task, input: encode(input) });
  } catch (error) {
    process.close();
    throw error;
  }
  const seconds = (runs: number): number => process.ask({ runs })['seconds'] as number;
  let runs = 1;
  while (seconds(runs) < sampleSeconds) runs *= 2;
  const sampler: Sampler = { sample: () => (seconds(runs) / runs) * 1e9, runs };
  const which = trains.includes(task) ? 'first' : 'last';
  return {
    run: () => void seconds(1),
    sampler,
    values: () => process.ask({ values: which })['values'] as number[][],
    close: () => process.close(),
  };
}

/**
 * GFLOP/s of NumPy's product of two square matrices of float32, at its best of a few samples.
 * @throws NotInstalledError
 */
export function sgemmRate(threads: number): number {
  const n = 1024;
  const values = Float32Array.from({ length: n * n }, (_, i) => (i % 17) / 16);
  const matrix = { shape: [n, n], values };
  const input: Tasks['matmul'] = { a: matrix, b: matrix, transposeA: false, transposeB: false };
  const { sampler, close } = contender('numpy', threads, 'matmul', input);
  const times = Array.from({ length: 5 }, () => sampler?.sample() ?? Number.POSITIVE_INFINITY);
  close?.();
  return (2 * n ** 3) / Math.min(...times);
}

const found = new Map<Library, string>();

/** A Python that has the library. @throws NotInstalledError */
export function interpreterWith(library: Library): string {
  const known = found.get(library);
  if (known !== undefined) return known;
  for (const interpreter of interpreters) {
    try {
      execFileSync(interpreter, ['-c', `import ${library}`], { stdio: 'ignore' });
      found.set(library, interpreter);
      return interpreter;
    } catch {
      // The next one may have it.
    }
  }
  throw new NotInstalledError(`no Python here has ${library} (Debian: apt install python3-${library})`);
}

/** Arrays as bytes, whatever holds them. */
function encode(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(encode);
  if (typeof value !== 'object' || value === null) return value;
  if ('values' in value && 'shape' in value) {
    const values = value.values as Float32Array | Int32Array;
    const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
    const dtype = values instanceof Int32Array ? 'int32' : 'float32';
    return { shape: value.shape, dtype, base64: bytes.toString('base64') };
  }
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, encode(entry)]));
}
