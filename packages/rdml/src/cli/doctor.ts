import { arch, availableParallelism, cpus, freemem, platform, release, totalmem } from 'node:os';
import {
  type Backend,
  defaultBackend,
  explain,
  Generator,
  matmul,
  referenceBackend,
  renyiDivergence,
  type Tensor,
  TensorError,
  to,
  wasmSupport,
} from '@renyi/tensor';
import { backends } from './backends.js';
import { styleFor, wantsColor } from './color.js';
import { FoundError } from './exit-codes.js';
import { decimal } from './format.js';
import type { OutputOptions, Surroundings } from './train.js';
import { findWebGpu } from './webgpu.js';

/** What is found out about one backend. */
interface BackendReport {
  readonly isAvailable: boolean;
  /** Why it is not available, or which kernel multiplies matrices. */
  readonly note: string;
  /** Billions of operations a second in a product of 256 x 256 matrices, the best of a few. */
  readonly gflops?: number;
  /** The largest difference from the reference backend, relative to the largest value. */
  readonly error?: number;
}

/**
 * `rdml doctor`: where this is running, which backends there are, whether they agree, and how fast they are.
 * @throws FoundError when a backend computes something else than the reference
 */
export async function doctor(options: OutputOptions, { stdout, version }: Surroundings): Promise<void> {
  const found = {
    version,
    node: process.versions.node,
    v8: process.versions.v8,
    platform: `${platform()} ${release()}, ${arch()}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    processors: availableParallelism(),
    memory: { total: totalmem(), free: freemem(), process: process.memoryUsage().rss },
    sharedMemory: typeof SharedArrayBuffer === 'function',
    defaultBackend: defaultBackend().name,
    backends: Object.fromEntries(
      Object.entries(backends).map(([name, backend]) => [name, examine(backend)] as const),
    ),
    gpu: await gpuText(),
    webgpu: await webGpuText(),
  };
  const unhealthy = Object.entries(found.backends).filter(
    ([, { error }]) => error !== undefined && !(error < tolerance),
  );
  if (options.json) stdout.write(`${JSON.stringify({ ...found, isHealthy: unhealthy.length === 0 })}\n`);
  else {
    const { bold } = styleFor(wantsColor(stdout, process.env, options.color));
    const gigabytes = (bytes: number): string => `${decimal(bytes / 2 ** 30, 1)} GiB`;
    const { memory } = found;
    const lines: (readonly [string, string])[] = [
      ['rdml', found.version],
      ['Node', `${found.node} (V8 ${found.v8})`],
      ['system', found.platform],
      ['processor', `${found.cpu}, ${found.processors} to use`],
      [
        'memory',
        `${gigabytes(memory.free)} free of ${gigabytes(memory.total)}; this process ${gigabytes(memory.process)}`,
      ],
      [
        'threads',
        found.sharedMemory ? 'worker threads with shared memory' : 'worker threads without shared memory',
      ],
      ['backend', found.defaultBackend],
      ...Object.entries(found.backends).map(([name, report]) => [`  ${name}`, backendText(report)] as const),
      ['GPU', found.gpu],
      ['WebGPU', found.webgpu],
    ];
    stdout.write(`${lines.map(([name, text]) => `${bold(name.padEnd(12))}${text}`).join('\n')}\n`);
  }
  if (unhealthy.length === 0) return;
  const names = unhealthy.map(([name]) => name).join(' and ');
  throw new FoundError(
    `expected every backend to agree with the reference; got other results from ${names}. Use --backend reference, and report it`,
  );
}

function backendText({ isAvailable, note, gflops, error }: BackendReport): string {
  if (!isAvailable) return `not available: ${note}`;
  return `${note}, ${decimal(gflops ?? Number.NaN, 1)} GFLOP/s; differs from the reference by ${(error ?? Number.NaN).toExponential(1)}`;
}

const extent = 256;

/** Sums of 256 products in float32 in another order: eps times the number of terms bounds the relative error. */
const tolerance = extent * 2 ** -23;

function examine(backend: Backend): BackendReport {
  const support = wasmSupport();
  if (backend !== referenceBackend && !support.available) return { isAvailable: false, note: support.reason };
  const generator = new Generator(1);
  const draw = (): Tensor => generator.normal([extent, extent], { backend: referenceBackend });
  const [a, b] = [draw(), draw()];
  const [own, other] = [to(a, backend), to(b, backend)];
  const error = Math.max(
    distance(matmul(own, other), matmul(a, b)),
    distance(renyiDivergence(own, other, 1.5), renyiDivergence(a, b, 1.5)),
  );
  const [call] = explain(() => matmul(own, other));
  let fastest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5; i++) {
    const start = performance.now();
    matmul(own, other).dataSync();
    fastest = Math.min(fastest, performance.now() - start);
  }
  const gflops = (2 * extent ** 3) / fastest / 1e6;
  return { isAvailable: true, note: call?.kernel ?? 'loop', gflops, error };
}

/** The largest difference relative to the largest value. */
function distance(x: Tensor, reference: Tensor): number {
  const expected = reference.dataSync();
  const actual = x.dataSync();
  let [worst, largest] = [0, 0];
  for (const [i, value] of expected.entries()) {
    const difference = Math.abs((actual[i] as number) - value);
    // NaN is worse than anything.
    if (!(difference <= worst)) worst = difference;
    largest = Math.max(largest, Math.abs(value));
  }
  return worst / largest;
}

/** What the gpu backend computes with, a GPU or what there is instead; or why there is nothing. */
async function gpuText(): Promise<string> {
  try {
    const { gpuBackend } = await import('@renyi/tensor/gpu');
    const { device } = await gpuBackend();
    const found = `${device.renderer} by ${device.mode} (${device.kernelClass})`;
    return device.isHardware
      ? `${found}; rdml trains on it with --backend gpu`
      : `none by OpenGL; --backend gpu computes with ${found}`;
  } catch (error) {
    return missingText(error);
  }
}

/** The adapter of WebGPU that there is, or why there is none. */
async function webGpuText(): Promise<string> {
  try {
    const { adapter } = await findWebGpu();
    return `${adapter}; rdml trains on it with --backend webgpu`;
  } catch (error) {
    return missingText(error);
  }
}

function missingText(error: unknown): string {
  if (!(error instanceof TensorError)) throw error;
  const { expected, got, remedy } = error;
  return `none: expected ${expected}; got ${got}${remedy === undefined ? '' : `. ${remedy}`}`;
}
