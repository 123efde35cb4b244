import { isExplaining } from '../../explain.js';
import { explainPass, type Fusion } from '../../fusion.js';
import type { Tensor } from '../../tensor.js';
import type { Context } from '../context.js';
import type { Reading } from '../modules/elementwise.js';
import { type Expressions, fusedModule, type FusedFunction, fusible } from '../modules/fused.js';
import { addressInOrder } from './contiguous.js';
import { inParts } from './parts.js';

/** How many compiled expressions are kept; the one that was used least recently goes first. */
const largestCache = 256;

/** Expressions of elementwise functions, each compiled when it first comes up. */
export function fusion(context: Context): Fusion {
  const compiled = new Map<string, FusedFunction>();
  const functionFor = (expressions: Expressions): FusedFunction => {
    const signature = signatureOf(expressions);
    const known = compiled.get(signature);
    const compute =
      known ?? (context.instantiate((memory) => fusedModule(memory, expressions))['fused'] as FusedFunction);
    compiled.delete(signature);
    compiled.set(signature, compute);
    if (compiled.size > largestCache) compiled.delete(compiled.keys().next().value as string);
    return compute;
  };
  return {
    primitives: fusible,
    takes: (size) => context.takes(size),
    run: ({ inputs, steps, outputs }, layout) => {
      const readings = inputs.map(({ size }): Reading => (size === layout.size ? 'row' : 'same'));
      const compute = functionFor({ readings, steps, outputs });
      const results = context.stage.results('fuse', layout, 'float32', outputs.length, (addresses) => {
        const operands = inputs.map((x) => addressInOrder(context, 'fuse', x));
        inParts(context, layout.size, (sink, from, count) => {
          const outs = addresses.map((address) => address + 4 * from);
          const sources = operands.map((address, i) =>
            readings[i] === 'row' ? address + 4 * from : address,
          );
          sink(compute, 4 * count, ...outs, ...sources);
        });
      });
      if (isExplaining())
        explainPass('float32 SIMD', { inputs, steps, outputs }, layout, results[0] as Tensor);
      return results;
    },
  };
}

function signatureOf({ readings, steps, outputs }: Expressions): string {
  const text = steps.map(({ primitive, operands }) => `${primitive} ${operands.join(' ')}`);
  return [readings.join(' '), ...text, outputs.join(' ')].join('|');
}
