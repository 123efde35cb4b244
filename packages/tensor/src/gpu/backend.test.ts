import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BackendError, ConfigError, DomainError, DTypeError, KernelMissingError } from '../errors.js';
import type { Backend } from '../backend.js';
import { explain } from '../explain.js';
import { fuse } from '../fuse.js';
import { memory } from '../memory/memory.js';
import { scope } from '../memory/scope.js';
import { Generator } from '../generator.js';
import { abs, cast } from '../ops/functions.js';
import { add, div, sub } from '../ops/arithmetic.js';
import { cholesky } from '../ops/triangular.js';
import { exp } from '../ops/functions.js';
import { gather } from '../ops/indexing.js';
import { max } from '../ops/extremes.js';
import { matmul } from '../ops/matmul.js';
import { transpose } from '../ops/rearrange.js';
import { slice } from '../ops/slice.js';
import { linear } from '../ops/linear.js';
import { sum } from '../ops/reduce.js';
import { renyiDivergence, renyiGradientQ } from '../ops/renyi.js';
import { to } from '../ops/to.js';
import type { Tensor } from '../tensor.js';
import { tensor } from '../create.js';
import { primitives } from '../primitives/index.js';
import { referenceBackend } from '../reference/backend.js';
import { gpuBackend } from './backend.js';

const gpu = await gpuBackend({ mode: 'webasm' });
const row = (values: number[]) => tensor(values, { backend: gpu });

describe('gpuBackend', () => {
  it('says which kernels of gpu.js run, and on what', () => {
    expect(gpu.device).toEqual({
      mode: 'webasm',
      kernelClass: 'WebAssemblyKernel',
      renderer: 'the processor',
      isHardware: false,
      largestSize: 2 ** 24,
    });
  });

  it('takes no processor for a GPU: strict refuses it', async () => {
    await expect(gpuBackend({ mode: 'webasm', strict: true })).rejects.toThrow(
      /expected a mode of a GPU, as strict asks for; got webasm/,
    );
    const error: unknown = await gpuBackend({ strict: true }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(BackendError);
    expect((error as BackendError).message).not.toContain('webasm;');
  });

  it.each(['webgl2', 'webgpu'] as const)('has no %s in Node, and says so', async (mode) => {
    await expect(gpuBackend({ mode })).rejects.toThrow(/gpuBackend: expected a platform with web/);
  });

  it('refuses options that there are not', async () => {
    await expect(gpuBackend({ mode: 'metal' as 'webgl' })).rejects.toThrow(ConfigError);
    await expect(gpuBackend({ library: {} })).rejects.toThrow(BackendError);
  });
});

describe('the Rényi divergence on the gpu backend', () => {
  // A few roundings of each of a handful of factors: 16 eps of float32.
  const bound = 16 * 2 ** -23;

  it.each([1e-2, 1e-4, 1e-6])('keeps its digits where rows differ by %f', async (apart) => {
    const generator = new Generator(3);
    const draw = (std: number) => generator.normal([50, 10], { std, backend: referenceBackend });
    const p = draw(3);
    const q = add(p, draw(apart));
    const difference = (x: Tensor, truth: Tensor): Tensor =>
      abs(sub(cast(to(x, referenceBackend), 'float64'), truth));
    for (const alpha of [0.3, 1, 1.5, 20]) {
      const [wideP, wideQ] = [cast(p, 'float64'), cast(q, 'float64')];
      const [ownP, ownQ] = [to(p, gpu), to(q, gpu)];
      const value = renyiDivergence(wideP, wideQ, alpha);
      const errors = div(difference(renyiDivergence(ownP, ownQ, alpha), value), value);
      expect(max(errors).item()).toBeLessThan(bound);
      const gradient = renyiGradientQ(wideP, wideQ, alpha);
      const off = sum(difference(renyiGradientQ(ownP, ownQ, alpha), gradient), { axis: 1 });
      expect(max(div(off, sum(abs(gradient), { axis: 1 }))).item()).toBeLessThan(bound);
    }
  });
});

describe('tensors on the gpu backend', () => {
  it('are float32, int32 or bool', () => {
    expect(() => tensor([1, 2], { backend: gpu, dtype: 'float64' })).toThrow(DTypeError);
    expect(() => tensor([2 ** 24 + 1, 0], { backend: gpu, dtype: 'int32' })).toThrow(DTypeError);
  });

  it('have at most 2^24 elements', () => {
    const x = row(new Array(5000).fill(1));
    expect(() => add(x.reshape([5000, 1]), x)).toThrow(BackendError);
  });

  it('mix with no other backend', () => {
    expect(() => add(row([1]), tensor([1], { backend: referenceBackend }))).toThrow(BackendError);
  });

  it('know the indices they were given: one out of range is refused at the call', () => {
    const indices = tensor([0, 3], { backend: gpu, dtype: 'int32' });
    expect(() => gather(row([1, 2, 3]), indices, 0)).toThrow(DomainError);
  });

  it('are taken by every primitive but those that the README lists', () => {
    const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8');
    const [, table = ''] = /### Primitives without a kernel([\s\S]*?)\n## /.exec(readme) ?? [];
    const listed = Array.from(table.matchAll(/^\| `(\w+)` \|/gm), ([, name]) => name);
    const lacking = Object.keys(primitives).filter((name) => !(name in gpu.kernels));
    expect(new Set(listed)).toEqual(new Set(lacking));
  });

  it('throw where there is none: no other backend steps in', () => {
    expect(() => cholesky(tensor([[2]], { backend: gpu }))).toThrow(KernelMissingError);
  });

  it('sum 10^6 terms in runs of 64 and 4096', () => {
    const x = row(Array.from({ length: 10 ** 6 }, (_, i) => (i % 10) / 10));
    // Each level of 64 terms rounds at most 64 times: a relative error of 4 * 64 * 2^-24.
    expect(Math.abs(sum(x).item() / 450_000 - 1)).toBeLessThan(2 ** -16);
  });

  it.each([1, 3, 4, 5, 63, 64, 301])('multiply matrices along %i products, a few at a time', (inner) => {
    const [a, b] = [3, 2].map((extent, k) =>
      Float32Array.from({ length: inner * extent }, (_, i) => Math.sin(i + k)),
    ) as [Float32Array, Float32Array];
    const product = (backend: Backend): number[] => {
      const left = tensor(a, { shape: [3, inner], backend });
      const right = transpose(tensor(b, { shape: [2, inner], backend }));
      return Array.from(matmul(left, right).dataSync());
    };
    const expected = product(referenceBackend);
    for (const [k, value] of product(gpu).entries())
      expect(Math.abs(value - expected[k]!)).toBeLessThanOrEqual(inner * 2 ** -22);
  });
});

describe('what happens on the device', () => {
  it('is shown by explain', () => {
    const x = row([1, 2, 3]);
    expect(explain(() => exp(x))[0]).toMatchObject({
      primitive: 'exp',
      backend: 'gpu',
      kernel: expect.stringMatching(/^gpu.js webasm \(WebAssemblyKernel\): exp(, compiled in [\d.]+ ms)?$/),
    });
  });

  it('is compiled once for a shape and counted', () => {
    const [a, b] = [row([1, 2, 3]), row([4, 5, 6])];
    add(a, b);
    const before = gpu.counts;
    add(a, b);
    expect(gpu.counts).toEqual({ ...before, runs: before.runs + 1 });
  });

  it('is one kernel for a fused expression', () => {
    const [x, y] = [row([1, -2, 3]), row([4, 5, -6])];
    const f = fuse((a, b) => a.mul(b).add(a).relu());
    f(x, y);
    const before = gpu.counts;
    expect(f(x, y).toArray()).toEqual([5, 0, 0]);
    expect(gpu.counts.runs).toBe(before.runs + 1);
  });

  it('is another kernel where other operands meet, other axes are summed or more is multiplied', () => {
    const square = tensor(
      [
        [1, 2],
        [3, 4],
      ],
      { backend: gpu },
    );
    const [x, y] = [row([1, -2, 3]), row([4, 5, -6])];
    const [withX, withY] = [fuse((a, b) => a.mul(b).add(a)), fuse((a, b) => a.mul(b).add(b))];
    expect([withX(x, y).toArray(), withY(x, y).toArray()]).toEqual([
      [5, -12, -15],
      [8, -5, -24],
    ]);
    expect([0, 1].map((axis) => sum(square, { axis }).toArray())).toEqual([
      [4, 6],
      [3, 7],
    ]);
    const [a, bias] = [tensor([[1, 2, 3, 4]], { backend: gpu }), row([0])];
    const [short, b] = [slice(a, { axis: 1, start: 0, stop: 2 }), transpose(a)];
    const shortB = slice(b, { axis: 0, start: 0, stop: 2 });
    expect([matmul(a, b), matmul(short, shortB)].map((c) => c.toArray())).toEqual([[[30]], [[5]]]);
    expect([linear(a, a, { bias }), linear(short, short, { bias })].map((c) => c.toArray())).toEqual([
      [[30]],
      [[5]],
    ]);
  });

  it('takes numbers along without bringing them there', () => {
    const x = row([1, 2, 3]);
    add(x, 0);
    const before = gpu.counts;
    for (let k = 1; k <= 10; k++) add(x, k / 10);
    expect(gpu.counts.uploads).toBe(before.uploads);
    expect(gpu.counts.compiled).toBe(before.compiled);
  });

  it('is freed by scopes, views included', () => {
    const x = tensor(
      [
        [1, 2],
        [3, 4],
      ],
      { backend: gpu },
    );
    const before = memory().backends['gpu'];
    scope(() => matmul(transpose(x), exp(x)).item === undefined);
    expect(memory().backends['gpu']).toEqual(before);
  });

  it('reads back what was given without asking the device', () => {
    const before = gpu.counts;
    expect(
      transpose(
        tensor(
          [
            [1, 2],
            [3, 4],
          ],
          { backend: gpu },
        ),
      ).toArray(),
    ).toEqual([
      [1, 3],
      [2, 4],
    ]);
    expect(gpu.counts).toEqual(before);
  });

  it('has its time measured, part by part', async () => {
    const own = await gpuBackend({ mode: 'webasm' });
    const x = tensor(
      Array.from({ length: 64 * 64 }, (_, i) => i),
      { backend: own, shape: [64, 64] },
    );
    const first = await own.measure(() => matmul(x, x));
    const second = await own.measure(() => matmul(x, x));
    expect(first.compile).toBeGreaterThan(0);
    expect(second.compile).toBe(0);
    expect(second.upload).toBe(0);
    for (const part of Object.values(second)) expect(part).toBeGreaterThanOrEqual(0);
    expect(Object.keys(second)).toEqual(['compile', 'upload', 'run', 'readback']);
  });

  it('ends with destroy', async () => {
    const own = await gpuBackend({ mode: 'webasm' });
    const x = exp(tensor([0], { backend: own }));
    await own.destroy();
    expect(() => exp(x)).toThrow(BackendError);
    await expect(x.data()).rejects.toThrow(BackendError);
  });
});
