import { grad, valueAndGrad, vjp } from '@renyi/autodiff';
import { Linear, type Module, ReLU, Sequential, SGD } from '@renyi/nn';
import { Cohort, renyiDivergence } from '@renyi/rdml';
import {
  add,
  asyncScope,
  type Backend,
  crossEntropy,
  type DType,
  exp,
  fullLike,
  fuse,
  Generator,
  logSoftmax,
  matmul,
  max,
  mean,
  mul,
  relu,
  scope,
  softmax,
  sum,
  tanh,
  type Tensor,
  tensor,
  transpose,
  variance,
  wait,
} from '@renyi/tensor';
import type { Prepared } from '../contender.js';
import type { Peer } from './peer.js';
import { divergenceWith } from './renyi-divergence.js';
import { layerTasks } from './renyi-layers.js';
import { workshop } from './renyi-work.js';
import type { Data, LayerData, Tasks } from './task.js';

/** This library on one of its backends, through its public functions, as everybody calls it. */
export function renyi(backend: Backend, dtype: DType = 'float32'): Peer {
  return { name: backend.name, tasks: tasksOf(backend, dtype) };
}

const operations: Readonly<Record<Tasks['elementwise']['operation'], (x: Tensor, y: Tensor) => Tensor>> = {
  add,
  exp,
  tanh,
  chain: fuse((x: Tensor, y: Tensor) => relu(add(mul(x, y), x))),
};

const reductions: Readonly<
  Record<Tasks['reduce']['operation'], (x: Tensor, axis: readonly number[]) => Tensor>
> = {
  sum: (x, axis) => sum(x, { axis }),
  max: (x, axis) => max(x, { axis }),
  mean: (x, axis) => mean(x, { axis }),
  variance: (x, axis) => variance(x, { axis, correction: 0 }),
};

/**
 * The same as in the middle of a training step: operands that a scope has made, and results that it frees. Outside of scopes
 * operands and results are copied into and out of the memory of the kernels.
 */
export function renyiInScope(backend: Backend): Peer {
  const scoped = (data: readonly Data[], f: (x: Tensor, y: Tensor) => Tensor): Prepared => {
    let operands: readonly Tensor[] = [];
    // A scope that stays open.
    void asyncScope(function* () {
      operands = data.map(({ values, shape }) => add(tensor(values, { shape, backend }), 0));
      yield* wait(new Promise(() => undefined));
    });
    const compute = (): Tensor => f(...(operands as [Tensor, Tensor]));
    return {
      run: () => scope(() => void compute()),
      values: () => scope(() => [compute().dataSync()]),
    };
  };
  const tasks: Peer['tasks'] = {
    elementwise: ({ operation, x, y }) => scoped([x, y], operations[operation]),
    matmul: ({ a, b, transposeA, transposeB }) =>
      scoped([a, b], (left, right) =>
        matmul(transposeA ? transpose(left) : left, transposeB ? transpose(right) : right),
      ),
  };
  return { name: `${backend.name} in a scope`, tasks };
}

function tasksOf(backend: Backend, dtype: DType): Peer['tasks'] {
  const shop = workshop(backend, dtype);
  const { upload, work } = shop;
  return {
    ...layerTasks(shop),
    matmul: ({ a, b, transposeA, transposeB }) => {
      const left = transposeA ? transpose(upload(a)) : upload(a);
      const right = transposeB ? transpose(upload(b)) : upload(b);
      return work(() => [matmul(left, right)]);
    },
    batchedMatmul: ({ a, b }) => {
      const [left, right] = [upload(a), upload(b)];
      return work(() => [matmul(left, right)]);
    },
    elementwise: ({ operation, x: dataX, y: dataY }) => {
      const [x, y] = [upload(dataX), upload(dataY)];
      return work(() => [operations[operation](x, y)]);
    },
    softmax: ({ operation, x: data, labels: classes }) => {
      const [x, labels] = [upload(data), upload(classes)];
      if (operation === 'softmax') return work(() => [softmax(x)]);
      if (operation === 'logSoftmax') return work(() => [logSoftmax(x)]);
      const loss = valueAndGrad((logits: Tensor) => crossEntropy(logits, labels));
      return work(() => {
        const { value, gradients } = loss(x);
        return [value, gradients];
      });
    },
    divergence: divergenceWith(renyiDivergence, shop),
    reduce: ({ operation, x: data, axes: axis }) => {
      const x = upload(data);
      return work(() => [reductions[operation](x, axis)]);
    },
    chain: ({ operation, x: dataX, b: dataB, length, backward }) => {
      const [x, b] = [upload(dataX), upload(dataB)];
      const f = operation === 'add' ? sums(length) : products(length);
      if (!backward) return work(() => [f(x, b)]);
      const seed = fullLike(x, 1);
      return work(() => {
        const { output, pullback } = vjp(f, [x, b]);
        return [output, ...pullback(seed)];
      });
    },
    grad: ({ x: dataX, b: dataB, length }) => {
      const [x, b] = [upload(dataX), upload(dataB)];
      const gradient = grad((start: Tensor) => mixture(start, b, length));
      return work(() => [gradient(x)]);
    },
    step: ({ students, x, labels, alpha, sgd }) => {
      const [inputs, targets] = [upload(x), upload(labels)];
      const cohort = new Cohort(
        students.map((layers) => {
          const module = perceptron(layers, upload, dtype);
          return { module, optimizer: new SGD(module.parameters(), sgd).inPlace() };
        }),
        { alpha },
      );
      // Each step starts from where the one before ended: only the first can be held against another run.
      const first = cohort.step(inputs, targets).map(({ loss }) => loss);
      return { run: () => void cohort.step(inputs, targets), values: () => [first] };
    },
  };
}

/** Two loops, not one that is told what to do: code that is shared by two operations is compiled for neither. */
export function sums(length: number): (x: Tensor, b: Tensor) => Tensor {
  return (x, b) => {
    let y = x;
    for (let i = 0; i < length; i++) y = add(y, b);
    return y;
  };
}

export function products(length: number): (x: Tensor, b: Tensor) => Tensor {
  return (x, b) => {
    let y = x;
    for (let i = 0; i < length; i++) y = mul(y, b);
    return y;
  };
}

function mixture(start: Tensor, b: Tensor, length: number): Tensor {
  let y = start;
  for (let i = 0; i < length; i++) y = i % 3 === 0 ? mul(y, b) : i % 3 === 1 ? add(y, b) : tanh(y);
  return y;
}

function perceptron(layers: readonly LayerData[], upload: (data: Data) => Tensor, dtype: DType): Module {
  const generator = new Generator(0);
  const modules = layers.flatMap(({ weight, bias }, i) => {
    const [outputs, inputs] = weight.shape as [number, number];
    const layer = new Linear(inputs, outputs, { generator, dtype });
    layer.loadStateDict({ weight: upload(weight), bias: upload(bias) });
    return i > 0 ? [new ReLU(), layer] : [layer];
  });
  return new Sequential(...modules);
}
