import { describe, it } from 'vitest';
import { checkKernel } from '../conformance.testing.js';
import type { PrimitiveName } from '../primitive.js';
import { primitives } from '../primitives/index.js';
import { WasmBackend } from './backend.js';

/** Every call that the fast kernels take, however few elements it has. */
const backend = new WasmBackend({ smallest: 0 });

/** Errors in units of the last place of float32, where they are not 0. */
const ulps: { readonly [N in PrimitiveName]?: number } = { exp: 1, expm1: 2, log: 1, log1p: 2, tanh: 2 };

describe('a kernel of the wasm backend agrees with the naive definition, for all dtypes, shapes and strides:', () => {
  it.each(Object.keys(primitives) as PrimitiveName[])('%s', (name) => {
    checkKernel(backend, name, { ulps: ulps[name] ?? 0, float32Epsilon: 2 ** -24, runs: 300 });
  });
});
