import { describe, it } from 'vitest';
import { checkKernel } from './conformance.testing.js';
import type { PrimitiveName } from './primitive.js';
import { primitives } from './primitives/index.js';
import { referenceBackend } from './reference/backend.js';

describe('a kernel of the reference backend agrees with the naive definition, for all dtypes, shapes and strides:', () => {
  it.each(Object.keys(primitives) as PrimitiveName[])('%s', (name) => {
    checkKernel(referenceBackend, name);
  });
});
