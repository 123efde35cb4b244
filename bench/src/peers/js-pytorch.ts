import { consuming } from '../contender.js';
import { keeping } from '../keeping.js';
import { importPeer } from './installed.js';
import { NotOfferedError, type Peer } from './peer.js';
import type { Data, Tasks } from './task.js';

interface JsPytorchTensor {
  readonly data: unknown;
  readonly _grad: JsPytorchTensor;
  backward(): void;
}

/** What is used here of js-pytorch 0.7. */
interface JsPytorch {
  readonly torch: {
    tensor(values: unknown, requiresGradient: boolean): JsPytorchTensor;
    matmul(a: JsPytorchTensor, b: JsPytorchTensor): JsPytorchTensor;
    add(a: JsPytorchTensor, b: JsPytorchTensor): JsPytorchTensor;
    mul(a: JsPytorchTensor, b: JsPytorchTensor): JsPytorchTensor;
    exp(x: JsPytorchTensor): JsPytorchTensor;
  };
}

/** js-pytorch on the CPU: nested arrays of numbers. */
export async function jsPytorch(): Promise<Peer> {
  const { torch } = await importPeer<JsPytorch>('js-pytorch');
  const upload = ({ values, shape }: Data): JsPytorchTensor => torch.tensor(nested(values, shape, 0), false);
  const flat = (x: JsPytorchTensor): number[] =>
    (x.data as number[]).flat(Number.POSITIVE_INFINITY) as number[];
  /** A variable remembers what was made from it, so each run has its own. */
  const chain = ({ operation, x, b, length }: Tasks['kept'], isVariable: boolean): JsPytorchTensor[] => {
    const variables = [x, b].map(({ values, shape }) => torch.tensor(nested(values, shape, 0), isVariable));
    const [start, other] = variables as [JsPytorchTensor, JsPytorchTensor];
    let y = start;
    for (let i = 0; i < length; i++) y = torch[operation](y, other);
    return [y, start, other];
  };
  const pulledBack = ([y, ...variables]: JsPytorchTensor[]): number[][] => {
    y?.backward();
    return [flat(y as JsPytorchTensor), ...variables.map((variable) => flat(variable._grad))];
  };
  return {
    name: 'js-pytorch',
    lacks: {
      grad: 'no tanh',
      softmax: 'no softmax over rows outside of its modules',
    },
    tasks: {
      chain: (input) =>
        input.backward
          ? consuming(
              () => pulledBack(chain(input, true)),
              (values) => values,
            )
          : consuming(
              () => chain(input, false),
              ([y]) => [flat(y as JsPytorchTensor)],
            ),
      kept: (input) => keeping(() => chain(input, true), pulledBack),
      matmul: ({ a, b, transposeA, transposeB }) => {
        if (transposeA || transposeB)
          throw new NotOfferedError('a transpose copies nested arrays: not a product');
        const [left, right] = [upload(a), upload(b)];
        return consuming(
          () => torch.matmul(left, right),
          (c) => [flat(c)],
        );
      },
      elementwise: ({ operation, x: dataX, y: dataY }) => {
        const [x, y] = [upload(dataX), upload(dataY)];
        if (operation !== 'add' && operation !== 'exp') throw new NotOfferedError(`no ${operation}`);
        return consuming(
          () => (operation === 'add' ? torch.add(x, y) : torch.exp(x)),
          (z) => [flat(z)],
        );
      },
    },
  };
}

function nested(values: ArrayLike<number>, shape: readonly number[], start: number): unknown {
  if (shape.length === 0) return values[start];
  const [extent, ...inner] = shape as [number, ...number[]];
  const step = inner.reduce((a, b) => a * b, 1);
  return Array.from({ length: extent }, (_, i) => nested(values, inner, start + i * step));
}
