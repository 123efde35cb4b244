import { describe, expect, it } from 'vitest';
import { bind } from './bind.js';
import { tensor } from './create.js';
import { BackendError, DomainError, KernelMissingError } from './errors.js';
import { type Interpreter, nextLevel } from './interpreter.js';
import { add, mul } from './ops/arithmetic.js';
import { exp } from './ops/functions.js';
import { matmul } from './ops/matmul.js';
import { max } from './ops/extremes.js';
import { sum } from './ops/reduce.js';
import { softmax } from './ops/softmax.js';
import type { Attributes, Inputs, Primitive, PrimitiveName } from './primitive.js';
import { Tensor } from './tensor.js';
import { referenceBackend } from './reference/backend.js';
import { variantBackend } from './variant-backend.testing.js';

/** An interpreter in 16 lines: it counts what is done to the tensors that it watches, and lets it happen. */
class Counter implements Interpreter {
  readonly level: number = nextLevel();
  readonly calls: string[] = [];

  watch(primal: Tensor): Tensor {
    const { layout, dtype, storage, offset } = primal;
    return new Tensor(layout, dtype, storage, offset, { interpreter: this, primal });
  }

  process<N extends PrimitiveName>(
    primitive: Primitive<N>,
    inputs: Inputs<N>,
    attributes: Attributes<N>,
  ): Tensor {
    this.calls.push(primitive.name);
    const primals = inputs.map((x) => (x.trace?.interpreter === this ? x.trace.primal : x));
    return this.watch(bind(primitive, primals as readonly Tensor[] as Inputs<N>, attributes));
  }
}

describe('an interpreter', () => {
  it('gets every primitive that is done to its tensors, composites included, and nothing else', () => {
    const counter = new Counter();
    const x = counter.watch(tensor([1, 2]));
    const y = sum(mul(softmax(x), 2));
    expect(y.item()).toBeCloseTo(2, 6);
    exp(tensor([1]));
    expect(counter.calls).toEqual(['softmax', 'mul', 'sum']);
  });

  it('changes no value', () => {
    const x = tensor([
      [1, -2],
      [3, 4],
    ]);
    const f = (t: Tensor): Tensor => max(matmul(t, exp(t)), { axis: 0 });
    expect(f(new Counter().watch(x)).toArray()).toEqual(f(x).toArray());
  });

  it('that is innermost comes first, and passes on to the next', () => {
    const [outer, inner] = [new Counter(), new Counter()];
    const both = inner.watch(outer.watch(tensor([1, 2])));
    exp(both);
    expect([outer.calls, inner.calls]).toEqual([['exp'], ['exp']]);

    const result = add(outer.watch(tensor([1, 2])), inner.watch(tensor([3, 4])));
    expect(result.trace?.interpreter).toBe(inner);
    expect(result.trace?.primal.trace?.interpreter).toBe(outer);
    expect(result.trace?.primal.trace?.primal.trace).toBe(null);
    expect(result.toArray()).toEqual([4, 6]);
    expect([outer.calls, inner.calls]).toEqual([
      ['exp', 'add'],
      ['exp', 'add'],
    ]);
  });

  it('does not see what is done to the tensors of another', () => {
    const [outer, inner] = [new Counter(), new Counter()];
    exp(outer.watch(inner.watch(tensor(1)).trace?.primal as Tensor));
    expect([outer.calls, inner.calls]).toEqual([['exp'], []]);
  });

  it("lets the primitive's own errors through", () => {
    const x = new Counter().watch(tensor([]));
    expect(() => max(x)).toThrow(DomainError);
  });

  it('is never given the numbers beside its tensors to unwrap', () => {
    const counter = new Counter();
    expect(add(counter.watch(tensor([1])), 1).toArray()).toEqual([2]);
    expect(add(1, counter.watch(tensor([1]))).toArray()).toEqual([2]);
  });
});

describe('a backend', () => {
  it('runs what is done to its own tensors', () => {
    const backend = variantBackend('other');
    const x = tensor(
      [
        [1, 2],
        [3, 4],
      ],
      { backend },
    );
    const y = softmax(add(matmul(x, x), 1));
    expect(y.storage.backend).toBe(backend);
    expect(y.reshape([4]).transpose().storage.backend).toBe(backend);
  });

  it('is not mixed with another', () => {
    const x = tensor([1], { backend: variantBackend('other') });
    expect(() => add(x, tensor([1], { backend: referenceBackend }))).toThrow(
      new BackendError('add', {
        expected: 'operands on one backend',
        got: "'other' and 'reference'",
        remedy: 'Move one of them first: nothing is copied between backends without a call that says so',
      }),
    );
  });

  it('that lacks a kernel says so', () => {
    const x = tensor([1, 2], { backend: variantBackend('partial', { exp: undefined }) });
    expect(add(x, x).toArray()).toEqual([2, 4]);
    expect(() => exp(x)).toThrow(
      new KernelMissingError('exp', {
        expected: 'a kernel for this primitive',
        got: "backend 'partial', which has none",
        remedy: 'Move the operands to a backend that has one, such as the reference backend',
      }),
    );
  });
});

describe('a result', () => {
  it('shares the layout of an operand of its shape that lies in order', () => {
    const x = tensor([
      [1, 2],
      [3, 4],
    ]);
    expect(exp(x).layout).toBe(x.layout);
    expect(add(tensor([1, 2]), x).layout).toBe(x.layout);
    expect(add(tensor([1, 2]), x.transpose()).layout).not.toBe(x.transpose().layout);
  });
});
