import { describe, expect, it } from 'vitest';
import type { Backend, Kernel } from './backend.js';
import { checkKernel } from './conformance.testing.js';
import { Layout } from './layout.js';
import type { PrimitiveName } from './primitive.js';
import { primitives } from './primitives/index.js';
import { referenceBackend } from './reference/backend.js';
import { Tensor } from './tensor.js';
import { variantBackend } from './variant-backend.testing.js';

const right = referenceBackend.kernels as { readonly [N in PrimitiveName]: Kernel<N> };

/** As if the elements lay in order. */
const ignoringStrides = (x: Tensor): Tensor =>
  new Tensor(Layout.contiguous(x.shape), x.dtype, x.storage, x.offset, null);

const ignoringOffset = (x: Tensor): Tensor => new Tensor(x.layout, x.dtype, x.storage, 0, null);

/** The elements changed one by one. */
function altered(x: Tensor, f: (value: number, position: number) => number): Tensor {
  const values = Array.from(x.dataSync(), f);
  return referenceBackend.upload(values, Layout.contiguous(x.shape), x.dtype);
}

/** Mistakes that somebody might make, each in an otherwise right backend. */
const mistakes: Readonly<Record<string, Backend['kernels']>> = {
  'a unary operation that ignores strides': {
    exp: ([x], ...rest) => right.exp([ignoringStrides(x)], ...rest),
  },
  'one that ignores the offset': { neg: ([x], ...rest) => right.neg([ignoringOffset(x)], ...rest) },
  'one that rounds to float32 what should be float64': {
    tanh: (...call) => altered(right.tanh(...call), Math.fround),
  },
  'a subtraction with swapped operands': { sub: ([a, b], ...rest) => right.sub([b, a], ...rest) },
  'a broadcast that ignores the strides of one operand': {
    mul: ([a, b], ...rest) => right.mul([a, ignoringStrides(b)], ...rest),
  },
  'a relu that hides NaN': {
    relu: (...call) => altered(right.relu(...call), (x) => (x > 0 ? x : 0)),
  },
  'a comparison that holds for equals': {
    less: (inputs, ...rest) =>
      altered(right.less(inputs, ...rest), (x, i) => x || Number(right.equal(inputs, ...rest).dataSync()[i])),
  },
  'a where that multiplies by the condition': {
    where: ([condition, a, b], ...rest) => {
      const taken = right.where([condition, a, b], ...rest);
      const left = right
        .expand([a], { shape: taken.shape }, Layout.contiguous(taken.shape), a.dtype)
        .dataSync();
      return altered(taken, (x, i) => x + 0 * (left[i] as number));
    },
  },
  'a maximum that starts from 0': { max: (...call) => altered(right.max(...call), (x) => Math.max(x, 0)) },
  'a sum over float32 that rounds after each term': {
    sum: ([x], attributes, layout, dtype) => {
      if (attributes.axes.length < x.rank) return right.sum([x], attributes, layout, dtype);
      const total = Array.from(x.dataSync()).reduce((partial, value) => Math.fround(partial + value), 0);
      return referenceBackend.upload([total], layout, dtype);
    },
  },
  'a transpose by the inverse permutation': {
    transpose: ([x], { axes }, layout, dtype) => {
      const inverse = axes.map((_, axis) => axes.indexOf(axis));
      const wrong = right.transpose(
        [x],
        { axes: inverse },
        Layout.contiguous(inverse.map((a) => x.shape[a] as number)),
        dtype,
      );
      return referenceBackend.upload(wrong.dataSync(), layout, dtype);
    },
  },
  'a slice that starts where its last element is when it reads backwards': {
    slice: ([x], { starts, sizes, steps }, ...rest) => {
      const wrong = starts.map((start, axis) =>
        (steps[axis] as number) < 0 ? start + ((sizes[axis] as number) - 1) * (steps[axis] as number) : start,
      );
      return right.slice([x], { starts: wrong, sizes, steps: steps.map(Math.abs) }, ...rest);
    },
  },
  'an embedding that forgets the fill': {
    embed: (inputs, attributes, ...rest) => right.embed(inputs, { ...attributes, fill: 0 }, ...rest),
  },
  'a concatenation of the first operand again and again': {
    concat: (inputs, ...rest) => {
      const [x] = inputs as [Tensor];
      return right.concat(
        inputs.map((own) => (own.size === x.size ? x : own)),
        ...rest,
      );
    },
  },
  'a scatter that lets the last update win': {
    scatterAdd: ([x, indices, updates], { axis }, layout, dtype) => {
      if (x.rank > 1) return right.scatterAdd([x, indices, updates], { axis }, layout, dtype);
      const values = x.dataSync();
      const before = x.dataSync();
      const added = updates.dataSync();
      indices.dataSync().forEach((target, i) => {
        values[target] = (before[target] as number) + (added[i] as number);
      });
      return referenceBackend.upload(values, layout, dtype);
    },
  },
  'a product that forgets what is left of the inner axis after blocks of four': {
    matmul: ([a, b], ...rest) => {
      const inner = a.shape.at(-1) as number;
      const cut = altered(a, (x, i) => (i % inner >= inner - (inner % 4) ? 0 : x));
      return right.matmul([cut, b], ...rest);
    },
  },
  'a factor of the lower triangle alone': {
    cholesky: ([a], attributes, layout, dtype) => {
      const n = a.shape.at(-1) as number;
      const values = a.dataSync();
      const mirrored = values.map((x, i) => {
        const [row, column] = [Math.floor(i / n) % n, i % n];
        return row >= column ? x : (values[i + (column - row) * (n - 1)] as number);
      });
      const lower = referenceBackend.upload(mirrored, Layout.contiguous(a.shape), a.dtype);
      return right.cholesky([lower], attributes, layout, dtype);
    },
  },
  'a substitution that reads the other triangle': {
    triangularSolve: (inputs, attributes, ...rest) =>
      right.triangularSolve(inputs, { ...attributes, upper: !attributes.upper }, ...rest),
  },
  'a gradient of cross-entropy that takes 1 from the first class': {
    softmaxCrossEntropyGradient: ([logits, labels, g], ...rest) => {
      const zeros = referenceBackend.upload(new Int32Array(labels.size), labels.layout, 'int32');
      return right.softmaxCrossEntropyGradient([logits, zeros, g], ...rest);
    },
  },
  'a divergence of Q from P': { renyi: ([p, q, alpha], ...rest) => right.renyi([q, p, alpha], ...rest) },
};

describe('the conformance check refuses', () => {
  it.each(Object.entries(mistakes))('%s', (_, kernels) => {
    const backend = variantBackend('planted', kernels);
    expect(() => checkKernel(backend, Object.keys(kernels)[0] as PrimitiveName)).toThrow(/ instead of /);
  });

  it.each(Object.keys(primitives) as PrimitiveName[])(
    'a %s whose last element is off by one part in 2^20',
    (name) => {
      const kernel = right[name] as Kernel<'where'>;
      const wrong: typeof kernel = (...call) => {
        const result = kernel(...call);
        const isFloat = result.dtype.startsWith('float');
        return altered(result, (x, i) => {
          if (i < result.size - 1) return x;
          return isFloat ? x * (1 + 2 ** -20) : Number(result.dtype === 'int32') + 1 - x;
        });
      };
      expect(() => checkKernel(variantBackend('planted', { [name]: wrong }), name)).toThrow(/ instead of /);
    },
  );

  it('nothing in a backend that only has another name', () => {
    for (const name of Object.keys(primitives) as PrimitiveName[])
      checkKernel(variantBackend('other'), name, { runs: 10 });
  });
});
