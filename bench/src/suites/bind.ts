import { vjp } from '@renyi/autodiff';
import { add, full, mul, type Tensor } from '@renyi/tensor';
import { type Contender, consuming, type Group } from '../contender.js';
import type { Values } from '../relative-error.js';
import type { Suite } from './suite.js';

const length = 50;
/** ns for one element, with all checks. */
const aims = { forward: 200, forwardAndBackward: 400 };

/**
 * y = (((x o b) o b) ... o b), 50 times, once as tensor operations and twice as loops. Each chain is written out
 * for its operation: code that is shared by two operations is compiled for neither.
 */
interface Chain {
  readonly x: number;
  readonly b: number;
  readonly y: number;
  /** The derivatives of y with respect to x and b. */
  readonly dx: number;
  readonly db: number;
  readonly tensors: (x: Tensor, b: Tensor) => Tensor;
  readonly loop: (x: Float32Array, b: Float32Array, even: Float32Array, odd: Float32Array) => Float32Array;
  readonly allocatingLoop: (x: Float32Array, b: Float32Array) => Float32Array;
}

// All numbers on the way are a small integer times a power of 2: float32 holds them exactly, so nothing may differ.
const sums: Chain = {
  x: 0.25,
  b: 0.5,
  y: 25.25,
  dx: 1,
  db: length,
  tensors: (x, b) => {
    let y = x;
    for (let i = 0; i < length; i++) y = add(y, b);
    return y;
  },
  loop: (x, b, even, odd) => {
    let y = x;
    for (let i = 0; i < length; i++) {
      const out = i % 2 === 0 ? even : odd;
      for (let k = 0; k < out.length; k++) out[k] = (y[k] as number) + (b[k] as number);
      y = out;
    }
    return y;
  },
  allocatingLoop: (x, b) => {
    let y = x;
    for (let i = 0; i < length; i++) {
      const out = new Float32Array(y.length);
      for (let k = 0; k < out.length; k++) out[k] = (y[k] as number) + (b[k] as number);
      y = out;
    }
    return y;
  },
};

const products: Chain = {
  x: 2 ** -25,
  b: 2,
  y: 2 ** 25,
  dx: 2 ** length,
  db: length * 2 ** (length - 1 - 25),
  tensors: (x, b) => {
    let y = x;
    for (let i = 0; i < length; i++) y = mul(y, b);
    return y;
  },
  loop: (x, b, even, odd) => {
    let y = x;
    for (let i = 0; i < length; i++) {
      const out = i % 2 === 0 ? even : odd;
      for (let k = 0; k < out.length; k++) out[k] = (y[k] as number) * (b[k] as number);
      y = out;
    }
    return y;
  },
  allocatingLoop: (x, b) => {
    let y = x;
    for (let i = 0; i < length; i++) {
      const out = new Float32Array(y.length);
      for (let k = 0; k < out.length; k++) out[k] = (y[k] as number) * (b[k] as number);
      y = out;
    }
    return y;
  },
};

function groupOf(name: string, chain: Chain, size: number): Group {
  const all = (value: number): number[] => new Array<number>(size).fill(value);
  const forward: Values = [all(chain.y)];
  const isAimed = size === 1;

  const loops = (run: (x: Float32Array, b: Float32Array) => Float32Array) => () => {
    const x = Float32Array.from(all(chain.x));
    const b = Float32Array.from(all(chain.b));
    return consuming(
      () => run(x, b),
      (y) => [y],
    );
  };
  const even = new Float32Array(size);
  const odd = new Float32Array(size);
  const x = full([size], chain.x);
  const b = full([size], chain.b);
  const seed = full([size], 1);
  const contenders: Contender[] = [
    {
      name: 'plain loop into two arrays',
      prepare: loops((left, right) => chain.loop(left, right, even, odd)),
      expected: forward,
    },
    {
      name: 'plain loop, a new array each time',
      prepare: loops(chain.allocatingLoop),
      expected: forward,
    },
    {
      name: 'tensors, forward without tape',
      prepare: () =>
        consuming(
          () => chain.tensors(x, b),
          (y) => [y.dataSync()],
        ),
      expected: forward,
      ...(isAimed ? { aim: aims.forward } : {}),
    },
    {
      name: 'tensors, forward with tape',
      prepare: () =>
        consuming(
          () => vjp(chain.tensors, [x, b]),
          ({ output }) => [output.dataSync()],
        ),
      expected: forward,
    },
    {
      name: 'tensors, forward and backward',
      prepare: () =>
        consuming(
          () => {
            const { output, pullback } = vjp(chain.tensors, [x, b]);
            return [output, ...pullback(seed)];
          },
          (results) => results.map((result) => result.dataSync()),
        ),
      expected: [...forward, all(chain.dx), all(chain.db)],
      ...(isAimed ? { aim: aims.forwardAndBackward } : {}),
    },
  ];
  const elements = size === 1 ? '1 element' : `${size} elements`;
  return { name: `${name}, ${elements}`, unit: 'ns', operations: length, tolerance: 0, contenders };
}

/** What an operation costs besides its arithmetic: checks, dispatch, the tape, the result's storage. */
export const bind: Suite = {
  summary: `what one operation on a small tensor costs, in a chain of ${length}`,
  *groups() {
    for (const size of [1, 100]) {
      yield groupOf('add', sums, size);
      yield groupOf('mul', products, size);
    }
  },
};
