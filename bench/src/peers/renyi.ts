import { grad, type VectorJacobianProduct, valueAndGrad, vjp } from '@renyi/autodiff';
import { Linear, type Module, ReLU, Sequential, SGD } from '@renyi/nn';
import { Cohort } from '@renyi/rdml';
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
  matmul,
  mul,
  relu,
  scope,
  softmax,
  sum,
  tanh,
  type Tensor,
  tensor,
  transpose,
  wait,
} from '@renyi/tensor';
import { consuming, type Prepared } from '../contender.js';
import { keeping } from '../keeping.js';
import type { Values } from '../relative-error.js';
import type { Peer } from './peer.js';
import type { Data, LayerData, TaskName, Tasks } from './task.js';

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

/**
 * The same as in the middle of a training step: operands that a scope has made, and results that it frees. Outside of scopes
 * operands and results are copied into and out of the memory of the kernels.
 */
export function renyiInScope(backend: Backend): Peer {
  const elementwise = ({ operation, x: dataX, y: dataY }: Tasks['elementwise']): Prepared => {
    let operands: readonly Tensor[] = [];
    // A scope that stays open.
    void asyncScope(function* () {
      operands = [dataX, dataY].map(({ values, shape }) => add(tensor(values, { shape, backend }), 0));
      yield* wait(new Promise(() => undefined));
    });
    const compute = (): Tensor => operations[operation](...(operands as [Tensor, Tensor]));
    return {
      run: () => scope(() => void compute()),
      values: () => scope(() => [compute().dataSync()]),
    };
  };
  return { name: `${backend.name} in a scope`, tasks: { elementwise } };
}

/** What the work should give: the same functions in float64 on the given backend. */
export async function exactly<N extends TaskName>(
  backend: Backend,
  task: N,
  input: Tasks[N],
): Promise<Values> {
  const prepare = renyi(backend, 'float64').tasks[task] as (input: Tasks[N]) => Prepared | Promise<Prepared>;
  return (await prepare(input)).values();
}

function tasksOf(backend: Backend, dtype: DType): Peer['tasks'] {
  const upload = ({ values, shape }: Data): Tensor =>
    tensor(values, { shape, backend, dtype: values instanceof Int32Array ? 'int32' : dtype });
  const work = (run: () => readonly Tensor[]): Prepared =>
    consuming(run, (results) => results.map((x) => x.dataSync()));
  return {
    matmul: ({ a, b, transposeA, transposeB }) => {
      const left = transposeA ? transpose(upload(a)) : upload(a);
      const right = transposeB ? transpose(upload(b)) : upload(b);
      return work(() => [matmul(left, right)]);
    },
    elementwise: ({ operation, x: dataX, y: dataY }) => {
      const [x, y] = [upload(dataX), upload(dataY)];
      return work(() => [operations[operation](x, y)]);
    },
    softmax: ({ operation, x: data, labels: classes }) => {
      const [x, labels] = [upload(data), upload(classes)];
      if (operation === 'softmax') return work(() => [softmax(x)]);
      const loss = valueAndGrad((logits: Tensor) => crossEntropy(logits, labels));
      return work(() => {
        const { value, gradients } = loss(x);
        return [value, gradients];
      });
    },
    reduce: ({ x: data, axes }) => {
      const x = upload(data);
      return work(() => [sum(x, { axis: axes })]);
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
    kept: ({ operation, x: dataX, b: dataB, length }) => {
      const [x, b] = [upload(dataX), upload(dataB)];
      const f = operation === 'add' ? sums(length) : products(length);
      const seed = fullLike(x, 1);
      return keeping(
        () => vjp(f, [x, b]),
        ({ output, pullback }: VectorJacobianProduct) => [output, ...pullback(seed)].map((y) => y.dataSync()),
      );
    },
    step: ({ students, x, labels, alpha, sgd }) => {
      const [inputs, targets] = [upload(x), upload(labels)];
      const cohort = new Cohort(
        students.map((layers) => {
          const module = perceptron(layers, upload, dtype);
          return { module, optimizer: new SGD(module.parameters(), sgd) };
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
function sums(length: number): (x: Tensor, b: Tensor) => Tensor {
  return (x, b) => {
    let y = x;
    for (let i = 0; i < length; i++) y = add(y, b);
    return y;
  };
}

function products(length: number): (x: Tensor, b: Tensor) => Tensor {
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
